"""A backfill: one run a month, in order, each as the schedule would have made it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from methods.months import add_months, month_of, months_between
from schemas.deployment import Schedule
from schemas.errors import SettingsError
from schemas.strict import MONTH_PATTERN


@dataclass(frozen=True)
class DueRun:
    """A month, and the day on which the schedule would have published the state after it."""

    month: str
    at: date


@dataclass(frozen=True)
class Ended:
    """What became of a month's run; it ended well when there are no problems."""

    became: str
    problems: list[str] = field(default_factory=list)


RunMonth = Callable[[DueRun], Ended]


def due_runs(schedule: Schedule, first: str, last: str, began: str, today: date) -> list[DueRun]:
    """List the runs of the months from the first to the last.

    Args:
        schedule: that of the monthly run.
        first: the first month.
        last: the last month.
        began: the month in which the agreement began.
        today: the local day.

    Raises:
        SettingsError: when a month is none, was before the agreement, or its run is not due yet.
    """
    for month in (first, last):
        if not re.fullmatch(MONTH_PATTERN, month):
            raise SettingsError(f"{month!r} is no month; write it as YYYY-MM")
    if first < began:
        raise SettingsError(f"--from {first} is before the agreement, which began in {began}")
    if first > last:
        raise SettingsError(f"--from {first} is after --to {last}")
    latest = _latest_due(schedule, today)
    if last > latest:
        raise SettingsError(
            f"the day of the run for {last} is still to come, and nothing is published ahead; the last month that is "
            f"due is {latest}, on {_due_on(schedule, latest)}"
        )
    return [DueRun(month, _due_on(schedule, month)) for month in months_between(first, last)]


def run_in_order(runs: list[DueRun], run_month: RunMonth) -> Iterator[tuple[DueRun, Ended]]:
    """Run month by month, each after the one before has ended well; the first that has not is the last."""
    for due in runs:
        ended = run_month(due)
        yield due, ended
        if ended.problems:
            return


def _latest_due(schedule: Schedule, today: date) -> str:
    month = add_months(month_of(today), -1)
    return month if _due_on(schedule, month) <= today else add_months(month, -1)


def _due_on(schedule: Schedule, month: str) -> date:
    day = schedule.day_of_month
    if day is None:
        raise SettingsError(
            f"the schedule {schedule.cron!r} in prefect.yaml is not once a month on a day from 1 to 28, so no day of "
            "publication follows for a month; use `lofte run --month YYYY-MM --at YYYY-MM-DD`"
        )
    return date.fromisoformat(f"{add_months(month, 1)}-{day:02}")
