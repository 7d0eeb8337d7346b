"""Which months of a period have been delivered, and what follows from that."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

from methods.months import last_day
from methods.periods import DuePeriod, Period


@dataclass(frozen=True)
class Extent:
    """Months that one source has delivered for an indicator; with days where they are one total."""

    source_id: str
    first_month: str
    last_month: str
    start_on: date | None
    end_on: date | None

    def months_within(self, period: Period) -> set[str]:
        """Return the months that the extent covers of a period; a total counts only where it lies wholly inside."""
        inside = {month for month in period.months() if self.first_month <= month <= self.last_month}
        if self.start_on is None or self.end_on is None or period.start_on is None or period.end_on is None:
            return inside
        return inside if period.start_on <= self.start_on and self.end_on <= period.end_on else set()


@dataclass(frozen=True)
class Coverage:
    """The delivered months of a period, under an activity's sources.

    `not_due`: months that a source owes nothing for, since it has ended, paused or not begun. `taken_over`: those of
    them that another source reports about in its place.
    """

    period: Period
    by_source: dict[str, frozenset[str]]
    as_of_month: str
    not_due: dict[str, frozenset[str]] = field(default_factory=dict)
    taken_over: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def is_received(self) -> bool:
        """Something has been received for the period."""
        return any(self.by_source.values())

    @cached_property
    def months(self) -> frozenset[str]:
        """Months that every source has delivered for, or another in its place: figures of several sources are sums."""
        return frozenset(month for month in self._any_source if all(self._is_settled(s, month) for s in self.by_source))

    @cached_property
    def missing(self) -> list[str]:
        """Months up to the as-of month that have not been delivered."""
        return [m for m in self.period.months() if m <= self.as_of_month and m not in self.months]

    @cached_property
    def is_complete(self) -> bool:
        """Every month of the whole period has been delivered."""
        months = self.period.months()
        return bool(months) and self.months.issuperset(months)

    @cached_property
    def has_gap(self) -> bool:
        """Something has been delivered, by any source, after a month that not every source has delivered."""
        return len(self._prefix) < len(self._any_source)

    @cached_property
    def until_on(self) -> date | None:
        """Last day covered without a gap from the period's start."""
        if not self._prefix or self.period.end_on is None:
            return None
        return min(last_day(self._prefix[-1]), self.period.end_on)

    @cached_property
    def reported_share(self) -> Fraction:
        """Share of the period's days in the unbroken delivered prefix, 0 to 1."""
        start, end = self.period.start_on, self.period.end_on
        if self.until_on is None or start is None or end is None:
            return Fraction(0)
        return Fraction((self.until_on - start).days + 1, (end - start).days + 1)

    def is_overdue(self, due: list[DuePeriod], as_of_on: date) -> bool:
        """Tell whether something due by the as-of day, after what has come, is still not here."""
        return any(
            item.due_on is not None
            and item.due_on <= as_of_on
            and any(month in self.missing and month in self.owed for month in item.months())
            for item in due
        )

    @cached_property
    def never_due(self) -> frozenset[str]:
        """Months that will never be whole: some source reports nothing about them, and no other in its place."""
        silent = (self.not_due.get(source, frozenset()) for source in self.by_source)
        taken_over = (self.taken_over.get(source, frozenset()) for source in self.by_source)
        return frozenset().union(*(months - other for months, other in zip(silent, taken_over, strict=True)))

    @cached_property
    def owed(self) -> frozenset[str]:
        """Months that some source should report about and has not; all of them where there is no source."""
        if not self.by_source:
            return frozenset(self.period.months())
        settled = [months | self.not_due.get(source, frozenset()) for source, months in self.by_source.items()]
        return frozenset(self.period.months()) - frozenset.intersection(*settled)

    @cached_property
    def _any_source(self) -> frozenset[str]:
        return frozenset().union(*self.by_source.values())

    def _is_settled(self, source: str, month: str) -> bool:
        return month in self.by_source[source] or month in self.taken_over.get(source, frozenset())

    @cached_property
    def _prefix(self) -> list[str]:
        prefix: list[str] = []
        for month in self.period.months():
            if month not in self.months:
                break
            prefix.append(month)
        return prefix
