"""Which months a source has delivered for: told from receipts alone, as sql/current_load_month.sql counts them."""

from collections.abc import Collection, Iterable

from methods.months import months_between
from methods.year_to_date import is_rows_to_date
from schemas.agreement import Source
from schemas.delivery import Receipt, Replacement


def spanned_months(receipts: Iterable[Receipt]) -> set[str]:
    """Return the months that deliveries are about, whether they count or not."""
    return {month for receipt in receipts for month in months_between(receipt.covers_from, receipt.covers_to)}


def silence_about(receipt: Receipt, source: Source) -> str | None:
    """Return the month of a delivery by which its source is said to have ended, or not to have begun.

    It came before that was said, and would be refused now: beside what the other source has of the same months it would
    count twice.
    """
    first = receipt.covers_to if is_rows_to_date(source) else receipt.covers_from
    if source.silence(receipt.covers_to) == "ended":
        return receipt.covers_to
    return first if source.silence(first) == "not_begun" else None


def is_replaced_by(later: Collection[Receipt], receipt: Receipt, by: Replacement) -> bool:
    """Tell whether nothing of a delivery counts beside others of its source that were received later and count.

    Args:
        later: the others; what is split may be replaced by several, each for some of its months.
        receipt: the delivery.
        by: what must come for it to count no more.
    """
    if by == "last_month":
        return any(other.covers_to == receipt.covers_to for other in later)
    months = spanned_months([receipt])
    left = months - spanned_months(later)
    return left != months if by == "any_month" else not left


def delivered_months(source: Source, receipts: Iterable[Receipt]) -> set[str]:
    """Return the months that the deliveries of a source count for.

    A total is never split: where a later delivery is about some of its months, it counts for none of them.

    Args:
        source: the source.
        receipts: what it has delivered and what has been accepted; of one day, what was taken in last stands last.
    """
    counting = [receipt for receipt in receipts if silence_about(receipt, source) is None]
    if not source.has_whole_totals:
        return spanned_months(counting)
    by_day = sorted(counting, key=lambda receipt: receipt.received_on)
    spans = [spanned_months([receipt]) for receipt in by_day]
    return {
        month for place, span in enumerate(spans) if span.isdisjoint(set().union(*spans[place + 1 :])) for month in span
    }
