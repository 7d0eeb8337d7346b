"""Tests of change between two surveys: z, Holm over a report, and the change that would have been seen."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from methods.survey_change import Measure, are_detected, difference


def simple(share: float, n: int) -> Measure:
    """Return the share of a simple random sample."""
    return Measure(share, math.sqrt(share * (1 - share) / n))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_is_that_of_statsmodels(probabilities: list[float]) -> None:
    expected = multipletests(probabilities, alpha=0.05, method="holm")[0]
    assert are_detected(probabilities) == list(expected)


def test_a_change_under_ten_points_cannot_be_detected_at_two_hundred_answers() -> None:
    found = difference(simple(0.5, 200), simple(0.5, 200))
    assert 0.097 < found.critical_change() < 0.1
    assert difference(simple(0.5, 200), simple(0.595, 200)).probability > 0.05


def test_what_is_critical_lies_on_the_edge_of_the_test() -> None:
    for freedom in (None, 12):
        later, earlier = Measure(0.55, 0.02, freedom), Measure(0.5, 0.03, freedom)
        found = difference(later, earlier)
        on_the_edge = difference(Measure(0.5 + found.critical_change(), 0.02, freedom), earlier)
        assert on_the_edge.probability == pytest.approx(0.05)


def test_a_detectable_change_is_seen_four_times_in_five() -> None:
    found = difference(Measure(0.5, 0.03), Measure(0.5, 0.04))
    drawn = np.random.default_rng(7).normal(found.detectable_change(1), found.standard_error, 40_000)
    seen = np.mean(np.abs(drawn) > found.critical_change())
    assert 0.79 < seen < 0.81


def test_more_questions_hide_more() -> None:
    found = difference(simple(0.5, 200), simple(0.5, 200))
    assert found.detectable_change(1) < found.detectable_change(2) < found.detectable_change(10)


def test_degrees_of_freedom_are_those_of_welch() -> None:
    """For two means Satterthwaite's degrees of freedom give Welch's test."""
    random = np.random.default_rng(3)
    one, other = random.normal(0, 1, 9), random.normal(0.4, 2, 14)
    measures = [Measure(float(x.mean()), float(x.std(ddof=1) / len(x) ** 0.5), len(x) - 1) for x in (one, other)]
    expected = stats.ttest_ind(one, other, equal_var=False)
    assert difference(*measures).probability == pytest.approx(expected.pvalue)


def test_a_false_alarm_in_a_report_is_rare() -> None:
    """Of reports of eight questions without any true change, about one in twenty has a change called."""
    random = np.random.default_rng(11)
    errors = random.uniform(0.02, 0.05, (2, 2000, 8))
    shares = 0.5 + random.normal(0, 1, (2, 2000, 8)) * errors
    alarms = 0
    for report in range(2000):
        pairs = [
            difference(
                Measure(shares[0, report, q], errors[0, report, q]), Measure(shares[1, report, q], errors[1, report, q])
            )
            for q in range(8)
        ]
        alarms += any(are_detected([pair.probability for pair in pairs]))
    assert 0.035 < alarms / 2000 < 0.062
