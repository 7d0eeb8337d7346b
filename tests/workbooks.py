"""Workbooks for tests, written by two programs' libraries, and changed in their parts as a damaged file is."""

import io
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

import openpyxl
from xlsxwriter import Workbook

HEADER = ["datum", "typ", "antal"]
ROWS = [["2024-03-04", "Trafikkontroll", 30], ["2024-03-05", "Krogkontroll", 7]]


def written(rows: Iterable[Iterable[Any]], sheet: str = "Blad1", **options: Any) -> bytes:
    """Write a workbook with XlsxWriter; text stays text."""
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True, **options}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(number, column, value)
                elif value is not None:
                    page.write(number, column, value)
    return content.getvalue()


def saved(change: Callable[[openpyxl.Workbook], object], rows: Iterable[Iterable[Any]] = (HEADER, *ROWS)) -> bytes:
    """Write a workbook with openpyxl, changed before it is saved."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "Blad1"
    for row in rows:
        page.append(list(row))
    change(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def edited(content: bytes, part: str, old: str, new: str) -> bytes:
    """Replace a text in a part of a workbook; it must be there."""

    def changed(name: str, part_content: bytes) -> bytes:
        if name != part:
            return part_content
        assert old.encode() in part_content
        return part_content.replace(old.encode(), new.encode())

    return rezipped(content, changed)


def rezipped(content: bytes, change: Callable[[str, bytes], bytes], added: dict[str, bytes] | None = None) -> bytes:
    """Write an archive anew with its members changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in archive.namelist():
            changed.writestr(name, change(name, archive.read(name)))
        for name, more in (added or {}).items():
            changed.writestr(name, more)
    return out.getvalue()
