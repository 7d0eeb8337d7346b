"""Which corrections can be put on a delivery: those that name one which has come, on a day that has."""

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from archive.ledger import Ledger
from archive.selection import is_still_to_come
from methods.corrections import refuse_personal_data, without_delivery
from schemas.agreement_file import AgreementFile
from schemas.corrections import Correction
from schemas.outcome import Held

_UNTIL_THEN = "Until it is mended or removed, nothing more of the source is loaded, and what was loaded before counts"


@dataclass(frozen=True)
class UsableCorrections:
    """Corrections to be put on deliveries, and what is told of the others.

    Nobody knows which delivery those are about. So their sources are held: no number that has been found to be wrong
    counts in the place of the right one.
    """

    corrections: list[Correction]
    problems: list[Held]
    held_sources: set[str]


def usable_corrections(file: AgreementFile, ledger: Ledger, only_source: str | None) -> UsableCorrections:
    """Return the corrections of an agreement, or of one of its sources.

    Raises:
        InvalidAgreementError: when one seems to hold personal data; nothing of it may be kept.
    """
    refuse_personal_data(file.corrections)
    asked = [item for item in file.corrections.corrections if only_source in {None, item.source}]
    unusable = list(_unusable(asked, ledger))
    held = {item.source for item, _, _ in unusable}
    problems = [
        Held(
            "corrections",
            f"{file.agreement.id}: {file.corrections.problem(item, key, f'{why}. {_UNTIL_THEN}')}",
            item.source,
        )
        for item, key, why in unusable
    ]
    return UsableCorrections([item for item in asked if item.source not in held], problems, held)


def _unusable(asked: Collection[Correction], ledger: Ledger) -> Iterator[tuple[Correction, str, str]]:
    """Yield the corrections that can be put on nothing, each with the key at fault, and why."""
    receipts = ledger.written_receipts()
    files = {(receipt.source_id, receipt.file_name) for receipt in receipts}
    for item in without_delivery(asked, receipts):
        key = "received_on" if (item.source, item.file) in files else "file"
        yield item, key, f"no file of that name was received from the source on that day{_nearest(item, ledger)}"
    for item in asked:
        if is_still_to_come(item.decided_on):
            yield item, "decided_on", "decided on a day that is still to come"


def _nearest(correction: Correction, ledger: Ledger) -> str:
    """Name the received file that is most like the one that a correction names."""
    received = (receipt for receipt in ledger.receipts() if receipt.source_id == correction.source)
    days = {receipt.file_name: receipt.received_on for receipt in received}
    near = difflib.get_close_matches(correction.file, days, n=1)
    return f"; the nearest is {near[0]}, received on {days[near[0]]}" if near else ""
