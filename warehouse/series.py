"""What the warehouse knows of a source's numbers of the year so far, for a new delivery to be compared with."""

import sqlalchemy as sa

from archive.ledger import Ledger
from methods.falling_series import (
    MonthSum,
    compared_months,
    hold_if_it_falls,
    hold_if_it_fell_since,
    months_compared_later,
)
from schemas.agreement import Source
from schemas.contract import OccasionContract, TotalContract
from schemas.delivery import Receipt
from warehouse.queries import rows_of


def hold_if_series_falls(
    connection: sa.Connection,
    ledger: Ledger,
    source: Source,
    receipt: Receipt,
    contract_hashes: set[str],
    load_id: str,
) -> None:
    """Hold a delivery of the year so far that cannot be right beside those that have been accepted.

    One that a later delivery has replaced is held no more, unless it is of rows and those until a later month now say
    less of its months. What was read by another contract is no measure: its deliveries are about to be read anew.

    Args:
        connection: to the warehouse, in a transaction.
        ledger: of the agreement.
        source: where the delivery is from, as it is now.
        receipt: the new delivery.
        contract_hashes: the contracts by which deliveries of the source are read now, whatever their header.
        load_id: of the delivery, whose rows are in.

    Raises:
        SeriesFallsError: saying where.
    """
    contract = source.contract
    if contract.accumulation != "year_to_date" or not isinstance(contract, OccasionContract | TotalContract):
        return
    loads = {
        delivery_id: load.load_id
        for delivery_id, load in ledger.accepted_loads().items()
        if load.contract_hash in contract_hashes and delivery_id != receipt.delivery_id
    }
    new = _sums(connection, load_id)
    if ledger.is_replaced(receipt, source):
        if isinstance(contract, OccasionContract):
            since = (other for other in ledger.received_after(receipt, source) if other.delivery_id in loads)
            later = months_compared_later(receipt, since)
            hold_if_it_fell_since(contract, new, _known(connection, loads, later), later)
        return
    accepted = [other for other in ledger.receipts() if _is_of(receipt, other) and other.delivery_id in loads]
    accepted.sort(key=lambda other: other.received_on)  # stable, as when a release chooses what counts
    compared = compared_months(receipt, accepted, contract)
    hold_if_it_falls(receipt, contract, new, _known(connection, loads, compared), compared)


def _known(connection: sa.Connection, loads: dict[str, str], compared: dict[str, Receipt]) -> list[MonthSum]:
    """Return what deliveries say, each of the months that it is compared in."""
    return [
        item
        for other in dict.fromkeys(compared.values())
        for item in _sums(connection, loads[other.delivery_id])
        if compared.get(item.month) == other
    ]


def _is_of(receipt: Receipt, other: Receipt) -> bool:
    return other.source_id == receipt.source_id


def _sums(connection: sa.Connection, load_id: str) -> list[MonthSum]:
    found = rows_of(connection, "load_sum", load_id=load_id)
    return [
        MonthSum(f"{row['activity_id']}/{row['indicator_id']}", row["month"], row["quantity"], row["source_line"])
        for row in found
    ]
