"""What a draft leaves to a person is refused wherever it stands in a source, by file and line."""

from pathlib import Path

import pytest

from cli.checking import check_agreements
from schemas.unconfirmed import CONFIRM
from tests.house import House
from tests.test_agreement_file import TEXT, damaged, line_with, only_problem, problems

ROWS = 'columns = { row_id = "id", occurred_on = "datum", type = "typ", quantity = "antal", place = "plats" }'
# What stands on a line, and what is written there instead.
PLACES = {
    "a quantity's column": (ROWS, ROWS.replace('"antal"', f'"{CONFIRM}"')),
    "a day's column": (ROWS, ROWS.replace('"datum"', f'"{CONFIRM}"')),
    "a kind of row": ('{ "Trafikkontroll" =', f'{{ "{CONFIRM}" ='),
    "an indicator": ('{ "Krogkontroller" =', f'{{ "{CONFIRM}" ='),
    "a qualifier": ('{ "exakt" = ', f'{{ "{CONFIRM}" = '),
    "a missing mark": ('missing_marks = [".."]', f'missing_marks = ["..", "{CONFIRM}"]'),
    "an ignored column": (ROWS, f'ignored_columns = ["{CONFIRM}"]\n{ROWS}'),
    "a constant": (ROWS, f'constants = {{ "märkning" = "{CONFIRM}" }}\n{ROWS}'),
    "a constant's column": (ROWS, f'constants = {{ "{CONFIRM}" = "PÅHITTAD" }}\n{ROWS}'),
    "a sheet": (
        'csv = { encoding = "utf-8", delimiter = ";", decimal_mark = "," }',
        f'xlsx = {{ sheet = "{CONFIRM}", decimal_mark = "," }}',
    ),
    "evidence, half written": (ROWS, f'volume = {{ rows_min = 1, evidence = "{CONFIRM}: 2023?" }}\n{ROWS}'),
    "a form of dates, which is a fault by itself": ('date_form = "YYYY-MM-DD"', f'date_form = "{CONFIRM}"'),
    "a share, which is a fault by itself": ("set_aside_share_max = 0.25", f'set_aside_share_max = "{CONFIRM}"'),
    "a question": ('{ "Trygg utomhus sent" =', f'{{ "{CONFIRM}" ='),
    "a folder": ('location = "deliveries/rows"', f'location = "deliveries/{CONFIRM}"'),
}


@pytest.mark.parametrize(("old", "new"), PLACES.values(), ids=PLACES.keys())
def test_what_nobody_has_confirmed_is_refused(tmp_path: Path, old: str, new: str) -> None:
    text = damaged(old, new)
    line, message = only_problem(tmp_path, text)
    assert line == line_with(CONFIRM, text)
    assert f"still says {CONFIRM}; only a person can say what belongs there: replace it" in message


def test_other_faults_are_told_beside_it(tmp_path: Path) -> None:
    text = damaged('provider = "police"', "provider = 1", damaged('{ "exakt" = ', f'{{ "{CONFIRM}" = '))
    told = [(problem.line, CONFIRM in problem.message) for problem in problems(tmp_path, text)]
    assert told == [(line_with("provider = 1", text), False), (line_with(CONFIRM, text), True)]


@pytest.mark.parametrize("word", ["CONFIRMED", "confirm", "Confirm"])
def test_only_the_word_itself_is_refused(tmp_path: Path, word: str) -> None:
    house = House(tmp_path)
    (house.agreements / "tranas-1").mkdir()
    text = TEXT.replace('title_sv = "Polisens uttag"', f'title_sv = "{word}"')
    (house.agreements / "tranas-1/agreement.toml").write_text(text, "utf-8")
    with house.settings():
        assert check_agreements() == 0
