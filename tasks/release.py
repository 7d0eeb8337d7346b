"""Release: protected figures become one immutable release, unless they say what the last one said."""

import hashlib
import logging
from dataclasses import dataclass
from typing import Literal

from archive.selection import Selection
from archive.state import State
from methods.append_only import rewritten
from methods.context import NOTHING_BESIDE, Beside
from methods.figure import Figure
from methods.survey import SurveyResult
from publication.closing import coverage_lines
from publication.edition import Edition
from publication.progress_rows import Frame
from publication.release_files import RULES_VERSION, program_version, release_files
from publication.tables import tables_of
from schemas.agreement import Agreement
from schemas.agreement_file import AgreementFile
from schemas.delivery import NO_CORRECTIONS, Release, ReleaseInputs
from schemas.derive import rows_of
from schemas.errors import LofteError
from schemas.published import Deliveries
from schemas.settings import PublishedSettings
from schemas.toml_file import read_toml
from tasks import step

LOG = logging.getLogger("lofte.release")
NOT_THERE = hashlib.sha256(b"").hexdigest()
Became = Literal["published", "unchanged", "superseded"]


@dataclass(frozen=True)
class ReleaseReport:
    """What became of an agreement in this run, and its current release."""

    became: Became
    release_id: str
    as_of_month: str
    coverage: list[dict[str, str]]


@step("release")
def release_edition(
    file: AgreementFile,
    state: State,
    selection: Selection,
    figures: list[Figure],
    survey: list[SurveyResult],
    settings: PublishedSettings,
    beside: Beside = NOTHING_BESIDE,
) -> ReleaseReport:
    """Write a release down for good; it exists from the moment the ledger says so."""
    ledger = state.ledger(file.agreement.id)
    newest = ledger.newest_release()
    if newest is not None and _is_older(selection, newest):
        return ReleaseReport("superseded", newest.release_id, newest.as_of_month, [])
    if newest is not None:
        _refuse_earlier_day(file, selection, newest)
        _refuse_rewritten(file, state, newest)
    edition = _edition(file.agreement, state, selection, figures, survey, settings, newest, beside)
    coverage = coverage_lines(list(rows_of(edition.table(Deliveries))))
    if newest is not None and newest.tables_hash == edition.tables_hash:
        return ReleaseReport("unchanged", newest.release_id, newest.as_of_month, coverage)
    files = {path: state.store.put(content) for path, content in release_files(edition, figures).items()}
    ledger.append(
        Release(
            release_id=edition.release_id,
            as_of_month=edition.as_of_month,
            published_on=edition.published_on,
            parent=edition.parent,
            tables_hash=edition.tables_hash,
            inputs=_inputs(file, state, selection, settings),
            files=files,
        )
    )
    LOG.info("%s: released %s", file.agreement.id, edition.release_id)
    return ReleaseReport("published", edition.release_id, edition.as_of_month, coverage)


def _is_older(selection: Selection, newest: Release) -> bool:
    made_for = (selection.as_of_month, selection.published_on)
    return made_for < (newest.as_of_month, newest.published_on)


def _refuse_earlier_day(file: AgreementFile, selection: Selection, newest: Release) -> None:
    """Refuse an edition of a later month made for an earlier day: it would know less than the one before it.

    Raises:
        LofteError: saying from which day on one can be made.
    """
    if selection.published_on < newest.published_on:
        raise LofteError(
            f"{file.agreement.id}: the newest edition, of {newest.as_of_month}, was published on {newest.published_on}"
            f", and none of {selection.as_of_month} is published on an earlier day, {selection.published_on}; run with "
            f"--at {newest.published_on} or a later day"
        )


def _refuse_rewritten(file: AgreementFile, state: State, newest: Release) -> None:
    """Hold an agreement of which something published as promised has been rewritten.

    Raises:
        LofteError: naming what.
    """
    then = read_toml(state.store.get(newest.inputs.agreement_hash), f"{file.agreement.id} then", Agreement)
    found = rewritten(then, file.agreement)
    if found is not None:
        raise LofteError(f"{file.agreement.id}: {found}")


def _edition(
    agreement: Agreement,
    state: State,
    selection: Selection,
    figures: list[Figure],
    survey: list[SurveyResult],
    settings: PublishedSettings,
    newest: Release | None,
    beside: Beside,
) -> Edition:
    previous = state.store.get(newest.files["promise_progress.csv"]) if newest else None
    frame = Frame(agreement, settings.base_url, selection.published_on)
    tables = tables_of(agreement, figures, survey, selection.deliveries, frame, selection.as_of_month, previous, beside)
    return Edition(
        agreement=agreement,
        tables=tables,
        as_of_month=selection.as_of_month,
        published_on=selection.published_on,
        parent=newest.release_id if newest else None,
        settings=settings,
    )


def _inputs(file: AgreementFile, state: State, selection: Selection, settings: PublishedSettings) -> ReleaseInputs:
    return ReleaseInputs(
        load_ids=selection.load_ids,
        agreement_hash=state.store.put(file.content),
        decisions_hash=state.store.put(file.decisions.content) if file.decisions.content else NOT_THERE,
        corrections_hash=state.store.put(file.corrections.content) if file.corrections.content else NO_CORRECTIONS,
        statements_hash=NOT_THERE,
        rules_version=RULES_VERSION,
        program_version=program_version(),
        **settings.model_dump(),
    )
