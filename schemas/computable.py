"""What the model can hold and this version cannot compute: refused by name, never ignored."""

from collections.abc import Iterator

from schemas.agreement import Activity, Agreement, CountTarget, DirectionTarget, Target
from schemas.cross_checks import Fault
from schemas.toml_positions import Path


def not_computed(agreement: Agreement) -> list[Fault]:
    """List the keys whose meaning this version would have to ignore."""
    return [
        (path, f"{what} is not computed by this version; nothing is published until it can be")
        for path, what in _not_computed(agreement)
    ]


def _not_computed(agreement: Agreement) -> Iterator[Fault]:
    if agreement.amendments:
        yield ("amendments",), "an amendment"
    if len(agreement.municipalities) > 1:
        yield ("municipalities",), "an agreement of several municipalities"
    for position, place in enumerate(agreement.places):
        for key in ("valid_from", "valid_to"):
            if getattr(place, key) is not None:
                yield ("places", position, key), "a place's validity"
    for position, activity in enumerate(agreement.activities):
        yield from _in_activity(("activities", position), activity)
    for position, source in enumerate(agreement.sources):
        path: Path = ("sources", position)
        if source.ended_on is not None:
            yield (*path, "ended_on"), "the end of a source"
        if source.contract.accumulation == "year_to_date":
            yield (*path, "contract", "accumulation"), "a cumulative series"
        if source.contract.late_rows == "accept":
            yield (*path, "contract", "late_rows"), "acceptance of late rows"


def _in_activity(path: Path, activity: Activity) -> Iterator[Fault]:
    if activity.combine == "first":
        yield (*path, "combine"), 'combine = "first"'
    for position, indicator in enumerate(activity.indicators):
        here = (*path, "indicators", position)
        if indicator.quantity != "count":
            yield (*here, "quantity"), f"the quantity {indicator.quantity!r}"
        if indicator.role == "cost":
            yield (*here, "role"), "a cost"
    for position, target in enumerate(activity.targets):
        yield from _in_target((*path, "targets", position), target)


def _in_target(path: Path, target: Target) -> Iterator[Fault]:
    if isinstance(target, DirectionTarget):
        yield from _in_direction(path, target)
        return
    if not isinstance(target, CountTarget):
        yield (*path, "comparison"), f"the comparison {target.comparison!r}"
        return
    if target.value != int(target.value):
        yield (*path, "value"), "a target that is no whole number"
    if target.qualification is not None:
        yield (*path, "qualification"), "a qualifying property"
    if target.place_scope is not None or target.places:
        yield (*path, "place_scope" if target.place_scope else "places"), "a target for places"
    for position, reading in enumerate(target.readings):
        if reading.period in {"tertial", "month"}:
            yield (*path, "readings", position, "period"), f"a target per {reading.period}"


def _in_direction(path: Path, target: DirectionTarget) -> Iterator[tuple[Path, str]]:
    if target.outcome is None or target.area is None:
        yield (*path, "comparison"), f"the comparison {target.comparison!r} without outcome and area"
    elif target.baseline is not None:
        yield (*path, "baseline"), "a baseline without its survey, whose uncertainty nobody knows,"
    if target.place_scope is not None or target.places:
        yield (*path, "place_scope" if target.place_scope else "places"), "a direction for several places"
    for position, reading in enumerate(target.readings):
        if reading.period in {"tertial", "month"}:
            yield (*path, "readings", position, "period"), f"a target per {reading.period}"
