"""When somebody has looked for a report: nothing that was not done by a day is published on it."""

from datetime import date
from typing import TypeVar

from schemas.agreement import Agreement, Source
from schemas.target import MilestoneTarget

Searched = TypeVar("Searched", Source, MilestoneTarget)


def searched_by(agreement: Agreement, day: date) -> Agreement:
    """Return an agreement as it stood on a day, without searches that were made later."""
    activities = [
        activity.model_copy(
            update={
                "targets": [
                    _searched_by(target, day) if isinstance(target, MilestoneTarget) else target
                    for target in activity.targets
                ]
            }
        )
        for activity in agreement.activities
    ]
    sources = [_searched_by(source, day) for source in agreement.sources]
    return agreement.model_copy(update={"activities": activities, "sources": sources})


def search_days(agreement: Agreement) -> list[date]:
    """List the days on which somebody has looked for what has not come."""
    targets = [target for activity in agreement.activities for target in activity.targets]
    days = [source.searched_on for source in agreement.sources]
    days += [target.searched_on for target in targets if isinstance(target, MilestoneTarget)]
    return [day for day in days if day is not None]


def _searched_by(item: Searched, day: date) -> Searched:
    is_later = item.searched_on is not None and item.searched_on > day
    return item.model_copy(update={"searched_on": None}) if is_later else item
