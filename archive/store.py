"""Bytes kept once, under their SHA-256; nothing is ever overwritten, and deleted only by a decision."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from archive.durable import appearing_whole, settle, sync_folder, write_whole
from archive.steps import step
from schemas.content import HashingReader
from schemas.errors import LofteError


class VerifiedReader(HashingReader):
    """Kept bytes, read once from beginning to end; the end is reached only by bytes that are what they were."""

    def __init__(self, file: BinaryIO, digest: str) -> None:
        super().__init__(file)
        self._digest = digest

    def read(self, size: int, /) -> bytes:
        """Read on; nothing more comes at the end.

        Raises:
            LofteError: at the end, when the bytes are no longer what they were.
        """
        content = super().read(size)
        if not content and self.sha256 != self._digest:
            raise _altered(self._digest)
        return content


class Store:
    """A folder of bytes by hash; with a `base`, reads fall through to it and writes never reach it."""

    def __init__(self, root: Path, base: "Store | None" = None) -> None:
        self._root = root
        self._base = base

    def put(self, content: bytes) -> str:
        """Keep bytes and return their hash."""
        digest = hashlib.sha256(content).hexdigest()
        if not self.has(digest):
            write_whole(self._path(digest), content)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the bytes of a hash.

        Raises:
            LofteError: when they are gone or are no longer what they were.
        """
        path = self._path(digest)
        if not path.exists() and self._base is not None:
            return self._base.get(digest)
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise _lacking(digest) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise _altered(digest)
        return content

    def put_stream(self, pieces: Iterable[bytes], check: Callable[[str], None]) -> None:
        """Keep bytes of any size that come piece by piece; when they end in an exception, nothing of them is left.

        Args:
            pieces: the bytes.
            check: is told their hash before they are kept, and raises when they must not be.
        """
        digest = hashlib.sha256()
        self._root.mkdir(parents=True, exist_ok=True)
        incoming = self._root / "incoming"
        with appearing_whole(incoming) as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
            check(digest.hexdigest())
        if self.has(digest.hexdigest()):
            incoming.unlink()
        else:
            settle(incoming, self._path(digest.hexdigest()))

    @contextmanager
    def reading(self, digest: str) -> Iterator[VerifiedReader]:
        """Lend the bytes of a hash, to be read piece by piece and to the end.

        Raises:
            LofteError: when they are gone, or at their end when they are no longer what they were.
        """
        path = self._path(digest)
        if not path.exists() and self._base is not None:
            with self._base.reading(digest) as reader:
                yield reader
            return
        if not path.exists():
            raise _lacking(digest)
        with path.open("rb") as file:
            yield VerifiedReader(file, digest)

    def has(self, digest: str) -> bool:
        """Tell whether bytes are kept."""
        return self._path(digest).exists() or (self._base is not None and self._base.has(digest))

    def remove(self, digest: str) -> None:
        """Delete bytes for good; a base keeps what it has."""
        path = self._path(digest)
        if path.exists():
            step("remove")
            path.unlink()
            sync_folder(path.parent)

    def _path(self, digest: str) -> Path:
        return self._root / digest[:2] / digest


def _lacking(digest: str) -> LofteError:
    return LofteError(f"the store lacks {digest}; restore it from a backup")


def _altered(digest: str) -> LofteError:
    return LofteError(f"the store's {digest} has been altered; restore it from a backup")
