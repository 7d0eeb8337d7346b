"""Bytes kept once, under their SHA-256; nothing is ever overwritten, and deleted only by a decision."""

import hashlib
from pathlib import Path

from archive.durable import sync_folder, write_whole
from archive.steps import step
from schemas.errors import LofteError


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
            raise LofteError(f"the store lacks {digest}; restore it from a backup") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise LofteError(f"the store's {digest} has been altered; restore it from a backup")
        return content

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
