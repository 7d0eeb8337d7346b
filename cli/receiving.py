"""`lofte receive`: a file that has come by e-mail, on paper or by telephone."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import ValidationError

from archive.state import State
from methods.blanked_rows import told_blanked
from methods.local_time import local_time
from schemas.agreement_file import AgreementFile, agreement_folders, read_agreement
from schemas.errors import PUBLISHED, InvalidAgreementError, SettingsError
from schemas.handing import Handing
from schemas.settings import Settings, read_settings
from tasks.receive import receive_delivery
from warehouse.lock import one_writer

# What is expected, where Pydantic would show a pattern.
_FORMS = {
    "period": "write it as YYYY-MM, or YYYY-MM..YYYY-MM",
    "registration_number": "write at most 60 letters, digits, spaces and the marks . / : -",
    "keyed_by": "write a mark of your own, such as keyer-1: at most 60 small letters a to z, digits and hyphens "
    "between them; never a person's name",
}


def receive_file(path: Path, agreement_id: str | None, said: dict[str, object], received_on: date | None) -> int:
    """Take in a file and return the exit status; nothing is published by it.

    Args:
        path: the file.
        agreement_id: whose; found by the source where it is left out.
        said: what the options say of it, by the keys of a sidecar.
        received_on: the day it came, by default today.
    """
    settings = read_settings()
    file = _agreement(settings, agreement_id, str(said["source"]))
    handing = _handing({**said, "agreement": file.agreement.id})
    on = received_on or local_time(datetime.now(UTC)).date()
    state = State(settings.state, settings.warehouse_address)
    with one_writer(state.lock_path, settings.lock_wait_seconds):
        received = receive_delivery.fn(file, state, path, handing, on)
    what = "taken in; `lofte run` reads and publishes it" if received.is_new else "known already; nothing was changed"
    sys.stdout.write(f"{file.agreement.id}, source {handing.source}: {path.name}: {what}\n")
    if received.receipt.blanked:
        layout = file.agreement.source(handing.source).contract.layout
        sys.stderr.write(
            f"lofte: warning: {path.name}: rows that seem to hold personal data were blanked before anything was kept: "
            f"{told_blanked(received.receipt.blanked, layout)}. "
            "The file itself still holds them: delete it and every copy\n"
        )
    return PUBLISHED


def _agreement(settings: Settings, agreement_id: str | None, source_id: str) -> AgreementFile:
    """Return the agreement that is named, or the only one with such a source."""
    files = {folder.name: folder for folder in agreement_folders(settings.agreements)}
    if agreement_id is not None:
        if agreement_id not in files:
            raise SettingsError(f"there is no agreement {agreement_id!r}; known: {', '.join(files) or 'none'}")
        return read_agreement(files[agreement_id])
    found = [file for folder in files.values() if (file := _readable(folder)) and _has(file, source_id)]
    if len(found) != 1:
        named = ", ".join(file.agreement.id for file in found)
        why = f"is in {named}" if found else f"is in no agreement of {settings.agreements}"
        raise SettingsError(f"the source {source_id!r} {why}; say which with --agreement")
    return found[0]


def _readable(folder: Path) -> AgreementFile | None:
    """Read an agreement; a broken one is not where the file belongs, and `lofte check` tells of it."""
    try:
        return read_agreement(folder)
    except InvalidAgreementError:
        return None


def _has(file: AgreementFile, source_id: str) -> bool:
    return any(source.id == source_id for source in file.agreement.sources)


def _handing(said: dict[str, object]) -> Handing:
    try:
        return Handing.model_validate(said)
    except ValidationError as error:
        told = [("-".join(map(str, fault["loc"])), fault) for fault in error.errors()]
        faults = "; ".join(f"--{name.replace('_', '-')}: {_FORMS.get(name, fault['msg'])}" for name, fault in told)
        # Pydantic's own words would repeat what was given, which could be about a person.
        raise SettingsError(faults) from None
