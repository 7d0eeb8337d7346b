"""Reading ahead: the same batches in the same order, and nothing left open or waiting where not all is wanted."""

import gc
import threading
from collections.abc import Callable, Iterator

import pytest

from sources.reading_ahead import read_ahead

WAIT_SECONDS = 10.0


@pytest.fixture
def unraised(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What goes wrong where nobody can be told, as in a collected generator."""
    found: list[str] = []
    monkeypatch.setattr("sys.unraisablehook", lambda told: found.append(repr(told.exc_value)))
    return found


class Numbers:
    """Batches that say when they are closed."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def read(self, before_each: Callable[[int], None] = lambda number: None) -> Iterator[int]:
        try:
            for number in range(100):
                before_each(number)
                yield number
        finally:
            self.closed.set()


def test_all_comes_in_order_and_is_closed() -> None:
    numbers = Numbers()
    assert list(read_ahead(numbers.read())) == list(range(100))
    assert numbers.closed.wait(WAIT_SECONDS)


def test_an_error_comes_where_it_would_have_come() -> None:
    def fail_at_two(number: int) -> None:
        if number == 2:
            raise ValueError("the third")

    batches = read_ahead(Numbers().read(fail_at_two))
    assert [next(batches), next(batches)] == [0, 1]
    with pytest.raises(ValueError, match="the third"):
        next(batches)


def test_what_is_left_unread_is_closed(unraised: list[str]) -> None:
    numbers = Numbers()
    batches = read_ahead(numbers.read())
    next(batches)
    del batches
    assert numbers.closed.wait(WAIT_SECONDS)
    assert not unraised


def test_it_may_be_collected_by_the_thread_that_reads_for_it(unraised: list[str]) -> None:
    """An error's traceback keeps generators in a cycle, which is collected in whichever thread comes to it first."""
    numbers, dropped, collected = Numbers(), threading.Event(), threading.Event()

    def collect_in_this_thread(number: int) -> None:
        if number == 1:
            dropped.wait(WAIT_SECONDS)
            gc.collect()
            collected.set()

    class Cycle:
        def __init__(self) -> None:
            self.itself = self
            self.outer = read_ahead(read_ahead(numbers.read(collect_in_this_thread)))

    gc.disable()
    try:
        cycle = Cycle()
        assert next(cycle.outer) == 0
        del cycle
        dropped.set()
        assert collected.wait(WAIT_SECONDS)
    finally:
        gc.enable()
    assert numbers.closed.wait(WAIT_SECONDS)
    assert not unraised
