"""The peak memory of a process and its children, as Linux keeps it.

The peak of each process is its own high-water mark (VmHWM), which no sampling can miss; `ru_maxrss` is not used, as a
child's would begin at what its parent held when it was started. Children are looked for five
times a second; one that lives shorter is not seen. The
peak of the whole is this process's mark and the largest sum of marks of children alive together: never less than what
all of them held at once.
"""

import os
import threading
from pathlib import Path

SAMPLE_SECONDS = 0.2
_PROC = Path("/proc")


class PeakWatch:
    """Watches the children of this process while a job runs."""

    def __init__(self) -> None:
        self._children_kb = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample_until_over, daemon=True)
        self._thread.start()

    def peaks_mb(self) -> tuple[float, float]:
        """Return the peak of this process so far, and that of its children together."""
        self._sample()
        return _status_kb(os.getpid(), "VmHWM") / 1024, self._children_kb / 1024

    def stop(self) -> None:
        """End the watch."""
        self._over.set()
        self._thread.join()

    def _sample_until_over(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            self._sample()

    def _sample(self) -> None:
        held = sum(_status_kb(pid, "VmHWM") for pid in descendants(os.getpid()))
        self._children_kb = max(self._children_kb, held)


def resident_mb(pid: int) -> float:
    """Return what a process and its children hold now."""
    return sum(_status_kb(each, "VmRSS") for each in (pid, *descendants(pid))) / 1024


def descendants(pid: int) -> list[int]:
    """Return the children of a process, and theirs."""
    parents = _parents()
    found, wanted = [], [pid]
    while wanted:
        parent = wanted.pop()
        children = [child for child, its_parent in parents.items() if its_parent == parent]
        found += children
        wanted += children
    return found


def _parents() -> dict[int, int]:
    found: dict[int, int] = {}
    for name in os.listdir(_PROC):
        if name.isdigit():
            try:
                text = (_PROC / name / "stat").read_text("utf-8", "replace")
            except OSError:  # it has ended
                continue
            found[int(name)] = int(text.rpartition(")")[2].split()[1])
    return found


def _status_kb(pid: int, name: str) -> int:
    """Return a number of a process, zero when it has ended."""
    try:
        lines = (_PROC / str(pid) / "status").read_text("utf-8", "replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)
