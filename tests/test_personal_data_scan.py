"""Much text at once: the same lines are found as when each line is looked at by itself."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from methods.personal_data import find_personal_data
from methods.personal_data_scan import PIECE_BYTES, suspect_lines
from tests import test_personal_data


def one_by_one(text: str) -> list[tuple[int, str]]:
    """Look at each line by itself."""
    kinds = enumerate(find_personal_data(line) for line in text.split("\n"))
    return [(number, kind) for number, kind in kinds if kind is not None]


def known_texts() -> list[str]:
    """List every text that the tests of single texts know, with and without personal data."""
    found = []
    for name, test in vars(test_personal_data).items():
        if name.startswith("test_"):
            for mark in getattr(test, "pytestmark", []):
                if mark.name == "parametrize" and mark.args[0] == "text":
                    found += [getattr(item, "values", (item,))[0] for item in mark.args[1]]
    return found


def test_every_known_text() -> None:
    texts = known_texts()
    assert len(texts) > 100
    for text in texts:
        assert list(suspect_lines(text)) == one_by_one(text), text
    for delimiter in ";,\t| ":
        block = "\n".join(f"2023-01-15{delimiter}{text}{delimiter}15/01/2023" for text in texts)
        assert list(suspect_lines(block)) == one_by_one(block)


# Pieces of what is looked for, so that what nearly is, is written often.
PARTS = st.sampled_from([
    "198112189876", "811218-9876", "811218", "-9876", "19", "0", "07", "0701740605", "070-174 06 05", "+46", "0046",
    "(0)", "2024-01-15", "05/03/2024", "15/01/2023", "ABC123", "ABC", "abc", "12D", "123", "a@example.org", "@", ".",
    "-", "–", "\u2011", " ", "\u00a0", "\u202f", "\u200b", "\u00ad", "\ufeff", "ö", "é", "²", "½", "٣", "Ａ", "１", ";",
    ",", "|", "\t", "\r", "\n", "\x1c", "\u2028", "x", "_", "/", "(", ")", "e\u0301", "Trafikkontroll", "1 234",
])  # fmt: skip
TEXTS = st.lists(PARTS | st.text(max_size=4), max_size=14).map("".join)


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
@example("x12/05/2024-01-15 70 60 50")
@example("2023-01-15+46701740605")
@example("05/03/2024;05/03/2024")
def test_the_same_lines_as_one_by_one(text: str) -> None:
    assert list(suspect_lines(text)) == one_by_one(text)
    assert list(suspect_lines(text.encode())) == one_by_one(text)


@settings(max_examples=1000, deadline=None)
@given(st.from_regex(re.compile(r"[+0-9 ()./;A-C\n-]{6,30}", re.ASCII), fullmatch=True))
def test_the_same_among_digits_and_signs(text: str) -> None:
    assert list(suspect_lines(text)) == one_by_one(text)


@pytest.mark.parametrize("date_form", ["2024-01-15", "05/03/2024", "20240115"])
def test_lines_far_into_a_text_have_their_number(date_form: str) -> None:
    row = f"P-1;{date_form};Trafikkontroll;Tranås centrum;1\n"
    count = 3 * PIECE_BYTES // len(row)
    text = row * count + "ring 070-174 06 05\n" + row * count + "namn@example.org"
    assert list(suspect_lines(text)) == [(count, "telefonnummer"), (2 * count + 1, "e-postadress")]


def test_one_line_longer_than_a_piece() -> None:
    text = "å" * PIECE_BYTES + " 070-174 06 05\n" + "x"
    assert list(suspect_lines(text)) == [(0, "telefonnummer")]
    assert list(suspect_lines("")) == []
