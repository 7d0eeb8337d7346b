"""The only reader of sql/: views for what several questions share, and one SELECT per derived table."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

SQL_FOLDER = Path(__file__).parent.parent / "sql"
# In the order in which they build on each other.
VIEWS = ("current_load_month", "counted_fact")


@cache
def select_text(name: str) -> str:
    """Return the SELECT of a derived table."""
    return (SQL_FOLDER / f"{name}.sql").read_text("utf-8")


def create_views(connection: sa.Connection) -> None:
    """Make the shared views anew, so that they are what sql/ says."""
    for name in reversed(VIEWS):
        connection.execute(sa.text(f"DROP VIEW IF EXISTS {name}"))
    for name in VIEWS:
        connection.execute(sa.text(f"CREATE VIEW {name} AS {select_text(name)}"))


def rows_of(connection: sa.Connection, name: str, **parameters: str | date) -> list[dict[str, Any]]:
    """Run a SELECT of sql/ and return its rows."""
    result = connection.execute(sa.text(select_text(name)), parameters)
    return [dict(row) for row in result.mappings()]
