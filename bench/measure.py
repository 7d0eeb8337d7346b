"""Measure the job of `bench/job.py` by every contender, in the same run, and write a dated table beside this file.

`python bench/measure.py 100000 1000000 10000000`; each contender is a process of its own, in an empty folder, one after
the other. A contender that takes longer than the limit at one size is not run at the next.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from generate import write_export
from job import CONTENDERS, MEMORY_MB

SECONDS_MAX = 300
HERE = Path(__file__).parent
VALIDATES_ONLY = {"great_expectations", "frictionless"}
Measured = dict[str, Any] | str


def main(sizes: list[int]) -> None:
    """Measure, and write the table."""
    found: dict[str, dict[int, Measured]] = {name: {} for name in CONTENDERS}
    with tempfile.TemporaryDirectory(prefix="lofte-bench-", dir=os.environ.get("LOFTE_BENCH_FOLDER")) as folder:
        for size in sizes:
            export = Path(folder) / f"{size}.csv"
            write_export(export, size)
            for name, measured in found.items():
                measured[size] = _measure(name, export, size, list(measured.values()))
                sys.stdout.write(f"{name}, {size}: {measured[size]}\n")
                sys.stdout.flush()
            export.unlink()
    (HERE / f"results-{date.today()}.md").write_text(_table(found, sizes), "utf-8")  # noqa: DTZ011 - the local day


def _measure(name: str, export: Path, size: int, before: list[Measured]) -> Measured:
    if any(isinstance(measured, str) for measured in before):
        return "not run: the smaller size was too much"
    with tempfile.TemporaryDirectory(dir=export.parent) as folder:
        command = [sys.executable, str(HERE / "job.py"), name, str(export), folder]
        environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
        try:
            done = subprocess.run(  # noqa: S603 - our own program
                command, capture_output=True, text=True, timeout=SECONDS_MAX, env=environment, check=False
            )
        except subprocess.TimeoutExpired:
            return f"not run to the end: over {SECONDS_MAX} s"
    if done.returncode:
        return f"failed: {done.stderr.strip().splitlines()[-1][:200]}"
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _table(found: dict[str, dict[int, Measured]], sizes: list[int]) -> str:
    load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
    about = (
        f"{date.today()}, {os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}. "  # noqa: DTZ011
        f"Load of the machine at the end (1, 5, 15 minutes): {load}. One run each, one after the other, by "
        "`make bench`; imports are left out. The input is invented, 8 columns, 0.14 % bad rows "
        "(`bench/generate.py`); the job is in `bench/job.py`. The floor is pure SQL in DuckDB under a memory limit "
        f"of {MEMORY_MB} MB, as lofte's warehouse is. lofte also keeps the bytes with a receipt, looks for personal "
        "data, rates and publishes. Great Expectations and Frictionless only validate."
    )
    lines = [
        "# Measured",
        "",
        about,
        "",
        "| contender | rows | seconds | CPU seconds | peak MB | ÷ floor |",
        "|---|---|---|---|---|---|",
    ]
    for size in sizes:
        floor = found["floor"][size]
        lines += [_line(name, size, measured[size], floor) for name, measured in found.items()]
    lines += ["", *_stages(found["lofte"]), "", *_versions(found), ""]
    return "\n".join(lines)


def _line(name: str, size: int, measured: Measured, floor: Measured) -> str:
    if isinstance(measured, str):
        return f"| {name} | {size} | {measured} | | | |"
    ratio = "" if isinstance(floor, str) else f"{measured['wall'] / floor['wall']:.1f}"
    label = f"{name} (validates only)" if name in VALIDATES_ONLY else name
    numbers = f"{measured['wall']:.2f} | {measured['cpu']:.2f} | {measured['peak_mb']:.0f}"
    return f"| {label} | {size} | {numbers} | {ratio} |"


def _stages(lofte: dict[int, Measured]) -> list[str]:
    return [
        f"lofte, {size} rows: " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in measured["stages"].items())
        for size, measured in lofte.items()
        if not isinstance(measured, str)
    ]


def _versions(found: dict[str, dict[int, Measured]]) -> list[str]:
    versions = {
        package: number
        for by_size in found.values()
        for measured in by_size.values()
        if not isinstance(measured, str)
        for package, number in measured["versions"].items()
    }
    return ["Versions: " + ", ".join(f"{package} {number}" for package, number in sorted(versions.items())) + "."]


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]])
