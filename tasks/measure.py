"""Measure: what a release rests on is counted in the warehouse, and every figure is rated."""

import logging
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from archive.read_as import contracts_of
from archive.selection import Selection, accepted_by
from archive.state import State
from methods.actual import TermSum
from methods.context import Beside
from methods.counted import Counted, SourceFile
from methods.coverage import Extent
from methods.figure import Figure
from methods.figures import figures_of
from methods.overrides import refuse_personal_data, with_overrides
from methods.searches import searched_by
from methods.standing_deliveries import begun_before, unfit_to_stand
from methods.survey import SurveyResult, told_results
from schemas.agreement_file import AgreementFile
from schemas.errors import LofteError
from tasks import step
from warehouse.engine import ask
from warehouse.questions import Question, answer, put_question, question_of

LOG = logging.getLogger("lofte.measure")


@dataclass(frozen=True)
class Measured:
    """Figures and survey results with all their numbers; nothing here may be published as it is."""

    figures: list[Figure]
    survey: list[SurveyResult]
    context: Beside


@step("measure")
def measure_progress(file: AgreementFile, state: State, selection: Selection) -> Measured:
    """Count and rate everything that an agreement is followed up by, as it stood after the as-of month.

    Raises:
        LofteError: when deliveries that count were read in ways that cannot be added up.
    """
    agreement = searched_by(file.agreement, selection.published_on)
    refuse_personal_data(file.decisions)
    contracts = contracts_of((load for _, load in selection.deliveries), state.store)
    read = ((receipt, contracts[load.load_id]) for receipt, load in selection.deliveries)
    known = accepted_by(state.ledger(agreement.id), selection.published_on)
    if unfit := [*unfit_to_stand(read, agreement), *begun_before(known, agreement)]:
        raise LofteError("\n".join(f"{agreement.id}, {reason}" for reason in unfit))
    question = question_of(agreement, selection.load_ids, contracts, selection.as_of_month)

    def answers(connection: Connection) -> tuple[Counted, list[SurveyResult], Beside]:
        put_question(connection, question)
        survey = [SurveyResult(**row) for row in _survey_rows(connection, question.as_of_on)]
        return _counted(connection, question, selection), survey, _beside(connection, question)

    counted, survey, beside = ask(state.warehouse, answers)
    rated = figures_of(agreement, replace(counted, survey=told_results(agreement, survey)))
    figures = with_overrides(rated, file.decisions, selection.published_on)
    LOG.info("%s: measured %d figures", agreement.id, len(figures))
    return Measured(figures, survey, beside)


def _counted(connection: Connection, question: Question, selection: Selection) -> Counted:
    extents: dict[tuple[str, str], list[Extent]] = defaultdict(list)
    for row in answer(connection, "coverage", as_of_month=question.as_of_month):
        key = (row.pop("activity_id"), row.pop("indicator_id"))
        extents[key].append(Extent(**row))
    return Counted(
        as_of_month=question.as_of_month,
        sums={
            (row.pop("tally_id"), row.pop("period_id")): TermSum(**row)
            for row in answer(connection, "progress_count", as_of_on=question.as_of_on)
        },
        extents=extents,
        deliveries={
            (row["source_id"], row["period_id"]): (row["deliveries_due"], row["deliveries_received"])
            for row in answer(connection, "delivery_count", as_of_on=question.as_of_on)
        },
        files=[
            SourceFile(
                receipt.source_id,
                receipt.covers_from,
                receipt.covers_to,
                receipt.source_url,
                receipt.is_invented,
            )
            for receipt, _ in selection.deliveries
        ],
    )


def _beside(connection: Connection, question: Question) -> Beside:
    return Beside(
        events=answer(connection, "context_event_count", as_of_on=question.as_of_on),
        values=answer(connection, "context_newest_value", as_of_month=question.as_of_month),
    )


def _survey_rows(connection: Connection, as_of_on: date) -> list[dict[str, Any]]:
    rows = answer(connection, "survey_result", as_of_on=as_of_on)
    return sorted(rows, key=lambda row: (row["survey_id"], row["question_id"], row["area_id"]))
