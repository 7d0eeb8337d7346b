"""CSV bytes by a declared dialect: cells of text with their lines, or the file held with line and reason."""

import csv
import io
from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import DeliveryHeldError
from schemas.layout import CsvDialect
from schemas.text_table import SetAside, TextTable
from sources.csv_places import CsvPlaces
from sources.csv_rows import PIECE_BYTES
from sources.csv_table import csv_batches, csv_rows_on, read_csv
from sources.csv_text import BLOCK_BYTES, FIELD_LENGTH_MAX, decode

HEADER = ["datum", "plats", "antal"]


def dialect(**changes: Any) -> CsvDialect:
    """Return a dialect as Swedish exports have it, but for what is changed."""
    return CsvDialect.model_validate({"encoding": "utf-8", "delimiter": ";", "decimal_mark": ",", **changes})


def read(text: str, expected: list[str] = HEADER, **changes: Any) -> TextTable:
    """Read a text, encoded as the dialect says."""
    declared = dialect(**changes)
    return read_csv(text.encode(declared.encoding), declared, expected)


def rows(table: TextTable) -> list[list[str]]:
    """List the cells."""
    return [[str(cell) for cell in row] for row in table.cells.itertuples(index=False)]


def held(content: bytes, expected: list[str] = HEADER, **changes: Any) -> str:
    """Return the message with which a file is held."""
    with pytest.raises(DeliveryHeldError) as caught:
        read_csv(content, dialect(**changes), expected)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
def test_every_declared_encoding_reads_swedish(encoding: str) -> None:
    table = read("datum;plats;antal\n2024-01-15;Tranås Östra ä;1\n", encoding=encoding)
    assert rows(table) == [["2024-01-15", "Tranås Östra ä", "1"]]
    assert list(table.cells.columns) == HEADER
    assert list(table.cells.index) == [2]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_both_line_ends(newline: str) -> None:
    table = read(newline.join(["datum;plats;antal", "a;b;1", "c;d;2", ""]))
    assert (rows(table), list(table.cells.index)) == ([["a", "b", "1"], ["c", "d", "2"]], [2, 3])


def test_columns_may_come_in_any_order() -> None:
    table = read("antal;datum;plats\n1;a;b\n")
    assert table.cells.iloc[0].to_dict() == {"antal": "1", "datum": "a", "plats": "b"}


def test_cells_stay_text() -> None:
    table = read('datum;plats;antal\n0114;no;1,50\nNaN;NULL;""\n')
    assert rows(table) == [["0114", "no", "1,50"], ["NaN", "NULL", ""]]


WRONG_ENCODINGS = {
    "windows-1252 declared as UTF-8": ("datum;plats;antal\n1;Tranås;1\n".encode("windows-1252"), "utf-8", 2, 24),
    "UTF-16 declared as UTF-8": ("datum;plats;antal\n".encode("utf-16"), "utf-8", 1, 0),
    "a byte that windows-1252 has not": (b"datum;plats;antal\n1;b;1\n1;\x81;1\n", "windows-1252", 3, 26),
    "UTF-8 declared as windows-1252": ("datum;plats;antal\n1;Tranås;1\n".encode(), "windows-1252", 2, 24),
    "UTF-8 taken for windows-1252 before it was sent": (
        "datum;plats;antal\n1;Tran\u00c3\u00a5s;1\n".encode(), "utf-8", 2, 24,
    ),
    "a byte order mark": ("\ufeffdatum;plats;antal\n1;b;1\n".encode(), "utf-8", 1, 0),
    "a second byte order mark": ("\ufeff\ufeffdatum;plats;antal\n1;b;1\n".encode(), "utf-8-sig", 1, 3),
    "a byte order mark inside": ("datum;plats;antal\n1;b\ufeff;1\n".encode(), "utf-8", 2, 21),
    "a replacement character": ("datum;plats;antal\n1;Tran\ufffds;1\n".encode(), "utf-8", 2, 24),
}  # fmt: skip


@pytest.mark.parametrize(("content", "encoding", "line", "byte"), WRONG_ENCODINGS.values(), ids=WRONG_ENCODINGS.keys())
def test_a_wrong_encoding_holds_the_file_and_names_line_and_byte(
    content: bytes, encoding: str, line: int, byte: int
) -> None:
    message = held(content, encoding=encoding)
    assert f"line {line}" in message
    assert f"byte {byte}" in message
    assert "Tran" not in message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
@pytest.mark.parametrize("written", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_told_whatever_the_contract_says(encoding: str, written: str) -> None:
    message = held("datum;plats;antal\n1;Tranås;1\n".encode(written), encoding=encoding)
    assert "line 1, byte 0: the file seems to be UTF-16, which no contract reads; ask for" in message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
def test_an_old_workbook_is_told_whatever_the_contract_says(encoding: str) -> None:
    message = held(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504) + b"\n", encoding=encoding)
    assert message == (
        "the file is an old workbook (.xls) or one with a password, which no contract reads; ask for CSV"
    )


def test_a_file_of_zeros_is_not_taken_for_utf_16() -> None:
    assert "UTF-16" not in held(b"\0" * 64 + b"\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
def test_the_start_mark_of_utf_8_is_read_only_where_declared(encoding: str) -> None:
    content = b"\xef\xbb\xbfdatum;plats;antal\n1;b;1\n"
    if encoding == "utf-8-sig":
        assert rows(read_csv(content, dialect(encoding=encoding), HEADER)) == [["1", "b", "1"]]
    else:
        assert "line 1" in held(content, encoding=encoding)


@pytest.mark.parametrize("content", [b"", b"\n", b"  \r\n\n"])
def test_an_empty_file_is_never_zero(content: bytes) -> None:
    assert "empty" in held(content)


def test_a_header_alone_has_no_rows() -> None:
    table = read("datum;plats;antal\n")
    assert (table.row_count, list(table.cells.columns)) == (0, HEADER)


def test_a_file_without_a_final_newline_may_be_cut_off() -> None:
    message = held(b"datum;plats;antal\n1;b;22\n1;b;2")
    assert "line 3" in message
    assert "allow_missing_final_newline" in message


def test_a_contract_may_allow_no_final_newline() -> None:
    table = read("datum;plats;antal\n1;b;22", allow_missing_final_newline=True)
    assert rows(table) == [["1", "b", "22"]]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        pytest.param(b'datum;plats;antal\n1;b;1\n1;"b;1\n2;c;1\n', 3, id="never closed"),
        pytest.param(b'datum;plats;antal\n1;"b', 2, id="cut inside quotes"),
        pytest.param(b'datum;plats;antal\n1;"b"c;1\n', 2, id="text after the quotes"),
    ],
)
@pytest.mark.parametrize("allow", [True, False])
def test_broken_quotes_hold_the_file_with_a_line(content: bytes, line: int, allow: bool) -> None:
    assert f"line {line}" in held(content, allow_missing_final_newline=allow)


def test_a_row_of_another_shape_is_set_aside_with_its_line() -> None:
    table = read("datum;plats;antal\n1;b;1\n2;b\n3;b;1;x\n4;b;1\n5\n")
    assert rows(table) == [["1", "b", "1"], ["4", "b", "1"]]
    assert list(table.cells.index) == [2, 5]
    assert table.set_aside == [
        SetAside(3, "", "missing_field"), SetAside(4, "", "extra_field"), SetAside(6, "", "missing_field"),
    ]  # fmt: skip
    assert table.row_count == 5


@pytest.mark.parametrize("before", ["1;b;1\n", '1;"b";1\n'], ids=["plain", "quoted"])
def test_a_row_of_nothing_is_blank_whatever_its_width(before: str) -> None:
    """A spreadsheet leaves such rows, and not always with as many delimiters."""
    table = read(f"datum;plats;antal\n{before};\n ; ;;;\n;;x;\n;;\n4;b;1\n")
    assert table.set_aside == [
        SetAside(3, "", "blank_row"),
        SetAside(4, "", "blank_row"),
        SetAside(5, "", "extra_field"),
    ]
    assert list(table.cells.index) == [2, 6, 7]


def test_a_newline_in_quotes_keeps_the_lines_of_later_rows() -> None:
    table = read('datum;plats;antal\n1;"a\nb\nc";1\n2;b\n3;"a\r\nb";1\n4;b;1\n')
    assert rows(table) == [["1", "a\nb\nc", "1"], ["3", "a\r\nb", "1"], ["4", "b", "1"]]
    assert list(table.cells.index) == [2, 6, 8]
    assert table.set_aside == [SetAside(5, "", "missing_field")]


def test_a_blank_line_keeps_the_lines_of_later_rows() -> None:
    table = read("datum;plats;antal\n1;b;1\n\n2;b;1\n")
    assert list(table.cells.index) == [2, 4]


HEADERS = {
    "renamed": ("datum;ort;antal", ["1 missing (plats)", "1 not in the contract"]),
    "removed": ("datum;antal", ["1 missing (plats)"]),
    "added": ("datum;plats;antal;anteckning", ["1 not in the contract"]),
    "twice": ("datum;plats;antal;antal", ["1 twice"]),
    "other letters": ("Datum;plats;antal", ["1 missing (datum)", "1 not in the contract"]),
    "space": (
        "datum; plats;antal",
        ["1 missing (plats)", "1 with spaces or line breaks at the ends of its name (plats)"],
    ),
    "another delimiter": ("datum,plats,antal", ["3 missing (datum, plats, antal)", "1 not in the contract"]),
}


@pytest.mark.parametrize(("header", "parts"), HEADERS.values(), ids=HEADERS.keys())
def test_other_columns_hold_the_file_with_what_differs(header: str, parts: list[str]) -> None:
    message = held(f"{header}\n1;b;1\n".encode())
    assert "line 1" in message
    for part in parts:
        assert part in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("\ufeffdatum;plats;antal\n1;b;1\n".encode(), 'set encoding = "utf-8-sig" in the contract'),
        (b"datum;plats;antal\r1;Logga;1\r", "lines end by a carriage return alone; ask for the file with CRLF or LF"),
        (b"sep=;\r\ndatum;plats;antal\r\n1;b;1\r\n", "ask for the file without that line"),
        (b"PK\x03\x04Logga\n", "is a workbook or another ZIP archive and no CSV"),
        (b"%PDF-1.7\n1 0 obj\n", "is a PDF and no CSV; ask for CSV, or key its figures into a file"),
        (b"\n<!DOCTYPE html><html><body>Logga in</body></html>\n", "is a web page and no CSV"),
        (b"<HTML>Logga in</HTML>", "is a web page and no CSV"),
    ],
)
def test_what_is_no_csv_of_the_contract_is_told_as_what_it_is(content: bytes, said: str) -> None:
    message = held(content)
    assert said in message
    assert "Logga" not in message
    assert "again" not in message


@pytest.mark.parametrize(("text_length", "is_read"), [(200, True), (20, False)])
def test_a_few_control_characters_in_a_text_are_no_packed_file(text_length: int, is_read: bool) -> None:
    cell = "\x0b" * 5 + "x" * text_length
    with nullcontext() if is_read else pytest.raises(DeliveryHeldError, match="packed or encrypted"):
        assert rows(read(f"datum;plats;antal\n1;{cell};1\n")) == [["1", cell, "1"]]


def test_a_header_in_the_file_is_counted_not_quoted() -> None:
    """It could be data: a file without its header has a row there."""
    message = held("2024-01-15;Tranås;811218-9876\n".encode())
    assert "811218" not in message
    assert "Tranås" not in message


def test_a_field_over_64_kb_holds_the_file() -> None:
    content = f"datum;plats;antal\n1;b;1\n1;{'x' * (FIELD_LENGTH_MAX + 1)};1\n".encode()
    assert "line 3" in held(content)


def test_a_field_of_64_kb_is_read() -> None:
    text = "x" * FIELD_LENGTH_MAX
    assert rows(read(f"datum;plats;antal\n1;{text};1\n")) == [["1", text, "1"]]


def test_decoding_changes_nothing() -> None:
    assert decode("a\r\nå;\tö\n".encode(), dialect()) == "a\r\nå;\tö\n"


# Text that windows-1252 can hold, without what double encoding looks like.
CELL = st.text("abcåäöÅÄÖ €;,\t|\"'\n\r=-0123456789\u00a0", max_size=8)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=0, max_size=6).map(
        lambda cells: (width, cells)
    )
)


@settings(max_examples=150, deadline=None)
@given(
    TABLES,
    st.sampled_from(["utf-8", "utf-8-sig", "windows-1252"]),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_table_reads_back_as_written(
    table: tuple[int, list[list[str]]], encoding: str, delimiter: str, newline: str
) -> None:
    width, cells = table
    header = [f"column {number}" for number in range(width)]
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_ALL)
    writer.writerows([header, *cells])
    found = read(written.getvalue(), header, encoding=encoding, delimiter=delimiter)
    assert rows(found) == cells
    assert found.set_aside == []
    assert found.cells.index.is_monotonic_increasing


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.text('ab;"\nå', max_size=6), min_size=2, max_size=2), max_size=6))
def test_each_row_has_the_line_it_starts_on(cells: list[list[str]]) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\n")
    starts = []
    writer.writerow(["a", "b"])
    for row in cells:
        starts.append(written.getvalue().count("\n") + 1)
        writer.writerow(row)
    assert list(read(written.getvalue(), ["a", "b"]).cells.index) == starts


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60) | st.text('dantumplsi;\n"å1', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_held(content: bytes) -> None:
    try:
        table = read_csv(b"datum;plats;antal\n" + content, dialect(), HEADER)
    except DeliveryHeldError:
        return
    assert list(table.cells.columns) == HEADER


# Whatever a file may hold, good or bad; in pieces and blocks so small that rows go on over their borders.
BODIES = st.lists(
    st.sampled_from(
        ["1;b;2\n", '"1";"b;""c";"2"\r\n', '1;"b\nc";2\n', "1;b\n", "1;b;2;3\n", "\n", "\r", '"', "ö;â;–\n", "Ã",
         "å\x00;;\n", ";;\n", 'a"b;c;d\n', "\ufeff", "1;b;2", "â€", '"";"";""\n', " ;\u2028;\x85\n", "1;b;2\r\n"]
    ) | st.text('ab;"\n\rå', max_size=6),
    max_size=14,
).map("".join)  # fmt: skip


def in_blocks(content: bytes, declared: CsvDialect, block_bytes: int) -> TextTable:
    """Read bytes in blocks of a size."""
    return TextTable.of(csv_batches(io.BytesIO(content), declared, HEADER, block_bytes=block_bytes))


def outcome(content: bytes, declared: CsvDialect, block_bytes: int) -> object:
    """Return all that reading gives, or the message with which the file is held."""
    try:
        table = in_blocks(content, declared, block_bytes)
    except DeliveryHeldError as error:
        return str(error)
    return rows(table), list(table.cells.index), table.set_aside


def strictly(content: bytes, declared: CsvDialect) -> object:
    """Return what the csv module reads, row by row, after the same look at encoding and end of the file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sources.csv_rows._is_simple", lambda _content: False)
        patch.setattr("sources.csv_rows._PLAIN_COLUMNS_MAX", 0)
        return outcome(content, declared, BLOCK_BYTES)


@settings(max_examples=600, deadline=None)
@given(BODIES, st.sampled_from(["utf-8", "utf-8-sig"]), st.booleans(), st.integers(1, 40))
def test_both_ways_of_reading_read_the_same(body: str, encoding: str, allow: bool, piece: int) -> None:
    content = f"datum;plats;antal\n{body}".encode()
    declared = dialect(encoding=encoding, allow_missing_final_newline=allow)
    strict = strictly(content, declared)
    for piece_bytes in (PIECE_BYTES, piece):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sources.csv_rows.PIECE_BYTES", piece_bytes)
            found = outcome(content, declared, BLOCK_BYTES)
        # Of two faults in a file either may be told.
        assert isinstance(found, str) if isinstance(strict, str) else found == strict


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(["1;b;2", "å;;", "1;b", "1;b;2;3", "", ";;", " ;x; "]), max_size=12), st.booleans())
def test_lines_without_quotes_read_as_strictly(lines: list[str], is_dos: bool) -> None:
    content = ("\r\n" if is_dos else "\n").join(["datum;plats;antal", *lines, ""]).encode()
    assert outcome(content, dialect(), BLOCK_BYTES) == strictly(content, dialect())


@settings(max_examples=400, deadline=None)
@given(BODIES, st.integers(70, 150))
def test_the_size_of_blocks_changes_no_row(body: str, block_bytes: int) -> None:
    content = f"datum;plats;antal\n{body}".encode()
    at_once, split = (outcome(content, dialect(), size) for size in (BLOCK_BYTES, block_bytes))
    assert isinstance(at_once, str) == isinstance(split, str)
    if not isinstance(at_once, str):
        assert split == at_once


def read_again(content: bytes, declared: CsvDialect, block_bytes: int, lines: set[int]) -> tuple[bool, object, object]:
    """Read rows on some lines by themselves; return whether they can be, and what they and those among all are."""
    places = CsvPlaces()
    batches = csv_batches(io.BytesIO(content), declared, HEADER, places=places, block_bytes=block_bytes)
    whole = TextTable.of(batches).cells
    wanted = np.array(sorted(lines & set(whole.index)), np.int64)
    if len(wanted) == 0 or not places.hold(wanted):
        return False, None, None
    some = TextTable.of(csv_rows_on(io.BytesIO(content), declared, places, wanted))
    return True, some.cells.to_dict("index"), whole[whole.index.isin(wanted)].to_dict("index")


@settings(max_examples=200, deadline=None)
@given(
    BODIES,
    st.integers(70, 150),
    st.sets(st.integers(2, 20)),
    st.sampled_from(["utf-8", "utf-8-sig", "windows-1252"]),
)
def test_some_lines_read_as_among_all(body: str, block_bytes: int, lines: set[int], encoding: str) -> None:
    content = f"datum;plats;antal\n{body}".encode(encoding, "replace")
    try:
        _, some, among_all = read_again(content, dialect(encoding=encoding), block_bytes, lines)
    except DeliveryHeldError:
        return
    assert some == among_all


@given(st.integers(1, 60), st.sets(st.integers(2, 61), min_size=1), st.sampled_from(["utf-8", "windows-1252"]))
def test_plain_lines_can_be_read_by_themselves(count: int, lines: set[int], encoding: str) -> None:
    body = "".join(f"{number};Tranås;2\n" if number % 7 else "1;b\n" for number in range(count))
    content = f"datum;plats;antal\n{body}".encode(encoding)
    is_read = {line for line in lines if line - 2 < count and (line - 2) % 7}
    can_be, some, among_all = read_again(content, dialect(encoding=encoding), 100, lines)
    assert (can_be, some) == (bool(is_read), among_all)


@pytest.mark.parametrize("row", ["1;Tranås;2\n", '"1";"Tranås";"2"\r\n', '1;"Tranås\ncentrum";2\n'])
@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252"])
def test_a_fault_far_into_a_file_has_its_line_and_byte(row: str, encoding: str) -> None:
    count, a_row = 5 * PIECE_BYTES // len(row), row.count("\n")
    before = f"datum;plats;antal\n{row * count}"
    line = 2 + count * a_row
    table = in_blocks(f"{before}1;b\n{row * count}".encode(encoding), dialect(encoding=encoding), 3 * PIECE_BYTES)
    assert table.set_aside == [SetAside(line, "", "missing_field")]
    assert (len(table.cells), table.cells.index[-1]) == (2 * count, line + 1 + (count - 1) * a_row)
    for bad in (b"1;\xc3\xa5;2\n", b"1;\x81;2\n"):
        if bad == b"1;\xc3\xa5;2\n" and encoding == "utf-8":
            continue
        with pytest.raises(DeliveryHeldError) as caught:
            in_blocks(before.encode(encoding) + bad, dialect(encoding=encoding), 3 * PIECE_BYTES)
        assert f"line {line}, byte {len(before.encode(encoding)) + 2}" in str(caught.value)


def test_a_line_that_does_not_end_holds_the_file() -> None:
    content = b"datum;plats;antal\n1;b;1\n" + b"1;b;1" * 20_000
    with pytest.raises(DeliveryHeldError, match="line 3: a line of more than"):
        in_blocks(content, dialect(), 1000)
