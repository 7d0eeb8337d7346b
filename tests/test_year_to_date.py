"""Numbers of the year so far: what each adds, what holds one that falls, and which months its delivery is about."""

from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from methods.year_to_date import covered_from
from schemas.agreement_file import read_agreement
from schemas.cross_checks import resolve_contract
from schemas.errors import FetchError
from schemas.handing import Handing
from sources.receiving import receive
from tasks.explain import explain_figure
from tests.children import observed
from tests.house import House
from tests.test_agreement_file import TEXT, damaged, line_with, only_problem, written
from warehouse.engine import opened
from warehouse.loads import complete_load_ids

TOTALS, ROWS, MID_YEAR = "year-to-date-totals", "year-to-date-rows", "year-to-date-totals-from-mid-year"
AT = date(2024, 7, 1)
MONTHS = ("02", "03", "06")


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Agreements whose sources deliver the year so far, with no deliveries yet."""
    found = House(tmp_path)
    for name in (TOTALS, ROWS, MID_YEAR):
        found.take_case(name, has_deliveries=False)
    return found


def total(house: House, month: str, received_on: str, value: int, how: str = "exakt", agreement: str = TOTALS) -> None:
    """Leave a total of the year so far."""
    text = f"typ;antal;hur;märkning\nKontroll;{value};{how};PÅHITTAD\n"
    house.deliver(agreement, "rows", f"PAHITTAD_{month}_mottagen_{received_on}.csv", text)


def rows(house: House, month: str, received_on: str, *counts: tuple[str, int]) -> None:
    """Leave rows of the year so far."""
    text = "datum;typ;antal;märkning\n" + "".join(f"{day};Kontroll;{count};PÅHITTAD\n" for day, count in counts)
    house.deliver(ROWS, "rows", f"PAHITTAD_{month}_mottagen_{received_on}.csv", text)


def month(house: House, agreement: str, period: str) -> tuple[str, str, str]:
    """Return what a month's figure says."""
    figure = house.figure(f"{agreement}/controls/made/-/-/{period}")
    return figure["actual_value"], figure["actual_qualifier"], figure["value_status"]


def test_v4_a_corrected_month_changes_it_and_the_next_and_the_old_release_stays(house: House) -> None:
    for number, value in enumerate((3, 5, 9, 12), start=1):
        total(house, f"2024-0{number}", f"2024-0{number + 1}-10", value)
    house.run(TOTALS, at=date(2024, 5, 20))
    old = {path: content for path, content in house.published().items() if "/releases/" in path}
    assert [month(house, TOTALS, f"2024-0{number}")[0] for number in (1, 2, 3, 4)] == ["3", "2", "4", "3"]
    total(house, "2024-03", "2024-05-25", 10)
    house.run(TOTALS, at=date(2024, 5, 30))
    assert [month(house, TOTALS, f"2024-0{number}")[0] for number in (1, 2, 3, 4)] == ["3", "2", "5", "2"]
    assert old
    assert {path: house.published()[path] for path in old} == old


def test_a_total_below_the_one_before_is_held_and_says_where(house: House) -> None:
    total(house, "2024-01", "2024-02-10", 5)
    total(house, "2024-03", "2024-04-10", 4)
    (outcome,) = house.run(TOTALS, at=AT).values()
    (problem,) = outcome.problems
    assert str(problem).startswith(
        f"{TOTALS}, source rows, load: PAHITTAD_2024-03_mottagen_2024-04-10.csv: line 2, column 'antal': the total of "
        "controls/made until 2024-03 is below the one until 2024-01; numbers of the year so far never fall"
    )
    assert month(house, TOTALS, "2024-T1") == ("5", "at_least", "partial")


def nothing(house: House, month: str, received_on: str) -> None:
    """Leave a file without rows, and an attestation that nothing was done in the year so far."""
    path = house.deliver(TOTALS, "rows", f"PAHITTAD_{month}_mottagen_{received_on}.csv", "typ;antal;hur;märkning\n")
    path.with_name(f"{path.name}.toml").write_text("attests_zero = true\n", "utf-8")


def test_an_attested_zero_after_a_total_is_held(house: House) -> None:
    nothing(house, "2024-01", "2024-02-10")
    total(house, "2024-02", "2024-03-10", 3)
    nothing(house, "2024-03", "2024-04-10")
    (outcome,) = house.run(TOTALS, at=AT).values()
    (problem,) = outcome.problems
    assert "attested zero: the total of controls/made until 2024-03 is below the one until 2024-02" in str(problem)
    assert house.figure(f"{TOTALS}/controls/made/-/-/2024-03")["deliveries_received"] == "0"
    assert month(house, TOTALS, "2024-T1") == ("3", "at_least", "partial")


def test_a_total_before_an_attested_zero_is_held(house: House) -> None:
    nothing(house, "2024-02", "2024-03-10")
    total(house, "2024-01", "2024-03-20", 3)
    (outcome,) = house.run(TOTALS, at=AT).values()
    (problem,) = outcome.problems
    assert "line 2, column 'antal': the total of controls/made until 2024-01 is above the one until 2024-02" in str(
        problem
    )


def test_explain_shows_rows_of_the_year_so_far_behind_each_of_its_months(house: House) -> None:
    rows(house, "2024-03", "2024-04-10", ("2024-02-05", 1))
    rows(house, "2024-04", "2024-05-10", ("2024-02-05", 1), ("2024-04-05", 1))
    assert house.run(ROWS, at=AT)[ROWS].problems == []
    told = {}
    for period in ("2024-02", "2024-03", "2024-04", "2024-05"):
        found = explain_figure.fn(f"{ROWS}/controls/made/-/-/{period}", house.state).deliveries
        told[period] = [(item.receipt.received_on.month, item.lines) for item in found]
    assert told == {"2024-02": [(5, [2])], "2024-03": [(5, [])], "2024-04": [(5, [3])], "2024-05": []}


def test_a_corrected_total_above_the_next_one_is_held(house: House) -> None:
    for name, received_on, value in (("2024-01", "02-10", 5), ("2024-02", "03-10", 7), ("2024-01", "03-20", 8)):
        total(house, name, f"2024-{received_on}", value)
    (outcome,) = house.run(TOTALS, at=AT).values()
    (problem,) = outcome.problems
    assert "the total of controls/made until 2024-01 is above the one until 2024-02" in str(problem)
    assert month(house, TOTALS, "2024-01") == ("5", "exact", "observed")


def test_a_total_that_stays_as_it_was_or_begins_a_new_year_does_not_fall(house: House) -> None:
    total(house, "2024-11", "2024-12-10", 5, agreement=MID_YEAR)
    total(house, "2024-12", "2025-01-10", 5, agreement=MID_YEAR)
    total(house, "2025-01", "2025-02-10", 1, agreement=MID_YEAR)
    (outcome,) = house.run(MID_YEAR, at=date(2025, 3, 1)).values()
    assert outcome.problems == []
    assert month(house, MID_YEAR, "2024-12") == ("0", "exact", "observed")
    assert month(house, MID_YEAR, "2025-01") == ("1", "exact", "observed")


@pytest.mark.parametrize("order", list(permutations(["2024-05-11", "2024-05-12", "2024-05-13"])), ids="-".join)
def test_in_one_run_a_correction_lets_in_what_was_held_whatever_the_order(house: House, order: tuple[str, ...]) -> None:
    """March was said too high and is corrected: April fits only the corrected one."""
    wrong, april, right = order
    total(house, "2024-02", "2024-03-10", 5)
    total(house, "2024-03", wrong, 20)
    total(house, "2024-04", april, 9)
    total(house, "2024-03", right, 7)
    (outcome,) = house.run(TOTALS, at=AT).values()
    held = [str(problem) for problem in outcome.problems]
    if wrong < right:
        assert held == []
        assert month(house, TOTALS, "2024-03") == ("2", "exact", "observed")
        assert month(house, TOTALS, "2024-04") == ("2", "exact", "observed")
    else:  # the wrong one is the newer
        assert len(held) == 1
        assert (
            "2024-03 is above the one until 2024-04" in held[0] or "2024-04 is below the one until 2024-03" in held[0]
        )


def test_a_held_delivery_counts_when_the_other_one_is_corrected_later(house: House) -> None:
    total(house, "2024-01", "2024-02-10", 50)
    total(house, "2024-02", "2024-03-10", 7)
    assert len(house.run(TOTALS, at=AT)[TOTALS].problems) == 1
    total(house, "2024-01", "2024-04-10", 5)
    assert house.run(TOTALS, at=AT)[TOTALS].problems == []
    assert month(house, TOTALS, "2024-02") == ("2", "exact", "observed")


def correct(house: House, agreement: str, file: str, received_on: str, line: int, expected: int, becomes: int) -> Path:
    """Lay a correction of one number beside an agreement; return its path."""
    path = house.agreements / agreement / "corrections.toml"
    path.write_text(
        f'[[corrections]]\nsource = "rows"\nfile = "{file}"\nreceived_on = {received_on}\nline = {line}\n'
        f'column = "antal"\nexpected = "{expected}"\nbecomes = "{becomes}"\nreason_sv = "PÅHITTAT."\n'
        'office = "police"\ndecided_on = 2024-04-20\n',
        "utf-8",
    )
    return path


def test_a_total_whose_correction_is_taken_back_is_held_above_the_next_one(house: House) -> None:
    total(house, "2024-01", "2024-02-10", 50)
    house.run(TOTALS, at=date(2024, 6, 1))
    first = house.state.ledger(TOTALS).releases()[-1].release_id
    correction = correct(house, TOTALS, "PAHITTAD_2024-01_mottagen_2024-02-10.csv", "2024-02-10", 2, 50, 5)
    total(house, "2024-02", "2024-03-10", 7)
    assert house.run(TOTALS, at=AT)[TOTALS].problems == []
    correction.unlink()
    for _ in range(2):  # and it is told as long as it is so
        (problem,) = house.run(TOTALS, at=AT)[TOTALS].problems
        assert "the total of controls/made until 2024-01 is above the one until 2024-02" in str(problem)
        assert month(house, TOTALS, "2024-01") == ("5", "exact", "observed")
        assert month(house, TOTALS, "2024-02") == ("2", "exact", "observed")
    (then,) = explain_figure.fn(f"{TOTALS}/controls/made/-/-/2024-01@{first}", house.state).deliveries
    assert (then.lines, then.corrections) == ([2], [])
    total(house, "2024-02", "2024-05-10", 57)
    assert house.run(TOTALS, at=AT)[TOTALS].problems == []
    assert month(house, TOTALS, "2024-01") == ("50", "exact", "observed")
    assert month(house, TOTALS, "2024-02") == ("7", "exact", "observed")


def taken_back(house: House) -> None:
    """Publish what counts though a correction has been taken back: the total that it was of is above the next one."""
    for number, value in enumerate((2, 3, 10, 6), start=1):
        total(house, f"2024-0{number}", f"2024-0{number + 1}-10", value)
    correction = correct(house, TOTALS, "PAHITTAD_2024-03_mottagen_2024-04-10.csv", "2024-04-10", 2, 10, 5)
    house.run(TOTALS, at=AT)
    assert month(house, TOTALS, "2024-T1") == ("6", "exact", "observed")
    correction.unlink()


@pytest.mark.parametrize("is_lost", [True, False])
def test_what_counts_while_one_is_held_is_the_same_where_the_warehouse_was_lost(house: House, is_lost: bool) -> None:
    taken_back(house)
    if is_lost:
        house.warehouse_file.unlink()
    for _ in range(2):
        (problem,) = house.run(TOTALS, at=AT)[TOTALS].problems
        assert "the total of controls/made until 2024-03 is above the one until 2024-04" in str(problem)
        assert month(house, TOTALS, "2024-T1") == ("6", "exact", "observed")


def test_totals_that_contradict_each_other_under_two_contracts_say_no_more_than_is_known(house: House) -> None:
    taken_back(house)
    house.edit(TOTALS, "set_aside_share_max = 0", "set_aside_share_max = 0.1")
    (problem,) = house.run(TOTALS, at=AT)[TOTALS].problems
    assert "the total of controls/made until 2024-04 is below the one until 2024-03" in str(problem)
    assert month(house, TOTALS, "2024-02") == ("1", "exact", "observed")
    assert month(house, TOTALS, "2024-03") == ("0", "at_least", "observed")
    assert month(house, TOTALS, "2024-T1") == ("6", "at_least", "observed")


def test_what_was_whole_when_a_run_was_killed_is_accepted_by_the_next(house: House) -> None:
    """After the warehouse has all of its rows, and before the ledger has its line."""
    rows(house, "2024-02", "2024-03-10", ("2024-02-05", 3))
    house.run(ROWS, at=AT)
    rows(house, "2024-03", "2024-04-10", ("2024-02-05", 3), ("2024-03-05", 2))

    def killed(name: str) -> None:
        if name == "append:load":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), observed(killed):
        house.run(ROWS, at=AT)
    assert len(house.state.ledger(ROWS).loads()) == 1
    with opened(house.state.warehouse) as connection:
        assert len(complete_load_ids(connection)) == 2
    assert house.run(ROWS, at=AT)[ROWS].problems == []
    assert month(house, ROWS, "2024-03") == ("2", "exact", "observed")


@pytest.mark.parametrize("in_one_run", [True, False])
def test_one_that_is_found_after_what_replaced_it_is_not_held(house: House, in_one_run: bool) -> None:
    """Later is what was received later, as when it is counted, and not what was taken in later."""
    total(house, "2024-01", "2024-02-10", 5)
    total(house, "2024-02", "2024-03-20", 10)
    if not in_one_run:
        house.run(TOTALS, at=AT)
    total(house, "2024-02", "2024-03-05", 3)
    assert house.run(TOTALS, at=AT)[TOTALS].problems == []
    assert month(house, TOTALS, "2024-02") == ("5", "exact", "observed")


def test_one_that_is_found_after_what_it_replaces_is_held(house: House) -> None:
    total(house, "2024-01", "2024-02-10", 5)
    total(house, "2024-02", "2024-03-05", 10)
    house.run(TOTALS, at=AT)
    total(house, "2024-02", "2024-03-20", 3)
    assert len(house.run(TOTALS, at=AT)[TOTALS].problems) == 1


def test_a_contract_mended_afterwards_reads_the_whole_year_anew(house: House) -> None:
    house.edit(TOTALS, 'accumulation = "year_to_date"', 'accumulation = "period"')
    for number, value in enumerate((3, 5, 9), start=1):
        total(house, f"2024-0{number}", f"2024-0{number + 1}-10", value)
    house.run(TOTALS, at=AT)
    assert month(house, TOTALS, "2024-03") == ("9", "exact", "observed")
    house.edit(TOTALS, 'accumulation = "period"', 'accumulation = "year_to_date"')
    assert house.run(TOTALS, at=AT)[TOTALS].problems == []
    assert month(house, TOTALS, "2024-03") == ("4", "exact", "observed")


def test_a_difference_to_a_lower_bound_has_an_upper_bound_and_shows_both(house: House) -> None:
    total(house, "2024-01", "2024-02-10", 5, "minst")
    total(house, "2024-02", "2024-03-10", 9)
    house.run(TOTALS, at=AT)
    figure = house.figure(f"{TOTALS}/controls/made/-/-/2024-02")
    assert (figure["actual_value"], figure["actual_qualifier"]) == ("0", "at_least")
    assert (figure["actual_low"], figure["actual_high"]) == ("0", "4")


SAID = {
    "minst": (("45", "at_least", "45", "", "kept"), ("0", "at_least", "0", "")),
    "cirka": (("45", "about", "36", "54", "kept"), ("10", "about", "0", "22")),
}


@pytest.mark.parametrize(("how", "year", "tertial"), [(how, *said) for how, said in SAID.items()], ids=SAID.keys())
def test_a_period_is_no_less_certain_than_the_totals_at_its_ends(
    house: House, how: str, year: tuple[str, ...], tertial: tuple[str, ...]
) -> None:
    for number, value in enumerate((10, 15, 20, 25, 28, 30, 32, 35, 38, 40, 42, 45), start=1):
        received_on = f"2024-{number + 1:02d}-10" if number < 12 else "2025-01-10"
        total(house, f"2024-{number:02d}", received_on, value, how)
    house.run(TOTALS, at=date(2025, 6, 1))
    columns = ("actual_value", "actual_qualifier", "actual_low", "actual_high", "status")
    rated = house.figure(f"{TOTALS}/controls/made/-/per-year/2024")
    assert tuple(rated[name] for name in columns) == year
    second = house.figure(f"{TOTALS}/controls/made/-/-/2024-T2")
    assert tuple(second[name] for name in columns[:4]) == tertial


def test_an_exact_total_makes_up_for_those_before_it(house: House) -> None:
    total(house, "2024-01", "2024-02-10", 5, "minst")
    total(house, "2024-02", "2024-03-10", 9, "cirka")
    total(house, "2024-04", "2024-05-10", 12)
    house.run(TOTALS, at=AT)
    assert month(house, TOTALS, "2024-T1") == ("12", "exact", "observed")


@pytest.mark.parametrize(
    ("published_on", "gap", "silence"),
    [
        (date(2024, 5, 20), "total_missing_within_patience", None),
        (date(2024, 12, 20), "total_missing", "nothing_received"),
    ],
    ids=["may still come", "after patience"],
)
def test_months_that_a_total_left_out_cannot_tell_apart_are_missing_and_not_unreported(
    house: House, published_on: date, gap: str, silence: str | None
) -> None:
    """What was done in February is in March's total, so it would be untrue to say that nothing has been reported."""
    house.edit(TOTALS, 'period_wording = "per_year"', 'period_wording = "per_month"')
    house.edit(TOTALS, 'period = "calendar_year"', 'period = "month"')
    house.edit(TOTALS, "due_day = 15", "due_day = 15\nsearched_on = 2024-12-01")
    total(house, "2024-01", "2024-02-10", 5)
    total(house, "2024-03", "2024-04-10", 9)
    house.run(TOTALS, at=published_on)
    february, march, june = (house.figure(f"{TOTALS}/controls/made/-/per-year/2024-{number}") for number in MONTHS)
    assert {row["value_status"] for row in (february, march)} == {"missing"}
    assert {row["status_rule"] for row in (february, march)} == {gap}
    assert june["status_rule"] == (silence or "running")

    total(house, "2024-02", "2024-05-21", 7)
    house.run(TOTALS, at=date(2024, 12, 21))
    assert [month(house, TOTALS, f"2024-{number}")[0] for number in ("02", "03")] == ["2", "2"]


def test_months_before_the_first_total_of_a_year_are_missing(house: House) -> None:
    total(house, "2024-03", "2024-04-10", 9)
    house.run(TOTALS, at=AT)
    assert {month(house, TOTALS, f"2024-{number}") for number in ("01", "02", "03")} == {("", "", "missing")}


def test_a_pause_inside_a_difference_is_never_delivered_for(house: House) -> None:
    pause = 'pauses = [{ from_on = 2024-02-01, to_on = 2024-02-29, reason_sv = "PÅHITTAT." }]'
    house.edit(TOTALS, "due_day = 15", f"due_day = 15\n{pause}")
    total(house, "2024-01", "2024-02-10", 5)
    total(house, "2024-03", "2024-04-10", 9)
    total(house, "2024-04", "2024-05-10", 9)
    house.run(TOTALS, at=date(2024, 12, 1))
    assert month(house, TOTALS, "2024-T1") == ("9", "at_least", "partial")
    assert {row["month"]: row["state"] for row in house.rows(TOTALS, "deliveries")}["2024-02"] == "paused"


def test_a_source_that_begins_with_the_agreement_counts_its_totals_from_there(house: House) -> None:
    house.edit(MID_YEAR, "due_day = 15", "due_day = 15\nstarted_on = 2024-03-15")
    total(house, "2024-03", "2024-04-10", 5, agreement=MID_YEAR)
    total(house, "2024-04", "2024-05-10", 9, agreement=MID_YEAR)
    house.run(MID_YEAR, at=AT)
    assert month(house, MID_YEAR, "2024-03") == ("5", "exact", "observed")
    assert month(house, MID_YEAR, "2024-T1") == ("9", "exact", "observed")


def test_rows_of_the_year_so_far_replace_the_earlier_months(house: House) -> None:
    rows(house, "2024-02", "2024-03-10", ("2024-02-05", 3))
    rows(house, "2024-03", "2024-04-10", ("2024-02-05", 3), ("2024-02-06", 1), ("2024-03-05", 2))
    (outcome,) = house.run(ROWS, at=AT).values()
    assert outcome.problems == []
    assert month(house, ROWS, "2024-02") == ("4", "exact", "observed")
    assert month(house, ROWS, "2024-03") == ("2", "exact", "observed")
    assert {row["delivery_id"]: row["state"] for row in house.rows(ROWS, "deliveries")} == {
        "rows/2024-02/1": "delivered",
        "rows/2024-03/1": "delivered",
        "rows/2024-04/0": "missing",
        "rows/2024-05/0": "missing",
    }


def test_rows_that_say_less_of_the_months_before_are_held(house: House) -> None:
    rows(house, "2024-02", "2024-03-10", ("2024-02-05", 3))
    rows(house, "2024-03", "2024-04-10", ("2024-02-05", 2), ("2024-03-05", 2))
    (outcome,) = house.run(ROWS, at=AT).values()
    (problem,) = outcome.problems
    assert (
        "PAHITTAD_2024-03_mottagen_2024-04-10.csv: column 'antal': the rows of controls/made until 2024-02 add up to "
        "less in this delivery until 2024-03 than in what was delivered until 2024-02"
    ) in str(problem)
    assert month(house, ROWS, "2024-02") == ("3", "exact", "observed")
    rows(house, "2024-02", "2024-05-10", ("2024-02-05", 2))  # February was wrong, says the provider
    assert house.run(ROWS, at=AT)[ROWS].problems == []
    assert month(house, ROWS, "2024-03") == ("2", "exact", "observed")


@pytest.mark.parametrize("in_one_run", [True, False])
def test_rows_that_were_more_in_what_is_found_after_what_replaced_it_are_told(house: House, in_one_run: bool) -> None:
    """Which of the two is wrong nobody knows, whichever is found first."""
    rows(house, "2024-03", "2024-04-10", ("2024-02-05", 30), ("2024-03-05", 4))
    if not in_one_run:
        assert house.run(ROWS, at=AT)[ROWS].problems == []
    rows(house, "2024-02", "2024-03-10", ("2024-02-05", 1027))
    for _ in range(2):  # and it is told as long as it is so
        (problem,) = house.run(ROWS, at=AT)[ROWS].problems
        found = "2024-03_mottagen_2024-04-10.csv" if in_one_run else "2024-02_mottagen_2024-03-10.csv"
        assert found in str(problem)
    if not in_one_run:
        assert (
            "column 'antal': the rows of controls/made until 2024-02 add up to more in this delivery than in the one "
            "until 2024-03, which was received later"
        ) in str(problem)
        assert month(house, ROWS, "2024-02") == ("30", "exact", "observed")
    rows(house, "2024-02", "2024-05-10", ("2024-02-05", 30))  # February was wrong, says the provider
    assert house.run(ROWS, at=AT)[ROWS].problems == []
    assert month(house, ROWS, "2024-T1") == ("34", "at_least", "partial")


@pytest.mark.parametrize("order", list(permutations(["2024-03-10", "2024-03-20", "2024-04-10"])), ids="-".join)
def test_rows_that_were_corrected_before_a_later_month_came_are_not_told_whatever_is_found_first(
    house: House, order: tuple[str, ...]
) -> None:
    february, march = ("2024-02-05", 30), ("2024-03-05", 4)
    said = {"2024-03-10": [("2024-02-05", 1027)], "2024-03-20": [february], "2024-04-10": [february, march]}
    for received_on in order:
        rows(house, "2024-03" if received_on == "2024-04-10" else "2024-02", received_on, *said[received_on])
        outcome = house.run(ROWS, at=AT)[ROWS]
    assert outcome.problems == []
    assert month(house, ROWS, "2024-02") == ("30", "exact", "observed")
    assert month(house, ROWS, "2024-03") == ("4", "exact", "observed")


def test_rows_of_a_paused_month_are_a_lower_bound(house: House) -> None:
    pause = 'pauses = [{ from_on = 2024-03-01, to_on = 2024-03-31, reason_sv = "PÅHITTAT." }]'
    house.edit(ROWS, "due_day = 15", f"due_day = 15\n{pause}")
    rows(house, "2024-04", "2024-05-10", ("2024-02-05", 3), ("2024-03-05", 1), ("2024-04-05", 2))
    (outcome,) = house.run(ROWS, at=AT).values()
    assert outcome.problems == []
    assert month(house, ROWS, "2024-03") == ("1", "at_least", "partial")
    assert month(house, ROWS, "2024-T1") == ("6", "at_least", "partial")


@pytest.mark.parametrize(
    ("covers_from", "covers_to", "expected"),
    [
        ("2024-04", "2024-04", "2024-02"),
        ("2024-01", "2024-04", "2024-02"),
        ("2024-02", "2024-04", "2024-02"),
        ("2024-05", "2024-08", "2024-02"),
        ("2025-03", "2025-03", "2025-01"),
    ],
)
def test_a_name_or_sidecar_says_the_last_month_and_the_year_is_covered(
    house: House, covers_from: str, covers_to: str, expected: str
) -> None:
    agreement = read_agreement(house.agreements / ROWS).agreement
    assert covered_from(agreement, agreement.sources[0], "fil.csv", covers_from, covers_to) == expected


@pytest.mark.parametrize(("covers_from", "covers_to"), [("2024-03", "2024-04"), ("2024-12", "2025-02")])
def test_a_part_of_the_year_or_of_two_is_refused(house: House, covers_from: str, covers_to: str) -> None:
    agreement = read_agreement(house.agreements / ROWS).agreement
    with pytest.raises(FetchError, match="delivers the year so far"):
        covered_from(agreement, agreement.sources[0], "fil.csv", covers_from, covers_to)


def test_what_an_office_hands_over_covers_the_year_so_far_too(house: House) -> None:
    file = read_agreement(house.agreements / ROWS)
    handing = Handing(
        agreement=ROWS,
        source="rows",
        period="2024-03",
        office="police",
        registration_number="A1/2024",
        is_invented=True,
    )
    content = "datum;typ;antal;märkning\n2024-02-05;Kontroll;3;PÅHITTAD\n".encode()
    assert receive(file, house.state, "fil.csv", content, handing, date(2024, 4, 10))
    (receipt,) = house.state.ledger(ROWS).receipts()
    assert (receipt.covers_from, receipt.covers_to) == ("2024-02", "2024-03")


def test_what_does_not_accumulate_is_read_under_the_hash_that_it_had(tmp_path: Path) -> None:
    text = damaged("due_day = 15", "due_day = 15\nstarted_on = 2023-02-01")
    agreement = read_agreement(written(tmp_path, text)).agreement
    assert "reports_from" not in resolve_contract(agreement, agreement.sources[0]).model_dump_json()


REFUSED = {"one total for a whole year": (1, "has no year so far"), "a survey": (2, "a survey accumulates nothing")}


@pytest.mark.parametrize(("source", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_of_the_year_so_far_is_refused_on_its_line(tmp_path: Path, source: int, expected: str) -> None:
    parts = TEXT.split('accumulation = "period"')
    before, after = ('accumulation = "period"'.join(some) for some in (parts[: source + 1], parts[source + 1 :]))
    text = f'{before}accumulation = "year_to_date"{after}'
    line, message = only_problem(tmp_path, text)
    assert expected in message
    assert line == line_with("year_to_date", text)
