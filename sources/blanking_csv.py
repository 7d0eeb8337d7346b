"""CSV rows that seem to hold personal data, blanked so that every other row stays on its line."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from methods.header_diff import names_to_tell
from methods.personal_data import find_personal_data
from methods.personal_data_scan import CellFinder, ends_inside_quotes, find_in_text, is_suspect
from schemas.blanking import FINDS_MAX, BlankedCell, Blanking
from schemas.content import Readable
from schemas.layout import CsvDialect
from sources.csv_text import FIELD_LENGTH_MAX, TextBlock, text_blocks
from sources.reading_ahead import read_ahead

# All that is done to a block while it is looked at takes a fifth less time where it stays in the processor's cache.
BLOCK_BYTES = 2 << 20
# A row over more blocks than this is none that could be read.
_BLOCKS_OF_A_ROW_MAX = 4
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


class CsvBlanker:
    """Looks at a file block by block, in memory that does not grow with it; what it finds is known at the end.

    `cells` are those found in rows, which are blanked. `elsewhere` is a find in the header, or in what cannot be read
    as rows, or the first of more finds than are looked for. `row_count` counts lines where no cell had to be looked at.
    """

    def __init__(self, dialect: CsvDialect, expected: list[str]) -> None:
        self._dialect = dialect.model_copy(update={"allow_missing_final_newline": True})
        self._expected = expected
        self._find = CellFinder()
        self._names: list[str] | None = None
        self._line = 1  # as `csv` counts: a carriage return alone ends a line, too
        self.cells: list[BlankedCell] = []
        self.elsewhere: tuple[str, str] | None = None
        self.row_count = 0

    def pieces(self, file: Readable, block_bytes: int = BLOCK_BYTES) -> Iterator[bytes]:
        """Yield what may be kept of a file: as it came, with the rows blanked that seem to hold personal data.

        Raises:
            DeliveryHeldError: when the bytes are not in the declared encoding, and so cannot be looked at.
        """
        for block in _blocks_of_rows(read_ahead(text_blocks(file, self._dialect, block_bytes))):
            yield self._below_header(block) if self._names is None else self._rows(block)

    def _below_header(self, block: TextBlock) -> bytes:
        taken: list[str] = []
        csv.field_size_limit(FIELD_LENGTH_MAX)
        reader = csv.reader(block.lines(taken), delimiter=self._dialect.delimiter, strict=True)
        try:
            header = next((row for row in reader if row), [])
        except csv.Error:
            block.refuse_damage()
            self.elsewhere = self.elsewhere or _find_in_lines(block.content.decode(), block.first_line)
            return block.raw
        header_text = "".join(taken)
        replace(block, content=header_text.encode()).refuse_damage()
        self.elsewhere = self.elsewhere or _first_find(header_text, header, self._find)
        self._line += len(list(io.StringIO(header_text, newline="")))
        if not header:
            return block.raw
        self._names = names_to_tell(header, self._expected)
        rows = block.below(header_text)
        return block.raw[: len(block.raw) - len(rows.raw)] + self._rows(rows)

    def _rows(self, block: TextBlock) -> bytes:
        first_line, self._line = self._line, self._line + _line_ends(block)
        if len(self.cells) > FINDS_MAX:
            return block.raw
        if not block.content or not is_suspect(block.content, self._dialect.delimiter):
            self.row_count += block.line_count + (block.content[-1:] not in {b"\n", b""})
            return block.raw
        block.refuse_damage()
        text, names = block.content.decode(), self._names or []
        try:
            found = blank_block(text, first_line, self._dialect.delimiter, names, self._find)
        except csv.Error:
            self.elsewhere = self.elsewhere or _find_in_lines(text, first_line)
            return block.raw
        self.row_count += found.row_count
        self.cells += found.cells
        if len(self.cells) > FINDS_MAX:
            self.elsewhere = self.elsewhere or (self.cells[0].address(self._dialect), self.cells[0].found)
        if found.cells and self.elsewhere is None:
            self.elsewhere = self._left(found.text, first_line)
        return found.text.encode(block.encoding) if found.cells else block.raw

    def _left(self, text: str, first_line: int) -> tuple[str, str] | None:
        """Look once more at what was blanked."""
        left = blank_block(text, first_line, self._dialect.delimiter, self._names or [], self._find).cells
        return (left[0].address(self._dialect), left[0].found) if left else None


def blank_csv(content: bytes, dialect: CsvDialect, expected: list[str]) -> Blanking:
    """Blank the rows of a file at hand, as `CsvBlanker` does.

    Raises:
        DeliveryHeldError: when the bytes are not in the declared encoding, and so cannot be looked at.
    """
    blanker = CsvBlanker(dialect, expected)
    copy = b"".join(blanker.pieces(io.BytesIO(content)))
    return Blanking(copy, tuple(blanker.cells), blanker.row_count, blanker.elsewhere)


def _line_ends(block: TextBlock) -> int:
    alone = block.content.count(b"\r") - block.content.count(b"\r\n") if b"\r" in block.content else 0
    return block.line_count + alone


def _blocks_of_rows(blocks: Iterator[TextBlock]) -> Iterator[TextBlock]:
    """Put blocks together where a cell goes on in the next, so that none begins inside quotes."""
    waiting: TextBlock | None = None
    together = 0
    for block in blocks:
        waiting = block if waiting is None else waiting.followed_by(block)
        together += 1
        if together < _BLOCKS_OF_A_ROW_MAX and ends_inside_quotes(waiting.content):
            continue
        yield waiting
        waiting, together = None, 0
    if waiting is not None:
        yield waiting


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


def _found_in(line: int, row: list[str], raw: str, names: list[str], find: Find) -> list[BlankedCell]:
    """List what is found in a row: by cell, or where only its text as a whole tells, by row."""
    found = [
        BlankedCell(line=line, column=names[place] if place < len(names) else "", found=kind)
        for place, cell in enumerate(row)
        if (kind := find(cell)) is not None
    ]
    if not found and '"' in raw and (kind := find_in_text(raw)) is not None:
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


def _find_in_lines(text: str, first_line: int) -> tuple[str, str] | None:
    """Look at a text that is no table line by line, and over each line break."""
    lines = text.split("\n")
    for number, line in enumerate(lines, start=first_line):
        if (kind := find_personal_data(line)) is not None:
            return f"line {number}", kind
    for number, (line, following) in enumerate(pairwise(lines), start=first_line):
        if (kind := find_personal_data(f"{line[-40:].rstrip()} {following[:40].lstrip()}")) is not None:
            return f"line {number}", kind
    return None
