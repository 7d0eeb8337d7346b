"""Do the job by one contender in this process, and write down what it took.

`python -m bench.run_one NAME EXPORT FOLDER TIMES`. Imports are left out of the time: those it had at its end are listed
beside the export, for the next run to begin with. With TIMES above 1 the job is done again in the same folder after the
time is taken: what a delivery leaves must then be the same.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

from bench.contenders import ALL
from bench.imports import ENDING, import_what_was, list_what_is
from bench.job import Clock
from bench.memory import PeakWatch

MEASURED = "measured.json"


def main(name: str, export: Path, folder: Path, times: int) -> None:
    """Measure the first time only."""
    contender = ALL[name]
    listed = export.with_name(f"{name}{ENDING}")
    job = contender.prepare()
    import_what_was(listed)
    clock = Clock(watch := PeakWatch())
    job(export, folder, clock)
    clock.mark("job" if "job" not in clock.marks else "whole")
    watch.stop()
    list_what_is(listed)
    versions = {package: version(package) for package in contender.packages}
    (folder / MEASURED).write_text(json.dumps({**clock.as_json(), "versions": versions}), "utf-8")
    for _ in range(1, times):
        job(export, folder, Clock(watch))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
