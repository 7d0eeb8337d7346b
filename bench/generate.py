"""Write an invented export of so many rows: 8 columns, 0.14 % bad rows, the same for the same number of rows.

The note of every row says PÅHITTAD.
"""

import random
import sys
from pathlib import Path

SEED = 687
HEADER = "id;datum;kommun;plats;typ;antal;alder;anteckning\n"
PLACES = ("Tranås centrum", "Sommen", "Gripenberg", "Linderås", "")
TYPES = ("Trafikkontroll", "Riktad narkotikainsats", "Krogtillsyn", "Fotpatrull", "Medborgardialog")
AGES = ("0–17", "18–24", "25–44", "45–64", "65+", "")
NOTES = tuple(f"PÅHITTAD rad, pass {number} enligt plan" for number in range(40))
BAD_SHARE = 0.0014
CHUNK_ROWS = 50_000


def write_export(path: Path, rows: int) -> None:
    """Write the export; a bad row has an unknown type, no such day, a fraction for a count, or another row's id."""
    chance = random.Random(SEED)  # noqa: S311 - invented data, the same each time
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER)
        for first in range(0, rows, CHUNK_ROWS):
            numbers = range(first, min(first + CHUNK_ROWS, rows))
            file.write("".join(_row(number, chance) for number in numbers))


def _row(number: int, chance: random.Random) -> str:
    pick = chance.random()
    row_id, day, kind, count = f"P-{number + 1_000_000}", _day(pick), TYPES[int(pick * 9973) % 5], int(pick * 7919) % 40
    amount = str(count)
    if chance.random() < BAD_SHARE:
        fault = chance.randrange(4)
        row_id = f"P-{max(number - 7, 0) + 1_000_000}" if fault == 0 else row_id
        day = "2024-02-30" if fault == 1 else day
        kind = "Okänt" if fault == 2 else kind
        amount = f"{count},5" if fault == 3 else amount
    place, age, note = PLACES[int(pick * 6029) % 5], AGES[int(pick * 4099) % 6], NOTES[int(pick * 8647) % 40]
    return f"{row_id};{day};0687;{place};{kind};{amount};{age};{note}\n"


def _day(pick: float) -> str:
    place = int(pick * 1_000_003) % (24 * 28)
    return f"{2023 + place // 336}-{place // 28 % 12 + 1:02d}-{place % 28 + 1:02d}"


if __name__ == "__main__":
    write_export(Path(sys.argv[1]), int(sys.argv[2]))
