"""One verb a file. A task is a step of a run: Prefect sees it, keeps none of its results, and learns no values."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE

from schemas.errors import LofteError
from schemas.fault import FaultError

P = ParamSpec("P")
R = TypeVar("R")


def step(name: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Make a function a task.

    Prefect logs and keeps whatever a task raises, with what caused it. A fault of ours, or such a cause, may quote a
    cell, so the one is raised without its words, and what is told well enough without the other.
    """

    def make(work: Callable[P, R]) -> Task[P, R]:
        @wraps(work)
        def told(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return work(*args, **kwargs)
            except (LofteError, OSError) as error:
                raise error from None
            except Exception as error:  # it fails all the same, only without its words
                raise FaultError.of(error) from None

        return task(name=name, cache_policy=NO_CACHE)(told)

    return make
