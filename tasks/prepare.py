"""Prepare: the warehouse is waited for and brought to this program's schema, or made anew from what is kept."""

import logging

from archive.state import State
from tasks import step
from warehouse.engine import opened
from warehouse.migration import empty, is_current, migrate

LOG = logging.getLogger("lofte.prepare")


@step("prepare")
def prepare_warehouse(state: State) -> None:
    """Make the warehouse ready for a run.

    Raises:
        WarehouseError: when it cannot be reached in time, or is not for this program.
    """
    with opened(state.warehouse) as connection:
        if not is_current(connection):
            LOG.info("making the warehouse's tables")
            migrate(connection, state.warehouse)


@step("clear")
def clear_warehouse(state: State) -> None:
    """Leave an empty warehouse with this program's schema; the state's own file goes, whatever was in it.

    Raises:
        WarehouseError: when a file that stands elsewhere cannot be opened, or holds tables of others by our names.
    """
    file = state.warehouse.file
    if file is not None and file.resolve().is_relative_to(state.root.resolve()):  # it may be past opening
        file.unlink(missing_ok=True)
        file.with_name(f"{file.name}.wal").unlink(missing_ok=True)
    with opened(state.warehouse) as connection:
        if is_current(connection):
            empty(connection)
        else:
            migrate(connection, state.warehouse)
