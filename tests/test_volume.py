"""Contracts with teeth: how many rows are usual, dates with the month's name, and the calendar that `check` shows."""

import json
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.deletion import delete_delivery
from cli.checking import check_agreements
from cli.coverage_calendar import calendar_lines
from methods.cells import parse_date
from methods.months import NAMES_SV
from schemas.agreement_file import read_agreement
from sources.written_twice import repeats_itself
from tests.house import House
from tests.invented_survey import ID, SOURCE, answers_of, with_invented_survey
from tests.test_agreement_file import TEXT, only_problem
from tests.workbooks import written

AGREEMENT = "two-readings"
ROW = "2024-01-05;Kontroll;1;PÅHITTAD\n"
AT = date(2024, 3, 1)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """An agreement with one source and no deliveries, whose volume is bounded."""
    found = House(tmp_path)
    found.take_case(AGREEMENT, has_deliveries=False)
    bounds = 'volume = { rows_min = 2, rows_max = 4, evidence = "PÅHITTAT: 2023 kom 2 till 4 rader." }\n'
    found.edit(AGREEMENT, "set_aside_share_max = 0\n", "set_aside_share_max = 0\n" + bounds)
    return found


def deliver(house: House, rows: int, received_on: str = "2024-02-10") -> str:
    """Leave a delivery with so many rows; return its file's name."""
    lines = "".join(ROW.replace("-05;", f"-{day:02d};") for day in range(1, rows + 1))
    name = f"PAHITTAD_2024-01_mottagen_{received_on}.csv"
    house.deliver(AGREEMENT, "rows", name, f"datum;typ;antal;märkning\n{lines}")
    return name


def calendar_line(house: House) -> str:
    """Return the line of the one source, as of the day of the runs."""
    (line,) = calendar_lines(read_agreement(house.agreements / AGREEMENT), house.state, AT)
    return line


def test_v2_fewer_rows_than_ever_hold_the_delivery_and_say_on_what_evidence(house: House) -> None:
    deliver(house, 1)
    (problem,) = house.run(at=AT)[AGREEMENT].problems
    assert (
        "fewer rows than the contract's volume.rows_min, 2 (PÅHITTAT: 2023 kom 2 till 4 rader.): there are 1; ask"
        in str(problem)
    )
    assert house.figure(f"{AGREEMENT}/controls/made/-/-/2024-01")["value_status"] == "missing"


def test_v2_more_rows_than_ever_are_told_and_counted(house: House) -> None:
    deliver(house, 5)
    outcome = house.run(at=AT)[AGREEMENT]
    assert outcome.problems == []
    (warning,) = outcome.warnings
    assert "more rows than the contract's volume.rows_max, 4" in warning
    assert house.figure(f"{AGREEMENT}/controls/made/-/-/2024-01")["actual_value"] == "5"
    assert house.run(at=AT)[AGREEMENT].warnings == []


def test_a_total_that_came_for_other_months_before_is_told_once(tmp_path: Path) -> None:
    name, total = "year-to-date-totals", "typ;antal;hur;märkning\nKontroll;{};exakt;PÅHITTAD\n"
    house = House(tmp_path)
    house.take_case(name, has_deliveries=False)
    house.edit(name, 'accumulation = "year_to_date"', 'accumulation = "period"')
    old, new = (f"PAHITTAD_2024-0{month}_mottagen_2024-0{month + 1}-10.csv" for month in (3, 4))
    path = house.deliver(name, "rows", old, total.format(11))
    assert house.run(name, at=date(2024, 4, 20))[name].warnings == []
    path.rename(path.with_name(new))
    (warning,) = house.run(name, at=date(2024, 5, 20))[name].warnings
    assert f"{new}: the same bytes as {old}, and each counts for its own months" in warning
    assert "ask for the right file for 2024-04 to 2024-04 or 2024-03 to 2024-03" in warning
    assert house.run(name, at=date(2024, 5, 20))[name].warnings == []
    house.deliver(name, "rows", old.replace("-04-10", "-05-25"), total.format(7))
    assert house.run(name, at=date(2024, 6, 20))[name].warnings == []
    figures = [house.figure(f"{name}/controls/made/-/-/{period}") for period in ("2024-03", "2024-04", "2024-T1")]
    assert [(row["actual_value"], row["actual_qualifier"]) for row in figures] == [
        ("7", "exact"), ("11", "exact"), ("18", "at_least"),
    ]  # fmt: skip


def test_the_same_zero_for_other_months_is_no_news(tmp_path: Path) -> None:
    name = "year-to-date-totals"
    house = House(tmp_path)
    house.take_case(name, has_deliveries=False)
    house.edit(name, 'accumulation = "year_to_date"', 'accumulation = "period"')
    for month in (3, 4):
        file = f"PAHITTAD_2024-0{month}_mottagen_2024-0{month + 1}-10.csv"
        path = house.deliver(name, "rows", file, "typ;antal;hur;märkning\n")
        path.with_name(f"{file}.toml").write_text("attests_zero = true\n", "utf-8")
    assert house.run(name, at=date(2024, 5, 20))[name].warnings == []


def test_v2_blank_rows_are_no_rows_and_the_message_says_how_many_there_were(house: House) -> None:
    """A spreadsheet's empty lines below one row must not pass for a whole delivery."""
    house.edit(AGREEMENT, "set_aside_share_max = 0\n", "set_aside_share_max = 1\n")
    name = "PAHITTAD_2024-01_mottagen_2024-02-10.csv"
    house.deliver(AGREEMENT, "rows", name, f"datum;typ;antal;märkning\n{ROW};;;\n;;;\n;;;;\n")
    (problem,) = house.run(at=AT)[AGREEMENT].problems
    assert (
        "volume.rows_min, 2 (PÅHITTAT: 2023 kom 2 till 4 rader.): there are 1, and 3 blank or a header, which do not"
        in str(problem)
    )
    assert house.figure(f"{AGREEMENT}/controls/made/-/-/2024-01")["value_status"] == "missing"
    house.deliver(AGREEMENT, "rows", name, f"datum;typ;antal;märkning\n{ROW}{ROW.replace('-05;', '-06;')};;;\n;;;\n")
    outcome = house.run(at=AT)[AGREEMENT]
    assert outcome.problems == []
    assert {(item.row.line, item.row.column, item.row.rule) for item in outcome.set_aside} == {
        (4, "", "blank_row"), (5, "", "blank_row"),
    }  # fmt: skip


@pytest.mark.parametrize("rows", [2, 4])
def test_v2_the_bounds_themselves_are_usual(house: House, rows: int) -> None:
    deliver(house, rows)
    outcome = house.run(at=AT)[AGREEMENT]
    assert (outcome.problems, outcome.warnings) == ([], [])


@pytest.mark.parametrize(
    ("volume", "said"),
    [
        ('{ evidence = "x" }', "say rows_min, rows_max or both"),
        ('{ rows_min = 3, rows_max = 2, evidence = "x" }', "rows_max is below rows_min"),
        ("{ rows_min = 3 }", "evidence' is missing"),
        ('{ rows_min = 0, evidence = "x" }', "greater than or equal to 1"),
    ],
)
def test_bounds_that_bound_nothing_are_refused(tmp_path: Path, volume: str, said: str) -> None:
    text = TEXT.replace("set_aside_share_max = 0.25\n", f"set_aside_share_max = 0.25\nvolume = {volume}\n", 1)
    assert said in only_problem(tmp_path, text)[1]


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.booleans(), st.booleans())
def test_any_day_with_its_months_name_reads_back(day: date, is_cut: bool, is_loud: bool) -> None:
    name = NAMES_SV[day.month - 1]
    shown = name[:3] if is_cut else name
    assert parse_date(f"{day.day} {shown.upper() if is_loud else shown} {day.year}", "D MMMM YYYY") == day


@pytest.mark.parametrize(
    "text", ["03 mars 2024", "3 march 2024", "31 februari 2024", "3 mars 24", "mars 2024", "3-mars-2024", "٣ mars 2024"]
)
def test_what_is_no_day_is_set_aside(text: str) -> None:
    assert parse_date(text, "D MMMM YYYY") == "not_a_date"


def test_check_tells_of_what_has_fallen_due_since_the_last_month(house: House) -> None:
    """A month that was due on the 12th is missing on the 20th, and not only when the next month has begun."""
    file = read_agreement(house.agreements / AGREEMENT)
    source = file.agreement.sources[0]
    agreement = file.agreement.model_copy(update={"sources": [source.model_copy(update={"due_day": 12})]})
    due = replace(file, agreement=agreement)
    (before,) = calendar_lines(due, house.state, date(2024, 2, 12))
    (after,) = calendar_lines(due, house.state, date(2024, 2, 13))
    assert before == f"{AGREEMENT}/rows: nothing is due yet; next due 2024-02-12"
    assert after == f"{AGREEMENT}/rows: 1 missing (2024-01); next due 2024-03-12"


def test_check_tells_that_what_is_missing_has_come_and_is_held(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    deliver(house, 1)
    house.run(at=AT)
    with house.settings():
        check_agreements()
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith(f"{AGREEMENT}/rows:")]
    assert line.startswith(f"{AGREEMENT}/rows: 1 held, 18 missing (2024-01, ")


def test_check_numbers_deliveries_by_their_day_as_the_published_table_does(house: House) -> None:
    for received_on, rows in (("2024-02-20", 3), ("2024-02-10", 2)):
        deliver(house, rows, received_on)
        house.run(at=AT)
    published = {row["received_on"]: row["state"] for row in house.rows(AGREEMENT, "deliveries")}
    assert published == {"2024-02-10": "delivered", "2024-02-20": "corrected"}
    assert calendar_line(house).startswith(f"{AGREEMENT}/rows: 1 delivered, 1 corrected; reaches 2024-01")


def test_check_does_not_say_that_what_was_deleted_is_held(house: House) -> None:
    name = deliver(house, 1)
    house.run(at=AT)
    assert "1 held" in calendar_line(house)
    delete_delivery(house.state, read_agreement(house.agreements / AGREEMENT).agreement, name, "D1", "police")
    assert calendar_line(house).startswith(f"{AGREEMENT}/rows: 1 missing (2024-01); next due ")


def test_check_shows_what_has_come_and_what_has_not(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    deliver(house, 3)
    house.run(at=AT)
    with house.settings():
        check_agreements()
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith(f"{AGREEMENT}/rows:")]
    assert line == (
        f"{AGREEMENT}/rows: 1 delivered, 17 missing (2024-02, 2024-03, 2024-04, 2024-05, 2024-06, 2024-07 …); "
        "reaches 2024-01"
    )


DAYS = [f"2024-01-{day:02d};Kontroll;1;PÅHITTAD\n" for day in range(1, 29)]
HEAD = "datum;typ;antal;märkning\n"
TWICE = "its second half repeats the first, row by row"


@pytest.mark.parametrize(
    ("rows", "is_told"),
    [
        (DAYS * 2, True),
        ([*DAYS, HEAD, *DAYS], True),
        (DAYS, False),
        (DAYS[:19] * 2, False),
        ([ROW] * 60, False),
        ([*DAYS, *DAYS[:-1], ROW.replace("-05;", "-28;").replace(";1;", ";2;")], False),
        (sorted(DAYS * 2), False),
    ],
)
@pytest.mark.parametrize("layout", ["csv", "xlsx", "json"])
def test_a_file_that_holds_itself_twice_is_told_once_and_counted(
    tmp_path: Path, rows: list[str], is_told: bool, layout: str
) -> None:
    """Two districts may have done the same, day by day, in an export that does not name them: nobody but they knows."""
    house = House(tmp_path)
    house.take_case(AGREEMENT, has_deliveries=False)
    house.edit(AGREEMENT, "set_aside_share_max = 0\n", "set_aside_share_max = 0.1\n")
    table = [line.strip().split(";") for line in (HEAD, *rows)]
    content = {
        "csv": "".join((HEAD, *rows)).encode(),
        "xlsx": written(table),
        "json": json.dumps([dict(zip(table[0], row, strict=True)) for row in table[1:]]).encode(),
    }[layout]
    if layout != "csv":
        said = {"xlsx": 'xlsx = { sheet = "Blad1", ', "json": 'json = { path = "", '}[layout]
        house.edit(AGREEMENT, 'csv = { encoding = "utf-8", delimiter = ";", ', said)
        house.edit(AGREEMENT, "{received_on}.csv", f"{{received_on}}.{layout}")
    path = house.deliver(AGREEMENT, "rows", f"PAHITTAD_2024-01_mottagen_2024-02-10.{layout}", "")
    path.write_bytes(content)
    outcome = house.run(at=AT)[AGREEMENT]
    assert outcome.problems == []
    assert [TWICE in warning for warning in outcome.warnings] == [True] * is_told
    counted = sum(int(row.split(";")[2]) for row in rows if row != HEAD)
    assert house.figure(f"{AGREEMENT}/controls/made/-/-/2024-01")["actual_value"] == str(counted)
    assert house.run(at=AT)[AGREEMENT].warnings == []


@pytest.mark.parametrize(
    ("rows", "is_told"),
    [
        (DAYS * 2, True),
        ([*DAYS, HEAD, *DAYS], True),
        (DAYS, False),
        ([*DAYS, *DAYS[:-1], DAYS[-1].replace(";1;", ";2;")], False),
        ([DAYS[0].replace(";1;", ";2;"), *DAYS[1:], *DAYS], False),
        ([*DAYS, *DAYS, DAYS[0]], False),
    ],
)
@pytest.mark.parametrize("piece_bytes", [30, 1000, 1 << 20])
def test_a_large_file_that_holds_itself_twice_is_told(
    tmp_path: Path, rows: list[str], is_told: bool, piece_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sources.second_look.repeats_itself", partial(repeats_itself, block_bytes=200))
    monkeypatch.setattr("sources.written_twice.PIECE_BYTES", piece_bytes)
    house = House(tmp_path)
    house.take_case(AGREEMENT, has_deliveries=False)
    house.edit(AGREEMENT, "set_aside_share_max = 0\n", "set_aside_share_max = 0.1\n")
    house.deliver(AGREEMENT, "rows", "PAHITTAD_2024-01_mottagen_2024-02-10.csv", "".join((HEAD, *rows)))
    outcome = house.run(at=AT)[AGREEMENT]
    assert outcome.problems == []
    assert [TWICE in warning for warning in outcome.warnings] == [True] * is_told


def test_answers_that_came_twice_in_one_file_are_told(tmp_path: Path) -> None:
    """Everybody would have answered twice, and the intervals be too narrow."""
    house = with_invented_survey(House(tmp_path))
    text = answers_of(2022)
    house.deliver(ID, SOURCE, "PAHITTAD_svar_2022_mottagen_2022-12-10.csv", text + text.split("\n", 1)[1])
    (warning,) = house.run()[ID].warnings
    assert TWICE in warning
