"""The secret of an installation: hashes keyed by it say nothing to whoever lacks it."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from pathlib import Path

from archive.durable import appearing_whole, make_folder
from schemas.errors import LofteError

SALT_NAME = "salt"
_LENGTH = 32
_OWNER_ONLY = 0o600


class Salt:
    """A file of random bytes, made when first needed and never changed; with a `base`, that one's where it has one."""

    def __init__(self, path: Path, base: "Salt | None" = None) -> None:
        self._path = path
        self._base = base

    @property
    def is_there(self) -> bool:
        """Whether it has been made."""
        return self._path.exists() or (self._base is not None and self._base.is_there)

    def keyed_hash(self, pieces: Iterable[bytes]) -> str:
        """Return the HMAC-SHA256 of bytes that come piece by piece, in hex digits.

        Raises:
            LofteError: when the salt is damaged.
        """
        keyed = hmac.new(self._bytes(), digestmod=hashlib.sha256)
        for piece in pieces:
            keyed.update(piece)
        return keyed.hexdigest()

    def _bytes(self) -> bytes:
        if self._base is not None and self._base.is_there:
            return self._base._bytes()
        if not self._path.exists():
            make_folder(self._path.parent)
            with appearing_whole(self._path, _OWNER_ONLY) as file:
                file.write(secrets.token_bytes(_LENGTH))
        content = self._path.read_bytes()
        if len(content) != _LENGTH:
            raise LofteError(f"{self._path} has been altered; restore it from a backup")
        return content
