"""A sheet of a workbook as a table of text; every text in the workbook for the search for personal data."""

from collections.abc import Iterator
from dataclasses import asdict

import pyarrow
import pyarrow.compute

from methods.header_diff import HeaderRule, fitted_header
from schemas.errors import DeliveryHeldError
from schemas.layout import XlsxSheet
from schemas.text_table import SetAside, TextBatch, TextTable
from sources.xlsx_process import workbook_reader
from sources.xlsx_rows import COLUMN, LINE, RULE

CONTENT_MAX = 128 * 1024**2


def xlsx_batches(
    content: bytes, layout: XlsxSheet, expected: list[str], rule: HeaderRule = HeaderRule()
) -> Iterator[TextBatch]:
    """Read the sheet that a contract names, batch by batch; rows of another shape are set aside.

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
        for batch in reader.batches():
            yield _text_batch(batch)


def read_xlsx(content: bytes, layout: XlsxSheet, expected: list[str], rule: HeaderRule = HeaderRule()) -> TextTable:
    """Read a whole sheet, as `xlsx_batches` does.

    Raises:
        HeaderDriftError: when the columns are others.
        DeliveryHeldError: when the workbook as a whole cannot be trusted, with the cell's address.
    """
    return TextTable.of(xlsx_batches(content, layout, expected, rule))


def xlsx_texts(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield every text of a workbook with its address.

    Raises:
        DeliveryHeldError: when it cannot be read, or holds what cannot be looked at.
    """
    _refuse_large(content)
    with workbook_reader(content, {}) as reader:
        for batch in reader.batches():
            yield from zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)


def xlsx_sheets_like(content: bytes, layout: XlsxSheet, columns: list[str], sheets_max: int) -> list[str]:
    """Return the first other sheets that have some columns, as a message may bear them.

    Raises:
        DeliveryHeldError: when the workbook cannot be read.
    """
    _refuse_large(content)
    request = {"beside": layout.model_dump(), "columns": columns, "sheets_max": sheets_max}
    with workbook_reader(content, request) as reader:
        return list(reader.head["sheets"])


def _refuse_large(content: bytes) -> None:
    if len(content) > CONTENT_MAX:
        raise DeliveryHeldError(
            f"the workbook is larger than {CONTENT_MAX // 1024**2} MiB; ask the provider for CSV or fewer rows"
        )


def _text_batch(batch: pyarrow.RecordBatch) -> TextBatch:
    is_whole = pyarrow.compute.is_null(batch.column(RULE))
    whole = batch.filter(is_whole)
    names = batch.schema.names[RULE + 1 :]
    cells = pyarrow.Table.from_arrays([whole.column(place) for place in range(RULE + 1, RULE + 1 + len(names))], names)
    return TextBatch(
        cells, whole.column(LINE).to_numpy(), list(_set_aside(batch.filter(pyarrow.compute.invert(is_whole))))
    )


def _set_aside(batch: pyarrow.RecordBatch) -> Iterator[SetAside]:
    columns = (batch.column(place).to_pylist() for place in (LINE, COLUMN, RULE))
    return (SetAside(line, column, rule) for line, column, rule in zip(*columns, strict=True))
