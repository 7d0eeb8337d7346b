"""The next batch is read while this one is used."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def read_ahead(batches: Generator[T, None, None] | Iterator[T]) -> Iterator[T]:
    """Yield the same, each made by another thread while the one before it is in use; never more than one ahead.

    >>> list(read_ahead(iter([1, 2, 3])))
    [1, 2, 3]
    """
    try:
        with ThreadPoolExecutor(1, "read-ahead") as reader:
            coming = reader.submit(next, batches, None)
            while (found := coming.result()) is not None:
                coming = reader.submit(next, batches, None)
                yield found
    finally:
        if isinstance(batches, Generator):
            batches.close()
