"""Other sheets of a workbook that look like the one that a contract names: an export may go on in them."""

from collections.abc import Iterator

from methods.header_diff import quotable
from schemas.layout import XlsxSheet
from sources.xlsx_package import read_sheets, read_workbook
from sources.xlsx_sheet import Row, first_rows
from sources.zip_archive import Archive

FIRST_ROWS = 30


def sheets_like(archive: Archive, layout: XlsxSheet, columns: list[str]) -> Iterator[str]:
    """Yield, as a message may bear it, each other visible sheet that has a row of these columns and something below it.

    Only the first rows are read, and of a workbook with one sheet nothing.
    """
    visible = [sheet for sheet in read_sheets(archive) if sheet.is_of_cells and not sheet.is_hidden]
    others = [(number, sheet) for number, sheet in enumerate(visible, start=1) if sheet.name != layout.sheet]
    if not others:
        return
    workbook = read_workbook(archive)
    rows_max = max(FIRST_ROWS, layout.header_row) + 1
    for number, sheet in others:
        if _goes_on(first_rows(workbook, archive.blocks(sheet.part), rows_max), columns):
            yield repr(sheet.name) if quotable(sheet.name) == sheet.name else f"the one in place {number}"


def _goes_on(rows: list[Row], columns: list[str]) -> bool:
    wanted = {column.strip() for column in columns}
    heads = [place for place, row in enumerate(rows) if wanted <= {text.strip() for text in row.texts.values()}]
    return bool(heads) and any(row.texts for row in rows[heads[0] + 1 :])
