"""What an indicator's own earlier years make of its pace in a period."""

from fractions import Fraction

from methods.coverage import Coverage
from methods.earlier_years import YearCount, dispersion, season, seasonal_share, years_by_season, years_in
from methods.forecast import Pace
from schemas.agreement import Indicator


def pace_of(indicator: Indicator, coverage: Coverage, years: list[YearCount]) -> Pace:
    """Return the pace of a period, as far as it has been delivered without a gap.

    Args:
        indicator: says what earlier years are let to tell.
        coverage: of the period.
        years: whole years before the period; none where nothing is known of them.
    """
    share, start_on, end_on = coverage.reported_share, coverage.period.start_on, coverage.period.end_on
    if start_on is None or end_on is None:
        return Pace(share)
    profile = season(years) if indicator.outlook.season else None
    if profile is not None and coverage.until_on is not None:
        share = seasonal_share(start_on, coverage.until_on, end_on, profile)
    phi = dispersion(years, profile)
    weight, count = Fraction(indicator.outlook.prior_years), sum(year.total for year in years)
    if weight == 0 or count == 0:
        return Pace(share, dispersion=phi, is_seasonal=profile is not None)
    # A rate of so many a year that weighs as so many years; b is in periods, since the count is one of a period, and a
    # period holds as much of a year's count as its days do, or its season.
    length = years_in(start_on, end_on) if profile is None else years_by_season(start_on, end_on, profile)
    prior_count = weight * Fraction(count, len(years))
    return Pace(share, float(prior_count), float(weight / length), phi, is_seasonal=profile is not None)
