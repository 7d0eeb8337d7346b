"""What may be said of a target for an outcome's direction: to raise or lower a share that a survey measures.

A share can rise and fall again, so nothing is settled before the period is over: then the last survey of the period
is set beside the last one before the agreement, and only a change beyond its uncertainty decides.
"""

from typing import Literal

from methods.status import Evidence, Verdict, undecided
from methods.survey import ChangeVerdict, SurveyResult

Direction = Literal["increase", "decrease"]
_UNTOLD: dict[ChangeVerdict, str] = {
    "no_detectable_change": "direction_no_detectable_change",
    "not_tested": "direction_not_tested",
    "not_available": "direction_no_baseline",
    "baseline": "direction_no_baseline",
}


def rate_direction(direction: Direction, evidence: Evidence, seen: SurveyResult | None) -> Verdict:
    """Rate a target for a direction in one period.

    Args:
        direction: where the share is to go.
        evidence: of the period; no number of its own.
        seen: the last survey of the period, with its change against the baseline; None where it tells no share.
    """
    if not evidence.is_dated:
        return Verdict("undetermined", "signing_date_unknown")
    if not (evidence.is_over and evidence.is_complete):
        return undecided(evidence)
    if seen is None:  # a survey may have come without a row that tells it
        return undecided(evidence) if evidence.actual is None else Verdict("undetermined", "direction_share_missing")
    if seen.is_withheld:
        return Verdict("undetermined", "direction_share_withheld")
    if seen.change_verdict not in {"increase", "decrease"}:
        return Verdict("undetermined", _UNTOLD[seen.change_verdict])
    is_kept = seen.change_verdict == direction
    rule = "direction_detected" if is_kept else "direction_opposite"
    if evidence.is_clipped or evidence.is_start_assumed:
        cause = "clipped_period" if evidence.is_clipped else "assumed_start"
        return Verdict("undetermined", f"{rule}_{cause}")
    return Verdict("kept" if is_kept else "not_kept", rule)
