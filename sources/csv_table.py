"""CSV as cells of text, strictly by the declared dialect: a damaged file never reads as something else.

Lines that are plainly rows of the declared shape are read by Arrow, many at a time; all others by `csv.reader`, one
by one. A test holds that both read the same bytes the same.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pyarrow
import pyarrow.compute
import pyarrow.csv

from schemas.contract import CsvDialect
from schemas.errors import DeliveryHeldError
from schemas.text_table import SetAside, TextBatch
from sources.csv_text import BLOCK_BYTES, Readable, TextBlock, text_blocks

FIELD_LENGTH_MAX = 64 * 1024
PIECE_BYTES = 16 * 1024
# Beyond this the pattern of a plain row grows too large, and every row is read one by one.
_PLAIN_COLUMNS_MAX = 100


def read_csv(
    file: Readable,
    dialect: CsvDialect,
    expected: list[str],
    block_bytes: int = BLOCK_BYTES,
    *,
    only: list[str] | None = None,
) -> Iterator[TextBatch]:
    """Read a delivery into batches of text cells; rows with too few or too many fields are set aside.

    Args:
        file: the delivery as received.
        dialect: how its bytes become cells.
        expected: the headers that the contract names, in any order.
        block_bytes: how much is read at a time; a batch is what a block of that size holds.
        only: the columns that are wanted; all of them, if not said.

    Yields:
        At least one batch, which has no rows where the file has none.

    Raises:
        DeliveryHeldError: when the file as a whole cannot be trusted, with line and what to do.
    """
    csv.field_size_limit(FIELD_LENGTH_MAX)
    blocks = text_blocks(file, dialect, block_bytes)
    first = next(blocks, None)
    if first is None:
        raise _empty()
    header, first = _header(first, blocks, dialect.delimiter)
    _check_header(header, expected)
    rows = _Rows(header, dialect.delimiter, only or header, first.first_line)
    batch = rows.batch(first)
    for block in blocks:
        yield batch
        batch = rows.batch(block)
    rows.end()
    yield batch


def _header(first: TextBlock, blocks: Iterator[TextBlock], delimiter: str) -> tuple[list[str], TextBlock]:
    """Read the first row that is not blank; return it and the lines that follow it in the first block."""
    text = first.content.decode()
    if not text.strip() and not any(block.content.decode().strip() for block in blocks):
        raise _empty()
    lines = _Lines(text)
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        header = next((row for row in rows if row), [])
    except csv.Error as error:
        first.refuse_never_meant()
        raise _unreadable(first.first_line, error) from error
    read = text[: lines.position]
    TextBlock(read.encode(), first.first_line, first.first_byte, first.encoding).refuse_never_meant()
    after = first.content[len(read.encode()) :]
    line, byte = first.first_line + rows.line_num, first.first_byte + len(read.encode(first.encoding))
    return header, TextBlock(after, line, byte, first.encoding)


def _check_header(header: list[str], expected: list[str]) -> None:
    twice = [name for name, count in Counter(header).items() if count > 1]
    missing = [name for name in expected if name not in header]
    added = [name for name in header if name not in expected]
    if twice or missing or added:
        raise DeliveryHeldError(
            "line 1: the columns are not those of the contract"
            + "".join(f"; {len(names)} {what}{_named(what, names)}" for what, names in (
                ("missing", missing), ("not in the contract", added), ("twice", twice),
            ) if names)
        )  # fmt: skip


def _named(what: str, names: list[str]) -> str:
    """Name the contract's own columns; a header in the file could be data, so it is only counted."""
    return f" ({', '.join(names)})" if what == "missing" else ""


class _Lines:
    """Lines of a text for `csv.reader`, ended as it ends them, and how far it has come."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.position = 0
        self.ran_out = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._lines.readline()
        self.position += len(line)
        if not line:
            self.ran_out = True
            raise StopIteration
        return line


class _Rows:
    """Rows of a file, block by block; the beginning of a row that goes on in the next block is kept until then."""

    def __init__(self, header: list[str], delimiter: str, wanted: list[str], first_line: int) -> None:
        self._header = header
        self._none = pyarrow.schema([(name, pyarrow.string()) for name in wanted]).empty_table()
        self._delimiter = delimiter
        self._plain = _plain_rows(len(header), delimiter) if len(header) <= _PLAIN_COLUMNS_MAX else None
        self._unfinished = ""
        self._line = first_line  # a carriage return alone ends a line here, too
        self._cells: list[pyarrow.Table] = []
        self._lines: list[pyarrow.Array] = []
        self._set_aside: list[SetAside] = []

    def batch(self, block: TextBlock) -> TextBatch:
        """Read the rows that end in a block."""
        self._cells, self._lines, self._set_aside = [], [], []
        starts = _piece_starts(block.content)
        is_plain = self._are_plain(block.content, starts)
        start = 0
        while start < len(is_plain):
            takes_plain = is_plain[start] and not self._unfinished
            end = start + 1
            while end < len(is_plain) and is_plain[end] == takes_plain:
                end += 1
            content = block.content[starts[start] : starts[end]]
            if takes_plain:
                self._take_plain(content)
            else:
                # One piece at a time after an unfinished row: it may end in the first, and all be plain from there.
                end = start + 1 if is_plain[start] else end
                self._take_one_by_one(block, block.content[starts[start] : starts[end]].decode())
            start = end
        cells = pyarrow.concat_tables([self._none, *self._cells])
        lines = pyarrow.concat_arrays([pyarrow.array([], pyarrow.int64()), *self._lines])
        return TextBatch(cells, lines, self._set_aside)

    def end(self) -> None:
        """Hold that no row is unfinished.

        Raises:
            DeliveryHeldError: when the file ends inside quotes.
        """
        if self._unfinished:
            raise _unreadable(self._line, "unexpected end of data")

    def _are_plain(self, content: bytes, starts: list[int]) -> list[bool]:
        if self._plain is None:
            return [False] * (len(starts) - 1)
        offsets = pyarrow.array(starts, pyarrow.int32()).buffers()[1]
        pieces = pyarrow.StringArray.from_buffers(len(starts) - 1, offsets, pyarrow.py_buffer(content))
        matches = pyarrow.compute.match_substring_regex(pieces, self._plain).to_pylist()
        sizes = (end - start for start, end in pairwise(starts))
        return [bool(match) and size <= FIELD_LENGTH_MAX for match, size in zip(matches, sizes, strict=True)]

    def _take_plain(self, content: bytes) -> None:
        """Read plain rows: one a line, of the header's width, with nothing strange in them."""
        cells = pyarrow.csv.read_csv(
            pyarrow.BufferReader(content),
            read_options=pyarrow.csv.ReadOptions(column_names=self._header),
            parse_options=pyarrow.csv.ParseOptions(delimiter=self._delimiter, ignore_empty_lines=False),
            convert_options=pyarrow.csv.ConvertOptions(
                include_columns=self._none.column_names,
                column_types=self._none.schema,
                null_values=[],
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        self._cells.append(cells)
        self._lines.append(pyarrow.array(range(self._line, self._line + cells.num_rows), pyarrow.int64()))
        self._line += cells.num_rows

    def _take_one_by_one(self, block: TextBlock, text: str) -> None:
        """Read rows strictly; what may be the beginning of a longer row waits for the next piece."""
        if any(mark in text for mark in "\ufeff\ufffdÃâ"):
            block.refuse_never_meant()
        text = self._unfinished + text
        lines = _Lines(text)
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
        width = len(self._header)
        self._set_aside += [
            SetAside(line, "", "extra_field" if len(row) > width else "missing_field")
            for line, row in rows
            if len(row) != width
        ]
        whole = [(line, row) for line, row in rows if len(row) == width]
        if whole:
            columns = zip(*(row for _, row in whole), strict=True)
            arrays = [pyarrow.array(column, pyarrow.string()) for column in columns]
            cells = pyarrow.Table.from_arrays(arrays, names=self._header)
            self._cells.append(cells.select(self._none.column_names))
            self._lines.append(pyarrow.array([line for line, _ in whole], pyarrow.int64()))


def _plain_rows(width: int, delimiter: str) -> str:
    """Return a pattern of lines that are rows of a width: each field bare, or wholly in quotes on one line.

    Left out is also what text that was never meant is made of, so that only the other lines are searched for it.
    """
    strange = r"\r\n\x{FEFF}\x{FFFD}Ãâ"
    mark = re.escape(delimiter)
    bare = rf'[^"{strange}{mark}]' + ("*" if width > 1 else "+")
    field = rf'(?:{bare}|"(?:[^"{strange}]|"")*")'
    return rf"\A(?:{field}(?:{mark}{field}){{{width - 1}}}\r?\n)+\z"


def _piece_starts(content: bytes) -> list[int]:
    """Cut after line breaks into pieces, each of which is plain as a whole or read row by row."""
    starts = [0]
    while starts[-1] < len(content):
        found = content.find(b"\n", min(starts[-1] + PIECE_BYTES, len(content)))
        starts.append(len(content) if found < 0 else found + 1)
    return starts


def _empty() -> DeliveryHeldError:
    return DeliveryHeldError("the file is empty; an empty file is never read as zero")


def _unreadable(line: int, error: object) -> DeliveryHeldError:
    return DeliveryHeldError(f"line {line}: the row cannot be read ({error}); ask for the file again")
