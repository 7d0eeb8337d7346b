"""The warehouse, opened late and closed early: a DuckDB file open for writing shuts every other process out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
import tenacity

from schemas.errors import WarehouseError
from schemas.warehouse_address import WarehouseAddress
from schemas.warehouse_tables import SCHEMA

CONNECT_SECONDS_MAX = 5


@contextmanager
def opened(address: WarehouseAddress) -> Iterator[sa.Connection]:
    """Lend a connection to a warehouse; the caller begins its transactions.

    Raises:
        WarehouseError: when the warehouse cannot be reached in time, opened or written.
    """
    engine = _engine(address)
    try:
        with waiting(address)(engine.connect) as connection:
            yield connection
    except sa.exc.DBAPIError as error:
        raise WarehouseError(
            f"the warehouse {address} cannot be reached, opened or written ({_reason(error)}); waited "
            f"{address.wait_seconds:g} s where waiting could help. If another program has it open, close that; "
            "`lofte rebuild` makes it anew from what is kept"
        ) from error
    finally:
        engine.dispose()


@contextmanager
def asking(address: WarehouseAddress) -> Iterator[sa.Connection]:
    """Lend a connection whose changes are undone: a question is put as rows, sees one state and leaves no trace."""
    with opened(address) as connection:
        if connection.dialect.name == "postgresql":  # DuckDB always reads one snapshot
            connection.execution_options(isolation_level="REPEATABLE READ")
        transaction = connection.begin()
        try:
            yield connection
        finally:
            transaction.rollback()


def waiting(address: WarehouseAddress) -> tenacity.Retrying:
    """Return what calls a function again, with growing pauses, while a fault of the connection may pass."""
    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(_may_pass),
        wait=tenacity.wait_random_exponential(multiplier=0.1, max=2),
        stop=lambda attempt: attempt.idle_for >= address.wait_seconds,
        reraise=True,
    )


def _engine(address: WarehouseAddress) -> sa.Engine:
    if address.file is not None:
        address.file.parent.mkdir(parents=True, exist_ok=True)
        return sa.create_engine(address.url, poolclass=sa.pool.NullPool)
    arguments: dict[str, Any] = {
        # Names in sql/ are bare, so that one text serves both databases.
        "options": f"-csearch_path={SCHEMA}",
        "connect_timeout": CONNECT_SECONDS_MAX,
        "application_name": "lofteskollen",
    }
    return sa.create_engine(address.url, poolclass=sa.pool.NullPool, connect_args=arguments)


def _may_pass(error: BaseException) -> bool:
    if not isinstance(error, sa.exc.DBAPIError):
        return False
    if type(error.orig).__module__.startswith("psycopg"):
        return isinstance(error, sa.exc.OperationalError)
    return "lock on file" in str(error.orig)


def _reason(error: sa.exc.DBAPIError) -> str:
    """Say what is wrong: a lost connection in the driver's words, all else by its kind, as words may quote a value."""
    name = type(error.orig).__name__
    if isinstance(error, sa.exc.OperationalError) and type(error.orig).__module__.startswith("psycopg"):
        return f"{name}: {str(error.orig).splitlines()[0]}"
    return name
