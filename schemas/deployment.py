"""What stands in `prefect.yaml`, strictly: Prefect itself passes over a key that it does not know.

Keys that would do harm here are known and refused with the reason.
"""

import re
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field

from schemas.strict import Identifier, StrictModel

# Never changed: the server knows deployment and schedule by these names, and another name runs beside the old one.
DEPLOYMENT = "monthly"
SLUG = "monthly-3rd"


def _refused(reason: str) -> BeforeValidator:
    def refuse(_value: Any) -> None:
        raise ValueError(reason)

    return BeforeValidator(refuse)


def _queueing(value: str) -> str:
    if value != "ENQUEUE":
        raise ValueError("write ENQUEUE; with another strategy a run that was killed makes later runs vanish")
    return value


def _cron(value: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z*/,#-]+( [0-9A-Za-z*/,#-]+){4}", value):
        raise ValueError("write the five fields of cron: minute, hour, day, month, day of the week")
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("is no time zone, such as Europe/Stockholm") from error
    return value


class Schedule(StrictModel):
    """When a deployment runs."""

    slug: Identifier
    cron: Annotated[str, AfterValidator(_cron)]
    timezone: Annotated[str, AfterValidator(_timezone)]
    replaces: Identifier | None = None
    day_or: bool | None = None
    parameters: dict[str, Any] = {}
    active: Annotated[None, _refused("leave it out; each deploy would undo an operator's pause")] = None

    @property
    def day_of_month(self) -> int | None:
        """The day, where the schedule is once a month on a day that every month has."""
        _minute, _hour, day, *rest = self.cron.split()
        return int(day) if rest == ["*", "*"] and day.isdecimal() and 1 <= int(day) <= 28 else None


class ConcurrencyLimit(StrictModel):
    """How many runs go on at once, and what becomes of the others."""

    limit: Annotated[int, Field(ge=1)]
    collision_strategy: Annotated[str, AfterValidator(_queueing)]
    grace_period_seconds: Annotated[int | None, Field(ge=60, le=86400)] = None


class WorkPool(StrictModel):
    """Who runs a deployment."""

    name: Annotated[str, Field(min_length=1)]
    work_queue_name: str | None = None
    job_variables: dict[str, Any] = {}


class _Step(StrictModel):
    id: str | None = None
    requires: str | list[str] | None = None


class SetWorkingDirectory(_Step):
    """The checkout lies on the worker's machine."""

    directory: str


class GitClone(_Step):
    """The worker gets the checkout."""

    repository: str
    branch: str | None = None
    commit_sha: str | None = None
    include_submodules: bool | None = None
    access_token: str | None = None
    credentials: str | None = None
    directories: list[str] | None = None
    clone_directory_name: str | None = None


class PullStep(StrictModel):
    """How a worker comes by the checkout."""

    set_working_directory: Annotated[
        SetWorkingDirectory | None, Field(alias="prefect.deployments.steps.set_working_directory")
    ] = None
    git_clone: Annotated[GitClone | None, Field(alias="prefect.deployments.steps.git_clone")] = None


class Deployment(StrictModel):
    """A flow with its schedule, limits and work pool."""

    name: Annotated[str, Field(min_length=1)]
    entrypoint: Annotated[str, Field(pattern=r"^[\w./-]+\.py:\w+$")]
    schedules: list[Schedule]
    concurrency_limit: ConcurrencyLimit
    work_pool: WorkPool
    description: str | None = None
    version: str | None = None
    tags: list[str] = []
    parameters: dict[str, Any] = {}
    enforce_parameter_schema: bool | None = None
    pull: list[PullStep] | None = None
    triggers: list[dict[str, Any]] | None = None
    paused: Annotated[None, _refused("leave it out; each deploy would undo an operator's pause")] = None
    sla: Annotated[None, _refused("leave it out; only Prefect Cloud knows it, and the deploy fails")] = None


class DeploymentFile(StrictModel):
    """The whole of `prefect.yaml`."""

    name: str
    pull: list[PullStep]
    deployments: Annotated[list[Deployment], Field(min_length=1)]
    prefect_version: Annotated[str | None, Field(alias="prefect-version")] = None

    def shipped_schedules(self) -> list[Schedule]:
        """Return the schedule of the monthly run, under its slug or the one that replaces it, if it is there."""
        schedules = [
            s for deployment in self.deployments if deployment.name == DEPLOYMENT for s in deployment.schedules
        ]
        return [schedule for schedule in schedules if SLUG in (schedule.slug, schedule.replaces)]
