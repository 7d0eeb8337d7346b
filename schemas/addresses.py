"""Where a row of a delivery stands, told so that a person finds it there, whatever its layout."""

from schemas.layout import JsonRecords, Layout
from schemas.text_table import SetAside

# Lines are counted with a header as the first, and a list of records has none.
FIRST_LINE = 2


def record_of(line: int, layout: Layout | None) -> int | None:
    """Return a record's place in its list, the first being 1; None where rows stand on lines.

    Args:
        line: as facts and ledger have it.
        layout: of the delivery; None for what another publisher's service has answered.
    """
    return line - FIRST_LINE + 1 if isinstance(layout, JsonRecords) else None


def line_of_record(record: int) -> int:
    """Return the line that facts and ledger have for a record.

    >>> record_of(line_of_record(1), JsonRecords(path="", decimal_mark="."))
    1
    """
    return record - 1 + FIRST_LINE


def row_address(line: int, layout: Layout | None) -> str:
    """Say where a row stands.

    >>> row_address(3, None), row_address(3, JsonRecords(path="", decimal_mark="."))
    ('line 3', 'line 3 (record 2)')
    """
    record = record_of(line, layout)
    return f"line {line}" if record is None else f"line {line} (record {record})"


def set_aside_address(row: SetAside, layout: Layout | None) -> str:
    """Say where a row that was set aside stands, and which rule it breaks.

    >>> set_aside_address(SetAside(3, "", "not_a_record"), JsonRecords(path="", decimal_mark="."))
    'line 3 (record 2), column (whole row), rule not_a_record'
    """
    return f"{row_address(row.line, layout)}, column {row.column or '(whole row)'}, rule {row.rule}"
