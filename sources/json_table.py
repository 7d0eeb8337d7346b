"""The records of a JSON document as a table of text: each number as it is written, nothing left out unseen."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import pyarrow

from methods.encoding_damage import find_encoding_damage
from methods.header_diff import HeaderRule, fitted_header, quotable
from schemas.errors import DeliveryHeldError
from schemas.layout import JsonRecords
from schemas.text_table import SetAside, TextBatch, TextTable
from sources.json_document import keys_of, parse_document, records_at

TEXT_LENGTH_MAX = 64 * 1024
# As Python's texts, cells of that many records are small beside the document.
_AT_ONCE = 10_000


def json_batch(content: bytes, layout: JsonRecords, expected: list[str], rule: HeaderRule = HeaderRule()) -> TextBatch:
    """Read the list of records that a contract names; a record of another shape is set aside.

    Raises:
        HeaderDriftError: when the records have other keys.
        DeliveryHeldError: when the document cannot be trusted.
    """
    records = records_at(parse_document(content), layout.path)
    header = keys_of(records) if records else expected
    names = {
        key: name for key, name in zip(header, fitted_header(header, expected, rule), strict=True) if name is not None
    }
    read = {key: name for key, name in names.items() if name not in rule.dispensable}
    faults = [fault for line, record in enumerate(records, start=2) if (fault := _fault(line, record, read))]
    lost = {fault.line for fault in faults}
    kept = ((line, record) for line, record in enumerate(records, start=2) if line not in lost)
    tables = list(_tables(kept, names, layout))
    lines = np.setdiff1d(np.arange(2, len(records) + 2, dtype=np.int64), np.array(sorted(lost), np.int64))
    return TextBatch(pyarrow.concat_tables(tables).combine_chunks(), lines, faults)


def read_json(content: bytes, layout: JsonRecords, expected: list[str], rule: HeaderRule = HeaderRule()) -> TextTable:
    """Read all records at once, as `json_batch` does.

    Raises:
        HeaderDriftError: when the records have other keys.
        DeliveryHeldError: when the document cannot be trusted.
    """
    return TextTable.of([json_batch(content, layout, expected, rule)])


def _tables(
    records: Iterator[tuple[int, dict[str, Any]]], names: dict[str, str], layout: JsonRecords
) -> Iterator[pyarrow.Table]:
    """Yield the cells of some records at a time, and a table of none at the end."""
    some = None
    while some is None or some:
        some = list(islice(records, _AT_ONCE))
        columns = [[_text(line, key, record.get(key), layout) for line, record in some] for key in names]
        arrays = [pyarrow.array(column, pyarrow.string()) for column in columns]
        yield pyarrow.Table.from_arrays(arrays, names=list(names.values()))


def _fault(line: int, record: Any, names: dict[str, str]) -> SetAside | None:
    """Return what is wrong with a record's shape; what stands under keys that are not read is no fault of it."""
    if not isinstance(record, dict):
        return SetAside(line, "", "not_a_record")
    for key, name in names.items():
        if key not in record:
            return SetAside(line, name, "missing_field")
        if isinstance(record[key], bool):
            return SetAside(line, name, "truth_value")
        if isinstance(record[key], dict | list):
            return SetAside(line, name, "nested_value")
    return None


def is_whole(text: str) -> bool:
    """Tell whether a text holds no half of a character, which JSON can write and UTF-8 cannot."""
    return text.isascii() or text.encode("utf-8", "replace").decode() == text


def _text(line: int, key: str, value: Any, layout: JsonRecords) -> str:
    if value is None or isinstance(value, bool | dict | list):  # the latter only where nothing is read
        return ""
    if isinstance(value, bytes):
        return value.decode().replace(".", layout.decimal_mark)
    text = str(value)
    if len(text) > TEXT_LENGTH_MAX or not is_whole(text) or find_encoding_damage(text) is not None:
        raise DeliveryHeldError(
            f"item {line - 1}, {quotable(key)}: half a character, a replacement character (U+FFFD), text that was once "
            "read by the wrong encoding, or more than 64 kB of it; ask for the file again"
        )
    return text
