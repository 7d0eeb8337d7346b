"""One figure: an indicator in a period, under one reading, with all that may be said of it."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from methods.actual import Actual
from methods.forecast import Outlook
from methods.periods import Period
from methods.status import Verdict
from methods.survey import SurveyResult
from schemas.agreement import Activity, Indicator, Place, Source
from schemas.codes import Status
from schemas.decisions import Override
from schemas.target import MilestoneTarget, Reading, ShareTarget, Target, is_surveyed

ValueStatus = Literal["observed", "partial", "preliminary", "missing", "suppressed", "stale", "not_applicable"]


@dataclass(frozen=True)
class Figure:
    """A row of `promise_progress` before it is put into words.

    `target` and `reading` are set only in the periods that the target is about; `verdict` is None where nothing is
    rated. `target_number` is what the actual is compared with: of a rhythm, how many were due. `places` are those that
    the target names, none for a figure about everywhere. `missing_months` are those up to the as-of month that nothing
    has been delivered for. `is_rated`: the reading, and the target among those that came instead of each other, counts
    when a promise is summed up. `ended_on`: the day from which the agreement was no longer in force, inside the period
    or before a milestone's day. `override`: what an office has decided to say, beside `verdict`, which is the rule's.
    `silences`: sources that have ended or paused, so that nobody reports about some month of the period.
    `is_preliminary`: who delivers what the number is made of calls it so.
    """

    agreement_id: str
    activity: Activity
    indicator: Indicator | None
    target: Target | None
    target_number: Decimal | None
    reading: Reading | None
    is_rated: bool
    places: tuple[Place, ...]
    period: Period
    is_untargeted: bool
    is_example: bool
    actual: Actual | None
    value_status: ValueStatus
    verdict: Verdict | None
    missing_months: list[str]
    deliveries_due: int | None
    deliveries_received: int | None
    covered_until_on: date | None
    outlook: Outlook | None
    searched_on: date | None
    source_url: str | None
    seen: SurveyResult | None = None
    ended_on: date | None = None
    override: Override | None = None
    silences: tuple[Source, ...] = ()
    is_preliminary: bool = False

    @property
    def id(self) -> str:
        """Agreement/activity/indicator/place/reading/period; `-` for absent parts."""
        indicator = self.indicator.id if self.indicator else "-"
        reading = self.reading.id if self.reading else "-"
        places = "+".join(place.id for place in self.places) or "-"
        return f"{self.agreement_id}/{self.activity.id}/{indicator}/{places}/{reading}/{self.period.id}"

    @property
    def status(self) -> Status | None:
        """What is said of the figure: what has been decided, else what the rule gives."""
        if self.override is not None:
            return self.override.status
        return self.verdict.status if self.verdict else None

    @property
    def is_share(self) -> bool:
        """The actual is a share of another count, 0 to 1."""
        return isinstance(self.target, ShareTarget)

    @property
    def is_withheld(self) -> bool:
        """The number exists, perhaps, and is not shown."""
        return self.value_status == "suppressed"

    @property
    def is_direction(self) -> bool:
        """The target is a direction, and its numbers are the survey's."""
        return is_surveyed(self.target)

    @property
    def has_evidence(self) -> bool:
        """The page that it is from shows when a milestone was done, or that it was not."""
        return isinstance(self.target, MilestoneTarget) and self.source_url == self.target.evidence_url is not None

    def without_numbers(self) -> "Figure":
        """Return the figure with everything gone from which its number could be told."""
        return replace(self, actual=None, outlook=None, covered_until_on=None, missing_months=[], is_preliminary=False)
