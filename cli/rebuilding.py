"""`lofte rebuild`: the warehouse anew from store and ledger."""

import sys

from archive.state import State
from schemas.settings import read_settings
from tasks.load import restore_loads
from tasks.prepare import clear_warehouse
from warehouse.lock import one_writer


def rebuild_from_kept() -> int:
    """Rebuild the warehouse and say how many loads it holds."""
    settings = read_settings()
    state = State(settings.state, settings.warehouse_address)
    with one_writer(state.lock_path, settings.lock_wait_seconds):
        clear_warehouse.fn(state)
        count = restore_loads.fn(state)
    sys.stdout.write(f"{state.warehouse} rebuilt: {count} loads\n")
    return 0
