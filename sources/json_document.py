"""A JSON document, parsed strictly: numbers as they are written, nothing taken twice, and every text with its place."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from methods.header_diff import quotable
from schemas.errors import DeliveryHeldError

# A document is in memory as a whole. A number takes some fifty bytes of it, and what holds others, a list of one or a
# record of one, up to three hundred: with the program itself both together stay within 1 GiB.
CONTENT_MAX = 24 * 1024**2
HOLDERS_MAX = 1_500_000
DEPTH_MAX = 100
RECORDS_MAX = 500_000
KEYS_MAX = 1_000
# No number of a person, and no telephone number, is shorter.
_NUMBER_LENGTH_MIN = 6
_BOM = "\ufeff"
# A number with a point is a measure; a number of a person or a phone has none, or is written with a large exponent.
_MEASURE = re.compile(rb"-?(?:0|[1-9][0-9]{0,4})\.[0-9]+(?:[eE]-[0-9]+)?")
_Parts = Iterator[tuple[str | int, Any]]


class _RepeatedKeyError(Exception):
    """An object has one key twice, and so says two things."""


class _NoNumberError(Exception):
    """What some programs write for a number that is none."""


class Place(NamedTuple):
    """Where a value stands below another, by key or number; without a part, one of the keys there.

    It is written out only for a find: all places of a small document together can be longer than any memory.
    """

    part: str | int | None
    above: "Place | None" = None

    def __str__(self) -> str:
        """Write the way from the top, without keys that could be data."""
        if self.part is None:
            return f"a key of {self.above}"
        parts: list[str] = []
        place: Place | None = self
        while place is not None:
            parts.append(f"item {place.part}" if isinstance(place.part, int) else quotable(str(place.part)))
            place = place.above
        return ", ".join(reversed(parts))


def parse_document(content: bytes) -> Any:
    """Parse a document; a number is the bytes that it is written with, which take less memory than any other type.

    Raises:
        DeliveryHeldError: when it cannot be read, or says two things.
    """
    if len(content) > CONTENT_MAX:
        raise DeliveryHeldError(
            f"the document is larger than {CONTENT_MAX // 1024**2} MiB, the most that JSON may be; ask the provider "
            "for CSV, or for fewer records"
        )
    if content.count(b"[") + content.count(b"{") > HOLDERS_MAX:
        raise DeliveryHeldError(
            f"the document has more than {HOLDERS_MAX} lists and records, one in another or one beside another; ask "
            "the provider for CSV, or for fewer records"
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DeliveryHeldError(f"byte {error.start}: not UTF-8, as JSON always is; ask for the file again") from error
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_int=str.encode, parse_float=str.encode, parse_constant=_no_number
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
        raise _too_deep() from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise _RepeatedKeyError(Counter(key for key, _ in pairs).most_common(1)[0][0])
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
    if error.msg == "Extra data":
        return (
            f"line {error.lineno}, character {error.colno}: the document has ended, and more follows. Where each line "
            "is a document of its own (JSON Lines), ask for one list of records, or for CSV; else for the file again"
        )
    return f"{where} ({error.msg.lower()}); ask for the file again"


def _too_deep() -> DeliveryHeldError:
    return DeliveryHeldError(
        f"the document is nested too deep to be a list of records, more than {DEPTH_MAX} levels; ask for a flat one"
    )


def records_at(document: Any, path: str) -> list[Any]:
    """Return the list that a contract's path leads to.

    Raises:
        DeliveryHeldError: when there is none, or it is too long.
    """
    for key in path.split(".") if path else []:
        if not isinstance(document, dict) or key not in document:
            raise DeliveryHeldError(
                f"there is no {key!r} on the way to {path!r}; ask for the agreed document, or change contract.json.path"
            )
        document = document[key]
    if not isinstance(document, list):
        raise DeliveryHeldError(f"at {path or 'the top'!r} stands no list of records; see contract.json.path")
    if len(document) > RECORDS_MAX:
        raise DeliveryHeldError(f"the list holds more than {RECORDS_MAX} records; ask the provider for CSV")
    return document


def keys_of(records: list[Any]) -> list[str]:
    """Return every key of some records, in the order in which they come.

    Raises:
        DeliveryHeldError: when there are too many to be columns.
    """
    keys: dict[str, None] = {}
    for record in records:
        if isinstance(record, dict):
            keys.update(dict.fromkeys(record))
            if len(keys) > KEYS_MAX:
                raise DeliveryHeldError(
                    f"the records have more than {KEYS_MAX} different keys; ask the provider for one key a column"
                )
    return list(keys)


def json_texts(content: bytes) -> Iterator[tuple[Place, str]]:
    """Yield every key, text and number of a document, with its place.

    Raises:
        DeliveryHeldError: when the document cannot be read.
    """
    yield from texts_below("the top", parse_document(content))


def texts_below(address: str, value: Any, unless: Any = None) -> Iterator[tuple[Place, str]]:
    """Yield every key, text and number of a value; `unless` is a part of it that is passed over.

    Raises:
        DeliveryHeldError: when it is nested too deep.
    """
    waiting: list[tuple[Place | None, _Parts]] = [(None, iter([(address, value)]))]
    while waiting:
        above, parts = waiting[-1]
        for part, item in parts:
            if isinstance(item, str):
                yield Place(part, above), item
            elif isinstance(item, bytes):
                if not _is_nobodys(item):
                    yield Place(part, above), item.decode()
            elif item and isinstance(item, dict | list) and item is not unless:
                place = Place(part, above)
                if isinstance(item, dict):
                    yield from ((Place(None, place), key) for key in item)
                waiting.append((place, iter(item.items() if isinstance(item, dict) else enumerate(item, start=1))))
                break
        else:
            waiting.pop()
        if len(waiting) > DEPTH_MAX:
            raise _too_deep()


def _is_nobodys(number: bytes) -> bool:
    return len(number) < _NUMBER_LENGTH_MIN or _MEASURE.fullmatch(number) is not None
