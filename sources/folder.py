"""Deliveries in a folder, or at any address that fsspec knows."""

import asyncio
import hashlib
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import fsspec
from fsspec.asyn import AsyncFileSystem
from fsspec.implementations.local import LocalFileSystem

from schemas.content import Content, HashingReader, Readable
from schemas.delivery import Sidecar
from schemas.errors import FetchError
from sources.file_names import (
    CHECKSUM_SUFFIX,
    DONE_SUFFIX,
    agreed_month,
    day_in_name,
    is_of_the_system,
    name_expression,
    period_said,
    refuse_two_days,
    said_by_name,
)
from sources.sidecar import SIDECAR_SUFFIX, read_sidecar

# A file that has not changed for so long is looked at twice without a wait between.
QUIET_SECONDS = 30
_UNFINISHED = "still being written; it is taken when it no longer changes, run again later"
WAIT_SECONDS = 20
DEADLINE_SECONDS = 120


class TooSlowError(Exception):
    """A place has not answered in full by the deadline, in seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True)
class _Look:
    """What is seen of a file from outside: bytes, and seconds since 1970; None where a place does not say."""

    size: int | None
    changed: float | None

    def is_like(self, other: "_Look | None") -> bool:
        """Tell whether two looks show no change, as far as the place says."""
        if other is None or self.size != other.size:
            return False
        return None in {self.changed, other.changed} or self.changed == other.changed


@dataclass(frozen=True)
class FoundFile:
    """A delivery that lies at a source, with what its name and sidecar say."""

    name: str
    address: str
    covers_from: str
    covers_to: str
    received_on: date | None
    sidecar: Sidecar


class Folder:
    """The place where a source leaves its files."""

    def __init__(
        self, location: str, beside: Path, settle_seconds: float = 0, deadline_seconds: float = DEADLINE_SECONDS
    ) -> None:
        self._settle_seconds = settle_seconds
        self._deadline_seconds = self._seconds_left = deadline_seconds
        self._is_too_slow = False
        address = location if "://" in location else str((beside / location).resolve())
        with _told("the address cannot be used"):
            self._files, self._root = fsspec.core.url_to_fs(address, **_options(address))

    @cached_property
    def names(self) -> list[str]:
        """Names of the delivered files; a folder that is not there is empty, and systems' own files are passed over.

        Raises:
            FetchError: when the place cannot be reached.
        """
        return sorted(self._first_look)

    @property
    def is_there(self) -> bool:
        """Whether there is such a folder; an object store has none, and what is emptied there is not gone.

        Raises:
            FetchError: when the place cannot be reached.
        """
        return self._listed is not None or "s3" in self._files.protocol

    def folders_named_like(self, pattern: str) -> list[str]:
        """Names of folders in it that bear a delivery's name."""
        names = [_last_part(entry) for entry in self._listed or [] if not _is_file(entry)]
        return sorted(name for name in names if re.fullmatch(name_expression(pattern), name))

    def read(self, name: str) -> bytes:
        """Return all that `content` gives.

        Raises:
            FetchError: when it cannot be read, or is still being written.
        """
        return self.content(name).whole()

    def content(self, name: str) -> Content:
        """Return what a file holds that nobody is writing to any more; one on this machine is read as it is used.

        `FILE.sha256` beside it must agree with it; `FILE.done` says that it is whole. Without them it must be of the
        same size and time at two looks. Each reading comes to its end only if the file is still what it was.

        Raises:
            FetchError: when it cannot be read, or is still being written; also while it is read.
        """
        if self._is_too_slow:  # each file would be waited for until a deadline of its own
            raise FetchError(f"{name}: not asked for, as the source was too slow with another file; run again later")
        listed = self._first_look
        self._seconds_left = self._deadline_seconds
        said = self._checksum(name)
        if said is None and name + DONE_SUFFIX not in listed:
            self._see_settled(name)
        if isinstance(self._files, LocalFileSystem):
            with _told(f"{name}: the file cannot be read"):
                size = int(self._ask("info", f"{self._root}/{name}")["size"])
            return Content(size, partial(self._opened, name, said))
        with _told(f"{name}: the file cannot be read"):
            content = bytes(self._ask("cat_file", f"{self._root}/{name}"))
        self._check_end(name, said, hashlib.sha256(content).hexdigest())
        return Content.of(content)

    @contextmanager
    def _opened(self, name: str, said: str | None) -> Iterator["_UnchangedFile"]:
        with ExitStack() as closing:
            with _told(f"{name}: the file cannot be read"):
                file = closing.enter_context(Path(f"{self._root}/{name}").open("rb"))
            reader = file if said is None else HashingReader(file)
            yield _UnchangedFile(name, reader, partial(self._check_end, name, said))

    def _check_end(self, name: str, said: str | None, sha256: str | None) -> None:
        """Make sure that a file which has been read is what is said beside it, and what it was at the first look."""
        if said is not None and sha256 != said:
            raise FetchError(
                f"{name}: not what {name}{CHECKSUM_SUFFIX} says; it may still be on its way, run again later"
            )
        if not self._look_at(name).is_like(self._first_look.get(name)):
            raise FetchError(f"{name}: {_UNFINISHED}")

    @cached_property
    def _first_look(self) -> dict[str, "_Look"]:
        """Size and time of every file, all looked at at once, so that one wait does for them all."""
        looks = {_last_part(entry): _look(entry) for entry in self._listed or [] if _is_file(entry)}
        return {name: look for name, look in looks.items() if not is_of_the_system(name)}

    @cached_property
    def _listed(self) -> list[dict[str, Any]] | None:
        """All that lies in the folder; None where there is no such folder."""
        with _told("the folder cannot be listed"):
            self._files.invalidate_cache()
            self._seconds_left = self._deadline_seconds
            found = list(self._ask("ls", self._root, detail=True)) if self._ask("exists", self._root) else None
        self._looked_at = time.time()
        return found

    def _see_settled(self, name: str) -> None:
        """Wait until two looks at a file that has changed of late lie far enough apart."""
        look = self._first_look.get(name)
        if look is None or (look.changed is not None and look.changed < self._looked_at - QUIET_SECONDS):
            return
        time.sleep(max(self._looked_at + self._settle_seconds - time.time(), 0))
        if not self._look_at(name).is_like(look):
            raise FetchError(f"{name}: {_UNFINISHED}")

    def _look_at(self, name: str) -> "_Look":
        with _told(f"{name}: the file cannot be looked at"):
            self._files.invalidate_cache()
            return _look(self._ask("info", f"{self._root}/{name}"))

    def _ask(self, what: str, *said: Any, **options: Any) -> Any:
        """Ask the place for something, and wait for the whole answer until the deadline, however slowly it comes.

        The deadline is for all that is asked about one file, or to list them, together. fsspec's transports over a
        network are coroutines: one that is too slow is ended, not left to run on.
        """
        if not isinstance(self._files, AsyncFileSystem):
            return getattr(self._files, what)(*said, **options)
        asked = partial(getattr(self._files, f"_{what}"), *said, **options)
        until = time.monotonic() + self._seconds_left
        try:
            return fsspec.asyn.sync(self._files.loop, _within, asked, self._seconds_left)
        except TimeoutError as error:
            if time.monotonic() < until:  # one of the transport's own waits
                raise
            self._is_too_slow = True
            raise TooSlowError(self._deadline_seconds) from error
        finally:
            self._seconds_left = until - time.monotonic()

    def _checksum(self, name: str) -> str | None:
        if name + CHECKSUM_SUFFIX not in self._first_look:
            return None
        with _told(f"{name}{CHECKSUM_SUFFIX}: the file cannot be read"):
            text: Any = self._ask("cat_file", f"{self._root}/{name}{CHECKSUM_SUFFIX}")
        words = bytes(text).decode("ascii", errors="replace").split()
        if not words or not re.fullmatch(r"[0-9a-fA-F]{64}", words[0]):
            raise FetchError(f"{name}{CHECKSUM_SUFFIX}: no SHA-256 in 64 hex digits stands first in it")
        return words[0].lower()

    def find(self, name: str, pattern: str) -> FoundFile:
        """Read what a file's name and sidecar say of it.

        Raises:
            FetchError: when its period cannot be known.
            InvalidAgreementError: when its sidecar is not as it should be.
            PersonalDataError: when its sidecar seems to hold personal data.
        """
        said = said_by_name(name, pattern)
        sidecar = Sidecar()
        if name + SIDECAR_SUFFIX in self.names:
            sidecar = read_sidecar(self.read(name + SIDECAR_SUFFIX), name + SIDECAR_SUFFIX, Sidecar)
        first, last = period_said(said)
        first, last = agreed_month(name, first, sidecar.covers_from), agreed_month(name, last, sidecar.covers_to)
        if first > last:
            raise FetchError(f"{name}: the period ends ({last}) before it starts ({first})")
        by_name = day_in_name(name, said["received_on"]) if "received_on" in said else None
        refuse_two_days(name, by_name, sidecar.received_on)
        received = sidecar.received_on or sidecar.transcribed_on or by_name
        return FoundFile(name, f"{self._root}/{name}", first, last, received, sidecar)


class _UnchangedFile:
    """A file on this machine, read once; its end is reached only where it is what it was."""

    def __init__(self, name: str, file: Readable, check_end: Callable[[str | None], None]) -> None:
        self._name = name
        self._file = file
        self._check_end = check_end

    def read(self, size: int, /) -> bytes:
        """Read on; nothing more comes at the end.

        Raises:
            FetchError: when it cannot be read, or has changed.
        """
        with _told(f"{self._name}: the file cannot be read"):
            content = self._file.read(size)
        if not content:
            self._check_end(self._file.sha256 if isinstance(self._file, HashingReader) else None)
        return content


async def _within(asked: Callable[[], Awaitable[Any]], seconds: float) -> Any:
    return await asyncio.wait_for(asked(), seconds)


def is_absent(location: str, beside: Path) -> bool:
    """Tell whether a source's folder on this machine is not there; of places elsewhere nothing is asked."""
    return "://" not in location and not (beside / location).is_dir()


def _last_part(entry: dict[str, Any]) -> str:
    return str(entry["name"]).rstrip("/").rsplit("/", 1)[-1]


def _is_file(entry: dict[str, Any]) -> bool:
    return bool(entry["type"] != "directory")


def _look(entry: dict[str, Any]) -> _Look:
    """Read size and time of change, which each of fsspec's file systems names and writes in its own way."""
    changed = next((entry[key] for key in ("mtime", "LastModified", "modified", "created") if entry.get(key)), None)
    if isinstance(changed, datetime):
        changed = changed.timestamp()
    return _Look(entry.get("size"), round(changed, 3) if isinstance(changed, float | int) else None)


def _options(address: str) -> dict[str, Any]:
    """Return what makes a transport safe: a known host key, and an end to every wait.

    Users, keys and secrets come from where SSH and S3 clients look for them, never from an agreement.
    """
    scheme = address.split("://")[0] if "://" in address else ""
    if scheme == "ssh":
        # sshfs takes any host key unless it is told where the known ones stand.
        known_hosts = str(Path("~/.ssh/known_hosts").expanduser())
        waits = {"connect_timeout": WAIT_SECONDS, "login_timeout": WAIT_SECONDS, "keepalive_interval": WAIT_SECONDS}
        return {"known_hosts": known_hosts, **waits}
    if scheme == "s3":
        retries = {"max_attempts": 4, "mode": "standard"}
        return {"config_kwargs": {"connect_timeout": WAIT_SECONDS, "read_timeout": WAIT_SECONDS, "retries": retries}}
    return {}


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Tell any failure of a transport as one of fetching; each of fsspec's has exceptions of its own."""
    try:
        yield
    except TooSlowError as error:
        raise FetchError(f"{what}: not whole after {error.seconds:g} s; see to the source, then run again") from error
    except Exception as error:
        raise FetchError(f"{what} ({type(error).__name__}); see to the source, then run again") from error
