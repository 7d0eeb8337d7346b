"""Rows of CSV, block by block: plain lines by Arrow, many at a time, all others strictly by `csv.reader`, one by one.

A test holds that both read the same bytes the same.
"""

import csv
import io
import re
from collections.abc import Collection
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow
import pyarrow.compute
import pyarrow.csv

from methods.encoding_damage import find_encoding_damage, may_be_damaged
from schemas.errors import AlteredDeliveryError, DeliveryHeldError
from schemas.text_table import AROUND, BLANK_ROW, Lines, SetAside, TextBatch, plain
from sources.csv_places import CsvPlaces, Stretch
from sources.csv_text import BLOCK_BYTES, FIELD_LENGTH_MAX, TextBlock

PIECE_BYTES = 16 * 1024
_BOM = b"\xef\xbb\xbf"
# Beyond this the pattern of a plain row grows too large, and every row is read one by one.
_PLAIN_COLUMNS_MAX = 100
# Arrow's default gives the memory of each block back and takes it anew, cleared page by page, for the next; this one
# keeps it for a while: a tenth less of the processor's time, and less memory at the peak.
if "jemalloc" in pyarrow.supported_memory_backends():
    pyarrow.set_memory_pool(pyarrow.jemalloc_memory_pool())
_EACH_TEXT_ONCE = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
# A column with fewer rows for each distinct text than this is quicker read as it is.
_ROWS_PER_TEXT_MIN = 2


class PhysicalLines:
    """Lines of a text for `csv.reader`, ended as it ends them, and how far it has come."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.position = 0
        self.ran_out = False

    def __iter__(self) -> "PhysicalLines":
        return self

    def __next__(self) -> str:
        line = self._lines.readline()
        self.position += len(line)
        if not line:
            self.ran_out = True
            raise StopIteration
        return line


class CsvRows:
    """The rows of a file; the beginning of a row that goes on in the next block is kept until then."""

    def __init__(self, places: CsvPlaces, delimiter: str, first_line: int = 1) -> None:
        """Begin below the header.

        Args:
            places: knows the header; where plain lines stand is noted there.
            delimiter: between fields.
            first_line: the line that the first block begins on.
        """
        self._places = places
        self._width = len(places.header)
        self._read = [(place, name) for place, name in enumerate(places.header) if name is not None]
        self._delimiter = delimiter
        self._well_formed = _well_formed_rows(self._width, delimiter) if self._width <= _PLAIN_COLUMNS_MAX else None
        self._kinds: dict[str, pyarrow.DataType] = {str(place): _EACH_TEXT_ONCE for place, _ in self._read}
        self._unfinished = ""
        self._line = first_line  # a carriage return alone ends a line here, too
        self._cells: list[pyarrow.Table] = []
        self._lines: list[Lines] = []
        self._set_aside: list[SetAside] = []

    def leave_out(self, names: Collection[str]) -> None:
        """Read some columns no longer."""
        self._read = [(place, name) for place, name in self._read if name not in names]
        self._kinds = {str(place): self._kinds[str(place)] for place, _ in self._read}

    def batch(self, block: TextBlock) -> TextBatch:
        """Read the rows that end in a block."""
        self._cells, self._lines, self._set_aside = [], [], []
        is_simple = not self._unfinished and self._width > 1 and _is_simple(block.content)
        if not (is_simple and self._take_simple(block)):
            self._take_pieces(block)
        return self._together()

    def some(self, block: TextBlock, lines: Lines) -> TextBatch:
        """Read plain lines that were cut out of a file, and stand on these lines of it.

        Raises:
            AlteredDeliveryError: when they are no longer a row each.
        """
        self._cells, self._lines, self._set_aside = [], [], []
        if not (block.content and self._parse(block, block.content, self._kinds, lines)):
            raise AlteredDeliveryError
        batch = self._together()
        if batch.cells.num_rows != len(lines):
            raise AlteredDeliveryError
        return batch

    def end(self) -> None:
        """Hold that no row is unfinished.

        Raises:
            DeliveryHeldError: when the file ends inside quotes.
        """
        if self._unfinished:
            raise _unreadable(self._line, "unexpected end of data")

    def _together(self) -> TextBatch:
        if len(self._cells) == 1:
            return TextBatch(self._cells[0], self._lines[0], self._set_aside)
        none = pyarrow.schema([(name, pyarrow.string()) for _, name in self._read]).empty_table()
        cells = pyarrow.concat_tables([none, *(plain(cells) for cells in self._cells)])
        return TextBatch(cells, np.concatenate([np.empty(0, np.int64), *self._lines]), self._set_aside)

    def _take_simple(self, block: TextBlock) -> bool:
        """Read a block without quotes: every line is a row, or is set aside for its width.

        Returns:
            Whether it could be read so; it cannot where lines are blank, which are no rows.
        """
        if not block.content:
            return True
        first = self._line
        if not self._parse(block, block.content, self._kinds):
            return False
        stretch = Stretch(first, self._line - first, block.first_byte, len(block.raw), block.encoding)
        self._places.stretches.append(stretch)
        return True

    def _parse(
        self,
        block: TextBlock,
        content: bytes,
        kinds: dict[str, pyarrow.DataType],
        lines: Lines | None = None,
        quote: Any = False,
    ) -> bool:
        """Read lines that are one row each, unless one is blank; without `lines` they are the next of the file."""
        refused: list[tuple[int, str]] = []

        def refuse(row: Any) -> str:
            refused.append((row.number - 1, self._rule_of(row.text.split(self._delimiter))))
            return "skip"

        cells = pyarrow.csv.read_csv(
            pyarrow.BufferReader(content),
            read_options=pyarrow.csv.ReadOptions(
                column_names=[str(place) for place in range(self._width)],
                use_threads=False,
                block_size=len(content) + 1,
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=self._delimiter, quote_char=quote, ignore_empty_lines=False, invalid_row_handler=refuse
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                include_columns=list(kinds),
                column_types=kinds,
                null_values=[],
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        if all(_has_empty(column) for column in cells.columns) and _has_blank_line(content):
            return False
        count = cells.num_rows + len(refused)
        if lines is None:
            lines = np.arange(self._line, self._line + count)
            self._line += count
        if may_be_damaged(content):
            block.refuse_damage()
        self._refuse(lines, refused)
        self._lines.append(np.delete(lines, [number for number, _ in refused]))
        self._remember_kinds(cells)
        self._cells.append(cells.rename_columns([name for _, name in self._read]))
        return True

    def _refuse(self, lines: Lines, refused: list[tuple[int, str]]) -> None:
        """Set rows of another width aside."""
        self._set_aside += [SetAside(int(lines[number]), "", rule) for number, rule in refused]

    def _rule_of(self, row: list[str]) -> str:
        """Return the rule that a row of another width breaks; one with nothing in it is no row cut short or shifted."""
        if not any(cell.strip(AROUND) for cell in row):
            return BLANK_ROW
        return "extra_field" if len(row) > self._width else "missing_field"

    def _remember_kinds(self, cells: pyarrow.Table) -> None:
        """Read columns of which nearly every text is another as they are from now on."""
        for name, column in zip(cells.column_names, cells.columns, strict=True):
            if self._kinds[name] == _EACH_TEXT_ONCE and pyarrow.types.is_dictionary(column.type):
                distinct = max((len(chunk.dictionary) for chunk in column.chunks), default=0)
                if distinct * _ROWS_PER_TEXT_MIN > cells.num_rows:
                    self._kinds[name] = pyarrow.string()

    def _take_pieces(self, block: TextBlock) -> None:
        """Read a block piece by piece: those of well-formed rows on a line each at once, the others row by row."""
        starts = _piece_starts(block.content)
        is_well_formed = self._are_well_formed(block.content, starts)
        start = 0
        while start < len(is_well_formed):
            at_once = is_well_formed[start] and not self._unfinished
            end = start + 1
            while end < len(is_well_formed) and is_well_formed[end] == at_once:
                end += 1
            if at_once:
                kinds = dict.fromkeys(self._kinds, pyarrow.string())
                self._parse(block, block.content[starts[start] : starts[end]], kinds, quote='"')
            else:
                # One piece at a time after an unfinished row: it may end in the first, and all that follows be fine.
                end = start + 1 if is_well_formed[start] else end
                self._take_one_by_one(block, block.content[starts[start] : starts[end]].decode())
            start = end

    def _are_well_formed(self, content: bytes, starts: list[int]) -> list[bool]:
        if self._well_formed is None:
            return [False] * (len(starts) - 1)
        offsets = pyarrow.array(starts, pyarrow.int32()).buffers()[1]
        pieces = pyarrow.StringArray.from_buffers(len(starts) - 1, offsets, pyarrow.py_buffer(content))
        matches = pyarrow.compute.match_substring_regex(pieces, self._well_formed).to_pylist()
        sizes = (end - start for start, end in pairwise(starts))
        return [bool(match) and size <= FIELD_LENGTH_MAX for match, size in zip(matches, sizes, strict=True)]

    def _take_one_by_one(self, block: TextBlock, text: str) -> None:
        """Read rows strictly; what may be the beginning of a longer row waits for the next piece."""
        if find_encoding_damage(text) is not None:
            block.refuse_damage()
        text = self._unfinished + text
        lines = PhysicalLines(text)
        reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
        rows: list[tuple[int, list[str]]] = []
        first, start, position = self._line, self._line, 0
        self._unfinished = ""
        try:
            while lines.position < len(text):
                start, position = first + reader.line_num, lines.position
                row = next(reader)
                if row:
                    rows.append((start, row))
            self._line = first + reader.line_num
        except csv.Error as error:
            if not lines.ran_out or len(text) - position > BLOCK_BYTES:
                raise _unreadable(start, error) from error
            self._unfinished, self._line = text[position:], start
        self._take_rows(rows)

    def _take_rows(self, rows: list[tuple[int, list[str]]]) -> None:
        self._set_aside += [SetAside(line, "", self._rule_of(row)) for line, row in rows if len(row) != self._width]
        whole = [(line, row) for line, row in rows if len(row) == self._width]
        if whole:
            arrays = [pyarrow.array([row[place] for _, row in whole], pyarrow.string()) for place, _ in self._read]
            self._cells.append(pyarrow.Table.from_arrays(arrays, names=[name for _, name in self._read]))
            self._lines.append(np.array([line for line, _ in whole], np.int64))


def _is_simple(content: bytes) -> bool:
    """Tell whether every line is one row that needs no reading of quotes, and none is so long that a field may be.

    Arrow would pass over a byte order mark at the beginning.
    """
    if (
        content.startswith(_BOM)
        or b'"' in content
        or (b"\r" in content and content.count(b"\r") != content.count(b"\r\n"))
    ):
        return False
    half = FIELD_LENGTH_MAX // 2
    return all(content.find(b"\n", start, start + half) >= 0 for start in range(0, len(content) - half, half))


def _has_blank_line(content: bytes) -> bool:
    """Look for two line ends in a row, two bytes at a time; one at the beginning ends a blank line too."""
    if content.startswith((b"\n", b"\r")):
        return True
    pairs = [np.frombuffer(content, "<u2", (len(content) - start) // 2, start) for start in range(min(2, len(content)))]
    ends = (0x0A0A, 0x0D0A) if b"\r" in content else (0x0A0A,)
    return any(bool((found == end).any()) for found in pairs for end in ends)


def _has_empty(column: pyarrow.ChunkedArray) -> bool:
    """Tell whether a column has an empty cell, as it has where a line is blank."""
    for chunk in column.chunks:
        values = chunk.dictionary if pyarrow.types.is_dictionary(chunk.type) else chunk
        if len(values) and pyarrow.compute.min(pyarrow.compute.binary_length(values)).as_py() == 0:
            return True
    return False


def _well_formed_rows(width: int, delimiter: str) -> str:
    """Return a pattern of lines that are rows of a width: each field bare, or wholly in quotes on one line.

    Left out is also what damaged text is made of, so that only the other lines are searched for it.
    """
    strange = r"\r\n\x{FEFF}\x{FFFD}Ãâ"
    mark = re.escape(delimiter)
    bare = rf'[^"{strange}{mark}]' + ("*" if width > 1 else "+")
    field = rf'(?:{bare}|"(?:[^"{strange}]|"")*")'
    return rf"\A(?:{field}(?:{mark}{field}){{{width - 1}}}\r?\n)+\z"


def _piece_starts(content: bytes) -> list[int]:
    """Cut after line breaks into pieces, each of which is read at once or row by row."""
    starts = [0]
    while starts[-1] < len(content):
        found = content.find(b"\n", min(starts[-1] + PIECE_BYTES, len(content)))
        starts.append(len(content) if found < 0 else found + 1)
    return starts


def _unreadable(line: int, error: object) -> DeliveryHeldError:
    return DeliveryHeldError(f"line {line}: the row cannot be read ({error}); ask for the file again")
