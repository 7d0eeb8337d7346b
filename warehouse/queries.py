"""The only reader of sql/: one SELECT per derived table, and what several of them share as common table expressions."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

SQL_FOLDER = Path(__file__).parent.parent / "sql"
# In the order in which they build on each other.
SHARED = (
    "occasion",
    "current_load_month",
    "surveyed_share",
    "identified_occasion",
    "series_total",
    "series_difference",
    "period_total",
    "delivered_extent",
    "counted_extent",
    "late_extent",
    "superseded_extent",
    "superseded_month",
    "delivered_fact",
    "counted_fact",
    "tally_fact",
    "tally_step",
    "tally_span",
)
# All facts of all loads are never wanted together: what is wanted of them, those who read them say.
NOT_MATERIALIZED = frozenset({"occasion", "surveyed_share", "delivered_fact", "counted_fact", "tally_fact"})


@cache
def select_text(name: str) -> str:
    """Return the SELECT of a derived table, with the shared ones before it.

    They are no views: then nothing of sql/ is kept in a database, where an older program could have left it, and a
    role that may only read and add rows can run every question.
    """
    shared = SHARED[: SHARED.index(name)] if name in SHARED else SHARED
    expressions = ",\n".join(_expression(other) for other in shared)
    return f"WITH {expressions}\n{_text(name)}" if expressions else _text(name)


def rows_of(connection: sa.Connection, name: str, **parameters: str | date | int) -> list[dict[str, Any]]:
    """Run a SELECT of sql/ and return its rows."""
    result = connection.execute(sa.text(select_text(name)), parameters)
    return [dict(row) for row in result.mappings()]


def _expression(name: str) -> str:
    how = "NOT MATERIALIZED " if name in NOT_MATERIALIZED else ""
    return f"{name} AS {how}(\n{_text(name)})"


def _text(name: str) -> str:
    return (SQL_FOLDER / f"{name}.sql").read_text("utf-8")
