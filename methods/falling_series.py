"""Numbers of the year so far never fall: a delivery in which they do is held, as it or another one is wrong."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from methods.months import months_between
from schemas.addresses import row_address
from schemas.contract import OccasionContract, TotalContract
from schemas.delivery import Receipt
from schemas.errors import DeliveryHeldError

_HOW_TO_GO_ON = "numbers of the year so far never fall: ask the provider which delivery is wrong, and for that one anew"


class SeriesFallsError(DeliveryHeldError):
    """A delivery's numbers of the year so far and those of another delivery of the year cannot both be right."""


@dataclass(frozen=True)
class MonthSum:
    """What a delivery says of an indicator and a month; of a total, the line that it stands on, if it stands on one."""

    indicator: str
    month: str
    quantity: Decimal
    line: int | None = None


def compared_months(
    receipt: Receipt, others: Iterable[Receipt], contract: OccasionContract | TotalContract
) -> dict[str, Receipt]:
    """Return the delivery that counts for each month of the year that a new one is compared in.

    Rows are compared in the months that deliveries until an earlier month were about, totals with all of the year's,
    each by its last month.

    Args:
        receipt: the new delivery.
        others: those that have been accepted from its source, the one received last last.
        contract: by which they are read.
    """
    newest: dict[str, Receipt] = {}
    for other in others:
        if other.covers_to[:4] != receipt.covers_to[:4]:
            continue
        if isinstance(contract, TotalContract):
            newest[other.covers_to] = other
        elif other.covers_to < receipt.covers_to:
            newest.update(dict.fromkeys(months_between(other.covers_from, other.covers_to), other))
    return newest


def months_compared_later(receipt: Receipt, later: Iterable[Receipt]) -> dict[str, Receipt]:
    """Return, for each month of a delivery of rows, the delivery until a later month that counts in its place.

    None where one until the same month does: it says anew what the first one said, and may well say less.

    Args:
        receipt: the delivery, found only now.
        later: those of its source that were received after it and have been accepted, the one received last last.
    """
    listed = list(later)
    if any(other.covers_to == receipt.covers_to for other in listed):
        return {}
    months = months_between(receipt.covers_from, receipt.covers_to)
    return {month: other for other in listed for month in months if other.covers_from <= month <= other.covers_to}


def hold_if_it_fell_since(
    contract: OccasionContract, new: list[MonthSum], known: list[MonthSum], later: dict[str, Receipt]
) -> None:
    """Hold rows of the year so far that were more than those that were received later say, whichever is found first.

    Args:
        contract: by which it was read.
        new: what the delivery says, which was received earlier.
        known: what those that were received later say of its months.
        later: the delivery that counts for each of its months.

    Raises:
        SeriesFallsError: naming column, indicator and both months, no value.
    """
    fallen = _first_fallen(new, known, set(later))
    if fallen is not None:
        last = max(later)
        raise SeriesFallsError(
            f"column {contract.columns.quantity!r}: the rows of {fallen} until {last} add up to more in this delivery "
            f"than in the one until {later[last].covers_to}, which was received later; {_HOW_TO_GO_ON}"
        )


def hold_if_it_falls(
    receipt: Receipt,
    contract: OccasionContract | TotalContract,
    new: list[MonthSum],
    known: list[MonthSum],
    months: Iterable[str],
) -> None:
    """Hold a delivery of the year so far that says less than an earlier one, or more than a later one.

    Args:
        receipt: the delivery.
        contract: by which it was read.
        new: what it says.
        known: what the deliveries that it is compared with say.
        months: the months that those are about.

    Raises:
        SeriesFallsError: naming line, column, indicator and both months, no value.
    """
    if isinstance(contract, TotalContract):
        falls = _falls_of_totals(new, known, contract)
    else:
        falls = _falls_of_rows(receipt, new, known, set(months), contract.columns.quantity)
    found = next(falls, None)
    if found is not None:
        raise SeriesFallsError(f"{found}; {_HOW_TO_GO_ON}")


def _falls_of_totals(new: list[MonthSum], known: list[MonthSum], contract: TotalContract) -> Iterator[str]:
    for total in new:
        others = sorted((item for item in known if item.indicator == total.indicator), key=lambda item: item.month)
        where = "attested zero"
        if total.line is not None:
            where = f"{row_address(total.line, contract.layout)}, column {contract.columns.value!r}"
        start = f"{where}: the total of {total.indicator} until {total.month} is"
        earlier = [item for item in others if item.month < total.month]
        if earlier and total.quantity < earlier[-1].quantity:
            yield f"{start} below the one until {earlier[-1].month}"
        later = [item for item in others if item.month > total.month]
        if later and total.quantity > later[0].quantity:
            yield f"{start} above the one until {later[0].month}"


def _falls_of_rows(
    receipt: Receipt, new: list[MonthSum], known: list[MonthSum], months: set[str], column: str
) -> Iterator[str]:
    fallen = _first_fallen(known, new, months)
    if fallen is not None:
        yield (
            f"column {column!r}: the rows of {fallen} until {max(months)} add up to less in this delivery until "
            f"{receipt.covers_to} than in what was delivered until {max(months)}"
        )


def _first_fallen(then: list[MonthSum], since: list[MonthSum], months: set[str]) -> str | None:
    """Return the first indicator whose rows of some months add up to less than they did."""
    before, now = _added(then, months), _added(since, months)
    return min((indicator for indicator, quantity in before.items() if now[indicator] < quantity), default=None)


def _added(sums: list[MonthSum], months: set[str]) -> dict[str, Decimal]:
    added: dict[str, Decimal] = defaultdict(Decimal)
    for item in sums:
        if item.month in months:
            added[item.indicator] += item.quantity
    return added
