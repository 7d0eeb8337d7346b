"""A contender in a process of its own, in an empty folder, ended when it takes more time or memory than it may have."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.contenders import ALL
from bench.export import Truth
from bench.job import Spent
from bench.memory import descendants, resident_mb
from bench.run_one import MEASURED
from bench.verify import faults_of

SECONDS_MAX = 300.0
# Above this the other programs on a machine would suffer, and what is measured would be its swap.
RESIDENT_MB_MAX = 12_000.0
# The job is done twice at sizes where that costs little, to see that a delivery comes in once.
TWICE_UP_TO_ROWS = 100_000
LOOK_SECONDS = 0.2
PROJECT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Run:
    """One run of a contender: what it took and what it got wrong, or why it has no end."""

    marks: dict[str, Spent]
    stages: dict[str, float]
    versions: dict[str, str]
    faults: tuple[str, ...] = ()
    why_not: str = ""


def run(name: str, export: Path, truth: Truth, seconds_max: float = SECONDS_MAX) -> Run:
    """Let a contender do the job once, and hold what it found against what is true."""
    times = 2 if truth.rows <= TWICE_UP_TO_ROWS else 1
    with tempfile.TemporaryDirectory(dir=export.parent, prefix="job-") as place:
        folder = Path(place)
        command = [sys.executable, "-m", "bench.run_one", name, str(export), str(folder), str(times)]
        why_not = run_within(command, folder, seconds_max, RESIDENT_MB_MAX)
        if why_not:
            return Run({}, {}, {}, why_not=why_not)
        measured = json.loads((folder / MEASURED).read_text("utf-8"))
        contender = ALL[name]
        faults = faults_of(contender.found(folder), truth, contender.validates_only)
    marks = {mark: Spent(**spent) for mark, spent in measured["marks"].items()}
    return Run(marks, measured["stages"], measured["versions"], tuple(faults))


def run_within(command: list[str], folder: Path, seconds_max: float, resident_mb_max: float) -> str:
    """Run a command in a folder; return why it has no end, or nothing."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "PYTHONDONTWRITEBYTECODE": "",  # what has been compiled is kept, as on any machine where nobody says otherwise
        "HOME": str(folder),
        "PREFECT_HOME": str(folder / "prefect"),
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
    }
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)  # noqa: S603 - ours
        deadline = time.monotonic() + seconds_max
        while process.poll() is None:
            if time.monotonic() > deadline:
                _end(process)
                return f"stopped after {seconds_max:.0f} s"
            if resident_mb(process.pid) > resident_mb_max:
                _end(process)
                return f"stopped at {resident_mb_max:.0f} MB"
            time.sleep(LOOK_SECONDS)
    if process.returncode:
        words = log.read_text("utf-8", "replace").strip().splitlines() or [f"status {process.returncode}"]
        return f"failed: {words[-1][:160]}"
    return ""


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process and all that it has started."""
    for pid in (*descendants(process.pid), process.pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.wait()
