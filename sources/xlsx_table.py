"""A sheet of a workbook as a table of text; every text in the workbook for the search for personal data."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pandas as pd
import pyarrow
import pyarrow.compute

from methods.header_diff import HeaderRule, fitted_header
from schemas.errors import DeliveryHeldError
from schemas.layout import XlsxSheet
from schemas.text_table import SetAside, TextTable
from sources.xlsx_process import workbook_reader
from sources.xlsx_rows import COLUMN, LINE, RULE

CONTENT_MAX = 128 * 1024**2


def read_xlsx(content: bytes, layout: XlsxSheet, expected: list[str], rule: HeaderRule = HeaderRule()) -> TextTable:
    """Read the sheet that a contract names; rows of another shape are set aside.

    Raises:
        HeaderDriftError: when the columns are others.
        DeliveryHeldError: when the workbook as a whole cannot be trusted, with the cell's address.
    """
    _refuse_large(content)
    asked = {**asdict(rule), "accepted": rule.accepted and rule.accepted.model_dump(), "line": layout.header_row}
    request = {"sheet": layout.model_dump(), "expected": expected, "rule": asked}
    with workbook_reader(content, request) as reader:
        header: list[str] = reader.head["header"]
        fitted_header(
            header, expected, HeaderRule(rule.ignores_added, rule.dispensable, rule.accepted, layout.header_row)
        )
        set_aside: list[SetAside] = []
        whole: list[pyarrow.RecordBatch] = []
        for batch in reader.batches():
            is_whole = pyarrow.compute.is_null(batch.column(RULE))
            set_aside += _set_aside(batch.filter(pyarrow.compute.invert(is_whole)))
            whole.append(batch.filter(is_whole))
    return TextTable(_cells(pyarrow.Table.from_batches(whole)), set_aside)


def xlsx_texts(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield every text of a workbook with its address.

    Raises:
        DeliveryHeldError: when it cannot be read, or holds what cannot be looked at.
    """
    _refuse_large(content)
    with workbook_reader(content, {}) as reader:
        for batch in reader.batches():
            yield from zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)


def _refuse_large(content: bytes) -> None:
    if len(content) > CONTENT_MAX:
        raise DeliveryHeldError(
            f"the workbook is larger than {CONTENT_MAX // 1024**2} MiB; ask the provider for CSV or fewer rows"
        )


def _set_aside(batch: pyarrow.RecordBatch) -> Iterator[SetAside]:
    columns = (batch.column(place).to_pylist() for place in (LINE, COLUMN, RULE))
    return (SetAside(line, column, rule) for line, column, rule in zip(*columns, strict=True))


def _cells(table: pyarrow.Table) -> pd.DataFrame:
    index = pd.Index(table.column(LINE).to_numpy(), name="source_line", dtype="int64")
    names = table.schema.names[RULE + 1 :]
    columns: dict[str, Any] = {name: table.column(place).to_numpy() for place, name in enumerate(names, start=RULE + 1)}
    return pd.DataFrame(columns, index=index, columns=pd.Index(names), dtype=object)
