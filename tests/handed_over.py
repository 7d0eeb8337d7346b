"""A file that an office hands over, by the command or by the inbox, to an agreement whose last month has not come."""

from datetime import date
from pathlib import Path

from cli.receiving import receive_file
from schemas.delivery import Receipt
from tests.children import die_at, observed
from tests.house import House

AGREEMENT = "two-readings"
FIGURE = f"{AGREEMENT}/controls/made/-/-/2025-06"
NAME = "fran-polisen.csv"
TEXT = "datum;typ;antal;märkning\n2025-06-03;Kontroll;2;PÅHITTAD\n2025-06-04;Kontroll;1;PÅHITTAD\n"
OTHER = TEXT.replace("Kontroll;2", "Kontroll;5")
AT = date(2025, 8, 1)
SAID: dict[str, object] = {
    "source": "rows",
    "period": "2025-06",
    "office": "police",
    "registration_number": "A123.456/2025",
    "attest_zero": False,
    "keyed_by": None,
    "is_invented": True,
}


def without_its_last_month(tmp_path: Path) -> House:
    """Set up the agreement."""
    found = House(tmp_path / "house")
    found.take_case(AGREEMENT)
    for path in (found.agreements / AGREEMENT / "deliveries/rows").glob("PAHITTAD_2025-06_*"):
        path.unlink()
    return found


def handed(tmp_path: Path, text: str = TEXT, name: str = NAME) -> Path:
    """Write a file as it was handed over."""
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def receive(house: House, path: Path, **changes: object) -> int:
    """Take a file in as the command does."""
    with house.settings():
        return receive_file(path, None, {**SAID, **changes}, date(2025, 7, 14))


def receipts(house: House) -> list[Receipt]:
    """List what has been handed over."""
    return [receipt for receipt in house.state.ledger(AGREEMENT).receipts() if receipt.office]


def put(house: House, text: str = TEXT, name: str = NAME, **changes: str) -> Path:
    """Put a file into the inbox with its sidecar."""
    inbox = house.state.root / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / name).write_text(text, "utf-8")
    keys = {
        "agreement": f'"{AGREEMENT}"', "source": '"rows"', "period": '"2025-06"', "office": '"police"',
        "registration_number": '"A123.456/2025"', "received_on": "2025-07-14", "is_invented": "true", **changes,
    }  # fmt: skip
    lines = [f"{key} = {value}\n" for key, value in keys.items() if value]
    (inbox / f"{name}.toml").write_text("".join(lines), "utf-8")
    return inbox


def run_until(house: House, number: int) -> None:
    """Run, and be ended without warning at a step."""
    with observed(die_at(number)):
        house.run(at=AT)
