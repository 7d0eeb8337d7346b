"""Which months have been delivered: completeness, gaps, the unbroken prefix and what is overdue."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.coverage import Coverage, Extent
from methods.months import months_between
from methods.periods import Period, Term, calendar_periods, due_periods, years_from_signing

TERM = Term(date(2023, 1, 1), False, date(2024, 12, 31))
PERIODS = {period.id: period for period in calendar_periods(TERM)}
YEAR = PERIODS["2024"]


def months(first: int, last: int) -> frozenset[str]:
    """Return months of 2024."""
    return frozenset(months_between(f"2024-{first:02d}", f"2024-{last:02d}"))


def covered(*by_source: frozenset[str], period: Period = YEAR, as_of: str = "2024-12") -> Coverage:
    """Return the coverage that sources give."""
    return Coverage(period, {f"source-{number}": found for number, found in enumerate(by_source)}, as_of)


@pytest.mark.parametrize(
    ("coverage", "expected"),
    [
        pytest.param(
            covered(months(1, 12)),
            {"is_received": True, "missing": [], "is_complete": True, "has_gap": False, "until_on": date(2024, 12, 31)},
            id="whole year",
        ),
        pytest.param(
            covered(frozenset()),
            {"is_received": False, "is_complete": False, "has_gap": False, "until_on": None, "reported_share": 0.0},
            id="nothing",
        ),
        pytest.param(
            covered(),
            {"is_received": False, "is_complete": False, "has_gap": False, "until_on": None},
            id="no source",
        ),
        pytest.param(
            covered(months(1, 8), as_of="2024-08"),
            {"missing": [], "is_complete": False, "has_gap": False, "until_on": date(2024, 8, 31)},
            id="all that could have come",
        ),
        pytest.param(
            covered(months(1, 6), as_of="2024-08"),
            {"missing": ["2024-07", "2024-08"], "has_gap": False, "until_on": date(2024, 6, 30)},
            id="late at the end",
        ),
        pytest.param(
            covered(months(1, 3) | months(5, 8), as_of="2024-08"),
            {"missing": ["2024-04"], "has_gap": True, "until_on": date(2024, 3, 31), "is_complete": False},
            id="a gap",
        ),
        pytest.param(
            covered(months(2, 8), as_of="2024-08"),
            {"missing": ["2024-01"], "has_gap": True, "until_on": None, "reported_share": 0.0, "is_received": True},
            id="a gap at the start",
        ),
        pytest.param(
            covered(months(1, 12), months(1, 6)),
            {"is_received": True, "is_complete": False, "missing": sorted(months(7, 12)), "months": months(1, 6)},
            id="sums need every source",
        ),
        pytest.param(
            covered(months(1, 12), frozenset()),
            {"is_received": True, "is_complete": False, "missing": sorted(months(1, 12)), "months": frozenset()},
            id="one source silent",
        ),
    ],
)
def test_coverage(coverage: Coverage, expected: dict[str, Any]) -> None:
    assert {name: getattr(coverage, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("last", "share"),
    [(1, Fraction(31, 366)), (2, Fraction(60, 366)), (8, Fraction(244, 366)), (12, Fraction(1))],
    ids=["january", "with 29 February", "august", "all"],
)
def test_reported_share_is_of_days(last: int, share: Fraction) -> None:
    assert covered(months(1, last)).reported_share == share


def test_reported_share_of_a_clipped_period_counts_its_own_days() -> None:
    (year,) = [p for p in calendar_periods(Term(date(2024, 3, 15), False, date(2024, 5, 10))) if p.type == "year"]
    assert covered(months(3, 3), period=year).reported_share == Fraction(17, 57)
    last = covered(months(3, 5), period=year)
    assert (last.until_on, last.reported_share, last.is_complete) == (date(2024, 5, 10), 1.0, True)


def test_a_source_ahead_of_another_leaves_no_unbroken_count() -> None:
    """The pace counts only the unbroken prefix; a month that just one of two sources has sent lies beyond it."""
    assert covered(months(1, 8), months(1, 6), as_of="2024-08").has_gap


def test_an_undated_period_is_never_complete() -> None:
    (undated, *_) = years_from_signing(Term(date(2023, 1, 1), True, date(2024, 12, 31)))
    coverage = covered(frozenset(), period=undated)
    assert (coverage.is_complete, coverage.missing, coverage.until_on, coverage.reported_share) == (
        False,
        [],
        None,
        0.0,
    )


def test_rows_cover_their_months_in_any_period() -> None:
    rows = Extent("police", "2023-11", "2024-02", None, None)
    assert rows.months_within(YEAR) == {"2024-01", "2024-02"}
    assert rows.months_within(PERIODS["2024-02"]) == {"2024-02"}
    assert rows.months_within(PERIODS["2023-T1"]) == set()


@pytest.mark.parametrize(
    ("period_id", "expected"),
    [
        ("2024-T1", {"2024-01", "2024-02", "2024-03", "2024-04"}),
        ("2024", {"2024-01", "2024-02", "2024-03", "2024-04"}),
        ("all", {"2024-01", "2024-02", "2024-03", "2024-04"}),
        ("2024-01", set()),
        ("2024-T2", set()),
        ("2023", set()),
    ],
)
def test_a_total_covers_only_periods_it_lies_wholly_inside(period_id: str, expected: set[str]) -> None:
    total = Extent("police", "2024-01", "2024-04", date(2024, 1, 1), date(2024, 4, 30))
    assert total.months_within(PERIODS[period_id]) == expected


def test_a_total_across_new_year_covers_neither_year() -> None:
    total = Extent("police", "2023-09", "2024-08", date(2023, 9, 1), date(2024, 8, 31))
    assert total.months_within(PERIODS["2023"]) == set()
    assert total.months_within(PERIODS["2024"]) == set()
    assert len(total.months_within(PERIODS["all"])) == 12


@pytest.mark.parametrize(
    ("delivered", "as_of_on", "is_overdue"),
    [
        pytest.param(months(1, 6), date(2024, 8, 14), False, id="the day before it is due"),
        pytest.param(months(1, 6), date(2024, 8, 15), True, id="on the day it is due"),
        pytest.param(months(1, 7), date(2024, 8, 15), False, id="delivered"),
        pytest.param(months(2, 7), date(2024, 8, 15), True, id="an early month never delivered"),
    ],
)
def test_overdue(delivered: frozenset[str], as_of_on: date, is_overdue: bool) -> None:
    coverage = covered(delivered, as_of="2024-07")
    due = [item for item in due_periods(TERM, "month", 15) if item.first_month >= "2024-01"]
    assert coverage.is_overdue(due, as_of_on) is is_overdue


def test_nothing_is_overdue_without_a_due_day() -> None:
    assert not covered(frozenset()).is_overdue(due_periods(TERM, "month", None), date(2026, 1, 1))


@settings(max_examples=100, deadline=None)
@given(st.sets(st.sampled_from(sorted(months(1, 12)))), st.sampled_from(sorted(months(1, 12))))
def test_one_source_has_a_gap_or_an_unbroken_prefix(delivered: set[str], as_of: str) -> None:
    coverage = covered(frozenset(delivered), as_of=as_of)
    assert coverage.has_gap == (sorted(delivered) != sorted(months(1, 12))[: len(delivered)])
    assert coverage.is_complete == (len(delivered) == 12)
    assert (coverage.reported_share == 1.0) == coverage.is_complete
    assert set(coverage.missing) | delivered >= {month for month in months(1, 12) if month <= as_of}
