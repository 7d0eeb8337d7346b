"""Rows of `context`: counted events and stated values of the agreement's municipalities, with whose they are."""

from typing import Any

from methods.context import Beside
from methods.months import add_months
from schemas.agreement import Agreement
from schemas.context import NOTE_SV, ContextSource

Row = dict[str, Any]


def context_rows(agreement: Agreement, beside: Beside, as_of_month: str) -> list[Row]:
    """Make a row for each figure about a municipality of the agreement; what was never told of has none."""
    found = [*map(_of_events, beside.events), *map(_of_value, beside.values)]
    names = {item.code: item.name for item in agreement.municipalities}
    return [
        {**_start(agreement, source), **_finished(row, source, names), "is_stale": is_stale}
        for source in agreement.context
        for own in [[row for row in found if row["source_id"] == source.id]]
        for is_stale in [_is_stale(own, source, as_of_month)]
        for row in own
        if row["municipality_code"] in names
    ]


def _of_events(row: Row) -> Row:
    """A feed shows its newest events only, so what was seen in it is never known to be all."""
    return {
        **{key: row[key] for key in ("source_id", "series_id", "series_label_sv", "municipality_code")},
        "period": row["month"],
        "covers_to_month": row["month"],
        "context_value": row["events_count"],
        "unit": "händelsenotiser",
        "value_status": "partial",
        "publication_stage": None,
        "is_processed": True,
    }


def _of_value(row: Row) -> Row:
    kept = {key: value for key, value in row.items() if key not in {"value", "is_rounded"}}
    return {**kept, "context_value": row["value"], "is_processed": row["is_rounded"]}


def _is_stale(rows: list[Row], source: ContextSource, as_of_month: str) -> bool:
    newest = max((row["covers_to_month"] for row in rows), default="")
    return bool(newest < add_months(as_of_month, -source.stale_after_months))


def _start(agreement: Agreement, source: ContextSource) -> Row:
    return {
        "agreement_id": agreement.id,
        "is_example": source.is_example,
        "publisher_sv": source.publisher_sv,
        "license_sv": source.license_sv,
        "license_url": source.license_url,
        "source_url": source.source_url,
        "context_note_sv": NOTE_SV,
    }


def _finished(row: Row, source: ContextSource, names: dict[str, str]) -> Row:
    """Name the municipality, and credit the publisher only for what nobody has touched since."""
    passing = {"is_processed", "covers_to_month"}
    return {
        **{key: value for key, value in row.items() if key not in passing},
        "municipality_name": names[row["municipality_code"]],
        "credit_sv": source.credit_processed_sv if row["is_processed"] else source.credit_sv,
    }
