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


def attested_of(now: dict[str, str], then: dict[str, str]) -> set[str]:
    """Return the indicators that a zero was attested of, by the contract's texts with the indicator each is counted as.

    Nobody attested anything of what the contract has come to count since. What has got another id or another text only
    is the same.

    Args:
        now: what the contract counts.
        then: what it counted when the attestation first counted.

    >>> sorted(attested_of({"Kontroller": "a/made", "Bot": "a/fines"}, {"Kontroll": "a/made"}))
    ['a/made']
    """
    return {key for text, key in now.items() if text in then or key in then.values()}


def with_attested_zeros(found: Interpreted, readable: ReadableContract, covered: Covered) -> Interpreted:
    """Return what was found in a file without rows of which zero is attested, with the zeros as totals.

    Rows of things done need none: their months are delivered for with nothing in them. A total is delivered for only
    where it is said.
    """
    if not isinstance(readable.contract, TotalContract):
        return found
    keys = set(readable.contract.indicators.values())
    if readable.zero_is_attested_of is not None:
        keys &= set(readable.zero_is_attested_of)
    return replace(found, facts=valid_facts(ReportedTotal, [_zero(key, readable, covered) for key in sorted(keys)]))


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
