"""Rows in bulk, from Arrow: row by row a warehouse takes a thousand a second, from Arrow a million."""

from typing import Any

import pyarrow
import sqlalchemy as sa


def insert(connection: sa.Connection, table: sa.Table, rows: pyarrow.Table) -> None:
    """Insert Arrow rows into a table, columns matched by name."""
    if rows.num_rows == 0:
        return
    duckdb: Any = connection.connection.driver_connection
    columns = ", ".join(rows.column_names)
    duckdb.register("incoming_rows", rows)
    connection.execute(sa.text(f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM incoming_rows"))  # noqa: S608 - names are the models'
    duckdb.unregister("incoming_rows")


def insert_dicts(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows given as dicts that all have the same keys."""
    if rows:
        insert(connection, table, pyarrow.Table.from_pylist(rows))
