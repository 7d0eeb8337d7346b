"""Which of a target and those that have come instead of it a period is rated by: the first, unless decided so."""

from collections.abc import Iterator

from methods.periods import Period
from schemas.agreement import Activity, Agreement
from schemas.target import Reading, Target


def applies_in(target: Target, period: Period, agreement: Agreement) -> bool:
    """Tell whether a target is about a period: one that a revision brought is about none that ended before it."""
    if target.amendment is None or period.end_on is None:
        return True
    return agreement.amendment(target.amendment).effective_on <= period.end_on


def is_rated(target: Target, reading: Reading, period: Period, activity: Activity, agreement: Agreement) -> bool:
    """Tell whether a reading of a target counts when a promise is summed up.

    A target that a revision brought counts only where the decision says that such are what the agreement is rated by;
    then what it came instead of counts only in the periods that ended before the decision.
    """
    if not reading.is_rated or (target.amendment is not None and not decides(target, agreement)):
        return False
    later = revisions_of(target, activity)
    return not any(decides(item, agreement) and applies_in(item, period, agreement) for item in later)


def decides(target: Target, agreement: Agreement) -> bool:
    """Tell whether a target came with a decision that lets the agreement be rated by it."""
    return target.amendment is not None and agreement.amendment(target.amendment).rates == "revised"


def revisions_of(target: Target, activity: Activity) -> Iterator[Target]:
    """Yield every target that came instead of one, or instead of those."""
    for item in activity.targets:
        if item.revises == target.id:
            yield item
            yield from revisions_of(item, activity)
