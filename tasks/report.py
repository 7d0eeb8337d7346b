"""Report: how a run went, as Prefect artifacts and in `status.json`, the one file that bears the clock's time."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect.artifacts import create_table_artifact

from publication.csv_json import json_bytes
from publication.site import write_if_changed
from schemas.addresses import record_of
from schemas.outcome import Outcome
from tasks import step

LOG = logging.getLogger("lofte.report")
STATUS_FILE = "status.json"


@step("report")
def report_run(outcomes: list[Outcome]) -> None:
    """Leave the run's summary, coverage and addresses of set-aside rows as artifacts; none holds a cell's value."""
    create_table_artifact(
        key="summary",
        table=[line for outcome in outcomes for line in _summary(outcome)],
        description="Figures",
    )
    create_table_artifact(
        key="coverage",
        table=[{"agreement": o.agreement_id, **line} for o in outcomes for line in o.coverage],
        description="Deliveries received and missing, by source",
    )
    create_table_artifact(
        key="set-aside-rows",
        table=[
            {
                "agreement": outcome.agreement_id,
                "source": aside.source_id,
                "file": aside.file_name,
                "load": aside.load_id,
                "line": aside.row.line,
                "record": record_of(aside.row.line, aside.layout),
                "column": aside.row.column,
                "rule": aside.row.rule,
            }
            for outcome in outcomes
            for aside in outcome.set_aside
        ],
        description="Rows set aside in this run: address and rule",
    )


@step("status")
def write_status(outcomes: list[Outcome], public: Path) -> None:
    """Write down when each agreement was last checked and at which source and stage something is held.

    The message itself may tell how many rows a file has, or where it lies; it is for the operator only.
    """
    path = public / STATUS_FILE
    known = _known(path)
    checked_at = datetime.now(UTC).isoformat(timespec="seconds")
    for outcome in outcomes:
        known[outcome.agreement_id] = {
            "checked_at": checked_at,
            "became": outcome.became,
            "release_id": outcome.release_id,
            "held": [{"source_id": held.source_id, "stage": held.stage} for held in outcome.problems],
        }
    write_if_changed(path, json_bytes({"checked_at": checked_at, "agreements": dict(sorted(known.items()))}))


def _known(path: Path) -> dict[str, Any]:
    """Read what was last written down; what has been damaged since says nothing, and is written anew."""
    try:
        known = json.loads(path.read_bytes())["agreements"]
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, KeyError):
        LOG.warning("%s: is damaged, and is written anew with what this run knows", path.name)
        return {}
    return known if isinstance(known, dict) else {}


def _summary(outcome: Outcome) -> list[dict[str, str]]:
    start = {"agreement": outcome.agreement_id, "became": outcome.became}
    return [{**start, **line} for line in outcome.summary] or [
        {
            **start,
            "activity": "",
            "period": "",
            "actual": "",
            "target": "",
            "status": "; ".join(map(str, outcome.problems)),
        }
    ]
