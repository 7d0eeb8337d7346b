"""A share and its uncertainty from the answers to a survey, by the design that the answers were drawn by.

The variance is Taylor's linearisation of a ratio under with-replacement sampling of clusters within strata, with a
finite population correction where population sizes are known: p = Σwy/Σw, z = w(y − p)/Σw, and
V = Σ_h (1 − f_h) n_h/(n_h − 1) Σ_c (z_hc − z̄_h)² over the clusters c of stratum h (Särndal, Swensson & Wretman,
*Model Assisted Survey Sampling*, 5.5; a respondent is a cluster of one where there are no others). Outside a domain
z is 0, and nobody is ever left out: the number who fall in a domain is chance as well.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

CONFIDENCE = 0.95
# Less than this share of a simple random sample's variance is no variance but the rounding of sums.
_NO_VARIANCE = 1e-9
Numbers = Any  # numpy arrays of one dimension


class DesignError(ValueError):
    """A design from which no variance follows; the message names strata by their place in the contract's order."""


@dataclass(frozen=True)
class Design:
    """How the respondents of one survey were drawn: one entry each, all of them.

    Args:
        weights: how many persons each stands for; above 0.
        strata: the stratum of each, as a number from 0.
        clusters: the cluster of each; None where persons were drawn one by one. Equal labels in two strata are two.
        populations: how many units each stratum has: clusters where there are any, else persons; None where not known.
    """

    weights: Numbers
    strata: Numbers
    clusters: Numbers | None = None
    populations: Sequence[int] | None = None


@dataclass(frozen=True)
class Estimate:
    """A share with its standard error.

    `effective_count` is the simple random sample that would be as precise; `freedom` the degrees of freedom, clusters
    minus strata that have somebody in the domain.
    """

    share: float
    standard_error: float
    count: int
    numerator: int
    effective_count: float
    freedom: int


def estimate_share(design: Design, answers: Numbers, domain: Numbers) -> Estimate | None:
    """Estimate the share of a domain that answers yes; None where nobody in it has answered.

    Args:
        design: of all respondents.
        answers: 1 for yes, 0 for no; whatever it is outside the domain does not count.
        domain: who is asked about and has answered.

    Raises:
        DesignError: when a stratum has one cluster only, or more than there are.

    >>> found = estimate_share(Design(np.ones(8), np.zeros(8)), np.array([1, 1, 1, 0] * 2), np.ones(8, bool))
    >>> found.share, round(found.standard_error, 6), found.freedom
    (0.75, 0.163663, 7)
    """
    domain = np.asarray(domain, dtype=bool)
    if not domain.any():
        return None
    yes = np.where(domain, np.asarray(answers, dtype=float), 0.0)
    weights = np.where(domain, np.asarray(design.weights, dtype=float), 0.0)
    share = float(weights @ yes / weights.sum())
    variance = linearised_variance(design, weights * (yes - share) / weights.sum())
    count, numerator = int(domain.sum()), int(yes.sum())
    share = share if 0 < numerator < count else float(numerator > 0)
    spread = share * (1 - share)
    # Where nothing varies, as at 0 and 1, the design says nothing: what the weights alone cost is left (Kish).
    varies = variance > _NO_VARIANCE * spread / count and 0 < numerator < count
    effective = spread / variance if varies else weights.sum() ** 2 / (weights @ weights)
    return Estimate(
        share=share,
        standard_error=math.sqrt(spread / effective),
        count=count,
        numerator=numerator,
        effective_count=float(effective),
        freedom=_freedom(design, domain),
    )


def linearised_variance(design: Design, scores: Numbers) -> float:
    """Return the variance of a sum of scores, one for each respondent and 0 outside the domain.

    Raises:
        DesignError: when a stratum has one cluster only, or more than there are.
    """
    strata, clusters = np.asarray(design.strata), _clusters(design)
    pairs, place = np.unique(np.stack([strata, clusters]), axis=1, return_inverse=True)
    totals = np.bincount(place.ravel(), weights=scores, minlength=pairs.shape[1])
    variance = 0.0
    for stratum in np.unique(strata):
        own = totals[pairs[0] == stratum]
        sampled = sampled_share(design, int(stratum), len(own))
        if sampled == 1:  # everybody was drawn: nothing is left to chance
            continue
        if len(own) == 1:
            raise DesignError(f"stratum {stratum + 1} has one cluster only, so its variance cannot be told")
        variance += (1 - sampled) * len(own) / (len(own) - 1) * float(((own - own.mean()) ** 2).sum())
    return variance


def sampled_share(design: Design, stratum: int, drawn: int) -> float:
    """Return the share of a stratum that was drawn, 0 where its size is not known.

    Raises:
        DesignError: when more were drawn than there are.
    """
    if design.populations is None:
        return 0.0
    if drawn > design.populations[stratum]:
        raise DesignError(f"stratum {stratum + 1} has more in the delivery than in the population")
    return drawn / design.populations[stratum]


def share_interval(share: float, effective_count: float, freedom: int | None = None) -> tuple[float, float]:
    """Return the 95 % confidence interval of a share.

    Wilson's with the effective count and Student's t; Clopper and Pearson's on the effective count at 0 and 1.

    Args:
        share: the estimate.
        effective_count: the simple random sample that would be as precise; above 0.
        freedom: degrees of freedom; None where there is no design to take them from, and t is normal.

    >>> [round(limit, 6) for limit in share_interval(0.6, 30)]
    [0.423204, 0.754094]
    """
    if share in {0, 1}:
        reach = ((1 - CONFIDENCE) / 2) ** (1 / effective_count)
        return (0.0, 1 - reach) if share == 0 else (reach, 1.0)
    squared = t_quantile((1 + CONFIDENCE) / 2, freedom) ** 2
    middle = (share + squared / (2 * effective_count)) / (1 + squared / effective_count)
    spread = share * (1 - share) / effective_count + squared / (4 * effective_count**2)
    half = math.sqrt(squared * spread) / (1 + squared / effective_count)
    return max(0.0, middle - half), min(1.0, middle + half)  # rounding may lead over the edge


def t_quantile(probability: float, freedom: float | None) -> float:
    """Return a quantile of Student's t, of the normal distribution where no degrees of freedom are known."""
    from scipy import special  # takes long to import, and few runs calculate anything

    if freedom is None or math.isinf(freedom):
        return float(special.ndtri(probability))
    return float(special.stdtrit(freedom, probability))


def _clusters(design: Design) -> Numbers:
    if design.clusters is None:
        return np.arange(len(design.weights))
    return np.unique(np.asarray(design.clusters), return_inverse=True)[1]


def _freedom(design: Design, domain: Numbers) -> int:
    strata, clusters = np.asarray(design.strata)[domain], _clusters(design)[domain]
    return int(np.unique(np.stack([strata, clusters]), axis=1).shape[1] - len(np.unique(strata)))
