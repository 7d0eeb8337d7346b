"""The records of a JSON document as a table of text: each number as it is written, nothing left out unseen.

In a column of ids a number is read as a workbook's is. A program that once held an empty cell of it writes 2 as 2.0,
and both are one thing.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pyarrow

from methods.encoding_damage import find_encoding_damage
from methods.header_diff import HeaderRule, fitted_header, quotable
from schemas.addresses import FIRST_LINE, row_address
from schemas.errors import DeliveryHeldError
from schemas.layout import JsonRecords
from schemas.text_table import SetAside, TextBatch, TextTable
from sources.json_document import keys_of, parse_document, records_at
from sources.xlsx_numbers import number_text

TEXT_LENGTH_MAX = 64 * 1024
# As Python's texts, cells of that many records are small beside the document.
_AT_ONCE = 10_000
# Programs keep numbers with a point in so few digits that those of a larger one may have changed.
_EXACT_BELOW = 10**15


def json_batch(
    content: bytes,
    layout: JsonRecords,
    expected: list[str],
    rule: HeaderRule = HeaderRule(),
    ids: Collection[str] = (),
) -> TextBatch:
    """Read the list of records that a contract names; a record of another shape is set aside.

    Args:
        content: the document.
        layout: says where the list is.
        expected: the contract's columns.
        rule: what the keys may be besides.
        ids: the columns that only tell things apart.

    Raises:
        HeaderDriftError: when the records have other keys.
        DeliveryHeldError: when the document cannot be trusted.
    """
    records = records_at(parse_document(content), layout.path)
    header = keys_of(records) if records else expected
    fitted = fitted_header(header, expected, replace(rule, line=None))
    names = {key: name for key, name in zip(header, fitted, strict=True) if name is not None}
    read = {key: name for key, name in names.items() if name not in rule.dispensable}
    faults = [fault for line, record in enumerate(records, FIRST_LINE) if (fault := _fault(line, record, read, ids))]
    lost = {fault.line for fault in faults}
    kept = ((line, record) for line, record in enumerate(records, FIRST_LINE) if line not in lost)
    tables = list(_tables(kept, names, layout, ids))
    lines = np.setdiff1d(np.arange(len(records), dtype=np.int64) + FIRST_LINE, np.array(sorted(lost), np.int64))
    return TextBatch(pyarrow.concat_tables(tables).combine_chunks(), lines, faults)


def read_json(content: bytes, layout: JsonRecords, expected: list[str], rule: HeaderRule = HeaderRule()) -> TextTable:
    """Read all records at once, as `json_batch` does.

    Raises:
        HeaderDriftError: when the records have other keys.
        DeliveryHeldError: when the document cannot be trusted.
    """
    return TextTable.of([json_batch(content, layout, expected, rule)])


def _tables(
    records: Iterator[tuple[int, dict[str, Any]]], names: dict[str, str], layout: JsonRecords, ids: Collection[str]
) -> Iterator[pyarrow.Table]:
    """Yield the cells of some records at a time, and a table of none at the end."""
    some = None
    while some is None or some:
        some = list(islice(records, _AT_ONCE))
        columns = [
            [_text(line, key, record.get(key), layout, is_id=name in ids) for line, record in some]
            for key, name in names.items()
        ]
        arrays = [pyarrow.array(column, pyarrow.string()) for column in columns]
        yield pyarrow.Table.from_arrays(arrays, names=list(names.values()))


def _fault(line: int, record: Any, names: dict[str, str], ids: Collection[str]) -> SetAside | None:
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
        if name in ids and _has_point(record[key]) and abs(float(record[key])) >= _EXACT_BELOW:
            return SetAside(line, name, "inexact_id")
    return None


def is_whole(text: str) -> bool:
    """Tell whether a text holds no half of a character, which JSON can write and UTF-8 cannot."""
    return text.isascii() or text.encode("utf-8", "replace").decode() == text


def _has_point(value: Any) -> bool:
    """Tell whether a value is a number that is written with a point or an exponent."""
    return isinstance(value, bytes) and not value.lstrip(b"-").isdigit()


def _text(line: int, key: str, value: Any, layout: JsonRecords, *, is_id: bool) -> str:
    if value is None or isinstance(value, bool | dict | list):  # the latter only where nothing is read
        return ""
    if isinstance(value, bytes):
        written = value.decode()
        as_in_sheet = number_text(written, layout.decimal_mark) if is_id and _has_point(value) else None
        return as_in_sheet or written.replace(".", layout.decimal_mark)
    text = str(value)
    if len(text) > TEXT_LENGTH_MAX or not is_whole(text) or find_encoding_damage(text) is not None:
        raise DeliveryHeldError(
            f"{row_address(line, layout)}, {quotable(key)}: half a character, a replacement character (U+FFFD), text "
            "that was once read by the wrong encoding, or more than 64 kB of it; ask for the file again"
        )
    return text
