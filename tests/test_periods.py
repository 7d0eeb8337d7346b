"""A term cut into calendar periods, years from signing and deliveries due."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.months import add_months, month_of, months_between
from methods.periods import (
    Cadence,
    DuePeriod,
    Period,
    PeriodType,
    Term,
    calendar_periods,
    due_periods,
    whole_term,
    years_from_signing,
)

TWO_YEARS = Term(date(2023, 1, 1), False, date(2024, 12, 31))
CLIPPED = Term(date(2023, 3, 15), False, date(2024, 5, 10))


def of_type(term: Term, kind: PeriodType) -> list[Period]:
    """Return the calendar periods of one kind."""
    return [period for period in calendar_periods(term) if period.type == kind]


def with_id(term: Term, period_id: str) -> Period:
    """Return the one calendar period of an id."""
    (found,) = [period for period in calendar_periods(term) if period.id == period_id]
    return found


def test_full_years_have_every_month_tertial_and_year() -> None:
    assert [period.id for period in of_type(TWO_YEARS, "month")] == list(months_between("2023-01", "2024-12"))
    assert [period.id for period in of_type(TWO_YEARS, "tertial")] == [
        "2023-T1", "2023-T2", "2023-T3", "2024-T1", "2024-T2", "2024-T3",
    ]  # fmt: skip
    assert [period.id for period in of_type(TWO_YEARS, "year")] == ["2023", "2024"]
    assert [period.id for period in of_type(TWO_YEARS, "agreement")] == ["all"]
    assert not any(period.is_clipped or period.is_start_assumed for period in calendar_periods(TWO_YEARS))


@pytest.mark.parametrize(
    ("period_id", "start", "end"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2023-T1", date(2023, 1, 1), date(2023, 4, 30)),
        ("2023-T2", date(2023, 5, 1), date(2023, 8, 31)),
        ("2023-T3", date(2023, 9, 1), date(2023, 12, 31)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("all", date(2023, 1, 1), date(2024, 12, 31)),
    ],
)
def test_days_of_full_periods(period_id: str, start: date, end: date) -> None:
    period = with_id(TWO_YEARS, period_id)
    assert (period.start_on, period.end_on) == (start, end)


@pytest.mark.parametrize(
    ("period_id", "start", "end", "is_clipped"),
    [
        ("2023-03", date(2023, 3, 15), date(2023, 3, 31), True),
        ("2023-04", date(2023, 4, 1), date(2023, 4, 30), False),
        ("2024-05", date(2024, 5, 1), date(2024, 5, 10), True),
        ("2023-T1", date(2023, 3, 15), date(2023, 4, 30), True),
        ("2023-T2", date(2023, 5, 1), date(2023, 8, 31), False),
        ("2024-T2", date(2024, 5, 1), date(2024, 5, 10), True),
        ("2023", date(2023, 3, 15), date(2023, 12, 31), True),
        ("2024", date(2024, 1, 1), date(2024, 5, 10), True),
        ("all", date(2023, 3, 15), date(2024, 5, 10), False),
    ],
)
def test_a_term_inside_periods_clips_them(period_id: str, start: date, end: date, is_clipped: bool) -> None:
    period = with_id(CLIPPED, period_id)
    assert (period.start_on, period.end_on, period.is_clipped) == (start, end, is_clipped)


def test_a_clipped_term_has_no_period_outside_it() -> None:
    assert [period.id for period in of_type(CLIPPED, "tertial")] == [
        "2023-T1",
        "2023-T2",
        "2023-T3",
        "2024-T1",
        "2024-T2",
    ]
    assert of_type(CLIPPED, "month")[0].id == "2023-03"
    assert of_type(CLIPPED, "month")[-1].id == "2024-05"


def test_an_assumed_start_is_said_of_the_periods_that_begin_with_it() -> None:
    term = Term(date(2023, 1, 1), True, date(2024, 12, 31))
    assumed = [period.id for period in calendar_periods(term) if period.is_start_assumed]
    assert assumed == ["2023-01", "2023-T1", "2023", "all"]
    assert whole_term(term).is_start_assumed


def test_a_term_of_one_day() -> None:
    day = date(2024, 2, 29)
    periods = calendar_periods(Term(day, False, day))
    assert [period.id for period in periods] == ["2024-02", "2024-T1", "2024", "all"]
    assert {(period.start_on, period.end_on) for period in periods} == {(day, day)}


def test_years_from_a_known_day_of_signing() -> None:
    first, second = years_from_signing(Term(date(2023, 3, 10), False, date(2024, 12, 31), date(2023, 3, 10)))
    assert (first.id, first.start_on, first.end_on) == ("Y1", date(2023, 3, 10), date(2024, 3, 9))
    assert (second.id, second.start_on, second.end_on) == ("Y2", date(2024, 3, 10), date(2024, 12, 31))
    assert (first.is_clipped, second.is_clipped) == (False, True)
    assert not first.is_start_assumed


def test_years_that_end_with_the_term_are_not_clipped() -> None:
    years = years_from_signing(Term(date(2023, 1, 1), False, date(2024, 12, 31), date(2023, 1, 1)))
    assert [(year.id, year.is_clipped) for year in years] == [("Y1", False), ("Y2", False)]


def test_years_from_signing_on_29_february_miss_no_day() -> None:
    years = years_from_signing(Term(date(2024, 2, 29), False, date(2028, 12, 31), date(2024, 2, 29)))
    assert [(year.start_on, year.end_on) for year in years] == [
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2025, 3, 1), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2027, 2, 28)),
        (date(2027, 3, 1), date(2028, 2, 28)),
        (date(2028, 2, 29), date(2028, 12, 31)),
    ]


def test_years_from_an_unknown_day_of_signing_have_no_dates() -> None:
    years = years_from_signing(Term(date(2023, 1, 1), True, date(2024, 12, 31)))
    assert [year.id for year in years] == ["Y1", "Y2"]
    assert {(year.start_on, year.end_on) for year in years} == {(None, None)}
    assert [year.months() for year in years] == [[], []]


def test_a_year_that_the_term_starts_inside_is_clipped_to_it() -> None:
    """Signed before it applies: no source owes anything for the days before the start."""
    first, second = years_from_signing(Term(date(2023, 1, 1), False, date(2024, 12, 19), date(2022, 12, 20)))
    assert (first.start_on, first.end_on, first.is_clipped) == (date(2023, 1, 1), date(2023, 12, 19), True)
    assert (second.start_on, second.end_on, second.is_clipped) == (date(2023, 12, 20), date(2024, 12, 19), False)


@pytest.mark.parametrize(
    ("cadence", "expected"),
    [
        pytest.param("month", [(month, month) for month in months_between("2023-03", "2024-05")], id="month"),
        pytest.param(
            "tertial",
            [
                ("2023-03", "2023-04"), ("2023-05", "2023-08"), ("2023-09", "2023-12"),
                ("2024-01", "2024-04"), ("2024-05", "2024-05"),
            ],
            id="tertial",
        ),
        pytest.param("year", [("2023-03", "2023-12"), ("2024-01", "2024-05")], id="year"),
        pytest.param("agreement", [("2023-03", "2024-05")], id="agreement"),
    ],
)  # fmt: skip
def test_what_is_due_follows_the_calendar_within_the_term(cadence: Cadence, expected: list[tuple[str, str]]) -> None:
    due = due_periods(CLIPPED, cadence, None)
    assert [(item.first_month, item.last_month) for item in due] == expected
    assert {item.due_on for item in due} == {None}


@pytest.mark.parametrize(
    ("cadence", "last_due"),
    [("month", date(2025, 1, 15)), ("tertial", date(2025, 1, 15)), ("year", date(2025, 1, 15))],
)
def test_due_on_the_day_of_the_month_after(cadence: Cadence, last_due: date) -> None:
    assert due_periods(TWO_YEARS, cadence, 15)[-1].due_on == last_due


def test_due_days_of_a_tertial_source() -> None:
    due = due_periods(TWO_YEARS, "tertial", 28)
    assert [item.due_on for item in due][:3] == [date(2023, 5, 28), date(2023, 9, 28), date(2024, 1, 28)]
    assert len({item.id for item in due}) == len(due) == 6


def test_months_that_a_delivery_should_cover() -> None:
    assert DuePeriod("x", "2023-11", "2024-02", None).months() == ["2023-11", "2023-12", "2024-01", "2024-02"]


TERMS = st.builds(
    lambda start, days: Term(start, False, start + timedelta(days=days)),
    st.dates(date(2015, 1, 1), date(2030, 12, 31)),
    st.integers(0, 1500),
)


@settings(max_examples=80, deadline=None)
@given(TERMS, st.sampled_from(["month", "tertial", "year", "agreement"]))
def test_periods_of_a_kind_partition_the_term(term: Term, kind: PeriodType) -> None:
    periods = of_type(term, kind)
    day = term.starts_on
    for period in periods:
        assert period.start_on == day
        assert period.end_on is not None
        day = period.end_on + timedelta(days=1)
    assert day == term.ends_on + timedelta(days=1)
    months = [month for period in periods for month in period.months()]
    assert months == list(months_between(month_of(term.starts_on), month_of(term.ends_on)))


@settings(max_examples=80, deadline=None)
@given(TERMS)
def test_ids_are_unique_and_the_shape_of_citable_ids(term: Term) -> None:
    ids = [period.id for period in [*calendar_periods(term), *years_from_signing(term)]]
    assert len(set(ids)) == len(ids)


@settings(max_examples=80, deadline=None)
@given(TERMS, st.integers(0, 400))
def test_years_from_signing_follow_each_other_to_the_end(term: Term, days: int) -> None:
    signed = min(term.starts_on + timedelta(days=days), term.ends_on)
    years = years_from_signing(Term(term.starts_on, False, term.ends_on, signed))
    day = signed
    for year in years:
        assert year.start_on == day
        assert year.end_on is not None
        assert year.end_on >= day
        day = year.end_on + timedelta(days=1)
    assert day == term.ends_on + timedelta(days=1)
    assert not any(year.is_clipped for year in years[:-1])


@settings(max_examples=80, deadline=None)
@given(TERMS, st.sampled_from(["month", "tertial", "year", "agreement"]), st.none() | st.integers(1, 28))
def test_what_is_due_covers_every_month_once(term: Term, cadence: Cadence, due_day: int | None) -> None:
    due = due_periods(term, cadence, due_day)
    months = [month for item in due for month in item.months()]
    assert months == list(months_between(month_of(term.starts_on), month_of(term.ends_on)))
    for item in due:
        assert (item.due_on is None) == (due_day is None)
        assert item.due_on is None or month_of(item.due_on) == add_months(item.last_month, 1)
