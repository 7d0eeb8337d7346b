"""Loads in the warehouse: added whole, never changed.

A load that is read in one batch goes in by one transaction. A larger one goes in by a transaction for each batch, so
that memory does not grow with it, and counts when the last of them has written down the load itself.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pyarrow
import sqlalchemy as sa

from archive.steps import step
from methods.interpret import Interpreted
from methods.months import months_between
from schemas.delivery import Receipt
from schemas.derive import table_name
from schemas.errors import LofteError
from schemas.text_table import SetAside
from schemas.warehouse_address import WarehouseAddress
from schemas.warehouse_tables import LOAD, LOAD_BEGUN, LOAD_MONTH, METADATA, ROWS_OF_A_LOAD, SET_ASIDE_ROW
from warehouse.bulk import insert, insert_dicts
from warehouse.engine import again_where_lost


@dataclass(frozen=True)
class NewLoad:
    """A delivery under one contract; it can be read from the beginning again, where the warehouse was lost midway."""

    load_id: str
    agreement_id: str
    receipt: Receipt
    read: Callable[[], Iterator[Interpreted]]


@dataclass
class LoadedRows:
    """What became of a load's rows."""

    accepted: int = 0
    set_aside: list[SetAside] = field(default_factory=list)

    @property
    def set_aside_lines(self) -> int:
        """How many rows were set aside."""
        return len({row.line for row in self.set_aside})

    def add(self, found: Interpreted) -> None:
        """Count the rows of a batch."""
        self.accepted += found.facts.num_rows
        self.set_aside += found.set_aside


def complete_load_ids(connection: sa.Connection) -> set[str]:
    """Return the loads whose rows are all in."""
    return set(connection.execute(sa.select(LOAD.c.load_id)).scalars())


def add_load(connection: sa.Connection, new: NewLoad, address: WarehouseAddress) -> LoadedRows:
    """Put a load in, once.

    Where the connection is lost all of it is done again; whether a load lost at its commit was kept is seen by
    looking it up.

    Raises:
        DeliveryHeldError: when the delivery is held; nothing of it is left.
    """
    rows = again_where_lost(address, lambda: _add(connection, new))
    step("committed:load")
    return rows


def sweep_unfinished(connection: sa.Connection) -> None:
    """Take out what killed runs have left of loads; what another state is loading at this moment is let be."""
    with connection.begin():
        begun = list(connection.execute(sa.select(LOAD_BEGUN.c.load_id)).scalars())
    for load_id in begun:
        with _claimed(connection, load_id, waits=False) as is_ours:
            if is_ours:
                _take_out(connection, load_id)


def _add(connection: sa.Connection, new: NewLoad) -> LoadedRows:
    rows = LoadedRows()
    batches = new.read()
    first = next(batches)
    rows.add(first)
    second = next(batches, None)
    if second is None:
        with connection.begin():
            if not _is_there(connection, new.load_id):
                _finish(connection, new, first)
                step("commit:load")
        return rows
    with _claimed(connection, new.load_id):
        _add_by_batches(connection, new, [first, second], batches, rows)
    return rows


def _add_by_batches(
    connection: sa.Connection,
    new: NewLoad,
    begun: list[Interpreted],
    batches: Iterator[Interpreted],
    rows: LoadedRows,
) -> None:
    """Insert batch by batch, the last one together with the load itself."""
    with connection.begin():
        is_there = _is_there(connection, new.load_id)
    if not is_there:
        _begin(connection, new.load_id)
    last, coming = begun
    try:
        while coming is not None:
            rows.add(coming)
            if not is_there:
                with connection.begin():
                    _insert_batch(connection, new.load_id, last)
                    step("commit:rows")
            last, coming = coming, next(batches, None)  # type: ignore[assignment]
    except LofteError:
        if not is_there:
            _take_out(connection, new.load_id)
        raise
    if not is_there:
        with connection.begin():
            _finish(connection, new, last)
            step("commit:load")


def _is_there(connection: sa.Connection, load_id: str) -> bool:
    return connection.execute(sa.select(LOAD.c.load_id).where(LOAD.c.load_id == load_id)).first() is not None


def _begin(connection: sa.Connection, load_id: str) -> None:
    """Write down that rows of a load are on their way, in the place of whatever an interrupted run left of it."""
    _take_out(connection, load_id)
    with connection.begin():
        connection.execute(sa.insert(LOAD_BEGUN).values(load_id=load_id))
        step("commit:begun")


def _take_out(connection: sa.Connection, load_id: str) -> None:
    with connection.begin():
        _delete_rows(connection, load_id)
        connection.execute(sa.delete(LOAD_BEGUN).where(LOAD_BEGUN.c.load_id == load_id))
        step("commit:taken-out")


def _delete_rows(connection: sa.Connection, load_id: str) -> None:
    for table in ROWS_OF_A_LOAD:
        connection.execute(sa.delete(table).where(table.c.load_id == load_id))


def _finish(connection: sa.Connection, new: NewLoad, last: Interpreted) -> None:
    """Put in the last rows of a load, and the load itself, which makes all of them count.

    The load itself comes first: its key lets nobody else put the same in until this transaction has ended.
    """
    receipt, load_id = new.receipt, new.load_id
    connection.execute(
        sa.insert(LOAD).values(
            load_id=load_id,
            agreement_id=new.agreement_id,
            source_id=receipt.source_id,
            delivery_id=receipt.delivery_id,
        )
    )
    is_begun = connection.execute(sa.delete(LOAD_BEGUN).where(LOAD_BEGUN.c.load_id == load_id)).rowcount
    if not is_begun:
        _delete_rows(connection, load_id)
    _insert_batch(connection, load_id, last)
    months = months_between(receipt.covers_from, receipt.covers_to)
    insert_dicts(connection, LOAD_MONTH, [{"load_id": load_id, "month": month} for month in months])


def _insert_batch(connection: sa.Connection, load_id: str, found: Interpreted) -> None:
    ids = pyarrow.DictionaryArray.from_arrays(
        pyarrow.nulls(found.facts.num_rows, pyarrow.int32()).fill_null(0), pyarrow.array([load_id])
    )
    insert(connection, METADATA.tables[table_name(found.model)], found.facts.append_column("load_id", ids))
    insert_dicts(
        connection,
        SET_ASIDE_ROW,
        [
            {"load_id": load_id, "source_line": row.line, "column_name": row.column, "rule": row.rule}
            for row in found.set_aside
        ],
    )


@contextmanager
def _claimed(connection: sa.Connection, load_id: str, *, waits: bool = True) -> Iterator[bool]:
    """Hold a load that goes in by several transactions; the database lets go when this connection ends.

    An embedded warehouse is open in one process only, which is claim enough.
    """
    if connection.dialect.name != "postgresql":
        yield True
        return
    key = {"key": int(load_id, 16) - (1 << 63)}
    lock = "pg_advisory_lock(:key)::text = ''" if waits else "pg_try_advisory_lock(:key)"
    with connection.begin():
        is_ours = bool(connection.execute(sa.text(f"SELECT {lock}"), key).scalar_one())
    try:
        yield is_ours
    finally:
        if is_ours and not connection.invalidated:
            with connection.begin():
                connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), key)


def set_aside_rows(connection: sa.Connection, load_id: str) -> list[SetAside]:
    """List the addresses of the rows of a load that were set aside."""
    table = SET_ASIDE_ROW
    query = sa.select(table).where(table.c.load_id == load_id).order_by(*table.c)
    return [SetAside(row.source_line, row.column_name, row.rule) for row in connection.execute(query)]
