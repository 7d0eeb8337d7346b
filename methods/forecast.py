"""Is a count on its way to its target? A gamma-Poisson calculation, not a forecast by anyone who owns the promise.

Count y after a fraction f of the period; rate ~ Gamma(a, b), default Jeffreys a = ½, b = 0. What remains is then
negative binomial with size a + y and success probability (b + f)/(b + 1).
"""

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Outlook:
    """Where a count may end.

    `reach_probability` is a probability; `low` and `high` bound the whole period's count with 80 %.
    """

    reach_probability: float
    low: int
    high: int


def reach_probability(y: int, f: float, target: int, a: float = 0.5, b: float = 0.0) -> float | None:
    """Return the probability that a count of y after a fraction f reaches its target; None where none can be said.

    >>> round(reach_probability(18, 243 / 365, 30), 10)
    0.2572290594
    """
    _check(y, f, a, b)
    if y >= target:
        return 1.0
    if f >= 1:
        return 0.0
    if f + b == 0:
        return None
    return float(_remaining(y, f, a, b).sf(target - y - 1))


def outlook(y: int, f: float, target: int, a: float = 0.5, b: float = 0.0) -> Outlook | None:
    """Return the probability of reaching a target and the 80 % predictive interval; None where none can be said."""
    probability = reach_probability(y, f, target, a, b)
    if probability is None or f + b == 0:
        return None
    if f >= 1:
        return Outlook(probability, y, y)
    remaining = _remaining(y, f, a, b)
    return Outlook(probability, y + int(remaining.ppf(0.1)), y + int(remaining.ppf(0.9)))


def _remaining(y: int, f: float, a: float, b: float) -> Any:
    """Return the predictive distribution of what is still to come."""
    from scipy.stats import nbinom  # takes over a second to import, and few runs calculate anything

    return nbinom(a + y, (b + f) / (b + 1))


def _check(y: int, f: float, a: float, b: float) -> None:
    if y < 0 or not 0 <= f <= 1 or a <= 0 or b < 0 or not math.isfinite(a + b):
        raise ValueError(f"no count after a fraction of a period: y={y}, f={f}, a={a}, b={b}")
