"""Two runs at once: one goes on, the other waits or says that it may not; a dead run holds nobody up."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from schemas.errors import ALREADY_RUNNING, AlreadyRunningError, WarehouseError
from schemas.warehouse_address import WarehouseAddress, embedded
from tests.children import KILLED, observed
from tests.house import House
from tests.postgres import Postgres
from tests.test_crash import AGREEMENT, rows_in


@pytest.fixture
def alone(tmp_path: Path) -> House:
    """What one run publishes."""
    house = House(tmp_path / "alone").take(AGREEMENT)
    assert _wait(_start(lambda: _run(house))) == 0
    return house


def test_two_runs_at_once_take_turns(alone: House, warehouse: WarehouseAddress, tmp_path: Path) -> None:
    house = House(tmp_path / "house", warehouse, lock_wait_seconds=60).take(AGREEMENT)
    runs = [_start(lambda: _run(house)) for _ in range(3)]
    assert [_wait(run) for run in runs] == [0, 0, 0]
    assert house.published() == alone.published()
    assert len(house.state.ledger(AGREEMENT).releases()) == 1
    assert rows_in(house) == rows_in(alone)


def test_a_run_that_may_not_wait_says_that_another_is_under_way(house: House) -> None:
    house.take(AGREEMENT)
    house.state.root.mkdir()
    with FileLock(house.state.lock_path), pytest.raises(AlreadyRunningError, match=r"waited 0\.2 s") as caught:
        house.run()
    assert caught.value.exit_status == ALREADY_RUNNING
    assert not house.public.exists()


def test_the_lock_of_a_dead_run_holds_nobody_up(house: House, tmp_path: Path) -> None:
    house.take(AGREEMENT)
    house.state.root.mkdir()
    is_held = tmp_path / "is-held"

    def hold() -> None:
        with FileLock(house.state.lock_path):
            is_held.touch()
            time.sleep(60)

    holder = _start(hold)
    while not is_held.exists():
        time.sleep(0.01)
    with pytest.raises(AlreadyRunningError):
        house.run()
    os.kill(holder, signal.SIGKILL)
    assert _wait(holder) == KILLED
    assert house.run()[AGREEMENT].became == "published"


@pytest.fixture
def reader(house: House) -> Iterator[subprocess.Popen[bytes]]:
    """Another program that has the embedded warehouse open until its standard input ends."""
    assert _wait(_start(lambda: _run(house.take(AGREEMENT)))) == 0
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, str(house.warehouse_file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_a_warehouse_that_another_program_has_open_is_waited_for(house: House, reader: subprocess.Popen[bytes]) -> None:
    assert reader.stdin is not None
    closing = threading.Timer(0.5, reader.stdin.close)
    closing.start()
    assert house.run()[AGREEMENT].became == "unchanged"
    closing.join()


def test_a_warehouse_that_stays_open_elsewhere_is_said(house: House, reader: subprocess.Popen[bytes]) -> None:
    house.warehouse = embedded(house.warehouse_file, wait_seconds=0.3)
    with pytest.raises(WarehouseError, match=r"waited 0\.3 s .* If another program has it open, close that"):
        house.run()
    assert reader.poll() is None


def test_two_states_on_one_database_count_once(alone: House, postgres: Postgres, tmp_path: Path) -> None:
    address = postgres.new_database()
    houses = [House(tmp_path / name, address).take(AGREEMENT) for name in ("one", "two", "three")]
    runs = [_start(lambda house=house: _run(house)) for house in houses]
    assert [_wait(run) for run in runs] == [0, 0, 0]
    for house in houses:
        assert house.published() == alone.published()
        assert rows_in(house) == rows_in(alone)


@pytest.mark.parametrize(
    "step",
    ["insert:reported_total", "commit:load", "commit:published"],
)
def test_what_another_state_puts_in_meanwhile_counts_once(
    step: str, alone: House, postgres: Postgres, tmp_path: Path
) -> None:
    """The other run starts in the middle of this one's transaction, comes to the same load and waits for its end."""
    address = postgres.new_database()
    one, other = (House(tmp_path / name, address).take(AGREEMENT) for name in ("one", "other"))
    has_come_there, other_is_done = tmp_path / "has-come-there", tmp_path / "other-is-done"

    def dawdle(name: str) -> None:
        if name == step:
            has_come_there.touch()
            for _ in range(300):  # the other may have to wait for us, so we do not wait for it for ever
                if not other_is_done.exists():
                    time.sleep(0.01)

    def run_slowly() -> None:
        with observed(dawdle):
            _run(one)

    slow = _start(run_slowly)
    until = time.monotonic() + 60
    while not has_come_there.exists():
        assert time.monotonic() < until, f"the run does not come to {step}"
        time.sleep(0.01)
    _run(other)
    other_is_done.touch()
    assert _wait(slow) == 0
    for house in (one, other):
        assert house.published() == alone.published()
        assert rows_in(house) == rows_in(alone)


def _run(house: House) -> None:
    outcome = house.run()[AGREEMENT]
    assert not outcome.problems, outcome.problems


def _start(work: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:
            os.write(2, repr(error).encode())
            os._exit(1)
        os._exit(0)
    return child


def _wait(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
