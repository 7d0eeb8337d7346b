"""CSV as cells of text, strictly by the declared dialect: a damaged file never reads as something else."""

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import replace

from methods.header_diff import HeaderRule, fitted_header
from schemas.content import Readable, Seekable
from schemas.errors import DeliveryHeldError
from schemas.layout import CsvDialect
from schemas.text_table import Lines, TextBatch, TextTable
from sources.csv_places import CsvPlaces
from sources.csv_rows import CsvRows
from sources.csv_text import BLOCK_BYTES, FIELD_LENGTH_MAX, TextBlock, text_blocks
from sources.reading_ahead import read_ahead


def csv_batches(
    file: Readable,
    dialect: CsvDialect,
    expected: list[str],
    rule: HeaderRule = HeaderRule(),
    places: CsvPlaces | None = None,
    without: Collection[str] = (),
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[TextBatch]:
    """Read a delivery into batches of text cells; rows with too few or too many fields are set aside.

    Args:
        file: the delivery as received.
        dialect: how its bytes become cells.
        expected: the headers that the contract names, in any order.
        rule: what the header may be besides.
        places: where to note what is found out for `csv_rows_on`.
        without: columns that are left out of all batches but the first, which may be all there is.
        block_bytes: how much is read at a time; a batch is what a block of that size holds.

    Yields:
        At least one batch, which has no rows where the file has none.

    Raises:
        HeaderDriftError: when the columns are others.
        DeliveryHeldError: when the file as a whole cannot be trusted, with line and what to do.
    """
    csv.field_size_limit(FIELD_LENGTH_MAX)
    blocks = read_ahead(text_blocks(file, dialect, block_bytes))
    header, first = _header(blocks, dialect.delimiter)
    places = CsvPlaces() if places is None else places
    places.header = fitted_header(header, expected, rule)
    rows = CsvRows(places, dialect.delimiter, first.first_line)
    yield rows.batch(first)
    rows.leave_out(without)
    for block in blocks:
        yield rows.batch(block)
    rows.end()


def csv_rows_on(file: Seekable, dialect: CsvDialect, places: CsvPlaces, lines: Lines) -> Iterator[TextBatch]:
    """Read some rows of a file again, and nothing else of it.

    Args:
        file: what has been read to its end before.
        dialect: how its bytes become cells.
        places: what was found out then; it holds the lines.
        lines: whose rows are wanted.
    """
    rows = CsvRows(places, dialect.delimiter)
    for block, found in read_ahead(places.read(file, lines)):
        yield rows.some(block, found)


def read_csv(content: bytes, dialect: CsvDialect, expected: list[str], rule: HeaderRule = HeaderRule()) -> TextTable:
    """Read a whole delivery, as `csv_batches` does.

    Raises:
        HeaderDriftError: when the columns are others.
        DeliveryHeldError: when the file as a whole cannot be trusted, with line and what to do.
    """
    return TextTable.of(csv_batches(io.BytesIO(content), dialect, expected, rule))


def _header(blocks: Iterator[TextBlock], delimiter: str) -> tuple[list[str], TextBlock]:
    """Read the first row that is not blank; return it and the lines that follow it in its block."""
    for block in blocks:
        if not block.content.strip():
            continue
        taken: list[str] = []
        reader = csv.reader(block.lines(taken), delimiter=delimiter, strict=True)
        try:
            header = next((row for row in reader if row), [])
        except csv.Error as error:
            block.refuse_damage()
            raise DeliveryHeldError(
                f"line {block.first_line}: the row cannot be read ({error}); ask for the file again"
            ) from error
        read = "".join(taken)
        replace(block, content=read.encode()).refuse_damage()
        return header, replace(block.below(read), first_line=block.first_line + reader.line_num)
    raise DeliveryHeldError("the file is empty; an empty file is never read as zero. Ask the provider for it again.")
