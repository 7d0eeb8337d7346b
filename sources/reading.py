"""A kept delivery, read by its contract: typed facts batch by batch, or held as a whole with a reason."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

import numpy as np
import pandas as pd

from methods.blanked_rows import with_blanked_set_aside
from methods.corrections import AppliedCorrections
from methods.header_diff import HeaderRule
from methods.interpret import Covered, Interpreted, Interpreter
from methods.months import first_day, last_day
from methods.repeated_keys import KeysSeen
from methods.set_aside_count import SetAsideCount
from schemas.content import Opened
from schemas.contract import OccasionContract, ReadableContract
from schemas.corrections import Correction
from schemas.delivery import Receipt
from schemas.errors import DeliveryHeldError
from schemas.text_table import Lines, TextBatch, TextTable
from sources.csv_text import BLOCK_BYTES
from sources.layouts import read_batches
from sources.reading_ahead import read_ahead


class TooManySetAsideError(DeliveryHeldError):
    """A larger share of a delivery's rows than its contract allows would be set aside.

    Carries the addresses of those that have not been told before, batch by batch.
    """

    def __init__(self, count: SetAsideCount, readable: ReadableContract) -> None:
        self.set_aside = count.set_aside
        first, share_max = count.first, readable.contract.set_aside_share_max
        super().__init__(
            f"{count.lines_count} of {count.rows_count} rows would be set aside, more than the contract's share "
            f"{share_max}; the first at line {first.line}, column {first.column or '(whole row)'}, rule {first.rule}"
        )


def read_delivery(
    opened: Opened,
    receipt: Receipt,
    readable: ReadableContract,
    corrections: Iterable[Correction] = (),
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[Interpreted]:
    """Read a delivery, with its corrections put on it; what is yielded counts only when all has been.

    Memory does not grow with the rows of a CSV but for some bytes of each row's key.

    Args:
        opened: lends its bytes.
        receipt: what is said of it.
        readable: how it is read.
        corrections: what of it is corrected.
        block_bytes: how much of a CSV is read at a time.

    Raises:
        DeliveryHeldError: when the file is damaged, has other columns, is empty without an attestation of zero, when
            a correction does not fit, or when a larger share of its rows than the contract allows would be set aside.
    """
    applied = AppliedCorrections(corrections)
    count = SetAsideCount()
    delivered = with_blanked_set_aside(_batches(opened, readable, None, block_bytes), receipt.blanked)
    batches = read_ahead(_corrected(delivered, applied))
    for found in _interpreted(batches, opened, receipt, readable, corrections, block_bytes):
        count.add(found)
        yield found
    applied.check()
    _hold_if_too_few(count.rows_count, receipt, readable)
    hold_if_too_many(count, readable)


def hold_if_too_many(count: SetAsideCount, readable: ReadableContract) -> None:
    """Hold a delivery of which a larger share of rows is set aside than its contract allows.

    Raises:
        TooManySetAsideError: naming the first.
    """
    if count.lines_count > count.rows_count * readable.contract.set_aside_share_max:
        raise TooManySetAsideError(count, readable)


def text_cells(opened: Opened, readable: ReadableContract) -> pd.DataFrame:
    """Return a delivery's cells of text as they were delivered, by line and the contract's columns.

    Raises:
        DeliveryHeldError: when the file is damaged or has other columns.
    """
    return TextTable.of(_batches(opened, readable)).cells


def delivered_texts(
    opened: Opened, readable: ReadableContract, cells: Iterable[tuple[int, str]]
) -> dict[tuple[int, str], str]:
    """Return the text of cells as they were delivered, by line and column; what cannot be read is left out.

    Raises:
        DeliveryHeldError: when the file is damaged or has other columns.
    """
    wanted = list(cells)
    lines = np.unique(np.array([line for line, _ in wanted], np.int64))
    table = TextTable.of(_batches(opened, readable, lines)).cells
    known, columns = set(table.index), set(table.columns)
    return {
        (line, column): str(table.at[line, column]) for line, column in wanted if line in known and column in columns
    }


def _batches(
    opened: Opened, readable: ReadableContract, only: Lines | None = None, block_bytes: int = BLOCK_BYTES
) -> Iterator[TextBatch]:
    contract = readable.contract
    rule = HeaderRule(contract.added_columns == "ignore", contract.ignored_columns, readable.accepted_header)
    return read_batches(opened, contract, rule, only, block_bytes)


def _corrected(batches: Iterator[TextBatch], applied: AppliedCorrections) -> Iterator[TextBatch]:
    for batch in batches:
        yield batch if applied.is_empty else replace(batch, cells=applied.apply(batch.cells, batch.lines))


def _interpreted(
    batches: Iterator[TextBatch],
    opened: Opened,
    receipt: Receipt,
    readable: ReadableContract,
    corrections: Iterable[Correction],
    block_bytes: int,
) -> Iterator[Interpreted]:
    """Interpret batch by batch; rows that may share their key with another are read again and judged together."""
    interpreter = Interpreter(readable, _covered(receipt, readable))
    first, second = next(batches), next(batches, None)
    if second is None:
        yield interpreter.interpret(first)
        return
    following = chain([first, second], batches)
    if not isinstance(readable.contract, OccasionContract):  # only rows of things done are many
        yield interpreter.interpret(TextTable.of(following).batch())
        return
    keys = KeysSeen()
    for batch in following:
        found = interpreter.interpret(batch, is_whole=False)
        if found.keys is not None:
            keys.add(found.keys, batch.lines)
        yield found
    for lines in keys.repeated_lines():
        again = _corrected(_batches(opened, readable, lines, block_bytes), AppliedCorrections(corrections))
        yield replace(interpreter.interpret(TextTable.of(again).batch()), instead_of=lines)


def _hold_if_too_few(row_count: int, receipt: Receipt, readable: ReadableContract) -> None:
    if receipt.attests_zero and row_count:
        raise DeliveryHeldError(
            "has rows, but is said to attest that nothing was done; ask the office which is true, and take the "
            "attestation or the rows away"
        )
    if receipt.attests_zero:
        return
    if row_count == 0:
        raise DeliveryHeldError(
            "the file has a header and no rows; that means zero only with attests_zero = true in its sidecar"
        )
    volume = readable.contract.volume
    if volume is not None and volume.rows_min is not None and row_count < volume.rows_min:
        raise DeliveryHeldError(
            f"fewer rows than the contract's volume.rows_min, {volume.rows_min} ({volume.evidence}); ask the provider "
            "whether the file is whole, or change the contract"
        )


def _covered(receipt: Receipt, readable: ReadableContract) -> Covered:
    starts, ends = first_day(receipt.covers_from), last_day(receipt.covers_to)
    if readable.contract.kind != "survey_shares":  # a survey before the term is the baseline
        starts, ends = max(starts, readable.starts_on), min(ends, readable.ends_on)
    return Covered(receipt.covers_from, receipt.covers_to, starts, ends)
