"""What earlier years make of a pace: whichever way a year is cut up, its periods hold the year's count together."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from methods.coverage import Coverage
from methods.earlier_years import YearCount
from methods.forecast import Pace, outlook
from methods.pace import pace_of
from methods.periods import Period, Term, calendar_periods
from schemas.agreement import EarlierYear, Indicator, OutlookRule

TERM = Term(date(2024, 1, 1), False, date(2024, 12, 31), None)
SUMMER_ONLY = (0, 0, 0, 0, 9, 9, 9, 9, 0, 0, 0, 0)


def periods(kind: str) -> list[Period]:
    """Return the periods of one kind in 2024."""
    return [period for period in calendar_periods(TERM) if period.type == kind]


def not_begun(period: Period, months: tuple[int, ...], *, season: bool, weight: str = "0.5") -> Pace:
    """Return the pace of a period that nothing has come for, after two years alike."""
    years = [YearCount(year, months) for year in (2022, 2023)]
    indicator = Indicator(
        id="made",
        role="output",
        label_sv="PÅHITTAT",
        label_en="Invented",
        unit="tillfälle",
        quantity="count",
        disclosure_unit="occasion",
        definition_sv="PÅHITTAD.",
        outlook=OutlookRule(season=season, prior_years=Decimal(weight)),
        earlier_years=[
            EarlierYear(year=y.year, months=list(y.months), source_url="https://example.org/", is_invented=True)
            for y in years
        ],
    )
    return pace_of(indicator, Coverage(period, {"rows": frozenset()}, "2023-12"), years)


def test_a_rate_from_earlier_years_follows_their_season() -> None:
    """All of a year came in May to August: those months are expected to bring it again."""
    summer = not_begun(periods("tertial")[1], SUMMER_ONLY, season=True)
    assert summer.prior_count / summer.prior_periods == pytest.approx(36, rel=0.12)
    found = outlook(0, summer, 20)
    assert found is not None
    assert found.reach_probability > 0.9
    spring = not_begun(periods("tertial")[0], SUMMER_ONLY, season=True)
    assert spring.prior_count / spring.prior_periods < 2


def test_without_a_season_a_rate_goes_by_days() -> None:
    summer = not_begun(periods("tertial")[1], SUMMER_ONLY, season=False)
    assert summer.prior_count / summer.prior_periods == pytest.approx(36 * 123 / 366)
    assert not summer.is_seasonal


@given(
    st.lists(st.integers(0, 40), min_size=12, max_size=12),
    st.booleans(),
    st.sampled_from(["month", "tertial", "year"]),
    st.sampled_from(["0.1", "0.5", "1"]),
)
def test_what_is_expected_of_all_periods_is_what_a_year_was(
    months: list[int], season: bool, kind: str, weight: str
) -> None:
    assume(sum(months) > 0)
    paces = [not_begun(period, tuple(months), season=season, weight=weight) for period in periods(kind)]
    assert sum(pace.prior_count / pace.prior_periods for pace in paces) == pytest.approx(sum(months))
    assert {pace.is_seasonal for pace in paces} == {season}
