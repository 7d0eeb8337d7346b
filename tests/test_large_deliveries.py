"""Deliveries larger than a block: read batch by batch they say what the whole says, and count whole or not at all."""

import hashlib
import io
import json
import os
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.store import Store
from methods.interpret import Interpreted
from methods.set_aside_count import SetAsideCount
from schemas.content import Opened, in_memory
from schemas.contract import ReadableContract
from schemas.delivery import Receipt
from schemas.errors import AlteredDeliveryError, DeliveryHeldError, LofteError
from schemas.warehouse_address import WarehouseAddress
from sources.reading import TooManySetAsideError, read_delivery
from tasks.explain import explain_figure
from tests import test_year_to_date as to_date
from tests.children import KILLED, die_at, in_child, observed
from tests.house import House, copy_of
from tests.test_crash import rows_in
from tests.test_interpret import OCCASIONS
from warehouse.engine import opened

AGREEMENT = "tranas-1"
SMALL = 200
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["P-1", "P-2", "P-3", "P-1 ", "", ".."]) | st.integers(4, 60).map("P-{}".format),
        st.sampled_from(["2024-01-15", "2024-02-01", "2024-02-30"]),
        st.sampled_from(["Trafikkontroll", "Trafikkontroll", "Krogrond"]),
        st.sampled_from(["1", "2", "-1"]),
        st.sampled_from(["", "", "kväll"]),
    )
    | st.tuples(*[st.just("")] * 4, st.sampled_from(["", "", "kväll"])),
    max_size=60,
)  # fmt: skip


def read(content: bytes, block_bytes: int, share: str = "1", opened: Opened | None = None) -> list[Interpreted]:
    """Read a delivery in blocks of a size."""
    contract: dict[str, Any] = {**OCCASIONS, "set_aside_share_max": Decimal(share), "ignored_columns": ["not"]}
    readable = ReadableContract.model_validate({
        "agreement_id": "tranas-1", "source_id": "source", "starts_on": date(2024, 1, 1), "ends_on": date(2024, 12, 31),
        "contract": contract, "places": {"Tranås centrum": "centre"},
    })  # fmt: skip
    receipt = Receipt.model_validate({
        "source_id": "source", "covers_from": "2024-01", "covers_to": "2024-02", "content_hash": "", "file_name": "",
        "size": len(content), "address": "", "received_on": date(2024, 3, 1), "source_url": None, "is_invented": True,
        "attests_zero": content.count(b"\n") == 1, "fetched_at": "",
    })  # fmt: skip
    return list(read_delivery(opened or in_memory(content), receipt, readable, block_bytes=block_bytes))


def said(found: list[Interpreted]) -> tuple[list[dict[str, Any]], list[Any], int, int, int]:
    """Put together what batches say, each in the place of what it stands instead of, in the order of lines."""
    facts: list[dict[str, Any]] = []
    set_aside: list[Any] = []
    count = SetAsideCount()
    for batch in found:
        count.add(batch)
        again = set() if batch.instead_of is None else set(batch.instead_of.tolist())
        facts = [row for row in facts if row["source_line"] not in again] + batch.facts.to_pylist()
        set_aside = [row for row in set_aside if row.line not in again] + batch.set_aside
    in_order = sorted(facts, key=lambda row: row["source_line"]), sorted(set_aside, key=str)
    return *in_order, count.rows_count, count.lines_count, count.told_rows_count


def export(rows: list[tuple[str, str, str, str, str]]) -> bytes:
    """Write rows as an export; one of no kind is blank but for a note, which is not read."""
    lines = [
        f"{row_id};{day};{kind};Tranås centrum;{count};PÅHITTAD;{note}\n" if kind else f";;;;;;{note}\n"
        for row_id, day, kind, count, note in rows
    ]
    return ("id;datum;typ;plats;antal;markering;not\n" + "".join(lines)).encode()


@settings(max_examples=200, deadline=None)
@given(ROWS, st.integers(120, 900))
def test_batches_say_what_the_whole_says(rows: list[tuple[str, str, str, str, str]], block_bytes: int) -> None:
    content = export(rows)

    def outcome(block_bytes: int) -> object:
        try:
            return said(read(content, block_bytes))
        except TooManySetAsideError as error:  # every row
            return str(error)

    assert outcome(block_bytes) == outcome(1 << 24)


def test_a_row_that_comes_again_in_another_batch_with_a_space_counts_once() -> None:
    row = ("2024-01-15", "Trafikkontroll", "1", "")
    content = export([*((f"P-{number}", *row) for number in range(100)), ("P-7 ", *row)])
    facts, set_aside, *_ = said(read(content, SMALL))
    assert len(facts) == 100
    assert [(address.line, address.rule) for address in set_aside] == [(102, "duplicate_row")]


def test_a_share_over_all_batches_holds_the_delivery() -> None:
    rows = [(f"P-{number}", "2024-01-15", "Trafikkontroll", "1" if number % 4 else "-1", "") for number in range(100)]
    assert len(read(export(rows), SMALL, "0.25")) > 10
    with pytest.raises(
        DeliveryHeldError, match=r"25 of 100 rows would be set aside.* the first at line 2, column antal"
    ):
        read(export(rows), SMALL, "0.24")


@pytest.mark.parametrize(("share", "max_of_an_id"), [("0.4", 250_000), ("1", 1)])
def test_ids_that_tell_no_rows_apart_hold_the_delivery_before_all_its_rows_are_judged(
    share: str, max_of_an_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the export holds its rows twice, or calls another column the id, they could be more than memory holds."""
    monkeypatch.setattr("sources.reading.ROWS_OF_AN_ID_MAX", max_of_an_id)
    rows = [(f"P-{number % 50}", "2024-01-15", "Trafikkontroll", "1", "") for number in range(100)]
    told = r"at least (50|1) of 100 rows have the same text in column id as a row before them"
    with pytest.raises(DeliveryHeldError, match=told):
        read(export(rows), SMALL, share)
    monkeypatch.setattr("sources.reading.ROWS_OF_AN_ID_MAX", 2)
    assert len(said(read(export(rows), SMALL, "0.5"))[0]) == 50


def test_ids_that_are_missing_are_not_said_to_repeat_each_other() -> None:
    rows = [("", "2024-01-15", "Trafikkontroll", "1", "")] * 100
    with pytest.raises(DeliveryHeldError, match=r"100 of 100 rows .* at line 2, column id, rule missing_value"):
        read(export(rows), SMALL, "0.5")


def test_rows_are_put_in_as_they_come_also_where_nearly_all_are_set_aside(
    warehouse: WarehouseAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.load.read_delivery", partial(read_delivery, block_bytes=SMALL))
    monkeypatch.setattr("warehouse.loads.ROWS_AT_A_TIME", 20)
    house = House(tmp_path / "house", warehouse).take(AGREEMENT)
    path = house.agreements / AGREEMENT / "deliveries/police-activities" / only_one_delivery(house)
    path.write_bytes(path.read_bytes() + b"P-99;2024-05-01;Okand;Sommen;1;\n" * 90)
    names: list[str] = []
    with observed(names.append):
        assert "rows would be set aside, more than" in str(house.run()[AGREEMENT].problems)
    assert names.count("commit:rows") > 4


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"P-3;", b"P-4;"), (b"\nP-3;", b"\n;P-3"), (b"\nP-3;", b" P-3;"), ("PÅHITTAD".encode(), b""), (b";1;", b"\n1;")],
)
def test_a_file_that_is_altered_between_two_readings_is_refused(before: bytes, after: bytes) -> None:
    rows = [(f"P-{number % 90}", "2024-01-15", "Trafikkontroll", "1", "") for number in range(100)]
    content = export(rows)
    lent = iter([content, content.replace(before, after)])
    with pytest.raises(AlteredDeliveryError, match="was altered while it was read"):
        read(content, SMALL, opened=lambda: nullcontext(io.BytesIO(next(lent))))


@pytest.fixture
def small_blocks() -> Iterator[None]:
    """Let every delivery be a large one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.load.read_delivery", partial(read_delivery, block_bytes=SMALL))
        patch.setattr("warehouse.loads.ROWS_AT_A_TIME", 4)
        yield


@pytest.mark.usefixtures("small_blocks")
def test_the_same_is_published_from_batches(bundled: House, warehouse: WarehouseAddress, tmp_path: Path) -> None:
    house = House(tmp_path / "house", warehouse).take(AGREEMENT)
    names: list[str] = []
    with observed(names.append):
        assert not house.run()[AGREEMENT].problems
    assert names.count("commit:rows") > 5
    expected = {path: content for path, content in bundled.published().items() if path.startswith(f"{AGREEMENT}/")}
    assert {path: content for path, content in house.published().items() if path.startswith(AGREEMENT)} == expected


def only_one_delivery(house: House) -> str:
    """Leave one delivery of many rows, some of them twice; return its name."""
    folder = house.agreements / AGREEMENT / "deliveries"
    for path in folder.rglob("PAHITTAD_*"):
        path.unlink()
    rows = [f"P-{number % 28};2024-05-{number % 28 + 1:02d};Trafikkontroll;Sommen;1;PÅHITTAD\n" for number in range(32)]
    name = "PAHITTAD_polis_2024-05_mottagen_2024-06-11.csv"
    house.deliver(AGREEMENT, "police-activities", name, "id;datum;typ;plats;antal;markering\n" + "".join(rows))
    return name


@pytest.mark.usefixtures("small_blocks")
def test_a_held_delivery_leaves_nothing(warehouse: WarehouseAddress, tmp_path: Path) -> None:
    house = House(tmp_path / "house", warehouse).take(AGREEMENT)
    path = house.agreements / AGREEMENT / "deliveries/police-activities" / only_one_delivery(house)
    good = path.read_bytes()
    path.write_bytes(good + b"P-99;2024-05-01;Okand;Sommen;1;\n" * 90)
    names: list[str] = []
    with observed(names.append):
        assert "rows would be set aside, more than" in str(house.run()[AGREEMENT].problems)
    assert {"commit:begun", "commit:rows", "commit:taken-out"} <= set(names)
    assert _fact_counts(warehouse) == {
        "load": 0,
        "load_begun": 0,
        "occasion_row": 0,
        "occasion_kind": 0,
        "set_aside_row": 0,
    }
    path.write_bytes(good)
    assert not house.run()[AGREEMENT].problems
    assert _fact_counts(warehouse) == {
        "load": 1,
        "load_begun": 0,
        "occasion_row": 28,
        "occasion_kind": 1,
        "set_aside_row": 4,
    }


def test_of_very_many_lines_behind_a_figure_the_first_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(tmp_path / "house").take(AGREEMENT)
    only_one_delivery(house)
    assert not house.run()[AGREEMENT].problems
    monkeypatch.setattr("tasks.explain.LINES_TOLD_MAX", 3)
    found = explain_figure.fn(f"{AGREEMENT}/traffic-controls/controls/-/calendar-year/2024", house.state)
    (behind,) = found.deliveries
    assert (behind.lines, behind.lines_count, len(behind.set_aside)) == ([2, 3, 4], 28, 3)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("kind", ["duckdb", "postgresql"])
def test_a_run_killed_in_the_middle_of_a_load_counts_once(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    postgres = request.getfixturevalue("postgres") if kind == "postgresql" else None
    address = postgres.new_database() if postgres else None
    first = House(tmp_path / "first", address).take(AGREEMENT)
    only_one_delivery(first)
    whole = copy_of(first, tmp_path / "whole", postgres.copy_of(address) if postgres else None)
    names, new = _steps(whole), whole.published()
    counts = rows_in(whole)
    numbers = [number for number, name in enumerate(names, 1) if name.startswith(("commit:", "append:load"))]
    assert len(numbers) > 8
    for number in numbers:
        broken = copy_of(first, tmp_path / f"killed-at-{number}", postgres.copy_of(address) if postgres else None)
        assert in_child(lambda house=broken, at=number: _killed(house, at), broken.root / "log") == KILLED
        assert in_child(broken.run, broken.root / "recovery.log") == 0
        assert broken.published() == new, names[number - 1]
        assert rows_in(broken) == counts, names[number - 1]


@pytest.mark.usefixtures("small_blocks")
def test_what_a_killed_run_left_of_a_load_that_never_comes_again_is_swept(tmp_path: Path) -> None:
    house = House(tmp_path / "house").take(AGREEMENT)
    path = house.agreements / AGREEMENT / "deliveries/police-activities" / only_one_delivery(house)
    names = _steps(copy_of(house, tmp_path / "whole"))
    at = names.index("commit:rows") + 3
    assert in_child(lambda: _killed(house, at), tmp_path / "log") == KILLED
    house.edit(AGREEMENT, 'missing_marks = ["..", "-"]', 'missing_marks = ["..", "-", "x"]')
    path.touch()
    assert in_child(house.run, tmp_path / "recovery.log") == 0
    assert rows_in(house)["occasion_row"] == 28
    assert rows_in(house)["load_begun"] == 0


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("step", ["commit:begun", "commit:rows", "copy:occasion_row", "commit:load"])
def test_a_database_that_restarts_in_the_middle_of_a_load_counts_once(
    step: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    postgres = request.getfixturevalue("postgres")
    house = House(tmp_path / "house", postgres.new_database()).take(AGREEMENT)
    only_one_delivery(house)
    pending = [step]

    def restart(name: str) -> None:
        if name in pending:
            pending.remove(name)
            postgres.restart()

    with observed(restart):
        assert not house.run()[AGREEMENT].problems
    assert pending == []
    assert _fact_counts(house.state.warehouse) == {
        "load": 1,
        "load_begun": 0,
        "occasion_row": 28,
        "occasion_kind": 1,
        "set_aside_row": 4,
    }


@pytest.mark.usefixtures("small_blocks")
def test_two_states_that_load_the_same_at_once_count_once(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    address = request.getfixturevalue("postgres").new_database()
    houses = [House(tmp_path / name, address).take(AGREEMENT) for name in ("one", "two", "three")]
    children = []
    for house in houses:
        only_one_delivery(house)
        child = os.fork()
        if child == 0:
            problems = house.run()[AGREEMENT].problems
            os._exit(1 if problems else 0)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
    assert _fact_counts(address) == {
        "load": 1,
        "load_begun": 0,
        "occasion_row": 28,
        "occasion_kind": 1,
        "set_aside_row": 4,
    }


def test_kept_bytes_are_read_and_written_piece_by_piece(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    digest = store.put(b"abc")
    with store.drafting() as draft:
        for piece in (b"ab", b"", b"c"):
            draft.write(piece)
        with draft.opened() as file:
            assert file.read() == b"abc"
        store.take(draft, digest)
    other = hashlib.sha256(b"d").hexdigest()
    with store.drafting() as draft:
        draft.write(b"d")
        store.take(draft, other)
    assert {path.name for path in (tmp_path / "store").rglob("*") if path.is_file()} == {digest, other}
    with store.reading(digest) as reader:
        assert [reader.read(2), reader.read(2), reader.read(2)] == [b"ab", b"c", b""]
    (tmp_path / "store" / digest[:2] / digest).write_bytes(b"abd")
    with store.reading(digest) as reader, pytest.raises(LofteError, match="has been altered"):
        list(iter(lambda: reader.read(2), b""))
    with pytest.raises(LofteError, match="the store lacks"), store.reading("0" * 64):
        pass


def test_a_draft_that_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    (tmp_path / "store").mkdir()
    (tmp_path / "store/.draft.unfinished").write_bytes(b"of a run that was killed")
    with store.drafting() as draft:
        draft.write(b"ab")
    assert [path for path in (tmp_path / "store").rglob("*") if path.is_file()] == []


@pytest.mark.usefixtures("small_blocks")
def test_rows_in_batches_whose_correction_is_taken_back_are_held_below_what_came_since(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.take_case(to_date.ROWS, has_deliveries=False)
    days = [f"2024-02-{day:02d}" for day in range(1, 29)]
    to_date.rows(house, "2024-02", "2024-03-10", *((day, 1) for day in days))
    to_date.rows(house, "2024-03", "2024-04-10", *((day, 1) for day in days), ("2024-03-05", 2))
    house.run(to_date.ROWS, at=to_date.AT)
    correction = to_date.correct(house, to_date.ROWS, "PAHITTAD_2024-03_mottagen_2024-04-10.csv", "2024-04-10", 2, 1, 4)
    house.run(to_date.ROWS, at=to_date.AT)
    to_date.rows(house, "2024-02", "2024-05-10", *((day, 1) for day in days[1:]), (days[0], 3))
    assert house.run(to_date.ROWS, at=to_date.AT)[to_date.ROWS].problems == []
    correction.unlink()
    (problem,) = house.run(to_date.ROWS, at=to_date.AT)[to_date.ROWS].problems
    assert "the rows of controls/made until 2024-02 add up to less in this delivery until 2024-03" in str(problem)
    assert to_date.month(house, to_date.ROWS, "2024-03") == ("2", "exact", "observed")
    assert _fact_counts(house.state.warehouse)["load"] == 4


def _killed(house: House, number: int) -> None:
    with observed(die_at(number)):
        house.run()


def _steps(house: House) -> list[str]:
    path = house.root / "steps.json"

    def run() -> None:
        names: list[str] = []
        with observed(names.append):
            assert not house.run()[AGREEMENT].problems
        path.write_text(json.dumps(names), "utf-8")

    assert in_child(run, house.root / "steps.log") == 0
    return list(json.loads(path.read_text("utf-8")))


def _fact_counts(warehouse: WarehouseAddress) -> dict[str, int]:
    tables = ("load", "load_begun", "occasion_row", "occasion_kind", "set_aside_row")
    with opened(warehouse) as connection, connection.begin():
        return {name: connection.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar_one() for name in tables}
