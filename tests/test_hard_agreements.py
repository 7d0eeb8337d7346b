"""Agreements that are hard to follow up, each a folder of data: deliveries in, figures out, on both databases.

tests/agreements/<name>/ holds agreement.toml, deliveries/, what is expected of chosen figures in expect.csv and, where
no delivery says the day, run.toml; an agreement that it names lies in beside/. Everything in them is invented. Adding a
folder adds a case.
"""

import csv
import shutil
import tomllib
from datetime import date
from pathlib import Path

import pytest

from schemas.warehouse_address import WarehouseAddress
from tasks.explain import explain_figure
from tests.house import House

CASES = sorted(path.parent for path in (Path(__file__).parent / "agreements").glob("*/expect.csv"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_figures_are_those_expected(case: Path, tmp_path: Path, warehouse: WarehouseAddress) -> None:
    house = House(tmp_path / "house", warehouse)
    shutil.copytree(case, house.agreements / case.name)
    for other in sorted((case / "beside").glob("*")):
        shutil.copytree(other, house.agreements / other.name)
    run = case / "run.toml"
    told = tomllib.loads(run.read_text("utf-8")) if run.exists() else {}
    outcome = house.run(at=told.get("at"))[case.name]
    assert [str(problem) for problem in outcome.problems] == []
    assert outcome.became == "published"
    with (case / "expect.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    found = {row["figure_id"]: row for row in house.rows(case.name, "promise_progress")}
    shown = [{name: found.get(row["figure_id"], {}).get(name) for name in row} for row in expected]
    assert shown == expected


@pytest.mark.parametrize(
    ("figure_id", "lines"),
    [
        ("places-each-and-together/controls/made/south/each-place/2024", [3, 4]),
        ("places-each-and-together/controls/made/north+south/all-places/2024", [2, 3, 4]),
        ("share-of-a-count/drug-crimes/first/-/per-year/2024", [2, 2, 3, 3]),
        ("controls-of-20-minutes/controls/made/-/per-year/2024", [2, 2, 3, 3]),
        ("first-of-three-sources/controls/made/-/-/2024-T1", [2, 2, 2, 2]),
        ("milestones/late/done/-/whole/all", []),
    ],
)
def test_a_figure_is_explained_by_the_lines_that_count_or_may_count(
    figure_id: str, lines: list[int], tmp_path: Path
) -> None:
    house = House(tmp_path)
    name = figure_id.split("/")[0]
    house.take_case(name)
    house.run(at=date(2025, 2, 1))
    found = explain_figure.fn(figure_id, house.state)
    assert sorted(line for delivery in found.deliveries for line in delivery.lines) == lines


def test_a_number_between_two_bounds_says_both(tmp_path: Path) -> None:
    house = House(tmp_path)
    name = "places-each-and-together"
    house.take_case(name)
    house.run()
    overview = {row["place_name_sv"]: row for row in house.rows(name, "overview")}
    assert overview["Södra platsen"]["actual_sv"] == "minst 2, högst 3"
    assert overview["Södra platsen"]["status_reason_sv"].startswith(
        "Uppgifter har kommit för hela perioden: minst 2, högst 3. Målet är minst 4."
    )


def test_there_are_hard_agreements() -> None:
    assert len(CASES) >= 10


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_invented_says_so(case: Path) -> None:
    assert (case / "agreement.toml").read_text("utf-8").startswith("# PÅHITTAD")
    deliveries = [path for path in case.rglob("*.csv") if path.name != "expect.csv"]
    assert all(path.name.startswith("PAHITTAD_") for path in deliveries)
    assert all("PÅHITTAD" in line for path in deliveries for line in path.read_text("utf-8").splitlines()[1:])


def test_a_milestone_tells_its_evidence_and_its_day(tmp_path: Path) -> None:
    house = House(tmp_path)
    for case in ("milestones", "milestones-of-two-years"):
        house.take_case(case)
    house.run(at=date(2024, 11, 15))
    done = house.figure("milestones/in-time/done/-/whole/all")
    assert (done["status"], done["source_url"]) == ("kept", "https://example.org/klart")
    silent = house.figure("milestones/silent/done/-/whole/all")
    assert silent["source_url"] == "https://example.org/pahittat"
    page = (house.public / "milestones/latest/index.html").read_text("utf-8")
    assert page.count('<a href="https://example.org/klart">Källa</a>') == 2
    targets = {row["target_sv"] for row in house.rows("milestones-of-two-years", "overview")}
    assert targets >= {"klart senast 2024-06-30", "klart inom perioden"}
    assert not any("None" in target for target in targets)


def test_a_milestone_of_an_extension_tells_when_the_agreement_ended(tmp_path: Path) -> None:
    """Its day lies after the last of what was first agreed, in whose period it is rated."""
    house, name = House(tmp_path), "milestones-of-two-years"
    house.take_case(name)
    path = house.agreements / name / "agreement.toml"
    before, after = path.read_text("utf-8").split('id = "after-the-end"')
    done = 'done_on = 2024-05-02\nevidence_url = "https://example.org/klart"\n'
    after = after.replace(done, "", 1).replace('period = "calendar_year"', 'period = "agreement"', 1)
    decided = 'text_sv = "PÅHITTAT beslut."\ndecision_url = "https://example.org/beslut"\n'
    extended = f'id = "longer"\nkind = "extended"\neffective_on = 2024-11-01\nends_on = 2025-06-30\n{decided}'
    ended = f'id = "end"\nkind = "terminated"\neffective_on = 2025-03-01\n{decided}'
    amendments = f"\n[[amendments]]\n{extended}\n[[amendments]]\n{ended}"
    path.write_text(f'{before}id = "after-the-end"{after}{amendments}', "utf-8")
    assert house.run(name, at=date(2025, 8, 1))[name].problems == []
    row = house.figure(f"{name}/after-the-end/done/-/yearly/all")
    assert row["status_rule"] == "agreement_terminated"
    assert row["status_reason_sv"].startswith("Avtalet upphörde att gälla 2025-03-01, ")


def test_a_chart_tells_the_target_of_each_of_its_periods(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.take_case("weekly-rhythm")
    house.edit("weekly-rhythm", 'period = "agreement"', 'period = "month"')
    house.edit("weekly-rhythm", 'period_wording = "agreement"', 'period_wording = "per_month"')
    house.run(at=date(2025, 1, 20))
    page = (house.public / "weekly-rhythm/latest/index.html").read_text("utf-8")
    numbers = {row["target_value"] for row in house.rows("weekly-rhythm", "promise_progress") if row["target_id"]}
    assert len(numbers) > 1
    for number in numbers:
        assert f"varje vecka ({number})" in page
    units = {row["unit"] for row in house.rows("weekly-rhythm", "targets")}
    assert units == {"vecka"}
