"""Which deliveries a release rests on, and what day and month it is made for; no clock decides either."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from archive.ledger import Ledger
from methods.delivered import silence_about
from methods.months import add_months, month_of
from methods.searches import search_days
from schemas.agreement import Agreement, Source
from schemas.contract import TotalContract
from schemas.delivery import Load, Receipt
from schemas.errors import LofteError


@dataclass(frozen=True)
class Selection:
    """A release's day, as-of month, and deliveries in the order in which they were received."""

    published_on: date
    as_of_month: str
    deliveries: list[tuple[Receipt, Load]]
    context: list[tuple[Receipt, Load]] = field(default_factory=list)

    @property
    def load_ids(self) -> list[str]:
        """The loads, oldest delivery first; those of context after all others."""
        return [load.load_id for _, load in (*self.deliveries, *self.context)]


def select(
    agreement: Agreement, ledger: Ledger, at: date | None, month: str | None, decided: Iterable[date] = ()
) -> Selection:
    """Choose what a release is made from.

    Args:
        agreement: the agreement.
        ledger: what has been received and accepted for it.
        at: the day of publication; by default the latest day on which anything was received, searched for or corrected.
        month: the state after this month; by default the month before `at`.
        decided: the days on which corrections were decided.

    Raises:
        LofteError: when no day can be known.
    """
    published_on = at or _latest_day(agreement, ledger, decided)
    as_of_month = month or add_months(month_of(published_on), -1)
    if as_of_month >= month_of(published_on):
        raise LofteError(
            f"{agreement.id}: the state after {as_of_month} cannot be published on {published_on}; "
            "the month is not over"
        )
    accepted = ledger.accepted_loads()
    sources = {source.id: source for source in agreement.sources}
    chosen = [
        (receipt, accepted[receipt.delivery_id])
        for receipt in ledger.receipts()
        if receipt.delivery_id in accepted
        and receipt.source_id in sources
        and receipt.received_on <= published_on
        and _is_known_by(receipt, sources[receipt.source_id], as_of_month)
        and silence_about(receipt, sources[receipt.source_id]) is None
    ]
    beside = {source.id for source in agreement.context}
    context = [
        (receipt, accepted[receipt.delivery_id])
        for receipt in ledger.receipts()
        if receipt.delivery_id in accepted and receipt.source_id in beside and receipt.received_on <= published_on
    ]
    # Sorting is stable: of deliveries received on one day, the one taken in last is the newer.
    by_day = [sorted(pairs, key=lambda pair: pair[0].received_on) for pairs in (chosen, context)]
    return Selection(published_on, as_of_month, *by_day)


def accepted_by(ledger: Ledger, day: date) -> Iterator[Receipt]:
    """Yield what had been received by a day and has been accepted, also what counts no more."""
    accepted = ledger.accepted_loads()
    return (item for item in ledger.receipts() if item.delivery_id in accepted and item.received_on <= day)


def count_no_more(agreement: Agreement, ledger: Ledger) -> Iterator[str]:
    """Tell of deliveries that were accepted before their source was said to have ended, or to begin later."""
    accepted = ledger.accepted_loads()
    sources = {source.id: source for source in agreement.sources}
    for receipt in ledger.receipts():
        source = sources.get(receipt.source_id)
        if source is None or receipt.delivery_id not in accepted or ledger.is_replaced(receipt, source):
            continue
        month = silence_about(receipt, source)
        if month is not None:
            said = "ended" if source.silence(month) == "ended" else "not begun"
            yield (
                f"{agreement.id}, source {source.id}: {receipt.file_name} counts no more: it covers "
                f"{receipt.covers_from} to {receipt.covers_to}, and the source is now said to have {said} by {month}. "
                "Mend its started_on or ended_on, or ask for the months anew that are still its own"
            )


def _is_known_by(receipt: Receipt, source: Source, as_of_month: str) -> bool:
    """Tell whether a delivery says something of what was done by a month; a total says nothing of a part of itself."""
    return (receipt.covers_to if isinstance(source.contract, TotalContract) else receipt.covers_from) <= as_of_month


def is_still_to_come(day: date) -> bool:
    """Tell whether a day is a slip of the pen; a day's difference between clocks and time zones is none.

    The clock decides only what is accepted, never what is published.
    """
    return day > datetime.now(UTC).date() + timedelta(days=1)


def _latest_day(agreement: Agreement, ledger: Ledger, decided: Iterable[date]) -> date:
    days = [
        *(receipt.received_on for receipt in ledger.receipts()),
        *(day for day in search_days(agreement) if not is_still_to_come(day)),
        *(release.published_on for release in ledger.releases()),  # what was decided by then may be taken back
        *(day for day in decided if not is_still_to_come(day)),
        *(report.searched_on for source in agreement.sources for report in source.known_unread),
    ]
    if not days:
        raise LofteError(
            f"{agreement.id}: nothing has been received or searched for yet, so no day follows from the data; "
            "say the day of publication with --at YYYY-MM-DD"
        )
    return max(days)
