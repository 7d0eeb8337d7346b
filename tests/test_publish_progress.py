"""The main job on the bundled agreements: what a reader finds, and what a run does to what is there."""

import json
import shutil
from datetime import date

import pytest

from schemas.errors import HELD, PUBLISHED
from schemas.outcome import exit_status
from tests.house import House

POLICE = "PAHITTAD_polis_{month}_mottagen_{received}.csv"
HEADER = "id;datum;typ;plats;antal;markering\n"


def test_goteborg_centrum_kept_both_targets(bundled: House) -> None:
    drugs = bundled.figure("goteborg-centrum-1/drug-operations/operations/-/whole-term/all")
    traffic = bundled.figure("goteborg-centrum-1/traffic-operations/operations/-/whole-term/all")
    assert [(row["actual_value"], row["target_value"], row["status"]) for row in (drugs, traffic)] == [
        ("11", "6", "kept"),
        ("4", "4", "kept"),
    ]
    assert drugs["achieved_share"] == "1.8333"


def test_grastorp_says_at_least_and_rates_nothing(bundled: House) -> None:
    controls = bundled.figure("grastorp-2/traffic-controls/controls/-/-/2022")
    assert (controls["actual_value"], controls["actual_qualifier"], controls["status"]) == (
        "43",
        "at_least",
        "reported",
    )
    assert controls["actual_high"] == ""
    visits = bundled.figure("grastorp-2/visits/visits/-/-/2022")
    assert [visits[name] for name in ("actual_value", "actual_qualifier", "actual_low", "actual_high")] == [
        *("15", "about", "12", "18")
    ]
    fines = bundled.figure("grastorp-2/traffic-controls/fines/-/-/2022")
    assert (fines["indicator_role"], fines["actual_value"], fines["disclosure_unit"]) == ("result", "71", "person")


def test_vetlanda_is_known_and_not_read_in(bundled: House) -> None:
    figure = bundled.figure("vetlanda-1/traffic-controls/controls/-/whole-term/all")
    assert figure["status"] == "awaiting_data"
    assert figure["status_reason_sv"] == "Redovisning finns men är inte inläst."
    assert (figure["actual_value"], figure["value_status"]) == ("", "missing")
    states = {row["month"]: row["state"] for row in bundled.rows("vetlanda-1", "deliveries")}
    assert states["2020-12"] == "known_unread"
    assert states["2020-04"] == "missing"


def test_tranas_shows_six_activities_and_both_readings(bundled: House) -> None:
    assert len(bundled.rows("tranas-1", "activities")) == 6
    start = "tranas-1/traffic-controls/controls/-"
    assert bundled.figure(f"{start}/calendar-year/2023")["status"] == "undetermined"
    assert bundled.figure(f"{start}/calendar-year/2024")["status"] == "not_kept"
    for year in ("Y1", "Y2"):
        from_signing = bundled.figure(f"{start}/year-from-signing/{year}")
        assert (from_signing["status"], from_signing["actual_value"], from_signing["period_start_on"]) == (
            "undetermined",
            "",
            "",
        )
    operations = "tranas-1/drug-operations/operations/-"
    assert bundled.figure(f"{operations}/whole-term/all")["status"] == "kept"
    assert bundled.figure(f"{operations}/calendar-year/2024")["status"] == "not_kept"
    assert bundled.figure(f"{operations}/-/2024")["status"] == ""


def test_tranas_withholds_every_number_about_persons(bundled: House) -> None:
    rows = [row for row in bundled.rows("tranas-1", "promise_progress") if row["disclosure_unit"] == "person"]
    numbers = ("actual_value", "actual_low", "actual_high", "achieved_share", "covered_until_on", "forecast_low")
    assert rows
    assert {row["status"] for row in rows} == {"suppressed"}
    assert {row[name] for row in rows for name in numbers} == {""}


def test_tranas_publishes_inspected_pubs_by_whole_year_only(bundled: House) -> None:
    rows = [row for row in bundled.rows("tranas-1", "promise_progress") if row["activity_id"] == "pub-inspections"]
    shown = {row["period_type"] for row in rows if row["actual_value"]}
    assert shown == {"year"}
    assert {row["status"] for row in rows if row["period_type"] != "year"} == {"suppressed"}


def test_everything_invented_is_marked(bundled: House) -> None:
    for table in ("promise_progress", "overview", "deliveries", "safety_survey"):
        assert {row["is_example"] for row in bundled.rows("tranas-1", table)} == {"true"}
        assert {row["is_example"] for row in bundled.rows("grastorp-2", table)} <= {"false"}
    latest = bundled.public / "tranas-1" / "latest"
    assert [path.name for path in latest.glob("*.xlsx")] == ["PAHITTAD_tranas-1.xlsx"]
    assert "PÅHITTAD" in json.loads((latest / "datapackage.json").read_bytes())["title"]
    assert "noindex" in (latest / "index.html").read_text("utf-8")


def test_survey_stands_beside_its_baseline(bundled: House) -> None:
    rows = {
        row["survey_id"]: row
        for row in bundled.rows("tranas-1", "safety_survey")
        if (row["question_id"], row["area_id"]) == ("safe-outdoors-late", "centre")
    }
    assert rows["trygghet-2022"]["change_verdict"] == "baseline"
    assert (rows["trygghet-2024"]["share"], rows["trygghet-2024"]["change_share"]) == ("0.504", "0.033")
    assert rows["trygghet-2024"]["change_verdict"] == "not_tested"
    assert rows["trygghet-2024"]["share_low"] == ""


def test_every_period_of_the_term_has_a_row(bundled: House) -> None:
    rows = bundled.rows("tranas-1", "promise_progress")
    own = [row["figure_id"].rsplit("/", 1)[1] for row in rows if row["figure_id"].startswith("tranas-1/meetings/")]
    assert sorted(own) == sorted(
        [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]
        + [f"{year}-T{number}" for year in (2023, 2024) for number in (1, 2, 3)]
        + ["2023", "2024", "all"]
    )


def test_the_corrected_delivery_counts_and_the_first_is_still_listed(bundled: House) -> None:
    assert bundled.figure("tranas-1/traffic-controls/controls/-/-/2023-10")["actual_value"] == "2"
    states = {
        row["delivery_id"]: row["state"]
        for row in bundled.rows("tranas-1", "deliveries")
        if row["source_id"] == "police-activities"
    }
    assert states["police-activities/2023-10/1"] == "delivered"
    assert states["police-activities/2023-10/2"] == "corrected"
    assert states["police-activities/2023-06/1"] == "late"


def test_a_second_run_changes_no_byte(house: House) -> None:
    house.take("goteborg-centrum-1", "vetlanda-1").run()
    before = house.published()
    outcomes = house.run()
    assert {outcome.became for outcome in outcomes.values()} == {"unchanged"}
    assert house.published() == before


def test_what_was_published_comes_back_the_same(house: House) -> None:
    house.take("goteborg-centrum-1", "grastorp-2").run()
    before = house.published()
    shutil.rmtree(house.public)
    house.run()
    assert house.published() == before
    (house.public / "grastorp-2" / "latest" / "targets.csv").unlink()
    house.run()
    assert house.published() == before


def test_a_lost_warehouse_comes_back_the_same(house: House) -> None:
    house.take("tranas-1").run()
    before = house.published()
    house.warehouse_file.unlink()
    assert house.run()["tranas-1"].became == "unchanged"
    assert house.published() == before


def test_bad_rows_are_set_aside_and_the_good_ones_published(house: House) -> None:
    house.take("tranas-1")
    house.edit("tranas-1", "set_aside_share_max = 0.6", "set_aside_share_max = 0.8")
    house.run(month="2024-12", at=date(2025, 1, 10))
    before = {row["figure_id"]: row for row in house.rows("tranas-1", "promise_progress")}
    house.deliver(
        "tranas-1",
        "police-activities",
        POLICE.format(month="2024-03", received="2025-01-09"),
        HEADER + "A;2024-03-04;Trafikkontroll;Tranås centrum;1;PÅHITTAD\n"
        "B;2024-03-05;Ridpatrull;Tranås centrum;1;PÅHITTAD\n"
        "C;2024-04-05;Trafikkontroll;Tranås centrum;1;PÅHITTAD\n"
        "D;2024-03-06;Trafikkontroll;Tranås centrum;-1;PÅHITTAD\n"
        "E;2024-03-07;Trafikkontroll;1;PÅHITTAD\n"
        "F;2024-03-08;Trafikkontroll;Sommen;2;PÅHITTAD\n",
    )
    outcome = house.run(month="2024-12", at=date(2025, 1, 10))["tranas-1"]
    load_ids = {aside.load_id for aside in outcome.set_aside}
    assert [(aside.row.line, aside.row.column, aside.row.rule) for aside in outcome.set_aside] == [
        (3, "typ", "unknown_value"),
        (4, "datum", "outside_the_months_of_the_delivery"),
        (5, "antal", "negative_count"),
        (6, "", "missing_field"),
    ]
    assert len(load_ids) == 1
    assert exit_status([outcome]) == PUBLISHED
    after = {row["figure_id"]: row for row in house.rows("tranas-1", "promise_progress")}
    assert after["tranas-1/traffic-controls/controls/-/-/2024-03"]["actual_value"] == "3"
    touched = {"2024-03", "2024-T1", "2024", "all"}
    for figure_id, row in after.items():
        own = figure_id.split("/")[1] in {"traffic-controls", "drug-operations"}
        if not (own and figure_id.rsplit("/", 1)[1] in touched):
            assert row == before[figure_id]


def test_a_delivery_with_too_many_bad_rows_is_held_and_the_rest_published(house: House) -> None:
    house.take("tranas-1", "goteborg-centrum-1").run()
    before = house.published()
    house.deliver(
        "tranas-1",
        "police-activities",
        POLICE.format(month="2024-05", received="2025-01-09"),
        HEADER + "A;2024-05-04;Ridpatrull;Sommen;1;PÅHITTAD\nB;2024-05-05;Ridpatrull;Sommen;1;PÅHITTAD\n"
        "C;2024-05-06;Trafikkontroll;Sommen;1;PÅHITTAD\n",
    )
    outcomes = house.run()
    assert exit_status(list(outcomes.values())) == HELD
    assert "2 of 3 rows would be set aside" in str(outcomes["tranas-1"].problems[0])
    assert "line 2, column typ, rule unknown_value" in str(outcomes["tranas-1"].problems[0])
    assert house.published() == before
    status = json.loads((house.public / "status.json").read_bytes())
    assert status["agreements"]["tranas-1"]["held"] == [{"source_id": "police-activities", "stage": "load"}]


def test_personal_data_is_never_kept(house: House) -> None:
    house.take("tranas-1")
    planted = "19121212-1212"
    house.deliver(
        "tranas-1",
        "police-activities",
        POLICE.format(month="2024-05", received="2025-01-09"),
        HEADER + f"A;2024-05-04;Trafikkontroll;{planted};1;PÅHITTAD\n",
    )
    problem = str(house.run()["tranas-1"].problems[0])
    assert "line 2, column plats seems to hold personal data" in problem
    assert planted not in problem
    kept = [path.read_bytes() for path in house.state.root.rglob("*") if path.is_file()]
    assert not any(planted.encode() in content for content in [*kept, *house.published().values()])


def test_a_header_without_rows_is_zero_only_when_attested(house: House) -> None:
    house.take("tranas-1")
    name = POLICE.format(month="2024-07", received="2025-01-09")
    path = house.deliver("tranas-1", "police-activities", name, HEADER)
    assert "attests_zero" in str(house.run()["tranas-1"].problems[0])
    path.with_name(name + ".toml").write_text("attests_zero = true\n", "utf-8")
    outcome = house.run()["tranas-1"]
    assert not outcome.problems
    july = house.figure("tranas-1/traffic-controls/controls/-/-/2024-07")
    assert (july["actual_value"], july["value_status"]) == ("0", "observed")


def test_a_missing_month_is_no_zero(house: House) -> None:
    house.take("tranas-1")
    next((house.agreements / "tranas-1/deliveries/police-activities").glob("PAHITTAD_polis_2024-04_*")).unlink()
    house.run()
    april = house.figure("tranas-1/traffic-controls/controls/-/-/2024-04")
    assert (april["actual_value"], april["value_status"]) == ("", "missing")
    year = house.figure("tranas-1/traffic-controls/controls/-/calendar-year/2024")
    assert (year["actual_qualifier"], year["value_status"], year["status"]) == ("at_least", "partial", "awaiting_data")
    assert "april 2024" in year["status_reason_sv"]


def test_a_corrected_delivery_makes_a_release_beside_the_old_one(house: House) -> None:
    house.take("grastorp-1")
    sidecar = house.agreements / "grastorp-1/deliveries/reported/redovisat_2021.csv.toml"
    sidecar.write_text(sidecar.read_text("utf-8").replace("2026-11-22", "2026-10-01"), "utf-8")
    house.run()
    first = house.published()
    house.deliver(
        "grastorp-1", "reported", "redovisat_2021.csv", "uppgift;antal;precision\nFasta trafikkontroller;56;minst\n"
    )
    sidecar.write_text(sidecar.read_text("utf-8").replace("2026-10-01", "2026-10-02"), "utf-8")
    assert house.run()["grastorp-1"].became == "published"
    now = house.published()
    assert all(now[path] == content for path, content in first.items() if "/releases/" in path)
    pointer = json.loads((house.public / "grastorp-1/index.json").read_bytes())
    assert len(pointer["releases"]) == 2
    assert pointer["releases"][1]["parent"] == pointer["releases"][0]["release_id"]
    changed = {row["figure_id"]: row["changed_on"] for row in house.rows("grastorp-1", "promise_progress")}
    assert changed["grastorp-1/traffic-controls/controls/-/-/2021"] == "2026-10-02"
    assert changed["grastorp-1/traffic-controls/controls/-/-/2021-03"] == "2026-10-01"


@pytest.mark.parametrize("damaged", ["{", "[]", '{"agreements": []}'])
def test_a_damaged_status_is_written_anew(house: House, damaged: str) -> None:
    house.take("grastorp-1").run()
    before = house.published()
    (house.public / "status.json").write_text(damaged, "utf-8")
    assert house.run()["grastorp-1"].problems == []
    status = json.loads((house.public / "status.json").read_bytes())
    assert status["agreements"]["grastorp-1"]["became"] == "unchanged"
    assert house.published() == before


def test_a_damaged_pointer_is_named_until_its_agreement_is_run(house: House) -> None:
    """The list of all is left as it was: without that agreement it would say that it was taken back."""
    house.take("grastorp-1").take("grastorp-2").run()
    before = house.published()
    (house.public / "grastorp-2/index.json").write_text("{", "utf-8")
    (problem,) = house.run("grastorp-1")["grastorp-1"].problems
    assert "grastorp-2/index.json: is damaged" in str(problem)
    assert "Run the agreement grastorp-2 again" in str(problem)
    assert house.published()["index.json"] == before["index.json"]
    assert house.run("grastorp-2")["grastorp-2"].problems == []
    assert house.run("grastorp-1")["grastorp-1"].problems == []
    assert house.published() == before


def test_an_older_month_publishes_nothing(house: House) -> None:
    house.take("tranas-1").run()
    before = house.published()
    outcome = house.run(month="2023-06")["tranas-1"]
    assert (outcome.became, outcome.problems) == ("superseded", [])
    assert house.published() == before


def test_the_state_after_a_month_knows_nothing_later(house: House) -> None:
    house.take("tranas-1").run(month="2023-08")
    year = house.figure("tranas-1/traffic-controls/controls/-/calendar-year/2023")
    assert (year["actual_value"], year["status"], year["covered_until_on"]) == ("18", "at_risk", "2023-08-31")
    assert year["reach_probability"] == "0.2572"
    assert "räkneövning" in year["status_reason_sv"]
    assert house.figure("tranas-1/traffic-controls/controls/-/calendar-year/2024")["status"] == "ongoing"
    assert max(row["month"] for row in house.rows("tranas-1", "deliveries")) == "2023-08"


def test_a_month_that_counts_is_not_missing_though_its_delivery_reaches_past_the_state(house: House) -> None:
    house.take_case("late-rows", has_deliveries=False)
    house.edit("late-rows", "PAHITTAD_{month}_", "PAHITTAD_{from}_{to}_")
    rows = "id;datum;typ;antal;märkning\nK1;2024-01-05;Kontroll;1;PÅHITTAD\nK2;2024-06-05;Kontroll;2;PÅHITTAD\n"
    house.deliver("late-rows", "rows", "PAHITTAD_2024-01_2024-06_mottagen_2024-07-05.csv", rows)
    listed = {}
    for month in ("2024-03", "2024-06"):
        house.run(at=date(2024, 8, 1), month=month)
        whole = house.figure("late-rows/controls/made/-/-/all")
        listed[month] = (whole["actual_value"], [row["delivery_id"] for row in house.rows("late-rows", "deliveries")])
    assert listed == {"2024-03": ("1", []), "2024-06": ("3", ["rows/2024-06/1"])}


def test_a_run_on_a_day_sees_only_what_had_come_by_then(house: House) -> None:
    house.take("tranas-1").run(at=date(2023, 7, 3))
    june = house.figure("tranas-1/traffic-controls/controls/-/-/2023-06")
    assert june["value_status"] == "missing"
    assert house.rows("tranas-1", "agreements")[0]["starts_on"] == "2023-01-01"
    assert max(row["received_on"] for row in house.rows("tranas-1", "deliveries")) <= "2023-07-03"


def test_a_changed_contract_loads_again_and_the_old_load_stays(house: House) -> None:
    house.take("goteborg-centrum-1").run()
    before = house.published()
    house.edit("goteborg-centrum-1", "missing_marks = []", 'missing_marks = [".."]')
    assert house.run()["goteborg-centrum-1"].became == "unchanged"
    assert len(house.state.ledger("goteborg-centrum-1").loads()) == 2
    house.edit("goteborg-centrum-1", 'missing_marks = [".."]', "missing_marks = []")
    house.run()
    ledger = house.state.ledger("goteborg-centrum-1")
    assert len(ledger.loads()) == 2
    assert next(iter(ledger.accepted_loads().values())).load_id == ledger.entries[1].load_id
    assert house.published() == before


def test_a_dry_run_leaves_nothing_behind(house: House) -> None:
    house.take("goteborg-centrum-1")
    outcome = house.run(dry_run=True)["goteborg-centrum-1"]
    assert outcome.became == "published"
    assert not house.public.exists()
    assert not (house.state.root / "ledger").exists()
    assert not (house.state.root / "store").exists()


def test_one_bad_agreement_stops_no_other(house: House) -> None:
    house.take("goteborg-centrum-1", "grastorp-1")
    house.edit("grastorp-1", "is_start_assumed", "is_start_asumed")
    outcomes = house.run()
    assert outcomes["goteborg-centrum-1"].became == "published"
    assert outcomes["grastorp-1"].became == "failed"
    assert "unknown key 'is_start_asumed'; the nearest known key is 'is_start_assumed'" in str(
        outcomes["grastorp-1"].problems[0]
    )
    assert exit_status(list(outcomes.values())) == HELD


def test_files_that_say_too_little_are_named(house: House) -> None:
    house.take("goteborg-centrum-1")
    folder = house.agreements / "goteborg-centrum-1/deliveries/reported"
    (folder / "nytt.csv").write_text("x\n", "utf-8")
    (folder / "redovisat_2017.csv").write_text("x\n", "utf-8")
    problems = [str(problem) for problem in house.run()["goteborg-centrum-1"].problems]
    assert any("nytt.csv: the name does not follow" in problem for problem in problems)
    assert any(
        "redovisat_2017.csv: covers 2017-01 to 2017-12, but the agreement runs" in problem for problem in problems
    )
    assert house.figure("goteborg-centrum-1/drug-operations/operations/-/whole-term/all")["status"] == "kept"


def test_nothing_published_points_back_to_raw_bytes(bundled: House) -> None:
    ledger = bundled.state.ledger("tranas-1")
    secret = {receipt.content_hash for receipt in ledger.receipts()} | set(ledger.loads())
    for path, content in bundled.published().items():
        assert not [value for value in secret if value.encode() in content], path
