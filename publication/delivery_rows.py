"""Rows of `deliveries`: what has come, what has not, and when; never how large it was."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from methods.months import last_day
from methods.periods import DuePeriod
from schemas.agreement import Agreement, Source
from schemas.delivery import Receipt

Row = dict[str, Any]


def delivery_rows(
    agreement: Agreement, receipts: list[Receipt], due: dict[str, list[DuePeriod]], as_of_month: str
) -> list[Row]:
    """List every accepted delivery in the order of receipt, and every due one that is not here.

    Args:
        agreement: the agreement.
        receipts: deliveries that count or have counted, oldest first.
        due: what each source should deliver.
        as_of_month: what falls due for later months is not listed yet.
    """
    return [
        row
        for source in agreement.sources
        for row in _of_source(agreement, source, receipts, due[source.id], as_of_month)
    ]


def _of_source(
    agreement: Agreement, source: Source, receipts: list[Receipt], due: list[DuePeriod], as_of_month: str
) -> Iterator[Row]:
    own = [receipt for receipt in receipts if receipt.source_id == source.id]
    due_on = {item.last_month: item.due_on for item in due}
    ordinals: Counter[str] = Counter()
    for receipt in own:
        month = receipt.covers_to
        ordinals[month] += 1
        due_day = due_on.get(month)
        is_late = due_day is not None and receipt.received_on > due_day
        state = "corrected" if ordinals[month] > 1 else "late" if is_late else "delivered"
        yield {
            **_start(agreement, source, month, ordinals[month], source.is_example or receipt.is_invented),
            "due_on": due_day,
            "received_on": receipt.received_on,
            "state": state,
        }
    for item in due:
        if item.last_month <= as_of_month and not _has_come(item, own) and _is_due(item, as_of_month):
            yield {
                **_start(agreement, source, item.last_month, 0, source.is_example),
                "due_on": item.due_on,
                "received_on": None,
                "state": "known_unread" if _is_known_unread(item, source) else "missing",
            }


def _start(agreement: Agreement, source: Source, month: str, ordinal: int, is_example: bool) -> Row:
    provider = next(office.name_sv for office in agreement.offices if office.id == source.provider)
    return {
        "agreement_id": agreement.id,
        "is_example": is_example,
        "delivery_id": f"{source.id}/{month}/{ordinal}",
        "source_id": source.id,
        "provider": provider,
        "month": month,
    }


def _has_come(item: DuePeriod, receipts: list[Receipt]) -> bool:
    return all(any(r.covers_from <= month <= r.covers_to for r in receipts) for month in item.months())


def _is_due(item: DuePeriod, as_of_month: str) -> bool:
    return item.due_on is None or item.due_on <= last_day(as_of_month)


def _is_known_unread(item: DuePeriod, source: Source) -> bool:
    return any(
        report.covers_from <= item.last_month and item.first_month <= report.covers_to for report in source.known_unread
    )
