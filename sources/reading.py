"""A kept delivery, read by its contract: accepted as typed facts, or held as a whole with a reason."""

from methods.interpret import Covered, Interpreted, interpret
from methods.months import first_day, last_day
from schemas.contract import ReadableContract, expected_headers
from schemas.delivery import Receipt
from schemas.errors import DeliveryHeldError
from sources.csv_table import read_csv


def read_delivery(content: bytes, receipt: Receipt, readable: ReadableContract) -> Interpreted:
    """Read a delivery.

    Raises:
        DeliveryHeldError: when the file is damaged, empty without an attestation of zero, or when a larger share
            of its rows than the contract allows would be set aside.
    """
    contract = readable.contract
    table = read_csv(content, contract.csv, expected_headers(contract))
    if table.row_count == 0 and not receipt.attests_zero:
        raise DeliveryHeldError(
            "the file has a header and no rows; that means zero only with attests_zero = true in its sidecar"
        )
    interpreted = interpret(table, readable, _covered(receipt, readable))
    set_aside = interpreted.set_aside_lines
    if set_aside > table.row_count * contract.set_aside_share_max:
        first = interpreted.set_aside[0]
        raise DeliveryHeldError(
            f"{set_aside} of {table.row_count} rows would be set aside, more than the contract's share "
            f"{contract.set_aside_share_max}; the first at line {first.line}, "
            f"column {first.column or '(whole row)'}, rule {first.rule}"
        )
    return interpreted


def _covered(receipt: Receipt, readable: ReadableContract) -> Covered:
    starts, ends = first_day(receipt.covers_from), last_day(receipt.covers_to)
    if readable.contract.kind != "survey_shares":  # a survey before the term is the baseline
        starts, ends = max(starts, readable.starts_on), min(ends, readable.ends_on)
    return Covered(receipt.covers_from, receipt.covers_to, starts, ends)
