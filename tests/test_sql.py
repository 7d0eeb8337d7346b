"""Each SELECT of sql/, on both databases, by data in and out: tests/sql/<table>/<case>/{input}.csv and expect.csv."""

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pytest
import sqlalchemy as sa

from publication.csv_json import cell_text
from schemas.derive import arrow_schema, sql_columns
from schemas.facts import Occasion
from schemas.warehouse_address import WarehouseAddress
from schemas.warehouse_tables import METADATA
from warehouse.engine import opened
from warehouse.facts import FactWriter
from warehouse.migration import migrate
from warehouse.queries import SQL_FOLDER, rows_of

CASES = sorted(path.parent for path in (Path(__file__).parent / "sql").rglob("expect.csv"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_select_gives_what_is_expected(case: Path, warehouse: WarehouseAddress) -> None:
    table = case.parent.name
    expected = _read(case / "expect.csv")
    with opened(warehouse) as connection:
        migrate(connection, warehouse)
        with connection.begin():
            for path in sorted(case.glob("*.csv")):
                if path.name != "expect.csv":
                    _insert(connection, path)
        found = rows_of(connection, table, **_parameters(case))
    said = [{name: cell_text(value) for name, value in row.items()} for row in found]
    assert sorted(said, key=str) == sorted(expected, key=str)


def test_every_select_has_a_case() -> None:
    tested = {case.parent.name for case in CASES}
    assert tested == {path.stem for path in SQL_FOLDER.glob("*.sql")}


def _parameters(case: Path) -> dict[str, str]:
    path = case / "parameters.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _insert(connection: sa.Connection, path: Path) -> None:
    if path.stem == "occasion":
        _insert_occasions(connection, path)
        return
    table = METADATA.tables[path.stem]
    rows = [{name: _typed(table.c[name].type, text) for name, text in row.items()} for row in _read(path)]
    connection.execute(table.insert(), rows)


def _insert_occasions(connection: sa.Connection, path: Path) -> None:
    """Insert rows as a load does; a case has them as they are told."""
    types = {column.name: column.type for column in sql_columns(Occasion)}
    by_load: dict[str, list[dict[str, Any]]] = {}
    for row in _read(path):
        said = {name: _typed(types[name], text) for name, text in row.items()}
        by_load.setdefault(said.pop("load_id"), []).append(said)
    for load_id, rows in by_load.items():
        schema = pyarrow.schema([field for field in arrow_schema(Occasion) if field.name != "load_id"])
        FactWriter(connection, load_id).insert(Occasion, pyarrow.Table.from_pylist(rows, schema=schema))


def _typed(kind: Any, text: str) -> Any:
    if text == "":
        return None
    if isinstance(kind, sa.Date):
        return date.fromisoformat(text)
    if isinstance(kind, sa.Boolean):
        return text == "true"
    if isinstance(kind, sa.BigInteger):
        return int(text)
    return Decimal(text) if isinstance(kind, sa.Numeric) else text
