"""A sample of JSON: the path to its list of records."""

from collections.abc import Iterator
from typing import Any

from methods.header_diff import HeaderRule
from methods.layout_guess import decimal_mark_of
from schemas.errors import DeliveryHeldError
from schemas.layout import JsonRecords
from sources.json_document import json_texts, parse_document
from sources.json_table import read_json
from sources.sample_layout import Sample, layout_line, note_on_others, open_mark_note, refuse_personal_data


def json_sample(content: bytes) -> Sample:
    """Tell the path to the records of a sample, and read it by that; of several lists the longest is taken.

    Raises:
        PersonalDataError: when it seems to hold personal data.
        DeliveryHeldError: when it holds no list of records that a path leads to, or is damaged.
    """
    refuse_personal_data(json_texts(content))
    document = parse_document(content)
    lists = dict(_lists_of_records(document, ""))
    if not lists:
        raise DeliveryHeldError(
            "the document holds no list of records, or none that a contract's path leads to, as a key on the way is "
            "empty or has a point; ask for a list of records"
        )
    path, records = max(lists.items(), key=lambda found: len(found[1]))
    header = list(dict.fromkeys(key for record in records for key in record))
    texts = (value for record in records for value in record.values() if isinstance(value, str))
    mark, may_part_thousands = decimal_mark_of(texts)
    layout = JsonRecords(path=path, decimal_mark=mark)
    notes = note_on_others("path", path, [other for other in lists if other != path], "lists of records")
    if may_part_thousands:
        notes["decimal_mark"] = open_mark_note(mark)
    line = layout_line("json", {"path": path, "decimal_mark": mark}, notes)
    return Sample(read_json(content, layout, header, HeaderRule(dispensable=header)), layout, line)


def _lists_of_records(value: Any, path: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            if key and "." not in key:  # a path says neither
                yield from _lists_of_records(item, f"{path}.{key}" if path else key)
