"""The job of the comparison, what a contender is, and how its time and memory are taken.

The job, the same for each that can do it: read the export, check types, value lists, ranges and unique ids, set bad
rows aside with line and reason, load the good ones with their line in place of what the same delivery left before,
count per month, type and municipality, write the counts as CSV and JSON. What is kept of a row is what is counted by.
"""

import csv
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.export import Cell
from bench.memory import PeakWatch

# For DuckDB in the floor and in this program alike; all other contenders take what they want.
MEMORY_LIMIT_MB = 256
DELIVERY = "bench-delivery"
COUNTS_HEADER = ("month", "type", "municipality", "rows", "quantity")
Counts = dict[Cell, tuple[int, int]]


@dataclass(frozen=True)
class Found:
    """What a contender found; one that only validates has accepted and counted nothing."""

    set_aside: dict[int, str]
    accepted: int | None = None
    csv_counts: Counts | None = None
    json_counts: Counts | None = None


@dataclass
class Spent:
    """Seconds and memory from the start of a job to a mark."""

    wall: float
    cpu: float
    own_peak_mb: float
    children_peak_mb: float

    @property
    def peak_mb(self) -> float:
        """Of the process and its children together."""
        return self.own_peak_mb + self.children_peak_mb


@dataclass
class Clock:
    """Takes the time of a job and of its stages."""

    watch: PeakWatch
    stages: dict[str, float] = field(default_factory=dict)
    marks: dict[str, Spent] = field(default_factory=dict)
    _begun: tuple[float, float] = field(default_factory=lambda: (time.perf_counter(), _cpu_seconds()))

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Take the time of a part of the job."""
        begun = time.perf_counter()
        yield
        self.stages[name] = time.perf_counter() - begun

    def mark(self, name: str) -> None:
        """Take what has been spent so far; `job` is the mark that contenders are compared at."""
        wall, cpu = time.perf_counter() - self._begun[0], _cpu_seconds() - self._begun[1]
        self.marks[name] = Spent(wall, cpu, *self.watch.peaks_mb())

    def as_json(self) -> dict[str, Any]:
        """Return all that was taken."""
        return {"stages": self.stages, "marks": {name: asdict(spent) for name, spent in self.marks.items()}}


Job = Callable[[Path, Path, Clock], None]


@dataclass(frozen=True)
class Contender:
    """One that does the job.

    Attributes:
        packages: whose versions are told.
        prepare: imports what it needs, and returns the job: of an export, in a folder.
        found: reads what the job left in its folder.
        validates_only: it neither loads nor counts.
        about: what must be known to read its line.
    """

    packages: tuple[str, ...]
    prepare: Callable[[], Job]
    found: Callable[[Path], Found]
    validates_only: bool = False
    about: str = ""


def write_counts(folder: Path, rows: Iterable[tuple[Any, ...]]) -> None:
    """Write counts in the order of their header, for contenders whose tool does not write files itself."""
    listed = [(month, kind, place, int(count), int(quantity)) for month, kind, place, count, quantity in rows]
    with (folder / "counts.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COUNTS_HEADER, *listed])
    records = [dict(zip(COUNTS_HEADER, row, strict=True)) for row in listed]
    (folder / "counts.json").write_text(json.dumps(records, ensure_ascii=False), "utf-8")


def read_counts(folder: Path) -> tuple[Counts, Counts]:
    """Read counts.csv and counts.json, by their columns' names."""
    with (folder / "counts.csv").open(encoding="utf-8", newline="") as file:
        from_csv = _counts(csv.DictReader(file))
    return from_csv, _counts(json.loads((folder / "counts.json").read_text("utf-8")))


def _counts(rows: Iterable[dict[str, Any]]) -> Counts:
    found: Counts = {}
    for row in rows:
        month, kind, place, count, quantity = (row[name] for name in COUNTS_HEADER)
        found[str(month), str(kind), str(place)] = (int(count), int(quantity))
    return found


def _cpu_seconds() -> float:
    """Return what this process and the children that have ended have used."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
