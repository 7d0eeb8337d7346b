"""CSV bytes as a table of text, strictly by the declared dialect: a damaged file never reads as something else."""

import csv
import io
from typing import Any

import pandas as pd

from methods.encoding_damage import find_encoding_damage
from methods.header_diff import HeaderRule, fitted_header
from schemas.errors import DeliveryHeldError
from schemas.layout import CsvDialect
from schemas.text_table import SetAside, TextTable

FIELD_LENGTH_MAX = 64 * 1024


def decode(content: bytes, dialect: CsvDialect) -> str:
    """Decode by the declared encoding only.

    Raises:
        DeliveryHeldError: naming line and byte.
    """
    try:
        text = content.decode(dialect.encoding)
    except UnicodeDecodeError as error:
        raise DeliveryHeldError(
            f"line {_line_at(content, error.start)}, byte {error.start}: not {dialect.encoding}, "
            "as the contract says; ask for the agreed encoding or change the contract"
        ) from error
    damage = find_encoding_damage(text)
    if damage is not None:
        line = text[:damage].count("\n") + 1
        position = len(text[:damage].encode(dialect.encoding))
        raise DeliveryHeldError(
            f"line {line}, byte {position}: a byte order mark, a replacement character (U+FFFD) or text that was once "
            f"read by the wrong encoding; it is not {dialect.encoding} all the way. Ask for the file again."
        )
    return text


def read_csv(content: bytes, dialect: CsvDialect, expected: list[str], rule: HeaderRule = HeaderRule()) -> TextTable:
    """Read a delivery into text cells; rows with too few or too many fields are set aside.

    Args:
        content: the delivery as received.
        dialect: how its bytes become cells.
        expected: the headers that the contract names, in any order.
        rule: what the header may be besides.

    Raises:
        HeaderDriftError: when the columns are others.
        DeliveryHeldError: when the file as a whole cannot be trusted, with line and what to do.
    """
    text = decode(content, dialect)
    if not text.strip():
        raise DeliveryHeldError("the file is empty; an empty file is never read as zero")
    if not text.endswith("\n") and not dialect.allow_missing_final_newline:
        line = text.count("\n") + 1
        raise DeliveryHeldError(
            f"line {line}: no line break at the end, so the file may be cut off; fetch it again, or set "
            "allow_missing_final_newline = true in the contract"
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter, strict=True)
    rows = _numbered_rows(reader)
    header = rows[0][1] if rows else []
    return _table(fitted_header(header, expected, rule), rows[1:])


def _numbered_rows(reader: Any) -> list[tuple[int, list[str]]]:
    """Read every row with the line it starts on."""
    rows: list[tuple[int, list[str]]] = []
    csv.field_size_limit(FIELD_LENGTH_MAX)
    start = 1
    try:
        for row in reader:
            if row:
                rows.append((start, row))
            start = reader.line_num + 1
    except csv.Error as error:
        raise DeliveryHeldError(f"line {start}: the row cannot be read ({error}); ask for the file again") from error
    return rows


def _table(header: list[str | None], rows: list[tuple[int, list[str]]]) -> TextTable:
    set_aside = [
        SetAside(line, "", "extra_field" if len(row) > len(header) else "missing_field")
        for line, row in rows
        if len(row) != len(header)
    ]
    whole = [(line, row) for line, row in rows if len(row) == len(header)]
    index = pd.Index([line for line, _ in whole], name="source_line", dtype="int64")
    read = [position for position, name in enumerate(header) if name is not None]
    columns = pd.Index([header[position] for position in read])
    cells = pd.DataFrame(
        [[row[position] for position in read] for _, row in whole], columns=columns, index=index, dtype=object
    )
    return TextTable(cells, set_aside)


def _line_at(content: bytes, position: int) -> int:
    return content[:position].count(b"\n") + 1
