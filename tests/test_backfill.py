"""The months that a schedule has missed: which they are, their order, and where a backfill stops."""

from datetime import date
from pathlib import Path

import pytest

from flows.backfill import DueRun, Ended, due_runs, run_in_order
from flows.deployment_file import monthly_schedule
from schemas.deployment import Schedule
from schemas.errors import SettingsError
from tests.handed_over import AGREEMENT, NAME, TEXT, put, without_its_last_month
from tests.house import PROJECT, House
from tests.test_cli import lofte
from tests.test_year_to_date import TOTALS, total

SCHEDULE = monthly_schedule(PROJECT / "prefect.yaml")
BEGAN = "2023-01"


def test_each_month_is_due_on_the_day_of_the_schedule() -> None:
    assert due_runs(SCHEDULE, "2023-11", "2024-01", BEGAN, date(2024, 2, 3)) == [
        DueRun("2023-11", date(2023, 12, 3)),
        DueRun("2023-12", date(2024, 1, 3)),
        DueRun("2024-01", date(2024, 2, 3)),
    ]


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("2024-1", "2024-03", "'2024-1' is no month"),
        ("2023-01", "2023-13", "'2023-13' is no month"),
        ("2024-01", "2023-12", "--from 2024-01 is after --to 2023-12"),
        ("0203-01", "2023-12", "--from 0203-01 is before the agreement, which began in 2023-01"),
        ("2023-01", "2024-01", "the last month that is due is 2023-12, on 2024-01-03"),
        ("2023-01", "9999-12", "the last month that is due is 2023-12, on 2024-01-03"),
    ],
)
def test_months_that_cannot_be_are_refused(first: str, last: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        due_runs(SCHEDULE, first, last, BEGAN, date(2024, 2, 2))


@pytest.mark.parametrize("cron", ["0 6 * * *", "0 6 31 * *", "0 6 3 1 *", "0 6 3 * 1", "0 6 1,15 * *"])
def test_a_schedule_that_is_not_once_a_month_gives_no_day(cron: str) -> None:
    schedule = Schedule(slug="monthly-3rd", cron=cron, timezone="Europe/Stockholm")
    with pytest.raises(SettingsError, match="not once a month"):
        due_runs(schedule, "2023-01", "2023-01", BEGAN, date(2024, 2, 2))


def test_a_month_is_run_only_after_the_one_before_has_ended_well() -> None:
    runs = due_runs(SCHEDULE, "2023-10", "2023-12", BEGAN, date(2024, 2, 2))
    begun: list[str] = []

    def run_month(due: DueRun) -> Ended:
        begun.append(due.month)
        return Ended("failed", ["something is held"]) if due.month == "2023-11" else Ended("published")

    ended = [(due.month, ended.became) for due, ended in run_in_order(runs, run_month)]
    assert ended == [("2023-10", "published"), ("2023-11", "failed")]
    assert begun == ["2023-10", "2023-11"]


def test_without_a_server_the_months_are_run_here(house: House) -> None:
    house.take("tranas-1")
    months = ("--from", "2024-02", "--to", "2024-03")
    result = lofte("backfill", "tranas-1", *months, house=house)
    assert (result.returncode, result.stdout) == (0, "2024-02: published\n2024-03: published\n"), result.stderr
    before = house.published()
    result = lofte("backfill", "tranas-1", *months, house=house)
    assert (result.returncode, result.stdout) == (0, "2024-02: superseded\n2024-03: unchanged\n"), result.stderr
    assert house.published() == before


def test_without_a_server_it_stops_where_something_is_held(house: House) -> None:
    house.take("tranas-1")
    house.deliver("tranas-1", "police-activities", "PAHITTAD_polis_2024-01_mottagen_2024-02-20.csv", "")
    result = lofte("backfill", "tranas-1", "--from", "2024-02", "--to", "2024-03", house=house)
    assert result.returncode == 3
    assert result.stdout.startswith("2024-02: ")
    assert "2024-03" not in result.stdout
    assert "an empty file is never read as zero" in result.stderr
    assert "stopped at 2024-02; no later month was run" in result.stderr


def test_what_came_after_the_day_of_a_month_does_not_stop_it(house: House) -> None:
    house.take_case(TOTALS, has_deliveries=False)
    total(house, "2024-01", "2024-02-01", 3)
    name = "PAHITTAD_2024-02_mottagen_2024-03-02.csv"
    house.deliver(TOTALS, "rows", name, "typ;stycken;hur;märkning\nKontroll;5;exakt;PÅHITTAD\n")
    january, february = date(2024, 2, 3), date(2024, 3, 3)
    outcome = house.run(TOTALS, at=january)[TOTALS]
    assert (outcome.became, outcome.problems) == ("published", [])
    (warning,) = (warning for warning in outcome.warnings if name in warning)
    assert "the columns are not those of the contract" in warning
    assert warning.endswith("received on 2024-03-02, and so has no part in what is published as of 2024-02-03")
    assert [name in str(problem) for problem in house.run(TOTALS, at=february)[TOTALS].problems] == [True]
    total(house, "2024-02", "2024-03-20", 5)
    outcome = house.run(TOTALS, at=january)[TOTALS]
    assert not [told for told in (*outcome.problems, *outcome.warnings) if name in str(told)]


def test_what_cannot_be_looked_at_and_came_after_the_day_of_a_month_does_not_stop_it(house: House) -> None:
    """Nothing of it is kept, so it is told anew in each run until it is taken away or replaced by a readable one."""
    house.take_case(TOTALS, has_deliveries=False)
    total(house, "2024-01", "2024-02-01", 3)
    name = "PAHITTAD_2024-02_mottagen_2024-03-02.csv"
    path = house.deliver(TOTALS, "rows", name, "")
    path.write_bytes("typ;antal;hur;märkning\nKontroll;5;exakt;PÅHITTAD\n".encode("utf-16"))
    outcome = house.run(TOTALS, at=date(2024, 2, 3))[TOTALS]
    assert (outcome.became, outcome.problems) == ("published", [])
    (warning,) = outcome.warnings
    assert f"{name}: line 1, byte 0: the file seems to be UTF-16" in warning
    assert warning.endswith("received on 2024-03-02, and so has no part in what is published as of 2024-02-03")
    (problem,) = house.run(TOTALS, at=date(2024, 3, 3))[TOTALS].problems
    assert "seems to be UTF-16" in str(problem)


def test_what_holds_personal_data_is_told_whenever_it_came(house: House) -> None:
    house.take_case(TOTALS, has_deliveries=False)
    total(house, "2024-01", "2024-02-01", 3)
    total(house, "2024-02", "2024-03-02", 5, "ring 070-174 06 05")
    (problem,) = house.run(TOTALS, at=date(2024, 2, 3))[TOTALS].problems
    assert "seems to hold personal data (telefonnummer)" in str(problem)


def test_what_was_handed_over_after_the_day_of_a_month_does_not_stop_it(tmp_path: Path) -> None:
    house = without_its_last_month(tmp_path)
    put(house, text=TEXT.replace("Kontroll", "Okänt"))
    outcome = house.run(at=date(2025, 7, 3))[AGREEMENT]
    assert (outcome.became, outcome.problems) == ("published", [])
    (warning,) = outcome.warnings
    assert f"{NAME}: 2 of 2 rows would be set aside" in warning
    assert warning.endswith("received on 2025-07-14, and so has no part in what is published as of 2025-07-03")
    (problem,) = house.run(at=date(2025, 8, 3))[AGREEMENT].problems
    assert f"{NAME}: 2 of 2 rows would be set aside" in str(problem)


def test_what_one_person_typed_in_after_the_day_of_a_month_does_not_stop_it(tmp_path: Path) -> None:
    house = without_its_last_month(tmp_path)
    put(house, keyed_by='"keyer-1"')
    for _ in ("as it is typed in", "while it waits"):
        outcome = house.run(at=date(2025, 7, 3))[AGREEMENT]
        assert outcome.problems == []
        (warning,) = outcome.warnings
        assert f"{NAME}: typed in by keyer-1" in warning
        assert warning.endswith("received on 2025-07-14, and so has no part in what is published as of 2025-07-03")
    (problem,) = house.run(at=date(2025, 8, 3))[AGREEMENT].problems
    assert "until a second person" in str(problem)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tranas-2", "--from", "2024-01", "--to", "2024-02"), "there is no agreement 'tranas-2'"),
        (("tranas-1", "--from", "2024-01", "--to", "2999-02"), "still to come, and nothing is published ahead"),
    ],
)
def test_what_cannot_be_is_refused_at_once(house: House, arguments: tuple[str, ...], message: str) -> None:
    house.take("tranas-1")
    result = lofte("backfill", *arguments, house=house)
    assert result.returncode == 1
    assert message in result.stderr
    assert not house.state.root.exists()


def test_a_server_that_does_not_answer_is_named(house: House) -> None:
    house.take("tranas-1")
    nobody = "http://127.0.0.1:9/api"
    result = lofte(
        *("backfill", "tranas-1", "--from", "2024-01", "--to", "2024-01"), house=house, PREFECT_API_URL=nobody
    )
    assert result.returncode == 3
    assert f"the Prefect server at {nobody}" in result.stderr
