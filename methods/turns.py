"""Things done in turn, of which one that cannot be done yet is tried again after the others."""

from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Turns(Generic[T]):
    """Yields things in their order, then those that were put back.

    >>> turns = Turns(["a", "b"])
    >>> [(turn, turn == "a" and turns.again(turn, 1)) for turn in turns]
    [('a', True), ('b', False), ('a', False)]
    """

    def __init__(self, things: Iterable[T]) -> None:
        self._waiting = deque(things)
        self._tried: dict[T, int] = {}

    def __iter__(self) -> Iterator[T]:
        while self._waiting:
            yield self._waiting.popleft()

    def again(self, thing: T, done: int) -> bool:
        """Put a thing back and say so; not when as many others were done at its last turn, as then nothing changes.

        Args:
            thing: what could not be done.
            done: how many others have been, by now.
        """
        if self._tried.get(thing) == done:
            return False
        self._tried[thing] = done
        self._waiting.append(thing)
        return True
