"""`lofte remind`: a letter for each source whose delivery is late; nothing is sent."""

import sys
from datetime import UTC, date, datetime

from archive.state import State
from methods.delivered import delivered_months, spanned_months
from methods.local_time import local_time
from methods.overdue import overdue
from methods.terms import due_of
from publication.reminder import reminder_sv
from schemas.agreement import Source
from schemas.agreement_file import AgreementFile, chosen_folders, read_agreement
from schemas.delivery import Receipt
from schemas.errors import HELD, PUBLISHED, LofteError
from schemas.settings import Settings, read_settings

RULER = "\n\n" + "-" * 72 + "\n\n"


def remind_providers(agreement_id: str | None, at: date | None) -> int:
    """Print a letter to each office whose delivery is late, as of a day, by default today."""
    settings = read_settings()
    on = at or local_time(datetime.now(UTC)).date()
    folders = chosen_folders(settings.agreements, None if agreement_id is None else [agreement_id])
    letters, problems = list[str](), list[LofteError]()
    for folder in folders:
        try:
            letters += _letters(read_agreement(folder), settings, on)
        except LofteError as error:  # an agreement that cannot be read keeps no other's letters back
            problems.append(error)
    sys.stdout.write(RULER.join(letters) + "\n" if letters else f"nothing is late on {on}\n")
    sys.stderr.write("".join(f"lofte: {problem}\n" for problem in problems))
    return HELD if problems else PUBLISHED


def _letters(file: AgreementFile, settings: Settings, on: date) -> list[str]:
    ledger = State(settings.state).ledger(file.agreement.id)
    accepted = ledger.accepted_loads()
    receipts = ledger.receipts()
    read = [receipt for receipt in receipts if receipt.delivery_id in accepted]
    # What was deleted by a decision before it could be read waits for nobody: its months are to come anew.
    settled = {*accepted, *ledger.deletions()}
    unread = [*(item for item in receipts if item.delivery_id not in settled), *(k.receipt for k in ledger.keyings())]
    letters = []
    for source in file.agreement.sources:
        waiting = _of(source, unread)
        # What has come and could not be read yet is no silence: nobody is told that it has not come.
        come = delivered_months(source, _of(source, read)) | spanned_months(waiting)
        late = overdue(due_of(file.agreement, source), come, on)
        if late:
            letters.append(reminder_sv(file.agreement, source, late, waiting, settings.published))
    return letters


def _of(source: Source, receipts: list[Receipt]) -> list[Receipt]:
    return [receipt for receipt in receipts if receipt.source_id == source.id]
