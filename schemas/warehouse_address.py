"""Where the warehouse is, and how long a run waits for it."""

from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

DRIVERS = {"duckdb": "duckdb", "postgresql": "postgresql+psycopg", "postgresql+psycopg": "postgresql+psycopg"}
WAIT_SECONDS = 30.0
MEMORY_MB = 256


@dataclass(frozen=True)
class WarehouseAddress:
    """A database by URL; its password is shown nowhere."""

    url: sa.URL = field(repr=False)
    wait_seconds: float = WAIT_SECONDS
    memory_mb: int = MEMORY_MB  # of an embedded warehouse; what needs more goes by way of the disk

    def __str__(self) -> str:
        return self.url.render_as_string(hide_password=True)

    @property
    def file(self) -> Path | None:
        """The file of an embedded warehouse."""
        is_file = self.url.drivername == "duckdb" and self.url.database not in (None, "", ":memory:")
        return Path(str(self.url.database)) if is_file else None


def parse_warehouse_url(text: str) -> sa.URL:
    """Read the URL of a warehouse.

    >>> parse_warehouse_url("postgresql://loader@db.example.org/lofte").drivername
    'postgresql+psycopg'

    Raises:
        ValueError: naming what is expected; without the URL, which may hold a password.
    """
    expected = (
        "a warehouse is postgresql://USER@HOST/DATABASE or duckdb:///FILE; in a password @ : / are written %40 %3A %2F"
    )
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        raise ValueError(expected) from None
    if "@" in (url.host or ""):  # the end of a password that is not escaped
        raise ValueError(expected)
    if any("password" in name.lower() for name in url.query):
        raise ValueError(f"{expected}; no password stands after the question mark")
    if url.drivername not in DRIVERS or not url.database or url.database == ":memory:":
        raise ValueError(expected)
    return url.set(drivername=DRIVERS[url.drivername])


def embedded(file: Path, wait_seconds: float = WAIT_SECONDS, memory_mb: int = MEMORY_MB) -> WarehouseAddress:
    """Return the address of a DuckDB file."""
    return WarehouseAddress(sa.URL.create("duckdb", database=str(file)), wait_seconds, memory_mb)
