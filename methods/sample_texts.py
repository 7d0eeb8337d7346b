"""The texts of a sample's columns, and what they look like: a draft of a contract guesses from nothing else."""

import math
import re
from collections.abc import Iterable
from decimal import Decimal

import pandas as pd

from methods.cells import parse_amount, parse_count
from schemas.text_table import AROUND

MISSING_MARKS = ("", "..", ".", "-", "–", "XX", "x", "saknas", "uppgift saknas")
_DIFFERENT_MAX = 60


class SampleTexts:
    """The texts of a sample by column; where there is no value, a mark may stand."""

    def __init__(self, cells: pd.DataFrame, decimal_mark: str, unread_count: int = 0) -> None:
        """Take a sample.

        Args:
            cells: text, by header.
            decimal_mark: of numbers in the text.
            unread_count: how many more rows there are, which are of no use: blank, or of another shape.
        """
        self.unread_count = unread_count
        # As a contract reads them.
        self.columns = {str(name): [str(cell).strip(AROUND) for cell in cells[name]] for name in cells.columns}
        self._decimal_mark = decimal_mark
        self._marks = {mark for column in self.columns.values() for mark in column if mark in MISSING_MARKS}

    def but_for(self, names: Iterable[str]) -> list[str]:
        """List the other columns."""
        return [name for name in self.columns if name not in set(names)]

    def said(self, name: str) -> list[str]:
        """List the texts of a column that are no marks."""
        return [cell for cell in self.columns[name] if cell not in self._marks]

    def different(self, name: str) -> list[str]:
        """List them in order, each once."""
        return sorted(set(self.said(name)))

    def marks_in(self, names: Iterable[str]) -> list[str]:
        """List the marks that stand in some columns."""
        return sorted({cell for name in names for cell in self.columns[name]} & self._marks)

    @property
    def row_count(self) -> int:
        """All rows, those of no use included."""
        return len(next(iter(self.columns.values()), [])) + self.unread_count

    def missing_share(self, names: Iterable[str]) -> float:
        """Return the share of rows with a mark in some columns, rounded up, so that the sample itself is let in."""
        return self._share_with(self._marks, names)

    def blank_share(self, names: Iterable[str]) -> float:
        """Return the share of rows with nothing in some columns, in the same way."""
        return self._share_with({""}, names)

    def missing_count(self, name: str) -> int:
        """Count the cells of a column in which a mark stands, or nothing."""
        return sum(cell in self._marks for cell in self.columns[name])

    def blank_count(self, name: str) -> int:
        """Count the cells of a column in which nothing stands."""
        return self.columns[name].count("")

    def _share_with(self, marks: set[str], names: Iterable[str]) -> float:
        rows = zip(*(self.columns[name] for name in names), strict=True)
        missing = sum(any(cell in marks for cell in row) for row in rows) + self.unread_count
        return math.ceil(100 * missing / self.row_count) / 100 if missing else 0

    def is_numeric(self, name: str) -> bool:
        """Tell whether a column is of numbers; codes with leading zeros are none."""
        said = self.said(name)
        return bool(said) and not self.has_codes(name) and all(map(self._is_number, said))

    def is_whole(self, name: str) -> bool:
        """Tell whether all numbers of a column are whole."""
        return all(isinstance(parse_count(cell), int) for cell in self.said(name))

    def has_codes(self, name: str) -> bool:
        """Tell whether a column has digits with leading zeros."""
        return any(re.fullmatch(r"0\d+", cell) for cell in self.said(name))

    def is_worded(self, name: str) -> bool:
        """Tell whether a column is of few different texts, none of digits and marks only."""
        different = self.different(name)
        return 0 < len(different) <= min(_DIFFERENT_MAX, len(self.columns[name])) and not any(
            re.fullmatch(r"[\d\W]*", cell) for cell in different
        )

    def is_each_once(self, name: str) -> bool:
        """Tell whether every cell of a column is another text."""
        return all(self.columns[name]) and len(set(self.columns[name])) == len(self.columns[name])

    def _is_number(self, cell: str) -> bool:
        return isinstance(parse_amount(cell, self._decimal_mark), Decimal)


def hinted(names: Iterable[str], pattern: str) -> str | None:
    """Return the first of some columns whose name has a pattern in it.

    >>> hinted(["Datum", "Antal"], "antal|summa")
    'Antal'
    """
    return next(iter(all_hinted(names, pattern)), None)


def all_hinted(names: Iterable[str], pattern: str) -> list[str]:
    """List those of some columns whose name has a pattern in it."""
    return [name for name in names if re.search(pattern, name.casefold())]
