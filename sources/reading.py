"""A kept delivery, read by its contract: typed facts batch by batch, or held as a whole with a reason."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from tempfile import TemporaryFile

import numpy as np
import pandas as pd

from methods.attested_zeros import with_attested_zeros
from methods.blanked_rows import with_blanked_set_aside
from methods.corrections import AppliedCorrections
from methods.interpret import Covered, Interpreted, Interpreter
from methods.late_rows import are_late
from methods.months import first_day, last_day
from methods.set_aside_count import SetAsideCount
from schemas.addresses import set_aside_address
from schemas.content import Opened
from schemas.contract import ReadableContract
from schemas.corrections import Correction
from schemas.delivery import Receipt
from schemas.errors import AlteredDeliveryError, DeliveryHeldError
from schemas.text_table import Lines, TextBatch, TextTable
from sources.csv_places import CsvPlaces
from sources.csv_text import BLOCK_BYTES
from sources.keys_seen import KeysSeen, Repetitions
from sources.layouts import header_rule, read_batches, read_rows_on
from sources.reading_ahead import read_ahead

# Rows of one id are judged together, in memory; no export in which an id is one has so many.
ROWS_OF_AN_ID_MAX = 250_000


class TooManySetAsideError(DeliveryHeldError):
    """A larger share of a delivery's rows than its contract allows would be set aside.

    Carries the addresses of those that have not been told before, batch by batch.
    """

    def __init__(self, count: SetAsideCount, readable: ReadableContract) -> None:
        self.set_aside = count.set_aside
        first, share_max = count.first, readable.contract.set_aside_share_max
        what = (
            "and so nothing would be left of it"
            if count.lines_count == count.rows_count
            else f"more than the contract's share {share_max}"
        )
        super().__init__(
            f"{count.lines_count} of {count.rows_count} rows would be set aside, {what}; the first at "
            f"{set_aside_address(first, readable.contract.layout)}"
        )


def read_delivery(
    opened: Opened,
    receipt: Receipt,
    readable: ReadableContract,
    corrections: Iterable[Correction] = (),
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[Interpreted]:
    """Read a delivery, with its corrections put on it; what is yielded counts only when all has been.

    Memory does not grow with the rows of a CSV; some bytes of each row's key wait on disk meanwhile.

    Args:
        opened: lends its bytes.
        receipt: what is said of it.
        readable: how it is read.
        corrections: what of it is corrected.
        block_bytes: how much of a CSV is read at a time.

    Raises:
        DeliveryHeldError: when the file is damaged, has other columns, is empty without an attestation of zero, when
            a correction does not fit, or when a larger share of its rows than the contract allows would be set aside.
        AlteredDeliveryError: when its bytes change meanwhile.
    """
    applied = AppliedCorrections(corrections)
    count = SetAsideCount()
    contract, rule, places = readable.contract, header_rule(readable), CsvPlaces()
    covered = _covered(receipt, readable)
    interpreter = Interpreter(readable, covered)
    # A correction may name any column. Rows that are compared with all their columns are read again.
    without = contract.ignored_columns if interpreter.takes_many and applied.is_empty else []
    read = read_batches(opened, contract, rule, places, without, block_bytes)
    batches = read_ahead(_corrected(with_blanked_set_aside(read, receipt.blanked), applied))

    def again(lines: Lines) -> TextBatch:
        some = read_rows_on(lines, opened, contract, rule, places, block_bytes)
        return TextTable.of(_corrected(some, AppliedCorrections(corrections))).batch()

    def hold(repetitions: Repetitions) -> None:
        _hold_if_too_many_repeated(repetitions, count, readable, interpreter.row_id)

    are_all_late = contract.late_rows == "accept"
    for found in _interpreted(batches, again, interpreter, hold):
        count.add(found)
        applied.look_at(found.set_aside)
        are_all_late = are_all_late and are_late(found.facts, receipt.covers_from)
        is_attested = receipt.attests_zero and count.rows_count == 0
        yield with_attested_zeros(found, readable, covered) if is_attested else found
    applied.check()
    _hold_if_too_few(count, receipt, readable, are_all_late=are_all_late)
    hold_if_too_many(count, readable)


def hold_if_too_many(count: SetAsideCount, readable: ReadableContract) -> None:
    """Hold a delivery of which a larger share of rows is set aside than its contract allows, or every one.

    Whatever the share, rows that nobody can read are no zero.

    Raises:
        TooManySetAsideError: naming the first.
    """
    is_nothing_left = 0 < count.rows_count == count.lines_count
    if is_nothing_left or count.lines_count > count.rows_count * readable.contract.set_aside_share_max:
        raise TooManySetAsideError(count, readable)


def _hold_if_too_many_repeated(
    found: Repetitions, count: SetAsideCount, readable: ReadableContract, row_id: str | None
) -> None:
    """Hold a delivery whose row ids tell no rows apart, before they are read again: each that repeats is set aside.

    Args:
        found: the ids that come more than once.
        count: of all rows, and of those that are set aside for other reasons.
        readable: how the delivery is read.
        row_id: the column of the ids.

    Raises:
        DeliveryHeldError: naming the column.
    """
    is_within_share = found.repeating_rows_min <= count.rows_count * readable.contract.set_aside_share_max
    if is_within_share and found.rows_of_a_key_max <= ROWS_OF_AN_ID_MAX:
        return
    hold_if_too_many(count, readable)
    raise DeliveryHeldError(
        f"at least {max(found.repeating_rows_min, found.rows_of_a_key_max - 1)} of {count.rows_count} rows have the "
        f"same text in column {row_id} as a row before them, where each has its own; ask the provider whether "
        "the export holds the same rows twice. Where that column is no id of a row, take row_id out of the contract"
    )


def try_corrections(
    opened: Opened, receipt: Receipt, readable: ReadableContract, corrections: Collection[Correction]
) -> None:
    """Put corrections on their cells as `read_delivery` does, and interpret no other rows.

    Raises:
        CorrectionsDoNotFitError: naming those that do not fit.
        DeliveryHeldError: when the file is damaged or has other columns.
    """
    applied = AppliedCorrections(corrections)
    lines = np.unique(np.array([correction.line for correction in corrections], np.int64))
    rows = read_rows_on(lines, opened, readable.contract, header_rule(readable))
    interpreter = Interpreter(readable, _covered(receipt, readable))
    for batch in _corrected(with_blanked_set_aside(rows, receipt.blanked), applied):
        applied.look_at(interpreter.interpret(batch).set_aside)
    applied.check()


def text_cells(opened: Opened, readable: ReadableContract) -> pd.DataFrame:
    """Return a delivery's cells of text as they were delivered, by line and the contract's columns.

    Raises:
        DeliveryHeldError: when the file is damaged or has other columns.
    """
    return TextTable.of(read_batches(opened, readable.contract, header_rule(readable))).cells


def delivered_texts(
    opened: Opened, readable: ReadableContract, cells: Iterable[tuple[int, str]]
) -> dict[tuple[int, str], str]:
    """Return the text of cells as they were delivered, by line and column; what cannot be read is left out.

    Raises:
        DeliveryHeldError: when the file is damaged or has other columns.
    """
    wanted = list(cells)
    lines = np.unique(np.array([line for line, _ in wanted], np.int64))
    table = TextTable.of(read_rows_on(lines, opened, readable.contract, header_rule(readable))).cells
    known, columns = set(table.index), set(table.columns)
    return {
        (line, column): str(table.at[line, column]) for line, column in wanted if line in known and column in columns
    }


def _corrected(batches: Iterator[TextBatch], applied: AppliedCorrections) -> Iterator[TextBatch]:
    for batch in batches:
        yield batch if applied.is_empty else replace(batch, cells=applied.apply(batch.cells, batch.lines))


def _interpreted(
    batches: Iterator[TextBatch],
    again: Callable[[Lines], TextBatch],
    interpreter: Interpreter,
    hold: Callable[[Repetitions], None],
) -> Iterator[Interpreted]:
    """Interpret batch by batch; rows that may share their key with another are read again and judged together."""
    first, second = next(batches), next(batches, None)
    if second is None:
        yield interpreter.interpret(first)
        return
    following = chain([first, second], batches)
    if not interpreter.takes_many:
        yield interpreter.interpret(TextTable.of(following).batch())
        return
    with TemporaryFile(prefix="lofte-") as file:
        yield from _interpreted_twice(following, again, interpreter, KeysSeen(file), hold)


def _interpreted_twice(
    batches: Iterable[TextBatch],
    again: Callable[[Lines], TextBatch],
    interpreter: Interpreter,
    keys: KeysSeen,
    hold: Callable[[Repetitions], None],
) -> Iterator[Interpreted]:
    """Interpret all rows by themselves, and those that may not stand so once more.

    Raises:
        AlteredDeliveryError: when a row that is read again is no longer what it was.
    """
    for batch in batches:
        found = interpreter.interpret(batch, is_whole=False)
        if found.keys is not None:
            keys.add(found.keys, batch.lines)
        yield found
    repetitions = keys.repetitions()
    hold(repetitions)
    for repeated in keys.repeated(repetitions):
        found = interpreter.interpret(again(repeated.lines))
        if found.keys is None or not keys.are_same(found.keys, repeated):
            raise AlteredDeliveryError
        yield replace(found, instead_of=repeated.lines)


def _hold_if_too_few(count: SetAsideCount, receipt: Receipt, readable: ReadableContract, *, are_all_late: bool) -> None:
    """Hold a delivery that would be zero for its months without anybody having said so, or that is cut short.

    Rows that come late say nothing of its own months, which may be attested to be zero beside them.
    """
    row_count = count.rows_count
    has_late_rows = are_all_late and count.lines_count < row_count
    if receipt.attests_zero and row_count and (count.lines_count or not has_late_rows):
        raise DeliveryHeldError(
            "has rows, but is said to attest that nothing was done; ask the office which is true, and take the "
            "attestation or the rows away"
        )
    if receipt.attests_zero:
        return
    if row_count == 0:
        raise DeliveryHeldError(
            "the file has a header and no rows; that means zero only where it is attested: attests_zero = true in its "
            "sidecar, or `lofte receive --attest-zero`"
        )
    if has_late_rows:
        raise DeliveryHeldError(
            f"none of its rows is of the months that it is for ({receipt.covers_from} to {receipt.covers_to}), which "
            "would be zero; ask the provider whether it is the right file. Where nothing was done in them, that is "
            "attested: attests_zero = true in its sidecar, or `lofte receive --attest-zero`; then its late rows count"
        )
    volume = readable.contract.volume
    if volume is not None and volume.rows_min is not None and count.told_rows_count < volume.rows_min:
        silent = row_count - count.told_rows_count
        beside = f", and {silent} blank or a header, which do not count" if silent else ""
        raise DeliveryHeldError(
            f"fewer rows than the contract's volume.rows_min, {volume.rows_min} ({volume.evidence}): there are "
            f"{count.told_rows_count}{beside}; ask the provider whether the file is whole, or change the contract"
        )


def _covered(receipt: Receipt, readable: ReadableContract) -> Covered:
    starts, ends = first_day(receipt.covers_from), last_day(receipt.covers_to)
    if readable.contract.kind != "survey_shares":  # a survey before the term is the baseline
        starts, ends = max(starts, readable.starts_on), min(ends, readable.ends_on)
    return Covered(receipt.covers_from, receipt.covers_to, starts, ends)
