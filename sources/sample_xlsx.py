"""A sample of a workbook: the sheet, and the row of its column names."""

from pydantic import ValidationError

from methods.header_diff import HeaderRule, quotable
from methods.layout_guess import decimal_mark_of
from schemas.errors import DeliveryHeldError
from schemas.layout import DecimalMark, XlsxSheet
from schemas.text_table import TextTable
from sources.sample_layout import Sample, layout_line, note_on_others, refuse_personal_data
from sources.xlsx_package import Sheet, Workbook, read_workbook
from sources.xlsx_sheet import Row, first_rows
from sources.xlsx_table import read_xlsx, xlsx_texts
from sources.zip_archive import Archive, open_archive

_HEADER_ROWS = 30
_MARKS: tuple[DecimalMark, ...] = (",", ".")


def xlsx_sample(content: bytes) -> Sample:
    """Tell the sheet and the header of a sample, and read it by that.

    Raises:
        PersonalDataError: when it seems to hold personal data.
        DeliveryHeldError: when no visible sheet has a row of column names, or the workbook is damaged.
    """
    refuse_personal_data(xlsx_texts(content))
    archive = open_archive(content)
    workbook = read_workbook(archive)
    visible = [sheet for sheet in workbook.sheets if sheet.is_of_cells and not sheet.is_hidden]
    for sheet in visible:
        header = _header(first_rows(workbook, archive.blocks(sheet.part), _HEADER_ROWS))
        if header is None:
            continue
        _refuse_one_name_twice(sheet, header)
        others = [other.name for other in visible if other is not sheet and _has_rows(workbook, archive, other)]
        columns = list(header.texts.values())
        rule = HeaderRule(dispensable=columns)  # which of them are read is not said yet
        layouts = [_sheet_layout(sheet.name, header.number, mark) for mark in _MARKS]
        tables = {layout.decimal_mark: read_xlsx(content, layout, columns, rule) for layout in layouts}
        mark, question = decimal_mark_of(_typed_as_text(tables[","], tables["."]))
        said: dict[str, str | int] = {"sheet": sheet.name, "header_row": header.number, "decimal_mark": mark}
        notes = note_on_others("sheet", sheet.name, others, "sheets with something in them")
        if question is not None:
            notes["decimal_mark"] = question
        layout = next(layout for layout in layouts if layout.decimal_mark == mark)
        return Sample(tables[mark], layout, layout_line("xlsx", said, notes))
    raise DeliveryHeldError(
        "no visible sheet has a row of column names with rows below it: as many cells as the widest row has, each a "
        "text that no figure begins; ask for a sheet like that"
    )


def _refuse_one_name_twice(sheet: Sheet, header: Row) -> None:
    names = [name.strip() for name in header.texts.values()]
    if len(set(names)) < len(names):
        raise DeliveryHeldError(
            f"sheet {quotable(sheet.name)!r}, row {header.number}: two columns of one name. A contract reads columns "
            "by their names, so ask for one name for each"
        )


def _sheet_layout(name: str, header_row: int, mark: DecimalMark) -> XlsxSheet:
    try:
        return XlsxSheet(sheet=name, header_row=header_row, decimal_mark=mark)
    except ValidationError as error:  # other programs than Excel write longer names
        raise DeliveryHeldError(
            f"the column names stand in row {header_row} of a sheet whose name has {len(name)} characters; a contract "
            "reads them down to row 1000, and names of 1 to 31 characters. Ask for a sheet like that"
        ) from error


def _typed_as_text(by_comma: TextTable, by_point: TextTable) -> dict[str, list[str]]:
    """List the cells that read alike by both marks: a number takes the one it is read by, a text has its own."""
    both = {name: zip(by_comma.cells[name], by_point.cells[name], strict=True) for name in by_comma.cells}
    return {str(name): [str(one) for one, other in cells if one == other] for name, cells in both.items()}


def _has_rows(workbook: Workbook, archive: Archive, sheet: Sheet) -> bool:
    """Tell whether anything stands in a sheet; what cannot be read does, too."""
    try:
        return bool(first_rows(workbook, archive.blocks(sheet.part), _HEADER_ROWS))
    except DeliveryHeldError:
        return True


def _header(rows: list[Row]) -> Row | None:
    """Return the first row of texts that is as wide as the widest, and has a row below it."""
    widest = max((len(row.texts) for row in rows), default=0)
    for row in rows[:-1]:
        if len(row.texts) == widest > 1 and not any(cell[0].isdecimal() for cell in row.texts.values()):
            return row
    return None
