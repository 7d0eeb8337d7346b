"""Which keys come more than once among more rows than memory holds: eight bytes are kept of each."""

import numpy as np
import numpy.typing as npt
import pyarrow

Hashes = npt.NDArray[np.uint64]
_BASIS, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


class KeysSeen:
    """Hashes of the keys of a delivery, gathered batch by batch.

    Two keys may share a hash, so what is repeated is a candidate that has yet to be compared.

    >>> seen = KeysSeen()
    >>> seen.add(pyarrow.array(["P-1", "P-2"])); seen.add(pyarrow.array(["P-3", "P-1"]))
    >>> is_among(pyarrow.array(["P-1", "P-2", "P-3"]), seen.repeated()).tolist()
    [True, False, False]
    """

    def __init__(self) -> None:
        self._batches: list[Hashes] = []

    def add(self, keys: pyarrow.Array) -> None:
        """Take in the keys of some rows."""
        self._batches.append(hashes(keys))

    def repeated(self) -> Hashes:
        """Return the hashes that have come more than once, sorted."""
        every = np.concatenate([np.empty(0, np.uint64), *self._batches])
        self._batches.clear()
        every.sort()
        return np.unique(every[1:][every[1:] == every[:-1]])


def is_among(keys: pyarrow.Array, repeated: Hashes) -> npt.NDArray[np.bool_]:
    """Tell of each key whether it may be one that is repeated."""
    if len(repeated) == 0:
        return np.zeros(len(keys), bool)
    return np.isin(hashes(keys), repeated)


def hashes(texts: pyarrow.Array) -> Hashes:
    """Return FNV-1a of each text's UTF-8, 64 bits wide: http://www.isthe.com/chongo/tech/comp/fnv/

    >>> hex(hashes(pyarrow.array(["foobar"]))[0])
    '0x85944171f73967e8'
    """
    whole = texts.combine_chunks() if isinstance(texts, pyarrow.ChunkedArray) else texts
    array = whole.cast(pyarrow.large_string())
    _, offsets, data = array.buffers()
    places = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    content = np.frombuffer(data or b"", np.uint8)
    found = np.full(len(array), _BASIS)
    starts, lengths = places[:-1], np.diff(places)
    rows = np.arange(len(array))
    for position in range(int(lengths.max(initial=0))):
        if lengths[rows].min(initial=position + 1) <= position:
            rows = rows[lengths[rows] > position]
        found[rows] = (found[rows] ^ content[starts[rows] + position]) * _PRIME
    return found
