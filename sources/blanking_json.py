"""JSON records that seem to hold personal data, blanked in place: all else stays as it is written."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from methods.header_diff import names_to_tell
from methods.personal_data_scan import CellFinder
from schemas.addresses import FIRST_LINE
from schemas.blanking import FINDS_MAX, BlankedCell, Blanking
from schemas.errors import DeliveryHeldError
from schemas.layout import JsonRecords
from sources.json_document import Place, keys_of, parse_document, records_at, texts_below

_SPACE = re.compile(r"[ \t\n\r]*")
# Only where a value ends matters here, so that no number need be made of one.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)


@dataclass
class _Finds:
    """What is found in a document; of each record to blank, by its line, what is put in its place."""

    cells: list[BlankedCell] = field(default_factory=list)
    elsewhere: tuple[str, str] | None = None
    row_count: int = 0
    nothing: dict[int, str] = field(default_factory=dict)


def blank_json(content: bytes, layout: JsonRecords, expected: list[str]) -> Blanking:
    """Blank the records of a document; a find in a key, or outside the records, is told as elsewhere.

    Raises:
        DeliveryHeldError: when it is no JSON, and so cannot be looked at.
    """
    finds = _finds_in(content, layout, expected)
    if not finds.cells:
        return Blanking(content, (), finds.row_count, finds.elsewhere)
    blanked = _blanked(content.decode("utf-8"), layout.path, finds.nothing)
    return Blanking(blanked.encode("utf-8"), tuple(finds.cells), finds.row_count, finds.elsewhere)


def _finds_in(content: bytes, layout: JsonRecords, expected: list[str]) -> _Finds:
    """Look at a document, which takes most of the memory and is let go before any of it is parsed again."""
    document, find = parse_document(content), CellFinder()
    try:
        records = records_at(document, layout.path)
        header = keys_of(records)
    except DeliveryHeldError:  # held for it when it is read; until then nothing of it is a row
        return _Finds(elsewhere=_first_find(texts_below("the top", document), find))
    elsewhere = _first_find(texts_below("the top", document, unless=records), find) or _in_a_key(records, header, find)
    finds = _Finds(elsewhere=elsewhere, row_count=len(records))
    names = dict(zip(header, names_to_tell(header, expected), strict=True))
    for line, record in enumerate(records, FIRST_LINE):
        for key, kind in _found_in(record, find):
            finds.cells.append(BlankedCell(line=line, column=names.get(key, ""), found=kind))
            finds.nothing[line] = json.dumps(dict.fromkeys(record)) if isinstance(record, dict) else "null"
            if len(finds.cells) > FINDS_MAX:
                finds.elsewhere = elsewhere or (finds.cells[0].address(layout), finds.cells[0].found)
                return finds
    return finds


def _in_a_key(records: list[Any], header: list[str], find: CellFinder) -> tuple[str, str] | None:
    """Return the first record that has a key in which something is found, and what."""
    kinds = {key: kind for key in header if (kind := find(key)) is not None}
    if not kinds:
        return None
    number, key = next(
        (number, key) for number, record in enumerate(records, start=1) for key in kinds if _has(record, key)
    )
    return f"a key of record {number}", kinds[key]


def _has(record: Any, key: str) -> bool:
    return isinstance(record, dict) and key in record


def _first_find(texts: Iterator[tuple[Place, str]], find: CellFinder) -> tuple[str, str] | None:
    return next(((str(place), kind) for place, text in texts if (kind := find(text)) is not None), None)


def _found_in(record: Any, find: CellFinder) -> Iterator[tuple[str, str]]:
    """Yield the key, and the kind, of each field in which something is found."""
    for key, value in record.items() if isinstance(record, dict) else [("", record)]:
        found = _first_find(texts_below("the record", value), find)
        if found is not None:
            yield key, found[1]


def _blanked(text: str, path: str, nothing: dict[int, str]) -> str:
    """Put null in place of each value of some records, and of an item that is none."""
    parts: list[str] = []
    done = 0
    for line, (start, end) in enumerate(_items(text, _list_at(text, path)), FIRST_LINE):
        if line in nothing:
            parts += [text[done:start], nothing[line]]
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
