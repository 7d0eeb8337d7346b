"""Loads in the warehouse: added whole, never changed."""

from dataclasses import dataclass

import pandas as pd
import pyarrow
import sqlalchemy as sa

from archive.steps import step
from methods.months import months_between
from schemas.delivery import Receipt
from schemas.text_table import SetAside
from schemas.warehouse_address import WarehouseAddress
from schemas.warehouse_tables import LOAD, LOAD_MONTH, METADATA, ROWS_OF_A_LOAD, SET_ASIDE_ROW
from warehouse.bulk import insert, insert_dicts
from warehouse.engine import transact


@dataclass(frozen=True)
class LoadedDelivery:
    """A delivery that has been read, ready for the warehouse."""

    load_id: str
    agreement_id: str
    receipt: Receipt
    table_name: str
    facts: pd.DataFrame
    set_aside: list[SetAside]


def complete_load_ids(connection: sa.Connection) -> set[str]:
    """Return the loads whose rows are all in."""
    return set(connection.execute(sa.select(LOAD.c.load_id)).scalars())


def add_load(connection: sa.Connection, loaded: LoadedDelivery, address: WarehouseAddress) -> None:
    """Put a load in, once, in one transaction.

    Where the connection is lost the whole transaction is done again; whether one lost at its commit was kept is seen
    by looking the load up.
    """

    def unless_there() -> None:
        is_there = sa.select(LOAD.c.load_id).where(LOAD.c.load_id == loaded.load_id)
        if connection.execute(is_there).first() is None:
            _insert_load(connection, loaded)
            step("commit:load")

    transact(connection, address, unless_there)
    step("committed:load")


def _insert_load(connection: sa.Connection, loaded: LoadedDelivery) -> None:
    """Put a load's rows in, in the place of whatever an interrupted run left of it.

    The load itself comes first: its key lets nobody else put the same in until this transaction has ended.
    """
    receipt = loaded.receipt
    connection.execute(
        sa.insert(LOAD).values(
            load_id=loaded.load_id,
            agreement_id=loaded.agreement_id,
            source_id=receipt.source_id,
            delivery_id=receipt.delivery_id,
        )
    )
    for table in ROWS_OF_A_LOAD:
        connection.execute(sa.delete(table).where(table.c.load_id == loaded.load_id))
    facts = loaded.facts.assign(load_id=pd.array([loaded.load_id] * len(loaded.facts), dtype="string[pyarrow]"))
    insert(connection, METADATA.tables[loaded.table_name], pyarrow.Table.from_pandas(facts, preserve_index=False))
    months = months_between(receipt.covers_from, receipt.covers_to)
    insert_dicts(connection, LOAD_MONTH, [{"load_id": loaded.load_id, "month": month} for month in months])
    insert_dicts(
        connection,
        SET_ASIDE_ROW,
        [
            {"load_id": loaded.load_id, "source_line": row.line, "column_name": row.column, "rule": row.rule}
            for row in loaded.set_aside
        ],
    )


def set_aside_rows(connection: sa.Connection, load_id: str) -> list[SetAside]:
    """List the addresses of the rows of a load that were set aside."""
    table = SET_ASIDE_ROW
    query = sa.select(table).where(table.c.load_id == load_id).order_by(*table.c)
    return [SetAside(row.source_line, row.column_name, row.rule) for row in connection.execute(query)]
