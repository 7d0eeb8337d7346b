"""Files written so that a crash leaves either the old file or the whole new one."""

import os
from pathlib import Path

from archive.steps import step


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file in one step, on disk before it is visible."""
    step(f"write:{path.parent.name}/{path.name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    # One writer at a time: a fixed name lets the next run write over what a killed one left.
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        step(f"replace:{path.parent.name}/{path.name}")
        os.replace(unfinished, path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Put a folder's entries on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
