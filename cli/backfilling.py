"""`lofte backfill`: the months that a schedule has missed, in order, a line for each."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from cli.running import log_to_file, quiet_prefect, run_flow
from flows.backfill import DueRun, Ended, RunMonth, due_runs, run_in_order
from flows.deployment_file import deployment_path, monthly_schedule
from flows.local_server import local_server
from methods.months import month_of
from schemas.agreement_file import chosen_folders, read_agreement
from schemas.errors import HELD, PUBLISHED
from schemas.settings import Settings, read_settings


def backfill_months(agreement_id: str, first: str, last: str) -> int:
    """Run the months from the first to the last and return the exit status."""
    settings = read_settings()
    (folder,) = chosen_folders(settings.agreements, [agreement_id])
    began = month_of(read_agreement(folder).agreement.starts_on)
    schedule = monthly_schedule(deployment_path())
    runs = due_runs(schedule, first, last, began, datetime.now(ZoneInfo(schedule.timezone)).date())
    quiet_prefect()
    with _runner(settings, agreement_id) as run_month:
        for due, ended in run_in_order(runs, run_month):
            sys.stdout.write(f"{due.month}: {ended.became}\n")
            sys.stdout.flush()
            if ended.problems:
                return _stopped(due, ended)
    return PUBLISHED


def _stopped(due: DueRun, ended: Ended) -> int:
    for problem in ended.problems:
        sys.stderr.write(f"lofte: {problem}\n")
    sys.stderr.write(
        f"lofte: stopped at {due.month}; no later month was run. When this is mended, give the same command again: "
        "what has ended well is not published twice\n"
    )
    return HELD


@contextmanager
def _runner(settings: Settings, agreement_id: str) -> Iterator[RunMonth]:
    """Lend what runs a month: the deployment where a server is configured, else the flow in this process."""
    if os.environ.get("PREFECT_API_URL"):
        from flows.deployed_run import deployed_runs

        with deployed_runs(agreement_id) as run_month:
            yield run_month
        return
    with local_server(settings.state / "prefect") as wait_for_server:
        log_to_file(settings.state / "run.log")
        yield partial(_run_here, wait_for_server, agreement_id)


def _run_here(wait_for_server: Callable[[], None], agreement_id: str, due: DueRun) -> Ended:
    outcomes = run_flow(wait_for_server, [agreement_id], due.month, due.at, dry_run=False)
    return Ended(outcomes[0].became, [str(problem) for outcome in outcomes for problem in outcome.problems])
