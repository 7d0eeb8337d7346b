"""What a backup says of itself, first of all: its format, then each file in it with size and SHA-256, a JSON a line."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.strict import StrictModel

FORMAT_VERSION = 1
# Only these names are ever written or put in place: no other folder, and no way out of the state.
_NAME = r"^(store/[0-9a-f]{2}/[0-9a-f]{64}|salt|ledger/[a-z0-9]+(-[a-z0-9]+)*\.jsonl)$"


class UnknownFormatError(ValueError):
    """A backup of another version of the program."""


class BackupHead(StrictModel):
    """The first line."""

    format: Literal["lofte-backup"] = "lofte-backup"
    version: int = FORMAT_VERSION


class KeptFile(StrictModel):
    """A file of the state that cannot be rebuilt."""

    name: Annotated[str, Field(pattern=_NAME, max_length=73, description="Its path in the state")]
    size: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

    @property
    def is_ledger(self) -> bool:
        """Ledgers come last: what they speak of is there before them."""
        return self.name.startswith("ledger/")

    @property
    def is_object(self) -> bool:
        """Whether it is one of the store's, named by its hash."""
        return self.name.startswith("store/")

    @model_validator(mode="after")
    def _an_object_is_named_by_its_hash(self) -> "KeptFile":
        if self.is_object and self.name != f"store/{self.sha256[:2]}/{self.sha256}":
            raise ValueError("an object of the store is named by its hash")
        return self


def manifest_bytes(files: list[KeptFile]) -> bytes:
    """Write a manifest.

    >>> manifest_bytes([])
    b'{"format":"lofte-backup","version":1}\\n'
    """
    return b"".join(line.model_dump_json().encode() + b"\n" for line in (BackupHead(), *files))


def parse_manifest(content: bytes) -> list[KeptFile]:
    """Read a manifest.

    Raises:
        ValueError: when it is not just what `manifest_bytes` writes for salt, objects, ledgers, each once, in order.

    >>> parse_manifest(manifest_bytes([]))
    []
    """
    head, *lines = content.splitlines() or [b""]
    version = BackupHead.model_validate_json(head).version
    if version != FORMAT_VERSION:
        raise UnknownFormatError(f"is of format {version}; this program reads format {FORMAT_VERSION}")
    files = [KeptFile.model_validate_json(line) for line in lines]
    in_order = sorted({(file.is_ledger, file.name) for file in files})
    if [(file.is_ledger, file.name) for file in files] != in_order or manifest_bytes(files) != content:
        raise ValueError("the manifest is not as it is written")
    return files
