"""Something promised for every week, month or tertial: how many of them had it, of those that were due."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from methods.actual import Actual
from methods.periods import Period, Term


def weeks_of(term: Term) -> list[Period]:
    """List the ISO weeks that lie wholly inside a term.

    >>> [week.id for week in weeks_of(Term(date(2024, 1, 1), False, date(2024, 1, 17)))]
    ['2024-W01', '2024-W02']
    """
    return [_week(monday) for monday in _mondays(term)]


def weeks_due(period: Period, term: Term) -> list[Period]:
    """List the whole weeks of a term that are due in a period: a week belongs where its Thursday is."""
    start, end = period.start_on, period.end_on
    if start is None or end is None:
        return []
    return [_week(monday) for monday in _mondays(term) if start <= monday + timedelta(days=3) <= end]


def beats_met(beats: list[Period], reported_of: Callable[[Period], Actual | None], as_of_on: date) -> Actual:
    """Count what is met: surely, and at most, should all that is not known turn out to be met.

    One is met where something is known to have been done in it, and missed only where nothing can have been.

    Args:
        beats: what is due.
        reported_of: what has been reported for one by itself; None where nothing has.
        as_of_on: the last day that is counted.
    """
    actuals = {beat.id: reported_of(beat) for beat in beats}
    met = {beat_id for beat_id, actual in actuals.items() if actual is not None and actual.low > 0}
    missed = {beat_id for beat_id, actual in actuals.items() if actual is not None and actual.high == 0}
    over = {beat.id for beat in beats if beat.end_on is not None and beat.end_on <= as_of_on}
    is_exact = over <= met | missed
    low = Decimal(len(met))
    return Actual(low, "exact" if is_exact else "at_least", low, Decimal(len(beats) - len(missed)), is_exact)


def _mondays(term: Term) -> list[date]:
    """List the first days of a term's whole weeks."""
    first = term.starts_on + timedelta(days=-term.starts_on.weekday() % 7)
    return [first + timedelta(days=days) for days in range(0, (term.ends_on - first).days - 5, 7)]


def _week(monday: date) -> Period:
    year, week, _ = monday.isocalendar()
    sunday = monday + timedelta(days=6)
    return Period(f"{year}-W{week:02d}", "week", f"vecka {week} {year}", monday, sunday, False, False)
