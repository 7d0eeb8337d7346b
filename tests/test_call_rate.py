"""House rules of hosts hold over processes and restarts."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import FetchError, UnreachableError
from sources.call_rate import HOUSE_RULES, CallRate, Rate, pause_before

CHILD = """
import sys
from pathlib import Path
from sources.call_rate import CallRate, Rate
rate = CallRate(Path(sys.argv[1]), {"data.example": (Rate(2, 1.0),)})
for _ in range(int(sys.argv[2])):
    rate.wait_for_turn("data.example", 20)
"""


def calls_made(folder: Path) -> list[float]:
    return [float(line) for line in (folder / "data.example.calls").read_text().splitlines()]


def test_two_processes_keep_to_one_rate(tmp_path: Path) -> None:
    children = [subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path), "3"]) for _ in range(2)]
    assert [child.wait(30) for child in children] == [0, 0]
    subprocess.run([sys.executable, "-c", CHILD, str(tmp_path), "1"], check=True, timeout=30)  # after a restart
    made = calls_made(tmp_path)
    assert all(later - earlier >= 1.0 for earlier, later in zip(made, made[2:], strict=False))


def test_a_wait_longer_than_allowed_is_refused_and_not_counted(tmp_path: Path) -> None:
    rate = CallRate(tmp_path, {"data.example": (Rate(1, 10),)})
    rate.wait_for_turn("data.example", 0)
    with pytest.raises(FetchError, match="may be called again in 10 s by its house rules"):
        rate.wait_for_turn("data.example", 1)
    assert len(calls_made(tmp_path)) == 1


def test_hosts_do_not_wait_for_each_other(tmp_path: Path) -> None:
    rate = CallRate(tmp_path, {"data.example": (Rate(1, 10),)})
    rate.wait_for_turn("data.example", 0)
    rate.wait_for_turn("other.example", 0)


def test_a_half_written_line_is_passed_over(tmp_path: Path) -> None:
    now = time.time()
    (tmp_path / "data.example.calls").write_text(f"{now!r}\n17.5e", "ascii")
    with pytest.raises(FetchError):
        CallRate(tmp_path, {"data.example": (Rate(1, 10),)}).wait_for_turn("data.example", 1)


def test_the_police_are_called_as_they_ask() -> None:
    assert HOUSE_RULES["polisen.se"] == (Rate(1, 10), Rate(60, 3600), Rate(1440, 86400))


@given(st.lists(st.floats(0, 100), max_size=30), st.integers(1, 5), st.floats(0.5, 50))
def test_a_call_after_the_pause_never_breaks_the_rate(calls: list[float], most: int, seconds: float) -> None:
    now = 100.0
    at = now + pause_before(calls, Rate(most, seconds), now)
    assert sum(call > at - seconds + 1e-6 for call in calls) < most


@pytest.mark.parametrize("host", ["www.data.example", "data.example.", "api.data.example"])
def test_a_publishers_rules_are_for_all_its_hosts_together(tmp_path: Path, host: str) -> None:
    rate = CallRate(tmp_path, {"data.example": (Rate(1, 10),)})
    rate.wait_for_turn("data.example", 0)
    with pytest.raises(UnreachableError, match="by its house rules"):
        rate.wait_for_turn(host, 1)
    rate.wait_for_turn("otherdata.example", 0)


def test_calls_are_not_forgotten_when_the_clock_is_set_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rate = CallRate(tmp_path, {"data.example": (Rate(1, 10),)})
    rate.wait_for_turn("data.example", 0)
    before = time.time() - 3600
    monkeypatch.setattr("sources.call_rate.time.time", lambda: before)
    with pytest.raises(UnreachableError, match="in 10 s"):
        rate.wait_for_turn("data.example", 1)
    monkeypatch.setattr("sources.call_rate.time.time", lambda: before + 10)
    rate.wait_for_turn("data.example", 1)  # and not only an hour later


def test_a_run_that_is_killed_forgets_no_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rate = CallRate(tmp_path, {"data.example": (Rate(1, 10),)})
    rate.wait_for_turn("data.example", 0)
    made = calls_made(tmp_path)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sources.call_rate.os.replace", killed)
    monkeypatch.setattr("sources.call_rate.time.time", lambda: made[0] + 11)
    with pytest.raises(KeyboardInterrupt):
        rate.wait_for_turn("data.example", 0)
    assert calls_made(tmp_path) == made
