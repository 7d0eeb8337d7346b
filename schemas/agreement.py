"""An agreement as a person writes it: what was promised, by whom, how it is measured and from which sources."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from schemas.amendment import Amendment
from schemas.context import ContextSource
from schemas.contract import Contract, KnownUnread, TotalContract, indicator_keys, replaced_by
from schemas.delivery import Replacement
from schemas.file_pattern import checked_pattern
from schemas.strict import Identifier, Share, StrictModel, Text, Url
from schemas.target import Target

NOT_TRANSCRIBED = "not_transcribed"

Owner = Literal["police", "municipality", "both"]
Finality = Literal["preliminary", "final", "not_stated"]


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


class EarlierYear(StrictModel):
    """The counts of a whole year before those that are delivered, month by month."""

    year: Annotated[int, Field(ge=1990, le=2100)]
    months: list[Annotated[int, Field(ge=0)]] = Field(min_length=12, max_length=12, description="January first")
    source_url: Url
    is_invented: bool = False


class OutlookRule(StrictModel):
    """What earlier years are let to say of where a count may end, beside how much its months vary."""

    season: bool = Field(default=False, description="Expect each month's share to be as in earlier years")
    prior_years: Share = Field(default=Decimal(0), description="How many years of earlier counts the rate starts from")


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
    series_id: Identifier | None = Field(default=None, description="The same name in agreements that follow each other")
    is_comparable: bool | None = Field(
        default=None, description="Whether its numbers may be set beside those of the series in other agreements"
    )
    comparability_sv: Text | None = Field(default=None, description="Why they may, or may not")
    known_faults_sv: list[Text] = Field(default=[], description="What is known to be wrong or uneven in its numbers")
    earlier_years: list[EarlierYear] = []
    outlook: OutlookRule = OutlookRule()


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
    combine: Literal["sum", "first"] | None = Field(
        default=None,
        description="Of several sources: add them up, or for each month take the first in order that has delivered; "
        "where one takes over from another within a month, only a sum has the whole of it",
    )
    indicators: list[Indicator] = []
    targets: list[Target] = []


def _reachable(location: str) -> str:
    parts = urlsplit(location)
    if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost"}:
        raise ValueError("is fetched over https only, never http")
    inner = [link for link in location.split("::")[1:] if link.split("://")[0] in {"http", "https", "ftp", "sftp"}]
    if inner:
        # fsspec would fetch it by itself: any host, any address, no deadline, no cap and no house rules.
        raise ValueError("reads from the web through another transport; write https://… alone, or a folder")
    if parts.scheme in {"ftp", "sftp"}:
        raise ValueError("write ssh://… for SFTP; it is taken only from a host whose key is known")
    if parts.username is not None or parts.query:
        raise ValueError("holds a user or a query; credentials belong in the environment, never in an agreement")
    return location


class Pause(StrictModel):
    """Days on which a source reports nothing, both included; months that lie wholly inside are not due."""

    from_on: date
    to_on: date
    reason_sv: Text


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
    file_pattern: Annotated[str, AfterValidator(checked_pattern)] = Field(
        description="File name with {from} {to} {month} {tertial} {year} {received_on} where they stand"
    )
    cadence: Literal["month", "tertial", "year", "agreement"]
    due_day: Annotated[int, Field(ge=1, le=28)] | None = Field(
        default=None, description="Day of the month after the period; left out where none is stated"
    )
    searched_on: date | None = None
    known_unread: list[KnownUnread] = []
    source_url: Url | None = None
    finality: Literal["preliminary", "final"] | None = Field(
        default=None, description="What the provider itself calls its numbers; left out where it says nothing"
    )
    started_on: date | None = Field(default=None, description="The first day it reports about; else the agreement's")
    ended_on: date | None = Field(default=None, description="The last day that it reports about")
    ended_reason_sv: Text | None = None
    taken_over_by: Identifier | None = Field(default=None, description="The source that reports from then on")
    pauses: list[Pause] = []
    contract: Contract

    @property
    def is_year_to_date(self) -> bool:
        """Each of its deliveries is about the year so far."""
        return self.contract.accumulation == "year_to_date"

    @property
    def has_whole_totals(self) -> bool:
        """Each of its deliveries is one number for all of its months, which cannot be split."""
        return isinstance(self.contract, TotalContract) and not self.is_year_to_date

    @property
    def replaced_by(self) -> Replacement:
        """What must come for one of its deliveries to count no more."""
        return replaced_by(self.contract)

    def reports_about(self, month: str) -> bool:
        """Tell whether anything is due for a month: a source that has ended, not begun or paused owes nothing."""
        first = date(int(month[:4]), int(month[5:]), 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        if (self.started_on and last < self.started_on) or (self.ended_on and first > self.ended_on):
            return False
        return not any(pause.from_on <= first and last <= pause.to_on for pause in self.pauses)

    def silence(self, month: str) -> Literal["ended", "paused", "not_begun"] | None:
        """Say why nothing is due for a month; None where something is."""
        if self.reports_about(month):
            return None
        if self.ended_on and month > self.ended_on.isoformat()[:7]:
            return "ended"
        return "not_begun" if self.started_on and month < self.started_on.isoformat()[:7] else "paused"


def finality_of(sources: Iterable[Source]) -> Finality:
    """Say what the providers call their numbers: preliminary where any does, final only where all do.

    >>> finality_of([])
    'not_stated'
    """
    said = {source.finality for source in sources}
    if "preliminary" in said:
        return "preliminary"
    return "final" if said == {"final"} else "not_stated"


class Agreement(StrictModel):
    """A medborgarlöfte with everything needed to follow it up."""

    id: Identifier
    is_draft: bool = Field(default=False, description="As `lofte new` leaves it; nothing of a draft is published")
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
    def longest_ends_on(self) -> date:
        """The last day that was ever agreed."""
        return max([self.ends_on, *(item.ends_on for item in self.amendments if item.ends_on is not None)])

    @property
    def in_force_until_on(self) -> date:
        """The last day in force, as every amendment leaves it."""
        ends = [item.effective_on - timedelta(days=1) for item in self.amendments if item.is_end]
        return min([self.longest_ends_on, *ends])

    def amendment(self, amendment_id: str) -> Amendment:
        """Return the amendment with an id."""
        return next(item for item in self.amendments if item.id == amendment_id)

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
