"""The 95 % intervals hold the true share about 95 times in 100, by repeated samples from invented populations."""

import pytest

from bench.survey_coverage import PLANS, Plan, coverage_of, false_alarms_of


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_intervals_hold_the_true_share(plan: Plan) -> None:
    whole, area = coverage_of(plan, 2000)
    assert 0.93 <= whole <= 0.97
    assert 0.93 <= area <= 0.97


def test_a_report_of_unchanged_shares_seldom_calls_a_change() -> None:
    assert false_alarms_of(PLANS[2], 1000) <= 0.07
