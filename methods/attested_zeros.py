"""A zero that a provider attests instead of reporting totals: one for each indicator of the contract, on no line."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from methods.interpret import Covered, Interpreted
from methods.typed_facts import valid_facts
from methods.year_to_date import series_span
from schemas.contract import ReadableContract, TotalContract
from schemas.facts import ReportedTotal


def with_attested_zeros(found: Interpreted, readable: ReadableContract, covered: Covered) -> Interpreted:
    """Return what was found in a file without rows of which zero is attested, with the zeros as totals.

    Rows of things done need none: their months are delivered for with nothing in them. A total is delivered for only
    where it is said.
    """
    if not isinstance(readable.contract, TotalContract):
        return found
    keys = sorted(set(readable.contract.indicators.values()))
    return replace(found, facts=valid_facts(ReportedTotal, [_zero(key, readable, covered) for key in keys]))


def _zero(key: str, readable: ReadableContract, covered: Covered) -> dict[str, Any]:
    activity_id, indicator_id = key.split("/")
    return {
        "source_line": None,
        "activity_id": activity_id,
        "indicator_id": indicator_id,
        "covers_from_month": covered.first_month,
        "covers_to_month": covered.last_month,
        "covers_to_on": covered.ends_on,
        "quantity": Decimal(0),
        "qualifier": "exact",
        "low": Decimal(0),
        "high": Decimal(0),
        **_span(readable, covered),
    }


def _span(readable: ReadableContract, covered: Covered) -> dict[str, str | date | None]:
    """Return the columns of a series; nothing since a day before the agreement is nothing since the agreement began."""
    span = series_span(readable, covered.last_month)
    began = span.get("covers_from_on")
    return {**span, "covers_from_on": max(began, readable.starts_on) if isinstance(began, date) else covered.starts_on}
