"""A file within an archive, read as it is unpacked: no more of it is in memory than is asked for, and a block."""

from collections.abc import Callable, Iterator

from schemas.content import PIECE_BYTES, JoinedPieces


class MemberFile:
    """What is unpacked, as a file; it is unpacked anew, from the beginning, to come back to what has been read.

    A read gives all that is asked for but at the end, so that a text is cut into the same blocks as one at hand.

    >>> file = MemberFile(lambda: iter([b"abc", b"d"]))
    >>> file.read(2), file.read(9), file.read(1), file.seek(1), file.read(2)
    (b'ab', b'cd', b'', 1, b'bc')
    """

    def __init__(self, unpacked: Callable[[], Iterator[bytes]]) -> None:
        """Begin.

        Args:
            unpacked: yields all of the bytes, each time that it is called.
        """
        self._unpacked = unpacked
        self._rest = JoinedPieces(unpacked())
        self._position = 0

    def read(self, size: int, /) -> bytes:
        """Read on; nothing more comes at the end."""
        pieces: list[bytes] = []
        missing = size
        while missing and (piece := self._rest.read(missing)):
            pieces.append(piece)
            missing -= len(piece)
        self._position += size - missing
        return b"".join(pieces)

    def seek(self, position: int, /) -> int:
        """Go to another place, or to the end where there is none."""
        if position < self._position:
            self._rest, self._position = JoinedPieces(self._unpacked()), 0
        while self._position < position and self.read(min(PIECE_BYTES, position - self._position)):
            pass
        return self._position

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill a buffer from there, and return how much of it is filled."""
        content = self.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)
