"""Bytes kept once, under their SHA-256; nothing is ever overwritten, and deleted only by a decision."""

import hashlib
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Self

from archive.durable import make_folder, settle, sync_folder, write_whole
from archive.steps import step
from schemas.content import Content, HashingReader
from schemas.errors import LofteError

FLUSH_BYTES = 16 << 20
PIECES_WAITING_MAX = 6


class VerifiedReader(HashingReader):
    """Kept bytes, read from beginning to end; the end is reached only by bytes that are what they were."""

    def __init__(self, file: BufferedReader, digest: str) -> None:
        super().__init__(file)
        self._kept = file
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

    def seek(self, position: int, /) -> int:
        """Go to another place, for looking again at what has just been read to its end, and so verified."""
        return self._kept.seek(position)

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill a buffer from there; these bytes are not verified again."""
        return self._kept.readinto(buffer)


class Draft:
    """Bytes on their way into the store: on disk as they come, and under no name of theirs until they are kept."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._file: BinaryIO | None = None
        # Writing, and having it on disk, goes on while the next piece is looked at.
        self._writer = ThreadPoolExecutor(1, "draft")
        self._writing: deque[Future[None]] = deque()

    def write(self, piece: bytes) -> None:
        """Write on."""
        self.size += len(piece)
        self._writing.append(self._writer.submit(self._write, self._begun(), piece))
        if len(self._writing) > PIECES_WAITING_MAX:
            self._writing.popleft().result()

    def _begun(self) -> BinaryIO:
        if self._file is None:
            step(f"write:{self.path.parent.name}/{self.path.name}")
            make_folder(self.path.parent)
            self.path.unlink(missing_ok=True)  # of a run that was killed
            self._file = self.path.open("xb", buffering=0)
        return self._file

    def _write(self, file: BinaryIO, piece: bytes) -> None:
        left = memoryview(piece)
        while left:
            left = left[file.write(left) :]
        if file.tell() // FLUSH_BYTES > (file.tell() - len(piece)) // FLUSH_BYTES:
            os.fsync(file.fileno())

    def finish(self) -> None:
        """Have all that has been written on disk, also where that is nothing."""
        file = self._begun()
        while self._writing:
            self._writing.popleft().result()
        os.fsync(file.fileno())

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Lend what has been written."""
        self.finish()
        with self.path.open("rb") as file:
            yield file

    def throw_away(self) -> None:
        """Leave nothing; what has been kept has another name by now."""
        self._writer.shutdown()
        if self._file is not None:
            self._file.close()
            self.path.unlink(missing_ok=True)


@dataclass(frozen=True)
class DraftContent(Content):
    """What has been written to a draft."""

    draft: Draft

    @classmethod
    def of_draft(cls, draft: Draft) -> Self:
        """Return what a draft holds by now."""
        return cls(draft.size, draft.opened, draft)


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

    @contextmanager
    def drafting(self) -> Iterator[Draft]:
        """Lend a place for bytes of any size that may be kept; nothing is left of them unless they are."""
        draft = Draft(self._root / ".draft.unfinished")
        try:
            yield draft
        finally:
            draft.throw_away()

    def take(self, draft: Draft, digest: str) -> None:
        """Keep what has been written to a draft, under its hash."""
        draft.finish()
        if not self.has(digest):
            settle(draft.path, self._path(digest))

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
