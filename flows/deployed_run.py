"""A month's run by the deployment on a Prefect server: begun once, tried again when it failed, and waited for."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    ArtifactFilterKey,
)
from prefect.client.schemas.objects import FlowRun, State
from prefect.client.schemas.sorting import ArtifactSort
from prefect.exceptions import ObjectNotFound
from prefect.states import Scheduled

from flows.backfill import DueRun, Ended, RunMonth
from schemas.deployment import DEPLOYMENT
from schemas.errors import HELD, LofteError, SettingsError

NAME = f"publish-progress/{DEPLOYMENT}"
TAG = "backfill"
POLL_SECONDS = 1.0
# A month takes seconds; an hour leaves room for a worker that is busy or is yet to be started.
WAIT_SECONDS_MAX = 3600.0


class BackfillStoppedError(LofteError):
    """A month's run could not be followed to its end; what earlier months have published stands."""

    exit_status = HELD


@contextmanager
def deployed_runs(agreement_id: str) -> Iterator[RunMonth]:
    """Lend a function that lets the deployment run a month of an agreement.

    Raises:
        SettingsError: when the deployment is not on the server.
        BackfillStoppedError: when the server does not answer.
    """
    with get_client(sync_client=True) as client:
        try:
            deployment = client.read_deployment_by_name(NAME)
            yield partial(_run_month, client, deployment.id, agreement_id)
        except ObjectNotFound as error:
            raise SettingsError(
                f"{client.api_url} has no deployment {NAME!r}; make it with `prefect deploy --all --no-prompt`"
            ) from error
        except httpx.HTTPError as error:
            raise BackfillStoppedError(
                f"the Prefect server at {client.api_url} does not answer ({type(error).__name__}); when it does, give "
                "the same command again"
            ) from error


def _run_month(client: SyncPrefectClient, deployment_id: UUID, agreement_id: str, due: DueRun) -> Ended:
    run = client.create_flow_run_from_deployment(
        deployment_id,
        parameters={"agreements": [agreement_id], "month": due.month, "at": due.at.isoformat()},
        idempotency_key=f"backfill-{agreement_id}-{due.month}",  # the server returns the run that has it already
        tags=[TAG],
    )
    has_ended_well = run.state is not None and run.state.is_completed()
    if run.state is not None and run.state.is_final() and not has_ended_well:
        # The same run again, rather than another under a longer key: a month keeps one run with the history of its
        # attempts, and two callers at once can never have two of them.
        client.set_flow_run_state(run.id, Scheduled(message="The backfill was called again"), force=True)
    state = _wait(client, run, due)
    if state.is_completed():
        became = _became(client, run.id, agreement_id)
        # The server remembers it, whatever state its worker works on by now.
        return Ended(f"{became} before, by the run {run.name}; not run again" if has_ended_well else became)
    return Ended(state.name.lower() if state.name else "failed", [f"run {run.name}: {state.message}"])


def _wait(client: SyncPrefectClient, run: FlowRun, due: DueRun) -> State[object]:
    """Wait for the end of a run.

    Raises:
        BackfillStoppedError: when it has not ended in time.
    """
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while True:
        state = client.read_flow_run(run.id).state
        if state is not None and state.is_final():
            return state
        if time.monotonic() > deadline:
            name = state.name if state else "without a state"
            raise BackfillStoppedError(
                f"{due.month}: the run {run.name} is {name} after {WAIT_SECONDS_MAX:g} s. Is a worker of its work pool "
                f"started? A run whose worker died never ends: `prefect flow-run delete {run.id}`. Then give the same "
                "command again"
            )
        time.sleep(POLL_SECONDS)


def _became(client: SyncPrefectClient, run_id: UUID, agreement_id: str) -> str:
    """Read from the run's summary what became of the agreement; the run may have been on another machine."""
    artifacts = client.read_artifacts(
        artifact_filter=ArtifactFilter(
            flow_run_id=ArtifactFilterFlowRunId(any_=[run_id]), key=ArtifactFilterKey(any_=["summary"])
        ),
        sort=ArtifactSort.UPDATED_DESC,
        limit=1,
    )
    lines = [line for artifact in artifacts for line in json.loads(str(artifact.data))]
    return next((str(line["became"]) for line in lines if line["agreement"] == agreement_id), "completed")
