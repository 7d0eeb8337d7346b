"""Every published table of an edition, as validated frames."""

import csv
import io
from datetime import date
from typing import Any

import pandas as pd

from methods.context import NOTHING_BESIDE, Beside
from methods.figure import Figure
from methods.survey import SurveyResult
from methods.terms import due_of
from publication.agreement_rows import agreement_rows
from publication.context_rows import context_rows
from publication.csv_json import cell_text
from publication.decision_rows import decision_rows
from publication.delivery_rows import delivery_rows
from publication.progress_rows import Frame, overview_rows, progress_row
from publication.quality_rows import Received, quality_rows
from publication.summary_rows import summary_rows
from publication.survey_rows import survey_rows
from schemas.agreement import Agreement
from schemas.delivery import Load, Receipt
from schemas.derive import frame_of, table_name
from schemas.published import TABLES

Row = dict[str, Any]


def tables_of(
    agreement: Agreement,
    figures: list[Figure],
    survey: list[SurveyResult],
    deliveries: list[tuple[Receipt, Load]],
    frame: Frame,
    as_of_month: str,
    previous_progress_csv: bytes | None,
    beside: Beside = NOTHING_BESIDE,
) -> dict[str, pd.DataFrame]:
    """Make all tables from protected figures.

    Args:
        agreement: the agreement.
        figures: protected figures.
        survey: protected survey results.
        deliveries: those that count or have counted, oldest first.
        frame: what is the same for every row.
        as_of_month: the state after this month.
        previous_progress_csv: `promise_progress.csv` of the release before, for the day each row last changed.
        beside: what others publish about the same municipalities.

    Raises:
        LofteError: when a row breaks a table's definition.
    """
    due = {source.id: due_of(agreement, source) for source in agreement.sources}
    progress = [progress_row(figure, frame) for figure in figures]
    listed = delivery_rows(agreement, deliveries, due, as_of_month)
    rows: dict[str, list[Row]] = {
        **agreement_rows(agreement),
        "promise_progress": _with_days_of_change(progress, previous_progress_csv),
        "overview": overview_rows(figures, frame),
        "promise_summary": summary_rows(agreement, figures),
        "decisions": decision_rows(agreement, figures),
        "deliveries": listed,
        "quality": quality_rows(agreement, figures, Received(deliveries, due, listed, as_of_month)),
        "safety_survey": survey_rows(agreement, survey),
        "context": context_rows(agreement, beside, as_of_month),
    }
    return {table_name(model): frame_of(model, rows[table_name(model)]) for model in TABLES}


def _with_days_of_change(rows: list[Row], previous_csv: bytes | None) -> list[Row]:
    """Let a row that says what it said before keep the day on which it last changed."""
    if previous_csv is None:
        return rows
    reader = csv.DictReader(io.StringIO(previous_csv.decode("utf-8"), newline=""))
    previous = {row["figure_id"]: row for row in reader}
    return [_with_day(row, previous.get(row["figure_id"])) for row in rows]


def _with_day(row: Row, previous: dict[str, str] | None) -> Row:
    if previous is None:
        return row
    said = {name: cell_text(value) for name, value in row.items() if name != "changed_on"}
    is_same = said == {name: value for name, value in previous.items() if name != "changed_on"}
    return {**row, "changed_on": date.fromisoformat(previous["changed_on"])} if is_same else row
