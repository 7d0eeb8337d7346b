"""Which keys come more than once among more rows than memory holds: eight bytes are kept of each."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow

from methods.text_rows import Column, TextRows, together
from schemas.text_table import Lines

_Hashes = npt.NDArray[np.uint64]
# The hashes are compared by their first bits in turn, so that sorting them needs little memory of its own.
_PARTS = 8
# Rows that share their keys are judged together; of more keys than this they are judged in turns.
_KEYS_MAX = 50_000


class KeysSeen:
    """Hashes of the keys of a delivery, gathered batch by batch.

    Two keys may share a hash, so what is repeated is a candidate that has yet to be compared.

    >>> seen = KeysSeen()
    >>> seen.add(pyarrow.array(["P-1", "P-2"]), np.array([2, 3]))
    >>> seen.add(pyarrow.array(["P-3", "P-1"]), np.array([4, 5]))
    >>> [lines.tolist() for lines in seen.repeated_lines()]
    [[2, 5]]
    """

    def __init__(self) -> None:
        self._batches: list[tuple[_Hashes, Lines | range]] = []
        self._hashing = duckdb.connect(":memory:", config={"threads": 1})

    def add(self, keys: pyarrow.StringArray, lines: Lines) -> None:
        """Take in the keys of some rows, and where those stand."""
        texts = self._hashing.from_arrow(pyarrow.table({"key": keys}))
        hashes = texts.project("hash(key) AS hash").to_arrow_table()["hash"].combine_chunks()
        self._batches.append((hashes.to_numpy(), _compact(lines)))

    def repeated_lines(self) -> Iterator[Lines]:
        """Yield where the rows stand whose key may have come more than once: in order, those of one key together."""
        with ThreadPoolExecutor() as sorters:
            parts = list(sorters.map(self._repeated_in, range(_PARTS)))
        waiting: list[_Hashes] = []
        for part in parts:
            waiting.append(part)
            if sum(map(len, waiting)) > _KEYS_MAX:
                yield self._lines_of(np.concatenate(waiting))
                waiting = []
        if any(map(len, waiting)):
            yield self._lines_of(np.concatenate(waiting))

    def _lines_of(self, repeated: _Hashes) -> Lines:
        """Return where rows stand with one of some hashes; most are told apart by their first bits already."""
        may_be = np.zeros(1 << 16, bool)
        may_be[repeated >> np.uint64(48)] = True

        def among(hashes: _Hashes, lines: Lines | range) -> Lines:
            places = np.flatnonzero(may_be[hashes >> np.uint64(48)])
            places = places[pd.Series(hashes[places]).isin(repeated)]
            return np.asarray(lines, np.int64)[places]

        with ThreadPoolExecutor() as lookers:
            return np.concatenate(list(lookers.map(among, *zip(*self._batches, strict=True))))

    def _repeated_in(self, part: int) -> _Hashes:
        """Return the hashes of one part that come more than once."""
        shift = np.uint64(64 - (_PARTS - 1).bit_length())
        found = [np.empty(0, np.uint64), *(hashes[hashes >> shift == part] for hashes, _ in self._batches)]
        hashes = np.sort(np.concatenate(found))
        return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])


def _compact(lines: Lines) -> Lines | range:
    """Write lines that follow on each other down as their first and last."""
    is_run = len(lines) > 0 and lines[-1] - lines[0] + 1 == len(lines)
    return range(int(lines[0]), int(lines[-1]) + 1) if is_run else lines


def set_duplicates_aside(rows: TextRows, header: str, keys: list[Column]) -> None:
    """Keep the first of rows that are wholly the same; of rows that say different things of one key keep none.

    Keys are compared by what they mean: a place and its alias are one. Only rows that share a key are looked at.
    """
    codes = _meant(keys)
    _, which, counts = np.unique(codes, return_inverse=True, return_counts=True)
    shared = np.flatnonzero(counts[which] > 1)
    seen: set[tuple[str, ...]] = set()
    repeated: list[int] = []
    by_key: dict[int, list[int]] = {}
    for row, cells in zip(shared.tolist(), rows.cells.take(pyarrow.array(shared)).to_pylist(), strict=True):
        texts = tuple(cells.values())
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
