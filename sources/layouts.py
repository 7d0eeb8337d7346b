"""A delivery's bytes as batches of text rows, by the layout of its contract."""

import io
from collections.abc import Iterator

from methods.header_diff import HeaderRule
from schemas.content import Opened, Readable
from schemas.contract import Contract, expected_headers
from schemas.layout import CsvDialect, XlsxSheet
from schemas.text_table import Lines, TextBatch, rows_among
from sources.csv_table import csv_batches
from sources.csv_text import BLOCK_BYTES
from sources.json_table import read_json
from sources.xlsx_table import xlsx_batches
from sources.zip_archive import read_member


def read_batches(
    opened: Opened,
    contract: Contract,
    rule: HeaderRule = HeaderRule(),
    only: Lines | None = None,
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[TextBatch]:
    """Read a delivery into batches of text cells; CSV in memory that does not grow with it.

    Args:
        opened: lends its bytes.
        contract: says its layout and columns.
        rule: what the header may be besides.
        only: the lines whose rows are wanted, in order; all of them, if not said.
        block_bytes: how much of a CSV is read at a time.

    Yields:
        At least one batch, which names the columns.

    Raises:
        HeaderDriftError: when the columns are others than the contract's.
        DeliveryHeldError: when the delivery as a whole cannot be trusted.
    """
    layout, expected = contract.layout, expected_headers(contract)
    with opened() as file:
        if isinstance(layout, CsvDialect):
            plain = file if contract.zip is None else io.BytesIO(read_member(_all(file), contract.zip.member))
            yield from csv_batches(plain, layout, expected, rule, only, block_bytes)
            return
        content = _all(file) if contract.zip is None else read_member(_all(file), contract.zip.member)
    if isinstance(layout, XlsxSheet):
        batches = xlsx_batches(content, layout, expected, rule)
    else:
        batches = iter([read_json(content, layout, expected, rule).batch()])
    yield from batches if only is None else rows_among(batches, only)


def _all(file: Readable) -> bytes:
    return b"".join(iter(lambda: file.read(BLOCK_BYTES), b""))
