"""An installation of its own for a test: agreements, state and published folder, run without Prefect's engine."""

import csv
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

import flows.publish_progress as flow_module
from archive.state import State
from schemas.outcome import Outcome
from schemas.warehouse_address import WarehouseAddress

PROJECT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "agreements"
TASKS = (
    "prepare_warehouse",
    "take_inbox",
    "check_inbox",
    "fetch_deliveries",
    "load_deliveries",
    "fetch_context",
    "load_context",
    "measure_progress",
    "protect_figures",
    "release_edition",
    "publish_releases",
    "write_status",
)


class House:
    """Folders of an installation, and what a test asks of them."""

    def __init__(self, root: Path, warehouse: WarehouseAddress | None = None, lock_wait_seconds: float = 0.2) -> None:
        self.root = root
        self.agreements = root / "agreements"
        self.public = root / "public"
        self.state = State(root / "var", warehouse)
        self.warehouse = warehouse
        self.lock_wait_seconds = lock_wait_seconds
        self.warehouse_file = self.state.root / "warehouse.duckdb"
        self.agreements.mkdir(parents=True)

    def take(self, *ids: str) -> "House":
        """Copy bundled agreements in."""
        for agreement_id in ids:
            shutil.copytree(PROJECT / "agreements" / agreement_id, self.agreements / agreement_id)
        return self

    def take_case(self, name: str, *, has_deliveries: bool = True) -> None:
        """Copy an agreement of the tests in, which has the name for its id; without deliveries there is nothing yet."""
        left_out = None if has_deliveries else shutil.ignore_patterns("deliveries")
        shutil.copytree(CASES / name, self.agreements / name, ignore=left_out)

    def edit(self, agreement_id: str, old: str, new: str) -> None:
        """Replace a text in an agreement's file; it must be there."""
        path = self.agreements / agreement_id / "agreement.toml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def deliver(self, agreement_id: str, source: str, name: str, text: str) -> Path:
        """Leave a file at a source."""
        path = self.agreements / agreement_id / "deliveries" / source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
        return path

    def run(
        self, *ids: str, month: str | None = None, at: date | None = None, dry_run: bool = False
    ) -> dict[str, Outcome]:
        """Run the flow and return what became of each agreement."""
        with self.settings(), without_engine():
            try:
                outcomes = flow_module.publish_progress.fn(list(ids) or None, month, at, dry_run)
            except flow_module.RunFailedError as error:
                outcomes = error.outcomes
        return {outcome.agreement_id: outcome for outcome in outcomes}

    @contextmanager
    def settings(self) -> Iterator[None]:
        """Point the settings at this installation."""
        before = dict(os.environ)
        os.environ.update(
            LOFTE_STATE=str(self.state.root),
            LOFTE_PUBLIC=str(self.public),
            LOFTE_AGREEMENTS=str(self.agreements),
            LOFTE_LOCK_WAIT_SECONDS=str(self.lock_wait_seconds),
            LOFTE_SETTLE_SECONDS="0",
        )
        if self.warehouse is not None:
            os.environ["LOFTE_WAREHOUSE"] = self.warehouse.url.render_as_string(hide_password=False)
            os.environ["LOFTE_WAREHOUSE_WAIT_SECONDS"] = str(self.warehouse.wait_seconds)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def rows(self, agreement_id: str, table: str) -> list[dict[str, str]]:
        """Read a published CSV file."""
        text = (self.public / agreement_id / "latest" / f"{table}.csv").read_text("utf-8")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def figure(self, figure_id: str) -> dict[str, str]:
        """Return a published figure."""
        rows = self.rows(figure_id.split("/")[0], "promise_progress")
        return next(row for row in rows if row["figure_id"] == figure_id)

    def published(self) -> dict[str, bytes]:
        """Return every published byte by path, but those of status.json."""
        return {
            str(path.relative_to(self.public)): path.read_bytes()
            for path in sorted(self.public.rglob("*"))
            if path.is_file() and path.name != "status.json" and "latest" not in path.parts
        }


def copy_of(house: House, root: Path, warehouse: WarehouseAddress | None = None) -> House:
    """Copy an installation."""
    copy = House(root, warehouse)
    for name in ("agreements", "var", "public"):
        if (house.root / name).exists():
            shutil.copytree(house.root / name, root / name, symlinks=True, dirs_exist_ok=True)
    return copy


@contextmanager
def without_engine() -> Iterator[None]:
    """Let the flow call its tasks as plain functions, and leave out the artifacts, which need a server."""
    with pytest.MonkeyPatch.context() as patch:
        for name in TASKS:
            patch.setattr(flow_module, name, getattr(flow_module, name).fn)
        patch.setattr(flow_module, "report_run", lambda _outcomes: None)
        yield
