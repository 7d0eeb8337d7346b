"""What does not fit in when sources begin, end, pause or hand over to each other, by the key to mend."""

from collections.abc import Iterator
from datetime import date, timedelta

from schemas.agreement import Activity, Agreement, Source
from schemas.contract import OccasionContract
from schemas.target_checks import Fault
from schemas.toml_positions import Path

_DAY = timedelta(days=1)


def silence_faults(path: Path, source: Source, agreement: Agreement) -> Iterator[Fault]:
    """List what does not fit in when a source begins, ends or pauses."""
    if (source.ended_on is None) != (source.ended_reason_sv is None):
        yield (*path, "id"), "ended_on and ended_reason_sv belong together: an end is told with its reason"
    if source.taken_over_by is not None and source.ended_on is None:
        yield (*path, "taken_over_by"), "say in ended_on until when this source reports"
    if source.started_on and source.ended_on and source.ended_on < source.started_on:
        yield (*path, "ended_on"), "the source ends before it starts"
    for position, pause in enumerate(source.pauses):
        if pause.to_on < pause.from_on:
            yield (*path, "pauses", position, "to_on"), "the pause ends before it begins"
    yield from _part_month_faults(path, source, agreement)


def handover_faults(path: Path, activity: Activity, agreement: Agreement) -> Iterator[Fault]:
    """List what would let a source's half of a month pass for the whole, where another takes over within it."""
    for before, after in _handovers_within_a_month(agreement):
        pair = {before.id, after.id}
        what = f"{after.id!r} takes over from {before.id!r} on {after.started_on}, within a month"
        how = "let it take over on the first day of a month"
        if activity.combine == "first" and pair <= set(activity.sources):
            yield (*path, "combine"), f"{what}, of which 'first' takes what one of them has; {how}, or write 'sum'"
        for indicator in activity.indicators:
            if len(pair & {source.id for source in agreement.sources_of(activity, indicator)}) == 1:
                yield (*path, "sources"), f"{what}, and only one delivers {indicator.id!r}; let both do so, or {how}"


def own_days(source: Source, agreement: Agreement) -> tuple[date | None, date | None]:
    """Return the first and last day that rows of a source may be of, where that is within a month; else None."""
    if not isinstance(source.contract, OccasionContract):
        return None, None
    begun, ended = source.started_on, source.ended_on
    begins_within = begun is not None and begun.day > 1 and begun > agreement.starts_on
    ends_within = ended is not None and (ended + _DAY).day > 1 and ended < agreement.longest_ends_on
    return begun if begins_within else None, ended if ends_within else None


def _handovers_within_a_month(agreement: Agreement) -> Iterator[tuple[Source, Source]]:
    for before in agreement.sources:
        for after in agreement.sources:
            is_handed_over = before.taken_over_by == after.id and before.ended_on is not None
            if is_handed_over and after.started_on is not None and after.started_on.day > 1:
                yield before, after


def _part_month_faults(path: Path, source: Source, agreement: Agreement) -> Iterator[Fault]:
    """List days that would let half a month pass for a whole one: deliveries cover whole months.

    Where one source takes over from another from one day to the next, both report about that month.
    """
    before = {item.ended_on for item in agreement.sources if item.taken_over_by == source.id and item.ended_on}
    after = {item.started_on for item in agreement.sources if item.id == source.taken_over_by}
    begun, ended = source.started_on, source.ended_on
    if begun and begun.day > 1 and begun > agreement.starts_on and begun - _DAY not in before:
        yield (*path, "started_on"), "must be the first day of a month, or the day after the source before it ended"
    if ended and (ended + _DAY).day > 1 and ended != agreement.longest_ends_on and ended + _DAY not in after:
        yield (*path, "ended_on"), "must be the last day of a month, or the day before the next source's started_on"
    for position, pause in enumerate(source.pauses):
        if pause.from_on.day > 1 and pause.from_on > agreement.starts_on:
            yield (*path, "pauses", position, "from_on"), "must be the first day of a month: a pause is of whole months"
        if (pause.to_on + _DAY).day > 1 and pause.to_on < agreement.longest_ends_on:
            yield (*path, "pauses", position, "to_on"), "must be the last day of a month: a pause is of whole months"
