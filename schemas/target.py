"""Targets: what an indicator is to reach, by when, and each way in which the words can be read."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, TypeGuard

from pydantic import Field

from schemas.strict import Identifier, NotNegative, Number, StrictModel, Text, Url

CountComparison = Literal["at_least", "at_most", "exactly"]
ReadingPeriod = Literal["calendar_year", "year_from_signing", "agreement", "tertial", "month"]


class Reading(StrictModel):
    """One way to read the period of a target's wording."""

    id: Identifier
    label_sv: Text
    period: ReadingPeriod
    is_rated: bool


class _Target(StrictModel):
    id: Identifier
    indicator: Identifier
    wording_sv: Text
    open_wording_sv: Text | None = None
    period_wording: Literal["per_year", "per_tertial", "per_month", "agreement", "unstated"]
    readings: list[Reading] = Field(min_length=1)
    registered_on: date | None = None
    decision_url: Url | None = None
    amendment: Identifier | None = Field(default=None, description="The revision of the agreement that brought it")
    revises: Identifier | None = Field(default=None, description="The target of the activity that it comes instead of")

    @property
    def number(self) -> Decimal | None:
        """The number to reach, where the words hold one."""
        return None


class Qualification(StrictModel):
    """A property that each counted unit must have, such as lasting twenty minutes."""

    property: Literal["duration_minutes"]
    minimum: Annotated[Number, Field(gt=0)]


class CountTarget(_Target):
    """At least, at most or exactly so many; of some places, each or together; of a certain kind only."""

    comparison: CountComparison
    value: NotNegative
    qualification: Qualification | None = None
    place_scope: Literal["each", "together"] | None = None
    places: list[Identifier] = []
    places_decision_url: Url | None = Field(
        default=None, description="The police's recorded decision that numbers may be published by place"
    )

    @property
    def number(self) -> Decimal:
        """So many."""
        return self.value


class ShareTarget(_Target):
    """A share of another count of the same activity."""

    comparison: Literal["share_at_least", "share_at_most"]
    value: Annotated[Number, Field(gt=0, le=1)]
    of_indicator: Identifier

    @property
    def number(self) -> Decimal:
        """The share, 0 to 1."""
        return self.value


class RhythmTarget(_Target):
    """Something done in every week, month or tertial."""

    comparison: Literal["rhythm"]
    every: Literal["week", "month", "tertial"]


class MilestoneTarget(_Target):
    """Something done by a date, or not; without a date, by the end of the reading's period."""

    comparison: Literal["milestone"]
    due_on: date | None = None
    done_on: date | None = None
    evidence_url: Url | None = None
    confirming_office: Identifier | None = None
    confirmed_undone_on: date | None = Field(
        default=None, description="The day on which the office confirmed that it was not done"
    )
    searched_on: date | None = None


class DirectionTarget(_Target):
    """More or fewer than a baseline number per period, or an outcome's change since the survey before the start."""

    comparison: Literal["increase", "decrease"]
    baseline: NotNegative | None = None
    baseline_url: Url | None = None
    outcome: Identifier | None = Field(default=None, description="The outcome whose survey question shows it")
    area: Identifier | None = Field(default=None, description="The place that the share is of")

    @property
    def number(self) -> Decimal | None:
        """The baseline."""
        return self.baseline


Target = Annotated[
    CountTarget | ShareTarget | RhythmTarget | MilestoneTarget | DirectionTarget,
    Field(discriminator="comparison"),
]


def is_surveyed(target: Target | None) -> TypeGuard[DirectionTarget]:
    """Tell whether a target is a direction that a survey measures; its numbers stand with the survey."""
    return isinstance(target, DirectionTarget) and target.outcome is not None
