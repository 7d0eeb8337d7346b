"""Context: what others publish about the same places; it stands beside the promises and never counts towards one.

A source says whose figures they are, under which terms, and by which contract the publisher's answers are read.
"""

import re
import tomllib
from math import prod
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from schemas.layout import CsvDialect
from schemas.strict import Identifier, Month, Share, StrictModel, Text, Url

NOTE_SV = "Sammanhang, räknas aldrig som genomförd aktivitet"
CELLS_MAX = 150_000
IDS_PER_SEGMENT_MAX = 25
Stage = Literal["preliminary", "final"]
Year = Annotated[int, Field(ge=1900, le=2100)]


class Series(StrictModel):
    """A series of figures, as readers see it."""

    id: Identifier
    label_sv: Text
    unit: Text


class _ContextContract(StrictModel):
    set_aside_share_max: Share = Field(description="Held when a larger share of its rows is set aside")


class PoliceEvents(_ContextContract):
    """The police's events: the newest 500 of some places, counted here by month, municipality and type."""

    kind: Literal["police_events"]
    location_names: list[Text] = Field(min_length=1, description="Municipalities or counties that are asked for")


class KoladaSeries(Series):
    """One indicator for women, men or all."""

    kpi: Annotated[str, Field(pattern=r"^[NU][0-9]{5}$")]
    gender: Literal["T", "K", "M"]


class Kolada(_ContextContract):
    """Indicators of Kolada, version 3, by year for the agreement's municipalities."""

    kind: Literal["kolada"]
    years: list[Year] = Field(min_length=1)
    series: list[KoladaSeries] = Field(min_length=1)


class ScbSeries(Series):
    """One cell per region and period: the code of every other dimension."""

    codes: dict[str, str] = Field(default={}, description="By dimension")


class ScbTable(_ContextContract):
    """A table of Statistics Sweden by PxWebApi 2, as json-stat2, for the agreement's municipalities."""

    kind: Literal["scb_table"]
    table: Annotated[str, Field(pattern=r"^TAB[0-9]+$")]
    region_dimension: str
    time_dimension: str
    periods: list[Annotated[str, Field(pattern=r"^[0-9]{4}(M(0[1-9]|1[0-2]))?$")]] = Field(min_length=1)
    series: list[ScbSeries] = Field(min_length=1)

    def selection(self, municipalities: list[str]) -> dict[str, list[str]]:
        """Return the codes asked for, by dimension."""
        others = {name: sorted({series.codes[name] for series in self.series}) for name in self.series[0].codes}
        return {self.region_dimension: municipalities, self.time_dimension: self.periods, **others}

    def cell_count(self, municipality_count: int) -> int:
        """Return how many cells an answer has."""
        return prod(len(codes) for codes in self.selection(["0000"] * municipality_count).values())

    @model_validator(mode="after")
    def _series_say_the_same_dimensions(self) -> "ScbTable":
        if any(set(series.codes) != set(self.series[0].codes) for series in self.series):
            raise ValueError("every series gives a code for the same dimensions")
        if {self.region_dimension, self.time_dimension} & set(self.series[0].codes):
            raise ValueError("region and time stand in region_dimension and time_dimension, not among codes")
        return self


class BraSeries(Series):
    """A column of figures, preliminary or final."""

    column: str
    stage: Stage


class BraFiles(_ContextContract):
    """Monthly CSV files of the crime prevention council, one row per municipality by its name."""

    kind: Literal["bra_files"]
    file_pattern: Annotated[str, Field(pattern=r"^[^{}/]*\{month\}[^{}/]*$")] = Field(description="With {month}")
    first_month: Month
    csv: CsvDialect
    municipality_column: str
    missing_marks: list[str] = Field(default=[], description="Cells that mean 'no value'")
    masked_marks: list[str] = Field(default=[], description="Cells that mean 'not shown', in the publisher's words")
    series: list[BraSeries] = Field(min_length=1)

    @model_validator(mode="after")
    def _marks_mean_one_thing(self) -> "BraFiles":
        if {"", *self.missing_marks} & set(self.masked_marks):
            raise ValueError("a mark means missing or masked, not both")
        return self


ContextContract = Annotated[PoliceEvents | Kolada | ScbTable | BraFiles, Field(discriminator="kind")]


def _address(location: str) -> str:
    parts = urlsplit(location)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}:
        raise ValueError("is fetched over https only")
    if parts.scheme not in {"http", "https"} or parts.username is not None or parts.query or parts.fragment:
        raise ValueError("is an address without user, query and fragment")
    return location


class ContextSource(StrictModel):
    """Where a publisher's figures come from, whose they are, and under which terms."""

    id: Identifier
    title_sv: Text
    publisher_sv: Text
    credit_sv: Text = Field(description="What stands beside figures that are the publisher's, untouched")
    credit_processed_sv: Text | None = Field(
        default=None, description="Beside figures that were counted or rounded here"
    )
    license_sv: Text
    license_url: Url | None = None
    source_url: Url
    is_example: bool
    location: Annotated[str, AfterValidator(_address)] = Field(description="https://…, without the query")
    redirect_hosts: list[Annotated[str, Field(pattern=r"^[a-z0-9.-]+$")]] = Field(
        default=[], description="Other hosts that it may redirect to"
    )
    stale_after_months: Annotated[int, Field(ge=1, le=60)] = Field(
        description="How old its newest period may be, counted from the as-of month"
    )
    contract: ContextContract

    @model_validator(mode="after")
    def _processed_has_words_of_its_own(self) -> "ContextSource":
        if self.credit_processed_sv is None and not isinstance(self.contract, BraFiles):
            raise ValueError("say in credit_processed_sv what stands beside figures that are counted or rounded here")
        series = [] if isinstance(self.contract, PoliceEvents) else [item.id for item in self.contract.series]
        if len(set(series)) < len(series):
            raise ValueError("two series have one id")
        return self


class ReadableContext(StrictModel):
    """All that decides how a publisher's answer is read."""

    agreement_id: Identifier
    source_id: Identifier
    municipalities: list[str]
    contract: ContextContract
    places: dict[str, str] = Field(description="Municipalities and counties by name in small letters, with their codes")
    types: dict[str, str] = Field(description="Types of event, as the publisher names them, with one name each")


def places_of_sweden() -> dict[str, str]:
    """Return the code of every municipality and county, by its name in small letters."""
    tables = tomllib.loads((Path(__file__).parent / "places_of_sweden.toml").read_text("utf-8"))
    return {name.casefold(): code for table in tables.values() for code, name in table.items()}


def police_event_types() -> dict[str, str]:
    """Return the one name of each type of event that the police's feed has had."""
    return dict(tomllib.loads((Path(__file__).parent / "police_event_types.toml").read_text("utf-8"))["types"])


def series_id_of(label: str) -> str:
    """Return an identifier for a label.

    >>> series_id_of("Våld/hot mot tjänsteman")
    'vald-hot-mot-tjansteman'
    """
    plain = label.casefold().translate(str.maketrans("åäöéü", "aaoeu"))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
