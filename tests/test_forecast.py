"""The calculation of pace: the vectors of the method, its edges, and what must hold for any count."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.forecast import Outlook, outlook, reach_probability


@pytest.mark.parametrize(
    ("y", "f", "target", "a", "b", "expected"),
    [
        pytest.param(18, 243 / 365, 30, 0.5, 0.0, 0.2572290594, id="behind"),
        pytest.param(22, 243 / 365, 30, 0.5, 0.0, 0.8205856219, id="ahead"),
        pytest.param(15, 0.5, 30, 0.5, 0.0, 0.5365664644, id="even"),
        pytest.param(0, 0.0, 30, 15.0, 0.5, 0.4859366655, id="not begun, with a prior"),
        pytest.param(29, 1.0, 30, 0.5, 0.0, 0.0, id="over, one short"),
    ],
)
def test_vectors_of_the_method(y: int, f: float, target: int, a: float, b: float, expected: float) -> None:
    found = reach_probability(y, f, target, a, b)
    assert found is not None
    assert round(found, 10) == expected


def test_the_page_s_example_interval() -> None:
    """Exactly on pace for 30: 'ungefär 24–38 under året'."""
    found = outlook(15, 0.5, 30)
    assert found is not None
    assert (found.low, found.high) == (24, 38)


def test_before_the_start_nothing_is_said_without_a_prior() -> None:
    assert reach_probability(0, 0.0, 30) is None
    assert outlook(0, 0.0, 30) is None


def test_reached_is_certain_and_over_is_decided() -> None:
    assert reach_probability(30, 0.5, 30) == 1.0
    assert reach_probability(31, 1.0, 30) == 1.0
    assert reach_probability(29, 1.0, 30) == 0.0
    assert outlook(29, 1.0, 30) == Outlook(0.0, 29, 29)


@pytest.mark.parametrize(
    ("y", "f", "a", "b"),
    [(-1, 0.5, 0.5, 0.0), (1, -0.1, 0.5, 0.0), (1, 1.1, 0.5, 0.0), (1, 0.5, 0.0, 0.0), (1, 0.5, 0.5, -1.0),
     (1, float("nan"), 0.5, 0.0), (1, 0.5, float("nan"), 0.0), (1, 0.5, 0.5, float("inf"))],
)  # fmt: skip
def test_what_is_no_count_is_refused(y: int, f: float, a: float, b: float) -> None:
    with pytest.raises(ValueError, match="no count after a fraction"):
        reach_probability(y, f, 30, a, b)


def test_on_pace_has_about_an_even_chance_for_eleven_months() -> None:
    """Why pace is y/T ≥ f, and the probability only separates behind from far behind."""
    for month in range(1, 12):
        found = reach_probability(5 * month, month / 12, 60)
        assert found is not None
        assert 0.42 <= found <= 0.72


SHARES = st.floats(0.01, 0.99)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 100), SHARES, st.integers(1, 120))
def test_more_done_or_less_promised_never_lowers_the_chance(y: int, f: float, target: int) -> None:
    found, more, less = (
        reach_probability(y, f, target), reach_probability(y + 1, f, target), reach_probability(y, f, target - 1),
    )  # fmt: skip
    assert found is not None
    assert more is not None
    assert less is not None
    assert 0 <= found <= 1
    assert more >= found
    assert less >= found


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100), SHARES, st.integers(1, 120))
def test_the_interval_starts_from_what_is_done(y: int, f: float, target: int) -> None:
    found = outlook(y, f, target)
    assert found is not None
    assert y <= found.low <= found.high
    assert found.reach_probability == reach_probability(y, f, target)
