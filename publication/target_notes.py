"""What the page says of a target beside its figures: whether it counts, and what an amendment has made of it."""

from methods.figure import Figure
from schemas.agreement import Activity, Agreement

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
    if target.amendment is not None:
        amendment = agreement.amendment(target.amendment)
        counted = "Det" if amendment.rates == "revised" else "Det först avtalade målet, inte det här,"
        notes.append(f"Målet kom med ett beslut som gäller från {amendment.effective_on}. {counted} räknas sedan dess.")
    revision = next((item for item in activity.targets if item.revises == target.id), None)
    if revision is not None and revision.amendment is not None:
        amendment = agreement.amendment(revision.amendment)
        counted = "det nya" if amendment.rates == "revised" else "det här, det först avtalade,"
        notes.append(f"Ett nytt mål kom med ett beslut som gäller från {amendment.effective_on}; {counted} räknas.")
    return " ".join(notes) or None
