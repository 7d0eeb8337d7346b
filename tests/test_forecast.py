"""The calculation of pace: the vectors of the method, its edges, and what must hold for any count."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.forecast import Outlook, Pace, outlook, reach_probability

HALF, WHOLE = Fraction(1, 2), Fraction(1)


@pytest.mark.parametrize(
    ("y", "f", "target", "a", "b", "expected"),
    [
        pytest.param(18, Fraction(243, 365), 30, 0.5, 0.0, 0.2572290594, id="behind"),
        pytest.param(22, Fraction(243, 365), 30, 0.5, 0.0, 0.8205856219, id="ahead"),
        pytest.param(15, Fraction(1, 2), 30, 0.5, 0.0, 0.5365664644, id="even"),
        pytest.param(0, Fraction(0), 30, 15.0, 0.5, 0.4859366655, id="not begun, with a prior"),
        pytest.param(29, Fraction(1), 30, 0.5, 0.0, 0.0, id="over, one short"),
    ],
)
def test_vectors_of_the_method(y: int, f: Fraction, target: int, a: float, b: float, expected: float) -> None:
    found = reach_probability(y, Pace(f, a, b), target)
    assert found is not None
    assert round(found, 10) == expected


def test_the_page_s_example_interval() -> None:
    """Exactly on pace for 30: 'ungefär 24–38 under året'."""
    found = outlook(15, Pace(HALF), 30)
    assert found is not None
    assert (found.low, found.high) == (24, 38)


def test_before_the_start_nothing_is_said_without_a_prior() -> None:
    assert reach_probability(0, Pace(Fraction(0)), 30) is None
    assert outlook(0, Pace(Fraction(0)), 30) is None


def test_reached_is_certain_and_over_is_decided() -> None:
    assert reach_probability(30, Pace(HALF), 30) == 1.0
    assert reach_probability(31, Pace(WHOLE), 30) == 1.0
    assert reach_probability(29, Pace(WHOLE), 30) == 0.0
    assert outlook(29, Pace(WHOLE), 30) == Outlook(0.0, 29, 29, Pace(WHOLE))


@pytest.mark.parametrize(
    ("f", "a", "b", "phi"),
    [(-0.1, 0.5, 0.0, 1.0), (1.1, 0.5, 0.0, 1.0), (0.5, 0.0, 0.0, 1.0), (0.5, 0.5, -1.0, 1.0), (0.5, 0.5, 0.0, 0.9),
     (0.5, float("nan"), 0.0, 1.0), (0.5, 0.5, float("inf"), 1.0), (0.5, 0.5, 0.0, float("nan"))],
)  # fmt: skip
def test_what_is_no_pace_is_refused(f: float, a: float, b: float, phi: float) -> None:
    with pytest.raises(ValueError, match="no count after a fraction"):
        Pace(Fraction(f), a, b, phi)


def test_a_count_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no count"):
        reach_probability(-1, Pace(HALF), 30)


def test_on_pace_has_about_an_even_chance_for_eleven_months() -> None:
    """Why pace is y/T ≥ f, and the probability only separates behind from far behind."""
    for month in range(1, 12):
        found = reach_probability(5 * month, Pace(Fraction(month, 12)), 60)
        assert found is not None
        assert 0.42 <= found <= 0.72


SHARES = st.fractions(Fraction(1, 100), Fraction(99, 100), max_denominator=366)
PHIS = st.floats(1.0, 4.0)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 100), SHARES, st.integers(1, 120))
def test_more_done_or_less_promised_never_lowers_the_chance(y: int, f: Fraction, target: int) -> None:
    found, more, less = (
        reach_probability(y, Pace(f), target), reach_probability(y + 1, Pace(f), target),
        reach_probability(y, Pace(f), target - 1),
    )  # fmt: skip
    assert found is not None
    assert more is not None
    assert less is not None
    assert 0 <= found <= 1
    assert more >= found
    assert less >= found


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100), SHARES, st.integers(1, 120))
def test_the_interval_starts_from_what_is_done(y: int, f: Fraction, target: int) -> None:
    found = outlook(y, Pace(f), target)
    assert found is not None
    assert y <= found.low <= found.high
    assert found.reach_probability == reach_probability(y, Pace(f), target)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 100), SHARES, PHIS)
def test_a_wider_spread_keeps_the_mean_and_never_narrows_the_interval(y: int, f: Fraction, phi: float) -> None:
    plain, wide = outlook(y, Pace(f), y + 10), outlook(y, Pace(f, dispersion=phi), y + 10)
    assert plain is not None
    assert wide is not None
    assert wide.high - wide.low >= plain.high - plain.low - 1
    barely = outlook(y, Pace(f, dispersion=1 + 1e-9), y + 10)
    assert barely is not None
    assert barely.reach_probability == pytest.approx(plain.reach_probability, abs=1e-6)
