"""Rows with personal data are blanked in every layout and dialect; every other row reads as if they were not there."""

import csv
import io
import json
from itertools import product
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill

from methods.blanked_rows import with_blanked_set_aside
from methods.personal_data_scan import CellFinder
from schemas.blanking import Blanking
from schemas.errors import DeliveryHeldError
from schemas.layout import CsvDialect, JsonRecords, XlsxSheet
from schemas.text_table import SetAside, TextTable
from sources.blanking_csv import blank_block, blank_csv
from sources.blanking_json import blank_json
from sources.blanking_xlsx import blank_xlsx
from sources.csv_table import read_csv
from sources.json_table import read_json
from sources.xlsx_table import read_xlsx
from tests.planted import BROKEN, PLANTED, has_trace, texts_in
from tests.workbooks import HEADER, ROWS, edited, rezipped, saved, written

NAMES = ["datum", "typ", "not"]
PERSON = "811218-9876"
DIALECTS = [
    CsvDialect(encoding=encoding, delimiter=delimiter, decimal_mark=",", allow_missing_final_newline=True)
    for encoding, delimiter in product(("utf-8", "utf-8-sig", "windows-1252"), (",", ";", "\t", "|"))
]
WORDS = st.text("abcåäö ÅÄ", max_size=8)
CELLS = st.lists(WORDS | st.text('aå";,\t|\n\r x', max_size=6), min_size=3, max_size=3)
TABLES = st.lists(CELLS, min_size=1, max_size=6)


def as_csv(rows: list[list[str]], dialect: CsvDialect, end: str, *, is_ended: bool, is_quoted: bool = False) -> bytes:
    """Write rows in a dialect."""
    out = io.StringIO(newline="")
    # Alone, Python's writer does not quote a carriage return.
    quoting = csv.QUOTE_ALL if is_quoted or any("\r" in cell for row in rows for cell in row) else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=dialect.delimiter, lineterminator=end, quoting=quoting).writerows([NAMES, *rows])
    text = out.getvalue()
    return (text if is_ended else text.removesuffix(end)).encode(dialect.encoding)


def check_others(original: TextTable, blanking: Blanking, copy: TextTable, planted: str) -> None:
    """The planted row is set aside by its rule, and every other row is as it was, where it was."""
    lines = {cell.line for cell in blanking.cells}
    read = TextTable.of(with_blanked_set_aside([copy.batch()], blanking.cells))
    others = original.cells[~original.cells.index.isin(lines)]
    assert read.cells.to_dict("index") == others.to_dict("index")
    assert {row.line for row in read.set_aside if row.rule == "personal_data"} == lines
    assert [row for row in read.set_aside if row.line not in lines] == [
        row for row in original.set_aside if row.line not in lines
    ]
    assert read.row_count == original.row_count
    assert not has_trace(repr(blanking.cells), planted)


@settings(max_examples=150, deadline=None)
@given(
    rows=TABLES,
    place=st.tuples(st.integers(0, 5), st.integers(0, 2)),
    planted=st.sampled_from(PLANTED + BROKEN),
    around=st.tuples(st.sampled_from(["", "född ", "åt: "]), st.sampled_from(["", ", Tranås", " ok"])),
    dialect=st.sampled_from(DIALECTS),
    end=st.sampled_from(["\n", "\r\n"]),
    is_ended=st.booleans(),
)
def test_p6_a_planted_number_leaves_no_trace_in_any_dialect(
    rows: list[list[str]],
    place: tuple[int, int],
    planted: str,
    around: tuple[str, str],
    dialect: CsvDialect,
    end: str,
    is_ended: bool,
) -> None:
    row, column = place[0] % len(rows), place[1]
    rows[row][column] = f"{around[0]}{planted}{around[1]}"
    content = as_csv(rows, dialect, end, is_ended=is_ended)
    blanking = blank_csv(content, dialect, NAMES)
    assert blanking.elsewhere is None
    assert [cell.column for cell in blanking.cells] == [NAMES[column]]
    assert blanking.row_count == len(rows)
    text = blanking.content.decode(dialect.encoding)
    assert not has_trace(text, planted)
    assert len(list(io.StringIO(text, newline=""))) == len(
        list(io.StringIO(content.decode(dialect.encoding), newline=""))
    )
    assert blank_csv(blanking.content, dialect, NAMES).cells == ()
    assert blank_csv(content, dialect, NAMES) == blanking
    original, copy = (read_csv(each, dialect, NAMES) for each in (content, blanking.content))
    check_others(original, blanking, copy, planted)


@settings(max_examples=100, deadline=None)
@given(rows=TABLES, planted=st.sampled_from(PLANTED + BROKEN), where=st.integers(0, 5), cut=st.integers(0, 6))
def test_p6_blocks_of_rows_give_what_the_whole_gives(rows: list[list[str]], planted: str, where: int, cut: int) -> None:
    dialect = DIALECTS[1]
    rows[where % len(rows)][1] = planted
    whole = as_csv(rows, dialect, "\n", is_ended=True, is_quoted=True)
    before = as_csv(rows[:cut], dialect, "\n", is_ended=True, is_quoted=True).decode()
    first = before[len(as_csv([], dialect, "\n", is_ended=True, is_quoted=True).decode()) :]
    rest = whole.decode()[len(before) :]
    find = CellFinder()
    one = blank_block(first, 2, ";", NAMES, find)
    lines = len(list(io.StringIO(first, newline="")))
    other = blank_block(rest, 2 + lines, ";", NAMES, find)
    blanking = blank_csv(whole, dialect, NAMES)
    assert (
        as_csv([], dialect, "\n", is_ended=True, is_quoted=True).decode() + one.text + other.text
    ).encode() == blanking.content
    assert (*one.cells, *other.cells) == blanking.cells
    assert one.row_count + other.row_count == blanking.row_count


@pytest.mark.parametrize("dialect", [DIALECTS[1]])
def test_p6_csv_that_is_not_in_rows_is_not_blanked(dialect: CsvDialect) -> None:
    header = ";".join(NAMES)
    assert blank_csv(f"{header}\na;b;{PERSON}".encode(), dialect, NAMES).elsewhere is None
    assert blank_csv(f"datum;typ;{PERSON}\na;b;c\n".encode(), dialect, NAMES).elsewhere == (
        "the header",
        "personnummer eller samordningsnummer",
    )
    unreadable = f'{header}\na;"b"c;811218\n-9876 d\n'.encode()
    assert blank_csv(unreadable, dialect, NAMES).elsewhere == ("line 2", "personnummer eller samordningsnummer")
    assert blank_csv(f'{header}\na;"b;c\n'.encode(), dialect, NAMES) == Blanking(f'{header}\na;"b;c\n'.encode())


VALUES = st.none() | st.booleans() | WORDS | st.integers(-9999, 9999) | st.lists(WORDS, max_size=2)
RECORDS = st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES)), min_size=1, max_size=5)


@settings(max_examples=150, deadline=None)
@given(
    records=RECORDS,
    place=st.tuples(st.integers(0, 4), st.sampled_from(NAMES)),
    planted=st.sampled_from(PLANTED + BROKEN),
    path=st.sampled_from(["", "rader", "svar.rader"]),
    depth=st.sampled_from(["text", "list", "object"]),
    is_ascii=st.booleans(),
    indent=st.sampled_from([None, 2]),
)
def test_p6_a_planted_number_leaves_no_trace_in_json(
    records: list[dict[str, Any]],
    place: tuple[int, str],
    planted: str,
    path: str,
    depth: str,
    is_ascii: bool,
    indent: int | None,
) -> None:
    record, name = place[0] % len(records), place[1]
    records[record][name] = {"text": planted, "list": [["x", planted]], "object": {"a": {"b": planted}}}[depth]
    document: Any = records
    for key in reversed(path.split(".") if path else []):
        document = {"före": [1, {"rader": "}]"}], key: document, "antal": 1.50}
    content = json.dumps(document, ensure_ascii=is_ascii, indent=indent).encode()
    layout = JsonRecords(path=path, decimal_mark=",")
    blanking = blank_json(content, layout, NAMES)
    assert blanking.elsewhere is None
    assert [(cell.line, cell.column) for cell in blanking.cells] == [(record + 2, name)]
    assert not has_trace(json.dumps(json.loads(blanking.content), ensure_ascii=False), planted)
    assert blank_json(blanking.content, layout, NAMES).cells == ()
    original, copy = (read_json(each, layout, NAMES) for each in (content, blanking.content))
    check_others(original, blanking, copy, planted)


def test_p6_json_stays_as_written_but_for_the_record() -> None:
    text = f'{{"v": 1.50, "rader": [\n {{"a": 1.0}},  {{"a":"{PERSON}" , "b": 2}},\n"{PERSON}", {{"a": 3e1}}] }}\n'
    blanking = blank_json(text.encode(), JsonRecords(path="rader", decimal_mark=","), ["a"])
    assert blanking.content.decode() == (
        '{"v": 1.50, "rader": [\n {"a": 1.0},  {"a": null, "b": null},\nnull, {"a": 3e1}] }\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        f'{{"om": "{PERSON}", "rader": []}}',
        f'{{"{PERSON}": 1, "rader": []}}',
        f'{{"rader": [{{"{PERSON}": 1}}]}}',
        f'{{"andra": [{{"a": "{PERSON}"}}]}}',
        f'{{"rader": {{"a": "{PERSON}"}}}}',
    ],
)
def test_p6_json_outside_its_records_is_not_blanked(text: str) -> None:
    assert blank_json(text.encode(), JsonRecords(path="rader", decimal_mark=","), ["a"]).elsewhere is not None


@pytest.mark.parametrize(
    "number",
    ["8.112189876e9", "81121898.76e2", "811218987.6E+1", "0.8112189876e10", "8112189876000e-3", "8.1121898760e9",
     "811218987600.0e-2", "46701740.605e3"],
)  # fmt: skip
def test_p6_json_numbers_are_looked_at_with_all_their_digits(number: str) -> None:
    content = f'[{{"a": {number}}}, {{"a": 1.5e3}}, {{"a": 7e400}}, {{"a": 3.25e1}}, {{"a": 1e-99}}]'.encode()
    blanking = blank_json(content, JsonRecords(path="", decimal_mark=","), ["a"])
    assert (blanking.elsewhere, [cell.line for cell in blanking.cells]) == (None, [2])
    assert json.loads(blanking.content)[0] == {"a": None}


def test_p6_json_full_of_persons_is_refused_without_an_address_for_each() -> None:
    blanking = blank_json(
        json.dumps([{"a": PERSON, "b": PERSON}] * 6_000).encode(), JsonRecords(path="", decimal_mark=","), ["a"]
    )
    assert blanking.elsewhere == ("line 2 (record 1), column a", "personnummer eller samordningsnummer")


def test_p6_csv_full_of_persons_is_refused_without_an_address_for_each() -> None:
    rows = 400_000
    blanking = blank_csv(
        b"a;b\n" + f"{PERSON};1\n".encode() * rows, CsvDialect(delimiter=";", encoding="utf-8", decimal_mark=","), ["a"]
    )
    assert blanking.elsewhere == ("line 2, column a", "personnummer eller samordningsnummer")
    assert 10_000 < len(blanking.cells) < rows / 2


SHEET = XlsxSheet(sheet="Blad1", decimal_mark=",")
MORE = [["2024-03-06", "Krogkontroll", 1], ["2024-03-07", "Trafikkontroll", 2]]


def workbooks(planted: str) -> dict[str, bytes]:
    """Write a planted row between others, in the ways in which programs write cells."""
    rows = [HEADER, *ROWS, ["2024-03-05", f"till {planted}", 4], *MORE]
    constant = [HEADER, *ROWS, [planted, planted, 4], *MORE]
    inline = edited(
        written([HEADER, *ROWS, ["2024-03-05", "SÄTTS IN", 4], *MORE]), "xl/sharedStrings.xml", "SÄTTS IN", "Kvar"
    )
    return {
        "shared texts": written(rows),
        "shared by two cells": saved(lambda book: None, constant),
        "inline texts": written(rows, constant_memory=True),
        "inline": edited(
            inline, "xl/worksheets/sheet1.xml", "</sheetData>",
            '<row r="7"><c r="B7" t="inlineStr"><is>'
            f"<r><t>{planted[:3]}</t></r><r><t>{planted[3:]}</t></r></is></c></row></sheetData>",
        ),
    }  # fmt: skip


@pytest.mark.parametrize("planted", ["811218-9876", "46701740605", "namn@example.org", "ABC 12D"])
@pytest.mark.parametrize("kind", ["shared texts", "shared by two cells", "inline texts", "inline"])
def test_p6_a_planted_number_leaves_no_trace_in_a_workbook(kind: str, planted: str) -> None:
    content = workbooks(planted)[kind]
    blanking = blank_xlsx(content, SHEET, HEADER)
    assert blanking.elsewhere is None
    assert {cell.line for cell in blanking.cells} == {7 if kind == "inline" else 4}
    assert "typ" in {cell.column for cell in blanking.cells}
    book = openpyxl.load_workbook(io.BytesIO(blanking.content))
    assert [[cell.value for cell in row] for row in book["Blad1"].iter_rows(min_row=5, max_row=6)] == MORE
    assert blank_xlsx(blanking.content, SHEET, HEADER).cells == ()
    assert blank_xlsx(content, SHEET, HEADER).content == blanking.content
    check_others(
        read_xlsx(content, SHEET, HEADER), blanking, _last(read_xlsx(blanking.content, SHEET, HEADER)), planted
    )
    assert not any(has_trace(text, planted) for text in texts_in("copy", blanking.content).values())


@pytest.mark.parametrize(
    "shown",
    [
        r"000\-000\ 00\ 00",
        r"0##\-###\ ##\ ##",
        "0000000000",
        '"0"000000000',
        r"[<=99999999]0#\-###\ ##\ ##;0##\-###\ ##\ ##",
    ],
)
def test_p6_a_number_without_the_zero_that_the_sheet_shows_is_found(shown: str) -> None:
    def show(book: Any) -> None:
        book["Blad1"]["C4"].number_format = shown

    content = saved(show, [HEADER, *ROWS, ["2024-03-05", "Krogkontroll", 701740605], *MORE])
    blanking = blank_xlsx(content, SHEET, HEADER)
    assert blanking.elsewhere is None
    assert [(cell.line, cell.column) for cell in blanking.cells] == [(4, "antal")]
    assert not any(has_trace(text, "701740605") for text in texts_in("copy", blanking.content).values())


def test_p6_a_number_without_the_zero_that_another_sheet_shows_is_not_blanked() -> None:
    def show(book: Any) -> None:
        book.create_sheet("Blad2").append([701740605])
        book["Blad2"]["A1"].number_format = r"000\-0000000"

    assert blank_xlsx(saved(show), SHEET, HEADER).elsewhere is not None


def _last(table: TextTable) -> TextTable:
    """A blanked row at the end of a sheet is no row to the reader; the receipt's address brings it back."""
    return TextTable(table.cells, [row for row in table.set_aside if row.rule != "blank_row"])


def _formula(book: Any) -> None:
    book["Blad1"]["C4"] = openpyxl.worksheet.formula.ArrayFormula("C4:C5", "=C2:C3")


def with_custom_xml(xml: str) -> bytes:
    """Write a workbook with a part that only other programs read."""
    return rezipped(saved(lambda book: None), lambda _, content: content, {"customXml/item1.xml": xml.encode()})


CUSTOM_XML = [
    "<a><b>811218-9876</b></a>", "<a><p811218-9876/></a>", '<a p811218-9876="1"/>', '<a xmlns="urn:811218-9876"/>',
    '<a xmlns:p811218-9876="urn:a"/>', "<a><ABC123/></a>",
]  # fmt: skip
ROW_OF_ONE = [HEADER, *ROWS, ["2024-03-05", PERSON, 4], *MORE]
UNCERTAIN = {
    "header": saved(lambda book: book["Blad1"].cell(1, 4, PERSON)),
    "another sheet": saved(lambda book: book.create_sheet("Blad2").append([PERSON]), ROW_OF_ONE),
    "document properties": saved(lambda book: setattr(book.properties, "creator", PERSON)),
    "a comment": saved(lambda book: setattr(book["Blad1"]["A2"], "comment", Comment(PERSON, "PÅHITTAD"))),
    "the sheet's name": saved(lambda book: book.create_sheet(PERSON)),
    "a text that no cell shows": edited(
        written(ROW_OF_ONE), "xl/sharedStrings.xml", "</sst>", "<si><t>070-174 06 05</t></si></sst>"
    ),
    "how a text of the row is read aloud": edited(
        written([HEADER, *ROWS]), "xl/sharedStrings.xml", "<t>Krogkontroll</t>",
        f'<t>Krogkontroll</t><rPh sb="0" eb="1"><t>{PERSON}</t></rPh>'
    ),
    "a link to write to": saved(lambda book: setattr(book["Blad1"]["A2"], "hyperlink", "mailto:a.b%40example.org")),
    "a link to call": saved(lambda book: setattr(book["Blad1"]["A2"], "hyperlink", "tel:070%2D174%2006%2005")),
    "a formula of several rows": saved(_formula, ROW_OF_ONE),
    **{f"custom XML: {xml}": with_custom_xml(xml) for xml in CUSTOM_XML},
}  # fmt: skip


@pytest.mark.parametrize("kind", UNCERTAIN)
def test_p6_what_stands_outside_the_rows_of_a_workbook_is_not_blanked(kind: str) -> None:
    assert blank_xlsx(UNCERTAIN[kind], SHEET, HEADER).elsewhere is not None


PAGES = [f"{pages}{place}" for pages in ("odd", "even", "first") for place in ("Header", "Footer")]
PAGE_TEXTS = [
    "&L070-174 06 05", "&C0701740605", "&LSida&R070-1740605", "&CABC123", '&C&"Arial,Bold"&KFF0000070-174 06 05',
    "&R&K01+0240701740605", "&L&10070-1740605", "&CABC&B123", "&C19121212-&I1212",
]  # fmt: skip


def with_page_text(element: str, text: str) -> bytes:
    """Write a workbook whose sheet has a header or footer."""
    pages = f"<headerFooter><{element}>{escape(text)}</{element}></headerFooter>"
    return edited(written([HEADER, *ROWS]), "xl/worksheets/sheet1.xml", "</worksheet>", f"{pages}</worksheet>")


@pytest.mark.parametrize("text", PAGE_TEXTS)
@pytest.mark.parametrize("element", PAGES)
def test_p6_codes_of_a_pages_header_or_footer_hide_nothing(element: str, text: str) -> None:
    assert blank_xlsx(with_page_text(element, text), SHEET, HEADER).elsewhere is not None


@pytest.mark.parametrize("text", ["&LSida &P av &N&C&D &T&R&F", '&C&"Arial,Bold"&12Kontroller 2024-03&R&K000000&A'])
def test_an_ordinary_header_is_no_find(text: str) -> None:
    assert blank_xlsx(with_page_text("oddHeader", text), SHEET, HEADER).elsewhere is None


def _rule_for_whole_rows(book: Any) -> None:
    gold = PatternFill(bgColor="FFC000")
    book["Blad1"].conditional_formatting.add("A2:XFD500 B1", CellIsRule(operator="lessThan", formula=["0"], fill=gold))


ORDINARY = {
    "the gold of Excel's theme": edited(
        saved(lambda book: None), "xl/theme/theme1.xml", '<a:srgbClr val="8064A2"/>', '<a:srgbClr val="FFC000"/>'
    ),
    "a rule for whole rows": saved(_rule_for_whole_rows),
    "properties in custom XML": with_custom_xml(
        '<?xml version="1.0"?><p:properties xmlns:p="http://schemas.microsoft.com/office/2006/metadata/properties" '
        'xmlns:n="a7c9c29b-2c74-4e4c-9e0a-0d0b2c5a7f11"><n:lcf76f155ced4ddcb4097134ff3c332f/></p:properties>'
    ),
    "a rule of a later version for whole rows": edited(
        saved(lambda book: None),
        "xl/worksheets/sheet1.xml",
        "</worksheet>",
        '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><sqref '
        'xmlns="http://schemas.microsoft.com/office/excel/2006/main">A2:XFD500</sqref></ext></extLst></worksheet>',
    ),
    "what a printer is set to": rezipped(
        saved(lambda book: None),
        lambda _, content: content,
        {
            "xl/printerSettings/printerSettings1.bin": "HP Laser".encode("utf-16-le")
            + b"\0\x01Aa@\0\x06\xdc\0\x1db.se\0"
        },
    ),
    "the name of a view": edited(
        saved(lambda book: None),
        "xl/workbook.xml",
        "<calcPr",
        '<definedNames><definedName name="Z_02659636_D28A_482D_B8EF_5E20C5136D5D_.wvu.FilterData" hidden="1">Blad1!$A$1'
        "</definedName></definedNames><calcPr",
    ),
    "a filter of whole rows": saved(lambda book: setattr(book["Blad1"].auto_filter, "ref", "A1:XFD500")),
}


@pytest.mark.parametrize("kind", ORDINARY)
def test_what_a_spreadsheet_program_itself_writes_is_no_find(kind: str) -> None:
    blanking = blank_xlsx(ORDINARY[kind], SHEET, HEADER)
    assert (blanking.elsewhere, blanking.cells) == (None, ())


def test_p6_a_hidden_or_missing_sheet_has_no_rows_to_blank() -> None:
    content = written(ROW_OF_ONE)
    assert blank_xlsx(content, XlsxSheet(sheet="Annat", decimal_mark=","), HEADER).elsewhere is not None


def test_a_blanked_row_is_set_aside_once_for_each_find() -> None:
    row = ";".join([PERSON, "x", "070-174 06 05"])
    dialect = DIALECTS[1]
    blanking = blank_csv(f"{';'.join(NAMES)}\n{row}\n".encode(), dialect, NAMES)
    copy = read_csv(blanking.content, dialect, NAMES)
    table = TextTable.of(with_blanked_set_aside([copy.batch()], blanking.cells))
    assert table.set_aside == [SetAside(2, "datum", "personal_data"), SetAside(2, "not", "personal_data")]
    assert table.row_count == 1


@pytest.mark.parametrize("space", ["\u00a0", "\u00ad", "\u202f", "\u2011"])
def test_p6_no_person_is_kept_of_a_file_in_utf_8_that_the_contract_takes_for_windows_1252(space: str) -> None:
    """Without a letter beyond ASCII nothing else tells; the contract may be mended later, and the copy read by that."""
    dialect = CsvDialect(encoding="windows-1252", delimiter=";", decimal_mark=",")
    content = f"datum;typ;not\n2024-03-04;Kontroll;070{space}174{space}06{space}05\n".encode()
    try:
        kept = blank_csv(content, dialect, NAMES)
    except DeliveryHeldError:
        return
    assert [cell.line for cell in kept.cells] == [2]
    assert b"174" not in kept.content
