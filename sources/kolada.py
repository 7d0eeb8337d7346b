"""Kolada, version 3 (https://api.kolada.se/v3): indicators by municipality and year, in pages."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin

from methods.interpret import Interpreted
from schemas.context import IDS_PER_SEGMENT_MAX, Kolada, ReadableContext
from schemas.errors import DeliveryHeldError
from schemas.facts import ContextValue
from sources.context_json import answers_in, expected
from sources.context_rows import ContextRows, RuleBrokenError
from sources.context_values import fact_of

_PER_PAGE = 5000
_GENDERS = {"T", "K", "M"}
# What a status says of a value that is not there.
_NO_VALUE = {"": "missing", "missing": "missing", "private": "suppressed"}


def addresses_of(location: str, contract: Kolada, municipalities: list[str]) -> list[str]:
    """Return the addresses that together answer for every indicator, municipality and year."""
    kpis = sorted({series.kpi for series in contract.series})
    years = sorted({str(year) for year in contract.years})
    return [
        f"{location.rstrip('/')}/data/kpi/{','.join(some_kpis)}/municipality/{','.join(some_municipalities)}"
        f"/year/{','.join(some_years)}?per_page={_PER_PAGE}"
        for some_kpis in _segments(kpis)
        for some_municipalities in _segments(municipalities)
        for some_years in _segments(years)
    ]


def next_address(content: bytes, url: str) -> str | None:
    """Return the address of the page after one, which says so as next_url or next_page.

    Raises:
        DeliveryHeldError: when the page is not as described.
    """
    for answer in answers_in(content):
        page = expected(answer, dict, "the page")
        following = page.get("next_url") or page.get("next_page")
        if following is not None:
            return _joined(url, expected(following, str, "the address of the next page"))
    return None


def _joined(url: str, following: str) -> str:
    try:
        return urljoin(url, following)
    except ValueError as error:
        raise DeliveryHeldError("the address of the next page is none; ask the publisher") from error


def read_kolada(content: bytes, readable: ReadableContext) -> Interpreted:
    """Read the pages of an answer; what the publisher has deleted, and genders that nobody asked for, are left out.

    Raises:
        DeliveryHeldError: when the answer as a whole cannot be trusted.
    """
    contract = readable.contract
    if not isinstance(contract, Kolada):
        raise TypeError("not a contract of Kolada")
    rows = ContextRows()
    for line, (row, value) in enumerate(_values(content), start=2):
        try:
            fact = _fact(row, value, contract, readable)
        except RuleBrokenError as error:
            rows.refuse(line, error)
            continue
        if fact is not None:
            rows.facts[line] = fact
    rows.settle_repeated(["series_id", "municipality_code", "period"], "kpi")
    return rows.interpreted(ContextValue, readable)


def _values(content: bytes) -> Iterator[tuple[dict[str, Any], Any]]:
    for answer in answers_in(content):
        for row in expected(expected(answer, dict, "the page").get("values"), list, "values of the page"):
            known = expected(row, dict, "a row of values")
            for value in expected(known.get("values"), list, "values of a row"):
                yield known, value


def _fact(row: dict[str, Any], value: Any, contract: Kolada, readable: ReadableContext) -> dict[str, Any] | None:
    if not isinstance(value, dict) or not isinstance(value.get("isdeleted", False), bool):
        raise RuleBrokenError("values", "missing_field")
    if value.get("isdeleted", False):
        return None
    gender, kpi, municipality, year = (value.get("gender"), row.get("kpi"), row.get("municipality"), row.get("period"))
    if not isinstance(gender, str) or gender not in _GENDERS:
        raise RuleBrokenError("gender", "unknown_value")
    if kpi not in [series.kpi for series in contract.series]:
        raise RuleBrokenError("kpi", "unknown_value")
    if municipality not in readable.municipalities:
        raise RuleBrokenError("municipality", "unknown_value")
    if not isinstance(year, int) or year not in contract.years:
        raise RuleBrokenError("period", "unknown_value")
    series = next((item for item in contract.series if (item.kpi, item.gender) == (kpi, gender)), None)
    if series is None:
        return None
    number, status = _number(value)
    return fact_of(series, municipality, str(year), number, status)


def _number(value: dict[str, Any]) -> tuple[Decimal | int | None, str]:
    """Return a value and how it stands; a status that is not known is never passed over."""
    number, status = value.get("value"), value.get("status") or ""
    if not isinstance(status, str) or status.casefold() not in _NO_VALUE:
        raise RuleBrokenError("status", "unknown_value")
    if number is None:
        return None, _NO_VALUE[status.casefold()]
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        raise RuleBrokenError("value", "not_a_number")
    if status:
        raise RuleBrokenError("status", "unexpected_value")
    return number, "observed"


def _segments(ids: list[str]) -> list[list[str]]:
    if not ids:
        raise DeliveryHeldError("nothing is asked for")
    return [ids[start : start + IDS_PER_SEGMENT_MAX] for start in range(0, len(ids), IDS_PER_SEGMENT_MAX)]
