"""Is a count on its way to its target? A gamma-Poisson calculation, not a forecast by anyone who owns the promise.

Count y after a fraction f of the period; rate ~ Gamma(a, b), default Jeffreys a = ½, b = 0. What remains is then
negative binomial with size a + y and success probability (b + f)/(b + 1), that is with mean m = (a + y)(1 − f)/(b + f)
and variance v = m(1 + (1 − f)/(b + f)). Where earlier years show that months vary more than by chance, by a factor
φ > 1, the variance is φv: the quasi-Poisson widening (McCullagh and Nelder, Generalized Linear Models, 1989, 6.2), here
as the negative binomial with that mean and variance. With φ = 1 it is the first one.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Pace:
    """What a calculation rests on beside the count.

    `share` is the fraction f of the period, 0 to 1; by a seasonal profile the share of a year's count that comes by
    then. `prior_count` and `prior_periods` are a and b, in counts and in periods. `dispersion` is φ, at least 1.
    `is_seasonal`: the share goes by a profile, not by days.
    """

    share: Fraction
    prior_count: float = 0.5
    prior_periods: float = 0.0
    dispersion: float = 1.0
    is_seasonal: bool = False

    def __post_init__(self) -> None:
        f, a, b, phi = self.share, self.prior_count, self.prior_periods, self.dispersion
        if not 0 <= f <= 1 or a <= 0 or b < 0 or phi < 1 or not math.isfinite(a + b + phi):
            raise ValueError(f"no count after a fraction of a period: f={f}, a={a}, b={b}, φ={phi}")

    @property
    def says_nothing(self) -> bool:
        """Neither the period nor anything before it tells a rate."""
        return self.share + self.prior_periods == 0


@dataclass(frozen=True)
class Outlook:
    """Where a count may end.

    `reach_probability` is a probability; `low` and `high` bound the whole period's count with 80 %.
    """

    reach_probability: float
    low: int
    high: int
    pace: Pace


def reach_probability(y: int, pace: Pace, target: int) -> float | None:
    """Return the probability that a count of y reaches its target; None where none can be said.

    >>> round(reach_probability(18, Pace(Fraction(243, 365)), 30), 10)
    0.2572290594
    """
    if y < 0:
        raise ValueError(f"no count: {y}")
    if y >= target:
        return 1.0
    if pace.share >= 1:
        return 0.0
    if pace.says_nothing:
        return None
    return float(_remaining(y, pace).sf(target - y - 1))


def outlook(y: int, pace: Pace, target: int) -> Outlook | None:
    """Return the probability of reaching a target and the 80 % predictive interval; None where none can be said."""
    probability = reach_probability(y, pace, target)
    if probability is None or pace.says_nothing:
        return None
    if pace.share >= 1:
        return Outlook(probability, y, y, pace)
    remaining = _remaining(y, pace)
    return Outlook(probability, y + int(remaining.ppf(0.1)), y + int(remaining.ppf(0.9)), pace)


def _remaining(y: int, pace: Pace) -> Any:
    """Return the predictive distribution of what is still to come."""
    from scipy.stats import nbinom  # takes over a second to import, and few runs calculate anything

    seen, left = pace.prior_periods + float(pace.share), 1 - float(pace.share)
    shape = pace.prior_count + y
    if pace.dispersion == 1:
        return nbinom(shape, seen / (seen + left))
    mean = shape * left / seen
    size = mean**2 / (pace.dispersion * mean * (1 + left / seen) - mean)
    return nbinom(size, size / (size + mean))
