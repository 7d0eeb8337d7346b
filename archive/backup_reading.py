"""A backup read from start to end, every byte of it checked.

Only what `archive.backup` writes is read: a manifest, then exactly the regular files it names, in its order. Links,
devices, long names and anything between, after or missing end the reading, so none of them needs a rule of its own.
"""

import gzip
import hashlib
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from archive.backup import MANIFEST_NAME
from schemas.backup_manifest import KeptFile, UnknownFormatError, parse_manifest
from schemas.errors import BackupError

_PIECE = 1 << 20
_CHECKSUM = slice(148, 156)
# A manifest is mostly hashes, and those do not compress: a larger one would only fill the memory.
_MANIFEST_TIMES_ARCHIVE_MAX = 10


class BackupReader:
    """A backup, read once from its start."""

    def __init__(self, path: Path, stream: BinaryIO, archive_size: int) -> None:
        self._path = path
        self._stream = stream
        self.files = self._manifest(archive_size * _MANIFEST_TIMES_ARCHIVE_MAX)

    def copy(self, kept: KeptFile, write: Callable[[bytes], object]) -> None:
        """Hand the next file on, piece by piece.

        Raises:
            BackupError: when it is another file or not the bytes that the manifest tells of.
        """
        header = self._header()
        if (header.name, header.size) != (kept.name, kept.size):
            raise self._refused(f"has another file where {kept.name} should be")
        digest = hashlib.sha256()
        left = kept.size
        while left:
            piece = self._exactly(min(left, _PIECE))
            digest.update(piece)
            write(piece)
            left -= len(piece)
        if digest.hexdigest() != kept.sha256:
            raise self._refused(f"is damaged: {kept.name} is not what was backed up")
        self._zeros(-kept.size % tarfile.BLOCKSIZE)

    def end(self) -> None:
        """Make sure that nothing follows, and that nothing is cut off."""
        marks = 2 * tarfile.BLOCKSIZE
        self._zeros(marks + -(self._stream.tell() + marks) % tarfile.RECORDSIZE)
        if self._stream.read(1):
            raise self._refused("goes on after its end")

    def _manifest(self, size_max: int) -> list[KeptFile]:
        header = self._header()
        if header.name != MANIFEST_NAME or header.size > size_max:
            raise self._refused("is no backup that `lofte backup` has made")
        content = self._exactly(header.size)
        self._zeros(-header.size % tarfile.BLOCKSIZE)
        try:
            return parse_manifest(content)
        except UnknownFormatError as error:
            raise self._refused(str(error)) from error
        except ValueError as error:
            raise self._refused("is damaged: its manifest cannot be read") from error

    def _header(self) -> tarfile.TarInfo:
        block = self._exactly(tarfile.BLOCKSIZE)
        # tarfile leaves bytes of the checksum's own field unread.
        total = sum(block) - sum(block[_CHECKSUM]) + len(block[_CHECKSUM]) * ord(" ")
        try:
            header = tarfile.TarInfo.frombuf(block, "ascii", "strict")
        except (tarfile.HeaderError, UnicodeDecodeError) as error:
            raise self._refused("is damaged, or no backup that `lofte backup` has made") from error
        if block[_CHECKSUM] != b"%06o\0 " % total or header.type != tarfile.REGTYPE:
            raise self._refused("is damaged, or no backup that `lofte backup` has made")
        return header

    def _zeros(self, count: int) -> None:
        if self._exactly(count).strip(b"\0"):
            raise self._refused("is damaged: something stands between its files")

    def _exactly(self, count: int) -> bytes:
        content = self._stream.read(count)
        if len(content) != count:
            raise self._refused("is cut off")
        return content

    def _refused(self, why: str) -> BackupError:
        return BackupError(f"{self._path} {why}; nothing was restored")


@contextmanager
def reading_backup(path: Path) -> Iterator[BackupReader]:
    """Lend a backup, compressed or not.

    Raises:
        BackupError: when it is damaged or no backup.
        OSError: when it cannot be read.
    """
    with path.open("rb") as file:
        is_compressed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        stream = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if is_compressed else file
        try:
            yield BackupReader(path, stream, path.stat().st_size)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise BackupError(f"{path} is damaged or cut off; nothing was restored") from error
