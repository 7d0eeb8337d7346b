"""Much text at once: whatever is found cell by cell is in a text that was told to be looked at cell by cell."""

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from methods.encoding_damage import find_encoding_damage
from methods.personal_data import find_in_cell, find_personal_data
from methods.personal_data_scan import CellFinder, ends_inside_quotes, find_in_text, has_strange_quotes, is_suspect
from tests import test_personal_data
from tests.planted import BROKEN, PLANTED


def written(cells: list[str], delimiter: str = ";", quoting: int = csv.QUOTE_MINIMAL) -> str:
    """Write one row."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n", quoting=quoting).writerow(cells)
    return out.getvalue()


def known_texts() -> list[str]:
    """List every text that the tests of single texts know, with and without personal data."""
    found = [*PLANTED, *BROKEN]
    for name, test in vars(test_personal_data).items():
        if name.startswith("test_"):
            for mark in getattr(test, "pytestmark", []):
                if mark.name == "parametrize" and mark.args[0] == "text":
                    found += [getattr(item, "values", (item,))[0] for item in mark.args[1]]
    return found


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_no_known_text_is_missed(delimiter: str) -> None:
    texts = known_texts()
    assert len(texts) > 100
    for text in texts:
        if find_in_cell(text) is not None:
            assert is_suspect(written(["2023-01-15", text, "15/01/2023"], delimiter).encode(), delimiter), text


# Pieces of what is looked for, so that what nearly is, is written often.
PARTS = st.sampled_from([
    "198112189876", "811218-9876", "811218", "-9876", "19", "0", "07", "0701740605", "070-174 06 05", "+46", "0046",
    "46", "(0)", "2024-01-15", "05/03/2024", "15/01/2023", "ABC123", "ABC", "abc", "12D", "123", "a@example.org", "@",
    ".",
    "-", "–", "\u2011", " ", "\u00a0", "\u202f", "\u200b", "\u00ad", "\ufeff", "ö", "é", "²", "½", "٣", "Ａ", "１", ";",
    ":9876", "T9876", "-98 76", "T0830", "070_174_06_05", "070:", "1740605", "_174", "_06", "ring", "sms", "nr", ":",
    ",", "|", "\t", "\r", "\n", "\x1c", "\u2028", "x", "_", "/", "(", ")", "e\u0301", "regnr ", "bil", "1 234", '"',
    "T", "namn @ example.org", "8112189", "876e3", "e9", "E-3",
])  # fmt: skip
TEXTS = st.lists(PARTS | st.text(max_size=4), max_size=10).map("".join)


@settings(max_examples=1500, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=3), st.sampled_from([";", ",", "\t", "|"]))
@example(["x12/05/2024-01-15 70 60 50"], ";")
@example(["2023-01-15+46701740605"], ";")
def test_what_cells_hold_is_never_missed(cells: list[str], delimiter: str) -> None:
    row = written(cells, delimiter)
    if any(find_in_cell(cell) is not None for cell in cells) or find_encoding_damage(row) is not None:
        assert is_suspect(row.encode("utf-8", "replace"), delimiter)


@settings(max_examples=1000, deadline=None)
@given(st.from_regex(r"[+0-9 ()./;,:A-Ca-c_telmobE-]{6,30}", fullmatch=True))
def test_nor_among_digits_and_signs(text: str) -> None:
    if find_in_cell(text) is not None:
        assert is_suspect(written([text]).encode(), ";")


MARKS = st.text(":T_() +-\u2011\u00a0", max_size=2)
MOBILES = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "_", "ring", "Sms", "nr", "telnr", "Mobilnummer"]),
    st.sampled_from(["070", "072", "+46_70"]),
    MARKS,
    st.from_regex(r"[1-9][0-9]{2}[ _\u2011]?[0-9]{2}[ _\u2011]?[0-9]{2}", fullmatch=True),
)
PERSONS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["811218", "19811218", "(811218)", "x811218"]),
    MARKS,
    st.sampled_from(["9876", "98 76", "(9876)", "98\u202f76", "0830"]),
    st.sampled_from(["", "x", ".csv", "_", " 12"]),
)


@st.composite
def exponents(draw: st.DrawFn) -> str:
    """Write a number of a person, or a phone, as programs write what they take for a measure."""
    number = draw(st.sampled_from(["8112189876", "198112189876", "46701740605"]))
    digits = number + "0" * draw(st.integers(0, 4))
    point = draw(st.integers(1, len(digits)))
    mark = draw(st.sampled_from(".,")) if point < len(digits) else ""
    sign = draw(st.sampled_from(["", "+"])) if point <= len(number) else "-"
    exponent = f"{draw(st.sampled_from('eE'))}{sign}{abs(len(number) - point)}"
    before, after = draw(st.sampled_from(["", "-", " ", "till ", "nr:", "("])), draw(st.sampled_from(["", " ", ")"]))
    return f"{before}{digits[:point]}{mark}{digits[point:]}{exponent}{after}"


@settings(max_examples=1000, deadline=None)
@given(exponents(), st.sampled_from([";", ",", "\t", "|"]))
@example("8112189876e0", ";")
def test_nor_by_its_exponent(text: str, delimiter: str) -> None:
    if find_in_cell(text) is not None:
        assert is_suspect(written(["2023-01-15", text, "1"], delimiter).encode(), delimiter)


@settings(max_examples=1000, deadline=None)
@given(MOBILES | PERSONS)
def test_nor_by_its_marks_and_words(text: str) -> None:
    if find_in_cell(text) is not None:
        assert is_suspect(written([text]).encode(), ";")


@settings(max_examples=3000, deadline=None)
@given(TEXTS | exponents() | MOBILES | PERSONS)
@example("Ledig 070-174\ud83d 06 05")
@example("811218\ud83d-9876")
def test_cells_and_texts_hold_what_they_hold_by_the_patterns_alone(text: str) -> None:
    assert CellFinder()(text) == find_in_cell(text)
    assert find_in_text(text) == find_personal_data(text)


def test_no_known_text_holds_anything_else() -> None:
    for text in known_texts():
        for cell in (text, f"vid torget\n {text}\r\nTranås", f"{text[:9]}\n{text[9:]}", f"\x00{text}\t"):
            assert CellFinder()(cell) == find_in_cell(cell), cell
        assert find_in_text(f'1;"{text}";x\r\n') == find_personal_data(f'1;"{text}";x\r\n'), text


def test_ordinary_rows_need_no_second_look() -> None:
    row = written(["P-10000001", "2024-01-15", "0687", "Tranås centrum", "Trafikkontroll", "12", "25–44", "pass 3"])
    assert not is_suspect((row * 3000).encode(), ";")
    instants = written(
        ["P-0000001", "20240115T0830", "Norra", "240115:0830", "18-24", "2024-01-15T08:30:00", "08:30-16"]
    )
    assert not is_suspect((instants * 3000).encode(), ";")
    assert not is_suspect((written(["a", "b"], quoting=csv.QUOTE_ALL) * 9000).encode(), ";")


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_one_row_among_many_is_seen(place: str) -> None:
    row = "P-1;2024-01-15;Trafikkontroll;Tranås centrum;1\n"
    many = row * 3000
    one = "P-2;2024-01-15;ring 070-174 06 05;Tranås centrum;1\n"
    text = {"first": one + many, "middle": many + one + many, "last": many + one}[place]
    assert is_suspect(text.encode(), ";")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.text('a;"\n', max_size=5), min_size=2, max_size=2), max_size=5))
def test_whole_rows_never_end_inside_quotes(rows: list[list[str]]) -> None:
    text = "".join(map(written, rows)).encode()
    assert not ends_inside_quotes(text)
    has_break = any("\n" in cell for row in rows for cell in row)  # no tabs are written here
    assert has_strange_quotes(text, ";") == has_break
