"""What an amendment, or a target that one brought, says that cannot be followed: refused by the key to mend."""

from collections.abc import Iterator
from datetime import date, timedelta

from schemas.agreement import Activity, Agreement
from schemas.amendment import Amendment
from schemas.target import Target
from schemas.target_checks import Fault
from schemas.toml_positions import Path

# What only one kind of amendment says.
_BELONGS_TO = {"ends_on": "extended", "replaced_by": "replaced", "rates": "revised"}


def amendment_faults(agreement: Agreement) -> Iterator[Fault]:
    """List what does not fit together among an agreement's amendments."""
    ends_on, ended = agreement.ends_on, False
    days = [item.effective_on for item in agreement.amendments]
    if days != sorted(days):
        yield ("amendments",), "amendments stand in the order of effective_on: their numbers are part of published ids"
    for position, item in enumerate(agreement.amendments):
        path: Path = ("amendments", position)
        yield from _key_faults(path, item)
        yield from _day_faults(path, item, agreement, ends_on)
        if ended:
            yield (*path, "kind"), "the agreement is ended by an amendment above; nothing can follow that"
        if item.replaced_by == agreement.id:
            yield (*path, "replaced_by"), "an agreement does not replace itself"
        ends_on = item.ends_on or ends_on
        ended = ended or item.is_end


def revision_faults(path: Path, target: Target, activity: Activity, agreement: Agreement) -> Iterator[Fault]:
    """List what does not fit in a target that a revision brought."""
    kinds = {item.id: item.kind for item in agreement.amendments}
    if target.amendment is not None and kinds.get(target.amendment) != "revised":
        known = ", ".join(sorted(name for name, kind in kinds.items() if kind == "revised")) or "none"
        yield (*path, "amendment"), f"there is no revision {target.amendment!r} among the amendments (known: {known})"
    if target.revises is None:
        return
    if target.amendment is None:
        yield (*path, "revises"), "name in amendment the revision that decided it"
    earlier = [item.id for item in activity.targets[: activity.targets.index(target)]]
    if target.revises not in earlier:
        yield (*path, "revises"), f"there is no target {target.revises!r} above it in the activity"
    if sum(item.revises == target.revises for item in activity.targets) > 1:
        yield (*path, "revises"), f"two targets come instead of {target.revises!r}; a second revises the first"


def _key_faults(path: Path, item: Amendment) -> Iterator[Fault]:
    for key, kind in _BELONGS_TO.items():
        is_said = getattr(item, key) is not None
        if is_said and item.kind != kind:
            yield (*path, key), f"belongs to an amendment of kind {kind!r}"
        if not is_said and item.kind == kind:
            yield (*path, "kind"), f"an amendment of kind {kind!r} says {key}"


def _day_faults(path: Path, item: Amendment, agreement: Agreement, ends_on: date) -> Iterator[Fault]:
    if item.effective_on <= agreement.starts_on:
        yield (*path, "effective_on"), f"the agreement starts on {agreement.starts_on}; an amendment comes after that"
    if item.ends_on is not None and item.ends_on <= ends_on:
        yield (*path, "ends_on"), f"an extension ends later than what it extends, {ends_on}"
    if item.kind == "extended" and item.effective_on > ends_on + timedelta(days=1):
        reason = f"the agreement has ended by then, on {ends_on}"
        yield (*path, "effective_on"), f"{reason}; an extension applies no later than the day after"
    if item.kind == "terminated" and item.effective_on > ends_on:
        yield (*path, "effective_on"), f"the agreement ends by itself on {ends_on}"
    if item.kind == "revised" and item.effective_on > ends_on:
        yield (*path, "effective_on"), f"the agreement has ended by then, on {ends_on}"
