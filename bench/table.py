"""The dated page of results, in Markdown."""

import os
import platform
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from statistics import median

from bench.contenders import CONTENDERS, VARIANTS
from bench.job import MEMORY_LIMIT_MB, Spent
from bench.process import RESIDENT_MB_MAX, SECONDS_MAX, Run

Runs = dict[int, dict[str, list[Run]]]
ABOUT = """\
Written by `make bench`. The input is invented, 8 columns, 0.14 % bad rows (`bench/export.py`), and so is known to its
last row: every run is held against that, and what a contender gets wrong stands under its table. The job is in
`bench/job.py`, each contender in `bench/contenders/`. Seconds, CPU seconds and peaks are medians; imports are left out
of the times, also those that a small job beforehand showed to come in the midst of it, but not of the peaks, which are
of the process and its children together. Each run is a process of its own in an empty folder, contenders take turns,
and the file stands in the system's cache.

- **floor**: pure DuckDB SQL; variants that were tried stand at the end of each table. DuckDB has the same memory limit,
  {limit} MB, in the floor and in lofte; other contenders take what they want.
- **lofte**: this program's tasks without Prefect's engine. Besides the job it keeps the bytes under their hash with a
  receipt and a ledger, looks for damaged text and personal data, and validates with Pandera. *lofte, and a release*
  goes on to rate, protect, release and publish.
- **dlt**: its Arrow path, checked in Arrow (read twice: for the ids, for the rows) and merged by delete-insert.
- **frictionless**: validates, and loads the rows that are good into SQLite in the same pass, by its own SQL adapter.
- **great_expectations**: validates only; it loads and counts nothing.
- Stopped: at {seconds:.0f} s or {resident:.0f} MB."""


def load_now() -> str:
    """Say how much others ask of the machine."""
    return "/".join(f"{number:.1f}" for number in os.getloadavg())


def results_page(runs: Runs, workbook: dict[int, list[Run]], begun: datetime, loads: tuple[str, str]) -> str:
    """Return the page."""
    about = ABOUT.format(limit=MEMORY_LIMIT_MB, seconds=SECONDS_MAX, resident=RESIDENT_MB_MAX)
    parts = [f"# Measured on {begun:%Y-%m-%d}", _machine(loads), about]
    for rows, found in runs.items():
        parts += _section(rows, found)
    for rows, done in workbook.items():
        parts += _workbook_section(rows, done)
    parts.append(_versions([run for found in runs.values() for each in found.values() for run in each]))
    return "\n\n".join(parts) + "\n"


def _machine(loads: tuple[str, str]) -> str:
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return (
        f"{os.cpu_count()} processors, {system}. Load of the machine (1/5/15 minutes) when this was begun, "
        f"{loads[0]}, and ended, {loads[1]}. Where others were at work too, compare CPU seconds rather than seconds."
    )


def _section(rows: int, found: dict[str, list[Run]]) -> Iterator[str]:
    yield f"## {rows:,} rows".replace(",", " ")
    floor = (
        _of(found.get("floor", []), "job", lambda spent: spent.wall),
        _of(found.get("floor", []), "job", lambda spent: spent.cpu),
    )
    head = "| contender | runs | seconds (least–most) | ÷ floor | CPU seconds | ÷ floor | peak MB | right |"
    lines = [head, "|---|---|---|---|---|---|---|---|"]
    for name in (*CONTENDERS, *VARIANTS):
        lines += _lines(name, found.get(name, []), floor)
    yield "\n".join(lines)
    yield "\n".join(_notes(found))


def _lines(name: str, runs: list[Run], floor: tuple[float | None, float | None]) -> Iterator[str]:
    if not runs:
        return
    stopped = next((run.why_not for run in runs if run.why_not), None)
    if stopped:
        yield f"| {name} | {len(runs)} | {stopped} | | | | | |"
        return
    label = f"{name} (validates only)" if name in CONTENDERS and CONTENDERS[name].validates_only else name
    yield _line(label, runs, "job", floor)
    if all("whole" in run.marks for run in runs):
        yield _line(f"{name}, and a release", runs, "whole", floor)


def _line(label: str, runs: list[Run], mark: str, floor: tuple[float | None, float | None]) -> str:
    spent = [run.marks[mark] for run in runs]
    walls = sorted(each.wall for each in spent)
    wall, cpu = median(walls), median(each.cpu for each in spent)
    right = "no" if any(run.faults for run in runs) else "yes"
    return (
        f"| {label} | {len(runs)} | {wall:.2f} ({walls[0]:.2f}–{walls[-1]:.2f}) | {_ratio(wall, floor[0])} | {cpu:.2f} "
        f"| {_ratio(cpu, floor[1])} | {median(each.peak_mb for each in spent):.0f} | {right} |"
    )


def _notes(found: dict[str, list[Run]]) -> Iterator[str]:
    for name, runs in found.items():
        faults = sorted({fault for run in runs for fault in run.faults})
        if faults:
            yield f"- {name} is wrong: {'; '.join(faults)}."
    for name in CONTENDERS:
        ended = [run for run in found.get(name, []) if not run.why_not]
        if ended:
            yield f"- {name}: {_stages(ended)}."
    yield from (f"- {name}: {variant.about}" for name, variant in VARIANTS.items() if name in found)


def _stages(runs: list[Run]) -> str:
    names = runs[0].stages
    return ", ".join(f"{name} {median(run.stages[name] for run in runs):.2f} s" for name in names)


def _workbook_section(rows: int, runs: list[Run]) -> Iterator[str]:
    yield f"## A workbook (XLSX) of {rows:,} rows".replace(",", " ")
    run = runs[0]
    if run.why_not:
        yield f"lofte: {run.why_not}."
        return
    job, whole = run.marks["job"], run.marks["whole"]
    yield (
        f"lofte, the same job once: {job.wall:.0f} s, {job.cpu:.0f} CPU seconds ({_stages(runs)}). Peaks: this "
        f"process {whole.own_peak_mb:.0f} MB, the one that reads the workbook {whole.children_peak_mb:.0f} MB, both at "
        f"most {whole.peak_mb:.0f} MB. Right: {'no, ' + '; '.join(run.faults) if run.faults else 'yes'}."
    )


def _of(runs: list[Run], mark: str, what: Callable[[Spent], float]) -> float | None:
    found = [what(run.marks[mark]) for run in runs if mark in run.marks]
    return median(found) if found else None


def _ratio(spent: float, floor: float | None) -> str:
    return f"{spent / floor:.1f}" if floor else ""


def _versions(runs: Iterable[Run]) -> str:
    versions = {package: number for run in runs for package, number in run.versions.items()}
    return f"Versions: {', '.join(f'{package} {number}' for package, number in sorted(versions.items()))}."
