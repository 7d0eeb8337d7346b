"""`lofte accept-drift`: an office lets deliveries with other columns be read, and says why."""

import sys
from datetime import UTC, date, datetime

from archive.selection import is_still_to_come
from archive.state import State
from methods.local_time import local_time
from schemas.agreement_file import chosen_folders, read_agreement
from schemas.errors import SettingsError
from schemas.settings import read_settings
from tasks.accept_drift import accept_drift
from warehouse.lock import one_writer


def accept_other_header(
    agreement_id: str, source_id: str, file_name: str, renames: list[str], office: str, reason: str, day: date | None
) -> int:
    """Write the decision down and say what follows from it."""
    settings = read_settings()
    (folder,) = chosen_folders(settings.agreements, [agreement_id])
    file = read_agreement(folder)
    accepted_on = day or local_time(datetime.now(UTC)).date()
    if is_still_to_come(accepted_on):
        raise SettingsError(f"--date {accepted_on} is still to come")
    state = State(settings.state)
    with one_writer(state.lock_path, settings.lock_wait_seconds):
        is_new = accept_drift.fn(
            file, state, source_id, file_name, dict(map(_rename, renames)), office, accepted_on, reason
        )
    what = "accepted" if is_new else "was accepted before"
    sys.stdout.write(
        f"{agreement_id}, source {source_id}: the columns of {file_name} {what}; deliveries with them are read by the "
        f"next `lofte run {agreement_id}`, or by `lofte replay {agreement_id}`\n"
    )
    return 0


def _rename(text: str) -> tuple[str, str]:
    new, found, old = text.partition("=")
    if not (found and new and old):
        raise SettingsError(f"--rename {text}: write it as NEW=OLD, the file's name and the contract's")
    return new, old
