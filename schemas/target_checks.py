"""What a target says that cannot be rated: refused by name, so that nothing of it is ignored."""

from collections.abc import Iterator

from schemas.agreement import Activity, Agreement
from schemas.target import CountTarget, MilestoneTarget, RhythmTarget, ShareTarget, Target
from schemas.toml_positions import Path

Fault = tuple[Path, str]

_READINGS = {
    "per_year": {"calendar_year", "year_from_signing"},
    "per_tertial": {"tertial"},
    "per_month": {"month"},
    "agreement": {"agreement"},
}
# What the totals of a source may be for, so that they can tell each week, month or tertial.
_GRAINS = {"week": {"row"}, "month": {"row", "month"}, "tertial": {"row", "month", "tertial"}}


def target_faults(path: Path, target: Target, activity: Activity, agreement: Agreement) -> Iterator[Fault]:
    """List what cannot be rated in a target, with the key to mend."""
    yield from _period_faults(path, target)
    if isinstance(target, CountTarget):
        yield from _count_faults(path, target, activity, agreement)
    if isinstance(target, ShareTarget):
        yield from _share_faults(path, target, activity)
    if isinstance(target, RhythmTarget):
        yield from _rhythm_faults(path, target, activity, agreement)
    if isinstance(target, MilestoneTarget):
        yield from _milestone_faults(path, target, agreement)


def _period_faults(path: Path, target: Target) -> Iterator[Fault]:
    allowed = _READINGS.get(target.period_wording)
    for position, reading in enumerate(target.readings):
        if allowed and reading.is_rated and reading.period not in allowed:
            yield (
                (*path, "readings", position, "period"),
                f"the words say {target.period_wording!r}, so the rated reading must be {' or '.join(sorted(allowed))}",
            )


def _count_faults(path: Path, target: CountTarget, activity: Activity, agreement: Agreement) -> Iterator[Fault]:
    quantity = next((item.quantity for item in activity.indicators if item.id == target.indicator), None)
    if quantity == "count" and target.value != int(target.value):
        yield (*path, "value"), "a target of a count must be a whole number"
    if (target.place_scope is None) != (not target.places):
        key = "places" if target.place_scope else "place_scope"
        yield (*path, key), 'place_scope ("each" or "together") and places belong together'
    known = {place.id for place in agreement.places}
    for place in target.places:
        if place not in known:
            yield (*path, "places"), f"there is no place {place!r} (known: {', '.join(sorted(known)) or 'none'})"
    if len(set(target.places)) < len(target.places):
        yield (*path, "places"), "a place is named twice"
    if target.places and target.places_decision_url is None:
        reason = "numbers by place are finer than the municipality: give the police's recorded decision"
        yield (*path, "places"), f"{reason} in places_decision_url"


def _share_faults(path: Path, target: ShareTarget, activity: Activity) -> Iterator[Fault]:
    quantities = {indicator.id: indicator.quantity for indicator in activity.indicators}
    part, whole = quantities.get(target.indicator), quantities.get(target.of_indicator)
    if whole is None:
        yield (*path, "of_indicator"), f"there is no indicator {target.of_indicator!r} in the activity"
    if target.of_indicator == target.indicator:
        yield (*path, "of_indicator"), "a share is of another indicator than its own"
    if part and whole and part != whole:
        yield (
            (*path, "of_indicator"),
            f"is in {whole!r} and the target's own indicator in {part!r}; name one in {part!r}",
        )


def _rhythm_faults(path: Path, target: RhythmTarget, activity: Activity, agreement: Agreement) -> Iterator[Fault]:
    for source in agreement.sources:
        if source.id in activity.sources and source.contract.grain not in _GRAINS[target.every]:
            yield (
                (*path, "every"),
                f"the source {source.id!r} reports per {source.contract.grain}, which cannot tell each {target.every}",
            )


def _milestone_faults(path: Path, target: MilestoneTarget, agreement: Agreement) -> Iterator[Fault]:
    if target.done_on is not None and target.evidence_url is None:
        yield (*path, "evidence_url"), "give a link to the evidence that it was done"
    is_confirmed = target.done_on is not None or target.confirmed_undone_on is not None
    if is_confirmed and target.confirming_office is None:
        yield (*path, "confirming_office"), "name the office that has confirmed it"
    offices = {office.id for office in agreement.offices}
    if target.confirming_office is not None and target.confirming_office not in offices:
        known = ", ".join(sorted(offices)) or "none"
        yield (*path, "confirming_office"), f"there is no office {target.confirming_office!r} (known: {known})"
    yield from _milestone_day_faults(path, target, agreement)
    if len(target.readings) > 1:
        yield (*path, "readings"), "a milestone has one date, and so one reading"


def _milestone_day_faults(path: Path, target: MilestoneTarget, agreement: Agreement) -> Iterator[Fault]:
    days = {"due_on": target.due_on, "done_on": target.done_on, "confirmed_undone_on": target.confirmed_undone_on}
    for key, day in days.items():
        if day is not None and day < agreement.starts_on:
            yield (*path, key), f"the agreement starts on {agreement.starts_on}; no day of a milestone is before that"
    is_of_the_term = all(reading.period == "agreement" for reading in target.readings)
    due_on = target.due_on or (agreement.ends_on if is_of_the_term else None)
    if due_on and target.confirmed_undone_on and target.confirmed_undone_on <= due_on:
        yield (*path, "confirmed_undone_on"), f"it is due on {due_on}; only after that can it be confirmed as not done"
    if target.done_on and target.confirmed_undone_on and target.confirmed_undone_on >= target.done_on:
        yield (*path, "confirmed_undone_on"), f"it was done on {target.done_on}"
