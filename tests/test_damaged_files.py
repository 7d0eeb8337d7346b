"""Files damaged as files are, R1 to R9: held with a line, or a row set aside; never something else."""

import re

import pytest

from schemas.errors import DeliveryHeldError
from sources.csv_table import read_csv
from tests.house import House
from tests.test_csv_table import dialect

AGREEMENT = "tranas-1"
NAME = "PAHITTAD_polis_2024-05_mottagen_2024-06-11.csv"
HEADER = "id;datum;typ;plats;antal;markering\n"
GOOD = "P-1;2024-05-04;Trafikkontroll;Sommen;1;PÅHITTAD\n"
OTHER = "P-2;2024-05-05;Trafikkontroll;Sommen;22;PÅHITTAD\n"

HELD = {
    "R1 cut in the last row": ((HEADER + GOOD + OTHER)[:-12], "line 3: no line break"),
    "R2 end of file inside quotes": (HEADER + GOOD + 'P-2;2024-05-05;"Trafik\nkontroll\n', "line 3: the row cannot"),
    "R5 a column renamed": (HEADER.replace("typ", "slag") + GOOD, r"line 1: .*1 missing \(typ\)"),
    "R5 a column twice": (HEADER.replace("plats", "typ") + GOOD, "1 twice"),
    "R7 UTF-8 read as Windows-1252 once": (
        HEADER + GOOD.replace("Sommen", "Tran\u00c3\u00a5s"), r"line 2, byte \d+: a byte order mark, a rep"
    ),
    "R7 a replacement character": (HEADER + GOOD.replace("Sommen", "\ufffd"), r"line 2, byte \d+: a byte order mark"),
    "R7 a byte order mark that the contract does not say": (
        "\ufeff" + HEADER + GOOD, "line 1, byte 0: a byte order mark"
    ),
    "V1 a blank file": (" \n", "the file is empty; an empty file is never read as zero"),
    "V1 a header alone": (HEADER, "has a header and no rows"),
    "R9 a field over 64 kB": (HEADER + GOOD + f"P-2;{'x' * 70_000};;;;\n", "line 3: the row cannot be read"),
}  # fmt: skip
SET_ASIDE = {
    "R3 an extra field": (OTHER.replace(";22;", ";2;2;"), "", "extra_field"),
    "R4 a missing field": (OTHER.replace(";22;", ";"), "", "missing_field"),
    "R6 NUL in a cell": (OTHER.replace("Sommen", "Som\x00men"), "plats", "control_character"),
    "R8 an ambiguous count": (OTHER.replace(";22;", ";1.234;"), "antal", "not_a_whole_number"),
    "R8 a fraction": (OTHER.replace(";22;", ";1,5;"), "antal", "not_a_whole_number"),
    "V2 a negative count": (OTHER.replace(";22;", ";-22;"), "antal", "negative_count"),
    "V2 an absurd count": (OTHER.replace(";22;", ";22000000;"), "antal", "absurd_count"),
    "V1 a blank count": (OTHER.replace(";22;", ";;"), "antal", "missing_value"),
    "R9 a line break inside quotes": (OTHER.replace("Sommen", '"Som\nmen"'), "plats", "control_character"),
}


def deliver(house: House, text: str, name: str = NAME) -> tuple[list[str], list[tuple[int, str, str]]]:
    """Leave one delivery in the place of all others and run; return what is said of it and which rows it lost."""
    if not (house.agreements / AGREEMENT).exists():
        house.take(AGREEMENT)
    for path in (house.agreements / AGREEMENT / "deliveries").rglob("PAHITTAD_*"):
        path.unlink()
    house.deliver(AGREEMENT, "police-activities", name, text)
    outcome = house.run()[AGREEMENT]
    problems = [str(problem) for problem in outcome.problems if "police-activities" in str(problem)]
    return problems, [(row.line, row.column, row.rule) for row in (aside.row for aside in outcome.set_aside)]


@pytest.mark.parametrize(("text", "message"), HELD.values(), ids=HELD.keys())
def test_a_damaged_file_is_held_with_its_place(text: str, message: str, house: House) -> None:
    (problem,), _ = deliver(house, text)
    assert re.search(message, problem), problem


def test_r7_another_encoding_than_the_contracts_is_told_by_line_and_byte(house: House) -> None:
    house.take(AGREEMENT)
    path = house.deliver(AGREEMENT, "police-activities", NAME, "")
    path.write_bytes((HEADER + GOOD).encode("windows-1252"))
    problems = [str(problem) for problem in house.run()[AGREEMENT].problems]
    expected = rf"{re.escape(NAME)}: line 2, byte \d+: not utf-8, as the contract says"
    assert any(re.search(expected, problem) for problem in problems), problems


@pytest.mark.parametrize(("row", "column", "rule"), SET_ASIDE.values(), ids=SET_ASIDE.keys())
def test_a_damaged_row_is_set_aside_with_its_address(row: str, column: str, rule: str, house: House) -> None:
    last = OTHER.replace("P-2", "P-3")
    assert deliver(house, HEADER + GOOD + row + last) == ([], [(3, column, rule)])


@pytest.mark.parametrize("count", ["1 234", "1\u00a0234"], ids=["R8 space", "R8 no-break space"])
def test_thousands_marks_of_the_contract_are_read(count: str, house: House) -> None:
    assert deliver(house, HEADER + GOOD.replace(";1;", f";{count};")) == ([], [])


def test_held_files_hold_no_value() -> None:
    with pytest.raises(DeliveryHeldError) as caught:
        read_csv(b'a\nhemligt "x"\n"hemligt"x\n', dialect(), ["a"])
    assert "hemligt" not in str(caught.value)


def test_v1_rows_of_which_none_can_be_read_are_no_zero(house: House) -> None:
    house.take(AGREEMENT)
    house.edit(AGREEMENT, "set_aside_share_max = 0.6", "set_aside_share_max = 1")
    (problem,), lost = deliver(house, HEADER + OTHER.replace(";22;", ";1,5;"))
    assert "1 of 1 rows would be set aside, and so nothing would be left of it; the first at line 2" in problem
    assert lost == []
    _, lost = deliver(house, HEADER + GOOD + OTHER.replace(";22;", ";1,5;"))
    assert len(lost) == 1


def resent(house: House, *days: str) -> None:
    """Leave one content first and last, and another between them, each on its day and under a name of its own."""
    for number, day in enumerate(days):
        text = HEADER + (GOOD if number % 2 == 0 else OTHER)
        house.deliver(AGREEMENT, "police-activities", f"PAHITTAD_polis_2024-05_mottagen_{day}.csv", text)


@pytest.mark.parametrize("in_one_run", [True, False])
def test_v4_a_delivery_that_is_taken_back_under_another_name_is_told(house: House, in_one_run: bool) -> None:
    deliver(house, HEADER + GOOD)
    days = ("2024-06-11", "2024-06-12", "2024-06-13")
    for some in [days] if in_one_run else [days[:2], days]:
        resent(house, *some)
        problems = [str(problem) for problem in house.run()[AGREEMENT].problems]
    (problem,) = [problem for problem in problems if "police-activities" in problem]
    # Within one run the other has come, and is read after all have been fetched.
    since = "another has come instead of that one" if in_one_run else "a later delivery has replaced that one"
    assert f"mottagen_2024-06-13.csv: the same as on 2024-06-11, but {since}" in problem


def test_v4_the_same_once_more_is_no_news(house: House) -> None:
    deliver(house, HEADER + GOOD)
    for day in ("2024-06-12", "2024-06-13"):
        house.deliver(AGREEMENT, "police-activities", f"PAHITTAD_polis_2024-05_mottagen_{day}.csv", HEADER + GOOD)
    assert not [problem for problem in house.run()[AGREEMENT].problems if "police-activities" in str(problem)]


def test_v4_the_last_of_one_day_once_more_is_no_news(house: House) -> None:
    """Of two received on one day the one taken in last counts: nothing has come for its month since."""
    deliver(house, HEADER + OTHER)
    for day in ("2024-06-12", "2024-06-13"):
        name = f"PAHITTAD_polis_2024-05_mottagen_{day}.csv"
        path = house.deliver(AGREEMENT, "police-activities", name, HEADER + GOOD)
        if day == "2024-06-12":
            path.with_name(f"{name}.toml").write_text("transcribed_on = 2024-06-11\n", "utf-8")
    assert not [problem for problem in house.run()[AGREEMENT].problems if "police-activities" in str(problem)]
    assert house.figure("tranas-1/traffic-controls/controls/-/-/2024-05")["actual_value"] == "1"


@pytest.mark.parametrize("text", [HEADER.replace("typ", "slag") + OTHER, HEADER + OTHER.replace(";22;", ";1,5;")])
def test_one_that_is_found_after_what_replaced_it_holds_nothing_up(text: str, house: House) -> None:
    deliver(house, HEADER + GOOD)
    earlier = NAME.replace("2024-06-11", "2024-06-05")
    house.deliver(AGREEMENT, "police-activities", earlier, text)
    assert not [problem for problem in house.run()[AGREEMENT].problems if "police-activities" in str(problem)]
    later = NAME.replace("2024-06-11", "2024-06-15")
    house.deliver(AGREEMENT, "police-activities", later, text.replace("P-2", "P-3"))
    (problem,) = [problem for problem in house.run()[AGREEMENT].problems if "police-activities" in str(problem)]
    assert later in str(problem)


@pytest.mark.parametrize(("day", "is_early"), [("2024-05-06", True), ("2024-05-31", True), ("2024-06-01", False)])
def test_v5_a_delivery_that_came_before_its_month_was_over_does_not_count(
    house: House, day: str, is_early: bool
) -> None:
    problems, _ = deliver(house, HEADER + GOOD, f"PAHITTAD_polis_2024-05_mottagen_{day}.csv")
    if is_early:
        assert f"received on {day}, before its months are over (2024-05-31)" in problems[0]
        assert not any("2024-05" in path for path in house.published())  # nor anything else: nothing has come yet
    else:
        found = house.figure("tranas-1/traffic-controls/controls/-/-/2024-05")
        assert (problems, found["actual_value"], found["value_status"]) == ([], "1", "observed")
