"""What should have come by a day and has not."""

from collections.abc import Iterable, Set
from datetime import date

from methods.periods import DuePeriod


def overdue(due: Iterable[DuePeriod], delivered: Set[str], on: date) -> list[DuePeriod]:
    """List what fell due before a day without every month of it having come; what has no due day is never late.

    Args:
        due: what a source should deliver.
        delivered: the months that it has delivered for.
        on: the day.
    """
    return [
        item for item in due if item.due_on is not None and item.due_on < on and not set(item.months()) <= delivered
    ]
