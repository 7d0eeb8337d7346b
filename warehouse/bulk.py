"""Rows in bulk, from Arrow: row by row a warehouse takes a thousand a second, from Arrow a million."""

from typing import Any

import psycopg
import pyarrow
import pyarrow.csv
import sqlalchemy as sa

from archive.steps import step

COPY_ROWS_MAX = 50_000


def insert(connection: sa.Connection, table: sa.Table, rows: pyarrow.Table) -> None:
    """Insert Arrow rows into a table, columns matched by name."""
    if rows.num_rows == 0:
        return
    preparer = connection.dialect.identifier_preparer
    target = preparer.format_table(table)
    columns = ", ".join(preparer.quote(name) for name in rows.column_names)
    step(f"insert:{table.name}")
    if connection.dialect.name == "postgresql":
        _copy(connection, table, f"COPY {target} ({columns}) FROM STDIN (FORMAT csv)", rows)
    else:
        _select_from_arrow(connection, f"INSERT INTO {target} ({columns}) SELECT {columns} FROM incoming_rows", rows)  # noqa: S608 - names are the models'


def insert_dicts(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows given as dicts that all have the same keys."""
    if rows:
        insert(connection, table, pyarrow.Table.from_pylist(rows))


def _select_from_arrow(connection: sa.Connection, statement: str, rows: pyarrow.Table) -> None:
    duckdb: Any = connection.connection.driver_connection
    duckdb.register("incoming_rows", rows)
    connection.execute(sa.text(statement))
    duckdb.unregister("incoming_rows")


def _copy(connection: sa.Connection, table: sa.Table, statement: str, rows: pyarrow.Table) -> None:
    """Stream rows by COPY, some at a time.

    Raises:
        sqlalchemy.exc.OperationalError: when the connection is lost; SQLAlchemy sees nothing of a COPY by itself.
        sqlalchemy.exc.DBAPIError: when the database refuses the rows; its words may quote a cell and go no further.
    """
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for batch in _plain(rows).to_batches(max_chunksize=COPY_ROWS_MAX):
                copy.write(_csv(batch))
                step(f"copy:{table.name}")
    except psycopg.OperationalError as error:
        connection.invalidate(error)
        raise sa.exc.OperationalError(statement, None, error, connection_invalidated=True) from error
    except psycopg.Error as error:
        raise sa.exc.DBAPIError(statement, None, type(error)()) from None


def _plain(rows: pyarrow.Table) -> pyarrow.Table:
    """Write every value out, also where a column holds each distinct one once; CSV has no such thing."""
    fields = [
        field.with_type(field.type.value_type) if pyarrow.types.is_dictionary(field.type) else field
        for field in rows.schema
    ]
    return rows.cast(pyarrow.schema(fields))


def _csv(batch: pyarrow.RecordBatch) -> bytes:
    """Write rows as COPY reads them; every value is quoted, so that an empty text is not taken for a missing one."""
    buffer = pyarrow.BufferOutputStream()
    pyarrow.csv.write_csv(batch, buffer, pyarrow.csv.WriteOptions(include_header=False, quoting_style="all_valid"))
    return bytes(buffer.getvalue())
