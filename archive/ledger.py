"""The append-only ledger of an agreement: one JSON entry a line, in the order in which things happened."""

import os
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from archive.durable import make_folder, sync_folder
from archive.steps import step
from methods.delivered import is_replaced_by, silence_about
from schemas.agreement import Source
from schemas.delivery import ENTRY, Deletion, DriftAcceptance, Entry, Keying, Load, Receipt, Release
from schemas.errors import LofteError


class Ledger:
    """What has been received, loaded and released for one agreement."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.agreement_id = path.stem
        content = path.read_bytes() if path.exists() else b""
        # A crash may have left half a line after the last whole one.
        self._whole_size = content.rfind(b"\n") + 1
        self.entries: list[Entry] = self._parse(content[: self._whole_size])

    def append(self, entry: Entry) -> None:
        """Write an entry down for good."""
        make_folder(self._path.parent)
        is_new = not self._path.exists()
        line = entry.model_dump_json().encode() + b"\n"
        step(f"append:{entry.kind}")
        with self._path.open("ab") as file:
            file.truncate(self._whole_size)
            file.write(line)
            file.flush()
            step(f"sync:{entry.kind}")
            os.fsync(file.fileno())
        self._whole_size += len(line)
        if is_new:
            sync_folder(self._path.parent)
        self.entries.append(entry)

    def receipts(self) -> list[Receipt]:
        """List each delivery once, in the order of first receipt, with what was last written down about it."""
        return list({receipt.delivery_id: receipt for receipt in self.written_receipts()}.values())

    def written_receipts(self) -> list[Receipt]:
        """List every receipt as it was written: more than one of a delivery whose bytes came again."""
        return [entry for entry in self.entries if isinstance(entry, Receipt)]

    def accepted_loads(self) -> dict[str, Load]:
        """Return the load that was last accepted for each delivery."""
        return {entry.delivery_id: entry for entry in self.entries if isinstance(entry, Load)}

    def loads(self) -> dict[str, Load]:
        """Return every load ever accepted, by id."""
        return {entry.load_id: entry for entry in self.entries if isinstance(entry, Load)}

    def keyings(self) -> list[Keying]:
        """List what has been typed in for months that no delivery has come for since."""
        waiting: dict[tuple[str, str, str, str], Keying] = {}
        for entry in self.entries:
            if isinstance(entry, Keying):
                waiting[*_span(entry.receipt), entry.keyed_by] = entry
            elif isinstance(entry, Receipt):
                waiting = {key: keying for key, keying in waiting.items() if key[:3] != _span(entry)}
        return list(waiting.values())

    def deletions(self) -> dict[str, Deletion]:
        """Return the decision that each deleted delivery's bytes are gone by."""
        return {entry.delivery_id: entry for entry in self.entries if isinstance(entry, Deletion)}

    def has_fetched(self, source_id: str) -> bool:
        """Tell whether a source's own place has ever given a delivery that is still kept."""
        deleted = self.deletions()
        return any(
            receipt.source_id == source_id and receipt.how == "fetched" and receipt.delivery_id not in deleted
            for receipt in self.receipts()
        )

    def received_after(self, receipt: Receipt, source: Source | None) -> list[Receipt]:
        """List the deliveries of a source that would count beside or instead of one, were they accepted, oldest first.

        What counts is decided by the day of receipt, and between those of one day by which was taken in last: one that
        was received earlier may be found later. What is of months that the source no longer reports about counts no
        more, and is instead of nothing but the like.

        Args:
            receipt: the delivery.
            source: where it is from; None where that is context, which never ends.
        """
        by_day = sorted(self.receipts(), key=lambda known: known.received_on)
        later = (known for known in by_day[by_day.index(receipt) + 1 :] if known.source_id == receipt.source_id)
        if source is None or silence_about(receipt, source) is not None:
            return list(later)
        return [known for known in later if silence_about(known, source) is None]

    def is_replaced(self, receipt: Receipt, source: Source | None, on: date | None = None) -> bool:
        """Tell whether what was received later, by a day if one is given, has been accepted and counts in its place."""
        accepted = self.accepted_loads()
        later = [
            known
            for known in self.received_after(receipt, source)
            if known.delivery_id in accepted and (on is None or known.received_on <= on)
        ]
        return is_replaced_by(later, receipt, source.replaced_by if source else "all_months")

    def counts_on(self, receipt: Receipt, source: Source) -> bool:
        """Tell whether a delivery has been accepted, and still counts for its source."""
        is_accepted = receipt.delivery_id in self.accepted_loads()
        return is_accepted and silence_about(receipt, source) is None and not self.is_replaced(receipt, source)

    def same_bytes_elsewhere(self, receipt: Receipt, source: Source) -> list[Receipt]:
        """List the deliveries of a source that count for other months and have the same bytes as one of its own."""
        accepted = self.accepted_loads()
        return [
            other
            for other in self.receipts()
            if (other.source_id, other.content_hash) == (receipt.source_id, receipt.content_hash)
            and other.delivery_id != receipt.delivery_id
            and other.delivery_id in accepted
            and not self.is_replaced(other, source)
        ]

    def accepted_drift(self, source_id: str) -> list[DriftAcceptance]:
        """List what was last decided about each header of a source that is not its contract's."""
        entries = (entry for entry in self.entries if isinstance(entry, DriftAcceptance))
        return list({entry.header_hash: entry for entry in entries if entry.source_id == source_id}.values())

    def releases(self) -> list[Release]:
        """List the releases, oldest first."""
        return [entry for entry in self.entries if isinstance(entry, Release)]

    def newest_release(self) -> Release | None:
        """Return the release that is current."""
        releases = self.releases()
        return releases[-1] if releases else None

    def _parse(self, content: bytes) -> list[Entry]:
        try:
            return [ENTRY.validate_json(line) for line in content.splitlines()]
        except ValidationError as error:
            raise LofteError(f"{self._path.name}: an entry cannot be read; restore the ledger from a backup") from error


def _span(receipt: Receipt) -> tuple[str, str, str]:
    return receipt.source_id, receipt.covers_from, receipt.covers_to
