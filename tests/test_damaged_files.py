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


def deliver(house: House, text: str) -> tuple[list[str], list[tuple[int, str, str]]]:
    """Leave one delivery in the place of all others and run; return what is said of it and which rows it lost."""
    for path in (house.take(AGREEMENT).agreements / AGREEMENT / "deliveries").rglob("PAHITTAD_*"):
        path.unlink()
    house.deliver(AGREEMENT, "police-activities", NAME, text)
    outcome = house.run()[AGREEMENT]
    problems = [str(problem) for problem in outcome.problems if "police-activities" in str(problem)]
    return problems, [(row.line, row.column, row.rule) for *_, row in outcome.set_aside]


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
