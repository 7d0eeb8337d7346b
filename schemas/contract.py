"""The contract of a source: how its deliveries look, and what each cell means.

Everything in `Contract` decides how a delivery is read; its hash is part of a load's identity.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from schemas.delivery import Replacement
from schemas.layout import CsvDialect, JsonRecords, Layout, XlsxSheet, ZipMember
from schemas.strict import Identifier, Month, Number, Share, StrictModel, Text, Url

IndicatorKey = Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$", description="activity/indicator")]
Qualifier = Literal["exact", "at_least", "about"]
DateForm = Annotated[
    Literal["YYYY-MM-DD", "YYYYMMDD", "DD/MM/YYYY", "YYYY-MM-DDThh:mmZ", "YYYY-MM-DDThh:mm", "D MMMM YYYY"],
    Field(
        description="YYYY-MM-DDThh:mmZ is an instant with Z or an offset (+02:00), taken as the date it was in Sweden; "
        "YYYY-MM-DDThh:mm is Swedish local time, with T or a space. Seconds may follow both. "
        "D MMMM YYYY has the month by its Swedish name, whole or cut: 3 mars 2024, 3 mar 2024"
    ),
]


class Volume(StrictModel):
    """How many rows a delivery has when all is as usual, and how that is known."""

    rows_min: Annotated[int, Field(ge=1)] | None = Field(default=None, description="Fewer hold the delivery")
    rows_max: Annotated[int, Field(ge=1)] | None = Field(default=None, description="More are told, and counted")
    evidence: Text = Field(description="What the bounds rest on, such as the rows of earlier deliveries")

    @model_validator(mode="after")
    def _bounds_something(self) -> Self:
        if self.rows_min is None and self.rows_max is None:
            raise ValueError("say rows_min, rows_max or both")
        if self.rows_min is not None and self.rows_max is not None and self.rows_max < self.rows_min:
            raise ValueError("rows_max is below rows_min")
        return self


class _Contract(StrictModel):
    model_config = ConfigDict(serialize_by_alias=True)

    csv: CsvDialect | None = None
    xlsx: XlsxSheet | None = None
    json_records: JsonRecords | None = Field(default=None, alias="json")
    zip: ZipMember | None = Field(default=None, description="Where the delivery is an archive with one file in it")
    accumulation: Literal["period", "year_to_date"] = Field(
        description="Whether a delivery is about its own period, or about the year from its start until then"
    )
    missing_marks: list[str] = Field(description="Cells that mean 'no value', in this source's own words")
    set_aside_share_max: Share = Field(description="Held when a larger share of its rows is set aside")
    volume: Volume | None = None
    late_rows: Literal["set_aside", "accept"] = Field(
        default="set_aside",
        description="What becomes of rows of a month before the delivery's; they are accepted by their row id",
    )
    constants: dict[str, str] = Field(
        default={}, description="Columns that must hold one text, such as the mark of an invented example"
    )
    ignored_columns: list[str] = Field(default=[], description="Columns that are there and are not kept")
    added_columns: Literal["hold", "ignore"] = Field(
        default="hold", description="What becomes of a delivery with columns that the contract does not name"
    )

    @property
    def layout(self) -> Layout:
        """How the bytes of a delivery become cells."""
        return next(layout for layout in self._layouts() if layout is not None)

    def _layouts(self) -> tuple[Layout | None, ...]:
        return self.csv, self.xlsx, self.json_records

    @model_validator(mode="after")
    def _has_one_layout(self) -> Self:
        said = sum(layout is not None for layout in self._layouts())
        if said != 1:
            raise ValueError(f"say one of csv, xlsx and json: how a delivery's bytes become cells ({said} are said)")
        return self


class OccasionColumns(StrictModel):
    """Headers of an export with one row per thing done."""

    occurred_on: str
    type: str
    quantity: str
    place: str | None = None
    row_id: str | None = None
    duration_minutes: str | None = Field(default=None, description="How long one lasted, for targets that ask for it")


class OccasionContract(_Contract):
    """An export with one row per thing done, or per day and kind."""

    kind: Literal["occasion_rows"]
    grain: Literal["row"]
    date_form: DateForm
    columns: OccasionColumns
    types: dict[str, IndicatorKey] = Field(min_length=1, description="What each kind of row is counted as")


class TotalColumns(StrictModel):
    """Headers of a file with one reported total per indicator."""

    indicator: str
    value: str
    qualifier: str


class TotalContract(_Contract):
    """Totals that someone else counted, for the whole period of the delivery."""

    kind: Literal["reported_totals"]
    grain: Literal["month", "tertial", "year", "agreement"]
    columns: TotalColumns
    indicators: dict[str, IndicatorKey] = Field(min_length=1)
    qualifiers: dict[str, Qualifier] = Field(min_length=1)
    about_margin: Annotated[Number, Field(gt=0)] | None = Field(
        default=None, description="d in 'about n' = n ± d; without it the larger of 2 and 20 %"
    )


# The one stratum of a survey without strata, in `populations`.
UNSTRATIFIED = "all"


class SurveyColumns(StrictModel):
    """Headers of a file with published survey shares."""

    survey: str
    question: str
    area: str
    surveyed_on: str
    share: str
    respondents_count: str
    response_share: str | None = None


class SurveyContract(_Contract):
    """Shares that a survey has published, with the number of answers each rests on."""

    kind: Literal["survey_shares"]
    grain: Literal["year"]
    date_form: DateForm
    columns: SurveyColumns
    share_unit: Literal["percent", "share"]
    questions: dict[str, Identifier] = Field(min_length=1)
    design_effect: Annotated[Number, Field(gt=0)] | None = Field(
        default=None, description="Stated by whom the survey is; without it no interval and no test of change"
    )
    design_effect_url: Url | None = Field(default=None, description="Where it is stated")
    design_effect_reason_sv: Text | None = Field(default=None, description="What it rests on, where no page says it")
    share_rounding: Share | None = Field(default=None, description="Shares are rounded to multiples of this: 0.001")

    @property
    def says_why(self) -> bool:
        """Something is said of what the design effect rests on."""
        return self.design_effect_url is not None or self.design_effect_reason_sv is not None


class AnswerColumns(StrictModel):
    """Headers of a file with one row per respondent; the questions' stand in `questions`."""

    weight: str
    stratum: str | None = None
    cluster: str | None = None
    area: str | None = None


class AnswerQuestion(StrictModel):
    """A question, and what its answers mean; any other answer sets its row aside."""

    id: Identifier
    yes: list[str] = Field(min_length=1)
    no: list[str] = Field(min_length=1)
    unanswered: list[str] = Field(default=[], description="Beside missing_marks: skipped, does not know")

    @model_validator(mode="after")
    def _answers_mean_one_thing(self) -> "AnswerQuestion":
        answers = [*self.yes, *self.no, *self.unanswered]
        if len(set(answers)) < len(answers):
            raise ValueError(f"an answer to {self.id!r} is given two meanings")
        return self


class SurveyRound(StrictModel):
    """What is true of the survey of one year."""

    surveyed_on: date = Field(description="The day it closed")
    keep_until: date = Field(description="The answers are to be deleted after this day, by decision")
    invited_count: Annotated[int, Field(gt=0)] | None = None
    populations: dict[str, Annotated[int, Field(gt=0)]] = Field(
        default={}, description="How many each stratum holds: clusters where there are any, else persons"
    )


class AnswersContract(_Contract):
    """Answers, one row per respondent, with the design they were drawn by; they become estimates and go no further."""

    kind: Literal["survey_answers"]
    grain: Literal["year"]
    columns: AnswerColumns
    strata: list[str] = Field(default=[], description="Every stratum, by what its cells say")
    questions: dict[str, AnswerQuestion] = Field(min_length=1, description="By header")
    whole_area: Identifier | None = Field(default=None, description="The place that all respondents are of")
    surveys: dict[Identifier, SurveyRound] = Field(min_length=1, description="By the survey's id, one a year")

    def surveys_between(self, first_month: str, last_month: str) -> list[tuple[str, SurveyRound]]:
        """List the surveys that closed in some months."""
        return [
            (survey_id, survey)
            for survey_id, survey in self.surveys.items()
            if first_month <= f"{survey.surveyed_on:%Y-%m}" <= last_month
        ]

    @model_validator(mode="after")
    def _design_is_whole(self) -> "AnswersContract":
        if (self.columns.stratum is None) != (not self.strata):
            raise ValueError("columns.stratum and strata need each other")
        if self.columns.area is None and self.whole_area is None:
            raise ValueError("say what the answers are about: columns.area, whole_area or both")
        known = self.strata or [UNSTRATIFIED]
        for survey_id, survey in self.surveys.items():
            if survey.populations and sorted(survey.populations) != sorted(known):
                raise ValueError(f"the populations of {survey_id!r} must be those of the strata: {', '.join(known)}")
        ids = [question.id for question in self.questions.values()]
        if len(set(ids)) < len(ids):
            raise ValueError("two questions have one id")
        return self


Contract = Annotated[OccasionContract | TotalContract | SurveyContract | AnswersContract, Field(discriminator="kind")]


class KnownUnread(StrictModel):
    """A report that is known to exist but has not been read in."""

    covers_from: Month
    covers_to: Month
    searched_on: date
    url: Url


class AcceptedHeader(StrictModel):
    """A header that is not the contract's and that an office has accepted: its other columns are not read."""

    header_hash: str
    renames: dict[str, str] = Field(description="The contract's name of each column that bears another in the file")


class PlaceValidity(StrictModel):
    """The days on which a place was one, both included; open where a day is left out."""

    valid_from: date | None
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        """Tell whether rows may name the place on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class ReadableContract(StrictModel):
    """A contract with the agreement's term and places put in: all that decides how a delivery is read."""

    agreement_id: Identifier
    source_id: Identifier
    starts_on: date
    ends_on: date
    contract: Contract
    places: dict[str, Identifier] = Field(description="Place names and aliases, with the place each means")
    place_validity: dict[Identifier, PlaceValidity] = Field(default={}, description="Places that begin or end")
    decimal_indicators: list[IndicatorKey] = Field(
        default=[], description="What is hours or money, and so need not be a whole number"
    )
    accepted_header: AcceptedHeader | None = None
    # Left out where they are None: else every load that was read before they were there would be another.
    reports_from: date | None = Field(
        default=None,
        exclude_if=lambda day: day is None,
        description="The first day that the source reports about, where how its rows or totals are read depends on it",
    )
    reports_until: date | None = Field(
        default=None,
        exclude_if=lambda day: day is None,
        description="The last day that the source reports about, where another takes over within that month",
    )
    zero_is_attested_of: list[IndicatorKey] | None = Field(
        default=None,
        exclude_if=lambda keys: keys is None,
        description="What an attested zero is of, where the contract has come to count more since",
    )

    @model_validator(mode="after")
    def _columns_are_distinct(self) -> "ReadableContract":
        headers = expected_headers(self.contract)
        twice = sorted({header for header in headers if headers.count(header) > 1})
        if twice:
            raise ValueError(f"the column {twice[0]!r} is named more than once")
        return self


def expected_headers(contract: OccasionContract | TotalContract | SurveyContract | AnswersContract) -> list[str]:
    """List every header a delivery must have, whatever the order."""
    named = [header for header in contract.columns.model_dump().values() if header is not None]
    questions = contract.questions if isinstance(contract, AnswersContract) else ()
    return [*named, *questions, *contract.constants, *contract.ignored_columns]


def replaced_by(contract: OccasionContract | TotalContract | SurveyContract | AnswersContract) -> Replacement:
    """Return what must come for a delivery read by a contract to count no more."""
    if not isinstance(contract, TotalContract):
        return "all_months"
    return "last_month" if contract.accumulation == "year_to_date" else "any_month"


def is_known_by_its_name(contract: OccasionContract | TotalContract | SurveyContract | AnswersContract) -> bool:
    """Tell whether nothing in a file but its name says which months it is for: it has totals of whole periods.

    What has been done in the year so far is often the same a month later.
    """
    return isinstance(contract, TotalContract) and contract.accumulation == "period"


def indicator_keys(contract: OccasionContract | TotalContract | SurveyContract | AnswersContract) -> dict[str, str]:
    """Map each kind that a contract names to the activity/indicator it is counted as."""
    if isinstance(contract, OccasionContract):
        return contract.types
    return contract.indicators if isinstance(contract, TotalContract) else {}


def survey_questions(contract: OccasionContract | TotalContract | SurveyContract | AnswersContract) -> list[str]:
    """List the ids of the questions that a survey's contract is about; none where it is no survey's."""
    if isinstance(contract, AnswersContract):
        return [question.id for question in contract.questions.values()]
    return list(contract.questions.values()) if isinstance(contract, SurveyContract) else []
