"""Sources that end, pause, change hands or are late: said everywhere, and never taken for nothing done."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from cli.reminding import remind_providers
from tests.house import House
from tests.test_agreement_file import TEXT, line_with, only_problem

HARD = Path(__file__).parent / "agreements"


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
    assert figure["status_reason_sv"].startswith("Källan har upphört, och ingen annan redovisar därefter.")
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
        ('pauses = [{ from_on = 2024-07-01, to_on = 2024-06-01, reason_sv = "x" }]', "ends before it begins"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, keys: str, said: str) -> None:
    text = TEXT.replace("due_day = 15", keys + "\ndue_day = 15", 1)
    line, message = only_problem(tmp_path, text)
    assert said in message
    assert abs(line - line_with(keys.splitlines()[0], text)) <= 8


def test_a_letter_names_the_months_the_columns_and_the_office(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house = taken(tmp_path, "source-that-pauses")
    shutil.rmtree(house.state.root)
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
    assert "PÅHITTAT exempel" in letter
    assert "juli" not in letter
    with house.settings():
        remind_providers(None, date(2024, 12, 15))
    assert capsys.readouterr().out == "nothing is late on 2024-12-15\n"
