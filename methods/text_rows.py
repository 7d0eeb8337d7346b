"""Rows of text under interpretation: typed columns, and the address of each cell that means nothing by the contract.

Distinct texts are interpreted once and mapped back, so the work grows with how many there are, not with the cells.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow
from pyarrow import compute

from methods.header_again import headers_among
from schemas.text_table import AROUND, BLANK_ROW, HEADER_AGAIN, Lines, SetAside, TextBatch

Codes = npt.NDArray[np.int32]
_CONTROL = r"[\x00-\x1F\x7F-\x{9F}]"


Known = dict[str, dict[str, Any]]
_KNOWN_MAX = 100_000


@dataclass(frozen=True)
class Rule:
    """The name of the rule that a cell breaks."""

    name: str


@dataclass(frozen=True)
class Column:
    """What the cells of a column mean: each distinct outcome, and which of them each row has."""

    outcomes: list[Any]
    codes: Codes

    def mapped(self, function: Callable[[Any], Any]) -> "Column":
        """Apply a function to each distinct outcome."""
        return Column([function(outcome) for outcome in self.outcomes], self.codes)


class TextRows:
    """The rows of a batch, and the faults found so far."""

    def __init__(self, batch: TextBatch, missing_marks: Iterable[str], known: Known | None = None) -> None:
        """Take rows in.

        Args:
            batch: the rows.
            missing_marks: texts that mean no value.
            known: by column, what texts of earlier batches were found to mean; what is new is added.
        """
        self.cells = batch.cells
        self.lines = batch.lines
        self.set_aside = list(batch.set_aside)
        self.is_good = np.ones(len(batch.lines), bool)
        self._missing = {"", *missing_marks}
        self._known = {} if known is None else known

    def fault(self, rows: Iterable[int], column: str, rule: str) -> None:
        """Set rows aside, given by their places in the batch."""
        for row in rows:
            self.is_good[row] = False
            self.set_aside.append(SetAside(int(self.lines[row]), column, rule))

    def typed(self, header: str, parse: Callable[[str], Any], *, optional: bool = False) -> Column:
        """Interpret a column; a parser returns a `Rule` for what it refuses.

        Args:
            header: the column.
            parse: says what a text means.
            optional: a cell without a value is empty, and no fault.
        """
        known = self._known.setdefault(header, {})
        column = distinct_texts(self.cells[header].combine_chunks())
        if len(known) > _KNOWN_MAX:
            known.clear()
        known.update((text, self._outcome(text, parse, optional)) for text in column.outcomes if text not in known)
        column = column.mapped(known.__getitem__)
        refused = np.array([isinstance(outcome, Rule) for outcome in column.outcomes], bool)
        if refused.any():
            for row in np.flatnonzero(refused[column.codes]):
                self.fault([int(row)], header, column.outcomes[column.codes[row]].name)
        return column

    def checked_texts(self, header: str) -> pyarrow.StringArray:
        """Return a column that is taken as it is, such as ids; nearly every one of its cells may be another."""
        cells = self.cells[header].combine_chunks().cast(pyarrow.string())
        bare = around = cells
        has_control = np.zeros(len(cells), bool)
        if not _is_graphic(cells):
            bare, around = compute.utf8_trim_whitespace(cells), compute.utf8_trim(cells, AROUND)
            has_control = _flags(compute.match_substring_regex(cells, _CONTROL))
        is_missing = _flags(compute.is_in(bare, pyarrow.array(self._missing, pyarrow.string())))
        self.fault(np.flatnonzero(has_control), header, "control_character")
        self.fault(np.flatnonzero(is_missing & ~has_control), header, "missing_value")
        return around

    def tell_no_rows(self, headers: Iterable[str]) -> None:
        """Say of rows that are blank in all of some columns, or a header, nothing but that; they are set aside already.

        Every kind of fact has columns that must hold something else. An empty id repeats no other.

        Raises:
            DeliveryHeldError: when a header stands there whose columns are in another order.
        """
        faulty = np.flatnonzero(~self.is_good)
        if len(faulty) == 0:
            return
        cells, lines = self.cells.select(list(headers)).take(pyarrow.array(faulty)), self.lines[faulty]
        is_blank = np.ones(len(faulty), bool)
        for texts in cells.columns:
            is_blank &= _flags(compute.equal(compute.utf8_trim(texts.cast(pyarrow.string()), AROUND), ""))
        self._tell_only(lines[is_blank], BLANK_ROW)
        self._tell_only(lines[headers_among(cells, lines)], HEADER_AGAIN)

    def _tell_only(self, lines: Lines, rule: str) -> None:
        told = set(lines.tolist())
        if told:
            kept = [row for row in self.set_aside if row.line not in told]
            self.set_aside = kept + [SetAside(line, "", rule) for line in sorted(told)]

    def _outcome(self, text: str, parse: Callable[[str], Any], optional: bool) -> Any:
        if any(unicodedata.category(character) == "Cc" for character in text):
            return Rule("control_character")
        if text.strip() in self._missing:
            return None if optional else Rule("missing_value")
        return parse(text.strip(AROUND))


def distinct_texts(cells: pyarrow.Array) -> Column:
    """Return each distinct text of a column, and which of them each row has."""
    encoded = cells if pyarrow.types.is_dictionary(cells.type) else cells.dictionary_encode()
    return Column(encoded.dictionary.to_pylist(), encoded.indices.to_numpy())


def together(columns: list[Column], function: Callable[..., Any]) -> Column:
    """Apply a function to each distinct row of several columns."""
    combined = np.zeros(len(columns[0].codes), np.int64)
    for column in columns:  # two codes become one number, which is numbered anew, so that none grows large
        _, combined = np.unique(combined * (len(column.outcomes) or 1) + column.codes, return_inverse=True)
    _, first = np.unique(combined, return_index=True)
    rows = ([column.outcomes[column.codes[row]] for column in columns] for row in first)
    return Column([function(*row) for row in rows], combined.astype(np.int32))


def _is_graphic(texts: pyarrow.StringArray) -> bool:
    """Tell whether every text is of letters, digits and marks of ASCII, and none is empty: then none needs a look."""
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    codes = np.frombuffer(data or b"", np.uint8)[ends[0] : ends[-1]] if len(texts) else np.empty(0, np.uint8)
    return bool((np.diff(ends) > 0).all() and (codes - np.uint8(ord("!")) <= ord("~") - ord("!")).all())


def _flags(found: Any) -> npt.NDArray[np.bool_]:
    return np.asarray(found.to_numpy(zero_copy_only=False), bool)
