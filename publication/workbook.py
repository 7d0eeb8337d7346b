"""A workbook for people: Swedish headers, codes as text, and a sheet that explains the columns."""

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from methods.months import month_label_sv
from publication.edition import LICENSE_URL, Edition
from schemas.codes import EXAMPLE_MARK, EXAMPLE_NOTICE_SV
from schemas.derive import key_of, rows_of, sheet_name, table_name
from schemas.errors import LofteError
from schemas.published import TABLES, Context, Overview, PromiseProgress
from schemas.published_table import COLUMN_WORDS, PublishedTable

# The overview first: it is what a person opens the workbook for.
_FIRST: tuple[type[PublishedTable], ...] = (Overview, PromiseProgress)
_ORDER = (*_FIRST, *(model for model in TABLES if model not in _FIRST))
_WIDTH_MAX = 60
_OTHERS_SV = f". Bladet ”{sheet_name(Context)}” är andras uppgifter, med villkor på varje rad"


def workbook_bytes(edition: Edition) -> bytes:
    """Write the workbook; the same edition gives the same bytes."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as workbook:
        workbook.set_properties(
            {
                "title": _title(edition),
                "author": edition.settings.publisher_name,
                "created": datetime.combine(edition.published_on, datetime.min.time()),
            }
        )
        _about_sheet(workbook, edition)
        for model in _ORDER:
            _table_sheet(workbook, model, edition.table(model))
        _columns_sheet(workbook)
        for sheet in workbook.worksheets():
            sheet.set_paper(9)  # A4
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
    return buffer.getvalue()


def _title(edition: Edition) -> str:
    return f"{EXAMPLE_MARK + ': ' if edition.has_examples else ''}{edition.agreement.title_sv}"


def _about_sheet(workbook: Workbook, edition: Edition) -> None:
    sheet = workbook.add_worksheet("Om")
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 120)
    bold = workbook.add_format({"bold": True})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    lines = [
        (_title(edition), ""),
        *([(EXAMPLE_MARK, EXAMPLE_NOTICE_SV)] if edition.has_examples else []),
        ("Läget efter", month_label_sv(edition.as_of_month)),
        ("Utgåva", edition.release_id),
        ("Utgiven", edition.published_on.isoformat()),
        ("Avtalets sida", edition.agreement.source_url),
        ("Licens", f"CC0 1.0, {LICENSE_URL}{_OTHERS_SV if len(edition.table(Context)) else ''}"),
        ("Utgivare", edition.settings.publisher_name),
        ("Kontakt", edition.settings.contact_email),
        (
            "Tomma celler",
            "En tom cell betyder att uppgiften saknas eller inte visas. Den betyder aldrig noll.",
        ),
    ]
    for row, (label, text) in enumerate(lines):
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, text, wrapped)


def _table_sheet(workbook: Workbook, model: type[PublishedTable], frame: pd.DataFrame) -> None:
    sheet = workbook.add_worksheet(sheet_name(model))
    header = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    text = workbook.add_format({"num_format": "@"})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    columns = list(frame.columns)
    for position, name in enumerate(columns):
        sheet.write_string(0, position, COLUMN_WORDS[name].title_sv, header)
    rows = list(rows_of(frame))
    for number, row in enumerate(rows, start=1):
        for position, name in enumerate(columns):
            if not _is_written(sheet, number, position, _shown(name, row[name]), text, day):
                raise LofteError(_too_large(model, name, row))
    for position, name in enumerate(columns):
        longest = max((len(str(row[name])) for row in rows if row[name] is not None), default=0)
        sheet.set_column(position, position, min(_WIDTH_MAX, max(12, longest + 2)))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)


def _shown(name: str, value: Any) -> Any:
    """Show a flag as a word: an example must be seen, whatever the reader's language settings."""
    if not isinstance(value, bool):
        return value
    if value and name == "is_example":
        return EXAMPLE_MARK
    return "ja" if value else "nej"


def _is_written(sheet: Worksheet, row: int, column: int, value: Any, text: Format, day: Format) -> bool:
    """Write a cell; tell whether all of it is there, as the library cuts a text and leaves a row out in silence."""
    if value is None or value == "":
        return True
    if isinstance(value, Decimal | int):
        fault = sheet.write_number(row, column, value)
    elif isinstance(value, date):
        fault = sheet.write_datetime(row, column, datetime.combine(value, datetime.min.time()), day)
    else:
        fault = sheet.write_string(row, column, value, text)
    return bool(fault == 0)


def _too_large(model: type[PublishedTable], column: str, row: dict[str, Any]) -> str:
    key = "/".join(str(row[name]) for name in key_of(model))
    return (
        f"the table {table_name(model)}, row {key}, column {column}: does not fit in the workbook, where a cell holds "
        "32,767 characters and a sheet 1,048,576 rows; nothing new is published until it is shortened"
    )


def _columns_sheet(workbook: Workbook) -> None:
    sheet = workbook.add_worksheet("Kolumner")
    bold = workbook.add_format({"bold": True})
    sheet.set_column(0, 2, 26)
    sheet.set_column(3, 3, 100)
    for position, title in enumerate(("Blad", "Kolumn", "Namn i CSV och JSON", "Vad den betyder")):
        sheet.write_string(0, position, title, bold)
    lines = [
        (sheet, COLUMN_WORDS[name].title_sv, name, COLUMN_WORDS[name].description_sv)
        for model, sheet in ((model, sheet_name(model)) for model in _ORDER)
        for name in model.to_schema().columns
    ]
    for row, line in enumerate(lines, start=1):
        for position, cell in enumerate(line):
            sheet.write_string(row, position, cell)
