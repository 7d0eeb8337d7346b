"""Tables as CSV and JSON: the same rows, the same bytes whenever the rows are the same."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from schemas.derive import rows_of

Row = dict[str, Any]


def csv_bytes(frame: pd.DataFrame, without: Iterable[str] = ()) -> bytes:
    """Write a table as CSV: UTF-8 without BOM, comma, CRLF, an empty cell for what is not there."""
    left_out = set(without)
    columns = [name for name in frame.columns if name not in left_out]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell_text(row[name]) for name in columns] for row in rows_of(frame))
    return buffer.getvalue().encode("utf-8")


def cell_text(value: Any) -> str:
    """Write a cell: numbers without needless zeros, dates as ISO 8601, flags as true and false.

    >>> cell_text(Decimal("43.000000")), cell_text(True), cell_text(None)
    ('43', 'true', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return _plain(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def json_bytes(value: Any) -> bytes:
    """Write JSON in one fixed form."""
    text = json.dumps(value, ensure_ascii=False, indent=1, default=_json_value, allow_nan=False)
    return text.encode("utf-8") + b"\n"


def rows_for_json(frame: pd.DataFrame) -> list[Row]:
    """Return a table's rows with values that JSON has: whole decimals as integers, others as numbers."""
    return [{name: _json_number(value) for name, value in row.items()} for row in rows_of(frame)]


def _json_number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(_plain(value))
    return value


def _json_value(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
