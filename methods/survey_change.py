"""Did a share change between two surveys, by more than chance? And what change would have been seen?

z = (p1 − p2)/√(s1² + s2²), for two samples drawn apart from each other; its distribution is Student's t with
Satterthwaite's degrees of freedom, normal where neither share has any. Holm's step-down procedure holds the chance
of even one false alarm among the questions of one report at 5 %.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from methods.survey_design import t_quantile

LEVEL = 0.05
POWER = 0.80


@dataclass(frozen=True)
class Measure:
    """A share with its standard error; `freedom` is None where no design gives any."""

    share: float
    standard_error: float
    freedom: int | None = None


@dataclass(frozen=True)
class Difference:
    """What the test of one change rests on."""

    change: float
    standard_error: float
    freedom: float | None

    @property
    def probability(self) -> float:
        """The two-sided probability of a change as large as this by chance alone."""
        from scipy import special  # takes long to import, and few runs calculate anything

        z = -abs(self.change) / self.standard_error
        return float(2 * (special.ndtr(z) if self.freedom is None else special.stdtr(self.freedom, z)))

    def critical_change(self) -> float:
        """Return the smallest measured change that could be called one: at 5 %, were this the only question."""
        return t_quantile(1 - LEVEL / 2, self.freedom) * self.standard_error

    def detectable_change(self, questions: int) -> float:
        """Return the true change that is seen at least four times in five, tested among so many questions.

        The quantiles of 1 − 0.05/(2 × questions), Holm's strictest step, and of 0.80 together, times the standard
        error.

        >>> round(difference(Measure(0.5, 0.5 / 200**0.5), Measure(0.5, 0.5 / 200**0.5)).detectable_change(1), 4)
        0.1401
        """
        quantiles = t_quantile(1 - LEVEL / (2 * questions), self.freedom) + t_quantile(POWER, self.freedom)
        return quantiles * self.standard_error


def difference(later: Measure, earlier: Measure) -> Difference:
    """Return a change between two surveys with its standard error.

    >>> found = difference(Measure(0.50, 0.03), Measure(0.40, 0.04))
    >>> round(found.change, 6), round(found.standard_error, 6), round(found.probability, 4)
    (0.1, 0.05, 0.0455)
    """
    variances = later.standard_error**2, earlier.standard_error**2
    return Difference(
        change=later.share - earlier.share,
        standard_error=math.sqrt(sum(variances)),
        freedom=_freedom(variances, (later.freedom, earlier.freedom)),
    )


def are_detected(probabilities: Sequence[float], level: float = LEVEL) -> list[bool]:
    """Tell for each probability of one report whether Holm's procedure takes it for a change.

    >>> are_detected([0.04, 0.01, 0.03]), are_detected([0.04])
    ([False, True, False], [True])
    """
    found = [False] * len(probabilities)
    order = sorted(range(len(probabilities)), key=lambda position: probabilities[position])
    for rank, position in enumerate(order):
        if probabilities[position] > level / (len(probabilities) - rank):
            break
        found[position] = True
    return found


def _freedom(variances: tuple[float, float], freedoms: tuple[int | None, int | None]) -> float | None:
    """Return Satterthwaite's degrees of freedom; a share without any adds no doubt about its standard error."""
    pairs = zip(variances, freedoms, strict=True)
    doubt = sum(variance**2 / freedom for variance, freedom in pairs if freedom is not None)
    return sum(variances) ** 2 / doubt if doubt else None
