"""Deliveries that have been accepted and can no longer stand as they were read, since the agreement has changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from typing import Self

from methods.months import last_day, month_of, months_between
from methods.year_to_date import series_span
from schemas.agreement import Agreement, Source
from schemas.contract import ReadableContract, TotalContract
from schemas.delivery import Receipt


@dataclass(frozen=True)
class Standing:
    """A delivery by the contract that it was read by: where its year so far begins, and the months it counts for."""

    receipt: Receipt
    series_from: tuple[str, date] | None
    months: frozenset[str]
    is_total: bool

    @classmethod
    def of(cls, receipt: Receipt, readable: ReadableContract) -> Self:
        """Return a delivery that nothing has replaced."""
        series_from = _series_from(receipt, readable)
        first = series_from[0] if series_from else receipt.covers_from
        months = frozenset(months_between(first, receipt.covers_to))
        return cls(receipt, series_from, months, isinstance(readable.contract, TotalContract))

    def beside(self, later: Receipt) -> Self:
        """Return what is left beside one that was received later; a total is never split."""
        if self.series_from is not None:
            return replace(self, months=frozenset()) if later.covers_to == self.receipt.covers_to else self
        left = self.months - set(months_between(later.covers_from, later.covers_to))
        return replace(self, months=frozenset() if self.is_total and left != self.months else left)


def ends_of_months(receipt: Receipt, agreement: Agreement, source: Source) -> date:
    """Return the last day that a delivery must be about to be whole."""
    return min(last_day(receipt.covers_to), agreement.longest_ends_on, source.ended_on or date.max)


def is_whole(receipt: Receipt, agreement: Agreement, source: Source) -> bool:
    """Tell whether a delivery came after its months were over; before that it cannot be all of them.

    A survey is over when its answers are in, whatever month it is filed under.
    """
    is_counted = source.contract.kind in {"occasion_rows", "reported_totals"}
    return not is_counted or receipt.received_on > ends_of_months(receipt, agreement, source)


def unfit_to_stand(deliveries: Iterable[tuple[Receipt, ReadableContract]], agreement: Agreement) -> Iterator[str]:
    """Say of deliveries that count why they must not be added up as they were read.

    Args:
        deliveries: in the order in which they were received, each with the contract by which it was read.
        agreement: as it is now.
    """
    standing: dict[str, list[Standing]] = {source.id: [] for source in agreement.sources}
    for receipt, readable in deliveries:
        before = (item.beside(receipt) for item in standing[receipt.source_id])
        standing[receipt.source_id] = [*(item for item in before if item.months), Standing.of(receipt, readable)]
    for source in agreement.sources:
        yield from _cut_short(standing[source.id], agreement, source)
        yield from _counted_twice(standing[source.id])


def begun_before(receipts: Iterable[Receipt], agreement: Agreement) -> Iterator[str]:
    """Say of totals of the year so far that they began before their source is now said to have begun.

    What came after that day holds the months before it too, and would be taken for less time than it is of.

    Args:
        receipts: of all that has been accepted, also what counts no more.
        agreement: as it is now.
    """
    listed = list(receipts)
    for source in agreement.sources:
        if not (source.is_year_to_date and isinstance(source.contract, TotalContract) and source.started_on):
            continue
        starts = month_of(source.started_on)
        months = {item.covers_to: item for item in listed if item.source_id == source.id}
        early = [month for month in months if f"{starts[:4]}-01" <= month < starts]
        if early and any(starts <= month <= f"{starts[:4]}-12" for month in months):
            first = min(early)
            yield (
                f"source {source.id}: {months[first].file_name} is of the year so far until {first}, so what came "
                f"later in that year did not begin on {source.started_on}, as started_on says, and would count the "
                "months before twice. Mend started_on, or let another source take over (ended_on, taken_over_by). "
                "Until then nothing is published"
            )


def _cut_short(standing: list[Standing], agreement: Agreement, source: Source) -> Iterator[str]:
    for item in standing:
        receipt = item.receipt
        if receipt.covers_to in item.months and not is_whole(receipt, agreement, source):
            yield (
                f"source {source.id}: {receipt.file_name} was received on {receipt.received_on}, and its months are "
                f"over on {ends_of_months(receipt, agreement, source)} since the agreement was changed, so it is not "
                "whole; ask for it anew. Until then nothing is published"
            )


def _counted_twice(standing: list[Standing]) -> Iterator[str]:
    """Find numbers of the year so far beside others of the same months that do not begin where they do."""
    for one, other in combinations(standing, 2):
        if one.series_from != other.series_from and one.months & other.months:
            yield (
                f"source {one.receipt.source_id}: {one.receipt.file_name} and {other.receipt.file_name} were read by "
                "contracts that do not count the year so far alike, and their months would count twice. Put the "
                "contract back and let another source take over (ended_on, taken_over_by), or ask for the earlier "
                "deliveries anew in the new form. Until then nothing is published"
            )
            return


def _series_from(receipt: Receipt, readable: ReadableContract) -> tuple[str, date] | None:
    """Return the month and day from which totals count the year so far; None where they count their own months."""
    if not isinstance(readable.contract, TotalContract):
        return None
    span = series_span(readable, receipt.covers_to)
    month, day = span.get("covers_from_month"), span.get("covers_from_on")
    return (month, day) if isinstance(month, str) and isinstance(day, date) else None
