"""Late rows: rows of a month before their delivery's, where the source's contract accepts them by their row id.

Each becomes a fact of its own month. Which of several rows with one id counts, and for how long, is decided where it is
counted: sql/identified_occasion.sql.
"""

from datetime import date

import pyarrow

from schemas.contract import ReadableContract


def late_from(readable: ReadableContract) -> date | None:
    """Return the first day of the agreement that a late row may be of; None where late rows are set aside."""
    return readable.starts_on if readable.contract.late_rows == "accept" else None


def are_late(facts: pyarrow.Table, first_month: str) -> bool:
    """Tell whether all of some facts, which may be none, are of months before a delivery's first.

    >>> are_late(pyarrow.table({"month": ["2024-01", "2024-02"]}), "2024-03")
    True
    """
    return all(month < first_month for month in facts["month"].unique().to_pylist())
