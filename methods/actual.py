"""An actual as an interval [L, U], and the one value that is shown for it.

Exact n is [n, n]; at least n is [n, ∞); about n is n ± d. Sums add bounds. A month that has not been delivered
makes U infinite (`None` here).
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal

Qualifier = Literal["exact", "at_least", "about"]


@dataclass(frozen=True)
class Actual:
    """What has been reported for a period."""

    value: Decimal
    qualifier: Qualifier
    low: Decimal
    high: Decimal | None
    is_exact_so_far: bool


@dataclass(frozen=True)
class TermSum:
    """Sums over everything reported inside a period, as counted in SQL.

    `at_least_terms` have no upper bound. `unsure_terms` have one above what is sure: they may or may not belong to what
    is counted, or are the difference to a number that is not known exactly.
    """

    quantity: Decimal
    low: Decimal
    high: Decimal
    at_least_terms: int
    about_terms: int
    unsure_terms: int = 0


def bounds_of(value: Decimal, qualifier: Qualifier, about_margin: Decimal | None) -> tuple[Decimal, Decimal | None]:
    """Return [L, U] of one reported number; bounds of 'about' round outward, never below 0.

    The margin d of 'about n' is the source's own, else the larger of 2 and 20 %.

    >>> bounds_of(Decimal(15), "about", None), bounds_of(Decimal(1), "about", None)
    ((Decimal('12'), Decimal('18')), (Decimal('0'), Decimal('3')))
    """
    if qualifier == "exact":
        return value, value
    if qualifier == "at_least":
        return value, None
    margin = about_margin if about_margin is not None else max(Decimal(2), value * Decimal("0.2"))
    low = (value - margin).to_integral_value(ROUND_FLOOR)
    return max(Decimal(0), low), (value + margin).to_integral_value(ROUND_CEILING)


def actual_of(terms: TermSum, has_missing_month: bool, is_complete: bool) -> Actual:
    """Return the actual of a period.

    Args:
        terms: sums over what was reported.
        has_missing_month: a month up to the as-of month has not been delivered.
        is_complete: every month of the whole period has been delivered.
    """
    high = terms.high if is_complete and not terms.at_least_terms else None
    is_exact = not terms.at_least_terms and not terms.about_terms and not terms.unsure_terms
    if has_missing_month or terms.at_least_terms or terms.unsure_terms:
        return Actual(terms.low, "at_least", terms.low, high, is_exact)
    if terms.about_terms:
        return Actual(terms.quantity, "about", terms.low, high, False)
    return Actual(terms.quantity, "exact", terms.low, high, True)
