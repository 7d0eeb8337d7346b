"""The comparison is fair and true: its input is known to the last row, and every answer is held against that."""

import csv
import json
import os
import sys
import tomllib
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bench.contenders.floor import FLOOR, FLOOR_VARIANTS
from bench.contenders.frictionless_sqlite import FRICTIONLESS, PLAIN_INSERTS
from bench.contenders.lofte import AGREEMENT, LOFTE
from bench.export import AREAS, COLUMNS, FIRST_DAY, LAST_DAY, MUNICIPALITIES, TYPES, Truth, write_export
from bench.imports import import_what_was, list_what_is
from bench.job import Clock, Contender, Found, Spent, write_counts
from bench.large_workbook import write_workbook
from bench.memory import PeakWatch, descendants
from bench.process import Run, run_within
from bench.table import results_page
from bench.verify import faults_of
from tests.house import PROJECT

ROWS = 3_000
# Many more than in what is measured, so that few rows have every fault, also beside each other.
FAULT_CHANCE = 0.02
MB = 1024**2


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    """An export that has every kind of bad row, and what the generator says of it."""
    path = tmp_path_factory.mktemp("export") / "export.csv"
    return path, write_export(path, ROWS, FAULT_CHANCE)


def done_by(contender: Contender, export: Path, folder: Path, times: int = 2) -> Found:
    """Let a contender do the job, again and again in one folder."""
    job = contender.prepare()
    watch = PeakWatch()
    for _ in range(times):
        job(export, folder, Clock(watch))
    watch.stop()
    return contender.found(folder)


def counted_anew(path: Path) -> Truth:
    """Read an export with nothing but the standard library, and count it by the rules in words."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(enumerate(csv.DictReader(file, delimiter=";"), start=2))
    truth = Truth(len(rows))
    for line, row in rows:
        if (reason := _reason(row)) is not None:
            truth.set_aside[line] = reason
    times = Counter(row["id"] for line, row in rows if line not in truth.set_aside)
    for line, row in rows:
        if line not in truth.set_aside and times[row["id"]] > 1:
            truth.set_aside[line] = "repeated_id"
    counts: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for line, row in rows:
        if line not in truth.set_aside:
            counts[row["datum"][:7], row["typ"], row["kommun"]].append(int(row["antal"]))
    truth.counts = {cell: (len(quantities), sum(quantities)) for cell, quantities in counts.items()}
    return truth


def _reason(row: dict[str, str]) -> str | None:
    try:
        day = date.fromisoformat(row["datum"])
    except ValueError:
        return "impossible_date"
    assert date.fromisoformat(FIRST_DAY) <= day <= date.fromisoformat(LAST_DAY)
    assert row["kommun"] in MUNICIPALITIES
    assert row["omrade"] in AREAS
    if row["typ"] not in TYPES:
        return "unknown_type"
    return None if row["antal"].isdigit() else "fraction"


def test_the_export_is_the_same_each_time(written: tuple[Path, Truth], tmp_path: Path) -> None:
    path, truth = written
    again = tmp_path / "again.csv"
    assert write_export(again, ROWS, FAULT_CHANCE) == truth
    assert again.read_bytes() == path.read_bytes()
    assert path.read_text("utf-8").splitlines()[0] == ";".join(COLUMNS)
    assert all("PÅHITTAD" in line for line in path.read_text("utf-8").splitlines()[1:])


@pytest.mark.parametrize(
    ("rows", "fault_chance"), [(0, 1), (1, 1), (8, 1), (500, 0.9), (ROWS, FAULT_CHANCE), (60_001, 0.001)]
)
def test_what_the_generator_says_is_what_a_count_finds(rows: int, fault_chance: float, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    assert write_export(path, rows, fault_chance) == counted_anew(path)


def test_the_share_of_bad_rows_is_as_said(tmp_path: Path) -> None:
    truth = write_export(tmp_path / "export.csv", 100_000)
    assert set(truth.set_aside.values()) == {"unknown_type", "impossible_date", "fraction", "repeated_id"}
    assert len(truth.set_aside) / truth.rows == pytest.approx(0.0014, abs=0.0002)


def test_the_floor_and_this_program_agree_and_load_a_delivery_once(written: tuple[Path, Truth], tmp_path: Path) -> None:
    path, truth = written
    export = tmp_path / path.name
    export.write_bytes(path.read_bytes())
    assert len(set(truth.set_aside.values())) == 4
    found = {}
    for name, contender in {"floor": FLOOR, "lofte": LOFTE}.items():
        (tmp_path / name).mkdir()
        found[name] = done_by(contender, export, tmp_path / name)
        assert list(faults_of(found[name], truth, validates_only=False)) == []
    assert found["floor"] == found["lofte"]


@pytest.mark.parametrize("name", sorted(FLOOR_VARIANTS.keys() - {"order_not_kept"}))
def test_every_variant_of_the_floor_finds_the_same(written: tuple[Path, Truth], name: str, tmp_path: Path) -> None:
    export, truth = written
    assert list(faults_of(done_by(FLOOR_VARIANTS[name], export, tmp_path), truth, validates_only=False)) == []


@pytest.mark.parametrize("contender", [FRICTIONLESS, PLAIN_INSERTS])
def test_frictionless_does_the_whole_job_both_ways(
    written: tuple[Path, Truth], contender: Contender, tmp_path: Path
) -> None:
    export, truth = written
    assert list(faults_of(done_by(contender, export, tmp_path), truth, validates_only=False)) == []


def test_the_workbook_holds_what_the_export_does(tmp_path: Path) -> None:
    export = tmp_path / "export.xlsx"
    truth = write_workbook(export, 1_500)
    assert truth == write_export(tmp_path / "export.csv", 1_500)
    found = done_by(LOFTE, export, tmp_path, times=1)
    assert list(faults_of(found, truth, validates_only=False)) == []


def test_the_agreement_counts_what_the_export_has() -> None:
    agreement = tomllib.loads(AGREEMENT.read_text("utf-8"))
    assert tuple(agreement["sources"][0]["contract"]["types"]) == TYPES
    assert tuple(place["id"] for place in agreement["places"]) == MUNICIPALITIES


TRUTH = Truth(3, {3: "fraction"}, {("2024-01", "Fotpatrull", "0687"): (2, 5)})
RIGHT = Found({3: "fraction"}, 2, TRUTH.counts, TRUTH.counts)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (replace(RIGHT, set_aside={}), "0 rows set aside, 1 are bad"),
        (replace(RIGHT, set_aside={4: "fraction"}), "1 of 1 rows set aside have a wrong line"),
        (replace(RIGHT, set_aside={3: "unknown_type"}), "1 of 1 rows set aside have a wrong reason"),
        (replace(RIGHT, accepted=3), "3 rows accepted, 2 are good"),
        (replace(RIGHT, accepted=None), "None rows accepted, 2 are good"),
        (replace(RIGHT, csv_counts={}), "1 counts in the CSV are wrong"),
        (replace(RIGHT, json_counts=None), "1 counts in the JSON are wrong"),
    ],
)
def test_whoever_is_wrong_is_shown_as_wrong(found: Found, words: str) -> None:
    assert list(faults_of(found, TRUTH, validates_only=False)) == [words]
    assert list(faults_of(RIGHT, TRUTH, validates_only=False)) == []
    page = results_page(
        {3: {"floor": [taken(1), taken(1, faults=(words,))]}}, {}, datetime(2026, 1, 2, tzinfo=UTC), ("", "")
    )
    assert f"floor is wrong: {words}." in page
    assert page.count("| no |") == 1


def test_who_only_validates_is_held_to_the_rows_alone() -> None:
    assert list(faults_of(Found({3: "fraction"}), TRUTH, validates_only=True)) == []
    assert list(faults_of(Found({}), TRUTH, validates_only=True)) == ["0 rows set aside, 1 are bad"]


def taken(wall: float, faults: tuple[str, ...] = ()) -> Run:
    """Return a run that took so many seconds, and half as many of a processor."""
    return Run({"job": Spent(wall, wall / 2, 100, 20)}, {"load": wall}, {"duckdb": "2"}, faults)


def test_the_table_has_medians_ratios_and_what_was_stopped() -> None:
    whole = Run({"job": Spent(6, 3, 50, 0), "whole": Spent(9, 4, 60, 0)}, {"load": 6}, {})
    runs = {
        "floor": [taken(2), taken(1), taken(5)],
        "lofte": [whole],
        "great_expectations": [taken(8)],
        "dlt": [taken(4), Run({}, {}, {}, why_not="stopped after 300 s")],
    }
    page = results_page({1_000: runs}, {1_000: [whole]}, datetime(2026, 1, 2, tzinfo=UTC), ("0.1", "0.2"))
    assert "# Measured on 2026-01-02" in page
    assert "| floor | 3 | 2.00 (1.00–5.00) | 1.0 | 1.00 | 1.0 | 120 | yes |" in page
    assert "| lofte | 1 | 6.00 (6.00–6.00) | 3.0 | 3.00 | 3.0 | 50 | yes |" in page
    assert "| lofte, and a release | 1 | 9.00 (9.00–9.00) | 4.5 | 4.00 | 4.0 | 60 | yes |" in page
    assert "| great_expectations (validates only) | 1 |" in page
    assert "| dlt | 2 | stopped after 300 s |" in page
    assert "lofte, the same job once: 6 s" in page


def test_counts_are_read_as_they_are_written(tmp_path: Path) -> None:
    write_counts(tmp_path, [("2024-01", "Fotpatrull", "0687", 2, 5)])
    assert json.loads((tmp_path / "counts.json").read_text("utf-8"))[0]["municipality"] == "0687"
    with (tmp_path / "counts.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1] == ["2024-01", "Fotpatrull", "0687", "2", "5"]


def test_who_takes_too_long_or_too_much_is_ended_with_its_children(tmp_path: Path) -> None:
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    assert run_within([sys.executable, "-c", child], tmp_path, 1, 10_000) == "stopped after 1 s"
    greedy = f"block = bytearray({200 * MB}); import time; time.sleep(60)"
    assert run_within([sys.executable, "-c", greedy], tmp_path, 60, 100) == "stopped at 100 MB"
    assert run_within([sys.executable, "-c", "raise SystemExit('no')"], tmp_path, 60, 10_000) == "failed: no"
    assert run_within([sys.executable, "-c", ""], tmp_path, 60, 10_000) == ""
    assert not _mine("time.sleep(60)")


def _mine(words: str) -> list[int]:
    return [pid for pid in descendants(os.getpid()) if words in _command(pid)]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace")
    except OSError:
        return ""


def test_the_peak_is_that_of_the_process_and_its_children(tmp_path: Path) -> None:
    measured = f"""
import subprocess, sys
from bench.memory import PeakWatch
watch = PeakWatch()
block = bytearray({150 * MB})
del block
child = "block = bytearray({90 * MB}); import time; time.sleep(1)"
subprocess.run([sys.executable, "-c", child])
print(*watch.peaks_mb())
"""
    (tmp_path / "measured.py").write_text(measured, "utf-8")
    assert run_within([sys.executable, "measured.py"], tmp_path, 60, 10_000) == ""
    own, children = (float(number) for number in (tmp_path / "log").read_text("utf-8").split())
    assert 150 < own < 250
    assert 90 < children < 150


def test_the_readme_links_the_newest_results() -> None:
    newest = max((PROJECT / "bench").glob("results-*.md"))
    assert f"(bench/{newest.name})" in (PROJECT / "README.md").read_text("utf-8")


def test_no_one_but_the_bench_installs_what_is_compared_with() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    assert {"dlt", "great", "polars"} <= {
        each.split("[")[0].split("-")[0].split(">")[0] for each in project["dependency-groups"]["bench"]
    }
    assert "default-groups" not in project.get("tool", {}).get("uv", {})
    targets = (PROJECT / "Makefile").read_text("utf-8").split("\n\n")
    assert [
        text for text in targets if "--group bench" in text and "UV_PROJECT_ENVIRONMENT=.venv-bench" not in text
    ] == []


def test_what_one_run_imported_is_imported_before_the_time_of_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = tmp_path / "some.imported"
    import_what_was(listed)  # the first time nothing is known yet
    (tmp_path / "imported_in_the_midst.py").write_text("", "utf-8")
    (tmp_path / "refuses_to_be_imported.py").write_text("1 / 0", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    listed.write_text("no_such_module\nrefuses_to_be_imported\nimported_in_the_midst\n", "utf-8")
    assert "imported_in_the_midst" not in sys.modules
    import_what_was(listed)
    assert "imported_in_the_midst" in sys.modules
    list_what_is(listed)
    monkeypatch.delitem(sys.modules, "imported_in_the_midst")
    import_what_was(listed)
    assert "imported_in_the_midst" in sys.modules
    del sys.modules["imported_in_the_midst"]
