"""The disk is full, the database restarts, the answer to a commit is lost: nothing is counted twice or lost."""

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import pytest

from schemas.errors import WarehouseError
from schemas.warehouse_address import WarehouseAddress
from tests.children import in_child, mount_small_disk, observed
from tests.house import House, copy_of
from tests.postgres import Postgres
from tests.test_crash import AGREEMENT, SECOND_DELIVERY, check_readers, rows_in, steps_of

Observer = Callable[[str], None]
KINDS = (
    "write:store",
    "append:receipt",
    "sync:receipt",
    "insert:reported_total",
    "commit:load",
    "append:load",
    "insert:release_input",
    "append:release",
    "write:.unfinished",
    "release-folder",
    f"replace:{AGREEMENT}/index.json",
    "latest",
    "insert:promise_progress",
    "commit:published",
    "write:public/status.json",
)


@pytest.fixture(scope="module")
def before_and_after(tmp_path_factory: pytest.TempPathFactory) -> tuple[House, House, list[str]]:
    """An installation with a new delivery waiting; the same after a run without faults; the steps of that run."""
    folder = tmp_path_factory.mktemp("faults")
    first = House(folder / "first").take(AGREEMENT)
    assert in_child(first.run, folder / "first.log") == 0
    first.deliver(AGREEMENT, "reported", "redovisat_2021.csv", SECOND_DELIVERY)
    whole = copy_of(first, folder / "whole")
    return first, whole, steps_of(whole)


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_loses_nothing(kind: str, before_and_after: tuple[House, House, list[str]], tmp_path: Path) -> None:
    first, whole, steps = before_and_after
    number = _number_of(kind, steps)
    old, new, counts = first.published(), whole.published(), rows_in(whole)

    def fill_and_recover() -> None:
        mount_small_disk(tmp_path, "24m")
        house = copy_of(first, tmp_path / "house")
        filler = tmp_path / "filler"
        with observed(_fill_at(number, filler)):
            outcomes = house.run()
        problems = [str(problem) for outcome in outcomes.values() for problem in outcome.problems]
        assert problems, "the disk was not full"
        message = " ".join(problems)
        assert "No space left on device" in message or "warehouse" in message, message
        assert "Traceback" not in message
        check_readers(house, old, new)
        filler.unlink()
        house.run()
        assert house.published() == new
        assert rows_in(house) == counts

    log = tmp_path.parent / f"{tmp_path.name}.log"
    assert in_child(fill_and_recover, log) == 0, log.read_text("utf-8")


def _number_of(kind: str, steps: list[str]) -> int:
    if kind == "write:store":
        return 1
    return next(number for number, name in enumerate(steps, 1) if name.startswith(kind))


def _fill_at(number: int, filler: Path) -> Observer:
    count = 0

    def observer(_name: str) -> None:
        nonlocal count
        count += 1
        if count == number:
            with filler.open("wb", buffering=0) as file:
                try:
                    while file.write(b"\0" * 65536) == 65536:
                        pass
                    while file.write(b"\0"):
                        pass
                except OSError:
                    return

    return observer


@pytest.mark.parametrize(
    "step",
    [
        "migrated",
        "insert:reported_total",
        "copy:reported_total",
        "commit:load",
        "copy:release_input",
        "copy:promise_progress",
        "commit:published",
    ],
)
def test_a_database_that_restarts_counts_once(step: str, postgres: Postgres, tmp_path: Path) -> None:
    undisturbed = House(tmp_path / "undisturbed", postgres.new_database()).take(AGREEMENT)
    undisturbed.run()
    house = House(tmp_path / "house", postgres.new_database()).take(AGREEMENT)
    pending = [step]

    def restart(name: str) -> None:
        if name in pending:
            pending.remove(name)
            postgres.restart()

    with observed(restart):
        outcome = house.run()[AGREEMENT]
    assert pending == []
    assert (outcome.became, outcome.problems) == ("published", [])
    assert house.published() == undisturbed.published()
    assert rows_in(house) == rows_in(undisturbed)


@pytest.mark.parametrize("lost", ["load", "published rows"])
def test_a_commit_whose_answer_is_lost_counts_once(lost: str, postgres: Postgres, tmp_path: Path) -> None:
    undisturbed = House(tmp_path / "undisturbed", postgres.new_database()).take(AGREEMENT)
    undisturbed.run()
    address = postgres.new_database()
    house = House(tmp_path / "house", address).take(AGREEMENT)
    with _losing_the_answer(address, after="commit:load" if lost == "load" else "commit:published") as (proxied, lose):
        house.warehouse = proxied
        with observed(lose):
            outcome = house.run()[AGREEMENT]
    house.warehouse = address
    assert (outcome.became, outcome.problems) == ("published", [])
    assert house.published() == undisturbed.published()
    assert rows_in(house) == rows_in(undisturbed)


@contextmanager
def _losing_the_answer(address: WarehouseAddress, after: str) -> Iterator[tuple[WarehouseAddress, Observer]]:
    """Stand between program and server; the first COMMIT after a step is passed on, its answer is not."""
    real = Path(str(address.url.query["host"])) / ".s.PGSQL.5432"
    folder = Path(f"/tmp/lofte-proxy-{os.getpid()}-{len(after)}")  # noqa: S108 - a socket's path must be short
    folder.mkdir(exist_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / ".s.PGSQL.5432"))
    listener.listen()
    is_armed, is_committing, lost = threading.Event(), threading.Event(), threading.Event()

    def ask(client: socket.socket, server: socket.socket) -> None:
        with closing(client), closing(server):
            while request := client.recv(65536):
                if is_armed.is_set() and b"COMMIT" in request:
                    is_committing.set()
                server.sendall(request)

    def answer(client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while reply := server.recv(65536):
                if is_committing.is_set() and not lost.is_set():
                    lost.set()
                    client.shutdown(socket.SHUT_RDWR)
                    return
                client.sendall(reply)

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(real))
            threading.Thread(target=ask, args=(client, server), daemon=True).start()
            threading.Thread(target=answer, args=(client, server), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    query = {**address.url.query, "host": str(folder)}
    try:
        yield (
            WarehouseAddress(address.url.set(query=query), address.wait_seconds),
            lambda name: is_armed.set() if name == after else None,
        )
        assert lost.is_set()
    finally:
        listener.close()
        (folder / ".s.PGSQL.5432").unlink()
        folder.rmdir()


def test_a_warehouse_that_is_away_is_waited_for_and_then_said(postgres: Postgres, tmp_path: Path) -> None:
    address = postgres.new_database()
    house = House(tmp_path, address).take(AGREEMENT)
    house.run()
    before = house.published()
    house.deliver(AGREEMENT, "reported", "redovisat_2021.csv", SECOND_DELIVERY)
    postgres.stop()
    try:
        house.warehouse = WarehouseAddress(address.url, wait_seconds=0.5)
        with pytest.raises(WarehouseError, match=r"cannot be reached.*waited 0\.5 s"):
            house.run()
        assert house.published() == before
    finally:
        postgres.start()
    assert house.run()[AGREEMENT].became == "published"


def test_a_warehouse_that_comes_back_in_time_is_used(postgres: Postgres, tmp_path: Path) -> None:
    house = House(tmp_path, postgres.new_database(wait_seconds=60)).take(AGREEMENT)
    postgres.stop()
    starting = threading.Timer(0.5, postgres.start)
    starting.start()
    try:
        assert house.run(at=date(2022, 6, 1))[AGREEMENT].became == "published"
    finally:
        starting.join()
