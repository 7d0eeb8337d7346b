"""The warehouse, opened late and closed early: a DuckDB file open for writing shuts every other process out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
import tenacity

from schemas.errors import WarehouseError
from schemas.warehouse_address import WarehouseAddress
from schemas.warehouse_tables import SCHEMA

CONNECT_SECONDS_MAX = 5
KEEPALIVE_SECONDS = 5
KEEPALIVES = 3
T = TypeVar("T")


@contextmanager
def opened(address: WarehouseAddress, isolation_level: str = "READ COMMITTED") -> Iterator[sa.Connection]:
    """Lend a connection to a warehouse; the caller begins its transactions.

    Args:
        address: of the warehouse.
        isolation_level: for PostgreSQL; DuckDB always reads one state.

    Raises:
        WarehouseError: when the warehouse cannot be reached in time, opened or written.
    """
    engine = _engine(address, isolation_level)
    try:
        with _reaching(address)(engine.connect) as connection:
            yield connection
    except sa.exc.DBAPIError as error:
        raise WarehouseError(
            f"the warehouse {address} cannot be reached, opened or written ({_reason(error)}); waited "
            f"{address.wait_seconds:g} s where waiting could help. If another program has it open, close that; "
            "`lofte rebuild` makes it anew from what is kept"
        ) from error
    finally:
        engine.dispose()


def transact(connection: sa.Connection, address: WarehouseAddress, work: Callable[[], None]) -> None:
    """Do work in one transaction, and all of it again where the connection is lost.

    Work looks first whether it has been done: the answer to a commit may be lost when the commit was not.
    """

    def once() -> None:
        with connection.begin():
            work()

    again_where_lost(address, once)


def again_where_lost(address: WarehouseAddress, work: Callable[[], T]) -> T:
    """Do work that has transactions of its own, and all of it again where the connection is lost."""
    return _waiting(address)(work)


def ask(address: WarehouseAddress, work: Callable[[sa.Connection], T]) -> T:
    """Return what work finds; a question is put as rows, sees one state of the warehouse and leaves no trace.

    Raises:
        WarehouseError: when the warehouse cannot be reached in time or read.
    """
    with opened(address, isolation_level="REPEATABLE READ") as connection:

        def once() -> T:
            transaction = connection.begin()
            try:
                return work(connection)
            finally:
                transaction.rollback()

        return _waiting(address)(once)


def _waiting(address: WarehouseAddress) -> tenacity.Retrying:
    """Return what calls a function again, with growing pauses, while a fault of the connection may pass."""
    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(_may_pass),
        wait=tenacity.wait_random_exponential(multiplier=0.1, max=2),
        stop=lambda attempt: attempt.idle_for >= address.wait_seconds,
        reraise=True,
    )


def _reaching(address: WarehouseAddress) -> tenacity.Retrying:
    """Return what waits for a warehouse by the clock: an attempt to connect may itself take long."""
    return _waiting(address).copy(stop=tenacity.stop_after_delay(address.wait_seconds))


def _engine(address: WarehouseAddress, isolation_level: str) -> sa.Engine:
    if address.file is not None:
        address.file.parent.mkdir(parents=True, exist_ok=True)
        # The order in which rows went in means nothing; keeping it would cost memory.
        config = {"memory_limit": f"{address.memory_mb}MB", "preserve_insertion_order": False}
        return sa.create_engine(address.url, poolclass=sa.pool.NullPool, connect_args={"config": config})
    milliseconds = max(int(address.wait_seconds * 1000), 1)
    arguments: dict[str, Any] = {
        # Names in sql/ are bare, so that one text serves both databases. Nobody waits for another's transaction, nor
        # for a side that has gone silent, longer than for the warehouse itself.
        "options": f"-csearch_path={SCHEMA} -clock_timeout={milliseconds} "
        f"-ctcp_keepalives_idle={KEEPALIVE_SECONDS} -ctcp_keepalives_interval={KEEPALIVE_SECONDS} "
        f"-ctcp_keepalives_count={KEEPALIVES}",
        "keepalives_idle": KEEPALIVE_SECONDS,
        "keepalives_interval": KEEPALIVE_SECONDS,
        "keepalives_count": KEEPALIVES,
        "tcp_user_timeout": milliseconds,
        "connect_timeout": CONNECT_SECONDS_MAX,
        # COPY sends bytes as they are, whatever the environment or the database say of encodings.
        "client_encoding": "utf8",
        "application_name": "lofteskollen",
    }
    return sa.create_engine(
        address.url,
        poolclass=sa.pool.NullPool,
        connect_args=arguments,
        isolation_level=isolation_level,
        hide_parameters=True,
    )


def _may_pass(error: BaseException) -> bool:
    if not isinstance(error, sa.exc.DBAPIError):
        return False
    if isinstance(error.orig, psycopg.errors.LockNotAvailable):
        return False  # it has been waited for
    if type(error.orig).__module__.startswith("psycopg"):
        # A key that is taken: another state put the same in at this moment, and looking will find it there.
        return isinstance(error, sa.exc.OperationalError | sa.exc.IntegrityError)
    return "lock on file" in str(error.orig)


def _reason(error: sa.exc.DBAPIError) -> str:
    """Say what is wrong: a lost connection in the driver's words, all else by its kind, as words may quote a value."""
    name = type(error.orig).__name__
    if "No space left on device" in str(error.orig):
        return f"{name}: No space left on device"
    if isinstance(error, sa.exc.OperationalError) and type(error.orig).__module__.startswith("psycopg"):
        return f"{name}: {str(error.orig).splitlines()[0]}"
    return name
