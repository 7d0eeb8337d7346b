"""Sources that end, pause, change hands or are late: said everywhere, and never taken for nothing done."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.reminding import remind_providers
from methods.handover import answerable, is_taken_over
from methods.searches import searched_by
from methods.terms import due_of
from publication.reminder import reminder_sv
from schemas.agreement_file import read_agreement
from schemas.layout import JsonRecords, XlsxSheet, ZipMember
from schemas.settings import PublishedSettings
from tests.house import House
from tests.test_agreement_file import TEXT, line_with, only_problem

HARD = Path(__file__).parent / "agreements"
HANDED_OVER = "source-handed-over"


def taken(tmp_path: Path, name: str) -> House:
    """Publish one of the hard agreements."""
    house = House(tmp_path)
    shutil.copytree(HARD / name, house.agreements / name)
    assert house.run(at=date(2025, 1, 20))[name].problems == []
    return house


def test_an_end_is_told_on_the_page_and_in_the_data(tmp_path: Path) -> None:
    house = taken(tmp_path, "source-that-ends")
    (source,) = house.rows("source-that-ends", "sources")
    assert (source["ended_on"], source["ended_reason_sv"]) == ("2024-06-30", "PÅHITTAT: systemet byttes.")
    states = {row["month"]: row["state"] for row in house.rows("source-that-ends", "deliveries")}
    assert states["2024-06"] == "delivered"
    assert {month: state for month, state in states.items() if month > "2024-06"} == dict.fromkeys(
        (f"2024-{month:02d}" for month in range(7, 13)), "ended"
    )
    page = (house.public / "source-that-ends/latest/index.html").read_text("utf-8")
    assert "upphörde efter 2024-06-30: PÅHITTAT: systemet byttes." in page
    figure = house.figure("source-that-ends/controls/made/-/per-year/2024")
    assert figure["status_reason_sv"].startswith(
        "Källan har upphört, och ingen annan har tagit över för hela resten av perioden."
    )
    assert figure["actual_high"] == ""


def test_a_delivery_about_months_after_the_end_is_refused(tmp_path: Path) -> None:
    house = taken(tmp_path, "source-that-ends")
    before = house.published()
    house.deliver("source-that-ends", "rows", "PAHITTAD_2024-07_mottagen_2024-08-10.csv",
                  "datum;typ;antal;märkning\n2024-07-05;Kontroll;9;PÅHITTAD\n")  # fmt: skip
    (problem,) = house.run(at=date(2025, 1, 20))["source-that-ends"].problems
    assert "the source 'rows' has ended by 2024-07" in str(problem)
    assert house.published() == before


def test_while_a_period_runs_an_ended_source_settles_nothing(tmp_path: Path) -> None:
    house = House(tmp_path)
    shutil.copytree(HARD / "source-that-ends", house.agreements / "source-that-ends")
    house.run(at=date(2024, 10, 20))
    figure = house.figure("source-that-ends/controls/made/-/per-year/2024")
    assert (figure["status"], figure["value_status"]) == ("ongoing", "partial")


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("ended_on = 2024-06-30", "belong together"),
        ('ended_reason_sv = "Systemet byttes."', "belong together"),
        ('taken_over_by = "totals"', "say in ended_on"),
        ('ended_on = 2024-06-30\nended_reason_sv = "Byte."\ntaken_over_by = "rows"', "there is no other source 'rows'"),
        ('started_on = 2024-07-01\nended_on = 2024-06-30\nended_reason_sv = "Byte."', "ends before it starts"),
        ('pauses = [{ from_on = 2024-07-01, to_on = 2024-06-30, reason_sv = "x" }]', "ends before it begins"),
        ('ended_on = 2024-06-14\nended_reason_sv = "Byte."', "must be the last day of a month"),
        ("started_on = 2024-06-15", "must be the first day of a month"),
        ('pauses = [{ from_on = 2024-07-15, to_on = 2024-08-31, reason_sv = "x" }]', "pause is of whole months"),
        ('pauses = [{ from_on = 2024-07-01, to_on = 2024-08-15, reason_sv = "x" }]', "pause is of whole months"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, keys: str, said: str) -> None:
    text = TEXT.replace("due_day = 15", keys + "\ndue_day = 15", 1)
    line, message = only_problem(tmp_path, text)
    assert said in message
    assert abs(line - line_with(keys.splitlines()[0], text)) <= 8


CSV = 'csv = { encoding = "utf-8", delimiter = ";", decimal_mark = "," }'
XLSX = 'xlsx = { sheet = "Blad1", decimal_mark = "," }'
LAST_OF_CSV = "PAHITTAD_2024-06_mottagen_2024-07-10.csv"


def test_what_came_before_a_source_changed_its_form_counts_on_and_says_how_to_go_on(tmp_path: Path) -> None:
    """Each run asks until it is settled: a contract that no longer reads what it once did mean something else."""
    house = taken(tmp_path, HANDED_OVER)
    june = house.figure(f"{HANDED_OVER}/controls/made/-/-/2024-06")
    for old, new in ((CSV, XLSX), ("{received_on}.csv", "{received_on}.xlsx")):
        house.edit(HANDED_OVER, old, new)
    problems = [str(problem) for problem in house.run(at=date(2025, 1, 20))[HANDED_OVER].problems]
    of_june = [problem for problem in problems if LAST_OF_CSV in problem]
    assert ["does not follow" in problem for problem in of_june] == [True, False]
    assert all("counts on. Where deliveries have another form" in problem for problem in problems)
    assert all("ended_on, ended_reason_sv, taken_over_by" in problem for problem in problems)
    assert house.figure(f"{HANDED_OVER}/controls/made/-/-/2024-06") == june
    for old, new in ((XLSX, CSV), ("{received_on}.xlsx", "{received_on}.csv")):
        house.edit(HANDED_OVER, old, new)
    assert house.run(at=date(2025, 1, 20))[HANDED_OVER].problems == []


def test_nothing_is_said_to_count_of_what_was_never_read(tmp_path: Path) -> None:
    house = taken(tmp_path, HANDED_OVER)
    house.deliver(HANDED_OVER, "rows", "uttag.csv", "x")
    house.deliver(HANDED_OVER, "later", "PAHITTAD_2024-12_mottagen_2025-01-10.csv", "x;y\n1;2\n")
    problems = house.run(at=date(2025, 1, 20))[HANDED_OVER].problems
    assert [("counts on" in str(problem)) for problem in problems] == [False, False]


def handed_over_in_mid_june(tmp_path: Path) -> House:
    """Return an agreement in which one source takes over from another within a month; nothing is run yet."""
    house = House(tmp_path)
    shutil.copytree(HARD / HANDED_OVER, house.agreements / HANDED_OVER)
    house.edit(HANDED_OVER, "ended_on = 2024-06-30", "ended_on = 2024-06-14")
    house.edit(HANDED_OVER, "started_on = 2024-07-01", "started_on = 2024-06-15")
    return house


def test_two_that_report_one_after_the_other_may_meet_in_the_middle_of_a_month(tmp_path: Path) -> None:
    house = handed_over_in_mid_june(tmp_path)
    assert house.run(at=date(2025, 1, 20))[HANDED_OVER].became == "published"
    june = house.figure(f"{HANDED_OVER}/controls/made/-/-/2024-06")
    assert (june["actual_value"], june["actual_qualifier"], june["deliveries_due"]) == ("3", "at_least", "2")


def test_what_both_of_two_have_of_a_month_counts_for_the_one_whose_days_it_was(tmp_path: Path) -> None:
    house = handed_over_in_mid_june(tmp_path)
    house.edit(HANDED_OVER, "set_aside_share_max = 0", "set_aside_share_max = 0.5")
    days = ("2024-06-05", "2024-06-14", "2024-06-15", "2024-06-25")
    rows = "datum;typ;antal;märkning\n" + "".join(f"{day};Kontroll;1;PÅHITTAD\n" for day in days)
    for source in ("rows", "later"):
        house.deliver(HANDED_OVER, source, "PAHITTAD_2024-06_mottagen_2024-07-11.csv", rows)
    outcome = house.run(at=date(2025, 1, 20))[HANDED_OVER]
    assert [(aside.source_id, aside.row.line, aside.row.rule) for aside in outcome.set_aside] == [
        ("rows", 4, "after_what_is_reported"),
        ("rows", 5, "after_what_is_reported"),
        ("later", 2, "before_what_is_reported"),
        ("later", 3, "before_what_is_reported"),
    ]
    june = house.figure(f"{HANDED_OVER}/controls/made/-/-/2024-06")
    assert (june["actual_value"], june["actual_qualifier"]) == ("4", "exact")


def handed_over_to_totals(tmp_path: Path) -> House:
    """Return the agreement whose rows until June are followed by totals for each tertial, rated month by month."""
    house = House(tmp_path)
    house.take_case(HANDED_OVER)
    path = house.agreements / HANDED_OVER / "agreement.toml"
    start, rows, later = path.read_text("utf-8").split("[[sources]]")
    start = start.replace('"per_year"', '"per_month"').replace('"calendar_year"', '"month"')
    contract = (
        '[sources.contract]\nkind = "reported_totals"\ngrain = "tertial"\naccumulation = "period"\n'
        'missing_marks = [".."]\nset_aside_share_max = 0\nconstants = { "märkning" = "PÅHITTAD" }\n'
        'csv = { encoding = "utf-8", delimiter = ";", decimal_mark = "," }\n'
        'columns = { indicator = "typ", value = "antal", qualifier = "hur" }\n'
        'indicators = { "Kontroll" = "controls/made" }\nqualifiers = { "exakt" = "exact" }\n'
    )
    later = later.split("[sources.contract]")[0].replace('"month"', '"tertial"').replace("{month}", "{from}_{to}")
    path.write_text("[[sources]]".join((start, rows, later + contract)), "utf-8")
    shutil.rmtree(house.agreements / HANDED_OVER / "deliveries" / "later")
    for months, received_on in (("2024-07_2024-08", "2024-09-10"), ("2024-09_2024-12", "2025-01-10")):
        name = f"PAHITTAD_{months}_mottagen_{received_on}.csv"
        house.deliver(HANDED_OVER, "later", name, "typ;antal;hur;märkning\nKontroll;9;exakt;PÅHITTAD\n")
    return house


@pytest.mark.parametrize("searched_on", ["", "searched_on = 2025-03-01\n"], ids=["not searched", "searched"])
def test_a_month_of_a_longer_total_is_not_said_to_be_without_reports_after_rows(
    tmp_path: Path, searched_on: str
) -> None:
    house = handed_over_to_totals(tmp_path)
    house.edit(HANDED_OVER, "due_day = 15\n", f"due_day = 15\n{searched_on}")
    assert house.run(at=date(2025, 4, 20))[HANDED_OVER].problems == []
    found = [house.figure(f"{HANDED_OVER}/controls/made/-/per-year/2024-{month}") for month in ("06", "07", "11")]
    assert [(row["value_status"], row["status_rule"]) for row in found] == [
        ("observed", "at_least_complete_below"),
        ("not_applicable", "source_reports_longer_periods"),
        ("not_applicable", "source_reports_longer_periods"),
    ]
    assert house.figure(f"{HANDED_OVER}/controls/made/-/-/2024-T3")["actual_value"] == "9"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('combine = "sum"', 'combine = "first"', "of which 'first' takes what one of them has"),
        ('sources = ["rows", "later"]', 'sources = ["later"]', "only one delivers 'made'"),
        ('sources = ["rows", "later"]', 'sources = ["rows"]', "only one delivers 'made'"),
    ],
)
def test_half_a_month_never_passes_for_the_whole(tmp_path: Path, old: str, new: str, said: str) -> None:
    house = handed_over_in_mid_june(tmp_path)
    house.edit(HANDED_OVER, old, new)
    (problem,) = (str(item) for item in house.run(at=date(2025, 1, 20))[HANDED_OVER].problems)
    assert "'later' takes over from 'rows' on 2024-06-15, within a month" in problem
    assert said in problem
    house.edit(HANDED_OVER, "ended_on = 2024-06-14", "ended_on = 2024-06-30")
    house.edit(HANDED_OVER, "started_on = 2024-06-15", "started_on = 2024-07-01")
    assert "within a month" not in "".join(str(item) for item in house.run(at=date(2025, 1, 20))[HANDED_OVER].problems)


def test_a_delivery_across_a_pause_is_refused(tmp_path: Path) -> None:
    house = taken(tmp_path, "source-that-pauses")
    house.edit("source-that-pauses", "PAHITTAD_{month}_mottagen", "PAHITTAD_{from}_{to}_mottagen")
    for path in (house.agreements / "source-that-pauses/deliveries/rows").iterdir():
        path.unlink()
    house.deliver("source-that-pauses", "rows", "PAHITTAD_2024-01_2024-12_mottagen_2025-01-10.csv",
                  "datum;typ;antal;märkning\n2024-01-05;Kontroll;9;PÅHITTAD\n")  # fmt: skip
    (problem,) = house.run(at=date(2025, 1, 20))["source-that-pauses"].problems
    assert "the source 'rows' has paused by 2024-07" in str(problem)


def test_a_source_answers_for_its_months_and_for_those_it_was_given(tmp_path: Path) -> None:
    house = House(tmp_path)
    shutil.copytree(HARD / "source-handed-over", house.agreements / "source-handed-over")
    rows, later = read_agreement(house.agreements / "source-handed-over").agreement.sources
    assert [answerable(rows, month, [rows, later]).id for month in ("2024-06", "2024-07")] == ["rows", "later"]
    assert [answerable(later, month, [rows, later]).id for month in ("2024-06", "2024-07")] == ["rows", "later"]
    assert answerable(rows, "2024-07", [rows]).id == "rows"
    begins_late = later.model_copy(update={"started_on": date(2024, 8, 1)})
    months = ("2024-07", "2024-08")
    assert [answerable(rows, month, [rows, begins_late]).id for month in months] == ["rows", "later"]
    ended = later.model_copy(update={"ended_on": date(2024, 8, 31), "taken_over_by": "rows"})
    assert not is_taken_over(rows, "2024-09", [rows, ended])


def test_a_letter_names_the_months_the_columns_and_the_office(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house = taken(tmp_path, "source-that-pauses")
    shutil.rmtree(house.state.root)
    shutil.rmtree(house.public)
    for name in ("2024-11", "2024-12"):
        (path,) = (house.agreements / "source-that-pauses/deliveries/rows").glob(f"*_{name}_*")
        path.unlink()
    house.run(at=date(2025, 1, 20))
    with house.settings():
        remind_providers(None, date(2025, 1, 20))
    letter = capsys.readouterr().out
    assert letter.count("Till: Påhittad polis") == 1
    assert "november 2024, december 2024" in letter
    assert "- Kolumner: datum, typ, antal, märkning" in letter
    assert "- En fil för varje månad, en CSV-fil (UTF-8, semikolon mellan kolumnerna)" in letter
    assert "- Skicka filen till kontakt@example.org" in letter
    assert "kunnat läsa in" not in letter
    assert "PÅHITTAT exempel" in letter
    assert "juli" not in letter
    with house.settings():
        remind_providers(None, date(2024, 12, 15))
    assert capsys.readouterr().out == "nothing is late on 2024-12-15\n"


def test_an_agreement_that_cannot_be_read_keeps_no_other_letter_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house = House(tmp_path)
    for name in ("source-that-ends", "source-that-pauses"):
        shutil.copytree(HARD / name, house.agreements / name)
    house.edit("source-that-ends", "title_sv", "titel_sv")
    with house.settings():
        assert remind_providers(None, date(2025, 1, 20)) == 3
    told = capsys.readouterr()
    assert told.out.count("Till: Påhittad polis") == 1
    assert "unknown key 'titel_sv'" in told.err


def test_nobody_is_told_that_what_could_not_be_read_has_not_come(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house = House(tmp_path)
    shutil.copytree(HARD / "source-that-pauses", house.agreements / "source-that-pauses")
    rows = house.agreements / "source-that-pauses/deliveries/rows"
    (november,), (december,) = (list(rows.glob(f"*_{month}_*")) for month in ("2024-11", "2024-12"))
    november.write_text(november.read_text("utf-8").replace("antal", "stycken"), "utf-8")
    december.unlink()
    assert len(house.run(at=date(2025, 1, 20))["source-that-pauses"].problems) == 1
    with house.settings():
        remind_providers(None, date(2025, 1, 20))
        letter = capsys.readouterr().out
        assert "Vi har inte fått uppgifterna från PÅHITTAT uttag för december 2024." in letter
        assert "Det som har kommit för november 2024 har vi inte kunnat läsa in än" in letter
        remind_providers(None, date(2025, 1, 10))
        assert capsys.readouterr().out == "nothing is late on 2025-01-10\n"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"location": "ssh://filer.example.org/ut"}, "- Lämna filen på ssh://filer.example.org/ut"),
        ({"cadence": "tertial"}, "- En fil för varje tertial, en CSV-fil"),
        (
            {"layout": {"csv": None, "xlsx": XlsxSheet(sheet="Blad1", decimal_mark=",")}},
            "en Excelbok (XLSX) med bladet Blad1",
        ),
        ({"layout": {"csv": None, "json_records": JsonRecords(path="", decimal_mark=".")}}, "en JSON-fil"),
        ({"layout": {"zip": ZipMember(member="a.csv")}}, "mellan kolumnerna) i ett ZIP-arkiv"),
    ],
)
def test_a_letter_says_how_and_where(changes: dict[str, Any], said: str) -> None:
    agreement = read_agreement(HARD / "source-that-pauses").agreement
    (source,) = agreement.sources
    contract = source.contract.model_copy(update=changes.get("layout", {}))
    keys = {name: value for name, value in changes.items() if name != "layout"}
    source = source.model_copy(update={**keys, "contract": contract})
    assert said in reminder_sv(agreement, source, due_of(agreement, source)[-1:], [], PublishedSettings())


def test_a_search_made_after_the_day_of_publication_is_not_known_on_it(tmp_path: Path) -> None:
    """What is run later for an earlier day says what would have been said then."""
    house = House(tmp_path)
    shutil.copytree(HARD / "milestones", house.agreements / "milestones")
    silent = "milestones/silent/done/-/whole/all"
    house.edit("milestones", "searched_on = 2024-10-01", "searched_on = 2029-10-01")
    house.run(at=date(2025, 1, 20))
    assert house.figure(silent)["status"] == "awaiting_data"
    assert "2029" not in house.figure(silent)["status_reason_sv"]
    house.edit("milestones", "searched_on = 2029-10-01", "searched_on = 2025-01-25")
    assert house.run(at=date(2025, 1, 21))["milestones"].problems == []
    assert house.figure(silent)["status"] == "awaiting_data"
    house.run(at=date(2025, 1, 25))
    assert (house.figure(silent)["status"], house.figure(silent)["status_rule"]) == ("not_reported", "nothing_received")
    assert "sökt 2025-01-25" in house.figure(silent)["status_reason_sv"]


@pytest.mark.parametrize("searched_on", [date(2029, 5, 1), date(2025, 1, 20), date(2025, 1, 21)])
def test_nor_is_one_of_a_source(tmp_path: Path, searched_on: date) -> None:
    house = taken(tmp_path, "source-that-pauses")
    agreement = read_agreement(house.agreements / "source-that-pauses").agreement
    sources = [source.model_copy(update={"searched_on": searched_on}) for source in agreement.sources]
    known = searched_by(agreement.model_copy(update={"sources": sources}), date(2025, 1, 20))
    is_known = searched_on <= date(2025, 1, 20)
    assert {source.searched_on for source in known.sources} == {searched_on if is_known else None}
