"""Every text in a workbook, wherever it stands: what could be about a person is looked for before any is kept."""

import re
from collections.abc import Callable
from functools import partial

from methods.header_diff import quotable
from schemas.errors import DeliveryHeldError
from sources.xlsx_package import Sheet, read_workbook, unescaped
from sources.xlsx_sheet import Row, SheetCells, column_letters
from sources.xlsx_xml import MAIN, Attributes, parse_xml
from sources.zip_archive import Archive

Emit = Callable[[str, str], None]
# Elements whose text is written in runs: a formatted cell, a comment, a text box.
_OF_RUNS = {"si", "is", "text", "p", "comment"}
_OF_PAGES = {f"{pages}{place}" for pages in ("odd", "even", "first") for place in ("Header", "Footer")}
# Where such a text stands, how it looks and what the program sets in, written close to it: &L, &"Arial,Bold", &KFF0000.
# A size is not told from digits that follow it, so that it is taken to have one digit, two and three.
_PAGE_CODES = [
    re.compile(rf'&(?:K(?:[0-9A-Fa-f]{{6}}|\d\d[+-]\d{{3}})|"[^"]*"|\d{{1,{digits}}}|[A-Za-z&])')
    for digits in (1, 2, 3)
]
# Handed on by cell already; of a phonetic guide, which is no part of its cell's text, the `t` is not.
_CELL_PARTS = {MAIN + name for name in ("c", "row", "v", "is", "r", "t")}
# A measure such as a margin is nobody's number.
_MEASURE = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,4})[.,][0-9]+(?:[eE]-[0-9]+)?")
# How something is drawn: the gold of Excel's own theme, FFC000, is written as a plate is.
_COLOUR = re.compile(r"#?[0-9A-Fa-f]{6}(?: \[\d{1,3}\])?")
_OF_COLOURS = {"val", "lastClr", "color", "color2", "fillcolor", "strokecolor"}
_DRAWN = ("http://schemas.openxmlformats.org/drawingml/2006/main ", "urn:schemas-microsoft-com:vml ")
# From which cell to which: all of some rows, A2:XFD500, ends as a plate does.
_RANGES = re.compile(r"(?=.*:)[A-Z]{1,3}[0-9]{1,7}(?:[: ][A-Z]{1,3}[0-9]{1,7})*")
_OF_RANGES = {"ref", "sqref"}
_PRINTER = re.compile(r"xl/printerSettings/[^/]+\.bin")
# Between the texts of what a printer is set to stand numbers, which are no characters of any text.
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
# A text that comes again is looked at once, as long as there is room to remember it.
_REMEMBERED_MAX = 300_000


def find_texts(archive: Archive, emit: Emit) -> None:
    """Hand on the texts of all sheets, hidden ones too, of comments, properties and every other part.

    Args:
        archive: the workbook.
        emit: takes an address, such as `Blad1!C7`, and the text.

    Raises:
        DeliveryHeldError: when a part of it, such as a picture or a macro, cannot be looked at.
    """
    once = _Once(emit)
    for text in archive.loose_texts:
        once("the archive's directory", text)
    workbook = read_workbook(archive)
    sheets = {sheet.part: sheet for sheet in workbook.sheets if sheet.is_of_cells}
    for part, sheet in sheets.items():
        cells = SheetCells(workbook, ".", partial(_emit_row, sheet, once))
        _PartTexts(part, once, cells).read(archive)
    for part in archive.names:
        if part not in sheets:
            _emit_part(archive, part, once)


def is_nobodys(text: str) -> bool:
    """Tell whether a text can be about no person, whatever it looks like: a measure, or too short to be."""
    return len(text) < 5 or _MEASURE.fullmatch(text) is not None


def _emit_row(sheet: Sheet, emit: Emit, row: Row) -> None:
    for column, text in (*row.texts.items(), *row.shown.items()):
        emit(f"{quotable(sheet.name)}!{column_letters(column)}{row.number}", text)


def _emit_part(archive: Archive, part: str, emit: Emit) -> None:
    if part.endswith((".xml", ".rels", ".vml")):
        _PartTexts(part, emit).read(archive)
    elif _PRINTER.fullmatch(part):
        for encoding in ("utf-16-le", "latin-1"):
            for text in _NO_TEXT.split(archive.read(part).decode(encoding, "replace")):
                emit(part, text)
    else:
        raise DeliveryHeldError(
            "the workbook holds a part that cannot be looked at for personal data, such as a picture, a macro or "
            "another file; ask the provider for a workbook without it"
        )


def _says_only_how_or_where(name: str, key: str, value: str) -> bool:
    """Tell whether an element's attribute is a colour, or from which cell to which something holds."""
    if name.startswith(_DRAWN):
        return key in _OF_COLOURS and _COLOUR.fullmatch(value) is not None
    return key in _OF_RANGES and name.startswith(MAIN) and _RANGES.fullmatch(value) is not None


class _Once:
    """Hand a text on the first time that it comes, unless it can be nobody's."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._seen: set[str] = set()

    def __call__(self, address: str, text: str) -> None:
        if text in self._seen or is_nobodys(text):
            return
        if len(self._seen) < _REMEMBERED_MAX:
            self._seen.add(text)
        self._emit(address, text)


class _PartTexts:
    """The texts of one XML part: of each element, of those in runs as one, of attributes, comments and names."""

    def __init__(self, part: str, emit: Emit, cells: SheetCells | None = None) -> None:
        self._part = part
        self._emit = emit
        self._cells = cells
        self._open: list[list[str]] = []
        self._runs: list[list[str]] = []
        self._names: set[str] = set()

    def read(self, archive: Archive) -> None:
        """Read the part to its end."""
        parse_xml(archive.blocks(self._part), self._start, self._end, self._text, self._hand_on)

    def _start(self, name: str, attributes: Attributes) -> None:
        if self._cells is not None:
            self._cells.start(name, attributes)
            if self._is_of_cell(name):
                return
        self._open.append([])
        self._hand_on_name(name)
        if name.rpartition(" ")[2] in _OF_RUNS:
            self._runs.append([])
        for key, value in attributes.items():
            self._hand_on_name(key)
            if _says_only_how_or_where(name, key, value):
                continue
            self._hand_on(value)

    def _end(self, name: str) -> None:
        if self._cells is not None:
            self._cells.end(name)
            if self._is_of_cell(name):
                return
        text, plain_name = "".join(self._open.pop()), name.rpartition(" ")[2]
        if plain_name not in _OF_RANGES or _RANGES.fullmatch(text) is None:
            self._hand_on(text)
        if plain_name in _OF_PAGES:
            self._hand_on_without_codes(text)
        if plain_name in _OF_RUNS:
            self._hand_on("".join(self._runs.pop()))

    def _text(self, text: str) -> None:
        if self._cells is not None:
            self._cells.text(text)
            if self._cells.is_collecting or not text.strip():  # space between a million rows is no text
                return
        if self._open:
            self._open[-1].append(text)
        for runs in self._runs:
            runs.append(text)

    def _is_of_cell(self, name: str) -> bool:
        return name in _CELL_PARTS and self._cells is not None and not self._cells.is_phonetic

    def _hand_on_without_codes(self, text: str) -> None:
        """Hand on a page's header or footer with breaks for codes: a break is looked at as a space and as nothing."""
        for codes in _PAGE_CODES:
            self._emit(self._part, codes.sub("\n", unescaped(text)))

    def _hand_on_name(self, name: str) -> None:
        """Hand on what an element or attribute is called, once: a name without its namespace, which is declared."""
        if name not in self._names:
            self._names.add(name)
            self._emit(self._part, name.rpartition(" ")[2])

    def _hand_on(self, text: str) -> None:
        self._emit(self._part, unescaped(text))
