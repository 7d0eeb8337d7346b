"""What the text of a sample looks like: how its rows and fields are parted, and what stands before decimals."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from schemas.text_table import AROUND

_DELIMITERS = (";", "\t", "|", ",")
_UP_TO_THOUSANDS = re.compile("-?[1-9][0-9]{0,2}")
_THOUSANDS_DIGITS = 3


def numbered_rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Split a text into its rows, each with the line that it begins on; blank lines are none."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows, line = [], 1
    for row in reader:
        if row:
            rows.append((line, row))
        line = reader.line_num + 1
    return rows


def usual_width(rows: list[list[str]]) -> int:
    """Return how many fields most rows have; of several such numbers the largest."""
    counts = Counter(len(row) for row in rows)
    return max(counts, key=lambda width: (counts[width], width), default=0)


def delimiter_of(text: str) -> Any:
    """Return the mark that splits most rows into equally many fields; the first may be a title, so it is no measure."""

    def agreeing(delimiter: str) -> tuple[int, int]:
        rows = [row for _, row in numbered_rows(text, delimiter)]
        width = usual_width(rows)
        return (sum(len(row) == width for row in rows) if width > 1 else 0), width

    return max(_DELIMITERS, key=agreeing)


def decimal_mark_of(cells: Iterable[str]) -> tuple[Any, bool]:
    """Return the mark that stands before decimals, a comma where none are seen, and whether it may part thousands.

    >>> decimal_mark_of(["12.500", "7.250"]), decimal_mark_of(["12.500", "7.5"]), decimal_mark_of(["0.500"])
    (('.', True), ('.', False), ('.', False))
    """
    marks: Counter[str] = Counter()
    like_thousands: Counter[str] = Counter()
    for cell in cells:
        whole, mark, decimals = cell.strip(AROUND).partition("." if "," not in cell else ",")
        if mark and whole.lstrip("-").isdecimal() and decimals.isdecimal():
            marks[mark] += 1
            like_thousands[mark] += len(decimals) == _THOUSANDS_DIGITS and bool(_UP_TO_THOUSANDS.fullmatch(whole))
    mark = "." if marks["."] > marks[","] else ","
    return mark, 0 < marks[mark] == like_thousands[mark]
