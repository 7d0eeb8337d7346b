"""Deliveries in a folder, or at any address that fsspec knows."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import fsspec

from methods.months import add_months
from schemas.contract import FILE_NAME_TOKENS
from schemas.delivery import Sidecar
from schemas.errors import FetchError
from schemas.toml_file import read_toml

SIDECAR_SUFFIX = ".toml"
WAIT_SECONDS = 20


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

    def __init__(self, location: str, beside: Path) -> None:
        address = location if "://" in location else str((beside / location).resolve())
        with _told("the address cannot be used"):
            self._files, self._root = fsspec.core.url_to_fs(address, **_options(address))

    @cached_property
    def names(self) -> list[str]:
        """Names of the delivered files; a folder that is not there yet is empty.

        Raises:
            FetchError: when the place cannot be reached.
        """
        with _told("the folder cannot be listed"):
            self._files.invalidate_cache()
            found = self._files.ls(self._root, detail=True) if self._files.exists(self._root) else []
        entries = [entry for entry in found if entry["type"] != "directory"]
        names = [str(entry["name"]).rstrip("/").rsplit("/", 1)[-1] for entry in entries]
        return sorted(name for name in names if not name.startswith("."))

    def read(self, name: str) -> bytes:
        """Read a file.

        Raises:
            FetchError: when it cannot be read.
        """
        with _told(f"{name}: the file cannot be read"):
            content: Any = self._files.cat_file(f"{self._root}/{name}")
        return bytes(content)

    def find(self, name: str, pattern: str) -> FoundFile:
        """Read what a file's name and sidecar say of it.

        Raises:
            FetchError: when its period cannot be known.
            InvalidAgreementError: when its sidecar is not as it should be.
        """
        said = _said_by_name(name, pattern)
        sidecar = Sidecar()
        if name + SIDECAR_SUFFIX in self.names:
            sidecar = read_toml(self.read(name + SIDECAR_SUFFIX), name + SIDECAR_SUFFIX, Sidecar)
        first, last = _period_said(said)
        first, last = _agreed(name, first, sidecar.covers_from), _agreed(name, last, sidecar.covers_to)
        if first > last:
            raise FetchError(f"{name}: the period ends ({last}) before it starts ({first})")
        received = sidecar.received_on or sidecar.transcribed_on
        if received is None and "received_on" in said:
            received = _day(name, said["received_on"])
        return FoundFile(name, f"{self._root}/{name}", first, last, received, sidecar)


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
    except Exception as error:
        raise FetchError(f"{what} ({type(error).__name__}); see to the source, then run again") from error


def deliveries_among(names: list[str]) -> list[str]:
    """Leave out the sidecars of files that are there."""
    present = set(names)
    return [n for n in names if not (n.endswith(SIDECAR_SUFFIX) and n.removesuffix(SIDECAR_SUFFIX) in present)]


def _said_by_name(name: str, pattern: str) -> dict[str, str]:
    parts = re.split(r"\{(\w+)\}", pattern)
    expression = "".join(FILE_NAME_TOKENS[part] if place % 2 else re.escape(part) for place, part in enumerate(parts))
    match = re.fullmatch(expression, name)
    if match is None:
        raise FetchError(f"{name}: the name does not follow the source's file_pattern {pattern!r}")
    return match.groupdict()


def _period_said(said: dict[str, str]) -> tuple[str | None, str | None]:
    if "month" in said:
        return said["month"], said["month"]
    if "tertial" in said:
        year, number = said["tertial"].split("-T")
        first = f"{year}-{int(number) * 4 - 3:02d}"
        return first, add_months(first, 3)
    if "year" in said:
        return f"{said['year']}-01", f"{said['year']}-12"
    return said.get("from"), said.get("to")


def _agreed(name: str, by_name: str | None, by_sidecar: str | None) -> str:
    if by_name and by_sidecar and by_name != by_sidecar:
        raise FetchError(f"{name}: the name says {by_name}, its sidecar {by_sidecar}")
    if not (by_name or by_sidecar):
        raise FetchError(f"{name}: neither the name nor a sidecar says which months it covers")
    return str(by_name or by_sidecar)


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FetchError(f"{name}: {text} is no date") from error
