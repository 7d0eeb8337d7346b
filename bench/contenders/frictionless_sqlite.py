"""Frictionless by a schema: validates, and loads the good rows into SQLite in the same pass.

SQLite is the quickest of the databases that it can write to here, as rows go in a thousand at a time. Its Indexer does
the same, but stops at the thousandth error.
"""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from bench.export import FIRST_DAY, LAST_DAY, MUNICIPALITIES, TYPES
from bench.job import DELIVERY, Clock, Contender, Found, Job, read_counts, write_counts

Load = Callable[[Any, Path], Any]
DATABASE = "frictionless.sqlite"
TABLE = "occasion"
ERRORS_MAX = 1_000_000
ROWS_AT_ONCE = 1_000
REASONS = {"datum": "impossible_date", "typ": "unknown_type", "antal": "fraction", "id": "repeated_id"}
PLAIN_TABLE = f"""
    CREATE TABLE IF NOT EXISTS {TABLE}
        (delivery TEXT, "_rowNumber" INTEGER, datum TEXT, kommun TEXT, typ TEXT, antal INTEGER)
"""
COUNTS = f"""
    SELECT substr(datum, 1, 7), typ, kommun, count(*), sum(antal) FROM {TABLE} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def by_its_adapter(resource: Any, database: Path) -> Any:
    """By its own SQL adapter: every column, into a table made anew."""
    import sqlalchemy as sa
    from frictionless.formats.sql import SqlAdapter

    engine = sa.create_engine(f"sqlite:///{database}")
    adapter = SqlAdapter(engine)
    adapter.write_schema(resource.schema, table_name=TABLE, force=True, with_metadata=True, ignore_constraints=True)
    row_as_kept = partial(adapter.mapper.write_row, with_metadata=True)
    with engine.begin() as connection:
        report = _validated(
            resource, row_as_kept, partial(connection.execute, sa.insert(adapter.metadata.tables[TABLE]))
        )
    engine.dispose()
    return report


def plain_inserts(resource: Any, database: Path) -> Any:
    """As frictionless, with what is counted of its rows handed to SQLite as it is, past its SQL adapter."""

    def as_kept(row: Any) -> tuple[Any, ...]:
        return DELIVERY, row.row_number, row["datum"].isoformat(), row["kommun"], row["typ"], row["antal"]

    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(PLAIN_TABLE)
        connection.execute(f"DELETE FROM {TABLE} WHERE delivery = ?", (DELIVERY,))
        insert = f"INSERT INTO {TABLE} VALUES (?, ?, ?, ?, ?, ?)"
        return _validated(resource, as_kept, partial(connection.executemany, insert))


def _validated(resource: Any, as_kept: Callable[[Any], Any], insert: Callable[[list[Any]], object]) -> Any:
    """Validate all rows, and insert the valid ones as they come by; return the report."""
    waiting: list[Any] = []

    def take(row: Any) -> None:
        if row.valid:
            waiting.append(as_kept(row))
        if len(waiting) == ROWS_AT_ONCE:
            insert(waiting)
            waiting.clear()

    report = resource.validate(limit_errors=ERRORS_MAX, on_row=take)
    if waiting:
        insert(waiting)
    return report


def _prepare(load: Load) -> Job:
    from frictionless import Dialect, Resource, Schema
    from frictionless.formats import CsvControl

    fields = [
        {"name": "id", "type": "string", "constraints": {"unique": True, "required": True}},
        {"name": "datum", "type": "date", "constraints": {"minimum": FIRST_DAY, "maximum": LAST_DAY}},
        {"name": "kommun", "type": "string", "constraints": {"enum": list(MUNICIPALITIES)}},
        {"name": "omrade", "type": "string"},
        {"name": "typ", "type": "string", "constraints": {"enum": list(TYPES)}},
        {"name": "antal", "type": "integer", "constraints": {"minimum": 0, "maximum": 9_999_999}},
        {"name": "alder", "type": "string"},
        {"name": "anteckning", "type": "string"},
    ]

    def job(export: Path, folder: Path, clock: Clock) -> None:
        resource = Resource(
            path=export.name,
            basepath=str(export.parent),
            dialect=Dialect(controls=[CsvControl(delimiter=";")]),
            schema=Schema.from_descriptor({"fields": fields}),
        )
        with clock.stage("check and load"):
            report = load(resource, folder / DATABASE)
        with closing(sqlite3.connect(folder / DATABASE)) as connection:
            with clock.stage("set aside"), connection:
                _set_aside(connection, _bad_rows(report))
            with clock.stage("count and write"):
                write_counts(folder, connection.execute(COUNTS))

    return job


def _bad_rows(report: Any) -> dict[int, str]:
    """Read the rows of errors; of a repeated id, the row that had it first stands in the words of the error."""
    bad: dict[int, str] = {}
    for row, name, note in report.flatten(["rowNumber", "fieldName", "note"]):
        bad[int(row)] = REASONS.get(name, str(name))
        first = re.search(r"row at position (\d+)", str(note))
        if name == "id" and first:
            bad[int(first.group(1))] = REASONS[name]
    return bad


def _set_aside(connection: sqlite3.Connection, bad: dict[int, str]) -> None:
    """Write the bad rows down, and take out those that had a repeated id first: they were good until then."""
    connection.execute("CREATE TABLE IF NOT EXISTS set_aside (delivery TEXT, line INTEGER, reason TEXT)")
    connection.execute("DELETE FROM set_aside WHERE delivery = ?", (DELIVERY,))
    rows = [(DELIVERY, line, reason) for line, reason in bad.items()]
    connection.executemany("INSERT INTO set_aside VALUES (?, ?, ?)", rows)
    connection.execute(f'DELETE FROM {TABLE} WHERE "_rowNumber" IN (SELECT line FROM set_aside)')


def _found(folder: Path) -> Found:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        (accepted,) = connection.execute(f"SELECT count(*) FROM {TABLE}").fetchone()
        rows = connection.execute("SELECT line, reason FROM set_aside").fetchall()
    return Found(dict(rows), accepted, *read_counts(folder))


def _contender(load: Load) -> Contender:
    return Contender(("frictionless",), partial(_prepare, load), _found, about=load.__doc__ or "")


FRICTIONLESS = _contender(by_its_adapter)
PLAIN_INSERTS = _contender(plain_inserts)
