"""Reported numbers as intervals, and the one value shown for a period."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.actual import Actual, Qualifier, TermSum, actual_of, bounds_of


@pytest.mark.parametrize(
    ("value", "qualifier", "margin", "low", "high"),
    [
        pytest.param(0, "exact", None, 0, 0, id="exact zero"),
        pytest.param(30, "exact", None, 30, 30, id="exact"),
        pytest.param(30, "exact", 5, 30, 30, id="exact has no margin"),
        pytest.param(43, "at_least", None, 43, None, id="at least has no upper bound"),
        pytest.param(15, "about", None, 12, 18, id="a fifth of 15"),
        pytest.param(9, "about", None, 7, 11, id="2 is more than a fifth"),
        pytest.param(10, "about", None, 8, 12, id="2 is a fifth"),
        pytest.param(12, "about", None, 9, 15, id="2.4 rounds outward"),
        pytest.param(1, "about", None, 0, 3, id="never below zero"),
        pytest.param(0, "about", None, 0, 2, id="about zero"),
        pytest.param(15, "about", 5, 10, 20, id="declared margin"),
        pytest.param(100, "about", 1, 99, 101, id="declared margin smaller than the default"),
        pytest.param(15, "about", "2.5", 12, 18, id="declared half rounds outward"),
        pytest.param(3, "about", 5, 0, 8, id="declared margin, never below zero"),
    ],
)
def test_bounds(value: int, qualifier: Qualifier, margin: int | str | None, low: int, high: int | None) -> None:
    d = None if margin is None else Decimal(margin)
    assert bounds_of(Decimal(value), qualifier, d) == (low, high)


def terms(quantity: int, low: int, high: int, at_least: int = 0, about: int = 0) -> TermSum:
    """Return sums over what was reported."""
    return TermSum(Decimal(quantity), Decimal(low), Decimal(high), at_least, about)


@pytest.mark.parametrize(
    ("reported", "has_missing_month", "is_complete", "expected"),
    [
        pytest.param(terms(30, 30, 30), False, True, (30, "exact", 30, 30, True), id="all delivered, exact"),
        pytest.param(terms(0, 0, 0), False, True, (0, "exact", 0, 0, True), id="all delivered, zero"),
        pytest.param(terms(15, 15, 15), False, False, (15, "exact", 15, None, True), id="under way, none late"),
        pytest.param(terms(15, 15, 15), True, False, (15, "at_least", 15, None, True), id="a month missing"),
        pytest.param(terms(43, 43, 43, 1), False, True, (43, "at_least", 43, None, False), id="minst 43"),
        pytest.param(terms(58, 58, 58, 1), False, True, (58, "at_least", 58, None, False), id="exact and minst"),
        pytest.param(terms(15, 12, 18, 0, 1), False, True, (15, "about", 12, 18, False), id="about 15"),
        pytest.param(terms(45, 42, 48, 0, 1), False, True, (45, "about", 42, 48, False), id="exact 30 and about 15"),
        pytest.param(terms(45, 42, 48, 1, 1), False, True, (42, "at_least", 42, None, False), id="minst and about"),
        pytest.param(
            terms(45, 42, 48, 0, 1), True, False, (42, "at_least", 42, None, False), id="about, month missing"
        ),
        pytest.param(terms(15, 12, 18, 0, 1), False, False, (15, "about", 12, None, False), id="about, under way"),
    ],
)
def test_value_shown(
    reported: TermSum, has_missing_month: bool, is_complete: bool, expected: tuple[int, Qualifier, int, int, bool]
) -> None:
    value, qualifier, low, high, is_exact = expected
    found = actual_of(reported, has_missing_month, is_complete)
    assert found == Actual(Decimal(value), qualifier, Decimal(low), None if high is None else Decimal(high), is_exact)


VALUES = st.decimals(0, 10**6, places=2)


@settings(max_examples=100, deadline=None)
@given(VALUES, st.sampled_from(["exact", "at_least", "about"]), st.none() | st.decimals("0.1", 50, places=1))
def test_the_number_lies_within_its_bounds(value: Decimal, qualifier: Qualifier, margin: Decimal | None) -> None:
    low, high = bounds_of(value, qualifier, margin)
    assert 0 <= low <= value
    assert high is None or value <= high


@settings(max_examples=100, deadline=None)
@given(VALUES, st.decimals("0.1", 50, places=1))
def test_bounds_of_about_are_whole_and_at_least_as_wide_as_declared(value: Decimal, margin: Decimal) -> None:
    low, high = bounds_of(value, "about", margin)
    assert high is not None
    assert low == int(low)
    assert high == int(high)
    assert low <= max(Decimal(0), value - margin)
    assert high >= value + margin


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.sampled_from(["exact", "at_least", "about"])), min_size=1, max_size=6),
    st.booleans(),
    st.booleans(),
)
def test_sums_add_bounds_and_a_missing_month_leaves_no_upper(
    numbers: list[tuple[int, Qualifier]], has_missing_month: bool, is_complete: bool
) -> None:
    bounds = [bounds_of(Decimal(value), qualifier, None) for value, qualifier in numbers]
    total = TermSum(
        quantity=Decimal(sum(value for value, _ in numbers)),
        low=Decimal(sum(low for low, _ in bounds)),
        high=sum((high or Decimal(0) for _, high in bounds), start=Decimal(0)),
        at_least_terms=sum(qualifier == "at_least" for _, qualifier in numbers),
        about_terms=sum(qualifier == "about" for _, qualifier in numbers),
    )
    found = actual_of(total, has_missing_month, is_complete and not has_missing_month)
    assert found.low == total.low
    assert (found.high is None) == (has_missing_month or not is_complete or total.at_least_terms > 0)
    assert found.low <= found.value
    assert found.high is None or found.value <= found.high
