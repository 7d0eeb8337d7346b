"""Measure the job of `bench/job.py` by every contender, side by side, and write a dated table beside this file.

`python -m bench.measure [ROWS…] [--workbook ROWS] [--only NAME…] [--runs N]`, or `make bench`. Contenders take turns,
so that a machine that grows slower or faster meets all alike. Folders are made where Python makes temporary ones
(TMPDIR): for 10 million rows about 5 GB.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bench.contenders import ALL
from bench.export import Truth, write_export
from bench.large_workbook import write_workbook
from bench.process import Run, run
from bench.table import load_now, results_page

SMALL_ROWS = 10_000
SIZES = (100_000, 1_000_000, 10_000_000)
WORKBOOK_ROWS = 1_000_000
WORKBOOK_SECONDS_MAX = 900.0
HERE = Path(__file__).parent


@dataclass
class Results:
    """Every run by contender, at each size; and of a workbook."""

    runs: dict[int, dict[str, list[Run]]] = field(default_factory=dict)
    workbook: dict[int, list[Run]] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """What is asked for."""

    sizes: tuple[int, ...]
    workbook_rows: int
    names: tuple[str, ...]
    runs: int | None = None

    def runs_at(self, rows: int) -> int:
        """Return how often each does the job at a size."""
        return self.runs or (5 if rows <= 100_000 else 3 if rows <= 1_000_000 else 2)


def measure(plan: Plan, folder: Path, results: Results) -> Iterator[None]:
    """Fill in the results of one size after the other, then of the workbook; yield after each."""
    _see_what_each_imports(plan.names, folder)
    for rows in plan.sizes:
        export = folder / f"{rows}.csv"
        truth = write_export(export, rows)
        _take_turns(plan.names, export, truth, plan.runs_at(rows), results.runs.setdefault(rows, {}))
        export.unlink()
        yield
    if plan.workbook_rows:
        export = folder / f"{plan.workbook_rows}.xlsx"
        truth = write_workbook(export, plan.workbook_rows)
        results.workbook[plan.workbook_rows] = [run("lofte", export, truth, WORKBOOK_SECONDS_MAX)]
        _say("lofte, workbook", truth.rows, results.workbook[plan.workbook_rows][0])
        yield


def _see_what_each_imports(names: tuple[str, ...], folder: Path) -> None:
    """Let each do a small job, of which nothing is told: what it imports is imported before the time of all others."""
    export = folder / "small.csv"
    truth = write_export(export, SMALL_ROWS)
    for name in names:
        run(name, export, truth)
    export.unlink()


def _take_turns(names: tuple[str, ...], export: Path, truth: Truth, times: int, into: dict[str, list[Run]]) -> None:
    """Let each do the job in turn; another begins each round, and who had no end is not asked again."""
    for turn in range(times):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            runs = into.setdefault(name, [])
            if any(done.why_not for done in runs):
                continue
            runs.append(run(name, export, truth))
            _say(name, truth.rows, runs[-1])


def _say(name: str, rows: int, done: Run) -> None:
    spent = done.marks.get("job")
    took = f"{spent.wall:.2f} s, {spent.cpu:.2f} CPU s, {spent.peak_mb:.0f} MB" if spent else done.why_not
    wrong = f"; WRONG: {'; '.join(done.faults)}" if done.faults else ""
    sys.stdout.write(f"{rows} rows, {name}: {took}{wrong}\n")
    sys.stdout.flush()


def main() -> None:
    """Measure, and write the table anew after each size."""
    plan, into = _asked()
    results, begun, load = Results(), datetime.now().astimezone(), load_now()
    page = into / f"results-{begun:%Y-%m-%d}.md"
    with tempfile.TemporaryDirectory(prefix="lofte-bench-") as folder:
        for _ in measure(plan, Path(folder), results):
            page.write_text(results_page(results.runs, results.workbook, begun, (load, load_now())), "utf-8")
    sys.stdout.write(f"{page}\n")


def _asked() -> tuple[Plan, Path]:
    parser = argparse.ArgumentParser(description="Measure the job by every contender.")
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES, help="rows; 100 thousand, 1 and 10 million")
    parser.add_argument("--workbook", type=int, default=WORKBOOK_ROWS, help="rows of the workbook; 0 for none")
    parser.add_argument("--only", nargs="+", choices=sorted(ALL), default=list(ALL), help="these contenders")
    parser.add_argument("--runs", type=int, help="how often each does the job; 5, 3 and 2 times by default")
    parser.add_argument("--into", type=Path, default=HERE, help="the folder of the table")
    asked = parser.parse_args()
    return Plan(tuple(asked.sizes), asked.workbook, tuple(asked.only), asked.runs), asked.into


if __name__ == "__main__":
    main()
