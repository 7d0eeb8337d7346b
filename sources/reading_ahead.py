"""The next batch is read while this one is used."""

from collections.abc import Generator, Iterator
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")
AHEAD = 2


def read_ahead(batches: Generator[T, None, None] | Iterator[T]) -> Iterator[T]:
    """Yield the same, made by another thread while one before is in use; never more than two ahead.

    Where not all is wanted, that thread finishes the one it is at, closes what it reads, and ends. Nobody waits for it:
    what was left unread may be collected as garbage in any thread, also in that very one, and while any lock is held.
    So nothing is used at the end but a queue that may be put into even then.

    >>> list(read_ahead(iter([1, 2, 3])))
    [1, 2, 3]
    """
    asked: SimpleQueue[bool] = SimpleQueue()
    made: SimpleQueue[T | BaseException | None] = SimpleQueue()
    Thread(target=_make, args=(batches, asked, made), name="read-ahead", daemon=True).start()
    try:
        for _ in range(AHEAD):
            asked.put(True)
        while (found := made.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            asked.put(True)
            yield found
    finally:
        asked.put(False)


def _make(
    batches: Generator[T, None, None] | Iterator[T],
    asked: "SimpleQueue[bool]",
    made: "SimpleQueue[T | BaseException | None]",
) -> None:
    """Make a batch each time one is asked for, and what was raised in the place of one; None is the end."""
    while asked.get():
        try:
            made.put(next(batches, None))
        except BaseException as error:  # it is raised again where the batch is awaited
            made.put(error)
    if isinstance(batches, Generator):
        batches.close()
