"""Work done in processes of its own, which a test may kill or shut into a small disk."""

import ctypes
import os
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

KILLED = -signal.SIGKILL
_CLONE_NEWNS, _CLONE_NEWUSER = 0x00020000, 0x10000000
_MS_REC_PRIVATE = 0x4000 | 0x40000


def in_child(work: Callable[[], object], log: Path) -> int:
    """Do work in a process of its own; return its exit status, negative where a signal ended it."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            log.write_text(traceback.format_exc(), "utf-8")
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def side_by_side(items: Sequence[int], work: Callable[[int], object], folder: Path) -> None:
    """Do work for each item, in as many processes as there are processors; fail with what went wrong in any of them."""
    count = min(os.cpu_count() or 1, len(items))
    children: dict[int, Path] = {}
    for number in range(count):
        log = folder / f"worker-{number}.log"
        child = os.fork()
        if child == 0:
            try:
                for item in items[number::count]:
                    work(item)
            except BaseException:
                log.write_text(traceback.format_exc(), "utf-8")
                os._exit(1)
            os._exit(0)
        children[child] = log
    statuses = {log: os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child, log in children.items()}
    for log, status in statuses.items():
        if status:
            pytest.fail(log.read_text("utf-8") if log.exists() else f"a worker ended with {status}", pytrace=False)


@contextmanager
def observed(observer: Callable[[str], None]) -> Iterator[None]:
    """Let something listen to the steps of a run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("archive.steps.observer", observer)
        yield


def die_at(number: int) -> Callable[[str], None]:
    """Return an observer that kills this process at the step of a number, counted from 1."""
    steps = iter(range(1, number + 1))

    def observer(_name: str) -> None:
        if next(steps) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return observer


def mount_small_disk(folder: Path, size: str) -> None:
    """Put a small disk of memory at a folder, seen by this process only and gone with it.

    Needs root, or a user namespace of this process's own; the process must have one thread.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    flags = _CLONE_NEWNS if os.geteuid() == 0 else _CLONE_NEWNS | _CLONE_NEWUSER
    for done in (
        lambda: libc.unshare(flags),
        lambda: libc.mount(b"none", b"/", None, _MS_REC_PRIVATE, None),
        lambda: libc.mount(b"tmpfs", str(folder).encode(), b"tmpfs", 0, f"size={size}".encode()),
    ):
        if done() != 0:
            raise AssertionError(
                f"a small disk cannot be made here ({os.strerror(ctypes.get_errno())}): run the tests as root with the "
                "right to mount, or where users may make namespaces"
            )
