"""JSON records that seem to hold personal data, blanked in place: all else stays as it is written."""

import json
import re
from collections.abc import Iterator
from typing import Any

from methods.header_diff import names_to_tell
from methods.personal_data import CellFinder
from schemas.blanking import BlankedCell, Blanking
from schemas.errors import DeliveryHeldError
from schemas.layout import JsonRecords
from sources.json_table import parse_document, records_at, texts_below

_SPACE = re.compile(r"[ \t\n\r]*")
# Only where a value ends matters here, so that no number need be made of one.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)


def blank_json(content: bytes, layout: JsonRecords, expected: list[str]) -> Blanking:
    """Blank the records of a document; a find in a key, or outside the records, is told as elsewhere.

    Raises:
        DeliveryHeldError: when it is no JSON, and so cannot be looked at.
    """
    document, find = parse_document(content), CellFinder()
    try:
        records = records_at(document, layout.path)
    except DeliveryHeldError:  # held for it when it is read; until then nothing of it is a row
        return Blanking(content, elsewhere=_first_find(texts_below("the top", document), find))
    elsewhere = _first_find(texts_below("the top", document, unless=records), find)
    header = list(dict.fromkeys(key for record in records if isinstance(record, dict) for key in record))
    names = dict(zip(header, names_to_tell(header, expected), strict=True))
    cells: list[BlankedCell] = []
    for line, record in enumerate(records, start=2):
        address = f"item {line - 1}"
        if isinstance(record, dict):
            elsewhere = elsewhere or _first_find(((f"a key of {address}", key) for key in record), find)
        cells += _found_in(line, record, names, find)
    if not cells:
        return Blanking(content, (), len(records), elsewhere)
    blanked = _blanked(content.decode("utf-8"), layout.path, records, {cell.line for cell in cells})
    return Blanking(blanked.encode("utf-8"), tuple(cells), len(records), elsewhere)


def _first_find(texts: Iterator[tuple[str, str]], find: CellFinder) -> tuple[str, str] | None:
    return next(((address, kind) for address, text in texts if (kind := find(text)) is not None), None)


def _found_in(line: int, record: Any, names: dict[str, str], find: CellFinder) -> Iterator[BlankedCell]:
    """Yield one address for each field in which something is found."""
    for key, value in record.items() if isinstance(record, dict) else [("", record)]:
        found = _first_find(texts_below("", value), find)
        if found is not None:
            yield BlankedCell(line=line, column=names.get(key, ""), found=found[1])


def _blanked(text: str, path: str, records: list[Any], lines: set[int]) -> str:
    """Put null in place of each value of some records, and of an item that is none."""
    parts: list[str] = []
    done = 0
    for line, (start, end) in enumerate(_items(text, _list_at(text, path)), start=2):
        if line in lines:
            record = records[line - 2]
            nothing = json.dumps(dict.fromkeys(record)) if isinstance(record, dict) else "null"
            parts += [text[done:start], nothing]
            done = end
    return "".join([*parts, text[done:]])


def _list_at(text: str, path: str) -> int:
    """Return where the list begins that a path leads to; it has been found to be there."""
    at = _after_space(text, 0)
    for wanted in path.split(".") if path else []:
        at = next(start for key, start in _members(text, at) if key == wanted)
    return at


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Yield the keys of the object that begins at a place, each with where its value begins."""
    at = _after_space(text, at + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = _after_space(text, _after_space(text, at) + 1)
        yield key, at
        at = _next(text, _DECODER.raw_decode(text, at)[1])


def _items(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Yield where each item of the list that begins at a place begins and ends."""
    at = _after_space(text, at + 1)
    while text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        yield at, end
        at = _next(text, end)


def _next(text: str, end: int) -> int:
    at = _after_space(text, end)
    return _after_space(text, at + 1) if text[at] == "," else at


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
