"""How many rows of a delivery are set aside, counted batch by batch: a row with several faults once."""

from typing import Self

import numpy as np

from methods.interpret import Interpreted
from schemas.text_table import SAYING_NOTHING, Lines, SetAside


class SetAsideCount:
    """Rows in all, those set aside, and the first fault."""

    def __init__(self) -> None:
        self.rows_count = 0
        self.set_aside: list[SetAside] = []
        self._lines: Lines = np.empty(0, np.int64)
        self._silent_lines: Lines = np.empty(0, np.int64)
        self._first: SetAside | None = None

    @classmethod
    def of(cls, set_aside: list[SetAside], rows_count: int) -> Self:
        """Count the faults of a whole delivery, and keep them."""
        count = cls()
        count.rows_count = rows_count
        count.set_aside = set_aside
        count._add(set_aside)
        return count

    @property
    def lines_count(self) -> int:
        """How many rows are set aside."""
        return len(self._lines)

    @property
    def told_rows_count(self) -> int:
        """How many rows say anything: all but those that are blank, or a header."""
        return self.rows_count - len(self._silent_lines)

    @property
    def first(self) -> SetAside:
        """The fault that stands first in the file, as far as is known; there must be one."""
        if self._first is None:
            raise LookupError("nothing is set aside")
        return self._first

    def add(self, found: Interpreted) -> None:
        """Count a batch, in the place of what it stands instead of."""
        if found.instead_of is None:
            self.rows_count += found.accepted_lines + found.set_aside_lines
        else:
            self._lines = np.setdiff1d(self._lines, found.instead_of)
            self._silent_lines = np.setdiff1d(self._silent_lines, found.instead_of)
        self._add(found.set_aside)

    def _add(self, set_aside: list[SetAside]) -> None:
        self._lines = np.concatenate([self._lines, _lines_of(set_aside)])
        silent = [row for row in set_aside if row.rule in SAYING_NOTHING]
        self._silent_lines = np.concatenate([self._silent_lines, _lines_of(silent)])
        if set_aside and (self._first is None or set_aside[0].line < self._first.line):
            self._first = set_aside[0]


def _lines_of(rows: list[SetAside]) -> Lines:
    return np.unique(np.array([row.line for row in rows], np.int64))
