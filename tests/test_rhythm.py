"""Periods met of periods due: weeks, months and tertials, against a count made another way."""

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.actual import Actual
from methods.months import add_months, months_between
from methods.periods import Term, whole_term
from methods.rhythm import beats_met, weeks_due, weeks_of
from methods.terms import beats_due, periods_of
from schemas.target import RhythmTarget
from schemas.warehouse_address import WarehouseAddress
from tests.house import House
from tests.test_amendments import EXTENDED_BY, agreement_extended

DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))
EXTENDED, TO_DATE, WEEKLY = "extended-mid-term", "year-to-date-totals", "weekly-rhythm"


def every(length: Literal["week", "month", "tertial"]) -> RhythmTarget:
    """Return a target of something in every week, month or tertial."""
    return RhythmTarget.model_construct(comparison="rhythm", every=length)


@settings(deadline=None)
@given(DAYS, st.integers(0, 800))
def test_weeks_are_whole_and_inside_and_none_is_left_out(start: date, length: int) -> None:
    term = Term(start, False, start + timedelta(days=length))
    weeks = weeks_of(term)
    days = [start + timedelta(days=n) for n in range(length + 1)]
    by_week: dict[tuple[int, int], int] = {}
    for day in days:
        by_week[day.isocalendar()[:2]] = by_week.get(day.isocalendar()[:2], 0) + 1
    assert [week.id for week in weeks] == [f"{y}-W{w:02d}" for (y, w), count in by_week.items() if count == 7]


@settings(max_examples=50, deadline=None)
@given(DAYS, EXTENDED_BY, st.sampled_from([("month", 1), ("tertial", 4)]))
def test_what_is_due_in_a_period_is_whole_and_inside_and_counted_by_the_id_of_its_days(
    start: date, days: list[int], kind: tuple[Literal["month", "tertial"], int]
) -> None:
    agreement = agreement_extended(start, days)
    counted = {period.id: period for period in periods_of(agreement)}
    name, length = kind
    calendar = [
        (date(year, first, 1), date(year, first + length - 1, monthrange(year, first + length - 1)[1]))
        for year in range(2020, 2039)
        for first in range(1, 13, length)
    ]
    for period in counted.values():
        assert period.start_on is not None
        assert period.end_on is not None
        due = beats_due(agreement, every(name), period)
        inside = [(first, last) for first, last in calendar if period.start_on <= first and last <= period.end_on]
        assert sorted((beat.start_on, beat.end_on) for beat in due) == inside
        assert [counted[beat.id] for beat in due] == due


def between(low: int, high: int | None) -> Actual:
    """Return what has been reported, with no upper bound where something is missing."""
    most = None if high is None else Decimal(high)
    return Actual(Decimal(low), "exact" if low == high else "at_least", Decimal(low), most, low == high)


@settings(deadline=None)
@given(DAYS, st.integers(0, 400), st.data())
def test_bounds_are_those_of_all_that_may_be_true(start: date, length: int, data: st.DataObject) -> None:
    term = Term(start, False, start + timedelta(days=length))
    weeks, as_of_on = weeks_due(whole_term(term), term), start + timedelta(days=length // 2)
    known = st.none() | st.builds(lambda low, more: (low, low + more), st.integers(0, 2), st.integers(0, 2))
    bounds = {week.id: data.draw(known | st.tuples(st.integers(0, 2), st.none())) for week in weeks}
    may_be_none = {week_id for week_id, bound in bounds.items() if bound is None or bound[0] == 0}
    may_be_some = {week_id for week_id, bound in bounds.items() if bound is None or bound[1] != 0}
    reported = {week_id: between(*bound) if bound else None for week_id, bound in bounds.items()}
    found = beats_met(weeks, lambda week: reported[week.id], as_of_on)
    assert (found.low, found.high) == (len(weeks) - len(may_be_none), len(may_be_some))
    over = {week.id for week in weeks if week.end_on and week.end_on <= as_of_on}
    is_known = not over & may_be_none & may_be_some
    assert (found.qualifier == "exact", found.is_exact_so_far) == (is_known, is_known)


def test_months_that_the_term_cuts_are_not_due() -> None:
    agreement = agreement_extended(date(2024, 1, 2), [118])
    (whole,) = (period for period in periods_of(agreement) if period.id == "all")
    assert whole.end_on == date(2024, 4, 29)
    assert [beat.id for beat in beats_due(agreement, every("month"), whole)] == ["2024-02", "2024-03"]
    assert beats_due(agreement, every("tertial"), whole) == []


def test_what_is_not_over_is_neither_met_nor_missed() -> None:
    term = Term(date(2024, 1, 1), False, date(2024, 1, 21))
    reported = {"2024-W01": between(1, 1)}
    found = beats_met(weeks_of(term), lambda week: reported.get(week.id), date(2024, 1, 7))
    assert (found.low, found.high, found.qualifier) == (Decimal(1), Decimal(3), "exact")


def said(house: House, figure_id: str) -> tuple[str, ...]:
    """Return how many are met, at least and at most, of how many, and what that is called."""
    figure = house.figure(figure_id)
    return tuple(figure[name] for name in ("actual_low", "actual_high", "target_value", "status", "status_rule"))


def extend(house: House, length: str, first_end: str, *later: str) -> None:
    """Take the agreement in that is extended, with other ends and something promised for every month or tertial."""
    house.take_case(EXTENDED, has_deliveries=False)
    house.edit(
        EXTENDED,
        'comparison = "at_least"\nvalue = 30\nwording_sv = "minst 30"\nperiod_wording = "agreement"',
        f'comparison = "rhythm"\nevery = "{length}"\nwording_sv = "PÅHITTAT"\nperiod_wording = "agreement"',
    )
    house.edit(EXTENDED, "ends_on = 2024-06-30", f"ends_on = {first_end}")
    house.edit(EXTENDED, "ends_on = 2025-06-30", f"ends_on = {later[0]}")
    if later[1:]:
        again = (
            f'[[amendments]]\nid = "again"\nkind = "extended"\neffective_on = 2024-06-02\nends_on = {later[1]}\n'
            'text_sv = "PÅHITTAT beslut."\ndecision_url = "https://example.org/pahittat-beslut"\n\n'
        )
        house.edit(EXTENDED, '[[offices]]\nid = "police"', f'{again}[[offices]]\nid = "police"')


def control(house: House, last_month: str, *days: str) -> None:
    """Leave a delivery for each month of the extended agreement, with a control on each day that lies in it."""
    for month in months_between("2024-01", last_month):
        rows = "".join(f"{day};Kontroll;1;PÅHITTAD\n" for day in days if day.startswith(month))
        text = "datum;typ;antal;märkning\n" + (rows or f"{month}-01;Kontroll;0;PÅHITTAD\n")
        house.deliver(EXTENDED, "rows", f"PAHITTAD_{month}_mottagen_{add_months(month, 1)}-10.csv", text)


def test_a_month_that_an_extension_made_whole_is_rated_by_all_of_its_days(
    tmp_path: Path, warehouse: WarehouseAddress
) -> None:
    house = House(tmp_path / "house", warehouse)
    extend(house, "month", "2024-06-15", "2024-12-31")
    control(house, "2024-12", *(f"{month}-20" for month in months_between("2024-01", "2024-12")))
    assert house.run(at=date(2025, 3, 1))[EXTENDED].problems == []
    assert said(house, f"{EXTENDED}/controls/made/-/whole/all") == ("5", "5", "5", "kept", "rhythm_held")
    assert said(house, f"{EXTENDED}/controls/made/-/whole/all-A1") == ("12", "12", "12", "kept", "rhythm_held")


def test_a_month_that_a_second_extension_made_whole_is_due_only_then(tmp_path: Path) -> None:
    house = House(tmp_path)
    extend(house, "month", "2024-06-10", "2024-06-20", "2024-07-31")
    control(house, "2024-07", *(f"{month}-25" for month in months_between("2024-01", "2024-07")))
    house.run(at=date(2024, 10, 1))
    found = [said(house, f"{EXTENDED}/controls/made/-/whole/{period}") for period in ("all", "all-A1", "all-A2")]
    assert [told[:4] for told in found] == [(count, count, count, "kept") for count in ("5", "5", "7")]


@pytest.mark.parametrize(
    ("july", "expected"),
    [
        (("2024-07-09",), ("4", "4", "4", "kept", "rhythm_held")),
        ((), ("3", "3", "4", "not_kept", "rhythm_broken")),
    ],
)
def test_a_tertial_that_an_extension_made_whole_is_rated_by_all_of_its_days(
    tmp_path: Path, july: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    house = House(tmp_path)
    extend(house, "tertial", "2024-06-30", "2025-06-30")
    control(house, "2025-06", "2024-02-05", *july, "2024-11-05", "2025-03-05")
    house.run(at=date(2025, 8, 1))
    assert said(house, f"{EXTENDED}/controls/made/-/whole/all") == ("1", "1", "1", "kept", "rhythm_held")
    assert said(house, f"{EXTENDED}/controls/made/-/whole/all-A1") == expected


def totals(house: House, length: str, *delivered: tuple[int, int, str]) -> None:
    """Take the agreement in whose totals are of the year so far, with something promised for every month or tertial."""
    house.take_case(TO_DATE, has_deliveries=False)
    house.edit(
        TO_DATE,
        'comparison = "at_least"\nvalue = 30\nwording_sv = "minst 30 per år"',
        f'comparison = "rhythm"\nevery = "{length}"\nwording_sv = "PÅHITTAT"',
    )
    for month, value, how in delivered:
        total(house, month, value, how)


def total(house: House, month: int, value: int, how: str = "exakt") -> None:
    """Leave a total of the year so far."""
    received_on = f"{add_months(f'2024-{month:02d}', 1)}-10"
    text = f"typ;antal;hur;märkning\nKontroll;{value};{how};PÅHITTAD\n"
    house.deliver(TO_DATE, "rows", f"PAHITTAD_2024-{month:02d}_mottagen_{received_on}.csv", text)


def test_months_within_a_longer_total_are_neither_met_nor_missed_until_it_is_known_of_each(
    tmp_path: Path, warehouse: WarehouseAddress
) -> None:
    house = House(tmp_path / "house", warehouse)
    totals(house, "month", *((month, 2 * month, "exakt") for month in range(1, 13) if month != 4))
    house.run(at=date(2025, 6, 1))
    year = f"{TO_DATE}/controls/made/-/per-year/2024"
    assert said(house, year) == ("10", "12", "12", "undetermined", "qualifier_does_not_decide")
    assert house.figure(year)["status_reason_sv"].startswith("Redovisat: minst 10, högst 12 månader.")
    total(house, 4, 6)
    house.run(at=date(2025, 6, 1))
    assert said(house, year) == ("11", "11", "12", "not_kept", "rhythm_broken")


def test_a_month_without_anything_breaks_the_rhythm_whatever_a_longer_total_holds(tmp_path: Path) -> None:
    house = House(tmp_path)
    totals(house, "month", (1, 2, "exakt"), (3, 4, "exakt"), (4, 4, "exakt"))
    house.run(at=date(2024, 6, 1))
    year = f"{TO_DATE}/controls/made/-/per-year/2024"
    assert said(house, year) == ("1", "11", "12", "not_kept", "rhythm_broken")


def test_a_zero_that_is_attested_of_several_months_is_of_each_of_them(tmp_path: Path) -> None:
    house = House(tmp_path)
    totals(house, "month", (3, 2, "exakt"))
    path = house.deliver(TO_DATE, "rows", "PAHITTAD_2024-02_mottagen_2024-03-10.csv", "typ;antal;hur;märkning\n")
    path.with_name(f"{path.name}.toml").write_text("attests_zero = true\n", "utf-8")
    house.run(at=date(2024, 5, 1))
    year = f"{TO_DATE}/controls/made/-/per-year/2024"
    assert said(house, year) == ("1", "10", "12", "not_kept", "rhythm_broken")


@pytest.mark.parametrize(
    ("until_march", "first"), [(0, ("2", "3")), (1, ("3", "3"))], ids=["nothing before", "something before"]
)
def test_a_tertial_that_a_longer_total_reaches_into_is_met_by_what_lies_inside_it(
    tmp_path: Path, until_march: int, first: tuple[str, ...]
) -> None:
    house = House(tmp_path)
    late = ((month, month, "exakt") for month in range(5, 13))
    totals(house, "tertial", *((month, until_march, "exakt") for month in (1, 2, 3)), *late)
    house.run(at=date(2025, 6, 1))
    assert said(house, f"{TO_DATE}/controls/made/-/per-year/2024")[:3] == (*first, "3")


@pytest.mark.parametrize(
    ("january", "february"),
    [((5, "minst"), (9, "exakt")), ((5, "exakt"), (6, "cirka")), ((0, "exakt"), (1, "cirka"))],
    ids=["after a lower bound", "about as many as before", "about one"],
)
def test_a_month_in_which_something_may_have_been_done_is_not_missed(
    tmp_path: Path, january: tuple[int, str], february: tuple[int, str]
) -> None:
    house = House(tmp_path)
    totals(house, "month", (1, *january), (2, *february))
    house.run(at=date(2024, 4, 1))
    low = "1" if january[0] else "0"
    high = "12" if january[0] else "11"
    assert said(house, f"{TO_DATE}/controls/made/-/per-year/2024")[:2] == (low, high)


@pytest.mark.parametrize(
    ("missed", "expected"),
    [((), ("5", "5", "5", "kept", "rhythm_held")), (("2024-01-30",), ("4", "4", "5", "not_kept", "rhythm_broken"))],
)
def test_a_week_that_begins_in_the_month_before_is_known_by_both_months(
    tmp_path: Path, missed: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    house = House(tmp_path)
    house.take_case(WEEKLY, has_deliveries=False)
    house.edit(WEEKLY, 'period_wording = "agreement"', 'period_wording = "per_month"')
    house.edit(WEEKLY, 'period = "agreement"', 'period = "month"')
    days = [str(date(2024, 1, 2) + timedelta(days=7 * week)) for week in range(13)]
    for month in months_between("2024-01", "2024-03"):
        rows = "".join(f"{day};Möte;1;PÅHITTAD\n" for day in days if day.startswith(month) and day not in missed)
        name = f"PAHITTAD_{month}_mottagen_{add_months(month, 1)}-10.csv"
        house.deliver(WEEKLY, "rows", name, "datum;typ;antal;märkning\n" + rows)
    house.run(at=date(2024, 5, 1))
    assert said(house, f"{WEEKLY}/broken/made/-/whole/2024-02") == expected
