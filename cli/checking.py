"""`lofte check`: settings, agreements and deployments, every problem with file and line."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from archive.corrections import usable_corrections
from archive.state import State
from cli.coverage_calendar import calendar_lines
from flows.deployment_file import deployment_path, read_deployments
from methods import overrides
from methods.corrections import refuse_personal_data
from methods.local_time import local_time
from schemas.agreement_file import AgreementFile, agreement_folders, draft_problem, read_agreement
from schemas.errors import NOTHING_DONE, PUBLISHED, InvalidAgreementError, InvalidDeploymentError
from schemas.settings import read_settings
from sources.folder import is_absent
from sources.inbox import absent_inbox
from sources.unread_corrections import misfits


def check_agreements() -> int:
    """Check everything that a person writes; return 0 when nothing is wrong."""
    settings = read_settings()
    folders = agreement_folders(settings.agreements)
    problems = _check_deployments() + _check_inbox(settings.inbox)
    for folder in folders:
        try:
            file = read_agreement(folder)
            refuse_personal_data(file.corrections)
            overrides.refuse_personal_data(file.decisions)
        except InvalidAgreementError as error:
            problems += len(error.problems)
            sys.stdout.write("".join(f"{problem}\n" for problem in error.problems))
            continue
        agreement = file.agreement
        targets = sum(len(activity.targets) for activity in agreement.activities)
        sys.stdout.write(
            f"{agreement.id}: good; {len(agreement.activities)} activities, {targets} targets, "
            f"{len(agreement.sources)} sources\n"
        )
        state = State(settings.state)
        for line in calendar_lines(file, state, local_time(datetime.now(UTC)).date()):
            sys.stdout.write(f"{line}\n")
        for note in _notes(file, state):
            sys.stdout.write(f"{note}\n")
        gone = list(_gone_folders(file, state))
        problems += len(gone)
        sys.stdout.write("".join(f"{line}\n" for line in gone))
    if not folders:
        sys.stdout.write(f"there is no agreement in {settings.agreements}; begin with `lofte new MUNICIPALITY`\n")
        return NOTHING_DONE
    return NOTHING_DONE if problems else PUBLISHED


def _notes(file: AgreementFile, state: State) -> Iterator[str]:
    """Tell of what is no fault of the files, and may yet not be what was meant."""
    agreement, ledger = file.agreement, state.ledger(file.agreement.id)
    draft = draft_problem(file)
    if draft is not None:
        yield f"{agreement.id}: note: {draft}"
    for activity in agreement.activities:
        for indicator in activity.indicators:
            if indicator.disclosure_unit is None:
                yield (
                    f"{agreement.id}: note: {activity.id}/{indicator.id} declares no disclosure_unit and is protected "
                    "like a person"
                )
    for source in agreement.sources:
        if is_absent(source.location, file.folder) and not ledger.has_fetched(source.id):
            yield f"{agreement.id}: note: the folder {source.location!r} of {source.id} is not there yet"
    if ledger.receipts():  # before anything has come, no correction can name what has
        usable = usable_corrections(file, ledger, None)
        unfit = (f"{agreement.id}: {problem}" for problem in misfits(file, state, usable))
        for told in [*usable.problems, *unfit]:
            yield f"note, by what has been received so far: {told}"


def _gone_folders(file: AgreementFile, state: State) -> Iterator[str]:
    """Tell of sources that have delivered from a folder, and now have none."""
    agreement, ledger = file.agreement, state.ledger(file.agreement.id)
    for source in agreement.sources:
        if is_absent(source.location, file.folder) and ledger.has_fetched(source.id):
            yield (
                f"{agreement.id}: the folder {source.location!r} of {source.id} is not there, and the source has "
                "delivered before; put it back, or mend location"
            )


def _check_inbox(inbox: Path | None) -> int:
    """Check that an inbox that is named is there, and count its problems."""
    absent = absent_inbox(inbox)
    if absent is None:
        return 0
    sys.stdout.write(f"{absent}\n")
    return 1


def _check_deployments() -> int:
    """Check `prefect.yaml` where there is one, and count its problems."""
    path = deployment_path()
    if not path.is_file():
        return 0
    try:
        count = len(read_deployments(path).deployments)
    except InvalidDeploymentError as error:
        sys.stdout.write(f"{error}\n")
        return len(error.problems)
    sys.stdout.write(f"{path.name}: good, {count} deployment{'s' if count > 1 else ''}\n")
    return 0
