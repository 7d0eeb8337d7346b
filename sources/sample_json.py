"""A sample of JSON: the path to its list of records."""

from collections.abc import Iterator
from typing import Any

from methods.header_diff import HeaderRule
from methods.layout_guess import decimal_mark_of
from schemas.errors import DeliveryHeldError
from schemas.layout import JsonRecords
from sources.json_document import json_texts, keys_of, parse_document
from sources.json_table import is_whole, read_json
from sources.sample_layout import Sample, layout_line, note_on_others, refuse_personal_data


def json_sample(content: bytes) -> Sample:
    """Tell the path to the records of a sample, and read it by that; of several lists the one of most records is taken.

    Raises:
        PersonalDataError: when it seems to hold personal data.
        DeliveryHeldError: when it holds no list of records that a path leads to, or is damaged.
    """
    refuse_personal_data(json_texts(content))
    document = parse_document(content)
    lists = dict(_lists(document, ""))
    path, records = max(lists.items(), key=lambda found: len(_records(found[1])), default=("", []))
    if not _records(records):
        raise DeliveryHeldError(
            "the document holds no list of records, or none that a contract's path leads to, as a key on the way is "
            "empty or has a point; ask for a list of records"
        )
    header = keys_of(records)
    if not all(map(is_whole, [path, *header])):
        raise DeliveryHeldError("a key holds half a character; ask for the file again")
    texts: dict[str, list[str]] = {key: [] for key in header}
    for key, value in (pair for record in _records(records) for pair in record.items()):
        if isinstance(value, str):
            texts[key].append(value)
    mark, question = decimal_mark_of(texts)
    layout = JsonRecords(path=path, decimal_mark=mark)
    notes = note_on_others("path", path, [other for other in lists if other != path], "lists")
    if question is not None:
        notes["decimal_mark"] = question
    line = layout_line("json", {"path": path, "decimal_mark": mark}, notes)
    return Sample(read_json(content, layout, header, HeaderRule(dispensable=header)), layout, line)


def _records(items: list[Any]) -> list[dict[str, Any]]:
    return [item for item in items if isinstance(item, dict)]


def _lists(value: Any, path: str) -> Iterator[tuple[str, list[Any]]]:
    """Yield each list that may be the one of records: an empty one holds some in other months."""
    if isinstance(value, list) and (not value or _records(value)):
        yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            if key and "." not in key:  # a path says neither
                yield from _lists(item, f"{path}.{key}" if path else key)
