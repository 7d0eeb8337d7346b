"""Files written so that a crash leaves either the old file or the whole new one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from archive.steps import step


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file in one step, on disk before it is visible."""
    make_folder(path.parent)
    with appearing_whole(path) as file:
        file.write(content)


@contextmanager
def appearing_whole(path: Path, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Lend a file of any size that takes its name when it is whole and on disk; after a failure nothing is left of it.

    Args:
        path: the name, in a folder that is there.
        mode: who may read and write it, before the umask.
    """
    # One writer at a time: a fixed name lets the next run write over what a killed one left.
    unfinished = path.with_name(f".{path.name}.unfinished")
    step(f"write:{path.parent.name}/{path.name}")
    unfinished.unlink(missing_ok=True)  # of a run that was killed; its mode may be another
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        step(f"replace:{path.parent.name}/{path.name}")
        os.replace(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def settle(path: Path, name: Path) -> None:
    """Give a whole file its name in another folder of the same disk."""
    make_folder(name.parent)
    step(f"replace:{name.parent.name}/{name.name}")
    os.replace(path, name)
    sync_folder(name.parent)


def make_folder(folder: Path) -> None:
    """Make a folder where there is none, and those above it; each is on disk before anything stands in it.

    A file on disk is lost all the same while the entry of a folder that it stands in is not.
    """
    if folder.is_dir():
        return
    if not folder.parent.exists():
        make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Put a folder's entries on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
