"""What earlier whole years tell of a count: how much its months vary, and how a year's count is spread over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from methods.months import first_day, last_day, month_of, months_between

# Each month's share of a year is taken as if it had had half a count more, so that none is impossible.
_HALF = Fraction(1, 2)


@dataclass(frozen=True)
class YearCount:
    """The counts of the twelve months of one year, January first."""

    year: int
    months: tuple[int, ...]

    @property
    def total(self) -> int:
        """The year's count."""
        return sum(self.months)


def season(years: Sequence[YearCount]) -> tuple[Fraction, ...] | None:
    """Return each month's share of a year, summing to 1; None from fewer than two years, which tell no season.

    >>> [str(share) for share in season([YearCount(2022, (4,) * 12), YearCount(2023, (2,) * 11 + (26,))])][-2:]
    ['13/204', '61/204']
    """
    if len(years) < 2:
        return None
    sums = [sum(year.months[month] for year in years) + _HALF for month in range(12)]
    return tuple(Fraction(count, sum(sums)) for count in sums)


def dispersion(years: Sequence[YearCount], profile: Sequence[Fraction] | None) -> float:
    """Return by how much months vary beyond chance, at least 1: Pearson's χ² over its degrees of freedom.

    Each month is expected to have its share of its own year's count: by a seasonal profile where one is used, which
    costs eleven degrees of freedom more, else by its days. One year or more; 1 where nothing is known.

    >>> dispersion([YearCount(2023, (0, 12) * 6)], None) > 6
    True
    """
    known = [year for year in years if year.total > 0]
    freedom = 11 * len(known) - (11 if profile else 0)
    if freedom <= 0:
        return 1.0
    chi_square = sum(
        (count - expected) ** 2 / expected
        for year in known
        for count, expected in zip(year.months, _expected(year, profile), strict=True)
    )
    return max(1.0, float(chi_square / freedom))


def seasonal_share(start_on: date, until_on: date, end_on: date, profile: Sequence[Fraction]) -> Fraction:
    """Return the share of a period's count that comes by a day, 0 to 1, each month's spread evenly over its days.

    >>> seasonal_share(date(2024, 1, 1), date(2024, 6, 30), date(2024, 12, 31), [Fraction(1, 12)] * 12)
    Fraction(1, 2)
    """
    return years_by_season(start_on, until_on, profile) / years_by_season(start_on, end_on, profile)


def years_by_season(start_on: date, end_on: date, profile: Sequence[Fraction]) -> Fraction:
    """Return how many years' counts come between two days, both included; between New Year's and New Year's Eve, 1.

    >>> summer = [Fraction(month in (7, 8), 2) for month in range(1, 13)]
    >>> years_by_season(date(2024, 5, 1), date(2024, 7, 31), summer)
    Fraction(1, 2)
    """
    weight = Fraction(0)
    for month in months_between(month_of(start_on), month_of(end_on)):
        first, last = max(first_day(month), start_on), min(last_day(month), end_on)
        weight += profile[first.month - 1] * Fraction((last - first).days + 1, last_day(month).day)
    return weight


def _expected(year: YearCount, profile: Sequence[Fraction] | None) -> list[Fraction]:
    if profile is not None:
        return [year.total * share for share in profile]
    days = [last_day(f"{year.year}-{month:02d}").day for month in range(1, 13)]
    return [Fraction(year.total * count, sum(days)) for count in days]


def years_in(start_on: date, end_on: date) -> Fraction:
    """Return how long a period is in years, a whole calendar year being 1 whether it is a leap year or not.

    >>> years_in(date(2024, 1, 1), date(2024, 12, 31)), years_in(date(2023, 1, 1), date(2024, 12, 31))
    (Fraction(1, 1), Fraction(2, 1))
    """
    total, day = Fraction(0), start_on
    while day <= end_on:
        last = min(date(day.year, 12, 31), end_on)
        total += Fraction((last - day).days + 1, (date(day.year, 12, 31) - date(day.year, 1, 1)).days + 1)
        day = last + timedelta(days=1)
    return total
