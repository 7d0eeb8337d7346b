"""What the text of a sample looks like: how its rows and fields are parted, and what stands before decimals."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from methods.toml_text import named, quoted
from schemas.text_table import AROUND

_DELIMITERS = (";", "\t", "|", ",")
_UP_TO_THOUSANDS = re.compile("-?[1-9][0-9]{0,2}")
_THOUSANDS_DIGITS = 3
_TIME = re.compile(r"(?:[01]?[0-9]|2[0-3])\.[0-5][0-9]")


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


def decimal_mark_of(columns: Mapping[str, Iterable[str]]) -> tuple[Any, str | None]:
    """Return the mark that stands before decimals, a comma where none are seen, and a question where it may be another.

    >>> decimal_mark_of({"a": ["12.500", "7.5"]}), decimal_mark_of({"a": ["0.500"]}), decimal_mark_of({"a": ["08.15"]})
    (('.', None), ('.', None), (',', None))
    """
    marks: Counter[str] = Counter()
    like_thousands: Counter[str] = Counter()
    names: dict[str, list[str]] = {}
    for name, cells in columns.items():
        found = _numbers_with_mark(cells)
        own = Counter(mark for _, mark, _ in found)
        marks += own
        like_thousands.update(mark for whole, mark, decimals in found if _may_be_thousands(whole, decimals))
        for mark in own:
            names.setdefault(mark, []).append(name)
    mark = "." if marks["."] > marks[","] else ","
    if len(names) > 1:
        return mark, _two_marks_note(names)
    return mark, _open_mark_note(mark) if 0 < marks[mark] == like_thousands[mark] else None


def _numbers_with_mark(cells: Iterable[str]) -> list[tuple[str, str, str]]:
    """List the numbers of a column as what stands before the mark, the mark and what stands after; times are none."""
    parted = [cell.strip(AROUND).partition("." if "," not in cell else ",") for cell in cells]
    found = [(whole, mark, rest) for whole, mark, rest in parted if whole.lstrip("-").isdecimal() and rest.isdecimal()]
    return [] if _are_times(found) else found


def _are_times(found: list[tuple[str, str, str]]) -> bool:
    """Tell 08.15 from a number: none has a zero before its other figures."""
    return all(_TIME.fullmatch("".join(parts)) for parts in found) and any(
        len(whole) > 1 and whole.startswith("0") for whole, _, _ in found
    )


def _may_be_thousands(whole: str, decimals: str) -> bool:
    return len(decimals) == _THOUSANDS_DIGITS and bool(_UP_TO_THOUSANDS.fullmatch(whole))


def _open_mark_note(mark: str) -> str:
    """Ask whether the numbers with a mark have decimals behind it, or thousands."""
    return (
        "# decimal_mark: each number with this mark has three digits after it, which may be decimals or thousands.\n"
        f"# Ask the provider: say {quoted(mark)} where they are decimals; no contract reads thousands parted by it"
    )


def _two_marks_note(names: dict[str, list[str]]) -> str:
    return (
        f"# decimal_mark: a point in {named(names['.'])}; a comma in {named(names[','])}. Say the mark of the column\n"
        "# that is counted; a number with another one is set aside"
    )
