"""A release's question, put to the warehouse as rows: which loads, periods, tallies and due deliveries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from methods.months import first_day, last_day
from methods.periods import DuePeriod, Period
from methods.tally import Tally, tallies_of
from methods.terms import counted_beats, due_of, periods_of
from schemas.agreement import Agreement
from schemas.contract import OccasionContract, ReadableContract
from schemas.errors import WarehouseError
from schemas.warehouse_tables import (
    DUE_PERIOD,
    INDICATOR_SOURCE,
    PERIOD,
    RELEASE_INPUT,
    TALLY,
    TALLY_PLACE,
    UNREAD_INDICATOR,
)
from warehouse.bulk import insert_dicts
from warehouse.loads import complete_load_ids
from warehouse.queries import rows_of

# The release a question is about has no id yet: the id is a hash of the answer.
CANDIDATE = "candidate"


@dataclass(frozen=True)
class IndicatorSource:
    """An indicator and one source that delivers it, by rows of which some count or by totals alone."""

    activity_id: str
    indicator_id: str
    source_id: str
    is_counted_from_rows: bool
    source_rank: int | None


@dataclass(frozen=True)
class UnreadIndicator:
    """An indicator that a load of one of its sources says nothing of: the contract of its time did not read it."""

    load_id: str
    activity_id: str
    indicator_id: str


@dataclass(frozen=True)
class Question:
    """What a release counts, and until when; loads stand in the order in which their deliveries came."""

    load_ids: list[str]
    periods: list[Period]
    tallies: list[Tally]
    indicator_sources: list[IndicatorSource]
    unread_indicators: list[UnreadIndicator]
    due_periods: dict[str, list[DuePeriod]]
    as_of_month: str

    @property
    def as_of_on(self) -> date:
        """Last day of the as-of month."""
        return last_day(self.as_of_month)


def question_of(
    agreement: Agreement, load_ids: list[str], contracts: dict[str, ReadableContract], as_of_month: str
) -> Question:
    """Return what the warehouse is asked for a release.

    Args:
        agreement: what is promised, and who reports about it.
        load_ids: the loads that the release rests on, oldest delivery first.
        contracts: by which of them each was read; one that is held under the present contract counts as it was read.
        as_of_month: the last month that counts.
    """
    indicator_sources = list(_indicator_sources(agreement, contracts))
    return Question(
        load_ids=load_ids,
        periods=[*periods_of(agreement), *counted_beats(agreement)],
        tallies=tallies_of(agreement),
        indicator_sources=indicator_sources,
        unread_indicators=list(_unread_indicators(indicator_sources, contracts)),
        due_periods={source.id: due_of(agreement, source) for source in agreement.sources},
        as_of_month=as_of_month,
    )


def put_question(connection: sa.Connection, question: Question) -> None:
    """Insert a question's rows; the connection undoes them when it is given back.

    Raises:
        WarehouseError: when a load that the question rests on is not there: what is lost must not count as nothing.
    """
    if not complete_load_ids(connection).issuperset(question.load_ids):
        raise WarehouseError("the warehouse lacks loads that a release rests on; run `lofte rebuild`, then try again")
    tagged = {"release_id": CANDIDATE}
    ranked = enumerate(question.load_ids)
    insert_dicts(
        connection,
        RELEASE_INPUT,
        [{**tagged, "load_id": load_id, "delivery_rank": rank} for rank, load_id in ranked],
    )
    insert_dicts(
        connection,
        PERIOD,
        [
            {**tagged, "period_id": period.id, "start_on": period.start_on, "end_on": period.end_on}
            for period in question.periods
            if period.start_on is not None
        ],
    )
    insert_dicts(connection, TALLY, [_tally_row(tally) for tally in question.tallies])
    insert_dicts(
        connection,
        TALLY_PLACE,
        [{**tagged, "tally_id": tally.id, "place_id": place} for tally in question.tallies for place in tally.places],
    )
    insert_dicts(connection, INDICATOR_SOURCE, [{**tagged, **vars(item)} for item in question.indicator_sources])
    insert_dicts(connection, UNREAD_INDICATOR, [{**tagged, **vars(item)} for item in question.unread_indicators])
    insert_dicts(connection, DUE_PERIOD, list(_due_rows(question)))


def answer(connection: sa.Connection, name: str, **parameters: str | date | int) -> list[dict[str, Any]]:
    """Answer a question that has been put, by the SELECT of that name."""
    return rows_of(connection, name, release_id=CANDIDATE, **parameters)


def _indicator_sources(agreement: Agreement, contracts: dict[str, ReadableContract]) -> Iterable[IndicatorSource]:
    # A load counts as it was read: a source that brings totals now has months that it brought rows for.
    of_rows = {item.source_id for item in contracts.values() if isinstance(item.contract, OccasionContract)}
    for activity in agreement.activities:
        for indicator in activity.indicators:
            for source in agreement.sources_of(activity, indicator):
                rank = activity.sources.index(source.id) if activity.combine == "first" else None
                yield IndicatorSource(activity.id, indicator.id, source.id, source.id in of_rows, rank)


def _unread_indicators(
    indicator_sources: list[IndicatorSource], contracts: dict[str, ReadableContract]
) -> Iterable[UnreadIndicator]:
    """Find what a load says nothing of as rows: another indicator, or totals, which say of which they are."""
    for item in indicator_sources:
        for load_id, readable in contracts.items():
            if item.is_counted_from_rows and readable.source_id == item.source_id and not _is_read(item, readable):
                yield UnreadIndicator(load_id, item.activity_id, item.indicator_id)


def _is_read(item: IndicatorSource, readable: ReadableContract) -> bool:
    contract = readable.contract
    return (
        isinstance(contract, OccasionContract) and f"{item.activity_id}/{item.indicator_id}" in contract.types.values()
    )


def _tally_row(tally: Tally) -> dict[str, Any]:
    return {
        "release_id": CANDIDATE,
        "tally_id": tally.id,
        "activity_id": tally.activity_id,
        "indicator_id": tally.indicator_id,
        "is_placed": bool(tally.places),
        "minimum_minutes": tally.minimum_minutes,
    }


def _due_rows(question: Question) -> Iterable[dict[str, Any]]:
    for source_id, due_periods in question.due_periods.items():
        for due in due_periods:
            yield {
                "release_id": CANDIDATE,
                "source_id": source_id,
                "first_month": due.first_month,
                "last_month": due.last_month,
                "months_count": len(due.months()),
                "start_on": first_day(due.first_month),
                "end_on": last_day(due.last_month),
            }
