"""Rows that share their key with another: told once, or not at all where they say different things."""

import numpy as np
import numpy.typing as npt
import pyarrow

from methods.text_rows import Column, TextRows, together
from schemas.text_table import AROUND


def set_duplicates_aside(rows: TextRows, header: str, keys: list[Column]) -> None:
    """Keep the first of rows that are wholly the same; of rows that say different things of one key keep none.

    Keys are compared by what they mean: a place and its alias are one. Spaces around a cell mean nothing, here as where
    it is read. Only rows that share a key are looked at.
    """
    codes = _meant(keys)
    _, which, counts = np.unique(codes, return_inverse=True, return_counts=True)
    shared = np.flatnonzero(counts[which] > 1)
    seen: set[tuple[str, ...]] = set()
    repeated: list[int] = []
    by_key: dict[int, list[int]] = {}
    for row, cells in zip(shared.tolist(), rows.cells.take(pyarrow.array(shared)).to_pylist(), strict=True):
        texts = tuple(text.strip(AROUND) for text in cells.values())
        if texts in seen:
            repeated.append(row)
        elif rows.is_good[row]:
            by_key.setdefault(int(codes[row]), []).append(row)
        seen.add(texts)
    rows.fault(repeated, header, "duplicate_row")
    rows.fault([row for found in by_key.values() if len(found) > 1 for row in found], header, "contradicting_rows")


def _meant(keys: list[Column]) -> npt.NDArray[np.int64]:
    """Number what the keys mean, the same number for the same meaning."""
    numbers: dict[tuple[object, ...], int] = {}
    numbered = together(keys, lambda *meanings: numbers.setdefault(meanings, len(numbers)))
    return np.array(numbered.outcomes, np.int64)[numbered.codes]
