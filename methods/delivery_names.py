"""What readers call a delivery: its source, its last month, and its number among those for that month."""

from collections import Counter

from schemas.delivery import Receipt


def public_ids(receipts: list[Receipt]) -> list[str]:
    """Return what readers call each of some deliveries.

    Args:
        receipts: accepted deliveries, oldest first.
    """
    counted: Counter[tuple[str, str]] = Counter()
    ids = []
    for receipt in receipts:
        counted[receipt.source_id, receipt.covers_to] += 1
        ids.append(public_id(receipt.source_id, receipt.covers_to, counted[receipt.source_id, receipt.covers_to]))
    return ids


def public_id(source_id: str, month: str, ordinal: int) -> str:
    """Return what readers call a delivery by its number, 0 for one that has not come."""
    return f"{source_id}/{month}/{ordinal}"
