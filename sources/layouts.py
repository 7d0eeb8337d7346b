"""A delivery's bytes as a table of text, by the layout of its contract."""

from methods.header_diff import HeaderRule
from schemas.contract import Contract, expected_headers
from schemas.layout import CsvDialect, XlsxSheet
from schemas.text_table import TextTable
from sources.csv_table import read_csv
from sources.json_table import read_json
from sources.xlsx_table import read_xlsx
from sources.zip_archive import read_member


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
