"""A count as a share of another: bounds from the bounds of both."""

from decimal import Decimal

from methods.actual import Actual

ONE = Decimal(1)


def share_of(part: Actual, whole: Actual) -> Actual | None:
    """Return a share with its bounds, 0 to 1; None where the whole is nothing, or less than the part, or is so as yet.

    With part in [L1, U1] and whole in [L2, U2] the share lies in [L1/U2, U1/L2]. What is still to come may change it
    either way, so an open end gives no bound at all.

    >>> exact = lambda n: Actual(Decimal(n), "exact", Decimal(n), Decimal(n), True)
    >>> share_of(exact(13), exact(52)).low, share_of(exact(1), exact(0))
    (Decimal('0.25'), None)
    """
    if whole.value == 0 or (whole.high is not None and part.low > whole.high):
        return None
    if whole.qualifier == "exact" and part.low > whole.value:
        return None
    low = part.low / whole.high if whole.high else Decimal(0)
    high = min(part.high / whole.low, ONE) if part.high is not None and whole.low > 0 else ONE
    if whole.high is None:
        high = ONE
    so_far = min(part.value / whole.value, ONE)
    is_exact = part.qualifier == whole.qualifier == "exact"
    return Actual(so_far, "exact" if is_exact else "about", low, high, is_exact)
