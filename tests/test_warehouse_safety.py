"""What a shared warehouse must never do: tell its password, wait without end, garble text, or clear what is others'."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import traceback
from contextlib import suppress
from datetime import date
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from schemas.errors import SettingsError, WarehouseError
from schemas.settings import read_settings
from schemas.warehouse_address import WarehouseAddress, embedded, parse_warehouse_url
from tasks.prepare import clear_warehouse
from tests.house import PROJECT, House
from tests.postgres import Postgres
from warehouse.engine import opened
from warehouse.migration import migrate

SECRETS = [
    "postgres://u:hemligt@h/db",
    "postgresql://u@h/db?password=hemligt",
    "postgresql://u@h/db?sslpassword=hemligt",
    "postgresql://u:p@hemligt@127.0.0.1:1/db",
    "postgresql://u:p@ss:hemligt@h/db",
]


@pytest.mark.parametrize("url", SECRETS)
def test_p5_no_form_of_an_address_tells_its_password(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOFTE_WAREHOUSE", url)
    with pytest.raises(SettingsError, match="a warehouse is postgresql://") as refused:
        read_settings()
    assert "hemligt" not in "".join(traceback.format_exception(refused.value))


def test_swedish_text_arrives_as_it_is_whatever_the_environment_says(
    postgres_warehouse: WarehouseAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    house = House(tmp_path, postgres_warehouse).take("goteborg-centrum-1")
    house.run()
    told = {row["label_sv"] for row in house.rows("goteborg-centrum-1", "activities")}
    with opened(postgres_warehouse) as connection:
        found = connection.execute(sa.text("SELECT label_sv FROM published.activities")).scalars()
        assert set(found) == told
    assert any(not text.isascii() for text in told)


def test_l4_nobody_waits_without_end_for_another_s_transaction(postgres: Postgres, tmp_path: Path) -> None:
    address = postgres.new_database(wait_seconds=1)
    house = House(tmp_path, address).take("goteborg-centrum-1")
    with opened(address) as connection:
        migrate(connection, address)
    with opened(address) as other, other.begin():
        other.execute(sa.text("LOCK TABLE load IN ACCESS EXCLUSIVE MODE"))
        ended = threading.Event()

        def run() -> None:
            with suppress(WarehouseError):
                house.run()
            ended.set()

        threading.Thread(target=run, daemon=True).start()
        assert ended.wait(60)
    assert house.run()["goteborg-centrum-1"].became == "published"


def test_tables_of_others_by_our_names_are_not_cleared(warehouse: WarehouseAddress, tmp_path: Path) -> None:
    with opened(warehouse) as connection, connection.begin():
        connection.execute(sa.text("CREATE SCHEMA published"))
        connection.execute(sa.text("CREATE TABLE published.release (id BIGINT, note TEXT)"))
        connection.execute(sa.text("INSERT INTO published.release VALUES (1, 'theirs')"))
    house = House(tmp_path / "house", warehouse).take("goteborg-centrum-1")
    with pytest.raises(WarehouseError, match="'release' that this program did not make"):
        house.run()
    with opened(warehouse) as connection:
        assert connection.execute(sa.text("SELECT note FROM published.release")).scalar_one() == "theirs"


def test_rebuild_leaves_what_others_keep_in_a_file_that_is_not_the_state_s(tmp_path: Path) -> None:
    file = tmp_path / "mine.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE TABLE theirs AS SELECT 1 AS one")
    house = House(tmp_path / "house", embedded(file))
    clear_warehouse.fn(house.state)
    with duckdb.connect(str(file)) as connection:
        assert connection.execute("SELECT one FROM theirs").fetchall() == [(1,)]
    file.write_bytes(b"no database")
    with pytest.raises(WarehouseError):
        clear_warehouse.fn(house.state)
    assert file.read_bytes() == b"no database"


def test_an_older_state_put_back_says_which_release_is_current(warehouse: WarehouseAddress, tmp_path: Path) -> None:
    house = House(tmp_path / "house", warehouse).take("tranas-1")
    house.run(at=date(2024, 3, 15))
    kept = {path: path.read_bytes() for path in (house.state.root / "ledger").iterdir()}
    house.run()
    for path, content in kept.items():
        path.write_bytes(content)
    shutil.rmtree(house.public / "tranas-1")
    house.run(at=date(2024, 3, 15))
    with opened(warehouse) as connection:
        query = "SELECT as_of_month FROM published.release WHERE is_current"
        assert connection.execute(sa.text(query)).scalars().all() == ["2024-02"]


def test_a_delivery_that_is_mended_later_still_holds_the_month_before(house: House) -> None:
    house.take("tranas-1")
    folder = house.agreements / "tranas-1/deliveries/police-activities"
    broken = next(path for path in sorted(folder.glob("*.csv")) if "2023-05" in path.name)
    content = broken.read_bytes()
    broken.write_bytes(b"fel;" + content)
    later = broken.with_name(broken.name.replace(broken.stem[-10:], "2024-02-01"))
    later.write_bytes(content)
    early = house.run(at=date(2023, 12, 15))["tranas-1"]
    assert any(broken.name in str(problem) for problem in early.problems)
    assert not any(broken.name in str(problem) for problem in house.run(at=date(2024, 3, 15))["tranas-1"].problems)


def test_a_state_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for command in (("rebuild",), ("run",)):
        result = subprocess.run(
            [Path(sys.executable).with_name("lofte"), "--state", str(tmp_path / "file" / "x"), *command],
            capture_output=True, text=True, cwd=PROJECT, env={**os.environ, "LOFTE_PUBLIC": str(tmp_path / "p")},
        )  # fmt: skip
        assert result.returncode == 1
        assert "Traceback" not in result.stderr
        assert "Not a directory" in result.stderr


def test_a_warehouse_that_never_answers_is_left_in_time(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = parse_warehouse_url(f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/db")
        started = time.monotonic()
        with pytest.raises(WarehouseError), opened(WarehouseAddress(url, wait_seconds=1)):
            pass
        assert time.monotonic() - started < 30
