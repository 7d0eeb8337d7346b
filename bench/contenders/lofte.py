"""This program: its tasks in their order, without Prefect's engine; provenance and all its checks are in the loop."""

import os
from datetime import date
from pathlib import Path
from typing import Any

from bench.export import FRACTION, IMPOSSIBLE_DATE, REPEATED_ID, UNKNOWN_TYPE
from bench.job import MEMORY_LIMIT_MB, Clock, Contender, Found, Job, read_counts, write_counts

AGREEMENT = Path(__file__).parent.parent / "agreement.toml"
DELIVERY_NAME = "PAHITTAD_2023-01_2024-12_mottagen_2025-01-09"
PUBLISHED_ON = date(2025, 1, 9)
WAREHOUSE = "warehouse.duckdb"
CSV_LAYOUT = 'csv = { encoding = "utf-8", delimiter = ";", decimal_mark = "," }'
XLSX_LAYOUT = 'xlsx = { sheet = "Uttag", decimal_mark = "," }'
REASONS = {"typ": UNKNOWN_TYPE, "datum": IMPOSSIBLE_DATE, "antal": FRACTION, "id": REPEATED_ID}
SECONDS_MAX = 3600.0


def _prepare() -> Job:
    from archive.selection import Selection, select
    from archive.state import State
    from schemas.agreement_file import AgreementFile, read_agreement
    from schemas.settings import FetchSettings, PublishedSettings
    from schemas.warehouse_address import embedded
    from tasks.fetch import fetch_deliveries
    from tasks.load import load_deliveries
    from tasks.measure import measure_progress
    from tasks.prepare import prepare_warehouse
    from tasks.protect import protect_figures
    from tasks.publish import publish_releases
    from tasks.release import release_edition

    fetching = FetchSettings(user_agent="bench", settle_seconds=0, deadline_seconds=SECONDS_MAX, allow_loopback=False)

    def job(export: Path, folder: Path, clock: Clock) -> None:
        state = State(folder / "var", embedded(folder / WAREHOUSE, memory_mb=MEMORY_LIMIT_MB))
        file = read_agreement(deliver(export, folder))
        with clock.stage("prepare"):
            prepare_warehouse.fn(state)
        with clock.stage("fetch"):
            problems = fetch_deliveries.fn(file, state, PUBLISHED_ON, fetching).problems
        with clock.stage("load"):
            problems += load_deliveries.fn(file, state, at=PUBLISHED_ON).problems
        if problems:
            raise SystemExit(str(problems[0]))
        selection = select(file.agreement, state.ledger(file.agreement.id), PUBLISHED_ON, None)
        with clock.stage("count and write"):
            write_counts(folder, _counts(file, state, selection))
        clock.mark("job")
        with clock.stage("release"):
            _release(file, state, selection, folder)

    def _release(file: AgreementFile, state: State, selection: Selection, folder: Path) -> None:
        settings = PublishedSettings()
        measured = measure_progress.fn(file, state, selection)
        shown = protect_figures.fn(file.agreement, measured.figures, measured.survey)
        release_edition.fn(file, state, selection, shown.figures, shown.survey, settings, measured.context)
        publish_releases.fn(file.agreement.id, state, folder / "public", settings)

    return job


def deliver(export: Path, folder: Path) -> Path:
    """Leave an export where the agreement's source looks for it; return the agreement's folder."""
    agreement = folder / "agreements" / "bench-1"
    delivery = agreement / "deliveries" / "rows" / f"{DELIVERY_NAME}{export.suffix}"
    if not delivery.exists():
        delivery.parent.mkdir(parents=True)
        text = AGREEMENT.read_text("utf-8")
        if export.suffix == ".xlsx":
            text = text.replace(CSV_LAYOUT, XLSX_LAYOUT).replace('received_on}.csv"', 'received_on}.xlsx"')
        (agreement / AGREEMENT.name).write_text(text, "utf-8")
        os.link(export, delivery)
        delivery.with_name(f"{delivery.name}.toml").write_text("is_invented = true\n", "utf-8")
    return agreement


def _counts(file: Any, state: Any, selection: Any) -> list[tuple[Any, ...]]:
    """Count what `sql/counted_fact.sql` says counts, by month, type and municipality."""
    import sqlalchemy as sa

    from archive.read_as import contracts_of
    from warehouse.engine import ask
    from warehouse.queries import select_text
    from warehouse.questions import put_question, question_of

    labels = {activity.id: activity.label_sv for activity in file.agreement.activities}
    contracts = contracts_of((load for _, load in selection.deliveries), state.store)
    question = question_of(file.agreement, selection.load_ids, contracts, selection.as_of_month)
    statement = f"""
        SELECT month, activity_id, place_id, COUNT(*), SUM(quantity)
        FROM ({select_text("counted_fact")}) AS fact GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    """

    def counts(connection: sa.Connection) -> list[tuple[Any, ...]]:
        put_question(connection, question)
        return [tuple(row) for row in connection.execute(sa.text(statement))]

    return [(month, labels[activity], *rest) for month, activity, *rest in ask(state.warehouse, counts)]


def _found(folder: Path) -> Found:
    import duckdb

    with duckdb.connect(str(folder / WAREHOUSE), read_only=True) as connection:
        (accepted,) = connection.execute("SELECT count(*) FROM occasion_row").fetchone() or (0,)
        rows = connection.execute("SELECT source_line, column_name FROM set_aside_row").fetchall()
    return Found({line: REASONS.get(column, column) for line, column in rows}, accepted, *read_counts(folder))


LOFTE = Contender(("duckdb", "pandas", "pandera", "pyarrow", "prefect"), _prepare, _found)
