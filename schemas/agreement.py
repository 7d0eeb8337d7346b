"""An agreement as a person writes it: what was promised, by whom, how it is measured and from which sources.

The model holds more than this version computes; `schemas/computable.py` refuses the rest by name.
"""

import re
from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from schemas.context import ContextSource
from schemas.contract import FILE_NAME_TOKENS, Contract, KnownUnread, indicator_keys
from schemas.strict import Identifier, StrictModel, Text, Url
from schemas.target import Target

NOT_TRANSCRIBED = "not_transcribed"

Owner = Literal["police", "municipality", "both"]


class Municipality(StrictModel):
    """A party's municipality; the code is text, with its leading zero."""

    code: Annotated[str, Field(pattern=r"^[0-9]{4}$")]
    name: Text


class Area(StrictModel):
    """The part of a municipality, or the police area, that an agreement is about."""

    id: Identifier
    name_sv: Text


class Office(StrictModel):
    """An office with a part in the agreement; never a person's name."""

    id: Identifier
    name_sv: Text
    roles: list[Literal["deliver", "correct", "approve", "answer"]] = []


class Place(StrictModel):
    """A place that rows or targets may name."""

    id: Identifier
    name_sv: Text
    aliases: list[str] = []
    valid_from: date | None = None
    valid_to: date | None = None


class Promise(StrictModel):
    """What is to become better, in the agreement's words."""

    id: Identifier
    text_sv: Text
    text_en: Text


class Outcome(StrictModel):
    """A survey question that shows whether a promise's aim came closer; it has a baseline and no target."""

    id: Identifier
    promises: list[Identifier]
    label_sv: Text
    label_en: Text
    question_id: Identifier
    question_sv: Text
    source: Identifier
    baseline: Literal["last_before_start"]


class Indicator(StrictModel):
    """What is counted, and what one unit of it is."""

    id: Identifier
    role: Literal["output", "result", "outcome", "cost"]
    label_sv: Text
    label_en: Text
    unit: Text
    quantity: Literal["count", "hours", "money"]
    disclosure_unit: Literal["occasion", "establishment", "person"] | None = Field(
        default=None, description="Who or what one unit is; undeclared is protected like a person"
    )
    public_elsewhere: bool = False
    public_elsewhere_url: Url | None = None
    definition_sv: Text
    series_id: Identifier | None = None
    is_comparable: bool | None = None


class Activity(StrictModel):
    """What a party will do."""

    id: Identifier
    promises: list[Identifier] = Field(description="Empty where the agreement ties it to no promise")
    owner: Owner
    counted_by: Literal["self_reported", "counted_from_rows"]
    label_sv: Text
    label_en: Text
    text_sv: Text
    text_en: Text
    open_wording_sv: Text | None = None
    sources: list[Identifier] = []
    combine: Literal["sum", "first"] | None = None
    indicators: list[Indicator] = []
    targets: list[Target] = []


def _known_tokens(pattern: str) -> str:
    tokens = re.findall(r"\{(.*?)\}", pattern)
    for token in tokens:
        if token not in FILE_NAME_TOKENS or tokens.count(token) > 1:
            raise ValueError(f"{{{token}}} is unknown or used twice; known: {', '.join(FILE_NAME_TOKENS)}")
    return pattern


def _reachable(location: str) -> str:
    parts = urlsplit(location)
    if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost"}:
        raise ValueError("is fetched over https only, never http")
    if parts.scheme in {"ftp", "sftp"}:
        raise ValueError("write ssh://… for SFTP; it is taken only from a host whose key is known")
    if parts.username is not None or parts.query:
        raise ValueError("holds a user or a query; credentials belong in the environment, never in an agreement")
    return location


class Source(StrictModel):
    """Where deliveries come from, how often, and by which contract they are read."""

    id: Identifier
    title_sv: Text
    provider: Identifier
    is_example: bool
    location: Annotated[str, AfterValidator(_reachable)] = Field(
        description="A folder beside agreement.toml, https://…, ssh://… (SFTP), s3://…, or an address that fsspec knows"
    )
    redirect_hosts: list[Annotated[str, Field(pattern=r"^[a-z0-9.-]+$")]] = Field(
        default=[], description="Hosts beside the location's own that an https source may redirect to"
    )
    file_pattern: Annotated[str, AfterValidator(_known_tokens)] = Field(
        description="File name with {from} {to} {month} {tertial} {year} {received_on} where they stand"
    )
    cadence: Literal["month", "tertial", "year", "agreement"]
    due_day: Annotated[int, Field(ge=1, le=28)] | None = Field(
        default=None, description="Day of the month after the period; left out where none is stated"
    )
    searched_on: date | None = None
    known_unread: list[KnownUnread] = []
    source_url: Url | None = None
    ended_on: date | None = None
    ended_reason_sv: Text | None = None
    contract: Contract


class Amendment(StrictModel):
    """A later decision about the agreement; the original end is still rated."""

    kind: Literal["extended", "revised", "replaced", "terminated"]
    effective_on: date
    ends_on: date | None = None
    replaced_by: Identifier | None = None
    decision_url: Url


class Agreement(StrictModel):
    """A medborgarlöfte with everything needed to follow it up."""

    id: Identifier
    title_sv: Text
    title_en: Text
    starts_on: date
    is_start_assumed: bool
    start_note_sv: Text | None = None
    ends_on: date
    signed_on: date | None = None
    source_url: Url
    follow_up_sv: Text | None = None
    municipalities: list[Municipality] = Field(min_length=1)
    area: Area | None = None
    offices: list[Office] = []
    places: list[Place] = []
    promises: list[Promise] = Field(min_length=1)
    outcomes: list[Outcome] = []
    activities: list[Activity] = Field(min_length=1)
    sources: list[Source] = []
    context: list[ContextSource] = Field(default=[], description="What others publish; never counted")
    amendments: list[Amendment] = []

    @property
    def municipality_codes(self) -> list[str]:
        """The codes of its municipalities, in order."""
        return sorted(item.code for item in self.municipalities)

    def source(self, source_id: str) -> Source:
        """Return the source with an id."""
        return next(source for source in self.sources if source.id == source_id)

    def sources_of(self, activity: Activity, indicator: Indicator | None) -> list[Source]:
        """List the activity's sources that deliver an indicator, or all of them where nothing is counted."""
        named = [self.source(source_id) for source_id in activity.sources]
        if indicator is None:
            return named
        key = f"{activity.id}/{indicator.id}"
        return [source for source in named if key in indicator_keys(source.contract).values()]
