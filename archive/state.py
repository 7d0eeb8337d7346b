"""The folder of state, and what stands where in it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.ledger import Ledger
from archive.salt import SALT_NAME, Salt
from archive.store import Store
from schemas.warehouse_address import WarehouseAddress, embedded


class State:
    """Store, ledger, salt, warehouse and lock of one installation."""

    def __init__(self, root: Path, warehouse: WarehouseAddress | None = None, base: "State | None" = None) -> None:
        self.root = root
        self.store: Store = Store(root / "store", base.store if base else None)
        self.salt: Salt = Salt(root / SALT_NAME, base.salt if base else None)
        self.lock_path = root / "lock"
        # A dry run calls hosts for real, and so is held to the same house rules.
        self.calls: Path = base.calls if base else root / "calls"
        self.warehouse = warehouse or embedded(root / "warehouse.duckdb")

    def ledger(self, agreement_id: str) -> Ledger:
        """Open the ledger of an agreement."""
        return Ledger(self.root / "ledger" / f"{agreement_id}.jsonl")

    def ledgered_agreements(self) -> list[str]:
        """List the agreements that have a ledger."""
        return sorted(path.stem for path in (self.root / "ledger").glob("*.jsonl"))

    @contextmanager
    def scratch_copy(self) -> Iterator["State"]:
        """Lend a copy that may be written to and is thrown away; kept bytes are read from the original.

        Its warehouse is a file beside it: a copy of an embedded one, else filled anew from what is kept.
        """
        with tempfile.TemporaryDirectory(prefix="lofte-dry-run-") as folder:
            if (self.root / "ledger").is_dir():
                shutil.copytree(self.root / "ledger", Path(folder) / "ledger")
            scratch = State(Path(folder), base=self)
            if self.warehouse.file is not None and self.warehouse.file.exists():
                shutil.copy2(self.warehouse.file, str(scratch.warehouse.file))
            yield scratch
