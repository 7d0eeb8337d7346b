"""Rows of a sheet that seem to hold personal data, taken out of a workbook that is otherwise as it was.

Runs in the process that reads workbooks. A list of calculated cells may still name those that are gone; no reader of
values needs it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from methods.header_diff import names_to_tell
from methods.personal_data_scan import CellFinder
from schemas.blanking import BlankedCell
from schemas.errors import DeliveryHeldError
from schemas.layout import XlsxSheet
from sources.xlsx_cutting import without_contents
from sources.xlsx_package import Sheet, Workbook, read_workbook
from sources.xlsx_sheet import Row, SheetCells
from sources.xlsx_texts import is_nobodys
from sources.xlsx_xml import MAIN, Attributes
from sources.zip_archive import Archive, write_archive


@dataclass
class Finds:
    """What is found in a workbook: in rows of the contract's sheet, and whether anywhere else."""

    cells: list[BlankedCell] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)
    row_count: int = 0
    is_elsewhere: bool = False


def blanked_copy(archive: Archive, layout: XlsxSheet, expected: list[str]) -> tuple[Finds, bytes]:
    """Return what is found in a workbook, and a copy of it without those rows and what they share.

    The copy is empty where something stands in no row of the contract's sheet: nothing of that can be blanked.

    Raises:
        DeliveryHeldError: when the workbook cannot be trusted, or a row holds a formula that others rest on.
    """
    workbook, find = read_workbook(archive), CellFinder()
    finds = Finds()
    for sheet in workbook.sheets:
        if sheet.is_of_cells:
            is_read = sheet.name == layout.sheet and not sheet.is_hidden
            take = _DataRows(layout, expected, finds, find).take if is_read else partial(_look, finds, find)
            SheetCells(workbook, ".", take).read(archive.blocks(sheet.part))
    shared = {number for number, text in enumerate(workbook.texts) if not is_nobodys(text) and find(text) is not None}
    # A text that no row shows stands there for nobody to see, and is none of the rows'.
    finds.is_elsewhere |= any(workbook.texts[number] not in finds.texts for number in shared)
    if finds.is_elsewhere or not finds.cells:
        return finds, b""
    return finds, write_archive(_parts(archive, workbook, layout, {cell.line for cell in finds.cells}, shared))


def _look(finds: Finds, find: CellFinder, row: Row) -> None:
    if any(_found(find, row, column) is not None for column in row.texts):
        finds.is_elsewhere = True


def _found(find: CellFinder, row: Row, column: int) -> str | None:
    """Return what a cell seems to hold, as it is read or with the zeros that the sheet shows."""
    texts = (row.texts[column], row.shown.get(column, ""))
    return next((kind for text in texts if not is_nobodys(text) and (kind := find(text)) is not None), None)


class _DataRows:
    """Look at the rows of the contract's sheet."""

    def __init__(self, layout: XlsxSheet, expected: list[str], finds: Finds, find: CellFinder) -> None:
        self._header_row = layout.header_row
        self._expected = expected
        self._finds = finds
        self._find = find
        self._names: dict[int, str] = {}

    def take(self, row: Row) -> None:
        """Look at one row; those down to the header are none of data."""
        if row.number <= self._header_row:
            _look(self._finds, self._find, row)
            if row.number == self._header_row:
                names = names_to_tell(list(row.texts.values()), self._expected)
                self._names = dict(zip(row.texts, names, strict=True))
            return
        self._finds.row_count += any(text.strip() for text in row.texts.values())
        for column, text in row.texts.items():
            if (kind := _found(self._find, row, column)) is not None:
                self._finds.texts.add(text)
                self._finds.cells.append(BlankedCell(line=row.number, column=self._names.get(column, ""), found=kind))


def _parts(
    archive: Archive, workbook: Workbook, layout: XlsxSheet, rows: set[int], shared: set[int]
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield every part, the sheet without the cells of some rows and the shared texts without some."""
    read: Sheet = next(sheet for sheet in workbook.sheets if sheet.name == layout.sheet)
    for part in archive.names:
        blocks = archive.blocks(part)
        if part == read.part:
            blocks = without_contents(blocks, _Counted("row", rows).is_one, _refuse_formula_of_others)
        elif part == workbook.texts_part:
            blocks = without_contents(blocks, _Counted("si", {number + 1 for number in shared}).is_one, _let_go)
        yield part, blocks


class _Counted:
    """Tell elements of one name by their number: as they say it, or as they come, from 1."""

    def __init__(self, name: str, numbers: set[int]) -> None:
        self._name = MAIN + name
        self._numbers = numbers
        self._last = 0

    def is_one(self, name: str, attributes: Attributes) -> bool:
        """Tell whether an element is one of those that are looked for."""
        if name != self._name:
            return False
        said = attributes.get("r", "")
        self._last = int(said) if said.isdecimal() else self._last + 1
        return self._last in self._numbers


def _refuse_formula_of_others(name: str, attributes: Attributes) -> None:
    if name == MAIN + "f" and "ref" in attributes:
        raise DeliveryHeldError("a row that seems to hold personal data has a formula that other rows rest on")


def _let_go(_name: str, _attributes: Attributes) -> None:
    """Nothing rests on what a shared text is made of."""
