"""An agreement's folder: what is right is read, and every fault a person can write is named by file and line."""

import os
import re
import traceback
from pathlib import Path

import pytest

from cli.starting import start_agreement
from schemas.agreement_file import agreement_folders, read_agreement
from schemas.errors import InvalidAgreementError, Problem
from tests.planted import PLANTED, has_trace

TEXT = """# A small agreement with each kind of source.
id = "tranas-1"
title_sv = "Medborgarlöfte Tranås"
title_en = "Citizen promise, Tranås"
starts_on = 2023-01-01
is_start_assumed = false
ends_on = 2024-12-31
source_url = "https://example.org/"
municipalities = [
  { code = "0687", name = "Tranås" },
]

[[offices]]
id = "police"
name_sv = "Polisen"
roles = ["deliver"]

[[places]]
id = "centre"
name_sv = "Tranås centrum"
aliases = ["Centrum"]

[[promises]]
id = "traffic"
text_sv = "not_transcribed"
text_en = "not_transcribed"

[[outcomes]]
id = "safety"
promises = ["traffic"]
label_sv = "Trygghet"
label_en = "Safety"
question_id = "safe-outdoors-late"
question_sv = "Trygg utomhus sent"
source = "survey"
baseline = "last_before_start"

[[activities]]
id = "traffic-controls"
promises = ["traffic"]
owner = "police"
counted_by = "counted_from_rows"
label_sv = "Trafikkontroller"
label_en = "Traffic controls"
text_sv = "not_transcribed"
text_en = "not_transcribed"
sources = ["rows"]

[[activities.indicators]]
id = "controls"
role = "output"
label_sv = "Trafikkontroller"
label_en = "Traffic controls"
unit = "kontroll"
quantity = "count"
disclosure_unit = "occasion"
definition_sv = "Vad som räknas som en kontroll är inte beskrivet."

[[activities.targets]]
id = "thirty-a-year"
indicator = "controls"
comparison = "at_least"
value = 30
wording_sv = "minst 30"
period_wording = "per_year"

[[activities.targets.readings]]
id = "calendar-year"
label_sv = "per kalenderår"
period = "calendar_year"
is_rated = true

[[activities.targets.readings]]
id = "from-signing"
label_sv = "per år från undertecknandet"
period = "year_from_signing"
is_rated = false

[[activities]]
id = "pub-inspections"
promises = []
owner = "municipality"
counted_by = "self_reported"
label_sv = "Krogkontroller"
label_en = "Pub inspections"
text_sv = "not_transcribed"
text_en = "not_transcribed"
sources = ["totals"]

[[activities.indicators]]
id = "inspections"
role = "output"
label_sv = "Krogkontroller"
label_en = "Pub inspections"
unit = "kontroll"
quantity = "count"
disclosure_unit = "establishment"
definition_sv = "En krog."

[[sources]]
id = "rows"
title_sv = "Polisens uttag"
provider = "police"
is_example = true
location = "deliveries/rows"
file_pattern = "uttag_{month}.csv"
cadence = "month"
due_day = 15

[sources.contract]
kind = "occasion_rows"
grain = "row"
accumulation = "period"
date_form = "YYYY-MM-DD"
missing_marks = [".."]
set_aside_share_max = 0.25
csv = { encoding = "utf-8", delimiter = ";", decimal_mark = "," }
columns = { row_id = "id", occurred_on = "datum", type = "typ", quantity = "antal", place = "plats" }
types = { "Trafikkontroll" = "traffic-controls/controls" }

[[sources]]
id = "totals"
title_sv = "Kommunens redovisning"
provider = "police"
is_example = true
location = "deliveries/totals"
file_pattern = "redovisat_{year}.csv"
cadence = "year"

[sources.contract]
kind = "reported_totals"
grain = "year"
accumulation = "period"
missing_marks = []
set_aside_share_max = 0
csv = { encoding = "utf-8", delimiter = ";", decimal_mark = "," }
columns = { indicator = "uppgift", value = "antal", qualifier = "precision" }
indicators = { "Krogkontroller" = "pub-inspections/inspections" }
qualifiers = { "exakt" = "exact", "minst" = "at_least" }

[[sources]]
id = "survey"
title_sv = "Trygghetsmätning"
provider = "police"
is_example = true
location = "deliveries/survey"
file_pattern = "trygghet_{year}.csv"
cadence = "year"

[sources.contract]
kind = "survey_shares"
grain = "year"
accumulation = "period"
date_form = "YYYY-MM-DD"
missing_marks = []
set_aside_share_max = 0
share_unit = "percent"
csv = { encoding = "utf-8", delimiter = ";", decimal_mark = "," }
questions = { "Trygg utomhus sent" = "safe-outdoors-late" }

[sources.contract.columns]
survey = "matning"
question = "fraga"
area = "omrade"
surveyed_on = "matdatum"
share = "andel"
respondents_count = "svar"
"""

BUNDLED = sorted((Path(__file__).parent.parent / "agreements").glob("*/agreement.toml"))


def written(root: Path, content: str | bytes, name: str = "tranas-1") -> Path:
    """Write an agreement's folder."""
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "agreement.toml").write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def damaged(old: str, new: str, text: str = TEXT) -> str:
    """Replace the first place where a text stands, which must be there."""
    assert old in text
    return text.replace(old, new, 1)


def line_with(fragment: str, text: str) -> int:
    """Return the first line that holds a fragment."""
    return next(number for number, line in enumerate(text.splitlines(), start=1) if fragment in line)


def problems(root: Path, content: str | bytes) -> list[Problem]:
    """List the problems of an agreement that cannot be used."""
    folder = written(root, content)
    with pytest.raises(InvalidAgreementError) as caught:
        read_agreement(folder)
    for problem in caught.value.problems:
        assert problem.path == str(folder / "agreement.toml")
        assert str(caught.value).count(f"{problem.path}:{problem.line}: ") >= 1
    return caught.value.problems


def only_problem(root: Path, content: str | bytes) -> tuple[int, str]:
    """Return line and message of the one problem."""
    (problem,) = problems(root, content)
    return problem.line, problem.message


def test_the_small_agreement_is_read_whole(tmp_path: Path) -> None:
    file = read_agreement(written(tmp_path, TEXT))
    assert file.agreement.id == "tranas-1"
    assert file.agreement.municipalities[0].code == "0687"
    assert [source.contract.kind for source in file.agreement.sources] == [
        "occasion_rows", "reported_totals", "survey_shares",
    ]  # fmt: skip
    assert file.content == TEXT.encode()


def test_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    assert read_agreement(written(tmp_path, TEXT.replace("\n", "\r\n"))).agreement.id == "tranas-1"
    line, _ = only_problem(tmp_path, damaged("owner = ", "owned = ", TEXT).replace("\n", "\r\n").replace(
        'owned = "police"', 'owner = "police"\r\nowned = "police"'
    ))  # fmt: skip
    assert line == line_with("owner = ", TEXT) + 1


def test_the_starter_passes_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LOFTE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LOFTE_AGREEMENTS", str(tmp_path))
    assert start_agreement("Upplands Väsby", "0114") == 0
    assert start_agreement("Upplands Väsby", "0114") == 0
    assert [folder.name for folder in agreement_folders(tmp_path)] == ["upplands-vasby-1", "upplands-vasby-2"]
    assert read_agreement(tmp_path / "upplands-vasby-2").agreement.municipalities[0].code == "0114"


@pytest.mark.parametrize("folder", BUNDLED, ids=lambda path: path.parent.name)
def test_the_bundled_agreements_are_read(folder: Path) -> None:
    assert read_agreement(folder.parent).agreement.id == folder.parent.name


# What stands on a line, what is written there instead, and the known key that is meant.
UNKNOWN_KEYS = {
    "at the top": ("source_url = ", "sorce_url = ", "source_url"),
    "in an inline table of an array": ('{ code = "0687", name =', '{ code = "0687", nam =', "name"),
    "in an array of tables": ('roles = ["deliver"]', 'role = ["deliver"]', "roles"),
    "in a nested array of tables": ('unit = "kontroll"', 'units = "kontroll"', "unit"),
    "in a target": ('wording_sv = "minst 30"', 'wordin_sv = "minst 30"', "wording_sv"),
    "in a reading": ("is_rated = true", "is_ratd = true", "is_rated"),
    "in the second reading": ('period = "year_from_signing"', 'perod = "year_from_signing"', "period"),
    "in a source": ('file_pattern = "uttag', 'file_patern = "uttag', "file_pattern"),
    "in a contract of rows": ('date_form = "YYYY-MM-DD"', 'dateform = "YYYY-MM-DD"', "date_form"),
    "in a contract of totals": ("qualifiers = {", "qualifers = {", "qualifiers"),
    "in a contract of shares": ("share_unit = ", "shareunit = ", "share_unit"),
    "in an inline table of a contract": ("csv = { encoding =", "csv = { encodng =", "encoding"),
    "in the columns of rows": ("columns = { row_id", "columns = { rowid", "row_id"),
    "in a sub-table": ("respondents_count = ", "respondent_count = ", "respondents_count"),
}


@pytest.mark.parametrize(("old", "new", "nearest"), UNKNOWN_KEYS.values(), ids=UNKNOWN_KEYS.keys())
def test_v7_an_unknown_key_names_the_nearest_known_one(tmp_path: Path, old: str, new: str, nearest: str) -> None:
    text = damaged(old, new)
    found = [problem for problem in problems(tmp_path, text) if "unknown key" in problem.message]
    assert [problem.line for problem in found] == [line_with(new, text)]
    assert f"nearest known key is {nearest!r}" in found[0].message


def test_v7_an_unknown_key_like_no_other_lists_what_is_known(tmp_path: Path) -> None:
    line, message = only_problem(tmp_path, damaged("[[offices]]\n", '[[offices]]\nxyzzy = "1"\n'))
    assert line == line_with("[[offices]]", TEXT) + 1
    assert "known keys: id, name_sv, roles" in message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[offices]]\n", '[[offices]]\n"namn@example.org" = 1\n', "unknown key 'offices.0.a name that is not shown'"),
        ('kind = "occasion_rows"', 'kind = "19811218-9876"', "its 'kind' is none of 'occasion_rows', "),
        ("[[offices]]\n", '["19811218-9876"]\n["19811218-9876"]\n[[offices]]\n', "stands twice, or where another do"),
        ("types = { ", 'types = { "070-174 06 05" = 1, ', "contract.types.a name that is not shown': Input"),
    ],
)
def test_p6_no_name_that_could_be_about_a_person_is_repeated(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(InvalidAgreementError) as caught:
        read_agreement(written(tmp_path, damaged(old, new)))
    assert said in str(caught.value)
    told = "".join(traceback.format_exception(caught.value))
    assert not any(has_trace(told, planted) for planted in PLANTED)


def test_an_unknown_table_is_an_unknown_key(tmp_path: Path) -> None:
    text = damaged("[[offices]]", "[[office]]")
    found = [problem for problem in problems(tmp_path, text) if "unknown key" in problem.message]
    assert [problem.line for problem in found] == [line_with("[[office]]", text)]
    assert "'offices'" in found[0].message


def test_a_key_of_another_kind_of_contract_is_unknown(tmp_path: Path) -> None:
    text = damaged('grain = "row"\n', 'grain = "row"\nshare_unit = "percent"\n')
    line, message = only_problem(tmp_path, text)
    assert line == line_with("share_unit", text)
    assert "unknown key" in message


def test_v7_every_problem_is_told_at_once_in_order_of_lines(tmp_path: Path) -> None:
    text = damaged("due_day = 15", "dueday = 15", damaged("is_rated = true", "israted = true"))
    found = problems(tmp_path, text)
    assert len(found) == 3
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)


MISSING_KEYS = {
    "at the top": ("ends_on = 2024-12-31\n", "ends_on", None),
    "in an array of tables": ('provider = "police"\n', "provider", "[[sources]]"),
    "in a target": ("value = 30\n", "value", "[[activities.targets]]"),
    "in a reading": ("is_rated = true\n", "is_rated", "[[activities.targets.readings]]"),
    "in a contract": ('grain = "row"\n', "grain", "[sources.contract]"),
    "in an inline table": ('encoding = "utf-8", ', "encoding", "csv = {"),
    "the kind of a contract": ('kind = "occasion_rows"\n', "kind", "[sources.contract]"),
    "the comparison of a target": ('comparison = "at_least"\n', "comparison", "[[activities.targets]]"),
}


@pytest.mark.parametrize(("old", "key", "header"), MISSING_KEYS.values(), ids=MISSING_KEYS.keys())
def test_v7_a_missing_key_is_named_where_it_should_stand(
    tmp_path: Path, old: str, key: str, header: str | None
) -> None:
    text = damaged(old, "")
    line, message = only_problem(tmp_path, text)
    assert key in message
    assert line == (line_with(header, text) if header else 1)


WRONG_TYPES = {
    "text for a number": ("value = 30", 'value = "30"'),
    "truth for a number": ("value = 30", "value = true"),
    "a negative target": ("value = 30", "value = -1"),
    "no number": ("value = 30", "value = nan"),
    "an infinite number": ("value = 30", "value = inf"),
    "text for truth": ("is_start_assumed = false", 'is_start_assumed = "no"'),
    "a number for truth": ("is_rated = true", "is_rated = 1"),
    "text for a date": ("starts_on = 2023-01-01", 'starts_on = "2023-01-01"'),
    "an instant for a date": ("starts_on = 2023-01-01", "starts_on = 2023-01-01T00:00:00"),
    "a number for a code": ('{ code = "0687"', "{ code = 687"),
    "a short code": ('{ code = "0687"', '{ code = "687"'),
    "a fraction for a day": ("due_day = 15", "due_day = 15.0"),
    "no such day of every month": ("due_day = 15", "due_day = 31"),
    "text for a list": ('roles = ["deliver"]', 'roles = "deliver"'),
    "an unknown role": ('roles = ["deliver"]', 'roles = ["decide"]'),
    "an unknown owner": ('owner = "municipality"', 'owner = "region"'),
    "an unknown encoding": ('encoding = "utf-8", delimiter', 'encoding = "latin-1", delimiter'),
    "an unknown delimiter": ('delimiter = ";"', 'delimiter = "§"'),
    "a share above one": ("set_aside_share_max = 0.25", "set_aside_share_max = 25"),
    "an id with capitals": ('id = "centre"', 'id = "Centre"'),
    "an id with a path": ('id = "centre"', 'id = "../centre"'),
    "no address": ('source_url = "https://example.org/"', 'source_url = "example.org"'),
    "an address that runs": ('source_url = "https://example.org/"', 'source_url = "javascript:alert(1)"'),
    "a key without its indicator": ('= "traffic-controls/controls" }', '= "traffic-controls" }'),
    "an unknown token": ("uttag_{month}.csv", "uttag_{manad}.csv"),
    "a token twice": ("uttag_{month}.csv", "uttag_{month}_{month}.csv"),
    "a password in an address": ('"deliveries/rows"', '"sftp://user:word@example.org/rows"'),
    "a blank text": ('name_sv = "Polisen"', 'name_sv = ""'),
    "a text with space around": ('name_sv = "Polisen"', 'name_sv = "Polisen "'),
}


@pytest.mark.parametrize(("old", "new"), WRONG_TYPES.values(), ids=WRONG_TYPES.keys())
def test_v7_a_value_of_another_kind_is_named_with_its_line(tmp_path: Path, old: str, new: str) -> None:
    text = damaged(old, new)
    found = problems(tmp_path, text)
    assert {problem.line for problem in found} == {line_with(new, text)}


def test_a_password_is_not_repeated_in_the_message(tmp_path: Path) -> None:
    _, message = only_problem(tmp_path, damaged('"deliveries/rows"', '"sftp://user:secret-word@example.org/rows"'))
    assert "secret-word" not in message


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('kind = "occasion_rows"', 'kind = "occasion_row"', "occasion_rows"),
        ('comparison = "at_least"', 'comparison = "at_leest"', "at_least"),
    ],
)
def test_an_unknown_kind_lists_the_known_ones(tmp_path: Path, old: str, new: str, expected: str) -> None:
    text = damaged(old, new)
    line, message = only_problem(tmp_path, text)
    assert expected in message
    assert line_with(new, text) - 4 <= line <= line_with(new, text)


READINGS = """[[activities.targets.readings]]
id = "calendar-year"
label_sv = "per kalenderår"
period = "calendar_year"
is_rated = true
"""

# What stands there, what is written instead, and what the message says.
CROSS_FAULTS = {
    "a promise that is not there": (
        'promises = ["traffic"]\nowner', 'promises = ["trafic"]\nowner', "no promise 'trafic'",
    ),
    "a source that is not there": ('sources = ["rows"]', 'sources = ["row"]', "no source 'row'"),
    "an indicator that is not there": ('indicator = "controls"', 'indicator = "control"', "no indicator 'control'"),
    "an office that is not there": ('provider = "police"', 'provider = "polis"', "no office 'polis'"),
    "an outcome's source": ('source = "survey"', 'source = "rows"', "no survey source 'rows'"),
    "an outcome's question": ('question_id = "safe-outdoors-late"', 'question_id = "safe"', "no question 'safe'"),
    "an outcome's promise": ('promises = ["traffic"]\nlabel', 'promises = ["x"]\nlabel', "no promise 'x'"),
    "a kind of row for nothing": (
        '"Trafikkontroll" = "traffic-controls/controls"',
        '"Trafikkontroll" = "traffic-controls/controls", "Annat" = "other/thing"',
        "no indicator here",
    ),
    "a kind of row for an activity with other sources": (
        '"Trafikkontroll" = "traffic-controls/controls"',
        '"Trafikkontroll" = "traffic-controls/controls", "Krog" = "pub-inspections/inspections"',
        "does not name the source",
    ),
    "an indicator that no source delivers": (
        '"Krogkontroller" = "pub-inspections/inspections"', '"Krogkontroller" = "traffic-controls/controls"',
        "no source of the activity delivers",
    ),
    "two rated readings": ("is_rated = false", "is_rated = true", "exactly one reading"),
    "no rated reading": ("is_rated = true", "is_rated = false", "exactly one reading"),
    "a reading twice": ('id = "from-signing"', 'id = "calendar-year"', "'calendar-year' is used twice"),
    "an activity twice": ('id = "pub-inspections"', 'id = "traffic-controls"', "'traffic-controls' is used twice"),
    "a source twice": ('id = "totals"', 'id = "rows"', "'rows' is used twice"),
    "a place's name twice": ('aliases = ["Centrum"]', 'aliases = ["Tranås centrum"]', "'Tranås centrum' is used twice"),
    "a column named twice": ('place = "plats" }', 'place = "antal" }', "'antal' is named more than once"),
    "the end before the start": ("ends_on = 2024-12-31", "ends_on = 2022-12-31", "ends before it starts"),
    "an assumed start without a note": ("is_start_assumed = false", "is_start_assumed = true", "start_note_sv"),
    "two sources without a way to combine": ('sources = ["rows"]', 'sources = ["rows", "totals"]', "needs combine"),
    "a cadence unlike the grain": ('cadence = "year"', 'cadence = "month"', "must equal the contract's grain"),
    "public elsewhere without a link": (
        'disclosure_unit = "establishment"', 'disclosure_unit = "establishment"\npublic_elsewhere = true',
        "public_elsewhere_url",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), CROSS_FAULTS.values(), ids=CROSS_FAULTS.keys())
def test_what_does_not_fit_together_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = problems(tmp_path, damaged(old, new))
    assert any(said in problem.message for problem in found)


@pytest.mark.parametrize(
    ("old", "new", "fragment"),
    [
        ('sources = ["rows"]', 'sources = ["row"]', 'sources = ["row"]'),
        ('indicator = "controls"', 'indicator = "control"', 'indicator = "control"'),
        ('provider = "police"', 'provider = "polis"', 'provider = "polis"'),
        ('question_id = "safe-outdoors-late"', 'question_id = "safe"', 'question_id = "safe"'),
        ("ends_on = 2024-12-31", "ends_on = 2022-12-31", "ends_on"),
        ('id = "from-signing"', 'id = "calendar-year"', None),
    ],
)
def test_a_dangling_reference_has_its_line(tmp_path: Path, old: str, new: str, fragment: str | None) -> None:
    text = damaged(old, new)
    lines = {problem.line for problem in problems(tmp_path, text)}
    wanted = line_with(fragment, text) if fragment else line_with('id = "from-signing"', TEXT)
    assert wanted in lines


def test_a_folder_of_another_name_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path, TEXT, "tranas-2")
    with pytest.raises(InvalidAgreementError) as caught:
        read_agreement(folder)
    (problem,) = caught.value.problems
    assert (problem.line, "'tranas-2'" in problem.message) == (2, True)


TARGET = TEXT[TEXT.index("[[activities.targets]]") : TEXT.index('[[activities]]\nid = "pub-inspections"')]


def other_target(comparison: str, *lines: str) -> str:
    """Return the agreement with a target of another kind."""
    keys = ["[[activities.targets]]", 'id = "other"', 'indicator = "controls"', f'comparison = "{comparison}"', *lines,
            'wording_sv = "not_transcribed"', 'period_wording = "per_year"', ""]  # fmt: skip
    return damaged(TARGET, "\n".join([*keys, READINGS, ""]))


QUALIFIED = 'value = 30\nqualification = { property = "%s", minimum = 20 }\n'
PLACES = 'value = 30\nplace_scope = "each"\nplaces = ["%s"]\nplaces_decision_url = "https://example.org/beslut"\n'
EVIDENCE = ('evidence_url = "https://example.org/klart"', 'confirming_office = "police"')
HOURS = """[[activities.indicators]]
id = "hours"
role = "output"
label_sv = "Timmar"
label_en = "Hours"
unit = "timme"
quantity = "hours"
disclosure_unit = "occasion"
definition_sv = "En timme på plats."

"""
NOT_RATED = {
    "a milestone without evidence": (
        other_target("milestone", "done_on = 2024-06-30", 'confirming_office = "police"'),
        "give a link to the evidence", 'comparison = "milestone"',
    ),
    "a milestone that nobody has confirmed": (
        other_target("milestone", "done_on = 2024-06-30", 'evidence_url = "https://example.org/klart"'),
        "name the office", 'comparison = "milestone"',
    ),
    "a milestone confirmed by nobody known": (
        other_target("milestone", "confirmed_undone_on = 2024-06-30", 'confirming_office = "nobody"'),
        "there is no office 'nobody'", 'confirming_office = "nobody"',
    ),
    "a share of itself": (
        other_target("share_at_least", "value = 0.2", 'of_indicator = "controls"'),
        "another indicator than its own", "of_indicator",
    ),
    "a share of nothing known": (
        other_target("share_at_most", "value = 0.2", 'of_indicator = "arrests"'),
        "there is no indicator 'arrests'", "of_indicator",
    ),
    "a share of another quantity": (
        damaged("[[activities.targets]]", HOURS + "[[activities.targets]]",
                other_target("share_at_least", "value = 0.2", 'of_indicator = "hours"')),
        "is in 'hours' and the target's own indicator in 'count'", "of_indicator",
    ),
    "a milestone done before the agreement": (
        other_target("milestone", "done_on = 2022-12-31", *EVIDENCE), "starts on 2023-01-01", "done_on",
    ),
    "a milestone due before the agreement": (
        other_target("milestone", "due_on = 2022-12-31"), "starts on 2023-01-01", "due_on",
    ),
    "a milestone confirmed before the agreement": (
        other_target("milestone", "confirmed_undone_on = 2022-12-31", 'confirming_office = "police"'),
        "starts on 2023-01-01", "confirmed_undone_on",
    ),
    "a milestone confirmed as not done on its day": (
        other_target("milestone", "due_on = 2023-06-30", "confirmed_undone_on = 2023-06-30",
                     'confirming_office = "police"'),
        "it is due on 2023-06-30", "confirmed_undone_on",
    ),
    "a milestone of the whole term confirmed as not done in it": (
        other_target("milestone", "confirmed_undone_on = 2024-12-31", 'confirming_office = "police"')
        .replace('"per_year"', '"agreement"').replace('"calendar_year"', '"agreement"'),
        "it is due on 2024-12-31", "confirmed_undone_on",
    ),
    "a count with decimals": (damaged("value = 30", "value = 30.5"), "must be a whole number", "value = 30.5"),
    "a property that no source can deliver": (
        damaged("value = 30\n", QUALIFIED % "colour"), "duration_minutes", "qualification",
    ),
    "a scope without places": (
        damaged("value = 30\n", 'value = 30\nplace_scope = "each"\n'), "belong together", "value = 30",
    ),
    "places without a scope": (
        damaged("value = 30\n", 'value = 30\nplaces = ["centre"]\n'), "belong together", "value = 30",
    ),
    "a place that is not there": (damaged("value = 30\n", PLACES % "moon"), "there is no place 'moon'", "places = "),
    "numbers by place without a decision": (
        damaged("value = 30\n", 'value = 30\nplace_scope = "each"\nplaces = ["centre"]\n'),
        "the police's recorded decision", 'places = ["centre"]',
    ),
    "several municipalities without an area": (
        damaged('  { code = "0687", name = "Tranås" },\n',
                '  { code = "0687", name = "Tranås" },\n  { code = "0604", name = "Aneby" },\n'),
        "name the police area", "municipalities",
    ),
    "a municipality twice": (
        damaged('  { code = "0687", name = "Tranås" },\n', '  { code = "0687", name = "Tranås" },\n' * 2),
        "'0687' is named twice", "municipalities",
    ),
    "a place that ends before it begins": (
        damaged('aliases = ["Centrum"]', 'aliases = ["Centrum"]\nvalid_from = 2024-07-01\nvalid_to = 2024-06-30'),
        "ends before it begins", "valid_to",
    ),
    "words that say another period": (
        damaged('period = "calendar_year"', 'period = "tertial"'),
        "the words say 'per_year'", 'period = "tertial"',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said", "fragment"), NOT_RATED.values(), ids=NOT_RATED.keys())
def test_what_cannot_be_rated_is_refused_on_its_line(tmp_path: Path, text: str, said: str, fragment: str) -> None:
    with pytest.raises(InvalidAgreementError) as caught:
        read_agreement(written(tmp_path, text))
    (problem,) = [problem for problem in caught.value.problems if said in problem.message]
    near = next(number for number, line in enumerate(text.splitlines(), start=1) if fragment in line)
    assert abs(problem.line - near) <= 4, (problem.line, near)


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+46", "-1", "@sum", "＝1", "＋1", "－1", "＠a",
     " =1", "\u00a0=1", "\\t=1", "\\tx", "a\\n=1", "a\\r\\n  @b", "a\\n\u00a0-1"],
)  # fmt: skip
@pytest.mark.parametrize("key", ["title_sv", "label_sv", "wording_sv", "definition_sv"])
def test_text_that_a_spreadsheet_would_run_is_refused(tmp_path: Path, key: str, text: str) -> None:
    damage = re.sub(rf'^{key} = ".*"$', lambda _: f'{key} = "{text}"', TEXT, count=1, flags=re.MULTILINE)
    line, message = only_problem(tmp_path, damage)
    assert line == line_with(f"{key} = ", damage)
    assert "formula" in message


@pytest.mark.parametrize("old", ['name_sv = "Tranås centrum"', 'name = "Tranås" }', 'unit = "kontroll"'])
def test_names_and_units_are_published_and_so_no_formulas(tmp_path: Path, old: str) -> None:
    text = damaged(old, old.replace(' = "', ' = "='))
    assert "formula" in only_problem(tmp_path, text)[1]


def test_a_text_with_marks_inside_is_no_formula(tmp_path: Path) -> None:
    text = damaged('definition_sv = "En krog."', 'definition_sv = "En krog = ett besök; 18-21 år, +/- 1 @ dörren."')
    assert read_agreement(written(tmp_path, text)).agreement.activities[1].indicators[0].definition_sv.startswith("En")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("statements.toml", "is not read by this version"),
        ("amendments.toml", "is not read by this version"),
        ("correction.toml", "did you mean 'corrections.toml'?"),
        ("Decisions.toml", "did you mean 'decisions.toml'?"),
        ("agreements.TOML", "did you mean 'agreement.toml'?"),
    ],
)
def test_a_file_that_would_be_ignored_is_refused(tmp_path: Path, name: str, said: str) -> None:
    folder = written(tmp_path, TEXT)
    (folder / name).write_text("", "utf-8")
    with pytest.raises(InvalidAgreementError) as caught:
        read_agreement(folder)
    (problem,) = caught.value.problems
    assert (problem.path, problem.line) == (str(folder / name), 1)
    assert said in problem.message


@pytest.mark.parametrize("name", ["2024-03.csv.toml", "notes.toml"])
def test_what_lies_beside_an_agreement_and_is_no_file_of_rules_is_let_be(tmp_path: Path, name: str) -> None:
    folder = written(tmp_path, TEXT)
    (folder / name).write_text("", "utf-8")
    assert read_agreement(folder).agreement.id == folder.name


def test_a_byte_order_mark_is_told(tmp_path: Path) -> None:
    folder = written(tmp_path, TEXT)
    path = folder / "agreement.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    with pytest.raises(InvalidAgreementError, match="begins with a byte order mark"):
        read_agreement(folder)


@pytest.mark.parametrize(
    ("old", "new", "fragment"),
    [
        pytest.param('unit = "kontroll"', 'unit = "kontroll', 'unit = "kontroll', id="a text not closed"),
        pytest.param("value = 30", "value = 030", "value = 030", id="a leading zero"),
        pytest.param("value = 30", "value 30", "value 30", id="no equals sign"),
        pytest.param("due_day = 15", "due_day = ", "due_day = ", id="no value"),
        pytest.param("due_day = 15", "cadence = 15", "cadence = 15", id="a key twice"),
        pytest.param("[[offices]]", "[offices]]", "[offices]]", id="brackets"),
    ],
)
def test_what_is_not_toml_has_its_line(tmp_path: Path, old: str, new: str, fragment: str) -> None:
    text = damaged(old, new)
    line, message = only_problem(tmp_path, text)
    assert line == line_with(fragment, text)
    assert "not TOML" in message


@pytest.mark.parametrize("end", ["missing = [1,\n2,\n", 'note = """never\nclosed\n', "csv = { a = 1"])
def test_what_is_never_closed_is_not_said_of_the_first_line(tmp_path: Path, end: str) -> None:
    text = TEXT + "\n[extra]\n" + end
    line, message = only_problem(tmp_path, text)
    assert "not TOML" in message
    assert line_with("[extra]", text) < line <= text.count("\n") + 1


def test_what_is_not_utf_8_has_its_line(tmp_path: Path) -> None:
    text = damaged('name_sv = "Polisen"', 'name_sv = "Polisen å"')
    content = text.replace("ö", "o").replace("å", "\u00e5").replace("ä", "a").encode("windows-1252")
    line, message = only_problem(tmp_path, content)
    assert "UTF-8" in message
    assert line == line_with("Tranås", text)


def test_a_folder_without_an_agreement(tmp_path: Path) -> None:
    with pytest.raises(InvalidAgreementError, match="there is no such file"):
        read_agreement(tmp_path / "tranas-1")


def test_an_empty_file_misses_every_key(tmp_path: Path) -> None:
    found = problems(tmp_path, "")
    assert {problem.line for problem in found} == {1}
    assert any("'id' is missing" in problem.message for problem in found)
