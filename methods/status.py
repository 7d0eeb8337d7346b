"""What may be said about a target in one period, and by which rule.

The order of the rules is part of their meaning. A rating is of one target under one reading in that target's own
period, never of a promise or a party.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from methods.actual import Actual
from schemas.codes import Status

Comparison = Literal[
    "none", "at_least", "at_most", "exactly", "share_at_least", "share_at_most", "rhythm", "increase", "decrease"
]
# Time given after the last due day before silence is called "not reported".
PATIENCE = timedelta(days=60)
# A pace is said only when at least this share of the period has been reported.
REPORTED_SHARE_MIN = Fraction(1, 4)
# From this probability of reaching the target a count is behind pace, below it far behind.
AT_RISK_PROBABILITY_MIN = 0.2


@dataclass(frozen=True)
class Evidence:
    """All that a rating of one figure may depend on.

    `reported_share` is the share of the period's days in the unbroken delivered prefix, 0 to 1.
    `last_due_on` is the last due day in the period, or its last day where none is stated. `lacks_property`: the
    deliveries do not carry what a unit must have to be counted. `is_share_undefined`: a share of nothing, of less than
    the part, or of other months than the part's, which what is still to come may define. `lacks_total_between`: a total
    of the year so far has not come, and the next one holds what it would have told. `why_no_more`: the rule by which
    nothing more will come, once all that is due has.
    `pace_share`: the share of the period's count that comes by then, where earlier years tell a season.
    """

    has_indicator: bool
    is_withheld: bool
    comparison: Comparison
    target: Decimal | None
    actual: Actual | None
    is_dated: bool
    is_source_coarser: bool
    is_over: bool
    is_complete: bool
    has_gap: bool
    is_clipped: bool
    is_start_assumed: bool
    reported_share: Fraction
    reach_probability: float | None
    last_due_on: date | None
    as_of_on: date
    searched_on: date | None
    is_known_unread: bool
    lacks_property: bool = False
    is_share_undefined: bool = False
    lacks_total_between: bool = False
    why_no_more: str | None = None
    pace_share: Fraction | None = None


@dataclass(frozen=True)
class Verdict:
    """A rating and the rule that gave it."""

    status: Status
    rule: str


def rate(evidence: Evidence) -> Verdict:
    """Rate one figure; the first rule that applies decides."""
    if evidence.is_withheld:
        return Verdict("suppressed", "protected_unit")
    if not evidence.has_indicator:
        return Verdict("not_measurable", "no_indicator")
    if evidence.comparison == "none":
        return _untargeted(evidence)
    if not evidence.is_dated:
        return Verdict("undetermined", "signing_date_unknown")
    if evidence.lacks_property:
        return Verdict("undetermined", "property_not_delivered")
    if evidence.is_share_undefined and evidence.is_complete:
        return Verdict("undetermined", "share_undefined")
    if evidence.actual is not None and evidence.target is None:
        return Verdict("undetermined", "no_baseline")
    if evidence.comparison == "rhythm" and evidence.target == 0:
        return Verdict("undetermined", "nothing_due")
    return _compared(evidence) or undecided(evidence)


def undecided(evidence: Evidence) -> Verdict:
    """Rate a figure that no comparison has decided."""
    return _over_undecided(evidence) if evidence.is_over else _running(evidence)


def _untargeted(evidence: Evidence) -> Verdict:
    if evidence.actual is not None:
        return Verdict("reported", "no_target_received")
    if not evidence.is_over:
        return Verdict("ongoing", "running_no_target")
    return _nothing_received(evidence)


def _compared(evidence: Evidence) -> Verdict | None:
    """Compare the actual with the target; None where it decides nothing yet."""
    actual, target = evidence.actual, evidence.target
    if actual is None or target is None:
        return None
    at_once = _compared_at_once(evidence.comparison, actual, target)
    if at_once is not None and at_once.rule == "rhythm_broken" and evidence.is_start_assumed:
        return Verdict("undetermined", "rhythm_broken_assumed_start")  # it may not have been due yet
    if at_once is not None or not (evidence.is_over and evidence.is_complete):
        return at_once
    final = _final_comparison(evidence.comparison, actual, target)
    if final is not None and (evidence.is_clipped or evidence.is_start_assumed):
        cause = "clipped_period" if evidence.is_clipped else "assumed_start"
        return Verdict("undetermined", f"{final.rule}_{cause}")
    return final


def _compared_at_once(comparison: Comparison, actual: Actual, target: Decimal) -> Verdict | None:
    """Compare what nothing to come can change: a count only grows, and a missed week stays missed."""
    low, high = actual.low, actual.high
    if comparison == "at_least" and low >= target:
        return Verdict("kept", "at_least_reached")
    if comparison in {"at_most", "exactly"} and low > target:
        return Verdict("not_kept", f"{comparison}_exceeded")
    if comparison == "increase" and low > target:
        return Verdict("kept", "increase_reached")
    if comparison == "decrease" and low >= target:
        return Verdict("not_kept", "decrease_exceeded")
    if comparison == "rhythm" and low >= target:
        return Verdict("kept", "rhythm_held")
    if comparison == "rhythm" and high is not None and high < target:
        return Verdict("not_kept", "rhythm_broken")
    return None


def _final_comparison(comparison: Comparison, actual: Actual, target: Decimal) -> Verdict | None:
    """Compare when the period is over and every month is delivered."""
    low, high = actual.low, actual.high
    if high is None:
        return None
    rules: dict[Comparison, tuple[tuple[bool, Verdict], ...]] = {
        "at_least": ((high < target, Verdict("not_kept", "at_least_complete_below")),),
        "at_most": ((high <= target, Verdict("kept", "at_most_complete_within")),),
        "exactly": (
            (low == high == target, Verdict("kept", "exactly_complete_equal")),
            (high < target, Verdict("not_kept", "exactly_complete_below")),
        ),
        "increase": ((high <= target, Verdict("not_kept", "increase_complete_not_above")),),
        "decrease": ((high < target, Verdict("kept", "decrease_complete_below")),),
        "share_at_least": (
            (low >= target, Verdict("kept", "share_at_least_complete_reached")),
            (high < target, Verdict("not_kept", "share_at_least_complete_below")),
        ),
        "share_at_most": (
            (high <= target, Verdict("kept", "share_at_most_complete_within")),
            (low > target, Verdict("not_kept", "share_at_most_complete_above")),
        ),
    }
    return next((verdict for applies, verdict in rules.get(comparison, ()) if applies), None)


def _over_undecided(evidence: Evidence) -> Verdict:
    if evidence.actual is None and (evidence.is_source_coarser or not evidence.is_share_undefined):
        return _nothing_received(evidence)
    if evidence.is_complete:
        return Verdict("undetermined", "qualifier_does_not_decide")
    if evidence.is_known_unread:
        return Verdict("awaiting_data", "known_unread")
    if evidence.why_no_more is not None:
        return Verdict("undetermined", evidence.why_no_more)
    if not _patience_is_over(evidence):
        return Verdict("awaiting_data", "months_missing_within_patience")
    return Verdict("undetermined", "months_missing")


def _nothing_received(evidence: Evidence) -> Verdict:
    if evidence.is_known_unread:
        return Verdict("awaiting_data", "known_unread")
    if evidence.why_no_more is not None:
        return Verdict("undetermined", evidence.why_no_more)
    if evidence.is_source_coarser:  # what has come is about longer periods: it would be untrue to say that nothing has
        return Verdict("undetermined", "source_reports_longer_periods")
    if evidence.lacks_total_between:
        return _total_missing(evidence)
    if not _patience_is_over(evidence):
        return Verdict("awaiting_data", "nothing_received_within_patience")
    if not was_searched(evidence.searched_on, evidence.last_due_on):
        return Verdict("awaiting_data", "nothing_received_not_searched")
    return Verdict("not_reported", "nothing_received")


def _total_missing(evidence: Evidence) -> Verdict:
    if not _patience_is_over(evidence):
        return Verdict("awaiting_data", "total_missing_within_patience")
    return Verdict("undetermined", "total_missing")


def was_searched(searched_on: date | None, due_on: date | None) -> bool:
    """Tell whether somebody has looked for what was due; before it was, nobody could find it."""
    return searched_on is not None and due_on is not None and searched_on > due_on


def _patience_is_over(evidence: Evidence) -> bool:
    return evidence.last_due_on is not None and evidence.as_of_on > evidence.last_due_on + PATIENCE


def _running(evidence: Evidence) -> Verdict:
    actual, target = evidence.actual, evidence.target
    can_tell_pace = (
        evidence.comparison == "at_least"
        and actual is not None
        and target is not None
        and actual.is_exact_so_far
        and not evidence.has_gap
        and evidence.reported_share >= REPORTED_SHARE_MIN
        and evidence.reach_probability is not None
    )
    if not can_tell_pace or actual is None or target is None or evidence.reach_probability is None:
        return Verdict("ongoing", "running")
    share = evidence.reported_share if evidence.pace_share is None else evidence.pace_share
    if Fraction(actual.low) >= Fraction(target) * share:
        return Verdict("on_track", "pace_even_or_better")
    if evidence.reach_probability >= AT_RISK_PROBABILITY_MIN:
        return Verdict("at_risk", "pace_behind")
    return Verdict("off_track", "pace_far_behind")
