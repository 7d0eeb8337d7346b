"""What an agreement has published as promised, set beside what it says now: it is added to, never rewritten."""

from schemas.agreement import Agreement
from schemas.target import Target

# What is written beside a target as time goes; all else of it is what was promised.
_WHAT_BECAME_OF_IT = {
    "done_on",
    "evidence_url",
    "confirming_office",
    "confirmed_undone_on",
    "searched_on",
    "places_decision_url",
    "baseline_url",
}
# Words and links beside what is rated.
_KEPT_APART = {"readings", "wording_sv", "open_wording_sv", "registered_on", "decision_url"}
_AMENDMENT_WORDS = {"text_sv", "decision_url"}


def rewritten(then: Agreement, now: Agreement) -> str | None:
    """Say what has been rewritten since a release, and what to do instead; None where nothing has.

    Args:
        then: the agreement as the release was made from it.
        now: the same agreement today.
    """
    if now.ends_on != then.ends_on:
        return (
            f"ends_on has been published as {then.ends_on} and is now {now.ends_on}. Put it back; "
            "a later or an earlier end is an amendment, with its decision_url"
        )
    return _rewritten_amendment(then, now) or _rewritten_target(then, now)


def _rewritten_amendment(then: Agreement, now: Agreement) -> str | None:
    kept = [item.model_dump(exclude=_AMENDMENT_WORDS) for item in now.amendments[: len(then.amendments)]]
    published = [item.model_dump(exclude=_AMENDMENT_WORDS) for item in then.amendments]
    if kept == published:
        return None
    named = ", ".join(item.id for item in then.amendments)
    return (
        f"the amendments {named} have been published, and are now others, gone or in another order. Put them back; "
        "a later decision is a new amendment below them"
    )


def _rewritten_target(then: Agreement, now: Agreement) -> str | None:
    targets = {(activity.id, target.id): target for activity in now.activities for target in activity.targets}
    for activity in then.activities:
        for target in activity.targets:
            kept = targets.get((activity.id, target.id))
            if kept is None or _promised(kept) != _promised(target):
                return (
                    f"the target {activity.id}/{target.id} has been published as {_in_words(target)} and is now "
                    "another or gone. Put it back; a changed target is a new one beside it, with its decision_url"
                )
    return None


def _in_words(target: Target) -> str:
    return target.comparison if target.number is None else f"{target.comparison} {target.number}"


def _promised(target: Target) -> dict[str, object]:
    """Return what a rating rests on."""
    readings = [(reading.id, reading.period, reading.is_rated) for reading in target.readings]
    return {**target.model_dump(exclude=_KEPT_APART | _WHAT_BECAME_OF_IT), "readings": sorted(readings)}
