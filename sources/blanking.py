"""A delivery's rows looked at for personal data, and blanked where there seems to be some, by its contract's layout."""

from dataclasses import replace

from methods.personal_data import CellFinder
from schemas.blanking import Blanking
from schemas.contract import Contract, expected_headers
from schemas.layout import CsvDialect, XlsxSheet
from sources.blanking_csv import blank_csv
from sources.blanking_json import blank_json
from sources.blanking_xlsx import blank_xlsx
from sources.zip_archive import open_archive, read_member, write_archive


def blank_rows(content: bytes, contract: Contract) -> Blanking:
    """Return a delivery with every row blanked that seems to hold personal data; as it came where there is none.

    Every other row stays on its line, and the same delivery always gives the same bytes.

    Raises:
        DeliveryHeldError: when it cannot be read as its layout says, and so cannot be looked at.
    """
    if contract.zip is None:
        return _blank(content, contract)
    find = CellFinder()
    loose = [kind for text in open_archive(content).loose_texts if (kind := find(text)) is not None]
    inner = _blank(read_member(content, contract.zip.member), contract)
    if loose:
        return replace(inner, content=content, elsewhere=("the archive's directory", loose[0]))
    whole = write_archive([(contract.zip.member, [inner.content])]) if inner.cells else content
    return replace(inner, content=whole)


def _blank(content: bytes, contract: Contract) -> Blanking:
    layout, expected = contract.layout, expected_headers(contract)
    if isinstance(layout, CsvDialect):
        return blank_csv(content, layout, expected)
    if isinstance(layout, XlsxSheet):
        return blank_xlsx(content, layout, expected)
    return blank_json(content, layout, expected)
