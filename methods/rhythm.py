"""Something promised for every week, month or tertial: how many of them had it, of those that were due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from methods.actual import Actual
from methods.months import month_of, months_between
from methods.periods import Period, Term, calendar_periods

Every = Literal["week", "month", "tertial"]


@dataclass(frozen=True)
class Beat:
    """One week, month or tertial in which it was to be done; only whole ones inside the term are due."""

    id: str
    start_on: date
    end_on: date

    @property
    def months(self) -> list[str]:
        """The months that it touches."""
        return list(months_between(month_of(self.start_on), month_of(self.end_on)))


def weeks_of(term: Term) -> list[Beat]:
    """List the ISO weeks that lie wholly inside a term.

    >>> [beat.id for beat in weeks_of(Term(date(2024, 1, 1), False, date(2024, 1, 17)))]
    ['2024-W01', '2024-W02']
    """
    monday = term.starts_on + timedelta(days=-term.starts_on.weekday() % 7)
    weeks = []
    while monday + timedelta(days=6) <= term.ends_on:
        year, week, _ = monday.isocalendar()
        weeks.append(Beat(f"{year}-W{week:02d}", monday, monday + timedelta(days=6)))
        monday += timedelta(days=7)
    return weeks


def beats_due(every: Every, period: Period, term: Term) -> list[Beat]:
    """List what is due in a period: a week belongs where its Thursday is."""
    if period.start_on is None or period.end_on is None:
        return []
    start, end = period.start_on, period.end_on
    if every == "week":
        return [beat for beat in weeks_of(term) if start <= beat.start_on + timedelta(days=3) <= end]
    whole = [p for p in calendar_periods(term) if p.type == every and not p.is_clipped and p.start_on and p.end_on]
    beats = [Beat(p.id, p.start_on, p.end_on) for p in whole if p.start_on and p.end_on]
    return [beat for beat in beats if start <= beat.start_on and beat.end_on <= end]


def beats_met(
    beats: list[Beat], was_done: Callable[[str], bool], delivered_months: frozenset[str], as_of_on: date
) -> Actual:
    """Count what is met: surely, and at most, should all that is not yet delivered or over turn out to be met.

    Args:
        beats: what is due.
        was_done: whether anything has been reported for one, by its id.
        delivered_months: months that have been delivered.
        as_of_on: the last day that is counted.
    """
    met = sum(was_done(beat.id) for beat in beats)
    known = sum(beat.end_on <= as_of_on and delivered_months.issuperset(beat.months) for beat in beats)
    failed = sum(
        beat.end_on <= as_of_on and delivered_months.issuperset(beat.months) and not was_done(beat.id) for beat in beats
    )
    is_exact = known == sum(beat.end_on <= as_of_on for beat in beats)
    low = Decimal(met)
    return Actual(low, "exact" if is_exact else "at_least", low, Decimal(len(beats) - failed), is_exact)
