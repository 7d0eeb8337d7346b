"""The contract of a source: how its deliveries look, and what each cell means.

Everything in `Contract` decides how a delivery is read; its hash is part of a load's identity.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.strict import Identifier, Month, Number, Share, StrictModel, Url

IndicatorKey = Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$", description="activity/indicator")]
Grain = Literal["row", "month", "tertial", "year", "agreement"]
Qualifier = Literal["exact", "at_least", "about"]
DateForm = Annotated[
    Literal["YYYY-MM-DD", "YYYYMMDD", "DD/MM/YYYY", "YYYY-MM-DDThh:mmZ", "YYYY-MM-DDThh:mm"],
    Field(
        description="YYYY-MM-DDThh:mmZ is an instant with Z or an offset (+02:00), taken as the date it was in Sweden; "
        "YYYY-MM-DDThh:mm is Swedish local time, with T or a space. Seconds may follow both."
    ),
]

# What may stand in braces in a source's file_pattern, and the text it stands for.
FILE_NAME_TOKENS = {
    "from": r"(?P<from>\d{4}-(?:0[1-9]|1[0-2]))",
    "to": r"(?P<to>\d{4}-(?:0[1-9]|1[0-2]))",
    "month": r"(?P<month>\d{4}-(?:0[1-9]|1[0-2]))",
    "tertial": r"(?P<tertial>\d{4}-T[123])",
    "year": r"(?P<year>\d{4})",
    "received_on": r"(?P<received_on>\d{4}-\d{2}-\d{2})",
}


class CsvDialect(StrictModel):
    """How the bytes of a CSV delivery become text cells."""

    encoding: Literal["utf-8", "utf-8-sig", "windows-1252"]
    delimiter: Literal[",", ";", "\t", "|"]
    decimal_mark: Literal[",", "."]
    allow_missing_final_newline: bool = False


class _Contract(StrictModel):
    csv: CsvDialect
    accumulation: Literal["period", "year_to_date"]
    missing_marks: list[str] = Field(description="Cells that mean 'no value', in this source's own words")
    set_aside_share_max: Share = Field(description="Held when a larger share of its rows is set aside")
    late_rows: Literal["set_aside", "accept"] = "set_aside"
    constants: dict[str, str] = Field(
        default={}, description="Columns that must hold one text, such as the mark of an invented example"
    )
    ignored_columns: list[str] = Field(default=[], description="Columns that are there and are not kept")
    added_columns: Literal["hold", "ignore"] = Field(
        default="hold", description="What becomes of a delivery with columns that the contract does not name"
    )


class OccasionColumns(StrictModel):
    """Headers of an export with one row per thing done."""

    occurred_on: str
    type: str
    quantity: str
    place: str | None = None
    row_id: str | None = None


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


Contract = Annotated[OccasionContract | TotalContract | SurveyContract, Field(discriminator="kind")]


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


class ReadableContract(StrictModel):
    """A contract with the agreement's term and places put in: all that decides how a delivery is read."""

    agreement_id: Identifier
    source_id: Identifier
    starts_on: date
    ends_on: date
    contract: Contract
    places: dict[str, Identifier] = Field(description="Place names and aliases, with the place each means")
    accepted_header: AcceptedHeader | None = None

    @model_validator(mode="after")
    def _columns_are_distinct(self) -> "ReadableContract":
        headers = expected_headers(self.contract)
        twice = sorted({header for header in headers if headers.count(header) > 1})
        if twice:
            raise ValueError(f"the column {twice[0]!r} is named more than once")
        return self


def expected_headers(contract: OccasionContract | TotalContract | SurveyContract) -> list[str]:
    """List every header a delivery must have, whatever the order."""
    named = [header for header in contract.columns.model_dump().values() if header is not None]
    return [*named, *contract.constants, *contract.ignored_columns]


def indicator_keys(contract: OccasionContract | TotalContract | SurveyContract) -> dict[str, str]:
    """Map each kind that a contract names to the activity/indicator it is counted as."""
    if isinstance(contract, OccasionContract):
        return contract.types
    return contract.indicators if isinstance(contract, TotalContract) else {}
