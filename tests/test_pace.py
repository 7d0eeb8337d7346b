"""What earlier years make of a pace: whichever way a year is cut up, its periods hold the year's count together."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from methods.coverage import Coverage
from methods.earlier_years import YearCount, dispersion, season
from methods.forecast import Pace, outlook
from methods.pace import pace_of
from methods.periods import Period, Term, calendar_periods
from schemas.agreement import EarlierYear, Indicator, OutlookRule
from tests.house import House

TERM = Term(date(2024, 1, 1), False, date(2024, 12, 31), None)
TOTALS = "year-to-date-totals"
DECLARED = """outlook = { prior_years = 0.5 }

[[activities.indicators.earlier_years]]
year = 2023
months = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
source_url = "https://example.org/pahittat"
is_invented = true
"""
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


def test_a_season_costs_the_spread_eleven_degrees_of_freedom() -> None:
    """Two years in turns have an even season: 24 months of 0 or 12 where 6 are expected make a χ² of 144."""
    years = [YearCount(2022, (0, 12) * 6), YearCount(2023, (12, 0) * 6)]
    assert dispersion(years, season(years)) == pytest.approx(144 / 11)


@pytest.mark.parametrize(("how", "prior_count"), [("exakt", "22.5"), ("cirka", "6"), ("minst", "6")])
def test_a_delivered_year_tells_of_the_next_only_where_all_its_months_are_exact(
    house: House, how: str, prior_count: str
) -> None:
    """Half a year's weight of 12 in the year before the agreement, and of 78 in its first year where that counts."""
    house.take_case(TOTALS, has_deliveries=False)
    house.edit(TOTALS, 'accumulation = "year_to_date"', 'accumulation = "period"')
    house.edit(TOTALS, "ends_on = 2024-12-31", "ends_on = 2025-12-31")
    house.edit(TOTALS, 'definition_sv = "PÅHITTAD."\n', f'definition_sv = "PÅHITTAD."\n{DECLARED}')
    for month in range(1, 13):
        said = how if month == 7 else "exakt"
        house.deliver(TOTALS, "rows", f"PAHITTAD_2024-{month:02d}_mottagen_2025-01-10.csv",
                      f"typ;antal;hur;märkning\nKontroll;{month};{said};PÅHITTAD\n")  # fmt: skip
    assert house.run(at=date(2025, 2, 12))[TOTALS].problems == []
    assert house.figure(f"{TOTALS}/controls/made/-/per-year/2025")["prior_count"] == prior_count
