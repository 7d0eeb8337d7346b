"""A delivery's bytes by the layout of its contract: as a table of text, and as all the texts that it holds."""

from collections.abc import Iterator

from methods.header_diff import HeaderRule
from schemas.contract import Contract, expected_headers
from schemas.layout import CsvDialect, XlsxSheet
from schemas.text_table import TextTable
from sources.csv_table import decode, read_csv
from sources.json_table import json_texts, read_json
from sources.xlsx_table import read_xlsx, xlsx_texts
from sources.zip_archive import open_archive, read_member


def read_table(content: bytes, contract: Contract, rule: HeaderRule = HeaderRule()) -> TextTable:
    """Read a delivery into cells of text.

    Raises:
        HeaderDriftError: when the columns are others than the contract's.
        DeliveryHeldError: when the delivery as a whole cannot be trusted.
    """
    if contract.zip is not None:
        content = read_member(content, contract.zip.member)
    layout, expected = contract.layout, expected_headers(contract)
    if isinstance(layout, CsvDialect):
        return read_csv(content, layout, expected, rule)
    if isinstance(layout, XlsxSheet):
        return read_xlsx(content, layout, expected, rule)
    return read_json(content, layout, expected, rule)


def texts_of(content: bytes, contract: Contract) -> Iterator[tuple[str, str]]:
    """Yield every text of a delivery with where it stands: also what the contract does not read.

    Raises:
        DeliveryHeldError: when it cannot be read as its layout says, and so cannot be looked at.
    """
    if contract.zip is not None:
        yield from (("the archive's directory", text) for text in open_archive(content).loose_texts)
        content = read_member(content, contract.zip.member)
    layout = contract.layout
    if isinstance(layout, CsvDialect):
        lines = decode(content, layout).split("\n")
        yield from ((f"line {number}", line) for number, line in enumerate(lines, start=1))
    elif isinstance(layout, XlsxSheet):
        yield from xlsx_texts(content)
    else:
        yield from json_texts(content)
