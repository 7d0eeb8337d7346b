"""A delivery that may go on where its contract does not read: in another sheet, or in another list of records."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from schemas.content import Content
from schemas.contract import ReadableContract, expected_headers
from schemas.layout import CsvDialect, XlsxSheet
from sources.json_document import Place, parse_document, records_at
from sources.xlsx_table import xlsx_sheets_like
from sources.zip_archive import read_member

_FIRST_RECORDS = 30


def goes_on_in(content: Content, readable: ReadableContract, places_max: int) -> list[str]:
    """Return the first other places of a delivery with all that its contract reads, as a message may bear them.

    A CSV has no other place.

    Args:
        content: the delivery.
        readable: how it is read.
        places_max: how many are enough.

    Raises:
        DeliveryHeldError: when the file is damaged.
    """
    contract = readable.contract
    layout = contract.layout
    if isinstance(layout, CsvDialect):
        return []
    whole = content.whole() if contract.zip is None else read_member(content.whole(), contract.zip.member)
    if isinstance(layout, XlsxSheet):
        return xlsx_sheets_like(whole, layout, _columns(readable), places_max)
    document = parse_document(whole)
    found = _lists_like(document, records_at(document, layout.path), set(_columns(readable)))
    return [str(place) for place in islice(found, places_max)]


def _columns(readable: ReadableContract) -> list[str]:
    """Return what is read, by the names that it has in the delivery."""
    contract, accepted = readable.contract, readable.accepted_header
    named = {name: other for other, name in accepted.renames.items()} if accepted else {}
    return [named.get(name, name) for name in expected_headers(contract) if name not in contract.ignored_columns]


def _lists_like(document: Any, own: list[Any], keys: set[str]) -> Iterator[Place]:
    """Yield where other lists stand that have, among their first items, a record with all of some keys."""
    waiting: list[tuple[Place | None, Any]] = [(None, document)]
    while waiting:
        place, value = waiting.pop()
        if value is own:
            continue
        is_like = isinstance(value, list) and any(
            isinstance(item, dict) and keys <= item.keys() for item in value[:_FIRST_RECORDS]
        )
        if place is not None and is_like:
            yield place
            continue
        parts = value.items() if isinstance(value, dict) else enumerate(value, start=1)
        holders = [(Place(part, place), item) for part, item in parts if isinstance(item, dict | list)]
        waiting.extend(reversed(holders))
