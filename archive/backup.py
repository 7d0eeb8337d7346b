"""What cannot be rebuilt, in one tar file: salt, the store's objects, and the ledgers up to their last whole line."""

import gzip
import hashlib
import io
import os
import re
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from archive.durable import appearing_whole
from archive.salt import SALT_NAME
from archive.state import State
from schemas.backup_manifest import KeptFile, manifest_bytes
from schemas.delivery import NO_CORRECTIONS, Entry, Keying, Load, Receipt, Release
from schemas.errors import BackupError, LofteError

MANIFEST_NAME = "manifest.jsonl"
_HASH = re.compile(r"[0-9a-f]{64}")
_OWNER_ONLY = 0o600


def write_backup(state: State, target: Path) -> list[KeptFile]:
    """Write salt, store and ledgers of a state into a file; the same state gives the same bytes.

    Args:
        state: locked by the caller.
        target: a name that ends in .tar or .tar.gz and is not taken.

    Raises:
        BackupError: when the name cannot be used, or the state is damaged.
        OSError: when the file cannot be written, or the state not read.
    """
    if not target.name.endswith((".tar", ".tar.gz")):
        raise BackupError(f"{target}: the name of a backup ends in .tar or .tar.gz")
    _check_nothing_is_there(target)
    files = _kept_files(state)
    with appearing_whole(target, _OWNER_ONLY) as file:
        with _archive(file, target.name.endswith(".gz")) as archive:
            manifest = manifest_bytes(files)
            archive.addfile(_header(MANIFEST_NAME, len(manifest)), io.BytesIO(manifest))
            for kept in files:
                _add(archive, state.root, kept)
        _check_nothing_is_there(target)
    return files


def stored_objects(root: Path) -> list[str]:
    """List the hashes that the store of a state has bytes for; unfinished files are none."""
    paths = (root / "store").glob("??/*")
    return sorted(path.name for path in paths if _HASH.fullmatch(path.name) and path.parent.name == path.name[:2])


def _check_nothing_is_there(target: Path) -> None:
    if os.path.lexists(target):
        raise BackupError(f"{target} is already there; a backup overwrites nothing, name another file")


def _kept_files(state: State) -> list[KeptFile]:
    """List the salt, objects, then ledgers; every object that a ledger speaks of must be among them."""
    digests = stored_objects(state.root)
    lost = _spoken_of(state).difference(digests)
    if lost:
        raise BackupError(f"the store lacks {min(lost)}; restore it from an older backup, then back up again")
    paths = [state.root / "store" / digest[:2] / digest for digest in digests]
    objects = [
        KeptFile(name=f"store/{path.parent.name}/{path.name}", size=path.stat().st_size, sha256=path.name)
        for path in paths
    ]
    salt = [_salt_file(state.root)] if state.salt.is_there else []
    return [*salt, *objects, *(_ledger_file(state.root, agreement_id) for agreement_id in state.ledgered_agreements())]


def _salt_file(root: Path) -> KeptFile:
    content = (root / SALT_NAME).read_bytes()
    return KeptFile(name=SALT_NAME, size=len(content), sha256=hashlib.sha256(content).hexdigest())


def _ledger_file(root: Path, agreement_id: str) -> KeptFile:
    name = f"ledger/{agreement_id}.jsonl"
    content = (root / name).read_bytes()
    whole = content[: content.rfind(b"\n") + 1]  # a crash may have left half a line after it
    try:
        return KeptFile(name=name, size=len(whole), sha256=hashlib.sha256(whole).hexdigest())
    except ValidationError as error:
        raise BackupError(f"{root / name} bears the name of no agreement; move it away") from error


def _spoken_of(state: State) -> set[str]:
    """Return the hash of every object that the ledgers need."""
    needed: set[str] = set()
    for agreement_id in state.ledgered_agreements():
        try:
            ledger = state.ledger(agreement_id)
        except LofteError as error:
            raise BackupError(str(error)) from error
        deleted = ledger.deletions()
        for entry in ledger.entries:
            if not isinstance(entry, Receipt) or entry.delivery_id not in deleted:
                needed.update(_needs(entry))
    return needed


def _needs(entry: Entry) -> set[str]:
    if isinstance(entry, Receipt):
        return {entry.content_hash}
    if isinstance(entry, Keying):
        return {entry.receipt.content_hash}
    if isinstance(entry, Load):
        aggregate = {entry.aggregate_hash} if entry.aggregate_hash else set()
        return {entry.contract_hash, entry.corrections_hash, *aggregate} - {NO_CORRECTIONS}
    if isinstance(entry, Release):
        inputs = {entry.inputs.agreement_hash, entry.inputs.corrections_hash, entry.inputs.decisions_hash}
        return {*inputs, *entry.files.values()} - {NO_CORRECTIONS}
    return set()


@contextmanager
def _archive(file: BinaryIO, is_compressed: bool) -> Iterator[tarfile.TarFile]:
    """Lend an archive without any time, owner or name of its own; GNU's form needs one header for any size."""
    with ExitStack() as stack:
        if is_compressed:
            file = stack.enter_context(gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0))  # type: ignore[assignment]
        yield stack.enter_context(tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT))


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size = size
    header.mode = _OWNER_ONLY
    return header


def _add(archive: tarfile.TarFile, root: Path, kept: KeptFile) -> None:
    """Copy a file's first `size` bytes piece by piece; they must be what the manifest says."""
    with (root / kept.name).open("rb") as file:
        hashed = _Hashed(file)
        archive.addfile(_header(kept.name, kept.size), hashed)
    if hashed.sha256.hexdigest() != kept.sha256:
        what = "has changed meanwhile" if kept.is_ledger else "has been altered; restore it from an older backup"
        raise BackupError(f"{root / kept.name} {what}")


class _Hashed:
    """A file whose bytes are hashed as they are read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self.sha256.update(content)
        return content
