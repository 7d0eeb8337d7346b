"""A backup put back into a state that has none of what a backup holds.

Objects come first, each whole and under its hash; all ledgers appear in one step at the end. A state with a ledger is
restored, one without is not: a restore that was killed is finished by the next.
"""

import hashlib
import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from archive.backup import stored_objects
from archive.backup_reading import BackupReader, reading_backup
from archive.durable import appearing_whole, sync_folder
from archive.state import State
from archive.steps import step
from schemas.backup_manifest import KeptFile
from schemas.errors import BackupError


def verify_backup(path: Path) -> list[KeptFile]:
    """Read a whole backup and return what it holds.

    Raises:
        BackupError: when any of it is not as it was written.
        OSError: when it cannot be read.
    """
    with reading_backup(path) as backup:
        for kept in backup.files:
            backup.copy(kept, len)
        backup.end()
    return backup.files


def restore_backup(path: Path, state: State) -> None:
    """Put a backup that has been verified in place; after a failure the state is as it was.

    Args:
        path: the backup; it is checked again as it is read.
        state: locked by the caller.

    Raises:
        BackupError: when the state holds something already, or the backup is not as it was written.
        OSError: when the state cannot be written.
    """
    ledgers = state.root / ".ledger.unfinished"
    with reading_backup(path) as backup, ExitStack() as undo:
        _check_free(state.root, backup.files)
        shutil.rmtree(ledgers, ignore_errors=True)
        undo.callback(shutil.rmtree, ledgers, ignore_errors=True)
        ledgers.mkdir()
        undo.callback(_remove_if_empty, state.root / "store")
        (state.root / "store").mkdir(exist_ok=True)
        for kept in backup.files:
            if kept.is_ledger:
                _write(backup, kept, ledgers / Path(kept.name).name)
            else:
                _put(backup, kept, state.root / kept.name, undo.callback)
        backup.end()
        sync_folder(state.root / "store")
        sync_folder(state.root)
        step("ledgers")
        os.replace(ledgers, state.root / "ledger")
        undo.pop_all()
    sync_folder(state.root)


def _check_free(root: Path, files: list[KeptFile]) -> None:
    advice = f"move {root} away, or name another folder with --state"
    if (root / "ledger").is_dir() and any((root / "ledger").iterdir()):
        raise BackupError(f"{root} has a ledger already, and nothing is overwritten; {advice}")
    # What a killed restore of the same backup has put there may stay.
    if set(stored_objects(root)).difference(kept.sha256 for kept in files):
        raise BackupError(f"{root} has a store that holds more than this backup; {advice}")


def _put(backup: BackupReader, kept: KeptFile, path: Path, undo: Callable[..., object]) -> None:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        undo(_take_away, path)
        _write(backup, kept, path)
        return
    backup.copy(kept, len)
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != kept.sha256:
            raise BackupError(f"{path} is there and has been altered; remove it and restore again")


def _write(backup: BackupReader, kept: KeptFile, path: Path) -> None:
    with appearing_whole(path, 0o666 if kept.is_object or kept.is_ledger else 0o600) as file:
        backup.copy(kept, file.write)


def _take_away(path: Path) -> None:
    path.unlink(missing_ok=True)
    _remove_if_empty(path.parent)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):  # something stands in it still
        folder.rmdir()
