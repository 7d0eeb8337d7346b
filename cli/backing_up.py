"""`lofte backup` and `lofte restore`: what cannot be rebuilt, in one file and back."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.backup import write_backup
from archive.restoring import restore_backup, verify_backup
from archive.state import State
from schemas.backup_manifest import KeptFile
from schemas.errors import BackupError
from schemas.settings import read_settings
from warehouse.lock import one_writer


def back_up(target: Path) -> int:
    """Write a backup and say what it holds."""
    settings = read_settings()
    state = State(settings.state)
    with _said_plainly(target, "no backup was made"):
        if not state.ledgered_agreements():
            raise BackupError(f"{state.root} has no ledger; there is nothing to back up")
        with one_writer(state.lock_path, settings.lock_wait_seconds):
            files = write_backup(state, target)
    sys.stdout.write(f"{target}: {_held(files)}\n")
    return 0


def restore_from(source: Path) -> int:
    """Restore a backup and say what has come back."""
    settings = read_settings()
    state = State(settings.state)
    outcome = "nothing was restored"
    with _said_plainly(source, outcome):
        files = verify_backup(source)  # before anything is touched, the lock's file included
    with _said_plainly(state.root, outcome), one_writer(state.lock_path, settings.lock_wait_seconds):
        restore_backup(source, state)
    sys.stdout.write(f"{state.root}: restored, {_held(files)}; `lofte run` goes on from here\n")
    return 0


def _held(files: list[KeptFile]) -> str:
    ledgers = sum(file.is_ledger for file in files)
    return f"ledgers: {ledgers}, objects: {len(files) - ledgers}, bytes: {sum(file.size for file in files)}"


@contextmanager
def _said_plainly(path: Path, outcome: str) -> Iterator[None]:
    """Turn a full disk, a missing folder and the like into one line."""
    try:
        yield
    except OSError as error:
        raise BackupError(f"{error.filename or path}: {error.strerror or error}; {outcome}") from error
