"""A sheet as batches of text rows: which columns are read follows from its header, what cannot be read is refused."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow

from methods.header_diff import HeaderRule, fitted_header
from schemas.errors import DeliveryHeldError
from schemas.layout import XlsxSheet
from schemas.text_table import BLANK_ROW, SetAside
from sources.xlsx_package import find_sheet, read_workbook
from sources.xlsx_sheet import BOOLEAN, COLUMN_MAX, Row, SheetCells, column_letters, column_number
from sources.zip_archive import Archive

BATCH_ROWS = 20_000
BLANK_ROWS_MAX = 1000
# Before the contract's columns stand the row's number and, where it is set aside, the column and rule.
LINE, COLUMN, RULE = range(3)
_RANGE = re.compile(r"([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)")


@dataclass(frozen=True)
class Wanted:
    """Which sheet is read, and what its header must be."""

    sheet: XlsxSheet
    expected: list[str]
    rule: HeaderRule


class SheetRows:
    """Turn rows of cells into batches, each as soon as it is full."""

    def __init__(
        self,
        wanted: Wanted,
        on_header: Callable[[list[str]], None],
        on_batch: Callable[[pyarrow.RecordBatch], None],
    ) -> None:
        self._wanted = wanted
        self._on_header = on_header
        self._on_batch = on_batch
        self._first = self._width = 0
        self._read: list[tuple[int, str]] = []
        self._rows: list[list[str | int | None]] = []
        self._last = wanted.sheet.header_row
        self._has_header = False

    def read(self, archive: Archive) -> None:
        """Read the contract's sheet of a workbook.

        Raises:
            HeaderDriftError: when the columns are others.
            DeliveryHeldError: when the workbook cannot be trusted, with the address of the cell.
        """
        workbook = read_workbook(archive)
        sheet = find_sheet(workbook, self._wanted.sheet.sheet)
        cells = SheetCells(workbook, self._wanted.sheet.decimal_mark, self._take)
        cells.read(archive.blocks(sheet.part))
        if not self._has_header:
            self._take_header(Row(self._wanted.sheet.header_row))
        self._refuse_merged(cells.merged)
        self._flush()

    def schema(self) -> pyarrow.Schema:
        """Return the batches' columns; names may repeat those before them, so they go by place."""
        before = [("line", pyarrow.int64()), ("column", pyarrow.string()), ("rule", pyarrow.string())]
        fields = [*before, *((name, pyarrow.string()) for _, name in self._read)]
        return pyarrow.schema([pyarrow.field(name, kind) for name, kind in fields])

    def _take(self, row: Row) -> None:
        header_row = self._wanted.sheet.header_row
        if row.number < header_row:
            return
        if not self._has_header:
            self._take_header(row if row.number == header_row else Row(header_row))
        if row.number > header_row:
            self._take_row(row)

    def _take_header(self, row: Row) -> None:
        for column in row.faults:
            self._refuse(row, column)
        self._has_header = True
        self._first, self._width = min(row.texts, default=0), max(row.texts, default=-1) + 1
        header = [row.texts.get(column, "") for column in range(self._first, self._width)]
        self._on_header(header)
        fitted = fitted_header(header, self._wanted.expected, self._wanted.rule)
        self._read = [(column, name) for column, name in enumerate(fitted, self._first) if name is not None]
        self._flush()  # the stream of batches begins, whatever comes

    def _take_row(self, row: Row) -> None:
        if not row.faults and not any(text.strip() for text in row.texts.values()):
            return
        self._set_blank_rows_aside(row.number)
        self._last = row.number
        is_wider = any(not self._first <= column < self._width for column in (*row.texts, *row.faults))
        aside = SetAside(row.number, "", "extra_field") if is_wider else None
        for position, name in self._read:
            if row.faults.get(position) == BOOLEAN:
                del row.texts[position]
                if name not in self._wanted.rule.dispensable:
                    aside = SetAside(row.number, name, "truth_value")
            elif position in row.faults:
                self._refuse(row, position)
        self._add(row.number, [row.texts.get(position, "") for position, _ in self._read], aside)

    def _set_blank_rows_aside(self, number: int) -> None:
        if number - self._last > BLANK_ROWS_MAX:
            raise DeliveryHeldError(
                f"{self._wanted.sheet.sheet}!A{self._last + 1}: more than {BLANK_ROWS_MAX} blank rows, and after them "
                "cells again; ask the provider to remove what stands there"
            )
        for blank in range(self._last + 1, number):
            self._add(blank, ["" for _ in self._read], SetAside(blank, "", BLANK_ROW))

    def _add(self, line: int, texts: list[str], aside: SetAside | None) -> None:
        column, rule = (aside.column, aside.rule) if aside else (None, None)
        self._rows.append([line, column, rule, *texts])
        if len(self._rows) >= BATCH_ROWS:
            self._flush()

    def _flush(self) -> None:
        schema = self.schema()
        columns = zip(*self._rows, strict=True) if self._rows else ([] for _ in schema)
        arrays = [pyarrow.array(list(column), kind) for column, kind in zip(columns, schema.types, strict=True)]
        self._on_batch(pyarrow.RecordBatch.from_arrays(arrays, schema=schema))
        self._rows = []

    def _refuse(self, row: Row, column: int) -> None:
        address = f"{self._wanted.sheet.sheet}!{column_letters(column)}{row.number}"
        raise DeliveryHeldError(
            f"{address}: the cell holds {row.faults[column]}. Ask the provider for the file with values."
        )

    def _refuse_merged(self, merged: list[str]) -> None:
        """Refuse cells that were made one where rows are read: which of them has the value is not said."""
        read = [position for position, _ in self._read]
        for reference in merged:
            match = _RANGE.fullmatch(reference)
            first, last = (column_number(match[1]), column_number(match[3])) if match else (0, COLUMN_MAX)
            top, bottom = (int(match[2]), int(match[4])) if match else (1, self._last)
            is_read = any(first <= position <= last for position in read)
            if is_read and bottom >= self._wanted.sheet.header_row and top <= self._last:
                where = reference if match else "?"
                raise DeliveryHeldError(
                    f"{self._wanted.sheet.sheet}!{where}: merged cells where rows are read; ask the provider for a "
                    "sheet with one value in each cell"
                )
