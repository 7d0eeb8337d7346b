"""The warehouse, opened late and closed early: a file open for writing shuts every other process out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from schemas.errors import LofteError
from schemas.warehouse_tables import METADATA
from warehouse.queries import create_views


@contextmanager
def opened(path: Path) -> Iterator[sa.Connection]:
    """Lend a connection to a warehouse with its tables and views; the caller begins its transactions.

    Raises:
        LofteError: when the warehouse cannot be opened or written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(f"duckdb:///{path}", poolclass=sa.pool.NullPool)
    try:
        with engine.connect() as connection:
            with connection.begin():
                METADATA.create_all(connection)
                create_views(connection)
            yield connection
    except sa.exc.DBAPIError as error:
        raise LofteError(
            f"the warehouse {path} cannot be opened or written ({type(error.orig).__name__}); if another program has "
            "it open, close that; `lofte rebuild` makes it anew from what is kept"
        ) from error
    finally:
        engine.dispose()


@contextmanager
def asking(path: Path) -> Iterator[sa.Connection]:
    """Lend a connection whose changes are undone: a question is put as rows and leaves no trace."""
    with opened(path) as connection:
        transaction = connection.begin()
        try:
            yield connection
        finally:
            transaction.rollback()
