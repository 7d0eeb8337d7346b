"""What an operator does with a Prefect server, done for real: server, pool, deploy, schedule, worker."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from filelock import FileLock
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType, FlowRunFilterTags
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Scheduled

from tests.house import House
from tests.prefect_server import LOFTE, PREFECT, PrefectServer, prefect_server

STOCKHOLM = ZoneInfo("Europe/Stockholm")
AGREEMENT = "goteborg-centrum-1"
SCHEDULER_SECONDS_MAX = 60
# Far enough ahead that the clocks are changed twice on the way.
SCHEDULER = {
    "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS": "14",
    "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME": "P500D",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    """A server with its pool and the deployment, made by the README's commands; the pool twice, as by a second call."""
    with prefect_server(tmp_path_factory.mktemp("server"), **SCHEDULER) as server:
        for _ in range(2):
            server.call(PREFECT, "work-pool", "create", "lofte", "--type", "process", "--overwrite")
        server.call(PREFECT, "deploy", "--all", "--no-prompt")
        yield server


@pytest.fixture
def client(server: PrefectServer) -> Iterator[SyncPrefectClient]:
    """A client of the server."""
    with temporary_settings({PREFECT_API_URL: server.url}), get_client(sync_client=True) as client:
        yield client


def test_the_schedule_is_six_in_stockholm_whatever_the_clocks_do(client: SyncPrefectClient) -> None:
    runs = _scheduled(client, 13)
    times = sorted(run.expected_start_time for run in runs if run.expected_start_time is not None)
    local = [start.astimezone(STOCKHOLM) for start in times]
    months = {(start.year, start.month) for start in local}
    expected = [datetime(year, month, 3, 6, tzinfo=STOCKHOLM).astimezone(UTC) for year, month in sorted(months)]
    assert times == expected
    assert len(months) >= 13
    assert {start.hour for start in times} == {4, 5}


def test_a_late_run_keeps_its_month(server: PrefectServer, client: SyncPrefectClient, house: House) -> None:
    house.take(AGREEMENT)
    deployment = client.read_deployment_by_name("publish-progress/monthly")
    due = Scheduled(scheduled_time=datetime(2019, 1, 3, 5, tzinfo=UTC))
    run = client.create_flow_run_from_deployment(deployment.id, state=due)
    elsewhere = house.root / "worker"
    elsewhere.mkdir()
    said = server.call(
        *(PREFECT, "worker", "start", "--pool", "lofte", "--run-once"), env=server.of(house), cwd=elsewhere
    )
    ended = client.read_flow_run(run.id).state
    assert ended is not None
    assert ended.is_completed(), said
    release = json.loads((house.public / AGREEMENT / "index.json").read_bytes())["releases"][-1]
    assert (release["as_of_month"], release["published_on"]) == ("2018-12", "2019-01-03")


def test_a_backfill_is_one_run_a_month_and_can_be_resumed(
    server: PrefectServer, client: SyncPrefectClient, house: House
) -> None:
    house.take(AGREEMENT)
    house.state.root.mkdir()
    command = (LOFTE, "backfill", AGREEMENT, "--from", "2018-11", "--to", "2018-12")
    with server.worker(house):
        with FileLock(house.state.lock_path):
            stopped = server.attempt(*command, env=server.of(house))
        assert (stopped.returncode, stopped.stdout) == (3, "2018-11: failed\n"), stopped.stderr
        assert "another run holds" in stopped.stderr
        assert [run.idempotency_key for run in _backfills(client)] == [f"backfill-{AGREEMENT}-2018-11"]
        resumed = server.call(*command, env=server.of(house))
    runs = _backfills(client)
    assert [run.idempotency_key for run in runs] == [f"backfill-{AGREEMENT}-2018-{month}" for month in (11, 12)]
    assert [run.parameters["at"] for run in runs] == ["2018-12-03", "2019-01-03"]
    assert runs[0].end_time is not None
    assert runs[1].start_time is not None
    assert runs[0].end_time <= runs[1].start_time
    # No worker is there now: what has ended well is not run again.
    assert resumed == "2018-11: published\n2018-12: published\n"
    told = "".join(f"2018-{month}: published before, by the run {{}}; not run again\n" for month in (11, 12))
    assert server.call(*command, env=server.of(house)) == told.format(*(run.name for run in runs))
    assert [(run.id, run.run_count) for run in _backfills(client)] == [(run.id, run.run_count) for run in runs]
    assert [run.run_count for run in runs] == [2, 1]
    releases = json.loads((house.public / AGREEMENT / "index.json").read_bytes())["releases"]
    assert [(release["as_of_month"], release["published_on"]) for release in releases] == [
        ("2018-11", "2018-12-03"),
        ("2018-12", "2019-01-03"),
    ]


def _backfills(client: SyncPrefectClient) -> list[FlowRun]:
    tagged = FlowRunFilter(tags=FlowRunFilterTags(all_=["backfill"]))
    return sorted(client.read_flow_runs(flow_run_filter=tagged), key=lambda run: str(run.idempotency_key))


def _scheduled(client: SyncPrefectClient, count: int) -> list[FlowRun]:
    """Wait until the server's scheduler has made its runs."""
    scheduled = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED]))
    deadline = time.monotonic() + SCHEDULER_SECONDS_MAX
    while time.monotonic() < deadline:
        runs = client.read_flow_runs(flow_run_filter=FlowRunFilter(state=scheduled))
        if len(runs) >= count:
            return runs
        time.sleep(0.2)
    raise AssertionError(f"the scheduler made {len(runs)} runs")
