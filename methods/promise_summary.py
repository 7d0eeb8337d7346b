"""How a promise stands, by rule only: how many of its targets are met, and what became of the others.

Only rated readings count. A target is counted once for each place and each period that it is for, so a yearly target
over two years is two ratings, never a sum. No promise and no party is rated.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from methods.figure import Figure
from schemas.codes import Status

# In the order in which they are told; the rest of the statuses belong to what has no target.
ORDER: tuple[Status, ...] = (
    "not_kept",
    "on_track",
    "at_risk",
    "off_track",
    "ongoing",
    "awaiting_data",
    "not_reported",
    "undetermined",
    "suppressed",
)


@dataclass(frozen=True)
class PromiseSummary:
    """Ratings of a promise's targets.

    `others` are counts of those that are not met, by status, in the order in which they are told. `is_by_year`: every
    rating is one year of one and the same target. `has_other_reading`: another reading of a target is rated otherwise.
    `has_other_amended`: what an amendment made of a period or a target is rated otherwise than what was first agreed.
    `has_several_places`: a target is for each of several places.
    """

    kept: int
    total: int
    others: tuple[tuple[Status, int], ...]
    is_by_year: bool
    has_several_periods: bool
    has_other_reading: bool
    has_other_amended: bool = False
    has_several_places: bool = False


def summarize(figures: Iterable[Figure]) -> PromiseSummary | None:
    """Sum up the figures of one promise's activities; None where nothing is to be rated."""
    targeted = [figure for figure in figures if figure.target is not None and figure.reading is not None]
    rated = [figure for figure in targeted if _is_counted(figure)]
    if not rated:
        return None
    statuses = Counter(figure.verdict.status for figure in rated if figure.verdict)
    # Everything of a figure's id but its period tells one target, of one place.
    periods = Counter(figure.id.rsplit("/", 1)[0] for figure in rated)
    return PromiseSummary(
        kept=statuses["kept"],
        total=len(rated),
        others=tuple((status, statuses[status]) for status in ORDER if statuses[status]),
        is_by_year=len(periods) == 1 and {figure.period.type for figure in rated} == {"year"},
        has_several_periods=max(periods.values()) > 1,
        has_other_reading=_disagree(targeted),
        has_other_amended=_is_amended_otherwise(targeted, rated),
        has_several_places=len(periods) > len({_target_of(figure) for figure in rated}),
    )


def _target_of(figure: Figure) -> tuple[str, str, str]:
    target, reading = figure.target, figure.reading
    return figure.activity.id, target.id if target else "", reading.id if reading else ""


def _is_counted(figure: Figure) -> bool:
    """Tell whether a figure counts: a period that an extension made longer stands beside the one first agreed."""
    return figure.is_rated and figure.verdict is not None and figure.period.amendment_id is None


def _is_amended_otherwise(targeted: list[Figure], rated: list[Figure]) -> bool:
    counted = {(figure.activity.id, figure.verdict.status) for figure in rated if figure.verdict}
    return any(
        (figure.activity.id, figure.verdict.status) not in counted
        for figure in targeted
        if figure.reading and figure.reading.is_rated and not _is_counted(figure) and figure.verdict
    )


def _disagree(figures: list[Figure]) -> bool:
    """Tell whether any reading of a target is rated kept or not kept where another is rated otherwise."""
    by_target: dict[tuple[str, str], dict[bool, set[str]]] = {}
    for figure in figures:
        if figure.target and figure.reading and figure.verdict and figure.period.amendment_id is None:
            sides = by_target.setdefault((figure.activity.id, figure.target.id), {True: set(), False: set()})
            sides[figure.reading.is_rated].add(figure.verdict.status)
    return any(sides[True] and sides[False] and sides[True] != sides[False] for sides in by_target.values())
