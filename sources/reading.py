"""A kept delivery, read by its contract: typed facts batch by batch, or held as a whole with a reason."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pyarrow

from methods.interpret import Covered, Interpreted, interpret, keys_of
from methods.months import first_day, last_day
from methods.repeated_keys import Hashes, KeysSeen, is_among
from schemas.contract import OccasionContract, ReadableContract, expected_headers
from schemas.delivery import Receipt
from schemas.errors import DeliveryHeldError
from schemas.text_table import SetAside, TextBatch
from sources.csv_table import read_csv
from sources.csv_text import BLOCK_BYTES, Readable

Opened = Callable[[], AbstractContextManager[Readable]]


def read_delivery(opened: Opened, receipt: Receipt, readable: ReadableContract) -> Iterator[Interpreted]:
    """Read a delivery in memory that does not grow with it; what is yielded counts only when all has been.

    Args:
        opened: lends the delivery's bytes from their beginning, as often as it is called.
        receipt: of the delivery.
        readable: how it is read.

    Raises:
        DeliveryHeldError: when the file is damaged, empty without an attestation of zero, or when a larger share
            of its rows than the contract allows would be set aside.
    """
    row_count, set_aside, first = 0, 0, SetAside(0, "", "")
    for found in _interpreted(opened, receipt, readable):
        row_count += found.row_count
        set_aside += found.set_aside_lines
        if found.set_aside and (not first.line or found.set_aside[0].line < first.line):
            first = found.set_aside[0]
        yield found
    if row_count == 0 and not receipt.attests_zero:
        raise DeliveryHeldError(
            "the file has a header and no rows; that means zero only with attests_zero = true in its sidecar"
        )
    if set_aside > row_count * readable.contract.set_aside_share_max:
        raise DeliveryHeldError(
            f"{set_aside} of {row_count} rows would be set aside, more than the contract's share "
            f"{readable.contract.set_aside_share_max}; the first at line {first.line}, "
            f"column {first.column or '(whole row)'}, rule {first.rule}"
        )


def _interpreted(opened: Opened, receipt: Receipt, readable: ReadableContract) -> Iterator[Interpreted]:
    """Interpret batch by batch; rows whose keys may come twice are kept apart, and judged together at the end."""
    contract, covered = readable.contract, _covered(receipt, readable)
    if receipt.size <= BLOCK_BYTES or not isinstance(contract, OccasionContract):  # only rows of things done are many
        yield interpret(_whole(_batches(opened, readable)), readable, covered)
        return
    repeated = _repeated_keys(opened, readable, contract)
    apart: list[TextBatch] = []
    for batch in _batches(opened, readable):
        keys = keys_of(batch, contract)
        if keys is not None and (is_apart := is_among(keys, repeated)).any():
            apart.append(TextBatch(batch.cells.filter(is_apart), batch.lines.filter(pyarrow.array(is_apart))))
            batch = TextBatch(batch.cells.filter(~is_apart), batch.lines.filter(~is_apart), batch.set_aside)
        yield interpret(batch, readable, covered, keys_are_unique=True)
    if apart:
        yield interpret(_whole(iter(apart)), readable, covered)


def _batches(opened: Opened, readable: ReadableContract, only: list[str] | None = None) -> Iterator[TextBatch]:
    with opened() as file:
        yield from read_csv(file, readable.contract.csv, expected_headers(readable.contract), BLOCK_BYTES, only=only)


def _repeated_keys(opened: Opened, readable: ReadableContract, contract: OccasionContract) -> Hashes:
    seen = KeysSeen()
    if contract.columns.row_id:
        for batch in _batches(opened, readable, [contract.columns.row_id]):
            seen.add(keys_of(batch, contract))
    return seen.repeated()


def _whole(batches: Iterator[TextBatch]) -> TextBatch:
    """Put batches together that are few, or few of whose rows are left."""
    found = list(batches)
    return TextBatch(
        pyarrow.concat_tables([batch.cells for batch in found]),
        pyarrow.concat_arrays([batch.lines for batch in found]),
        [row for batch in found for row in batch.set_aside],
    )


def _covered(receipt: Receipt, readable: ReadableContract) -> Covered:
    starts, ends = first_day(receipt.covers_from), last_day(receipt.covers_to)
    if readable.contract.kind != "survey_shares":  # a survey before the term is the baseline
        starts, ends = max(starts, readable.starts_on), min(ends, readable.ends_on)
    return Covered(receipt.covers_from, receipt.covers_to, starts, ends)
