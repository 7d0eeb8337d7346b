"""Explain: from a published figure back to rule, target, reading, rows, loads, lines and receipts."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection

from archive.ledger import Ledger
from archive.read_as import contracts_of, corrections_of_load
from archive.state import State
from methods.months import last_day, month_of
from methods.tally import Tally, tally_of
from schemas.agreement import Activity, Agreement
from schemas.corrections import Correction
from schemas.delivery import Load, Receipt, Release
from schemas.errors import UnknownFigureError
from schemas.layout import Layout
from schemas.target import DirectionTarget, ShareTarget, Target, is_surveyed
from schemas.text_table import SetAside
from schemas.toml_file import read_toml
from tasks import step
from warehouse.engine import ask
from warehouse.loads import set_aside_rows
from warehouse.questions import Question, answer, put_question, question_of

Row = dict[str, Any]
# More lines than this tell nobody more.
LINES_TOLD_MAX = 1_000


@dataclass(frozen=True)
class DeliveryBehind:
    """A delivery that a figure rests on, which of its lines count, which could not be read and which are corrected.

    Of very many, `lines` and `set_aside` are the first; `lines_count` says how many lines there are: 0 where a delivery
    says by having none that nothing was done, None where what counts of it stands on no line.
    """

    receipt: Receipt
    load: Load
    layout: Layout | None
    lines: list[int]
    lines_count: int | None
    set_aside: list[SetAside]
    corrections: list[Correction]


@dataclass(frozen=True)
class Explanation:
    """A published figure with everything behind it."""

    release: Release
    row: dict[str, Any]
    activity: Activity
    target: Target | None
    deliveries: list[DeliveryBehind]


@step("explain")
def explain_figure(asked: str, state: State) -> Explanation:
    """Find out how a published figure came about.

    Args:
        asked: a figure's id, with `@release_id` after it for another release than the newest.
        state: where it was made.

    Raises:
        UnknownFigureError: naming what is not there.
    """
    figure_id, _, release_id = asked.partition("@")
    agreement_id = figure_id.split("/")[0]
    ledger = state.ledger(agreement_id)
    release = _release(ledger, agreement_id, release_id)
    row = _row(state, release, figure_id)
    agreement = read_toml(state.store.get(release.inputs.agreement_hash), f"{agreement_id} then", Agreement)
    activity = next(item for item in agreement.activities if item.id == row["activity_id"])
    target = _target(agreement, row)
    # The lines behind a number that is withheld would tell the number.
    behind = [] if row["value_status"] == "suppressed" else _behind(state, ledger, agreement, release, row)
    return Explanation(release, row, activity, target, behind)


def _release(ledger: Ledger, agreement_id: str, release_id: str) -> Release:
    releases = {release.release_id: release for release in ledger.releases()}
    if not releases:
        raise UnknownFigureError(f"nothing has been released for {agreement_id!r}; run `lofte run` first")
    if release_id and release_id not in releases:
        raise UnknownFigureError(f"there is no release {release_id!r}; known: {', '.join(releases)}")
    return releases[release_id or list(releases)[-1]]


def _row(state: State, release: Release, figure_id: str) -> dict[str, Any]:
    table = json.loads(state.store.get(release.files["promise_progress.json"]))
    for row in table["rows"]:
        if row["figure_id"] == figure_id:
            return dict(row)
    start = figure_id.rsplit("/", 1)[0]
    near = [row["figure_id"] for row in table["rows"] if row["figure_id"].startswith(start)][:5]
    hint = f"; near it: {', '.join(near)}" if near else "; ids stand in promise_progress.csv"
    raise UnknownFigureError(f"there is no figure {figure_id!r} in {release.release_id}{hint}")


def _behind(
    state: State, ledger: Ledger, agreement: Agreement, release: Release, row: dict[str, Any]
) -> list[DeliveryBehind]:
    """Count again what the release counted, and return the deliveries and lines behind one figure."""
    loads, receipts = ledger.loads(), {receipt.delivery_id: receipt for receipt in ledger.receipts()}
    contracts = contracts_of((loads[load_id] for load_id in release.inputs.load_ids), state.store)
    question = question_of(agreement, release.inputs.load_ids, contracts, release.as_of_month)

    def deliveries(connection: Connection) -> list[DeliveryBehind]:
        lines = _lines_by_load(connection, question, agreement, release, row)
        in_their_order = [load_id for load_id in release.inputs.load_ids if load_id in lines]
        return [
            DeliveryBehind(
                receipts[loads[load_id].delivery_id],
                loads[load_id],
                contracts[load_id].contract.layout if load_id in contracts else None,
                sorted(lines[load_id].lines),
                lines[load_id].count,
                set_aside_rows(connection, load_id, LINES_TOLD_MAX),
                corrections_of_load(loads[load_id], state.store),
            )
            for load_id in in_their_order
        ]

    behind = ask(state.warehouse, deliveries)
    return sorted(behind, key=lambda item: (item.receipt.source_id, item.receipt.covers_from))


@dataclass
class _Lines:
    lines: list[int] = field(default_factory=list)
    count: int | None = None


def _lines_by_load(
    connection: Connection, question: Question, agreement: Agreement, release: Release, row: Row
) -> dict[str, _Lines]:
    found: dict[str, _Lines] = defaultdict(_Lines)
    if row["indicator_id"] is None:
        return found
    put_question(connection, question)
    target = _target(agreement, row)
    if not is_surveyed(target):
        for load_id in _delivering_loads(connection, agreement, release, row):
            found[load_id].count = 0
    facts = _survey_facts if is_surveyed(target) else _counted_facts
    for fact in facts(connection, agreement, release, row):
        behind = found[fact["load_id"]]
        if fact["source_line"] is not None:  # estimates from answers and attested zeros have no line of their own
            behind.lines.append(fact["source_line"])
            behind.count = max(fact.get("lines_count", 0), len(behind.lines))
    return found


def _delivering_loads(connection: Connection, agreement: Agreement, release: Release, row: Row) -> Iterator[str]:
    """Yield the loads that say of months of a figure's period what was done, though it be nothing."""
    if row["period_start_on"] is None:
        return
    for tally in _tallies(agreement, row):
        loads = answer(
            connection,
            "figure_load",
            tally_id=tally.id,
            first_month=month_of(date.fromisoformat(row["period_start_on"])),
            last_month=month_of(date.fromisoformat(row["period_end_on"])),
            as_of_month=release.as_of_month,
        )
        yield from (load["load_id"] for load in loads)


def _counted_facts(connection: Connection, agreement: Agreement, release: Release, row: Row) -> Iterator[Row]:
    for tally in _tallies(agreement, row):
        yield from answer(
            connection,
            "figure_fact",
            period_id=row["figure_id"].rsplit("/", 1)[1],
            tally_id=tally.id,
            as_of_on=last_day(release.as_of_month),
            lines_max=LINES_TOLD_MAX,
        )


def _survey_facts(connection: Connection, agreement: Agreement, release: Release, row: Row) -> Iterator[Row]:
    """Yield the survey's rows for a direction: its baseline, and what came after that up to the period's end."""
    target = _target(agreement, row)
    if not isinstance(target, DirectionTarget) or target.area is None:
        return
    outcome = next(item for item in agreement.outcomes if item.id == target.outcome)
    until_on = last_day(release.as_of_month)
    if row["period_end_on"] is not None:
        until_on = min(until_on, date.fromisoformat(row["period_end_on"]))
    yield from answer(
        connection,
        "survey_fact",
        source_id=outcome.source,
        question_id=outcome.question_id,
        area_id=target.area,
        starts_on=agreement.starts_on,
        until_on=until_on,
    )


def _target(agreement: Agreement, row: Row) -> Target | None:
    activity = next(item for item in agreement.activities if item.id == row["activity_id"])
    return next((item for item in activity.targets if item.id == row["target_id"]), None)


def _tallies(agreement: Agreement, row: dict[str, Any]) -> list[Tally]:
    """Return what was counted for a figure; a share rests on two counts."""
    activity = next(item for item in agreement.activities if item.id == row["activity_id"])
    target = _target(agreement, row)
    places = tuple(row["place_id"].split("+")) if row["place_id"] else ()
    tallies = [tally_of(activity, row["indicator_id"], target, places)]
    if isinstance(target, ShareTarget):
        tallies.append(Tally(activity.id, target.of_indicator))
    return tallies
