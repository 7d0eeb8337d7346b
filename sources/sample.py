"""A sample of an export, looked at to tell how its bytes become cells."""

import codecs
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from methods.encoding_damage import likelier_than_windows_1252
from methods.header_diff import HeaderRule, quotable
from methods.layout_guess import decimal_mark_of, delimiter_of, numbered_rows, usual_width
from methods.personal_data import CellFinder
from schemas.errors import DeliveryHeldError, PersonalDataError
from schemas.layout import CsvDialect, DecimalMark, JsonRecords, Layout, XlsxSheet
from schemas.text_table import TextTable
from schemas.unconfirmed import CONFIRM
from sources.blanking_csv import blank_csv
from sources.csv_table import read_csv
from sources.csv_text import decode, refuse_other_kinds
from sources.json_document import Place, json_texts, parse_document
from sources.json_table import read_json
from sources.old_workbook import refuse_old_workbook
from sources.xlsx_package import Sheet, Workbook, read_workbook
from sources.xlsx_sheet import Row, SheetCells
from sources.xlsx_table import read_xlsx, xlsx_texts
from sources.zip_archive import Archive, open_archive

_BOM = b"\xef\xbb\xbf"
_HEADER_ROWS = 30
# A row may be whole and its last number cut: "22" to "2".
_OPEN_END = (
    "# allow_missing_final_newline: the sample's last row is whole, and no line break ends it. Say true only where\n"
    "# every whole file ends so, as one that is cut off is not noticed then. Else leave it out: this one may be cut off"
)
_OPEN_ENCODING = (
    "# encoding: by {other} more words of the sample would have å, ä or ö. No contract reads {other}: save the file\n"
    '# as UTF-8, and draft anew. Say "windows-1252" only where the texts below read well'
)
_OPEN_MARK = (
    "# decimal_mark: each number with this mark has three digits after it, which may be decimals or thousands. Ask\n"
    "# the provider: say {mark} where they are decimals; no contract reads thousands that are parted by it"
)
_MARKS: tuple[DecimalMark, ...] = (",", ".")
_WORKBOOK_PART = "xl/workbook.xml"
_OPEN_DOCUMENT_PART = "mimetype"


@dataclass(frozen=True)
class Sample:
    """A sample as cells of text, with the line of a contract that says how it is read."""

    table: TextTable
    layout: Layout
    layout_line: str


def read_sample(content: bytes) -> Sample:
    """Tell a sample's layout, and read it by that.

    Raises:
        PersonalDataError: when it seems to hold personal data; names the column or place, never the text.
        DeliveryHeldError: when it is of no layout that a contract can say, or is damaged.
    """
    if not content.startswith(b"PK") or _is_workbook(content):
        return _file(content)
    archive = open_archive(content)
    _refuse_personal_data(("the archive's directory", text) for text in archive.loose_texts)
    if _OPEN_DOCUMENT_PART in archive.names:
        raise DeliveryHeldError(
            "the file is an OpenDocument file (.ods), which no contract reads; ask for .xlsx or CSV"
        )
    if len(archive.names) != 1:
        raise DeliveryHeldError(f"the archive holds {len(archive.names)} files; a contract reads one")
    name = archive.names[0]
    sample = _file(archive.read(name))
    line = f"zip = {{ member = {json.dumps(name, ensure_ascii=False)} }}\n{sample.layout_line}"
    return replace(sample, layout_line=line)


def _is_workbook(content: bytes) -> bool:
    return _WORKBOOK_PART in open_archive(content).names


def _file(content: bytes) -> Sample:
    refuse_old_workbook(content, ".xlsx without a password, or for CSV")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DeliveryHeldError("the file is UTF-16, which no contract reads; ask for UTF-8, or save it as 'CSV UTF-8'")
    if content.removeprefix(_BOM).lstrip()[:1] == b"<":
        raise DeliveryHeldError("the file is a web page or XML and no table; it may be a page that asks to log in")
    if content.startswith(b"PK"):
        if not _is_workbook(content):
            raise DeliveryHeldError("the archive holds another; a contract reads one file in one archive")
        return _xlsx(content)
    if content.removeprefix(_BOM).lstrip()[:1] in {b"{", b"["}:
        return _json(content)
    return _csv(content)


def _csv(content: bytes) -> Sample:
    _refuse_nul(content)
    encoding = _encoding(content)
    refuse_other_kinds(content, encoding)
    other = likelier_than_windows_1252(content) if encoding == "windows-1252" else None
    try:
        text = decode(content, CsvDialect(encoding=encoding, delimiter=";", decimal_mark=","))
    except DeliveryHeldError as error:
        seems = f", and seems to be {other}; save it as UTF-8" if other else "; ask for one of them"
        raise DeliveryHeldError(f"the file is text in neither UTF-8 nor Windows-1252{seems}") from error
    delimiter = delimiter_of(text)
    rows = numbered_rows(text, delimiter)
    mark, may_part_thousands = decimal_mark_of(cell for _, row in rows[1:] for cell in row)
    dialect = CsvDialect(
        encoding=encoding,
        delimiter=delimiter,
        decimal_mark=mark,
        allow_missing_final_newline=not text.endswith("\n"),
    )
    header = rows[0][1] if rows else []
    _refuse_found(blank_csv(content, dialect, header).first)
    _refuse_odd_shape(rows, dialect)
    said = {"encoding": encoding, "delimiter": delimiter, "decimal_mark": mark}
    notes = {"encoding": _OPEN_ENCODING.format(other=other)} if other else {}
    if may_part_thousands:
        notes["decimal_mark"] = _OPEN_MARK.format(mark=json.dumps(mark))
    if dialect.allow_missing_final_newline:
        notes["allow_missing_final_newline"] = _OPEN_END
    return Sample(read_csv(content, dialect, header), dialect, _line("csv", said, notes))


def _refuse_nul(content: bytes) -> None:
    place = content.find(b"\0")
    if place >= 0:
        line = content.count(b"\n", 0, place) + 1
        raise DeliveryHeldError(
            f"line {line}: a NUL byte, which no text has; the file is damaged, or UTF-16 "
            "without a byte order mark. Ask for it again, as UTF-8"
        )


def _refuse_odd_shape(rows: list[tuple[int, list[str]]], dialect: CsvDialect) -> None:
    """Refuse a sample that is cut off within a row, or whose first line does not name the columns below it."""
    if not rows:
        return
    (first, header), (last, last_row) = rows[0], rows[-1]
    width = usual_width([row for _, row in rows])
    if dialect.allow_missing_final_newline and len(last_row) < len(header) == width:
        raise DeliveryHeldError(
            f"line {last}: the sample ends in the middle of a row, so it is cut off; ask for the whole file, or end "
            "the sample after a whole row and its line break"
        )
    where = "A contract's CSV has the names of its columns on its first line, so ask for it like that"
    if len({name.strip() for name in header}) < len(header) or not all(name.strip() for name in header):
        raise DeliveryHeldError(f"line {first}: columns without a name, or two of one name. {where}")
    if len(header) != width:
        raise DeliveryHeldError(
            f"line {first}: fields in this line: {len(header)}, in most rows: {width}, so it may be a title. {where}"
        )
    if width < 2:
        raise DeliveryHeldError(
            f"line {first}: the table has one column, and a contract reads several; ask for one with a semicolon, tab, "
            "vertical bar or comma between its columns"
        )


def _encoding(content: bytes) -> Any:
    if content.startswith(_BOM):
        return "utf-8-sig"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def _json(content: bytes) -> Sample:
    _refuse_personal_data(json_texts(content))
    document = parse_document(content)
    lists = dict(_lists_of_records(document, ""))
    if not lists:
        raise DeliveryHeldError(
            "the document holds no list of records, or none that a contract's path leads to, as a key on the way is "
            "empty or has a point; ask for a list of records"
        )
    path, records = next(iter(lists.items()))
    header = list(dict.fromkeys(key for record in records for key in record))
    texts = (value for record in records for value in record.values() if isinstance(value, str))
    mark, may_part_thousands = decimal_mark_of(texts)
    layout = JsonRecords(path=path, decimal_mark=mark)
    notes = _note_on_others("path", path, [other for other in lists if other != path], "lists of records")
    if may_part_thousands:
        notes["decimal_mark"] = _OPEN_MARK.format(mark=json.dumps(mark))
    line = _line("json", {"path": path, "decimal_mark": mark}, notes)
    return Sample(read_json(content, layout, header, HeaderRule(dispensable=header)), layout, line)


def _lists_of_records(value: Any, path: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            if key and "." not in key:  # a path says neither
                yield from _lists_of_records(item, f"{path}.{key}" if path else key)


def _xlsx(content: bytes) -> Sample:
    _refuse_personal_data(xlsx_texts(content))
    archive = open_archive(content)
    workbook = read_workbook(archive)
    visible = [sheet for sheet in workbook.sheets if sheet.is_of_cells and not sheet.is_hidden]
    for sheet in visible:
        header = _header(_first_rows(workbook, archive.blocks(sheet.part)))
        if header is None:
            continue
        others = [other.name for other in visible if other is not sheet and _has_rows(workbook, archive, other)]
        columns = list(header.texts.values())
        rule = HeaderRule(dispensable=columns)  # which of them are read is not said yet
        layouts = [_sheet_layout(sheet.name, header.number, mark) for mark in _MARKS]
        tables = {layout.decimal_mark: read_xlsx(content, layout, columns, rule) for layout in layouts}
        mark, may_part_thousands = decimal_mark_of(_typed_as_text(tables[","], tables["."]))
        said: dict[str, str | int] = {"sheet": sheet.name, "header_row": header.number, "decimal_mark": mark}
        notes = _note_on_others("sheet", sheet.name, others, "sheets with something in them")
        if may_part_thousands:
            notes["decimal_mark"] = _OPEN_MARK.format(mark=json.dumps(mark))
        layout = next(layout for layout in layouts if layout.decimal_mark == mark)
        return Sample(tables[mark], layout, _line("xlsx", said, notes))
    raise DeliveryHeldError(
        "no visible sheet has a row of column names with rows below it: as many cells as the widest row has, each a "
        "text that no figure begins; ask for a sheet like that"
    )


def _sheet_layout(name: str, header_row: int, mark: DecimalMark) -> XlsxSheet:
    try:
        return XlsxSheet(sheet=name, header_row=header_row, decimal_mark=mark)
    except ValidationError as error:  # other programs than Excel write longer names
        raise DeliveryHeldError(
            f"the column names stand in row {header_row} of a sheet whose name has {len(name)} characters; a contract "
            "reads them down to row 1000, and names of 1 to 31 characters. Ask for a sheet like that"
        ) from error


def _typed_as_text(by_comma: TextTable, by_point: TextTable) -> Iterator[str]:
    """Yield the cells that read alike by both marks: a number takes the one it is read by, a text has its own."""
    for name in by_comma.cells:
        for one, other in zip(by_comma.cells[name], by_point.cells[name], strict=True):
            if one == other:
                yield str(one)


def _has_rows(workbook: Workbook, archive: Archive, sheet: Sheet) -> bool:
    """Tell whether anything stands in a sheet; what cannot be read does, too."""
    try:
        return bool(_first_rows(workbook, archive.blocks(sheet.part)))
    except DeliveryHeldError:
        return True


class _EnoughError(Exception):
    """The first rows have been read."""


def _first_rows(workbook: Workbook, blocks: Iterable[bytes]) -> list[Row]:
    rows: list[Row] = []

    def take(row: Row) -> None:
        rows.append(row)
        if len(rows) >= _HEADER_ROWS:
            raise _EnoughError

    with suppress(_EnoughError):
        SheetCells(workbook, ",", take).read(blocks)
    return rows


def _header(rows: list[Row]) -> Row | None:
    """Return the first row of texts that is as wide as the widest, and has a row below it."""
    widest = max((len(row.texts) for row in rows), default=0)
    for row in rows[:-1]:
        if len(row.texts) == widest > 1 and not any(cell[0].isdecimal() for cell in row.texts.values()):
            return row
    return None


def _line(layout: str, said: dict[str, str | int], notes: dict[str, str]) -> str:
    """Write a layout; of a key with a note only a person can say what belongs there."""
    keys = {**said, **dict.fromkeys(notes, CONFIRM)}
    written = ", ".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items())
    return "\n".join([f"{layout} = {{ {written} }}", *notes.values()])


def _note_on_others(key: str, taken: str, others: list[str], what: str) -> dict[str, str]:
    """Name what else a file holds, as far as names that could be data may be told."""
    if not others:
        return {}
    named = ", ".join(json.dumps(quotable(name), ensure_ascii=False) for name in others)
    chosen = json.dumps(taken, ensure_ascii=False)
    return {key: f"# {key}: the draft is made from {chosen}; other {what}: {named}. Say which"}


def _refuse_personal_data(texts: Iterable[tuple[str | Place, str]]) -> None:
    find = CellFinder()
    _refuse_found(next(((str(place), kind) for place, text in texts if (kind := find(text)) is not None), None))


def _refuse_found(found: tuple[str, str] | None) -> None:
    if found is not None:
        place, kind = found
        raise PersonalDataError(
            f"{place} seems to hold personal data ({kind}); ask the provider for a sample without it"
        )
