"""An attestation that nothing was done decides how a delivery is read: it cannot change under one that counts."""

from datetime import date
from pathlib import Path

import pytest

from cli.rebuilding import rebuild_from_kept
from schemas.errors import PUBLISHED
from tests.house import House

AGREEMENT = "late-rows"
HEADER = "id;datum;typ;antal;märkning\n"
ROWS = f"{HEADER}K1;2024-03-05;Kontroll;3;PÅHITTAD\n"
MARCH = f"{AGREEMENT}/controls/made/-/per-month/2024-03"
AT = date(2024, 4, 20)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """An agreement with one source and no deliveries yet."""
    found = House(tmp_path)
    found.take_case(AGREEMENT, has_deliveries=False)
    return found


def deliver(house: House, text: str, received_on: str = "2024-04-10") -> Path:
    """Leave a file for March; return where its sidecar stands."""
    path = house.deliver(AGREEMENT, "rows", f"PAHITTAD_2024-03_mottagen_{received_on}.csv", text)
    return path.with_name(f"{path.name}.toml")


def problems(house: House) -> list[str]:
    """Run and return what is held."""
    return [str(problem) for problem in house.run(at=AT)[AGREEMENT].problems]


def march(house: House) -> tuple[str, str]:
    """Return what is published of March."""
    figure = house.figure(MARCH)
    return figure["actual_value"], figure["actual_qualifier"]


def rebuilt(house: House) -> int:
    """Make the warehouse anew and return the exit status."""
    with house.settings():
        return rebuild_from_kept()


def test_an_attestation_that_is_taken_away_is_told_in_every_run_and_the_zero_stands(house: House) -> None:
    sidecar = deliver(house, HEADER)
    sidecar.write_text("attests_zero = true\n", "utf-8")
    assert problems(house) == []
    assert march(house) == ("0", "exact")
    sidecar.unlink()
    for _ in range(2):
        (problem,) = problems(house)
        assert "what was attested when it was received on 2024-04-10" in problem
        assert "ask for a file with what was done, which will replace it" in problem
    assert march(house) == ("0", "exact")
    assert rebuilt(house) == PUBLISHED
    deliver(house, ROWS, "2024-04-15")
    problems(house)
    assert problems(house) == [], "what has been replaced is of no concern any more"
    assert march(house) == ("3", "exact")
    assert rebuilt(house) == PUBLISHED


def test_rows_that_count_are_not_made_a_zero(house: House) -> None:
    sidecar = deliver(house, ROWS)
    assert problems(house) == []
    sidecar.write_text("attests_zero = true\n", "utf-8")
    (problem,) = problems(house)
    assert "its rows count since it was received on 2024-04-10" in problem
    assert march(house) == ("3", "exact")
    assert rebuilt(house) == PUBLISHED
    sidecar.unlink()
    assert problems(house) == []


@pytest.mark.parametrize("attested", ["2024-04-05", "2024-04-15"])
def test_an_attestation_beside_one_of_two_same_files_stands(house: House, attested: str) -> None:
    for day in ("2024-04-05", "2024-04-15"):
        sidecar = deliver(house, HEADER, day)
        if day == attested:
            sidecar.write_text("attests_zero = true\n", "utf-8")
    assert problems(house) == []
    entries = len(house.state.ledger(AGREEMENT).entries)
    assert problems(house) == []
    assert len(house.state.ledger(AGREEMENT).entries) == entries
    assert march(house) == ("0", "exact")
    assert rebuilt(house) == PUBLISHED


def test_an_attestation_taken_away_before_it_counted_counts_never(house: House) -> None:
    sidecar = deliver(house, ROWS.replace("2024-03-05", "x"))
    sidecar.write_text("attests_zero = true\n", "utf-8")
    assert problems(house) != []
    sidecar.unlink()
    (problem,) = problems(house)
    assert "1 of 1 rows would be set aside" in problem
    assert "attest" not in problem
