"""What should have come by a day and has not."""

from collections.abc import Iterable
from datetime import date

from methods.periods import DuePeriod
from schemas.delivery import Receipt


def overdue(due: Iterable[DuePeriod], receipts: Iterable[Receipt], on: date) -> list[DuePeriod]:
    """List what fell due before a day without every month of it having come; what has no due day is never late.

    Args:
        due: what a source should deliver.
        receipts: what it has delivered and what has been accepted.
        on: the day.
    """
    spans = [(receipt.covers_from, receipt.covers_to) for receipt in receipts]
    return [item for item in due if item.due_on is not None and item.due_on < on and not _has_come(item, spans)]


def _has_come(item: DuePeriod, spans: list[tuple[str, str]]) -> bool:
    return all(any(first <= month <= last for first, last in spans) for month in item.months())
