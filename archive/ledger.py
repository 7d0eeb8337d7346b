"""The append-only ledger of an agreement: one JSON entry a line, in the order in which things happened."""

import os
from pathlib import Path

from pydantic import ValidationError

from archive.durable import sync_folder
from schemas.delivery import ENTRY, Load, Receipt, Release
from schemas.errors import LofteError


class Ledger:
    """What has been received, loaded and released for one agreement."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.entries: list[Receipt | Load | Release] = self._read()

    def append(self, entry: Receipt | Load | Release) -> None:
        """Write an entry down for good."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self._path.exists()
        with self._path.open("ab") as file:
            file.truncate(self._whole_size())
            file.write(entry.model_dump_json().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(self._path.parent)
        self.entries.append(entry)

    def receipts(self) -> list[Receipt]:
        """List each delivery once, in the order of first receipt, with what was last written down about it."""
        newest: dict[str, Receipt] = {}
        for entry in self.entries:
            if isinstance(entry, Receipt):
                newest[entry.delivery_id] = entry
        return list(newest.values())

    def accepted_loads(self) -> dict[str, Load]:
        """Return the load that was last accepted for each delivery."""
        return {entry.delivery_id: entry for entry in self.entries if isinstance(entry, Load)}

    def loads(self) -> dict[str, Load]:
        """Return every load ever accepted, by id."""
        return {entry.load_id: entry for entry in self.entries if isinstance(entry, Load)}

    def releases(self) -> list[Release]:
        """List the releases, oldest first."""
        return [entry for entry in self.entries if isinstance(entry, Release)]

    def newest_release(self) -> Release | None:
        """Return the release that is current."""
        releases = self.releases()
        return releases[-1] if releases else None

    def _whole_size(self) -> int:
        """Return the size up to the last whole line: a crash may have left half a line after it."""
        return self._path.read_bytes().rfind(b"\n") + 1 if self._path.exists() else 0

    def _read(self) -> list[Receipt | Load | Release]:
        content = self._path.read_bytes()[: self._whole_size()] if self._path.exists() else b""
        try:
            return [ENTRY.validate_json(line) for line in content.splitlines()]
        except ValidationError as error:
            raise LofteError(f"{self._path.name}: an entry cannot be read; restore the ledger from a backup") from error
