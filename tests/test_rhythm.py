"""Periods met of periods due: weeks, months and tertials, against a count made another way."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from methods.periods import Term, whole_term
from methods.rhythm import beats_due, beats_met, weeks_of

DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))


@given(DAYS, st.integers(0, 800))
def test_weeks_are_whole_and_inside_and_none_is_left_out(start: date, length: int) -> None:
    term = Term(start, False, start + timedelta(days=length))
    weeks = weeks_of(term)
    days = [start + timedelta(days=n) for n in range(length + 1)]
    by_week: dict[tuple[int, int], int] = {}
    for day in days:
        by_week[day.isocalendar()[:2]] = by_week.get(day.isocalendar()[:2], 0) + 1
    assert [week.id for week in weeks] == [f"{y}-W{w:02d}" for (y, w), count in by_week.items() if count == 7]


@given(DAYS, st.integers(0, 400), st.data())
def test_bounds_hold_whatever_comes_later(start: date, length: int, data: st.DataObject) -> None:
    term = Term(start, False, start + timedelta(days=length))
    beats = beats_due("week", whole_term(term), term)
    done = {beat.id for beat in beats if data.draw(st.booleans())}
    all_months = frozenset(month for beat in beats for month in beat.months)
    delivered = frozenset(month for month in all_months if data.draw(st.booleans()))
    seen = {beat.id for beat in beats if beat.id in done and delivered.issuperset(beat.months)}
    early = beats_met(beats, seen.__contains__, delivered, start + timedelta(days=length // 2))
    final = beats_met(beats, done.__contains__, all_months, term.ends_on)
    assert early.low <= final.low == final.high == len(done)
    assert early.high is not None
    assert final.low <= early.high


def test_months_that_the_term_cuts_are_not_due() -> None:
    term = Term(date(2024, 1, 2), False, date(2024, 4, 29))
    assert [beat.id for beat in beats_due("month", whole_term(term), term)] == ["2024-02", "2024-03"]
    assert beats_due("tertial", whole_term(term), term) == []


def test_what_is_not_over_is_neither_met_nor_missed() -> None:
    term = Term(date(2024, 1, 1), False, date(2024, 3, 31))
    months = beats_due("month", whole_term(term), term)
    found = beats_met(months, {"2024-01"}.__contains__, frozenset({"2024-01"}), date(2024, 1, 31))
    assert (found.low, found.high, found.qualifier) == (Decimal(1), Decimal(3), "exact")
