"""Files of any size that appear under their name only once they are whole."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from archive.durable import sync_folder


@contextmanager
def appearing_whole(path: Path, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Lend a file that takes its name when it is whole and on disk; after a failure nothing is left of it.

    Args:
        path: the name, in a folder that is there.
        mode: who may read and write it, before the umask.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)  # of a run that was killed; its mode may be another
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
