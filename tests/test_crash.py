"""Killed without warning at a durable step: readers see the old release or the whole new one, and a run recovers.

Each run is a forked process whose n-th step that reaches the disk (a file put in place, or a ledger entry synced) ends
it with SIGKILL, so nothing is cleaned up and nothing is caught.
"""

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house import House

AGREEMENT = "grastorp-1"
SECOND_DELIVERY = "uppgift;antal;precision\nFasta trafikkontroller;57;minst\n"


def test_the_invariant_holds_wherever_a_run_is_killed(tmp_path: Path) -> None:
    first = House(tmp_path / "first").take(AGREEMENT)
    assert _in_child(first.run) == 0
    first.deliver(AGREEMENT, "reported", "redovisat_2021.csv", SECOND_DELIVERY)
    old = first.published()

    whole = _copy(first, tmp_path / "whole")
    counted = tmp_path / "steps"
    assert _in_child(lambda: counted.write_text(str(_run_until(whole, None)))) == 0
    new, steps = whole.published(), int(counted.read_text())
    assert new != old
    assert steps > 20

    for step in sorted({1, 2, 3, 4, 5, steps // 4, steps // 2, *range(steps - 6, steps + 1)}):
        broken = _copy(first, tmp_path / f"killed-at-{step}")
        assert _in_child(lambda broken=broken, step=step: _run_until(broken, step)) == -signal.SIGKILL
        _check_readers(broken, old, new)
        assert _in_child(broken.run) == 0
        assert broken.published() == new, f"killed at step {step} of {steps}"


def _check_readers(house: House, old: dict[str, bytes], new: dict[str, bytes]) -> None:
    """Follow the pointer as a reader would: it leads to one whole release, the old or the new."""
    pointer = json.loads((house.public / AGREEMENT / "index.json").read_bytes())
    folder = Path(AGREEMENT, "releases", pointer["release_id"])
    found = {path: content for path, content in house.published().items() if Path(path).parent == folder}
    known = {**old, **new}
    assert found == {path: content for path, content in known.items() if Path(path).parent == folder}
    assert house.published()[f"{AGREEMENT}/index.json"] in (
        old[f"{AGREEMENT}/index.json"],
        new[f"{AGREEMENT}/index.json"],
    )
    assert (house.public / AGREEMENT / "latest").resolve().is_dir()


def _run_until(house: House, last: int | None) -> int:
    """Run, and die just before the durable step of that number; else return how many there were."""
    count = 0
    with pytest.MonkeyPatch.context() as patch:
        for name in ("fsync", "replace"):
            original = getattr(os, name)

            def step(*arguments: object, original: Callable[..., object] = original) -> object:
                nonlocal count
                count += 1
                if count == last:
                    os.kill(os.getpid(), signal.SIGKILL)
                return original(*arguments)

            patch.setattr(os, name, step)
        house.run()
    return count


def _copy(house: House, root: Path) -> House:
    copy = House(root)
    for name in ("agreements", "var", "public"):
        shutil.copytree(house.root / name, root / name, symlinks=True, dirs_exist_ok=True)
    return copy


def _in_child(work: Callable[[], object]) -> int:
    """Do work in a process of its own; return its exit status, negative where a signal ended it."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
