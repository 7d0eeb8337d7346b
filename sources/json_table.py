"""A JSON document as a table of text: numbers as they are written, nothing taken twice, nothing left out unseen."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from methods.encoding_damage import find_encoding_damage
from methods.header_diff import HeaderRule, fitted_header, quotable
from schemas.errors import DeliveryHeldError
from schemas.layout import JsonRecords
from schemas.text_table import SetAside, TextTable

CONTENT_MAX = 64 * 1024**2
TEXT_LENGTH_MAX = 64 * 1024
_BOM = "\ufeff"
_Record = dict[str, Any]
# A number with a point is a measure; a number of a person or a phone has none, or is written with a large exponent.
_MEASURE = re.compile(r"-?(?:0|[1-9][0-9]{0,4})\.[0-9]+(?:[eE]-[0-9]+)?")


class _Number(str):
    """A number as the document writes it."""

    __slots__ = ()


class _RepeatedKeyError(Exception):
    """An object has one key twice, and so says two things."""


class _NoNumberError(Exception):
    """What some programs write for a number that is none."""


def read_json(content: bytes, layout: JsonRecords, expected: list[str], rule: HeaderRule = HeaderRule()) -> TextTable:
    """Read the list of records that a contract names; a record of another shape is set aside.

    Raises:
        HeaderDriftError: when the records have other keys.
        DeliveryHeldError: when the document cannot be trusted.
    """
    records = records_at(parse_document(content), layout.path)
    whole = {line: record for line, record in enumerate(records, start=2) if isinstance(record, dict)}
    set_aside = [
        SetAside(line, "", "not_a_record") for line, record in enumerate(records, start=2) if line not in whole
    ]
    header = list(dict.fromkeys(key for record in whole.values() for key in record)) if records else expected
    names = {
        key: name for key, name in zip(header, fitted_header(header, expected, rule), strict=True) if name is not None
    }
    faults = [fault for line, record in whole.items() if (fault := _fault(line, record, names)) is not None]
    set_aside += faults
    lost = {fault.line for fault in faults}
    kept = {line: record for line, record in whole.items() if line not in lost}
    rows = [[_text(line, key, record[key], layout) for key in names] for line, record in kept.items()]
    index = pd.Index(list(kept), name="source_line", dtype="int64")
    cells = pd.DataFrame(rows, columns=pd.Index(list(names.values())), index=index, dtype=object)
    return TextTable(cells, sorted(set_aside, key=lambda row: row.line))


def json_texts(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield every key, text and number of a document, with its path.

    Raises:
        DeliveryHeldError: when the document cannot be read.
    """
    yield from texts_below("the top", parse_document(content))


def texts_below(address: str, value: Any, unless: Any = None) -> Iterator[tuple[str, str]]:
    """Yield every key, text and number of a value; `unless` is a part of it that is passed over."""
    waiting: list[tuple[str, Any]] = [(address, value)]
    while waiting:
        path, value = waiting.pop()
        if value is unless and unless is not None:
            continue
        if isinstance(value, dict):
            yield from ((f"a key of {path}", key) for key in value)
            waiting += [(f"{path}, {quotable(key)}", item) for key, item in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{path}, item {number}", item) for number, item in enumerate(value, start=1)]
        elif isinstance(value, str) and not (isinstance(value, _Number) and _MEASURE.fullmatch(value)):
            yield path, str(value)


def parse_document(content: bytes) -> Any:
    """Parse a document; each number stays as it is written.

    Raises:
        DeliveryHeldError: when it cannot be read, or says two things.
    """
    if len(content) > CONTENT_MAX:
        raise DeliveryHeldError(
            f"the document is larger than {CONTENT_MAX // 1024**2} MiB; ask the provider for CSV, or for fewer records"
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DeliveryHeldError(f"byte {error.start}: not UTF-8, as JSON always is; ask for the file again") from error
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_int=_Number, parse_float=_Number, parse_constant=_no_number
        )
    except json.JSONDecodeError as error:
        raise DeliveryHeldError(_no_json(text, error)) from error
    except _RepeatedKeyError as error:
        raise DeliveryHeldError(
            f"an object has the key {quotable(str(error))!r} twice; ask the provider which of its values is meant"
        ) from error
    except _NoNumberError as error:
        raise DeliveryHeldError(f"the document has {error}, which is no JSON; ask for the file again") from error
    except RecursionError as error:
        raise DeliveryHeldError("the document is nested too deep to be a list of records") from error


def _object(pairs: list[tuple[str, Any]]) -> _Record:
    record = dict(pairs)
    if len(record) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _RepeatedKeyError(next(key for key in keys if keys.count(key) > 1))
    return record


def _no_number(name: str) -> Any:
    raise _NoNumberError(name)


def _no_json(text: str, error: json.JSONDecodeError) -> str:
    """Say where a document is no JSON, and what to do about it."""
    if text.startswith(_BOM):
        return "line 1: the document begins with a byte order mark, which JSON has not; ask for it without"
    where = f"line {error.lineno}, character {error.colno}: no JSON from here on"
    if not text[error.pos :].strip():
        return f"{where}, so the file may be cut off; fetch it again"
    return f"{where} ({error.msg.lower()}); ask for the file again"


def records_at(document: Any, path: str) -> list[Any]:
    """Return the list that a contract's path leads to.

    Raises:
        DeliveryHeldError: when there is none.
    """
    for key in path.split(".") if path else []:
        if not isinstance(document, dict) or key not in document:
            raise DeliveryHeldError(
                f"there is no {key!r} on the way to {path!r}; ask for the agreed document, or change contract.json.path"
            )
        document = document[key]
    if not isinstance(document, list):
        raise DeliveryHeldError(f"at {path or 'the top'!r} stands no list of records; see contract.json.path")
    return document


def _fault(line: int, record: _Record, names: dict[str, str]) -> SetAside | None:
    for key, name in names.items():
        if key not in record:
            return SetAside(line, name, "missing_field")
        if isinstance(record[key], bool):
            return SetAside(line, name, "truth_value")
        if isinstance(record[key], dict | list):
            return SetAside(line, name, "nested_value")
    return None


def _text(line: int, key: str, value: Any, layout: JsonRecords) -> str:
    if value is None:
        return ""
    if isinstance(value, _Number):
        return value.replace(".", layout.decimal_mark)
    text = str(value)
    is_whole = text.isascii() or text.encode("utf-8", "replace").decode() == text
    if len(text) > TEXT_LENGTH_MAX or not is_whole or find_encoding_damage(text) is not None:
        raise DeliveryHeldError(
            f"item {line - 1}, {quotable(key)}: half a character, a replacement character (U+FFFD), text that was once "
            "read by the wrong encoding, or more than 64 kB of it; ask for the file again"
        )
    return text
