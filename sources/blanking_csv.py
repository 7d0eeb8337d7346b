"""CSV rows that seem to hold personal data, blanked so that every other row stays on its line."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from methods.header_diff import names_to_tell
from methods.personal_data import CellFinder, find_personal_data
from schemas.blanking import BlankedCell, Blanking
from schemas.layout import CsvDialect
from sources.csv_text import FIELD_LENGTH_MAX, decode

_BOM = b"\xef\xbb\xbf"
Find = Callable[[str], str | None]


@dataclass(frozen=True)
class BlankedBlock:
    """A block of rows in which some are blanked; as many lines as before."""

    text: str
    cells: list[BlankedCell]
    row_count: int


def blank_block(text: str, first_line: int, delimiter: str, names: list[str], find: Find) -> BlankedBlock:
    """Blank the rows of a block that seem to hold personal data.

    A blanked row has as many fields and lines as before, all empty, so that no other row moves.

    Args:
        text: whole rows, without the header; none is cut, also where a quoted field has several lines.
        first_line: the file's line on which the block begins.
        delimiter: what stands between fields.
        names: the file's column names as `names_to_tell` gives them; a blanked row gets as many fields.
        find: tells the kind of personal data in one cell, or None; a `CellFinder`.

    Raises:
        csv.Error: when the block cannot be read as rows.

    >>> blanked = blank_block("2;070-174 06 05\\n3;x\\n", 2, ";", ["antal", "plats"], CellFinder())
    >>> blanked.text, blanked.cells[0].line, blanked.cells[0].column, blanked.row_count
    (';\\n3;x\\n', 2, 'plats', 2)
    """
    kept: list[str] = []
    cells: list[BlankedCell] = []
    count = 0
    for number, raw, row in _rows(text, delimiter):
        count += bool(row)
        line = first_line + number
        found = _found_in(line, row, raw, names, find)
        cells += found
        kept.append(_blank(raw, delimiter, len(names)) if found else raw)
    return BlankedBlock("".join(kept), cells, count)


def blank_csv(content: bytes, dialect: CsvDialect, expected: list[str]) -> Blanking:
    """Blank the rows of a file; a find in its header, or in what cannot be read as rows, is told as elsewhere.

    Raises:
        DeliveryHeldError: when the bytes are not in the declared encoding, and so cannot be looked at.
    """
    text = decode(content, dialect)
    find = CellFinder()
    try:
        header_text, lines, header = _header(text, dialect.delimiter)
        elsewhere = _first_find(header_text, header, find)
        block = blank_block(
            text[len(header_text) :], lines + 1, dialect.delimiter, names_to_tell(header, expected), find
        )
    except csv.Error:
        return Blanking(content, elsewhere=_find_in_lines(text))
    if not block.cells:
        return Blanking(content, (), block.row_count, elsewhere)
    encoding = "utf-8" if dialect.encoding == "utf-8-sig" else dialect.encoding
    before = _BOM if content.startswith(_BOM) and dialect.encoding == "utf-8-sig" else b""
    return Blanking(
        before + (header_text + block.text).encode(encoding), tuple(block.cells), block.row_count, elsewhere
    )


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, str, list[str]]]:
    """Yield each row with how many lines stand before it and its text; a blank line is a row without fields."""
    csv.field_size_limit(FIELD_LENGTH_MAX)
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)  # a row takes no more lines than it has: those since the last are its own
            yield line

    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    start = 0
    for row in reader:
        yield start, "".join(taken), row
        taken.clear()
        start = reader.line_num


def _header(text: str, delimiter: str) -> tuple[str, int, list[str]]:
    """Return the text up to the end of the first row, how many lines it has, and the row."""
    taken: list[str] = []
    for start, raw, row in _rows(text, delimiter):
        taken.append(raw)
        if row:
            return "".join(taken), start + len(list(io.StringIO(raw, newline=""))), row
    return "".join(taken), 0, []


def _found_in(line: int, row: list[str], raw: str, names: list[str], find: Find) -> list[BlankedCell]:
    """List what is found in a row: by cell, or where only its text as a whole tells, by row."""
    found = [
        BlankedCell(line=line, column=names[place] if place < len(names) else "", found=kind)
        for place, cell in enumerate(row)
        if (kind := find(cell)) is not None
    ]
    if not found and '"' in raw and (kind := find_personal_data(raw)) is not None:
        found.append(BlankedCell(line=line, column="", found=kind))
    return found


def _blank(raw: str, delimiter: str, width: int) -> str:
    """Return a row of empty fields over as many lines, ended as before; the first field holds its line breaks."""
    lines = list(io.StringIO(raw, newline=""))
    end = lines[-1][len(lines[-1].rstrip("\r\n")) :]
    breaks = "\n" * (len(lines) - 1)
    first = f'"{breaks}"' if breaks or width < 2 else ""
    return first + delimiter * (width - 1) + end


def _first_find(raw: str, row: list[str], find: Find) -> tuple[str, str] | None:
    kind = next((kind for cell in row if (kind := find(cell)) is not None), None) or find_personal_data(raw)
    return None if kind is None else ("the header", kind)


def _find_in_lines(text: str) -> tuple[str, str] | None:
    """Look at a text that is no table line by line, and over each line break."""
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if (kind := find_personal_data(line)) is not None:
            return f"line {number}", kind
    for number, (line, following) in enumerate(pairwise(lines), start=1):
        if (kind := find_personal_data(f"{line[-40:].rstrip()} {following[:40].lstrip()}")) is not None:
            return f"line {number}", kind
    return None
