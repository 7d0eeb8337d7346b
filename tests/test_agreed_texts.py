"""V7: texts that a contract agrees on contradict nothing, can be matched by a cell, and a name says its period once."""

from pathlib import Path

import pytest

from schemas.agreement_file import read_agreement
from tests.test_agreement_file import TEXT, damaged, line_with, only_problem, written

MARKS = 'missing_marks = [".."]'
TYPES = 'types = { "Trafikkontroll" = "traffic-controls/controls" }'
# What stands on a line, what is written there instead, and what is said of it.
CONTRADICTIONS = {
    "a mark that is a place": (MARKS, 'missing_marks = ["Tranås centrum"]', "stands among a place's name or alias"),
    "a mark that is an alias": (MARKS, 'missing_marks = ["..", "Centrum"]', "stands among a place's name or alias"),
    "a mark that is a kind of row": (MARKS, 'missing_marks = ["Trafikkontroll"]', "stands among types too"),
    "a kind of row that is a mark": (TYPES, f'{TYPES[:-2]}, ".." = "traffic-controls/controls" }}', "among types too"),
    "a kind of row that is nothing": (TYPES, f'{TYPES[:-2]}, "" = "traffic-controls/controls" }}', "an empty cell"),
    "a constant that is a mark": (MARKS, f'{MARKS}\nconstants = {{ "x" = ".." }}', "stands among constants too"),
    "a mark that is zero": (MARKS, 'missing_marks = ["0"]', "'0' is a number, and a true one would be missing"),
    "a mark that is a number": (MARKS, 'missing_marks = ["9 999"]', "'9 999' is a number"),
    "a mark that is a decimal": (MARKS, 'missing_marks = ["0,0"]', "'0,0' is a number"),
    "a mark with a space": (MARKS, 'missing_marks = [".. "]', "'.. ' has space at its start or end, so no"),
    "a mark that is a space": (MARKS, 'missing_marks = [" "]', "' ' has space at its start or end"),
    "a kind of row with a space": (TYPES, TYPES.replace('"Traf', '" Traf'), "' Trafikkontroll' has space at its start"),
    "a qualifier with a space": ('"minst" =', '"minst " =', "'minst ' has space at its start or end"),
    "an indicator with a space": ('"Krogkontroller" =', '"Krogkontroller\u00a0" =', "has space at its start or end"),
    "a question with a space": ('"Trygg utomhus sent" =', '"Trygg utomhus sent " =', "has space at its start or end"),
    "a constant with a space": (MARKS, f'{MARKS}\nconstants = {{ "x" = "y " }}', "'y ' has space at its start or end"),
    "an alias with a space": ('aliases = ["Centrum"]', 'aliases = ["Centrum "]', "'Centrum ' is empty or has space"),
    "an alias that is nothing": ('aliases = ["Centrum"]', 'aliases = [""]', "'' is empty or has space at its start"),
    "month and tertial": ('"uttag_{month}.csv"', '"uttag_{month}_{tertial}.csv"', "once (month; tertial), and"),
    "year and month": ('"uttag_{month}.csv"', '"{year}_uttag_{month}.csv"', "once (month; year), and a name"),
    "from and month": ('"uttag_{month}.csv"', '"{from}_uttag_{month}.csv"', "once (from and to; month), and a name"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_v7_what_contradicts_itself_or_matches_nothing_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = damaged(old, new)
    line, message = only_problem(tmp_path, text)
    assert said in message
    assert line == line_with("missing_marks" if "means 'no value'" in message else new.splitlines()[-1], text)


def test_v7_a_mark_among_totals_is_compared_with_theirs(tmp_path: Path) -> None:
    start = TEXT.index('kind = "reported_totals"')
    totals = TEXT[start:].replace("missing_marks = []", 'missing_marks = ["minst", "Centrum"]', 1)
    _, message = only_problem(tmp_path, TEXT[:start] + totals)
    assert message == "'minst' means 'no value', and stands among qualifiers too; a cell means one thing, keep one"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (MARKS, 'missing_marks = ["", "..", "-", "–", "-1", "XX", "uppgift saknas", "n 0"]'),
        ('"uttag_{month}.csv"', '"uttag_{month}_mottagen_{received_on}.csv"'),
        ('"uttag_{month}.csv"', '"uttag_{from}_{to}.csv"'),
        ('"uttag_{month}.csv"', '"uttag.csv"'),
    ],
)
def test_v7_what_contradicts_nothing_is_read(tmp_path: Path, old: str, new: str) -> None:
    assert read_agreement(written(tmp_path, damaged(old, new))).agreement.id == "tranas-1"
