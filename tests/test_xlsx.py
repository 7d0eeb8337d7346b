"""A sheet of a workbook as cells of text; what a sheet can hide or not say is refused with its address."""

import io
import re
import subprocess
import sys
from datetime import date, datetime
from typing import Any

import openpyxl
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from methods.cells import parse_date
from methods.header_diff import HeaderRule
from schemas.errors import DeliveryHeldError, HeaderDriftError
from schemas.layout import XlsxSheet
from schemas.text_table import SetAside, TextTable
from sources.xlsx_process import workbook_reader
from sources.xlsx_rows import SheetRows, Wanted
from sources.xlsx_table import read_xlsx, xlsx_texts
from sources.zip_archive import open_archive
from tests.house import PROJECT
from tests.workbooks import HEADER, ROWS, edited, rezipped, saved, written

SHEET = "xl/worksheets/sheet1.xml"
BOOK = "xl/workbook.xml"
GOOD = written([HEADER, *ROWS])


def read(content: bytes, expected: list[str] = HEADER, rule: HeaderRule = HeaderRule(), **changes: Any) -> TextTable:
    """Read the sheet Blad1 in the process that readers use."""
    layout = XlsxSheet.model_validate({"sheet": "Blad1", "decimal_mark": ",", **changes})
    return read_xlsx(content, layout, expected, rule)


def rows(table: TextTable) -> list[list[str]]:
    """List the cells."""
    return [[str(cell) for cell in row] for row in table.cells.itertuples(index=False)]


def held(content: bytes, **changes: Any) -> str:
    """Return the message with which a workbook is held."""
    with pytest.raises(DeliveryHeldError) as caught:
        read(content, **changes)
    return str(caught.value)


def dated(values: list[tuple[Any, str]], **options: Any) -> bytes:
    """Write values with the number format of each."""
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True, **options}) as book:
        page = book.add_worksheet("Blad1")
        page.write_string(0, 0, "v")
        for row, (value, shown) in enumerate(values, start=1):
            if isinstance(value, date):
                page.write_datetime(row, 0, value, book.add_format({"num_format": shown}))
            else:
                page.write_number(row, 0, value, book.add_format({"num_format": shown}))
    return content.getvalue()


@pytest.mark.parametrize("content", [GOOD, saved(lambda _: None)], ids=["XlsxWriter", "openpyxl"])
def test_a_sheet_is_read_by_name_with_its_rows_numbers(content: bytes) -> None:
    table = read(content)
    assert rows(table) == [["2024-03-04", "Trafikkontroll", "30"], ["2024-03-05", "Krogkontroll", "7"]]
    assert (list(table.cells.index), list(table.cells.columns), table.set_aside) == ([2, 3], HEADER, [])


def test_a_number_is_the_text_that_means_the_same() -> None:
    content = saved(lambda _: None, [["v"], [30.0], [57.6], [0.3], [-2], [1e-3], [123456789012345], ["1,50"]])
    content = edited(content, SHEET, "<v>57.6</v>", "<v>57.600000000000001</v>")
    assert [row[0] for row in rows(read(content, ["v"]))] == [
        "30", "57,6", "0,3", "-2", "0,001", "123456789012345", "1,50",
    ]  # fmt: skip


def test_a_number_shown_with_a_per_cent_sign_says_so() -> None:
    shown = [(0.584, "0.0%"), (0.576, "0%"), (1, "0.00%"), (0.001, "0%;-0%"), (57.6, "0.0"), (57.6, '0.0"%"')]
    assert [row[0] for row in rows(read(dated(shown), ["v"]))] == ["58,4%", "57,6%", "100%", "0,1%", "57,6", "57,6"]


def test_a_number_shown_as_more_per_cent_than_any_share_is_looked_at_as_it_is() -> None:
    content = dated([(198112189876, "0%")])
    with pytest.raises(DeliveryHeldError, match=r"Blad1!A2: .*more than 10 000 per cent"):
        read(content, ["v"])
    assert "198112189876" in [text for _, text in xlsx_texts(content)]


def test_a_number_typed_into_a_cell_of_per_cent_is_looked_at_as_it_is_shown() -> None:
    """Excel keeps a hundredth of it, as it does of any per cent that is typed in."""
    assert "198112189876" in [text for _, text in xlsx_texts(dated([(1981121898.76, "0%")]))]


def test_leading_zeros_are_kept_in_text_and_where_the_sheet_shows_them() -> None:
    assert rows(read(written([["kod"], ["0687"]]), ["kod"])) == [["0687"]]
    assert rows(read(dated([(687, "0000"), (687, "0"), (12345, "0000")]), ["v"])) == [["0687"], ["687"], ["12345"]]


PHONE = 701740605  # 070-174 06 05, a number for fiction
SHOWN = [
    (PHONE, r"000\-000\ 00\ 00", "0701740605"),
    (PHONE, '"tel. "000"-"0000000;[Red]0', "0701740605"),
    (PHONE, '"0"##\\-### ## ##', "0701740605"),
    (PHONE, r"[$-41D]\0000000000.00", "0701740605"),
    (PHONE, r"##0\-000\-000", str(PHONE)),
    (PHONE + 0.5, r"000\-0000000", f"{PHONE}.5"),
    (-PHONE, r"000\-0000000", f"-{PHONE}"),
    (PHONE, r'0" av "0000"st"E+00', str(PHONE)),
]


@pytest.mark.parametrize(("value", "shown", "looked_at"), SHOWN, ids=[shown for _, shown, _ in SHOWN])
def test_a_number_is_looked_at_with_the_zeros_that_the_sheet_shows_and_read_without(
    value: float, shown: str, looked_at: str
) -> None:
    content = dated([(value, shown)])
    assert rows(read(content, ["v"])) == [[str(value).replace(".", ",")]]
    assert [text for address, text in xlsx_texts(content) if address == "Blad1!A2"][-1] == looked_at


DATES = [
    (date(2024, 3, 4), "yyyy-mm-dd", "2024-03-04"),
    (date(1900, 2, 28), "yyyy-mm-dd", "1900-02-28"),
    (date(1900, 3, 1), "yyyy-mm-dd", "1900-03-01"),
    (datetime.fromisoformat("2024-03-04T18:30:00"), "yyyy-mm-dd hh:mm", "2024-03-04T18:30:00"),
    (datetime.fromisoformat("2024-03-04T18:30:00"), "yyyy-mm-dd", "2024-03-04T18:30:00"),
    (datetime.fromisoformat("2024-03-04T00:00:00"), "yyyy-mm-dd hh:mm", "2024-03-04T00:00:00"),
    (datetime.fromisoformat("2024-03-04T23:59:59"), "[$-41D]d mmmm yyyy\\ h:mm", "2024-03-04T23:59:59"),
    (45355, '0 "dagar"', "45355"),
    (45355, "#,##0", "45355"),
    (45355, "[Red]0", "45355"),
]


@pytest.mark.parametrize("is_1904", [False, True])
def test_a_date_reads_in_iso_form_in_both_calendars(is_1904: bool) -> None:
    cases = [case for case in DATES if not (is_1904 and isinstance(case[0], date) and case[0].year < 1904)]
    content = dated([(value, shown) for value, shown, _ in cases], date_1904=is_1904)
    assert [row[0] for row in rows(read(content, ["v"]))] == [text for *_, text in cases]


@pytest.mark.parametrize("serial", [60, 0, 2_958_466, -1], ids=["29 February 1900", "0", "year 10000", "negative"])
def test_a_date_that_never_was_is_refused(serial: int) -> None:
    assert "Blad1!A2: the cell holds a number shown as a date that is none" in held(
        dated([(serial, "yyyy-mm-dd")]), expected=["v"]
    )


LAST_DAYS = [(2_958_465, False), (2_957_003, True)]


@pytest.mark.parametrize(("serial", "is_1904"), LAST_DAYS, ids=["1900", "1904"])
def test_the_last_day_is_a_date_and_the_next_is_none_in_both_calendars(serial: int, is_1904: bool) -> None:
    content = dated([(serial, "yyyy-mm-dd"), (serial + 0.5, "yyyy-mm-dd hh:mm")], date_1904=is_1904)
    assert rows(read(content, ["v"])) == [["9999-12-31"], ["9999-12-31T12:00:00"]]
    for beyond in (serial + 1, serial + 0.999999999, 1e300):
        assert "Blad1!A2: the cell holds a number shown as a date that is none" in held(
            dated([(beyond, "yyyy-mm-dd")], date_1904=is_1904), expected=["v"]
        )


WRITTEN_OUT = [
    ("2024-01-31T23:30:00Z", "2024-01-31T23:30:00Z"),
    ("2024-01-31T23:30:00.000Z", "2024-01-31T23:30:00Z"),
    ("2024-01-31T23:30:00", "2024-01-31T23:30:00"),
    ("2024-01-31T23:30:00.250", "2024-01-31T23:30:00.250"),
    ("2024-01-31T00:00:00Z", "2024-01-31"),
    ("2024-01-31T00:00:00.000Z", "2024-01-31"),
    ("2024-01-31T00:00:00", "2024-01-31"),
    ("2024-01-31", "2024-01-31"),
    ("Z", "Z"),
    ("T00:00:00", "T00:00:00"),
    ("23:30:00.000Z", "23:30:00.000Z"),
]


@pytest.mark.parametrize(("written_out", "text"), WRITTEN_OUT, ids=[case for case, _ in WRITTEN_OUT])
def test_a_date_written_out_keeps_what_it_says_of_its_clock(written_out: str, text: str) -> None:
    content = edited(GOOD, SHEET, '<c r="C2"><v>30</v>', f'<c r="C2" t="d"><v>{written_out}</v>')
    assert rows(read(content))[0][2] == text


def test_an_instant_written_out_is_the_swedish_day_or_set_aside() -> None:
    content = edited(GOOD, SHEET, '<c r="C2"><v>30</v>', '<c r="C2" t="d"><v>2024-01-31T23:30:00.000Z</v>')
    text = rows(read(content))[0][2]
    assert parse_date(text, "YYYY-MM-DDThh:mmZ") == date(2024, 2, 1)
    assert parse_date(text, "YYYY-MM-DDThh:mm") == "not_a_date"


def test_the_header_may_stand_lower_and_further_in() -> None:
    content = written([["Rapport 2024"], [None, *HEADER], *([None, *row] for row in ROWS)])
    table = read(content, header_row=2)
    assert (rows(table)[1], list(table.cells.index)) == (["2024-03-05", "Krogkontroll", "7"], [3, 4])


def test_years_across_are_columns_by_their_text() -> None:
    content = written([["Antal per år"], ["uppgift", 2022, 2023], ["Kontroller", 4, 5]])
    table = read(content, ["uppgift", "2023"], HeaderRule(ignores_added=True), header_row=2)
    assert rows(table) == [["Kontroller", "5"]]


def test_a_renamed_column_holds_the_file_with_its_row() -> None:
    with pytest.raises(HeaderDriftError, match=r"line 2: .*1 missing \(antal\).*perhaps renamed") as caught:
        read(written([["Titel"], ["datum", "typ", "antal st"], *ROWS]), header_row=2)
    assert caught.value.header == ["datum", "typ", "antal st"]


def test_an_empty_sheet_has_no_columns() -> None:
    with pytest.raises(HeaderDriftError, match="3 missing"):
        read(written([]))


def test_rows_of_another_shape_are_set_aside_by_row() -> None:
    table = read(written([HEADER, ROWS[0], [None, None, None], ROWS[1], ["a", "b", 1, "mer"], ["a", "b", True], [" "]]))
    assert rows(table) == [[str(cell) for cell in row] for row in ROWS]
    assert table.set_aside == [
        SetAside(3, "", "blank_row"), SetAside(5, "", "extra_field"), SetAside(6, "antal", "truth_value"),
    ]  # fmt: skip


def test_a_truth_value_in_a_column_that_is_not_read_is_no_fault_of_the_row() -> None:
    table = read(
        written([[*HEADER, "klar"], *([*row, True] for row in ROWS)]),
        [*HEADER, "klar"],
        HeaderRule(dispensable=["klar"]),
    )
    assert table.set_aside == []
    assert rows(table) == [[*(str(cell) for cell in row), ""] for row in ROWS]


def test_a_missing_cell_is_blank_and_never_shifts_the_row() -> None:
    assert rows(read(written([HEADER, ["2024-03-04", None, 3]]))) == [["2024-03-04", "", "3"]]


def formula(text: str) -> Any:
    """Return a change that puts a formula in C3."""

    def change(book: openpyxl.Workbook) -> None:
        book.worksheets[0]["C3"] = text

    return change


def without_recalculation(content: bytes) -> bytes:
    """Take out the mark that says that values are still to be computed."""
    return edited(content, BOOK, 'fullCalcOnLoad="1"', "")


UNCOMPUTED = saved(formula("=1+1"))
VALUE_LESS = without_recalculation(UNCOMPUTED)
COMPUTED = edited(VALUE_LESS, SHEET, "<f>1+1</f><v />", "<f>1+1</f><v>2</v>")


def merge(cells: str) -> bytes:
    """Return a workbook with merged cells."""
    return saved(lambda book: book.worksheets[0].merge_cells(cells))


REFUSED = {
    "R12 a formula without a value": (VALUE_LESS, "Blad1!C3: .*formula whose value has not been computed"),
    "R12 a value that is still to be computed": (
        edited(UNCOMPUTED, SHEET, "<f>1+1</f><v />", "<f>1+1</f><v>0</v>"), "Blad1!C3: .*has not been computed"
    ),
    "R12 an error cell": (saved(formula("#REF!")), r"Blad1!C3: the cell holds an error"),
    "R12 an error that a formula gave": (
        edited(COMPUTED, SHEET, '<c r="C3"><f>1+1</f><v>2</v>', '<c r="C3" t="e"><f>1+1</f><v>#DIV/0!</v>'),
        "Blad1!C3: the cell holds an error",
    ),
    "R12 merged data cells": (merge("A2:A3"), "Blad1!A2:A3: merged cells where rows are read"),
    "R12 merged header cells": (merge("B1:C1"), "Blad1!B1:C1: merged|1 missing"),
    "R12 a hidden sheet": (
        edited(GOOD, BOOK, '<sheet name="Blad1"', '<sheet state="hidden" name="Blad1"'), "sheet 'Blad1' is hidden"
    ),
    "R12 a very hidden sheet": (
        edited(GOOD, BOOK, '<sheet name="Blad1"', '<sheet state="veryHidden" name="Blad1"'), "sheet 'Blad1' is hidden"
    ),
    "R7 text once read by the wrong encoding": (written([HEADER, ["2024", "Tran\u00c3\u00a5s", 1]]), "Blad1!B2: "),
    "R7 a replacement character": (written([HEADER, ["2024", "Tran\ufffds", 1]]), "Blad1!B2: .*wrong encoding"),
    "a sheet by another name": (written([HEADER], sheet="Blad 1"), "no sheet 'Blad1' .* nearest name is 'Blad 1'"),
    "far rows below blank ones": (written([HEADER, ROWS[0], *([[]] * 1500), ROWS[1]]), "Blad1!A3: more than 1000"),
    "R1 cut off": (GOOD[:-30], "archive is damaged or cut off"),
    "R1 a part cut off": (edited(GOOD, SHEET, "</sheetData>", ""), "a part of it is no XML"),
    "rows out of order": (edited(GOOD, SHEET, '<row r="3"', '<row r="2"'), "rows are not in order"),
    "cells out of order": (edited(GOOD, SHEET, 'r="B3"', 'r="A3"'), "cells of row 3 are not in order"),
    "a cell of another row": (edited(GOOD, SHEET, 'r="B3"', 'r="B2"'), "row 3 has a cell of another row"),
    "a text that is missing": (
        edited(GOOD, SHEET, '<c r="B3" t="s"><v>6</v>', '<c r="B3" t="s"><v>99</v>'), "row 3 has a cell whose text is"
    ),
    "a part that is missing": (edited(GOOD, BOOK, 'r:id="rId1"', 'r:id="rId9"'), "a part of it is missing"),
    "a second value": (edited(GOOD, SHEET, "<v>30</v>", "<v>1</v><v>2</v>"), "cell C2 has two values"),
    "a value and a text": (edited(GOOD, SHEET, "<v>30</v>", "<v>5</v><is><t>7</t></is>"), "cell C2 has two values"),
    "a text that is a number": (edited(GOOD, SHEET, "<v>30</v>", "<is><t>30</t></is>"), "one of another kind"),
    "a value in two": (edited(GOOD, SHEET, "<v>30</v>", "<v>3<x/>0</v>"), "cell C2 has something else than text"),
    "a shared text in two": (
        edited(GOOD, "xl/sharedStrings.xml", "<t>Krogkontroll", "<t>Krog<x/>kontroll"),
        "a shared text has something else",
    ),
    "a part in an unknown encoding": (edited(GOOD, BOOK, '"UTF-8"', '"qTF-8"'), "an unknown encoding"),
    "a part in an encoding of several bytes": (
        edited(GOOD, BOOK, 'encoding="UTF-8"', 'encoding="shift_jis"'), "an unknown encoding"
    ),
    "a number that is none": (edited(GOOD, SHEET, "<v>30</v>", "<v>3_0</v>"), "Blad1!C2: .*cannot be read"),
    "a document type": (
        edited(GOOD, SHEET, "<worksheet", '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet'), "holds a document type"
    ),
    "another kind of file": (rezipped(GOOD, lambda name, part: b"<a/>" if name == "_rels/.rels" else part), "no Excel"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_a_sheet_does_not_say_is_refused_with_its_address(content: bytes, message: str) -> None:
    said = held(content)
    assert re.search(message, said), said
    assert "Tran" not in said


def test_a_computed_formula_is_its_value() -> None:
    assert rows(read(COMPUTED))[1] == ["2024-03-05", "Krogkontroll", "2"]


def test_what_is_wrong_where_nothing_is_read_does_not_matter() -> None:
    content = saved(formula("#REF!"))
    assert rows(read(content, ["datum", "typ"], HeaderRule(ignores_added=True)))[1] == ["2024-03-05", "Krogkontroll"]
    titled = saved(lambda book: book.worksheets[0].merge_cells("A1:C1"), [["Rapport"], HEADER, *ROWS])
    assert len(rows(read(titled, header_row=2))) == 2


def test_formatted_text_is_one_text_and_its_reading_guide_none() -> None:
    runs = '<is><r><t>Trafik</t></r><r><t xml:space="preserve"> kontroll</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is>'
    content = edited(GOOD, SHEET, '<c r="B3" t="s"><v>6</v>', f'<c r="B3" t="inlineStr">{runs}')
    assert rows(read(content))[1][1] == "Trafik kontroll"


# --- R11: what a workbook can do to the one who reads it

ZEROS = b"<x>" + b" " * (320 * 1024**2) + b"</x>"


def test_the_process_that_reads_imports_no_pandas() -> None:
    code = "import sys, sources.xlsx_child; print('pandas' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


def test_r11_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = rezipped(GOOD, lambda name, part: ZEROS if name == SHEET else part)
    assert len(bomb) < 400_000
    assert "as only a bomb does" in held(bomb)


def test_r11_a_member_that_says_a_smaller_size_is_damaged() -> None:
    size = open_archive(GOOD).files.getinfo(SHEET).file_size
    lying = GOOD.replace(size.to_bytes(4, "little"), (size - 40).to_bytes(4, "little"))
    assert lying != GOOD
    assert "damaged" in held(lying)


@pytest.mark.parametrize(
    "limits",
    [pytest.param({"memory": 300 * 1024**2}, id="memory"), pytest.param({"seconds": 1}, id="time")],
)
def test_r11_a_workbook_that_needs_too_much_is_refused_and_we_live(limits: dict[str, int]) -> None:
    rows_of_it = [["v"], *([f"{number:030d}"] for number in range(300_000))]
    content = written(rows_of_it, constant_memory=False)
    request = {
        "sheet": {"sheet": "Blad1", "header_row": 1, "decimal_mark": ","},
        "expected": ["v"],
        "rule": {"ignores_added": False, "dispensable": [], "accepted": None, "line": 1},
    }
    with (
        pytest.raises(DeliveryHeldError, match="could not be read within"),
        workbook_reader(content, request, **limits) as reader,
    ):
        list(reader.batches())
    assert rows(read(GOOD))[0][2] == "30"


# --- any table reads back, and a damaged one is never something else


def read_here(content: bytes, expected: list[str]) -> list[list[str]]:
    """Read in this process, so that many can be."""
    batches: list[pyarrow.RecordBatch] = []
    layout = XlsxSheet(sheet="Blad1", decimal_mark=",")
    reader = SheetRows(Wanted(layout, expected, HeaderRule()), lambda _: None, batches.append)
    reader.read(open_archive(content))
    table = pyarrow.Table.from_batches(batches)
    columns = [table.column(place).to_pylist() for place in range(2, table.num_columns)]
    return [[str(cell) for cell in row[1:]] for row in zip(*columns, strict=True) if row[0] is None]


# Not U+FFFD and the like, and none that XML has to normalise.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\ufeff\ufffd\ufffe\uffffÃâ"), max_size=9
)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(TEXTS, min_size=width, max_size=width), min_size=1, max_size=6)
)


@settings(max_examples=80, deadline=None)
@given(TABLES)
def test_any_table_of_text_reads_back_as_written(cells: list[list[str]]) -> None:
    header = [f"column {number}" for number in range(len(cells[0]))]
    wanted = [row for row in cells if any(cell.strip() for cell in row)]
    assert read_here(written([header, *cells]), header) == wanted


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.integers(-(10**15) + 1, 10**15 - 1) | st.floats(-1e9, 1e9).map(lambda x: round(x, 6)), min_size=1, max_size=8
    )
)
def test_any_number_reads_back_as_the_same_number(numbers: list[float]) -> None:
    texts = [row[0] for row in read_here(saved(lambda _: None, [["v"], *([number] for number in numbers)]), ["v"])]
    assert [float(text.replace(",", ".")) for text in texts] == numbers


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_damaged_byte_never_reads_as_something_else(position: int, change: int) -> None:
    damaged = bytearray(GOOD)
    damaged[position] ^= change
    try:
        found = read_here(bytes(damaged), HEADER)
    except DeliveryHeldError:
        return
    assert found == [[str(cell) for cell in row] for row in ROWS]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512), "an old workbook .* or one with a password"),
        (b"datum;antal\n", "the file is no workbook"),
    ],
)
def test_what_is_no_archive_is_told_as_what_it_is(content: bytes, said: str) -> None:
    with pytest.raises(DeliveryHeldError, match=said):
        list(xlsx_texts(content))
