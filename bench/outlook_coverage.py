"""How often does the 80 % interval of a year's count hold? `python -m bench.outlook_coverage` prints tables.

Years are drawn from a fixed seed: 30 a year in the mean, each month's variance φ times its mean. After some months of
the last year the program calculates its interval from those, and from the earlier years where it is let; the interval
holds when the whole year's count lies inside.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from methods.earlier_years import YearCount, dispersion, season, seasonal_share
from methods.forecast import Pace, outlook
from methods.months import last_day

YEARLY_MEAN = 30
REPORTED_MONTHS = (3, 6, 9)
DISPERSIONS = (1.0, 1.5, 2.0, 3.0)
EVEN = (1 / 12,) * 12
SUMMERY = tuple(weight / 12 for weight in (0.4, 0.4, 0.7, 1.0, 1.4, 1.9, 1.9, 1.6, 1.2, 0.7, 0.4, 0.4))


@dataclass(frozen=True)
class Way:
    """How the program calculates: from how many earlier years, and whether they tell a season."""

    name: str
    earlier_years: int
    is_seasonal: bool = False


WAYS = (
    Way("no earlier year", 0),
    Way("1 earlier year", 1),
    Way("2 earlier years", 2),
    Way("4 earlier years", 4),
)
SEASONAL_WAYS = (
    Way("4 earlier years, even over the year", 4),
    Way("2 earlier years, their season", 2, is_seasonal=True),
    Way("4 earlier years, their season", 4, is_seasonal=True),
)


def held_share(way: Way, phi: float, profile: tuple[float, ...], runs: int, seed: int) -> list[float]:
    """Return how often the interval held, after each of the reported months, as shares 0 to 1."""
    random = np.random.default_rng(seed)
    held = dict.fromkeys(REPORTED_MONTHS, 0)
    for _ in range(runs):
        counts = [_draw(phi, profile, random) for _ in range(way.earlier_years + 1)]
        years = [YearCount(2024 - way.earlier_years + n, months) for n, months in enumerate(counts)]
        for month in REPORTED_MONTHS:
            held[month] += _holds(years[:-1], years[-1], month, is_seasonal=way.is_seasonal)
    return [held[month] / runs for month in REPORTED_MONTHS]


def _holds(earlier: list[YearCount], year: YearCount, month: int, *, is_seasonal: bool) -> bool:
    start_on, until_on, end_on = date(2024, 1, 1), last_day(f"2024-{month:02d}"), date(2024, 12, 31)
    profile = season(earlier) if is_seasonal else None
    share = Fraction((until_on - start_on).days + 1, 366)
    if profile is not None:
        share = seasonal_share(start_on, until_on, end_on, profile)
    found = outlook(sum(year.months[:month]), Pace(share, dispersion=dispersion(earlier, profile)), YEARLY_MEAN)
    return found is not None and found.low <= year.total <= found.high


def _draw(phi: float, profile: tuple[float, ...], random: Any) -> tuple[int, ...]:
    """Draw a year's months, independent, with variance φ times the mean: negative binomial, Poisson where φ = 1."""
    means = YEARLY_MEAN * np.asarray(profile)
    if phi > 1:
        means = random.gamma(means / (phi - 1), phi - 1)
    return tuple(int(count) for count in random.poisson(means))


def table(ways: tuple[Way, ...], profile: tuple[float, ...], runs: int) -> Iterator[str]:
    """Yield the lines of a table in Markdown."""
    yield "| φ | calculated from | after 3 months | 6 months | 9 months |"
    yield "|---|---|---|---|---|"
    for phi in DISPERSIONS:
        for way in ways:
            shares = held_share(way, phi, profile, runs, seed=2024)
            yield f"| {phi:g} | {way.name} | {' | '.join(f'{share:.0%}' for share in shares)} |"


if __name__ == "__main__":
    for title, ways, profile in (("Even over the year", WAYS, EVEN), ("Most in the summer", SEASONAL_WAYS, SUMMERY)):
        sys.stdout.write("\n".join([title, "", *table(ways, profile, runs=2000), "", ""]))
