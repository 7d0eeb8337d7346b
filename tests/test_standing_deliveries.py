"""An agreement that changes under what was delivered: nothing that counts twice or in part is published."""

from datetime import date
from pathlib import Path

import pytest

from tests.house import House

TO_DATE = "year-to-date-totals"
MID_YEAR = "year-to-date-totals-from-mid-year"
ENDS = "source-that-ends"
HANDED_OVER = "source-handed-over"
ROWS = "datum;typ;antal;märkning\n"
JUNE, JULY = "2024-06-05;Kontroll;3;PÅHITTAD\n", "2024-07-05;Kontroll;2;PÅHITTAD\n"
ENDED = 'ended_on = 2024-06-30\nended_reason_sv = "PÅHITTAT: systemet byttes."\ntaken_over_by = "later"\n'


def total(house: House, agreement: str, month: str, column: str, value: int) -> None:
    """Deliver one total for a month, received in the month after."""
    received_on = f"{month[:4]}-{int(month[5:]) + 1:02d}-10"
    house.deliver(agreement, "rows", f"PAHITTAD_{month}_mottagen_{received_on}.csv",
                  f"typ;{column};hur;märkning\nKontroll;{value};exakt;PÅHITTAD\n")  # fmt: skip


def test_totals_of_months_and_of_the_year_so_far_are_never_added(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.take_case(TO_DATE, has_deliveries=False)
    house.edit(TO_DATE, 'accumulation = "year_to_date"', 'accumulation = "period"')
    for month in range(1, 4):
        total(house, TO_DATE, f"2024-{month:02d}", "antal", 2)
    assert house.run(at=date(2024, 4, 20))[TO_DATE].became == "published"
    before = house.published()
    house.edit(TO_DATE, 'accumulation = "period"', 'accumulation = "year_to_date"')
    house.edit(TO_DATE, 'value = "antal"', 'value = "hittills"')
    total(house, TO_DATE, "2024-04", "hittills", 8)
    *held, mixed = (str(problem) for problem in house.run(at=date(2024, 5, 20))[TO_DATE].problems)
    assert [problem.count("the columns are not those of the contract") for problem in held] == [1, 1, 1]
    assert "PAHITTAD_2024-01_mottagen_2024-02-10.csv and PAHITTAD_2024-04_mottagen_2024-05-10.csv were read" in mixed
    assert "their months would count twice" in mixed
    assert house.published() == before
    for month, value in (("2024-01", 2), ("2024-02", 4), ("2024-03", 6)):
        house.deliver(TO_DATE, "rows", f"PAHITTAD_{month}_mottagen_2024-05-11.csv",
                      f"typ;hittills;hur;märkning\nKontroll;{value};exakt;PÅHITTAD\n")  # fmt: skip
    assert house.run(at=date(2024, 5, 20))[TO_DATE].became == "published"
    assert house.figure(f"{TO_DATE}/controls/made/-/-/2024")["actual_value"] == "8"


def test_two_series_that_do_not_begin_on_one_day_are_never_added(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.take_case(MID_YEAR, has_deliveries=False)
    total(house, MID_YEAR, "2024-03", "antal", 10)
    total(house, MID_YEAR, "2024-04", "antal", 14)
    house.run(at=date(2024, 5, 20))
    before = house.published()
    house.edit(MID_YEAR, 'value = "antal"', 'value = "mängd"')
    house.edit(MID_YEAR, "due_day = 15", "due_day = 15\nstarted_on = 2024-03-15")
    total(house, MID_YEAR, "2024-05", "mängd", 20)
    *_, mixed = (str(problem) for problem in house.run(at=date(2024, 6, 20))[MID_YEAR].problems)
    assert "their months would count twice" in mixed
    assert house.published() == before


@pytest.mark.parametrize("redelivered", [[], ["2024-06"]])
def test_a_month_that_was_over_when_it_came_and_no_longer_is_comes_anew(tmp_path: Path, redelivered: list[str]) -> None:
    house = House(tmp_path)
    house.take_case(ENDS, has_deliveries=False)
    house.edit(ENDS, 'ended_on = 2024-06-30\nended_reason_sv = "PÅHITTAT: systemet byttes."\n', "")
    house.edit(ENDS, "ends_on = 2024-12-31", "ends_on = 2024-06-15")
    house.deliver(ENDS, "rows", "PAHITTAD_2024-06_mottagen_2024-06-17.csv", f"{ROWS}2024-06-05;Kontroll;2;PÅHITTAD\n")
    assert house.run(at=date(2024, 7, 10))[ENDS].became == "published"
    before = house.published()
    path = house.agreements / ENDS / "agreement.toml"
    path.write_text(path.read_text("utf-8") + EXTENDED, "utf-8")
    for month in redelivered:
        house.deliver(ENDS, "rows", f"PAHITTAD_{month}_mottagen_2024-07-11.csv",
                      f"{ROWS}2024-06-05;Kontroll;2;PÅHITTAD\n2024-06-20;Kontroll;3;PÅHITTAD\n")  # fmt: skip
    outcome = house.run(at=date(2024, 7, 20))[ENDS]
    if redelivered:
        assert (outcome.became, outcome.problems) == ("published", [])
        assert house.figure(f"{ENDS}/controls/made/-/-/2024-06-A1")["actual_value"] == "5"
    else:
        (problem,) = outcome.problems
        assert "was received on 2024-06-17, and its months are over on 2024-06-30" in str(problem)
        assert house.published() == before


EXTENDED = """
[[amendments]]
id = "extension-2024"
kind = "extended"
effective_on = 2024-06-16
ends_on = 2024-12-31
text_sv = "PÅHITTAT: förlängs."
decision_url = "https://example.org/pahittat"
"""


def handed_over_late(root: Path, *, is_left: bool) -> House:
    """Publish what two sources have of July, of which one is said to have ended with June only afterwards."""
    house = House(root)
    house.take_case(HANDED_OVER, has_deliveries=False)
    for key in ("ended_on = 2024-06-30", 'ended_reason_sv = "PÅHITTAT: systemet byttes."', 'taken_over_by = "later"'):
        house.edit(HANDED_OVER, f"{key}\n", "")
    july = house.deliver(HANDED_OVER, "rows", "PAHITTAD_2024-07_mottagen_2024-08-10.csv", f"{ROWS}{JULY}")
    house.deliver(HANDED_OVER, "rows", "PAHITTAD_2024-06_mottagen_2024-07-10.csv", f"{ROWS}{JUNE}")
    house.deliver(HANDED_OVER, "later", "PAHITTAD_2024-07_mottagen_2024-08-11.csv", f"{ROWS}{JULY}")
    assert house.run(at=date(2024, 8, 20))[HANDED_OVER].problems == []
    if not is_left:
        july.unlink()
    house.edit(HANDED_OVER, "due_day = 15\n\n[sources.contract]", f"due_day = 15\n{ENDED}\n[sources.contract]")
    return house


@pytest.mark.parametrize("is_left", [True, False])
def test_what_one_source_sent_of_the_months_that_another_took_over_counts_no_more(
    tmp_path: Path, is_left: bool
) -> None:
    house = handed_over_late(tmp_path, is_left=is_left)
    outcome = house.run(at=date(2024, 8, 21))[HANDED_OVER]
    assert len(outcome.problems) == is_left, "a file at its source is refused, as one that comes now would be"
    july = house.figure(f"{HANDED_OVER}/controls/made/-/-/2024-07")
    assert (july["actual_value"], july["actual_qualifier"], july["value_status"]) == ("2", "exact", "observed")
    assert house.figure(f"{HANDED_OVER}/controls/made/-/-/2024")["actual_value"] == "5"
    states = {(row["source_id"], row["month"]): row["state"] for row in house.rows(HANDED_OVER, "deliveries")}
    assert (states["rows", "2024-07"], states["later", "2024-07"]) == ("ended", "delivered")
    (told,) = outcome.warnings
    assert (
        "PAHITTAD_2024-07_mottagen_2024-08-10.csv counts no more: it covers 2024-07 to 2024-07, and the source" in told
    )
    assert "ended by 2024-07" in told


def test_totals_of_the_year_so_far_do_not_begin_later_because_their_source_is_said_to(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.take_case(TO_DATE, has_deliveries=False)
    total(house, TO_DATE, "2024-07", "antal", 3)
    total(house, TO_DATE, "2024-08", "antal", 5)
    house.run(at=date(2024, 9, 20))
    before = house.published()
    house.edit(TO_DATE, "due_day = 15", "due_day = 15\nstarted_on = 2024-08-01")
    *_, told = (str(problem) for problem in house.run(at=date(2024, 9, 21))[TO_DATE].problems)
    assert "PAHITTAD_2024-07_mottagen_2024-08-10.csv is of the year so far until 2024-07" in told
    assert "did not begin on 2024-08-01" in told
    assert house.published() == before
    house.edit(TO_DATE, "started_on = 2024-08-01", "started_on = 2024-07-01")
    assert house.run(at=date(2024, 9, 21))[TO_DATE].problems == []


def with_months_said(root: Path, *months: tuple[str, str, str, str]) -> House:
    """Let a source say beside each file which months it is for; deliver some, each of the columns given."""
    house = House(root)
    house.take_case(ENDS, has_deliveries=False)
    house.edit(ENDS, "PAHITTAD_{month}_mottagen_{received_on}.csv", "PAHITTAD_mottagen_{received_on}.csv")
    for first, last, received_on, header in months:
        said_by_months(house, first, last, received_on, header)
    return house


def said_by_months(house: House, first: str, last: str, received_on: str, header: str = ROWS) -> None:
    """Deliver a control on the 5th of each month from the first to the last."""
    rows = "".join(
        f"2024-{month:02d}-05;Kontroll;{month};PÅHITTAD\n" for month in range(int(first[5:]), int(last[5:]) + 1)
    )
    path = house.deliver(ENDS, "rows", f"PAHITTAD_mottagen_{received_on}.csv", header + rows)
    path.with_name(f"{path.name}.toml").write_text(f'covers_from = "{first}"\ncovers_to = "{last}"\n', "utf-8")


def ends_with_june_instead_of_july(house: House) -> None:
    """Run while the source goes on to July, then let it be said that it ended with June."""
    house.edit(ENDS, "ended_on = 2024-06-30", "ended_on = 2024-07-31")
    house.run(at=date(2024, 9, 1))
    house.edit(ENDS, "ended_on = 2024-07-31", "ended_on = 2024-06-30")


def test_a_held_delivery_is_told_again_once_the_one_that_replaced_it_counts_no_more(tmp_path: Path) -> None:
    unread = ROWS.replace("antal", "stycken")
    house = with_months_said(
        tmp_path, ("2024-06", "2024-06", "2024-07-10", unread), ("2024-06", "2024-07", "2024-08-10", ROWS)
    )
    ends_with_june_instead_of_july(house)
    told = [str(problem) for problem in house.run(at=date(2024, 9, 2))[ENDS].problems if problem.stage == "load"]
    assert len(told) == 1
    assert "PAHITTAD_mottagen_2024-07-10.csv" in told[0]
    assert "1 missing (antal)" in told[0]


def test_nothing_is_said_to_go_on_counting_that_counts_no_more(tmp_path: Path) -> None:
    house = with_months_said(
        tmp_path, ("2024-06", "2024-06", "2024-07-10", ROWS), ("2024-06", "2024-07", "2024-08-10", ROWS)
    )
    ends_with_june_instead_of_july(house)
    for path in (house.agreements / ENDS / "deliveries/rows").glob("*_2024-08-10.csv*"):
        path.unlink()
    said_by_months(house, "2024-06", "2024-06", "2024-08-20")
    assert house.run(at=date(2024, 9, 2))[ENDS].problems == []
    assert house.figure(f"{ENDS}/controls/made/-/-/2024-06")["actual_value"] == "6"


def test_what_has_come_since_and_cannot_be_read_is_not_said_to_count(tmp_path: Path) -> None:
    unread = ROWS.replace("antal", "stycken")
    house = with_months_said(
        tmp_path, ("2024-05", "2024-05", "2024-06-10", ROWS), ("2024-05", "2024-05", "2024-06-20", unread)
    )
    house.run(at=date(2024, 7, 1))
    said_by_months(house, "2024-05", "2024-05", "2024-06-30")
    (told,) = [str(problem) for problem in house.run(at=date(2024, 7, 2))[ENDS].problems if problem.stage == "fetch"]
    assert "goes on counting" not in told
    assert "another has come instead of that one since, and counts once it can be read" in told
    assert house.figure(f"{ENDS}/controls/made/-/-/2024-05")["actual_value"] == "5"


def test_a_held_delivery_is_told_no_more_once_several_have_replaced_it_month_by_month(tmp_path: Path) -> None:
    unread = ROWS.replace("antal", "stycken")
    house = with_months_said(tmp_path, ("2024-04", "2024-05", "2024-06-10", unread))
    assert len(house.run(at=date(2024, 6, 11))[ENDS].problems) == 1
    said_by_months(house, "2024-04", "2024-04", "2024-06-20")
    assert len(house.run(at=date(2024, 6, 21))[ENDS].problems) == 1, "its May would still count"
    said_by_months(house, "2024-05", "2024-05", "2024-06-21")
    assert house.run(at=date(2024, 6, 22))[ENDS].problems == []


def test_of_months_after_an_end_only_what_came_last_is_told_to_count_no_more(tmp_path: Path) -> None:
    house = with_months_said(
        tmp_path, ("2024-07", "2024-07", "2024-08-10", ROWS), ("2024-07", "2024-07", "2024-08-20", ROWS + JULY)
    )
    ends_with_june_instead_of_july(house)
    (told,) = house.run(at=date(2024, 9, 2))[ENDS].warnings
    assert "PAHITTAD_mottagen_2024-08-20.csv counts no more" in told
