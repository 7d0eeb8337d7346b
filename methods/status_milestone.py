"""Whether something was done by its date: there is nothing to count, only a day and its evidence."""

from dataclasses import dataclass
from datetime import date

from methods.status import PATIENCE, Verdict, was_searched
from schemas.amendment import Amendment
from schemas.target import MilestoneTarget


@dataclass(frozen=True)
class Milestone:
    """What is known of a milestone; `due_on` is never empty: without a date in the words it is the period's end."""

    due_on: date
    done_on: date | None
    confirmed_undone_on: date | None
    searched_on: date | None


def rate_milestone(milestone: Milestone, as_of_on: date, end: Amendment | None = None) -> Verdict:
    """Rate a milestone as it stood after a day; `end` is what ended the agreement before its last day.

    >>> late = Milestone(date(2024, 6, 30), date(2024, 9, 1), None, None)
    >>> [rate_milestone(late, day).rule for day in (date(2024, 5, 31), date(2024, 7, 31), date(2024, 9, 30))]
    ['milestone_not_due', 'nothing_received_within_patience', 'milestone_late']
    """
    done_on, due_on = milestone.done_on, milestone.due_on
    if done_on is not None and done_on <= as_of_on:
        return Verdict("kept", "milestone_done") if done_on <= due_on else Verdict("not_kept", "milestone_late")
    if end is not None and end.effective_on <= min(due_on, as_of_on):
        return Verdict("undetermined", f"agreement_{end.kind}")
    if as_of_on <= due_on:
        return Verdict("ongoing", "milestone_not_due")
    if milestone.confirmed_undone_on is not None and due_on < milestone.confirmed_undone_on <= as_of_on:
        return Verdict("not_kept", "milestone_confirmed_undone")
    if as_of_on <= due_on + PATIENCE:
        return Verdict("awaiting_data", "nothing_received_within_patience")
    if not was_searched(milestone.searched_on, due_on):
        return Verdict("awaiting_data", "nothing_received_not_searched")
    return Verdict("not_reported", "nothing_received")


def evidence_url(target: MilestoneTarget, verdict: Verdict) -> str | None:
    """Return the page that shows when something was done, or that it was not, once it is rated by that."""
    is_by_evidence = verdict.rule in {"milestone_done", "milestone_late", "milestone_confirmed_undone"}
    return target.evidence_url if is_by_evidence else None
