"""What is kept of a survey's answers: estimates without what rests on too few, and the addresses of rows set aside."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from schemas.strict import Identifier


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KeptEstimate(_Kept):
    """A share of one question in one area; without numbers where it is withheld."""

    question_id: Identifier
    area_id: Identifier
    share: Decimal | None
    standard_error: Decimal | None
    respondents_count: int | None
    numerator_count: int | None
    effective_count: Decimal | None
    freedom_count: int | None
    unanswered_share: Decimal | None
    response_share: Decimal | None


class KeptSetAside(_Kept):
    """The address of a row that did not count."""

    line: int
    column: str
    rule: str


class SurveyAggregate(_Kept):
    """All that goes on of a delivery of answers."""

    survey_id: Identifier
    surveyed_on: date
    respondents_count: int
    estimates: list[KeptEstimate]
    set_aside: list[KeptSetAside]
