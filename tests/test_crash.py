"""Killed without warning at every step of a run: readers see the old release or the whole new one, and a run recovers.

A step is a place where a run leaves something behind; `archive.steps` names them. Each run is a forked process that
SIGKILL ends at the n-th step, so that nothing is cleaned up and nothing is caught.

A power cut takes what is not on disk, too, so the order in which files and folders are put there is traced.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from archive.durable import write_whole
from archive.store import Store
from schemas.warehouse_address import WarehouseAddress
from schemas.warehouse_tables import METADATA
from tests.children import KILLED, die_at, in_child, observed, side_by_side
from tests.house import House, copy_of
from tests.postgres import Postgres
from warehouse.engine import opened

AGREEMENT = "grastorp-1"
SECOND_DELIVERY = "uppgift;antal;precision\nFasta trafikkontroller;57;minst\n"


def test_the_invariant_holds_wherever_a_run_is_killed(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    first = _first_release(tmp_path)
    old = first.published()
    whole = copy_of(first, tmp_path / "whole")
    steps = steps_of(whole)
    new, counts = whole.published(), rows_in(whole)
    assert new != old

    def kill(number: int) -> None:
        broken = copy_of(first, tmp_path / f"killed-at-{number}")
        _kill(broken, number)
        check_readers(broken, old, new)
        _recover(broken, new, counts, f"killed at step {number}, {steps[number - 1]}")
        shutil.rmtree(broken.root)

    side_by_side(range(1, len(steps) + 1), kill, tmp_path)
    record_property("crash matrix", f"killed once at each of {len(steps)} steps of a run, 0 violations")


def test_the_invariant_holds_wherever_a_first_run_is_killed(tmp_path: Path) -> None:
    """From an empty state; writes of a kind that the second run has too are left out."""
    empty = House(tmp_path / "empty").take(AGREEMENT)
    whole = copy_of(empty, tmp_path / "whole")
    steps = steps_of(whole)
    new, counts = whole.published(), rows_in(whole)

    def kill(number: int) -> None:
        broken = copy_of(empty, tmp_path / f"killed-at-{number}")
        _kill(broken, number)
        check_readers(broken, {}, new)
        _recover(broken, new, counts, f"killed at step {number}, {steps[number - 1]}")

    assert {"migrate", "migrated"} <= set(steps)
    others = [number for number, name in enumerate(steps, 1) if not name.startswith(("write:", "replace:"))]
    side_by_side(others, kill, tmp_path)


def test_the_invariant_holds_wherever_a_run_on_postgresql_is_killed(tmp_path: Path, postgres: Postgres) -> None:
    address = postgres.new_database()
    first = _first_release(tmp_path, address)
    old = first.published()
    whole = copy_of(first, tmp_path / "whole", postgres.copy_of(address))
    steps = steps_of(whole)
    new, counts = whole.published(), rows_in(whole)
    in_warehouse = [number for number, name in enumerate(steps, 1) if name.startswith(("insert:", "copy:", "commit"))]
    assert len(in_warehouse) > 20
    for number in in_warehouse:
        broken = copy_of(first, tmp_path / f"killed-at-{number}", postgres.copy_of(address))
        _kill(broken, number)
        check_readers(broken, old, new)
        _recover(broken, new, counts, f"killed at step {number}, {steps[number - 1]}")


def test_no_line_of_the_ledger_outlives_the_bytes_it_names(tmp_path: Path) -> None:
    house = House(tmp_path / "house").take(AGREEMENT)
    root = house.state.root

    def run() -> None:
        with on_disk(house.root) as trace:
            house.run()
        lines = [number for number, (done, path) in enumerate(trace) if (done, path.suffix) == ("synced", ".jsonl")]
        assert len(lines) > 2
        for number in lines:
            waiting = not_on_disk(trace[:number])
            assert not [path for path in waiting if path in {root, root / "store"} or root / "store" in path.parents]
        assert not [path for path in not_on_disk(trace) if path.is_relative_to(house.public)]
        assert root / "ledger" not in not_on_disk(trace)

    assert in_child(run, house.root / "run.log") == 0, (house.root / "run.log").read_text("utf-8")


def keep_at_once(store: Store, content: bytes) -> None:
    """Keep bytes that are at hand."""
    store.put(content)


def keep_a_draft(store: Store, content: bytes) -> None:
    """Keep bytes that have come piece by piece."""
    with store.drafting() as draft:
        draft.write(content)
        store.take(draft, hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("keep", [keep_at_once, keep_a_draft])
def test_a_folder_is_on_disk_before_the_bytes_that_stand_in_it(
    tmp_path: Path, keep: Callable[[Store, bytes], None]
) -> None:
    content, digest = b"x", hashlib.sha256(b"x").hexdigest()
    store, folder = tmp_path / "var/store", tmp_path / "var/store" / digest[:2]
    with on_disk(tmp_path) as trace:
        keep(Store(store), content)
    for name in (tmp_path / "var", store, folder):
        assert trace.index(("made", name)) + 1 == trace.index(("synced", name.parent))
    assert trace[-2:] == [("named", folder / digest), ("synced", folder)]
    assert [path for done, path in trace if done == "synced" and path.is_dir()] == [
        tmp_path, tmp_path / "var", store, folder,
    ]  # fmt: skip


@pytest.mark.parametrize("keep", [keep_at_once, keep_a_draft])
def test_a_folder_that_is_there_costs_no_more(tmp_path: Path, keep: Callable[[Store, bytes], None]) -> None:
    folder = tmp_path / "store" / hashlib.sha256(b"x").hexdigest()[:2]
    folder.mkdir(parents=True)
    with on_disk(tmp_path) as trace:
        keep(Store(tmp_path / "store"), b"x")
    assert [path for done, path in trace if done == "synced" and path.is_dir()] == [folder]


def test_a_file_where_a_folder_should_be_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(FileExistsError):
        write_whole(tmp_path / "a/b", b"x")


@contextmanager
def on_disk(root: Path) -> Iterator[list[tuple[str, Path]]]:
    """Trace what is made, named and synced under a folder, in order."""
    trace: list[tuple[str, Path]] = []
    mkdir, replace, fsync = os.mkdir, os.replace, os.fsync

    def made(path: Path, mode: int = 0o777) -> None:
        mkdir(path, mode)
        trace.append(("made", Path(path)))

    def named(path: Path, name: Path) -> None:
        replace(path, name)
        trace.append(("named", Path(name)))

    def synced(handle: int) -> None:
        fsync(handle)
        trace.append(("synced", Path(f"/proc/self/fd/{handle}").readlink()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.mkdir", made)
        patch.setattr("os.replace", named)
        patch.setattr("os.fsync", synced)
        yield trace
    trace[:] = [(done, path) for done, path in trace if path.is_relative_to(root)]


def not_on_disk(trace: list[tuple[str, Path]]) -> set[Path]:
    """Return what a power cut would take at the end of a trace: names whose folders have not been synced since."""
    waiting: set[Path] = set()
    for done, path in trace:
        waiting = {name for name in waiting if name.parent != path} if done == "synced" else {*waiting, path}
    return waiting


def _first_release(folder: Path, warehouse: WarehouseAddress | None = None) -> House:
    """Publish once, then leave a delivery that says something new."""
    house = House(folder / "first", warehouse).take(AGREEMENT)
    assert in_child(house.run, folder / "first.log") == 0
    house.deliver(AGREEMENT, "reported", "redovisat_2021.csv", SECOND_DELIVERY)
    return house


def _kill(house: House, number: int) -> None:
    def run() -> None:
        with observed(die_at(number)):
            house.run()

    log = house.root / "run.log"
    status = in_child(run, log)
    assert status == KILLED, log.read_text("utf-8") if log.exists() else status


def _recover(house: House, new: dict[str, bytes], counts: dict[str, int], when: str) -> None:
    log = house.root / "recovery.log"
    assert in_child(house.run, log) == 0, log.read_text("utf-8")
    assert house.published() == new, when
    assert rows_in(house) == counts, when


def steps_of(house: House) -> list[str]:
    """Run to the end and return the names of the steps."""
    path = house.root / "steps.json"

    def run() -> None:
        names: list[str] = []
        with observed(names.append):
            outcomes = house.run()
        assert not any(outcome.problems for outcome in outcomes.values())
        path.write_text(json.dumps(names), "utf-8")

    assert in_child(run, house.root / "steps.log") == 0
    return list(json.loads(path.read_text("utf-8")))


def check_readers(house: House, old: dict[str, bytes], new: dict[str, bytes]) -> None:
    """Follow the pointer as a reader would: it leads to one whole release, the old or the new."""
    published = house.published()
    pointer_path = f"{AGREEMENT}/index.json"
    if pointer_path not in published:
        assert not old
        return
    assert published[pointer_path] in (old.get(pointer_path), new[pointer_path])
    folder = Path(AGREEMENT, "releases", json.loads(published[pointer_path])["release_id"])
    known = {**old, **new}
    for files in (published, known):
        assert any(Path(path).parent == folder for path in files)
    assert {p: c for p, c in published.items() if Path(p).parent == folder} == {
        p: c for p, c in known.items() if Path(p).parent == folder
    }
    if old:
        assert (house.public / AGREEMENT / "latest").resolve().is_dir()


def rows_in(house: House) -> dict[str, int]:
    """Count the rows of each table, in a process of its own: what has opened DuckDB must not be forked."""
    path = house.root / "rows.json"

    def count() -> None:
        with opened(house.state.warehouse) as connection, connection.begin():
            counts = {
                table.fullname: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in METADATA.sorted_tables
            }
        path.write_text(json.dumps(counts), "utf-8")

    assert in_child(count, house.root / "rows.log") == 0
    return dict(json.loads(path.read_text("utf-8")))
