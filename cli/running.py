"""`lofte run`: the flow in this process, with progress while it works and a table at the end."""

import logging
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from flows.local_server import local_server
from schemas.addresses import set_aside_address
from schemas.agreement_file import agreement_folders
from schemas.outcome import Outcome, exit_status
from schemas.settings import read_settings

# A table in a file or a pipe has room for its words; in a terminal it has the terminal's width.
CONSOLE = Console(width=None if sys.stdout.isatty() else 160)
ERRORS = Console(stderr=True)
# The loggers of tasks whose end means that an agreement has come one step further.
STEPS = ("lofte.measure", "lofte.publish")

QUIET = {
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}


class _Advance(logging.Handler):
    """Moves the progress bar when a task says what it has done."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        super().__init__(logging.INFO)
        self._progress = progress
        self._task = task

    def emit(self, record: logging.LogRecord) -> None:
        self._progress.update(self._task, description=record.getMessage())
        if record.name in STEPS:
            self._progress.advance(self._task)


def run_agreements(ids: list[str] | None, month: str | None, at: date | None, dry_run: bool) -> int:
    """Run the flow and return the exit status."""
    settings = read_settings()
    count = len(ids or agreement_folders(settings.agreements))
    quiet_prefect()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with (
        local_server(settings.state / "prefect") as wait_for_server,
        Progress(*columns, console=ERRORS, transient=True) as progress,
    ):
        task = progress.add_task("starting", total=count * len(STEPS))
        handler = _Advance(progress, task)
        logger = log_to_file(settings.state / "run.log")
        logger.addHandler(handler)
        outcomes = run_flow(wait_for_server, ids, month, at, dry_run)
        logger.removeHandler(handler)
    _print_outcomes(outcomes, settings.public, dry_run)
    return exit_status(outcomes)


def run_flow(
    wait_for_server: Callable[[], None],
    ids: list[str] | None,
    month: str | None,
    at: date | None,
    dry_run: bool,
) -> list[Outcome]:
    """Run the flow in this process, on a server that answers, and return what became of each agreement."""
    from flows.publish_progress import (
        RunFailedError,
        publish_progress,
    )  # heavy; the server comes up meanwhile

    wait_for_server()
    try:
        return publish_progress(ids, month, at, dry_run)
    except RunFailedError as error:
        return error.outcomes


def log_to_file(path: Path) -> logging.Logger:
    """Let everything that a run says about itself go to a file, and return the logger."""
    logger = logging.getLogger("lofte")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(logging.FileHandler(path, encoding="utf-8"))
    return logger


def quiet_prefect() -> None:
    """Let a run on the command line say nothing but what is wrong."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)


def _print_outcomes(outcomes: list[Outcome], public: Path, dry_run: bool) -> None:
    for outcome in outcomes:
        table = Table(title=f"{outcome.agreement_id}: {outcome.became}", title_justify="left")
        for column in ("activity", "period", "actual", "target", "status"):
            table.add_column(column, overflow="fold")
        for line in outcome.summary:
            table.add_row(*(line[column.header] for column in table.columns))  # type: ignore[index]
        if outcome.summary:
            CONSOLE.print(table)
        for aside in outcome.set_aside:
            load = f"{outcome.agreement_id}/{aside.source_id} {aside.file_name}: load {aside.load_id}"
            ERRORS.print(f"set aside: {load}, {set_aside_address(aside.row, aside.layout)}")
        for warning in outcome.warnings:
            ERRORS.print(f"lofte: warning: {warning}", markup=False, highlight=False, soft_wrap=True)
        for problem in outcome.problems:
            ERRORS.print(f"lofte: {problem}", markup=False, highlight=False, soft_wrap=True)
    states = [outcome.became for outcome in outcomes if outcome.is_agreement]
    counts = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    CONSOLE.print(f"{'Dry run, nothing kept: ' if dry_run else ''}{counts}.")
    if not dry_run:
        CONSOLE.print(f"Page: {(public / 'index.html').resolve().as_uri()}", soft_wrap=True)
