"""The cells of a sheet, row by row as they stand in its XML, in memory that does not grow with them."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from methods.encoding_damage import find_encoding_damage
from schemas.errors import DeliveryHeldError
from sources.xlsx_nesting import SHEET, Nesting
from sources.xlsx_numbers import date_text, date_written_out, number_text, padded
from sources.xlsx_package import Style, Workbook, unescaped
from sources.xlsx_xml import MAIN, Attributes, parse_xml

ROW_MAX, COLUMN_MAX = 1_048_576, 16_384
TEXT_LENGTH_MAX = 64 * 1024
_CELL, _ROW, _VALUE, _TEXT, _FORMULA = (MAIN + name for name in ("c", "row", "v", "t", "f"))
_INLINE, _RUN, _DATA, _PHONETIC, _MERGED = (MAIN + name for name in ("is", "r", "sheetData", "rPh", "mergeCell"))
_BEGINS_VALUE, _ENDS_PIECE = {_VALUE, _INLINE}, {_VALUE, _TEXT}
_WITHOUT_TEXT = {_DATA, _ROW, _CELL, _INLINE, _RUN}
_DIGITS = "0123456789"
_PLAIN = Style(None, "")
_REMEMBERED_MAX = 100_000
BOOLEAN = "a truth value (TRUE or FALSE)"
_ERROR = "an error (#REF! or the like)"
_UNCOMPUTED = "a formula whose value has not been computed; open the file in the spreadsheet program and save it"
_NO_DATE = "a number shown as a date that is none"
_NO_NUMBER = "a number that cannot be read"
_NO_SHARE = "a number shown as more than 10 000 per cent"
_DAMAGED_TEXT = "text that was once read by the wrong encoding, or is too long"
_BROKEN = "the sheet is damaged: {}; ask for the file again"


@dataclass
class Row:
    """A row's texts by column, counted from 0; `faults` says of some what no text can.

    `shown` has whole numbers as only the sheet shows them, with zeros or a hundred times as large: to be looked at, and
    not what the cell holds.
    """

    number: int
    texts: dict[int, str] = field(default_factory=dict)
    faults: dict[int, str] = field(default_factory=dict)
    shown: dict[int, str] = field(default_factory=dict)


class SheetCells:
    """Read one sheet's cells, handing on each row as it ends."""

    def __init__(self, workbook: Workbook, decimal_mark: str, on_row: Callable[[Row], None]) -> None:
        self.merged: list[str] = []
        self.is_phonetic = False
        self._workbook = workbook
        self._mark = decimal_mark
        self._on_row = on_row
        self._row = Row(0)
        self._columns: dict[str, int] = {}
        self._numbers: dict[tuple[str, str], tuple[str, str | None, str | None]] = {}
        self._column = -1
        self._nesting = Nesting(SHEET, _DATA)
        self._open, self._usual = self._nesting.open, self._nesting.usual
        self._attributes: Attributes = {}
        self._value: list[str] | None = None
        self._has_formula = False
        self.is_collecting = False

    def read(self, blocks: Iterable[bytes]) -> None:
        """Read the sheet's XML to its end.

        Raises:
            DeliveryHeldError: when it is damaged.
        """
        parse_xml(blocks, self.start, self.end, self.text)

    def start(self, name: str, attributes: Attributes) -> None:
        """Begin an element."""
        if self._usual.get(name) != self._open[-1]:
            fault = self._nesting.fault(name)
            if fault is not None:
                raise DeliveryHeldError(_BROKEN.format(f"{self._place} {fault}"))
        self._open.append(name)
        if name == _CELL:
            self._begin_cell(attributes)
        elif name in _BEGINS_VALUE:
            self._begin_value(name)
        elif name == _TEXT:
            self.is_collecting = not self.is_phonetic
        elif name == _FORMULA:
            self._has_formula = True
        elif name == _ROW:
            self._row = Row(self._row_number(attributes))
            self._column = -1
        elif name == _PHONETIC:
            self.is_phonetic = True
        elif name == _MERGED:
            self.merged.append(attributes.get("ref", ""))

    def end(self, name: str) -> None:
        """End an element."""
        self._open.pop()
        if name in _ENDS_PIECE:
            self.is_collecting = False
        elif name == _CELL:
            self._end_cell()
        elif name == _ROW:
            self._on_row(self._row)
        elif name == _PHONETIC:
            self.is_phonetic = False

    def text(self, text: str) -> None:
        """Take text of the element that is open."""
        if self.is_collecting and self._value is not None:
            self._value.append(text)
        elif self._open[-1] in _WITHOUT_TEXT and not text.isspace():
            raise DeliveryHeldError(_BROKEN.format(f"{self._place} has text beside its elements"))

    def _row_number(self, attributes: Attributes) -> int:
        said = attributes.get("r", str(self._row.number + 1))
        number = int(said) if said.isdecimal() else 0
        if not self._row.number < number <= ROW_MAX:
            raise DeliveryHeldError(_BROKEN.format(f"after row {self._row.number} the rows are not in order"))
        return number

    def _begin_cell(self, attributes: Attributes) -> None:
        column = self._column + 1
        reference = attributes.get("r")
        if reference is not None:
            letters = reference.rstrip(_DIGITS)
            if reference != f"{letters}{self._row.number}":
                raise DeliveryHeldError(_BROKEN.format(f"row {self._row.number} has a cell of another row"))
            column = self._columns.get(letters, -1)
            if column < 0:
                column = self._columns[letters] = column_number(letters)
        if not self._column < column < COLUMN_MAX:
            raise DeliveryHeldError(_BROKEN.format(f"the cells of row {self._row.number} are not in order"))
        self._column, self._attributes = column, attributes
        self._value, self._has_formula = None, False

    def _begin_value(self, name: str) -> None:
        """Begin the one value of a cell: a text, which may be in several pieces, or anything else."""
        is_text = self._attributes.get("t") == "inlineStr"
        if is_text != (name == _INLINE) or self._value is not None:
            raise DeliveryHeldError(_BROKEN.format(f"{self._address} has two values, or one of another kind"))
        self._value = []
        self.is_collecting = not is_text

    @property
    def _address(self) -> str:
        return f"cell {column_letters(self._column)}{self._row.number}"

    @property
    def _place(self) -> str:
        if _CELL in self._open:
            return self._address
        return f"row {self._row.number}" if _ROW in self._open else f"what follows row {self._row.number}"

    def _end_cell(self) -> None:
        kind = self._attributes.get("t", "n")
        value = None if self._value is None else "".join(self._value)
        if value is not None:
            text, fault = self._meant(kind, value)
            if text:
                self._row.texts[self._column] = text
            if fault is not None:
                self._row.faults[self._column] = fault
        if self._has_formula and (self._workbook.is_uncomputed or value is None or (value == "" and kind != "str")):
            self._row.faults[self._column] = _UNCOMPUTED

    def _meant(self, kind: str, value: str) -> tuple[str, str | None]:
        """Return what a cell says, and what is wrong with it."""
        if kind == "n":
            key = (value, self._attributes.get("s", "0"))
            meant = self._numbers.get(key)
            if meant is None:
                meant = self._number(*key)
                if len(self._numbers) < _REMEMBERED_MAX:
                    self._numbers[key] = meant
            text, fault, shown = meant
            if shown is not None:
                self._row.shown[self._column] = shown
            return text, fault
        if kind == "s":
            return self._checked(self._shared(value))
        if kind in {"str", "inlineStr"}:
            return self._checked(unescaped(value))
        if kind == "b":
            return value, BOOLEAN
        if kind == "d":
            return self._checked(date_written_out(value))
        return value, _ERROR if kind == "e" else _NO_NUMBER

    def _number(self, value: str, style_id: str) -> tuple[str, str | None, str | None]:
        """Return what a number says, what is wrong with it, and what the sheet shows where that is another."""
        if not value:
            return "", None, None
        style = self._style(style_id)
        if style.date_kind is not None:
            day = date_text(value, style.date_kind, self._workbook.is_1904)
            return (value, _NO_DATE, None) if day is None else (day, None, None)
        text = number_text(value, self._mark, is_percent=style.is_percent)
        if text is not None and style.is_percent and abs(float(value)) > 100:
            return value, _NO_SHARE, text.rstrip("%")  # both are looked at for what they may be
        if text is None:
            return value, _NO_NUMBER, None
        is_longer = style.digits > len(text) and text.isdecimal()
        return padded(text, style.number_format), None, text.zfill(style.digits) if is_longer else None

    def _style(self, style_id: str) -> Style:
        styles = self._workbook.styles
        if style_id == "0" and not styles:
            return _PLAIN
        if not style_id.isdecimal() or int(style_id) >= len(styles):
            raise DeliveryHeldError(_BROKEN.format(f"row {self._row.number} has a cell of no known style"))
        return styles[int(style_id)]

    def _shared(self, value: str) -> str:
        if not value.isdecimal() or int(value) >= len(self._workbook.texts):
            raise DeliveryHeldError(_BROKEN.format(f"row {self._row.number} has a cell whose text is missing"))
        return self._workbook.texts[int(value)]

    def _checked(self, text: str) -> tuple[str, str | None]:
        is_bad = len(text) > TEXT_LENGTH_MAX or find_encoding_damage(text) is not None
        return text, _DAMAGED_TEXT if is_bad else None


def column_number(letters: str) -> int:
    """Return a column's place from 0, or one beyond any sheet for what is no column.

    >>> column_number("A"), column_number("AB")
    (0, 27)
    """
    if not (0 < len(letters) <= 3 and letters.isascii() and letters.isupper() and letters.isalpha()):
        return COLUMN_MAX
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def column_letters(number: int) -> str:
    """Return the letters of a column.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class _EnoughError(Exception):
    """The first rows have been read."""


def first_rows(workbook: Workbook, blocks: Iterable[bytes], rows_max: int) -> list[Row]:
    """Return the first rows of a sheet, and read no further."""
    rows: list[Row] = []

    def take(row: Row) -> None:
        rows.append(row)
        if len(rows) >= rows_max:
            raise _EnoughError

    with suppress(_EnoughError):
        SheetCells(workbook, ",", take).read(blocks)
    return rows
