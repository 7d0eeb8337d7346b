"""The main job: deliveries of each agreement are fetched, loaded, measured, protected, released and published."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from prefect import flow
from prefect.runtime import deployment, flow_run

from archive.selection import count_no_more, is_still_to_come, select
from archive.state import State
from methods.local_time import local_time
from publication.closing import summary_lines
from publication.site import refuse_another_states
from schemas.agreement_file import chosen_folders, read_agreement, refuse_draft
from schemas.errors import LofteError, SettingsError
from schemas.fault import FaultError
from schemas.outcome import Held, Outcome, exit_status
from schemas.settings import Settings, read_settings
from schemas.strict import MONTH_PATTERN
from sources.inbox import absent_inbox
from tasks.fetch import fetch_deliveries
from tasks.fetch_context import fetch_context
from tasks.load import load_deliveries
from tasks.load_context import load_context
from tasks.measure import measure_progress
from tasks.prepare import prepare_warehouse
from tasks.protect import protect_figures
from tasks.publish import publish_releases
from tasks.receive import check_inbox, take_inbox
from tasks.release import release_edition
from tasks.report import STATUS_FILE, report_run, write_status
from warehouse.lock import one_writer

LOG = logging.getLogger("lofte.run")


class RunFailedError(LofteError):
    """Something was held or failed; what could be published has been."""

    def __init__(self, outcomes: list[Outcome]) -> None:
        super().__init__("\n".join(str(problem) for outcome in outcomes for problem in outcome.problems))
        self.outcomes = outcomes
        self.exit_status = exit_status(outcomes)


@flow(name="publish-progress")
def publish_progress(
    agreements: list[str] | None = None,
    month: str | None = None,
    at: date | None = None,
    dry_run: bool = False,
) -> list[Outcome]:
    """Publish the progress of agreements, all by default.

    Args:
        agreements: ids; all that are there by default.
        month: the state after this month, by default the month before `at`.
        at: the day of publication; by default that of the schedule, or the latest day in the data.
        dry_run: do everything in a copy that is thrown away.

    Raises:
        RunFailedError: when something was held or failed; the rest is published.
        AlreadyRunningError: when another run does not end in time.
    """
    settings = read_settings()
    if month is not None and not re.fullmatch(MONTH_PATTERN, month):
        raise SettingsError(f"{month!r} is no month; write it as YYYY-MM")
    day = at or _scheduled_day()
    with (
        one_writer(settings.state / "lock", settings.lock_wait_seconds),
        _places(settings, dry_run) as places,
    ):
        state, public = places
        folders = chosen_folders(settings.agreements, agreements)
        prepare_warehouse(state)
        outcomes = [_publish_agreement(folder, state, public, settings, month, day, dry_run) for folder in folders]
        outcomes += _write_status(outcomes, public)
        outcomes += _check_inbox(settings)
    report_run(outcomes)
    if exit_status(outcomes):
        raise RunFailedError(outcomes)
    return outcomes


def _publish_agreement(
    folder: Path, state: State, public: Path, settings: Settings, month: str | None, day: date | None, is_dry_run: bool
) -> Outcome:
    outcome = Outcome(folder.name, "failed")
    try:
        file = read_agreement(folder)
        refuse_draft(file)
        refuse_another_states(settings.public, state.ledger(file.agreement.id), settings.state)
        handed = take_inbox(file, state, settings.inbox_folder, day, settings.settle_seconds, is_moved=not is_dry_run)
        fetched = fetch_deliveries(file, state, day, settings.fetching)
        outcome.problems += [*handed.problems, *fetched.problems]
        outcome.warnings += [*handed.warnings, *fetched.warnings]
        if settings.fetch_context:
            outcome.problems += fetch_context(file, state, day, settings.fetching)
        loaded = load_deliveries(file, state, at=day)
        outcome.problems += loaded.problems
        outcome.warnings += loaded.warnings
        outcome.set_aside = loaded.set_aside
        beside = load_context(file, state)
        outcome.problems += beside.problems
        outcome.set_aside += beside.set_aside
        decided = [correction.decided_on for correction in file.corrections.corrections]
        decided += [override.decided_on for override in file.decisions.overrides]
        ledger = state.ledger(file.agreement.id)
        outcome.warnings += count_no_more(file.agreement, ledger)
        selection = select(file.agreement, ledger, day, month, decided)
        if is_still_to_come(selection.published_on):
            raise LofteError(f"{folder.name}: {selection.published_on} is still to come; nothing is published ahead")
        measured = measure_progress(file, state, selection)
        shown = protect_figures(file.agreement, measured.figures, measured.survey)
        report = release_edition(
            file, state, selection, shown.figures, shown.survey, settings.published, measured.context
        )
        publish_releases(file.agreement.id, state, public, settings.published)
        outcome.became, outcome.release_id = report.became, report.release_id
        outcome.coverage, outcome.summary = report.coverage, summary_lines(shown.figures)
    except LofteError as error:
        outcome.problems.append(Held("agreement", str(error)))
    except OSError as error:
        message = f"{folder.name}: {error.strerror or error}: {error.filename or 'the state'}"
        outcome.problems.append(Held("state", message))
    except Exception as error:
        # A fault of ours in one agreement: it fails, with exit status 3, and no other agreement waits for it.
        fault = FaultError.of(error)
        LOG.error("%s: %s\n%s", folder.name, fault, fault.places)
        message = f"{folder.name}: {fault}; the run's log says where in the program"
        outcome.problems.append(Held("program", message))
    for warning in outcome.warnings:
        LOG.warning("%s", warning)
    for problem in outcome.problems:
        LOG.error("%s", problem)
    return outcome


def _check_inbox(settings: Settings) -> list[Outcome]:
    """Tell of files that were handed over for no agreement, or do not say for which; and of an inbox that is gone."""
    absent = absent_inbox(settings.inbox)
    if absent is not None:
        return [Outcome("inbox", "failed", problems=[Held("inbox", absent)], is_agreement=False)]
    known = [folder.name for folder in chosen_folders(settings.agreements, None)]
    problems = check_inbox(settings.inbox_folder, known, settings.settle_seconds)
    return [Outcome("inbox", "failed", problems=problems, is_agreement=False)] if problems else []


def _write_status(outcomes: list[Outcome], public: Path) -> list[Outcome]:
    """Say when each agreement was last checked; what is published stands even where that cannot be written."""
    try:
        write_status(outcomes, public)
    except OSError as error:
        message = f"status.json could not be written: {error.strerror or error}; it still says what it said before"
        return [Outcome(STATUS_FILE, "failed", problems=[Held("status", message)], is_agreement=False)]
    return []


@contextmanager
def _places(settings: Settings, dry_run: bool) -> Iterator[tuple[State, Path]]:
    """Lend the state and the published folder; for a dry run, copies of them."""
    state = State(settings.state, settings.warehouse_address)
    if not dry_run:
        _refuse_file(settings.public)
        yield state, settings.public
        return
    with state.scratch_copy() as scratch:
        yield scratch, scratch.root / "public"


def _refuse_file(public: Path) -> None:
    """Say before anything is done that nothing could be published.

    Raises:
        SettingsError: when a file stands where the published folder is to be, or above it.
    """
    there = next(path for path in (public, *public.absolute().parents) if path.exists())
    if not there.is_dir():
        raise SettingsError(
            f"the published folder {public} cannot be made: {there} is a file. Move it away, or say another folder by "
            "--public or LOFTE_PUBLIC"
        )


def _scheduled_day() -> date | None:
    """Return the local day that a deployment's run was scheduled for, however late it starts."""
    if deployment.id is None:
        return None
    scheduled: datetime = flow_run.scheduled_start_time
    return local_time(scheduled).date()
