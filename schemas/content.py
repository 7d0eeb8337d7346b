"""Bytes of any size: lent from their beginning as often as is needed, and read piece by piece."""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol, Self, runtime_checkable

PIECE_BYTES = 1 << 20


class Readable(Protocol):
    """Bytes that are read piece by piece."""

    def read(self, size: int, /) -> bytes:
        """Read on; nothing more comes at the end."""


@runtime_checkable
class Seekable(Protocol):
    """Bytes of which some can be read without those before them."""

    def seek(self, position: int, /) -> int:
        """Go to another place."""

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill a buffer from there, and return how much of it is filled."""


class HashingReader:
    """The SHA-256 of what is read through it."""

    def __init__(self, file: Readable) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size: int, /) -> bytes:
        """Read on; nothing more comes at the end."""
        content = self._file.read(size)
        self._hash.update(content)
        return content

    @property
    def sha256(self) -> str:
        """Of what has been read so far, in hex digits."""
        return self._hash.hexdigest()


class JoinedPieces:
    """Pieces as a file; a read gives no more than is left of one.

    >>> joined = JoinedPieces(iter([b"abc", b"d"]))
    >>> joined.read(2), joined.read(2), joined.read(2), joined.read(2)
    (b'ab', b'c', b'd', b'')
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        """Read on; nothing more comes at the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = piece
        content, self._rest = self._rest[:size], self._rest[size:]
        return content


def joined(pieces: Iterable[bytes]) -> bytes:
    """Join pieces, each let go of as soon as it is in; `bytes.join` holds them all beside what it makes.

    >>> joined([b"ab", b"c"])
    b'abc'
    """
    whole = io.BytesIO()
    whole.writelines(pieces)
    return whole.getvalue()


# Lends bytes from their beginning, as often as it is called.
Opened = Callable[[], AbstractContextManager[Readable]]


def in_memory(content: bytes) -> Opened:
    """Lend bytes that are at hand."""
    return lambda: nullcontext(io.BytesIO(content))


@dataclass(frozen=True)
class Content:
    """What a file holds: how many bytes, and how to come to them.

    >>> Content.of(b"ab").whole(), Content.of(b"ab").size
    (b'ab', 2)
    """

    size: int
    opened: Opened

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Take bytes that are at hand."""
        return cls(len(content), in_memory(content))

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes piece by piece."""
        with self.opened() as file:
            yield from iter(lambda: file.read(PIECE_BYTES), b"")

    def whole(self) -> bytes:
        """Return all of the bytes."""
        return joined(self.pieces())

    def sha256(self) -> str:
        """Return the SHA-256 in hex digits."""
        digest = hashlib.sha256()
        for piece in self.pieces():
            digest.update(piece)
        return digest.hexdigest()
