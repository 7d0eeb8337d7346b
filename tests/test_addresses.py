"""Rows told so that a person finds them: in JSON by the record's place, one less than the line of the facts."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

from cli.checking import check_agreements
from cli.explaining import explain_published
from cli.rejecting import list_rejected_rows
from schemas.errors import NOTHING_DONE
from tests.house import House
from tests.planted import PLANTED
from tests.test_cli import lofte
from tests.test_corrections import toml

AGREEMENT = "late-rows"
CSV = 'csv = { encoding = "utf-8", delimiter = ";", decimal_mark = "," }'
JSON = 'json = { path = "rader", decimal_mark = "." }'
MARCH, APRIL = (f"{AGREEMENT}/controls/made/-/per-month/2024-0{month}" for month in (3, 4))
AT = date(2024, 6, 1)
Value = str | int | float
NAME = "PAHITTAD_2024-03_mottagen_2024-04-10.json"


@pytest.fixture
def house(tmp_path: Path) -> House:
    """An agreement whose one source brings JSON and accepts late rows, with no deliveries yet."""
    found = House(tmp_path / "house")
    found.take_case(AGREEMENT, has_deliveries=False)
    found.edit(AGREEMENT, CSV, JSON)
    found.edit(AGREEMENT, '_{received_on}.csv"', '_{received_on}.json"')
    return found


def deliver(house: House, month: str, *records: tuple[Value, str, Value], kind: str = "Kontroll") -> None:
    """Leave a month's records of an id, a day and a quantity, received on the tenth of the next month."""
    name = f"PAHITTAD_{month}_mottagen_2024-{int(month[5:]) + 1:02d}-10.json"
    rows = [
        {"id": row_id, "datum": day, "typ": kind, "antal": count, "märkning": "PÅHITTAD"}
        for row_id, day, count in records
    ]
    house.deliver(AGREEMENT, "rows", name, json.dumps({"rader": rows}, ensure_ascii=False))


def made(house: House, figure_id: str) -> tuple[str, str]:
    """Return a figure's value and how exact it is."""
    figure = house.figure(figure_id)
    return figure["actual_value"], figure["actual_qualifier"]


def correction(**changes: str) -> str:
    """Write a correction of the second of two alike records."""
    return toml(source='"rows"', file=f'"{NAME}"', received_on="2024-04-10", decided_on="2024-05-02",
                expected='"11"', becomes='"1"', **{"line": "", "record": "2", **changes})  # fmt: skip


def test_an_id_with_a_point_is_the_same_id_as_the_whole_number(house: House) -> None:
    """As a data frame writes a column that once held an empty cell."""
    deliver(house, "2024-03", (1, "2024-03-04", 1), (2, "2024-03-05", 2))
    deliver(house, "2024-04", (3.0, "2024-04-04", 10), (2.0, "2024-03-05", 5), (4.0, "2024-03-06", 7))
    assert house.run(at=AT)[AGREEMENT].problems == []
    assert (made(house, MARCH), made(house, APRIL)) == (("13", "exact"), ("10", "exact"))


def test_an_id_with_a_point_repeats_the_whole_number_in_one_file(house: House) -> None:
    deliver(house, "2024-03", (1, "2024-03-04", 1), (1.0, "2024-03-04", 1), (2, "2024-03-05", 2))
    outcome = house.run(at=AT)[AGREEMENT]
    assert [(aside.row.line, aside.row.rule) for aside in outcome.set_aside] == [(3, "duplicate_row")]
    assert made(house, MARCH)[0] == "3"


def test_a_correction_of_json_names_the_record(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    deliver(house, "2024-03", ("a", "2024-03-04", 11), ("b", "2024-03-20", 11))
    deliver(house, "2024-04", ("c", "2024-04-04", 1))
    (house.agreements / AGREEMENT / "corrections.toml").write_text(correction(), "utf-8")
    assert house.run(at=AT)[AGREEMENT].problems == []
    assert made(house, MARCH) == ("12", "exact")
    ledger = house.state.ledger(AGREEMENT)
    (kept,) = (load for load in ledger.loads().values() if load.delivery_id == ledger.receipts()[0].delivery_id)
    (said,) = json.loads(house.state.store.get(kept.corrections_hash))
    assert (said["line"], "record" in said) == (3, False), "what is kept of corrections is what it was"
    with house.settings():
        assert explain_published(MARCH) == 0
    told = capsys.readouterr().out
    assert f"{NAME}, lines 2, 3 (records 1, 2)\n" in told
    assert "corrected: line 3 (record 2), column antal, by police on 2024-05-02" in told


@pytest.mark.parametrize(
    ("changes", "line", "why"),
    [
        ({"line": "2", "record": ""}, 5, "write record in place of line"),
        ({"line": "2"}, 1, "say line or, where the file is JSON, record; not both"),
        ({"record": "0"}, 1, "the first record is 1"),
        ({"record": "true"}, 1, "record is a whole number"),
    ],
    ids=["line", "both", "none", "no number"],
)
def test_a_correction_of_json_that_could_mean_the_neighbour_is_refused(
    house: House, changes: dict[str, str], line: int, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    deliver(house, "2024-03", ("a", "2024-03-04", 11), ("b", "2024-03-20", 11))
    (house.agreements / AGREEMENT / "corrections.toml").write_text(correction(**changes), "utf-8")
    with house.settings():
        assert check_agreements() == NOTHING_DONE
    (told,) = (row for row in capsys.readouterr().out.splitlines() if "corrections.toml:" in row)
    assert f"corrections.toml:{line}: " in told
    assert why in told
    assert house.run(at=AT)[AGREEMENT].became == "failed"


def test_a_record_that_is_not_there_is_told_on_its_own_line(house: House) -> None:
    deliver(house, "2024-03", ("a", "2024-03-04", 11), ("b", "2024-03-20", 11))
    text = correction(record="3").replace("record = 3\n", "") + "record = 3\n"
    (house.agreements / AGREEMENT / "corrections.toml").write_text(text, "utf-8")
    (problem,) = house.run(at=AT)[AGREEMENT].problems
    assert "corrections.toml:11: the delivery has no such cell" in str(problem)
    (house.agreements / AGREEMENT / "corrections.toml").write_text(correction() + correction(), "utf-8")
    (twice,) = house.run(at=AT)[AGREEMENT].problems
    assert "the same cell is corrected above" in str(twice)


def test_a_record_of_what_is_no_json_is_refused(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    house.take_case(AGREEMENT)
    (house.agreements / AGREEMENT / "corrections.toml").write_text(correction(), "utf-8")
    (problem,) = house.run(at=AT)[AGREEMENT].problems
    assert "is for JSON, and this source brings none; write line in its place" in str(problem)


def test_the_provider_gets_the_record_and_no_line(house: House) -> None:
    deliver(house, "2024-03", ("a", "2024-03-04", 1), ("b", "2024-03-05", -1), ("c", "2024-03-06", 1))
    house.run(at=AT)
    path = house.root / "avvisade.csv"
    with house.settings():
        assert list_rejected_rows(AGREEMENT, None, None, str(path), with_values=True) == 0
    (row,) = csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter=";")
    assert list(row)[4:8] == ["mottagen", "rad", "post", "kolumn"]
    assert (row["rad"], row["post"], row["kolumn"], row["värde"]) == ("", "2", "antal", "'-1")


def test_whoever_looks_after_a_run_is_told_the_record(house: House) -> None:
    deliver(house, "2024-03", ("a", "2024-03-04", 1), ("b", "2024-03-05", -1), ("c", "2024-03-06", 1))
    said = lofte("run", "--at", "2024-06-01", house=house)
    assert "line 3 (record 2), column antal, rule negative_count" in " ".join(said.stderr.split())
    table = lofte("rejected", house=house).stdout
    assert "record" in table
    explained = lofte("explain", MARCH, house=house).stdout
    assert "set aside: line 3 (record 2), column antal, rule negative_count" in explained


def test_a_total_that_falls_is_told_by_its_record(tmp_path: Path) -> None:
    agreement = "year-to-date-totals"
    house = House(tmp_path / "house")
    house.take_case(agreement, has_deliveries=False)
    house.edit(agreement, CSV, JSON)
    house.edit(agreement, '_{received_on}.csv"', '_{received_on}.json"')
    for month, received_on, value in (("2024-01", "2024-02-10", 5), ("2024-03", "2024-04-10", 4)):
        record = {"typ": "Kontroll", "antal": value, "hur": "exakt", "märkning": "PÅHITTAD"}
        text = json.dumps({"rader": [record]}, ensure_ascii=False)
        house.deliver(agreement, "rows", f"PAHITTAD_{month}_mottagen_{received_on}.json", text)
    (problem,) = house.run(at=AT)[agreement].problems
    assert "line 2 (record 1), column 'antal': the total of controls/made until 2024-03 is below" in str(problem)


def test_a_blanked_record_is_told(house: House) -> None:
    planted = PLANTED[0]
    deliver(house, "2024-03", ("a", "2024-03-04", 1), ("b", planted, 1), ("c", "2024-03-06", 1))
    (warning,) = house.run(at=AT)[AGREEMENT].warnings
    assert "personal data: line 3 (record 2), column datum" in warning
    house.edit(AGREEMENT, "set_aside_share_max = 0.5", "set_aside_share_max = 0")
    deliver(house, "2024-04", ("d", planted, 1))
    problems = " ".join(str(problem) for problem in house.run(at=AT)[AGREEMENT].problems)
    assert "line 2 (record 1), column datum seems to hold personal data" in problems
