"""What the page says of a target beside its figures: whether it counts, and what an amendment has made of it."""

from collections.abc import Iterator

from methods.figure import Figure
from methods.revision import decides, revisions_of
from schemas.agreement import Activity, Agreement
from schemas.target import Target

_COUNTED = "Den här läsningen räknas i sammanfattningar."
_NOT_COUNTED = "En annan möjlig läsning av samma ord."


def note_sv(agreement: Agreement, activity: Activity, figure: Figure) -> str | None:
    """Say which of several readings or targets a figure is about; None where there is only one."""
    target, reading = figure.target, figure.reading
    if target is None or reading is None:
        return None
    notes = []
    if len(target.readings) > 1:
        notes.append(_COUNTED if reading.is_rated else _NOT_COUNTED)
    return " ".join([*notes, *_revised_sv(target, activity, agreement)]) or None


def _revised_sv(target: Target, activity: Activity, agreement: Agreement) -> Iterator[str]:
    """Say of a target that came with a decision, or that others came instead of, which of them counts."""
    if target.amendment is not None:
        day = agreement.amendment(target.amendment).effective_on
        yield f"Målet kom med ett beslut som gäller från {day}. {_brought_sv(target, activity, agreement)}"
    later = list(revisions_of(target, activity))
    deciding = [item for item in later if decides(item, agreement)]
    for item in (deciding or later)[:1]:
        counted = "det nya" if deciding else _still_counted_sv(target, agreement)
        if item.amendment is not None:
            day = agreement.amendment(item.amendment).effective_on
            yield f"Ett nytt mål kom med ett beslut som gäller från {day}; {counted} räknas."


def _brought_sv(target: Target, activity: Activity, agreement: Agreement) -> str:
    """Say whether a target that came with a decision counts, and if not which one does."""
    if decides(target, agreement):
        return "Det räknas sedan dess."
    if target.revises is None:
        return "Det räknas inte i sammanfattningar."
    return f"{_counted_before_sv(target, activity, agreement)}, inte det här, räknas sedan dess."


def _counted_before_sv(target: Target, activity: Activity, agreement: Agreement) -> str:
    """Name what goes on counting beside a target that does not: the first one, or one that a decision let count."""
    earlier = (item for item in activity.targets if target in revisions_of(item, activity))
    return "Ett tidigare mål" if any(decides(item, agreement) for item in earlier) else "Det först avtalade målet"


def _still_counted_sv(target: Target, agreement: Agreement) -> str:
    if target.revises is None:
        return "det här, det först avtalade,"
    return "det här" if decides(target, agreement) else "inte heller det"
