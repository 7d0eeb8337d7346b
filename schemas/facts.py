"""What a delivery's rows become once they are typed; the warehouse's tables of facts are derived from these."""

from typing import Annotated

import pandas as pd
import pandera.pandas as pa
import pyarrow
from pandera.typing import Series

Text = Series[Annotated[pd.ArrowDtype, pyarrow.string()]]
Whole = Series[Annotated[pd.ArrowDtype, pyarrow.int64()]]
Decimals = Series[Annotated[pd.ArrowDtype, pyarrow.decimal128(18, 6)]]
Day = Series[Annotated[pd.ArrowDtype, pyarrow.date32()]]
Flag = Series[Annotated[pd.ArrowDtype, pyarrow.bool_()]]


class _Fact(pa.DataFrameModel):
    load_id: Text = pa.Field(description="The load that the row came with")
    source_line: Whole = pa.Field(gt=1, description="Line of the delivery, the header being 1")

    class Config:
        strict = True
        ordered = True
        unique = ["load_id", "source_line"]


class Occasion(_Fact):
    """Something done, so many times, on a day."""

    activity_id: Text
    indicator_id: Text
    place_id: Text = pa.Field(nullable=True)
    occurred_on: Day
    month: Text = pa.Field(str_matches=r"^\d{4}-\d{2}$")
    quantity: Decimals = pa.Field(ge=0)
    duration_minutes: Decimals = pa.Field(ge=0, nullable=True, description="How long one lasted; empty: not said")
    row_id: Text = pa.Field(
        nullable=True, description="What tells it apart in its source; kept only where the contract accepts late rows"
    )

    class Config:
        name = "occasion"


class ReportedTotal(_Fact):
    """A total that someone else counted, with the bounds that its qualifier gives."""

    source_line: Whole = pa.Field(
        gt=1, nullable=True, description="Line of the delivery, the header being 1; empty: a zero attested of them all"
    )
    activity_id: Text
    indicator_id: Text
    covers_from_month: Text = pa.Field(str_matches=r"^\d{4}-\d{2}$")
    covers_to_month: Text = pa.Field(str_matches=r"^\d{4}-\d{2}$")
    covers_from_on: Day
    covers_to_on: Day
    quantity: Decimals = pa.Field(ge=0)
    qualifier: Text = pa.Field(isin=["exact", "at_least", "about"])
    low: Decimals = pa.Field(ge=0)
    high: Decimals = pa.Field(ge=0, nullable=True, description="Empty: no upper bound")
    next_from_month: Text = pa.Field(
        nullable=True,
        str_matches=r"^\d{4}-\d{2}$",
        description="Where what the next total of the year so far adds begins; empty: the total is of its own months",
    )
    next_from_on: Day = pa.Field(nullable=True, description="The first day of that month")

    class Config:
        name = "reported_total"
        unique = ["load_id", "activity_id", "indicator_id"]


class SurveyShare(_Fact):
    """A share that a survey has published."""

    survey_id: Text
    question_id: Text
    area_id: Text
    surveyed_on: Day
    month: Text = pa.Field(str_matches=r"^\d{4}-\d{2}$")
    share: Decimals = pa.Field(ge=0, le=1)
    respondents_count: Whole = pa.Field(ge=0)
    response_share: Decimals = pa.Field(ge=0, le=1, nullable=True)

    class Config:
        name = "survey_share"


class SurveyEstimate(_Fact):
    """A share estimated from answers that are not kept here; its numbers are empty where it rests on too few."""

    survey_id: Text
    question_id: Text
    area_id: Text
    surveyed_on: Day
    month: Text = pa.Field(str_matches=r"^\d{4}-\d{2}$")
    share: Decimals = pa.Field(ge=0, le=1, nullable=True)
    standard_error: Decimals = pa.Field(ge=0, nullable=True)
    respondents_count: Whole = pa.Field(ge=0, nullable=True)
    numerator_count: Whole = pa.Field(ge=0, nullable=True)
    effective_count: Decimals = pa.Field(ge=0, nullable=True)
    freedom_count: Whole = pa.Field(ge=0, nullable=True)
    unanswered_share: Decimals = pa.Field(ge=0, le=1, nullable=True)
    response_share: Decimals = pa.Field(ge=0, le=1, nullable=True)

    class Config:
        name = "survey_estimate"


class ContextEvent(_Fact):
    """An event as a publisher's feed told of it; nothing of its words, its hour or where in the municipality."""

    event_id: Whole
    occurred_on: Day
    month: Text = pa.Field(str_matches=r"^\d{4}-\d{2}$")
    series_id: Text
    series_label_sv: Text
    county_code: Text
    municipality_code: Text = pa.Field(nullable=True, description="Empty: the feed names the county only")

    class Config:
        name = "context_event"


class ContextValue(_Fact):
    """A figure that a publisher states for a municipality and a period."""

    series_id: Text
    series_label_sv: Text
    unit: Text
    municipality_code: Text
    period: Text = pa.Field(str_matches=r"^\d{4}(-\d{2})?$")
    covers_to_month: Text = pa.Field(str_matches=r"^\d{4}-\d{2}$")
    value: Decimals = pa.Field(nullable=True)
    value_status: Text = pa.Field(isin=["observed", "preliminary", "missing", "suppressed"])
    publication_stage: Text = pa.Field(isin=["preliminary", "final"], nullable=True)
    is_rounded: Flag

    class Config:
        name = "context_value"


FactModel = (
    type[Occasion]
    | type[ReportedTotal]
    | type[SurveyShare]
    | type[SurveyEstimate]
    | type[ContextEvent]
    | type[ContextValue]
)
FACTS: dict[str, FactModel] = {
    "occasion_rows": Occasion,
    "reported_totals": ReportedTotal,
    "survey_shares": SurveyShare,
    "survey_answers": SurveyEstimate,
}
