"""A count as a share of another: its bounds hold for whatever the two counts turn out to be."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from methods.actual import Actual
from methods.share import share_of


def between(low: int, high: int | None) -> Actual:
    is_exact = low == high
    return Actual(
        Decimal(low),
        "exact" if is_exact else "at_least",
        Decimal(low),
        None if high is None else Decimal(high),
        is_exact,
    )


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.data())
def test_bounds_hold(a: int, b: int, c: int, d: int, data: st.DataObject) -> None:
    part, whole = sorted((a, b)), sorted((c, d))
    found = share_of(between(*part), between(*whole))
    true_whole = data.draw(st.integers(*whole))
    true_part = data.draw(st.integers(*part))
    if found is None or true_whole == 0 or true_part > true_whole:
        return
    tiny = Decimal("1e-20")
    share = Fraction(true_part, true_whole)
    assert found.high is not None
    assert Fraction(found.low - tiny) <= share <= Fraction(found.high + tiny)


def test_an_open_end_bounds_nothing() -> None:
    found = share_of(between(3, 3), between(10, None))
    assert found is not None
    assert (found.low, found.high, found.value) == (0, 1, Decimal("0.3"))


def test_a_share_of_nothing_or_of_less_than_the_part_is_none() -> None:
    assert share_of(between(0, 0), between(0, 0)) is None
    assert share_of(between(5, 5), between(4, 4)) is None


def test_a_whole_that_may_still_come_is_not_nothing() -> None:
    found = share_of(between(0, None), between(0, None))
    assert found is not None
    assert (found.low, found.high, found.qualifier) == (0, 1, "about")
