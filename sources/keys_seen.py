"""Which keys come more than once among more rows than memory holds: eight bytes are kept of each, and on disk."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO, Self

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow

from schemas.text_table import Lines

_Hashes = npt.NDArray[np.uint64]
# So many hashes are sorted at a time; of more, one part after the other by their first bits. Of each part the next 32
# bits are compared, which is twice as quick as all: the few that are the same by chance are told apart later.
_SORTED_MAX = 2_000_000
_COMPARED_BITS = 32
# Rows that share their keys are read again and judged together, all of a key in one turn; so many rows make a turn.
_ROWS_AT_A_TIME = 100_000
# Of n keys n² / 2 pairs are compared by 32 bits and those that number the part, of which there are more than n /
# _SORTED_MAX: fewer than n / 4,000 are the same by chance. This is four times as many.
_BY_CHANCE_SHARE = Fraction(1, 1000)


@dataclass(frozen=True)
class Repeated:
    """Rows whose key may have come more than once: where they stand, in order, and the hash of each key."""

    lines: Lines
    hashes: _Hashes


@dataclass(frozen=True)
class Repetitions:
    """Which keys may have come more than once: how their hashes begin, and how many rows have each."""

    beginnings: _Hashes
    bits: int
    rows_counts: npt.NDArray[np.int64]
    rows_count: int

    @property
    def repeating_rows_min(self) -> int:
        """How many rows of all have a key that a row before them has, at least."""
        repeating = int(self.rows_counts.sum()) - len(self.rows_counts)
        return max(repeating - int(self.rows_count * _BY_CHANCE_SHARE), 0)

    @property
    def rows_of_a_key_max(self) -> int:
        """How many rows have the key that most have."""
        return int(self.rows_counts.max(initial=0))


class KeysSeen:
    """Hashes of the keys of a delivery, gathered batch by batch.

    Two keys may share a hash, so what is repeated is a candidate that has yet to be compared.

    >>> from tempfile import TemporaryFile
    >>> with TemporaryFile() as file:
    ...     seen = KeysSeen(file)
    ...     seen.add(pyarrow.array(["P-1", "P-2"]), np.array([2, 3]))
    ...     seen.add(pyarrow.array(["P-3", "P-1"]), np.array([4, 5]))
    ...     [repeated.lines.tolist() for repeated in seen.repeated(seen.repetitions())]
    [[2, 5]]
    """

    def __init__(self, file: BinaryIO) -> None:
        """Begin.

        Args:
            file: where the hashes are kept until they are compared; nothing else writes there.
        """
        self._hashing = duckdb.cursor()  # of the one in memory that this process shares: a new one takes a while
        self._batches: list[_OnDisk] = []
        self._file = file.fileno()

    def add(self, keys: pyarrow.StringArray, lines: Lines) -> None:
        """Take in the keys of some rows, and where those stand."""
        start = self._batches[-1].end if self._batches else 0
        self._batches.append(_OnDisk.written(self._file, start, self._hashed(keys), lines))

    def are_same(self, keys: pyarrow.StringArray, repeated: Repeated) -> bool:
        """Tell whether rows have the keys that they had."""
        return np.array_equal(self._hashed(keys), repeated.hashes)

    def repetitions(self) -> Repetitions:
        """Compare all keys."""
        rows_count = sum(batch.count for batch in self._batches)
        part_bits = max((rows_count // _SORTED_MAX).bit_length(), 1)
        with ThreadPoolExecutor(os.cpu_count()) as sorters:
            parts = list(sorters.map(lambda part: self._repeated_in(part, part_bits), range(1 << part_bits)))
        beginnings, rows_counts = (np.concatenate(of_parts) for of_parts in zip(*parts, strict=True))
        return Repetitions(beginnings, part_bits + _COMPARED_BITS, rows_counts, rows_count)

    def repeated(self, found: Repetitions) -> Iterator[Repeated]:
        """Yield the rows whose key may have come more than once, those of one key together."""
        turns = np.cumsum(found.rows_counts) // _ROWS_AT_A_TIME
        for turn in np.unique(turns):
            yield self._that_begin(found.beginnings[turns == turn], found.bits)

    def _hashed(self, keys: pyarrow.StringArray) -> _Hashes:
        texts = self._hashing.from_arrow(pyarrow.table({"key": keys}))
        hashes = texts.project("hash(key) AS hash").to_arrow_table()["hash"].combine_chunks()
        return np.asarray(hashes.to_numpy(), np.uint64)

    def _that_begin(self, beginnings: _Hashes, bits: int) -> Repeated:
        """Return the rows whose hash begins with some bits; most are told apart by the very first already."""
        may_be = np.zeros(1 << 16, bool)
        may_be[beginnings >> np.uint64(bits - 16)] = True

        def among(batch: _OnDisk) -> tuple[Lines, _Hashes]:
            hashes = batch.hashes()
            places = np.flatnonzero(may_be[hashes >> np.uint64(48)])
            places = places[pd.Series(_first(hashes[places], bits)).isin(beginnings)]
            return batch.lines(places), hashes[places]

        with ThreadPoolExecutor(os.cpu_count()) as lookers:
            found = list(lookers.map(among, self._batches))
        lines, hashes = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return Repeated(lines, hashes)

    def _repeated_in(self, part: int, part_bits: int) -> tuple[_Hashes, npt.NDArray[np.int64]]:
        """Return the first bits of hashes that come more than once, and how often, of those of a part's number."""

        def compared(hashes: _Hashes) -> npt.NDArray[np.uint32]:
            of_part = hashes[_first(hashes, part_bits) == part]
            return _first(of_part, part_bits + _COMPARED_BITS).astype(np.uint32)

        found = np.concatenate([np.empty(0, np.uint32), *(compared(batch.hashes()) for batch in self._batches)])
        found.sort()
        beginnings, again = np.unique(found[1:][found[1:] == found[:-1]], return_counts=True)
        return beginnings | np.uint64(part << _COMPARED_BITS), again + 1


@dataclass(frozen=True)
class _OnDisk:
    """Hashes of some rows, and after them where those stand, unless line follows on line."""

    file: int
    start: int
    count: int
    first_line: int
    is_run: bool

    @classmethod
    def written(cls, file: int, start: int, hashes: _Hashes, lines: Lines) -> Self:
        """Write what is to be kept from a place in a file on."""
        first = int(lines[0]) if len(lines) else 0
        kept = cls(file, start, len(hashes), first, len(lines) == 0 or int(lines[-1]) - first + 1 == len(lines))
        _write(file, hashes, start)
        if not kept.is_run:
            _write(file, lines, start + hashes.nbytes)
        return kept

    @property
    def end(self) -> int:
        """Where the next begins."""
        return self.start + self.count * (8 if self.is_run else 16)

    def hashes(self) -> _Hashes:
        """Read the hashes."""
        return np.frombuffer(os.pread(self.file, self.count * 8, self.start), np.uint64)

    def lines(self, places: Lines) -> Lines:
        """Tell where the rows at some places stand."""
        if self.is_run:
            return self.first_line + places
        return np.frombuffer(os.pread(self.file, self.count * 8, self.start + self.count * 8), np.int64)[places]


def _first(hashes: _Hashes, bits: int) -> _Hashes:
    return hashes >> np.uint64(64 - bits)


def _write(file: int, values: npt.NDArray[np.generic], start: int) -> None:
    left = memoryview(values.tobytes())
    while left:
        written = os.pwrite(file, left, start)
        left, start = left[written:], start + written
