"""The layouts that a delivery can have: how its bytes become cells of text."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from schemas.strict import StrictModel

DecimalMark = Annotated[
    Literal[",", "."],
    Field(description="The mark in cells of text; what is a number in the file itself needs none and has no other"),
]


def _plain_member(name: str) -> str:
    if name.startswith("/") or "\\" in name or any(part in {"", ".", ".."} for part in name.split("/")):
        raise ValueError("is no plain path within the archive")
    if "{" in name or "}" in name:
        raise ValueError("takes no tokens; give the one name that the member has in every delivery")
    return name


class CsvDialect(StrictModel):
    """How the bytes of a CSV delivery become text cells."""

    encoding: Literal["utf-8", "utf-8-sig", "windows-1252"]
    delimiter: Literal[",", ";", "\t", "|"]
    decimal_mark: DecimalMark
    allow_missing_final_newline: bool = False


class XlsxSheet(StrictModel):
    """Which sheet of a workbook is read; a date in it reads as YYYY-MM-DD, with a time as YYYY-MM-DDThh:mm:ss."""

    sheet: Annotated[str, Field(min_length=1, max_length=31, description="The sheet's name, letter by letter")]
    header_row: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=1, description="The row of the column names; what stands above it is not read"
    )
    decimal_mark: DecimalMark


class JsonRecords(StrictModel):
    """Where in a JSON document the list of records stands."""

    path: str = Field(
        pattern=r"^([^.]+(\.[^.]+)*)?$", description="Keys from the top with points between; empty for the top itself"
    )
    decimal_mark: DecimalMark


class ZipMember(StrictModel):
    """The one file that an archive holds."""

    member: Annotated[str, Field(min_length=1), AfterValidator(_plain_member)]


Layout = CsvDialect | XlsxSheet | JsonRecords
