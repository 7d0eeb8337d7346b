"""The inbox: files that somebody has put there with a sidecar, taken in at the next run and moved aside."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, takewhile
from pathlib import Path

from archive.durable import sync_folder, write_whole
from archive.steps import step
from schemas.errors import FetchError, LofteError
from schemas.handing import Handing
from sources.file_names import CHECKSUM_SUFFIX, DONE_SUFFIX, deliveries_among
from sources.folder import Folder
from sources.quarantine import refuse_personal_name
from sources.sidecar import SIDECAR_SUFFIX, read_sidecar

TAKEN = "taken"


@dataclass(frozen=True)
class InboxFile:
    """A file that lies in the inbox with what its sidecar says."""

    name: str
    handing: Handing


def absent_inbox(inbox: Path | None) -> str | None:
    """Say that the inbox named in the settings is not there; the one in the state is there once somebody needs it."""
    if inbox is None or inbox.is_dir():
        return None
    return (
        f"the inbox {inbox}, named by LOFTE_INBOX or inbox in lofte.toml, is no folder that is there, so nothing that "
        "has been handed over is taken in; make it, or name the right one"
    )


class Inbox:
    """A folder on this machine that offices, or those who open their letters, put files in."""

    def __init__(self, folder: Path, settle_seconds: float) -> None:
        self._folder = folder
        self._place = Folder(str(folder.resolve()), folder, settle_seconds)

    def files(self) -> Iterator[InboxFile | LofteError]:
        """Yield every file with its sidecar, or what is wrong with it."""
        moving = {sidecar.name for sidecar, _ in self._half_moved()}
        for name in deliveries_among([name for name in self._place.names if name not in moving]):
            try:
                refuse_personal_name(name)
                yield InboxFile(name, self._said_of(name))
            except LofteError as error:
                yield error

    def finish_moving(self) -> None:
        """Put sidecars aside whose files were."""
        for path, aside in self._half_moved():
            os.replace(path, aside)

    def read(self, name: str) -> bytes:
        """Read a file that nobody is writing to any more.

        Raises:
            FetchError: when it is still being written, or cannot be read.
        """
        return self._place.read(name)

    def put_aside(self, name: str, blanked: bytes | None = None) -> None:
        """Move a file that has been taken in, and what stands beside it; the file last, so that none is left alone.

        Args:
            name: the file.
            blanked: put aside in its place, where its own bytes must not be kept; the file is deleted then.
        """
        try:
            self._move(name, blanked)
        except OSError as error:
            raise FetchError(
                f"{name}: taken in, but cannot be moved to {TAKEN}/ ({error.strerror}); let the program write in the "
                "inbox, or move it yourself"
            ) from error

    def _move(self, name: str, blanked: bytes | None) -> None:
        aside = self._folder / TAKEN
        aside.mkdir(exist_ok=True)
        kept_as = _free_name(aside, name)
        for beside in (DONE_SUFFIX, CHECKSUM_SUFFIX):
            if (self._folder / f"{name}{beside}").exists():
                os.replace(self._folder / f"{name}{beside}", aside / f"{kept_as}{beside}")
        step("inbox:file")
        if blanked is None:
            os.replace(self._folder / name, aside / kept_as)
        else:
            write_whole(aside / kept_as, blanked)
            (self._folder / name).unlink()
            sync_folder(self._folder)
        step("inbox:sidecar")
        os.replace(self._folder / f"{name}{SIDECAR_SUFFIX}", aside / f"{kept_as}{SIDECAR_SUFFIX}")

    def _half_moved(self) -> Iterator[tuple[Path, Path]]:
        """Yield sidecars whose files were put aside, by a run that was ended in between, and where they belong."""
        for path in sorted(self._folder.glob(f"*{SIDECAR_SUFFIX}")):
            name = path.name.removesuffix(SIDECAR_SUFFIX)
            alone = _without_sidecar(self._folder / TAKEN, name)
            if alone is not None and not (self._folder / name).exists():
                yield path, alone.with_name(alone.name + SIDECAR_SUFFIX)

    def _said_of(self, name: str) -> Handing:
        sidecar = name + SIDECAR_SUFFIX
        if name.endswith(SIDECAR_SUFFIX):
            raise FetchError(f"{name}: its file is not there; put it beside, or take this away")
        if sidecar not in self._place.names:
            raise FetchError(
                f"{name}: there is no {sidecar} that says agreement, source, period, office and registration_number"
            )
        return read_sidecar(self._place.read(sidecar), str(self._folder / sidecar), Handing)


def _names_aside(name: str) -> Iterator[str]:
    """Yield what a file may be called once it is put aside: names come again, and none is written over."""
    yield name
    for number in count(2):
        yield f"{number}-{name}"


def _free_name(aside: Path, name: str) -> str:
    return next(found for found in _names_aside(name) if not (aside / found).exists())


def _without_sidecar(aside: Path, name: str) -> Path | None:
    """Return the last file of a name that was put aside, if its sidecar was not."""
    there = list(takewhile(lambda found: (aside / found).exists(), _names_aside(name)))
    is_alone = bool(there) and not (aside / f"{there[-1]}{SIDECAR_SUFFIX}").exists()
    return aside / there[-1] if is_alone else None
