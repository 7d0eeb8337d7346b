"""Loads in the warehouse: added whole, never changed.

A small one goes in by one transaction. A large one goes in batch by batch, each in a transaction of its own, so that
memory does not grow with it: none of its rows counts before the load itself stands in `load`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain

import pyarrow
import sqlalchemy as sa

from archive.steps import step
from methods.interpret import Interpreted
from methods.months import months_between
from schemas.delivery import Receipt
from schemas.errors import LofteError
from schemas.text_table import SetAside
from schemas.warehouse_address import WarehouseAddress
from schemas.warehouse_tables import LOAD, LOAD_BEGUN, LOAD_MONTH, ROWS_OF_A_LOAD, SET_ASIDE_ROW
from warehouse.bulk import insert_dicts
from warehouse.engine import again_where_lost
from warehouse.facts import FactWriter, rows_table

# DuckDB keeps rows in groups of this size. Rows that come in whole groups stay as they are; others are written once
# more when groups are merged, which costs more than putting them in.
GROUP_ROWS = 122_880
ROWS_AT_A_TIME = 2 * GROUP_ROWS


@dataclass(frozen=True)
class IncomingLoad:
    """A delivery that is to be loaded.

    `read` reads it from its beginning, as often as it is called. `check` looks at its rows when they are in, also those
    that an earlier run has put in, and raises when they must not count.
    """

    load_id: str
    agreement_id: str
    receipt: Receipt
    read: Callable[[], Iterator[Interpreted]]
    check: Callable[[], None] | None = None


@dataclass(frozen=True)
class LoadedRows:
    """How many rows of a load are facts, and how many were set aside."""

    accepted_count: int
    set_aside_count: int


def complete_load_ids(connection: sa.Connection) -> set[str]:
    """Return the loads whose rows are all in."""
    return set(connection.execute(sa.select(LOAD.c.load_id)).scalars())


def add_load(connection: sa.Connection, new: IncomingLoad, address: WarehouseAddress) -> LoadedRows:
    """Put a load in, once.

    Where the connection is lost all of it is done again; whether one lost at its commit was kept is seen by looking
    the load up.

    Raises:
        DeliveryHeldError: when the delivery is held; nothing of it is left but what was whole before, since a release
            may have counted that.
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


def set_aside_rows(connection: sa.Connection, load_id: str, at_most: int | None = None) -> list[SetAside]:
    """List the addresses of the rows of a load that were set aside, in order."""
    table = SET_ASIDE_ROW
    query = sa.select(table).where(table.c.load_id == load_id).order_by(*table.c).limit(at_most)
    return [SetAside(row.source_line, row.column_name, row.rule) for row in connection.execute(query)]


def _add(connection: sa.Connection, new: IncomingLoad) -> LoadedRows:
    batches = new.read()
    first = next(batches)
    second = next(batches, None)
    if second is None:
        with connection.begin():
            if _is_there(connection, new.load_id):
                _check(new)
            else:
                _put_in(connection, new, first)
                step("commit:load")
    else:
        with _claimed(connection, new.load_id):
            _add_by_batches(connection, new, chain([first, second], batches))
    with connection.begin():
        return _counted(connection, new.load_id, rows_table(first.model))


def _put_in(connection: sa.Connection, new: IncomingLoad, whole: Interpreted) -> None:
    """Put all rows of a load in, in the place of whatever an interrupted run left of it.

    The load itself comes first: its key lets nobody else put the same in until this transaction has ended.
    """
    _insert_load(connection, new)
    _delete_rows(connection, new.load_id)
    _insert_batch(connection, FactWriter(connection, new.load_id), new.load_id, whole)
    _insert_months(connection, new)
    _check(new)


def _add_by_batches(connection: sa.Connection, new: IncomingLoad, batches: Iterator[Interpreted]) -> None:
    """Put rows in as they come; the load itself, which makes them count, at the end."""
    with connection.begin():
        if _is_there(connection, new.load_id):
            _check(new)
            return
    _begin(connection, new.load_id)
    facts = FactWriter(connection, new.load_id)
    try:
        for batch in _regrouped(batches, ROWS_AT_A_TIME):
            with connection.begin():
                if batch.instead_of is not None:
                    facts.delete(batch.model, batch.instead_of)
                _insert_batch(connection, facts, new.load_id, batch)
                step("commit:rows")
        with connection.begin():
            _insert_load(connection, new)
            connection.execute(sa.delete(LOAD_BEGUN).where(LOAD_BEGUN.c.load_id == new.load_id))
            _insert_months(connection, new)
            _check(new)
            step("commit:load")
    except LofteError:
        _take_out(connection, new.load_id)
        raise


def _check(new: IncomingLoad) -> None:
    if new.check is not None:
        new.check()


def _regrouped(batches: Iterator[Interpreted], rows_count: int) -> Iterator[Interpreted]:
    """Yield the same rows in the same order, so many at a time; what stands instead of others comes by itself."""
    waiting: Interpreted | None = None
    for batch in batches:
        if batch.instead_of is not None:
            yield from [] if waiting is None else [waiting]
            yield batch
            waiting = None
            continue
        facts = batch.facts if waiting is None else pyarrow.concat_tables([waiting.facts, batch.facts])
        set_aside = batch.set_aside if waiting is None else waiting.set_aside + batch.set_aside
        while facts.num_rows >= rows_count:
            yield replace(batch, facts=_in_groups(facts.slice(0, rows_count)), set_aside=set_aside)
            facts, set_aside = facts.slice(rows_count), []
        # Where nearly all rows are set aside, facts may never be so many.
        if len(set_aside) >= rows_count:
            yield replace(batch, facts=facts.slice(0, 0), set_aside=set_aside)
            set_aside = []
        waiting = replace(batch, facts=facts, set_aside=set_aside)
    yield from [] if waiting is None else [waiting]


def _in_groups(facts: pyarrow.Table) -> pyarrow.Table:
    """Cut rows so that each piece becomes one group, whichever thread of the warehouse takes it."""
    whole = facts.unify_dictionaries().combine_chunks()
    return pyarrow.Table.from_batches(whole.to_batches(GROUP_ROWS))


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
    """Delete rows of a load that does not stand in `load`, however they came to be left."""
    for table in ROWS_OF_A_LOAD:
        connection.execute(sa.delete(table).where(table.c.load_id == load_id))


def _insert_load(connection: sa.Connection, new: IncomingLoad) -> None:
    receipt = new.receipt
    connection.execute(
        sa.insert(LOAD).values(
            load_id=new.load_id,
            agreement_id=new.agreement_id,
            source_id=receipt.source_id,
            delivery_id=receipt.delivery_id,
        )
    )


def _insert_months(connection: sa.Connection, new: IncomingLoad) -> None:
    months = months_between(new.receipt.covers_from, new.receipt.covers_to)
    insert_dicts(connection, LOAD_MONTH, [{"load_id": new.load_id, "month": month} for month in months])


def _insert_batch(connection: sa.Connection, facts: FactWriter, load_id: str, found: Interpreted) -> None:
    facts.insert(found.model, found.facts)
    insert_dicts(
        connection,
        SET_ASIDE_ROW,
        [
            {"load_id": load_id, "source_line": row.line, "column_name": row.column, "rule": row.rule}
            for row in found.set_aside
        ],
    )


def _counted(connection: sa.Connection, load_id: str, facts: sa.Table) -> LoadedRows:
    # An attested zero is a fact that stands on no line, and no row.
    accepted = sa.select(sa.func.count(facts.c.source_line)).where(facts.c.load_id == load_id)
    lines = SET_ASIDE_ROW.c.source_line
    set_aside = sa.select(sa.func.count(lines.distinct())).where(SET_ASIDE_ROW.c.load_id == load_id)
    return LoadedRows(connection.execute(accepted).scalar_one(), connection.execute(set_aside).scalar_one())


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
