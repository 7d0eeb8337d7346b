"""Rows of `deliveries`: what has come, what has not, and when; never how large it was."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from methods.delivered import delivered_months
from methods.delivery_names import public_id, public_ids
from methods.months import last_day, months_between
from methods.periods import DuePeriod
from methods.terms import silent_of
from schemas.agreement import Agreement, Source
from schemas.delivery import NO_CORRECTIONS, Load, Receipt

Row = dict[str, Any]


def delivery_rows(
    agreement: Agreement, deliveries: list[tuple[Receipt, Load]], due: dict[str, list[DuePeriod]], as_of_month: str
) -> list[Row]:
    """List every accepted delivery in the order of receipt, and every due one that is not here.

    Args:
        agreement: the agreement.
        deliveries: those that count or have counted, oldest first.
        due: what each source should deliver.
        as_of_month: what falls due for later months, or reaches into them, is not listed yet.
    """
    return [
        row
        for source in agreement.sources
        for row in _of_source(agreement, source, deliveries, due[source.id], as_of_month)
    ]


def _of_source(
    agreement: Agreement,
    source: Source,
    deliveries: list[tuple[Receipt, Load]],
    due: list[DuePeriod],
    as_of_month: str,
) -> Iterator[Row]:
    own = [(receipt, load) for receipt, load in deliveries if receipt.source_id == source.id]
    receipts = [receipt for receipt, _ in own]
    delivered = delivered_months(source, receipts)
    due_days = _due_days(source, receipts, due)
    for (receipt, load), named, due_day in zip(own, public_ids(receipts), due_days, strict=True):
        if receipt.covers_to > as_of_month:
            continue
        yield {
            **_start(agreement, source, receipt.covers_to, named, source.is_example or receipt.is_invented),
            "due_on": due_day,
            "received_on": receipt.received_on,
            "state": _state(receipt, load, named, due_day),
            "received_as": receipt.how,
        }
    for item in due:
        has_come = delivered.issuperset(item.months())
        if item.last_month <= as_of_month and not has_come and _is_due(item, as_of_month):
            yield {
                **_start_not_here(agreement, source, item.last_month),
                "due_on": item.due_on,
                "received_on": None,
                "received_as": None,
                "state": "known_unread" if _is_known_unread(item, source) else "missing",
            }
    for item in silent_of(agreement, source):
        # What is delivered of the year so far spans months that the source says nothing of.
        if item.last_month <= as_of_month and (source.is_year_to_date or item.last_month not in delivered):
            yield {
                **_start_not_here(agreement, source, item.last_month),
                "due_on": None,
                "received_on": None,
                "received_as": None,
                "state": source.silence(item.last_month),
            }


def _state(receipt: Receipt, load: Load, named: str, due_on: date | None) -> str:
    """Say what became of a delivery; one is corrected when it came again or when an office has corrected its rows."""
    if not _is_first(named) or load.corrections_hash != NO_CORRECTIONS:
        return "corrected"
    return "late" if is_late(named, receipt.received_on, due_on) else "delivered"


def is_late(delivery_id: str, received_on: date | None, due_on: date | None) -> bool:
    """Tell whether a delivery came after its day; what came again, or did not come, is not late.

    >>> [is_late(f"rows/2024-01/{which}", date(2024, 2, 20), date(2024, 2, 15)) for which in (1, 2)]
    [True, False]
    """
    return _is_first(delivery_id) and received_on is not None and due_on is not None and received_on > due_on


def _is_first(delivery_id: str) -> bool:
    return delivery_id.endswith("/1")


def _due_days(source: Source, receipts: list[Receipt], due: list[DuePeriod]) -> Iterator[date | None]:
    """Yield the day on which each delivery was due: the first of those of all that nothing before it has brought.

    What brings nothing anew was due with its last month, as was a total, and what is of the year so far.
    """
    due_on = {item.last_month: item.due_on for item in due}
    is_in_parts = source.contract.grain == "row" and not source.is_year_to_date
    brought: set[str] = set()
    for receipt in receipts:
        first_month = receipt.covers_from if is_in_parts else receipt.covers_to
        months = set(months_between(first_month, receipt.covers_to))
        anew = [day for month, day in due_on.items() if day and month in months - brought]
        yield min(anew, default=due_on.get(receipt.covers_to))
        brought |= months


def _start(agreement: Agreement, source: Source, month: str, named: str, is_example: bool) -> Row:
    provider = next(office.name_sv for office in agreement.offices if office.id == source.provider)
    return {
        "agreement_id": agreement.id,
        "is_example": is_example,
        "delivery_id": named,
        "source_id": source.id,
        "provider": provider,
        "month": month,
    }


def _start_not_here(agreement: Agreement, source: Source, month: str) -> Row:
    return _start(agreement, source, month, public_id(source.id, month, 0), source.is_example)


def _is_due(item: DuePeriod, as_of_month: str) -> bool:
    return item.due_on is None or item.due_on <= last_day(as_of_month)


def _is_known_unread(item: DuePeriod, source: Source) -> bool:
    return any(
        report.covers_from <= item.last_month and item.first_month <= report.covers_to for report in source.known_unread
    )
