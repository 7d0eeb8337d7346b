"""The flow under Prefect itself: its engine, its artifacts, its schedule."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.testing.utilities import prefect_test_harness

import flows.publish_progress as flow_module
from tests.house import House


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    """A real Prefect server for the tests of this file."""
    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.mark.usefixtures("server")
def test_the_engine_publishes_and_leaves_artifacts(house: House) -> None:
    house.take("goteborg-centrum-1", "tranas-1")
    house.deliver(
        "tranas-1",
        "police-activities",
        "PAHITTAD_polis_2024-05_mottagen_2025-01-09.csv",
        "id;datum;typ;plats;antal;markering\n"
        + "".join(f"A{day};2024-05-0{day};Trafikkontroll;Sommen;1;PÅHITTAD\n" for day in range(1, 6))
        + "B;2024-05-05;Ridpatrull;Sommen;1;PÅHITTAD\n",
    )
    with house.settings():
        outcomes = flow_module.publish_progress()
    assert {outcome.became for outcome in outcomes} == {"published"}
    artifacts = _artifacts()
    assert {"summary", "coverage", "set-aside-rows"} <= set(artifacts)
    assert {"agreement", "activity", "actual", "target", "status"} <= set(artifacts["summary"][0])
    assert "Ridpatrull" not in json.dumps(artifacts, ensure_ascii=False)
    address = artifacts["set-aside-rows"][0]
    assert (address["line"], address["column"], address["rule"]) == (7, "typ", "unknown_value")
    assert any(row["source"] == "police-activities" for row in artifacts["coverage"])


@pytest.mark.usefixtures("server")
def test_a_run_that_holds_something_fails_in_prefect(house: House) -> None:
    house.take("goteborg-centrum-1")
    house.deliver("goteborg-centrum-1", "reported", "redovisat_2018.csv", "")
    with house.settings():
        state = flow_module.publish_progress(return_state=True)
    assert state.is_failed()
    with pytest.raises(flow_module.RunFailedError, match="the file is empty; an empty file is never read as zero"):
        state.result()


@pytest.mark.parametrize(
    ("scheduled", "day"),
    [
        ("2026-01-03T05:00:00+00:00", date(2026, 1, 3)),  # 06:00 in winter
        ("2026-07-03T04:00:00+00:00", date(2026, 7, 3)),  # 06:00 in summer
        ("2025-12-31T23:30:00+00:00", date(2026, 1, 1)),  # already next year in Stockholm
    ],
)
def test_the_day_of_a_scheduled_run_is_the_local_one(monkeypatch: Any, scheduled: str, day: date) -> None:
    monkeypatch.setattr(flow_module, "deployment", SimpleNamespace(id="any"))
    run = SimpleNamespace(scheduled_start_time=datetime.fromisoformat(scheduled))
    monkeypatch.setattr(flow_module, "flow_run", run)
    assert flow_module._scheduled_day() == day


def test_a_run_by_hand_takes_its_day_from_the_data() -> None:
    assert flow_module._scheduled_day() is None


def _artifacts() -> dict[str, list[dict[str, Any]]]:
    with get_client(sync_client=True) as client:
        found = client.read_artifacts()
    return {str(artifact.key): json.loads(str(artifact.data)) for artifact in reversed(found)}
