"""JSON documents as cells of text: a record's numbers as they are written, and nothing that says two things."""

import json
import resource
import string
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.header_diff import HeaderRule
from schemas.errors import DeliveryHeldError, HeaderDriftError
from schemas.layout import JsonRecords
from sources.blanking_json import blank_json
from sources.json_document import CONTENT_MAX, HOLDERS_MAX, KEYS_MAX, RECORDS_MAX, json_texts
from sources.json_table import json_batch, read_json
from tests.children import in_child

LAYOUT = JsonRecords(path="svar.rader", decimal_mark=",")
RECORDS = '[{"datum": "2024-03-04", "antal": 1.50}, {"datum": "2024-03-05", "antal": 2}]'
GOOD = f'{{"svar": {{"rader": {RECORDS}}}}}'.encode()
NAMES = ["datum", "antal"]


def cells(content: bytes, layout: JsonRecords = LAYOUT, expected: list[str] = NAMES) -> list[list[str]]:
    """Read, and list the cells."""
    return [list(row) for row in read_json(content, layout, expected).cells.itertuples(index=False)]


def test_records_are_found_by_path_and_numbers_stay_as_written() -> None:
    assert cells(GOOD) == [["2024-03-04", "1,50"], ["2024-03-05", "2"]]
    assert list(read_json(GOOD, LAYOUT, NAMES).cells.index) == [2, 3]
    assert cells(RECORDS.encode(), JsonRecords(path="", decimal_mark=".")) == [
        ["2024-03-04", "1.50"],
        ["2024-03-05", "2"],
    ]
    assert cells(b"[]", JsonRecords(path="", decimal_mark=".")) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GOOD[:-5], "no JSON from here on.* fetch it again"),
        (b"<html></html>", "line 1, character 1: no JSON from here on .*ask for the file again"),
        (b"\xef\xbb\xbf" + GOOD, "line 1: the document begins with a byte order mark"),
        (GOOD + b"{}", "more follows.* ask for one list of records, or for CSV"),
        (
            b'{"datum": "2024-03-04"}\n{"datum": "2024-03-05"}\n',
            "line 2, character 1: the document has ended.*JSON Lines",
        ),
        (GOOD.replace(b"1.50", b"-Infinity"), "has -Infinity, which is no JSON"),
        (
            GOOD.replace(b'"antal": 2', b'"811218-9876": 2, "811218-9876": 3'),
            "the key 'a name that is not shown' twice",
        ),
        (b"", "no JSON from here on"),
        (GOOD.replace(b"2024-03-04", b"2024-\xff"), "not UTF-8"),
        (GOOD.replace(b'"rader"', b'"andra"'), "there is no 'rader' on the way"),
        (b'{"svar": {"rader": {}}}', "stands no list of records"),
        (GOOD.replace(b"1.50", b"NaN"), "has NaN, which is no JSON"),
        (GOOD.replace(b'"antal": 2', b'"antal": 2, "antal": 3'), "the key 'antal' twice"),
        (b"[" * 100_000, "nested too deep"),
        (GOOD.replace(b"2024-03-04", "Ã¥r".encode()), "read by the wrong encoding"),
    ],
)
def test_a_document_that_cannot_be_trusted_is_held(content: bytes, said: str) -> None:
    with pytest.raises(DeliveryHeldError, match=said):
        read_json(content, LAYOUT, NAMES)


@pytest.mark.parametrize(
    ("record", "rule", "column"),
    [
        ('{"datum": "2024-03-05"}', "missing_field", "antal"),
        ('{"datum": "2024-03-05", "antal": true}', "truth_value", "antal"),
        ('{"datum": "2024-03-05", "antal": [1]}', "nested_value", "antal"),
        ('"2024-03-05"', "not_a_record", ""),
    ],
)
def test_a_record_of_another_shape_is_set_aside(record: str, rule: str, column: str) -> None:
    table = read_json(GOOD.replace(b'{"datum": "2024-03-05", "antal": 2}', record.encode()), LAYOUT, NAMES)
    assert [(item.line, item.column, item.rule) for item in table.set_aside] == [(3, column, rule)]
    assert list(table.cells.index) == [2]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("2", "2"),
        ("2.0", "2"),
        ("2E3", "2000"),
        ("-0.0", "0"),
        ("2.50", "2,5"),
        ("12345678901234567", "12345678901234567"),
    ],
)
def test_a_number_in_a_column_of_ids_is_read_as_a_workbook_has_it(number: str, text: str) -> None:
    content = GOOD.replace(b"1.50", number.encode())
    found = json_batch(content, LAYOUT, NAMES, ids={"antal"})
    assert (found.cells["antal"].to_pylist(), found.set_aside) == ([text, "2"], [])
    assert cells(content)[0][1] == number.replace(".", ","), "in any other column it stays as written"
    written = json_batch(GOOD.replace(b"1.50", f'"{number}"'.encode()), LAYOUT, NAMES, ids={"antal"})
    assert written.cells["antal"][0].as_py() == number, "a text is no number"


@pytest.mark.parametrize(
    "number", ["12345678901234567.0", "-1e15", "1.2345678901234568e+16", "1e999999999999999999999"]
)
def test_an_id_whose_last_digits_may_be_lost_is_no_id(number: str) -> None:
    found = json_batch(GOOD.replace(b"1.50", number.encode()), LAYOUT, NAMES, ids={"antal"})
    assert [(row.line, row.column, row.rule) for row in found.set_aside] == [(2, "antal", "inexact_id")]
    assert found.cells["antal"].to_pylist() == ["2"]


def test_other_keys_hold_the_document() -> None:
    with pytest.raises(HeaderDriftError, match=r"^the records' keys: the columns are not those of .*stycken"):
        read_json(GOOD.replace(b"antal", b"stycken"), LAYOUT, NAMES)
    ignoring = HeaderRule(ignores_added=True)
    more = GOOD.replace(b'"antal"', b'"extra": 1, "antal"')
    assert read_json(more, LAYOUT, NAMES, ignoring).cells.to_numpy().tolist() == [
        ["2024-03-04", "1,50"],
        ["2024-03-05", "2"],
    ]


def test_every_text_is_looked_at_also_where_nothing_is_read() -> None:
    hidden = b'{"svar": {"rader": []}, "anm": {"811228-9874": ["a", 8112289874, 1.5, 1.98112289874e11, 2.5e-3]}}'
    texts = dict(json_texts(hidden))
    assert "811228-9874" in texts.values()
    assert "8112289874" in texts.values()
    assert "1.98112289874e11" in texts.values()
    assert not {"1.5", "2.5e-3"} & set(texts.values())


def test_a_find_is_told_by_its_place_without_keys_that_could_be_data() -> None:
    hidden = b'{"anm": [1, {"811218-9876": {"not": "070-174 06 05"}}]}'
    places = {str(place): text for place, text in json_texts(hidden)}
    assert places["the top, anm, item 2, a name that is not shown, not"] == "070-174 06 05"
    assert places["a key of the top, anm, item 2"] == "811218-9876"


def nested(bottom: str, depth: int) -> str:
    """Put a value below objects with long keys."""
    key = "k" * 50
    return f'{{"{key}":' * depth + bottom + "}" * depth


@pytest.mark.parametrize(
    "where", ['{{"svar": {{"rader": []}}, "anm": {}}}', '{{"svar": {{"rader": [{{"datum": {}}}]}}}}']
)
def test_a_document_nested_too_deep_is_refused_before_it_takes_memory(where: str) -> None:
    content = where.format(nested("[" + "1," * 100_000 + "1]", 900)).encode()
    with pytest.raises(DeliveryHeldError, match=r"nested too deep .* more than 100 levels; ask for a flat one"):
        blank_json(content, LAYOUT, NAMES)
    assert blank_json(where.format(nested("[1]", 90)).encode(), LAYOUT, NAMES).first(LAYOUT) is None


# The largest document is to be held within 1 GiB, of which the program takes a quarter.
MEMORY_MAX = 1024**3 - 256 * 1024**2
NASTY = {
    "records": "[" + '{"datum":"2024-03-04","antal":1},' * 100_000 + '{"datum":"","antal":1}]',
    "empty lists": '[{"datum":"","antal":[' + "[]," * 300_000 + "1]}]",
    "numbers": '[{"datum":"","antal":[' + "1," * 500_000 + "1]}]",
    "records of nothing": "[" + "{}," * 300_000 + "{}]",
    "wide characters": '["\U0001f600",' + "[]," * 300_000 + "1]",
    "a path of long keys": '[{"datum":"","antal":' + nested("[" + "[]," * 300_000 + "1]", 90) + "}]",
}
DEEP = {
    "lists in lists": '["\U0001f600",' + ("[" * 90 + "]" * 90 + ",") * 5_000 + "1]",
    "objects in objects": '["\U0001f600",' + ('{"":' * 90 + "1" + "}" * 90 + ",") * 2_000 + "1]",
}


def share_of_the_largest(content: bytes) -> float:
    """Return how near a document comes to the most that one may have."""
    return max(len(content) / CONTENT_MAX, (content.count(b"[") + content.count(b"{")) / HOLDERS_MAX)


@pytest.mark.parametrize("kind", [*NASTY, *DEEP])
@pytest.mark.parametrize("work", [blank_json, read_json])
def test_no_document_takes_more_than_a_bounded_multiple_of_its_size(
    tmp_path: Path, kind: str, work: Callable[..., object]
) -> None:
    content = (NASTY | DEEP)[kind].encode()
    most = 40 * len(content) if kind in NASTY else int(MEMORY_MAX * share_of_the_largest(content))

    def within_memory() -> None:
        now = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + most, -1))
        with suppress(DeliveryHeldError):
            work(content, JsonRecords(path="", decimal_mark=","), NAMES)

    assert in_child(within_memory, tmp_path / "log") == 0, (tmp_path / "log").read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[" + b" " * CONTENT_MAX + b"]", "larger than 24 MiB, the most that JSON may be; ask the provider for CSV"),
        (b"[" + b"{}," * RECORDS_MAX + b"{}]", "more than 500000 records; ask the provider for CSV"),
        (b"[" + b"[]," * HOLDERS_MAX + b"[]]", "more than 1500000 lists and records, one in another or one beside"),
        (json.dumps([{f"k{n}": n} for n in range(KEYS_MAX + 1)]).encode(), "more than 1000 different keys"),
    ],
)
def test_what_is_too_large_says_what_may_be(content: bytes, said: str) -> None:
    with pytest.raises(DeliveryHeldError, match=said):
        read_json(content, JsonRecords(path="", decimal_mark=","), NAMES)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff\ufffdÃâ"), max_size=20)
TABLES = st.lists(st.fixed_dictionaries({"a": TEXTS, "b": TEXTS | st.integers(-(10**20), 10**20)}), max_size=8)


@settings(max_examples=100, deadline=None)
@given(TABLES, st.booleans())
def test_any_table_reads_back_as_written(records: list[dict[str, str | int]], is_ascii: bool) -> None:
    content = json.dumps(records, ensure_ascii=is_ascii).encode()
    wanted = [[str(record["a"]), str(record["b"])] for record in records]
    found = read_json(content, JsonRecords(path="", decimal_mark="."), ["a", "b"]).cells
    assert [[row["a"], row["b"]] for row in found.to_dict("records")] == wanted


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(GOOD) - 1))
def test_a_document_cut_anywhere_is_never_read(length: int) -> None:
    with pytest.raises(DeliveryHeldError):
        read_json(GOOD[:length], LAYOUT, NAMES)


@settings(max_examples=100, deadline=None)
@given(st.text(string.printable, max_size=60))
def test_what_is_no_document_of_records_is_refused(text: str) -> None:
    with pytest.raises(DeliveryHeldError, match=r"\w"):
        read_json(text.encode(), LAYOUT, NAMES)


def test_what_stands_under_a_key_that_is_not_read_is_no_fault_of_the_record() -> None:
    more = GOOD.replace(b'"antal": 2}', b'"antal": 2, "klar": true, "taggar": ["a"]}')
    rule = HeaderRule(dispensable=["klar", "taggar"])
    table = read_json(more, LAYOUT, [*NAMES, "klar", "taggar"], rule)
    assert (table.set_aside, list(table.cells["antal"]), list(table.cells["klar"])) == ([], ["1,50", "2"], ["", ""])
