"""CSV as cells of text, strictly by the declared dialect: a damaged file never reads as something else."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

from methods.header_diff import HeaderRule, fitted_header
from schemas.content import Readable
from schemas.errors import DeliveryHeldError
from schemas.layout import CsvDialect
from schemas.text_table import Lines, TextBatch, TextTable
from sources.csv_rows import CsvRows
from sources.csv_text import BLOCK_BYTES, FIELD_LENGTH_MAX, TextBlock, text_blocks
from sources.reading_ahead import read_ahead


def csv_batches(
    file: Readable,
    dialect: CsvDialect,
    expected: list[str],
    rule: HeaderRule = HeaderRule(),
    only: Lines | None = None,
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[TextBatch]:
    """Read a delivery into batches of text cells; rows with too few or too many fields are set aside.

    Args:
        file: the delivery as received.
        dialect: how its bytes become cells.
        expected: the headers that the contract names, in any order.
        rule: what the header may be besides.
        only: the lines whose rows are wanted, in order; all of them, if not said.
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
    rows = CsvRows(fitted_header(header, expected, rule), dialect.delimiter, first.first_line, only)
    yield rows.batch(first)
    for block in blocks:
        yield rows.batch(block)
    rows.end()


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
