"""A kept delivery, read by its contract: accepted as typed facts, or held as a whole with a reason."""

from decimal import Decimal

from methods.interpret import Covered, Interpreted, interpret
from methods.months import first_day, last_day
from schemas.contract import ReadableContract, expected_headers
from schemas.delivery import Receipt
from schemas.errors import DeliveryHeldError
from schemas.text_table import SetAside
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
    hold_if_too_many(interpreted.set_aside, table.row_count, contract.set_aside_share_max)
    return interpreted


def hold_if_too_many(set_aside: list[SetAside], row_count: int, share_max: Decimal) -> None:
    """Hold a delivery of which a larger share of rows is set aside than its contract allows.

    Raises:
        DeliveryHeldError: naming the first of them.
    """
    lines = len({row.line for row in set_aside})
    if lines > row_count * share_max:
        first = set_aside[0]
        raise DeliveryHeldError(
            f"{lines} of {row_count} rows would be set aside, more than the contract's share {share_max}; "
            f"the first at line {first.line}, column {first.column or '(whole row)'}, rule {first.rule}"
        )


def _covered(receipt: Receipt, readable: ReadableContract) -> Covered:
    starts, ends = first_day(receipt.covers_from), last_day(receipt.covers_to)
    if readable.contract.kind != "survey_shares":  # a survey before the term is the baseline
        starts, ends = max(starts, readable.starts_on), min(ends, readable.ends_on)
    return Covered(receipt.covers_from, receipt.covers_to, starts, ends)
