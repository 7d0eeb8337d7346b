"""One writer at a time: a lock that the operating system lets go of when its holder dies."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from archive.durable import make_folder
from schemas.errors import AlreadyRunningError


@contextmanager
def one_writer(path: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the lock of a state.

    Raises:
        AlreadyRunningError: when another run still holds it after the wait.
    """
    make_folder(path.parent)
    try:
        with FileLock(path, timeout=wait_seconds):
            yield
    except Timeout as error:
        raise AlreadyRunningError(
            f"another run holds {path}; waited {wait_seconds:g} s. Try again when it has ended."
        ) from error
