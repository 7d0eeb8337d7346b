"""The steps of a run that leave something behind, by name, so that a test can end a run at each of them in turn."""

from collections.abc import Callable


def _go_on(_name: str) -> None:
    """Outside a test nothing listens."""


observer: Callable[[str], None] = _go_on


def step(name: str) -> None:
    """Say that the step of that name comes now."""
    observer(name)
