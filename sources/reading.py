"""A kept delivery, read by its contract: accepted as typed facts, or held as a whole with a reason."""

from collections.abc import Iterable
from typing import Any

import pandas as pd
import pyarrow

from archive.read_as import ReadAs
from methods.blanked_rows import with_blanked_set_aside
from methods.corrections import AppliedCorrections
from methods.header_diff import HeaderRule
from methods.interpret import Covered, Interpreted, interpret
from methods.months import first_day, last_day
from schemas.contract import ReadableContract
from schemas.corrections import Correction
from schemas.delivery import Receipt
from schemas.errors import DeliveryHeldError, HeaderDriftError
from schemas.text_table import SetAside, TextTable
from sources.layouts import read_table


class TooManySetAsideError(DeliveryHeldError):
    """A larger share of a delivery's rows than its contract allows would be set aside; carries their addresses."""

    def __init__(self, rows: list[SetAside], row_count: int, readable: ReadableContract) -> None:
        share_max = readable.contract.set_aside_share_max
        first, count = rows[0], len({row.line for row in rows})
        super().__init__(
            f"{count} of {row_count} rows would be set aside, more than the contract's share {share_max}; the first "
            f"at line {first.line}, column {first.column or '(whole row)'}, rule {first.rule}"
        )
        self.rows = rows
        self.readable = readable


def read_delivery(
    content: bytes, receipt: Receipt, readable: ReadableContract, corrections: Iterable[Correction] = ()
) -> Interpreted:
    """Read a delivery, with its corrections put on it.

    Raises:
        DeliveryHeldError: when the file is damaged, has other columns, is empty without an attestation of zero, when
            a correction does not fit, or when a larger share of its rows than the contract allows would be set aside.
    """
    table = _corrected(with_blanked_set_aside(_text_table(content, readable), receipt.blanked), corrections)
    if table.row_count == 0 and not receipt.attests_zero:
        raise DeliveryHeldError(
            "the file has a header and no rows; that means zero only with attests_zero = true in its sidecar"
        )
    _hold_if_too_few(table.row_count, receipt, readable)
    interpreted = interpret(table, readable, _covered(receipt, readable))
    hold_if_too_many(interpreted.set_aside, table.row_count, readable)
    return interpreted


def _hold_if_too_few(row_count: int, receipt: Receipt, readable: ReadableContract) -> None:
    volume = readable.contract.volume
    if volume is None or volume.rows_min is None or receipt.attests_zero:
        return
    if row_count < volume.rows_min:
        raise DeliveryHeldError(
            f"fewer rows than the contract's volume.rows_min, {volume.rows_min} ({volume.evidence}); ask the provider "
            "whether the file is whole, or change the contract"
        )


def hold_if_too_many(set_aside: list[SetAside], row_count: int, readable: ReadableContract) -> None:
    """Hold a delivery of which a larger share of rows is set aside than its contract allows.

    Raises:
        TooManySetAsideError: with their addresses.
    """
    if len({row.line for row in set_aside}) > row_count * readable.contract.set_aside_share_max:
        raise TooManySetAsideError(set_aside, row_count, readable)


def read_by_its_header(content: bytes, receipt: Receipt, ways: list[ReadAs]) -> tuple[ReadAs, Interpreted]:
    """Read a delivery in the first way or, where its header has been accepted, with that header.

    Raises:
        DeliveryHeldError: as `read_delivery`.
    """
    try:
        return ways[0], read_delivery(content, receipt, ways[0].readable, ways[0].corrections)
    except HeaderDriftError as error:
        for way in ways[1:]:
            if way.accepts(error.header):
                return way, read_delivery(content, receipt, way.readable, way.corrections)
        raise


def text_cells(content: bytes, readable: ReadableContract) -> pd.DataFrame:
    """Return a delivery's cells of text as they were delivered, by line and the contract's columns.

    Raises:
        DeliveryHeldError: when the file is damaged or has other columns.
    """
    return _text_table(content, readable).cells


def delivered_texts(
    content: bytes, readable: ReadableContract, cells: Iterable[tuple[int, str]]
) -> dict[tuple[int, str], str]:
    """Return the text of cells as they were delivered, by line and column; what cannot be read is left out.

    Raises:
        DeliveryHeldError: when the file is damaged or has other columns.
    """
    table = _text_table(content, readable).cells
    lines, columns = set(table.index), set(table.columns)
    return {
        (line, column): str(table.at[line, column]) for line, column in cells if line in lines and column in columns
    }


def _text_table(content: bytes, readable: ReadableContract) -> TextTable:
    contract = readable.contract
    rule = HeaderRule(contract.added_columns == "ignore", contract.ignored_columns, readable.accepted_header)
    return read_table(content, contract, rule)


def _corrected(table: TextTable, corrections: Iterable[Correction]) -> TextTable:
    applied = AppliedCorrections(corrections)
    if applied.is_empty:
        return table
    frame = table.cells
    cells = pyarrow.table({str(name): pyarrow.array(frame[name], pyarrow.string()) for name in frame.columns})
    corrected = applied.apply(cells, pyarrow.array(frame.index, pyarrow.int64()))
    applied.check()
    columns: dict[str, Any] = {name: corrected[name].to_pylist() for name in corrected.column_names}
    return TextTable(pd.DataFrame(columns, index=frame.index, dtype=object), table.set_aside)


def _covered(receipt: Receipt, readable: ReadableContract) -> Covered:
    starts, ends = first_day(receipt.covers_from), last_day(receipt.covers_to)
    if readable.contract.kind != "survey_shares":  # a survey before the term is the baseline
        starts, ends = max(starts, readable.starts_on), min(ends, readable.ends_on)
    return Covered(receipt.covers_from, receipt.covers_to, starts, ends)
