"""An invented export of any length, and what is true of it: the same bytes for the same number of rows.

`python -m bench.export FILE ROWS`. 8 columns, the note of every row says PÅHITTAD. 0.14 % of the rows are bad: an
unknown type, no such day, a fraction for a count, or an id that an earlier row has too. Of two rows with one id neither
can be trusted, so both are bad.
"""

import random
import sys
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

COLUMNS = ("id", "datum", "kommun", "omrade", "typ", "antal", "alder", "anteckning")
MUNICIPALITIES = (
    *("0604", "0617", "0642", "0643", "0662", "0665", "0680"),
    *("0682", "0683", "0684", "0685", "0686", "0687"),
)
TYPES = ("Trafikkontroll", "Riktad narkotikainsats", "Krogtillsyn", "Fotpatrull", "Medborgardialog")
AGES = ("0–17", "18–24", "25–44", "45–64", "65+", "")
AREAS = tuple(f"Område {number}" for number in range(1, 41))
NOTES = tuple(f"PÅHITTAD rad, pass {number} enligt plan" for number in range(40))
FIRST_DAY, LAST_DAY = "2023-01-01", "2024-12-31"
UNKNOWN_TYPE, IMPOSSIBLE_DATE, FRACTION, REPEATED_ID = "unknown_type", "impossible_date", "fraction", "repeated_id"
SEED = 687
# A repeated id makes two rows bad, so that 1.25 rows in a thousand chances come to 0.14 % of all.
FAULT_CHANCE = 0.00112
# How far back the row stands whose id comes again.
BACK = 7
CHUNK_ROWS = 50_000

Row = tuple[str, ...]
Cell = tuple[str, str, str]


@dataclass
class Truth:
    """What whoever reads the export must find.

    `set_aside` has the line of each bad row, the header being line 1, and why; `counts` the rows and their sum by
    month, type and municipality.
    """

    rows: int = 0
    set_aside: dict[int, str] = field(default_factory=dict)
    counts: dict[Cell, tuple[int, int]] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        """How many rows are good."""
        return self.rows - len(self.set_aside)


def rows_with_faults(rows: int, fault_chance: float = FAULT_CHANCE) -> Iterator[tuple[Row, str | None]]:
    """Yield every row and what is wrong with it; the row whose id comes again is yielded as good."""
    chance = random.Random(SEED)  # noqa: S311 - invented data, the same each time
    untouched: deque[bool] = deque(maxlen=BACK)
    for number in range(rows):
        row = _good_row(number, chance.random())
        fault: str | None = chance.choice((UNKNOWN_TYPE, IMPOSSIBLE_DATE, FRACTION, REPEATED_ID))
        if chance.random() >= fault_chance:
            fault = None
        elif fault == REPEATED_ID and not (len(untouched) == BACK and untouched[0]):
            fault = UNKNOWN_TYPE
        if fault == REPEATED_ID:
            untouched[0] = False
        untouched.append(fault is None)
        yield (_damaged(row, number, fault) if fault else row), fault


def write_export(path: Path, rows: int, fault_chance: float = FAULT_CHANCE) -> Truth:
    """Write the export and return what is true of it."""
    tally = Tally()
    lines = [";".join(COLUMNS)]
    with path.open("w", encoding="utf-8", newline="") as file:
        for row, fault in rows_with_faults(rows, fault_chance):
            tally.add(row, fault)
            lines.append(";".join(row))
            if len(lines) >= CHUNK_ROWS:
                file.write("\n".join(lines) + "\n")
                lines.clear()
        file.write("".join(f"{line}\n" for line in lines))
    return tally.truth()


class Tally:
    """Counts while rows are written, in memory that grows with the bad ones only."""

    def __init__(self) -> None:
        self._rows = 0
        self._set_aside: dict[int, str] = {}
        self._counts: Counter[Cell] = Counter()
        self._sums: Counter[Cell] = Counter()
        self._recent: deque[Row] = deque(maxlen=BACK)

    def add(self, row: Row, fault: str | None) -> None:
        """Take the next row in."""
        self._rows += 1
        if fault is None:
            self._count(row, 1)
        else:
            self._set_aside[self._rows + 1] = fault
        if fault == REPEATED_ID:
            self._set_aside[self._rows + 1 - BACK] = fault
            self._count(self._recent[0], -1)
        self._recent.append(row)

    def truth(self) -> Truth:
        """Return what has been found."""
        counts = {cell: (rows, self._sums[cell]) for cell, rows in sorted(self._counts.items()) if rows}
        return Truth(self._rows, dict(sorted(self._set_aside.items())), counts)

    def _count(self, row: Row, sign: int) -> None:
        cell = (row[1][:7], row[4], row[2])
        self._counts[cell] += sign
        self._sums[cell] += sign * int(row[5])


def _good_row(number: int, pick: float) -> Row:
    """Draw a row; notes stand in turn, so that two rows with one id are never wholly the same."""
    day = int(pick * 1_000_003) % (24 * 28)
    return (
        f"P-{number + 1_000_000}",
        f"{2023 + day // 336}-{day // 28 % 12 + 1:02d}-{day % 28 + 1:02d}",
        MUNICIPALITIES[int(pick * 6029) % len(MUNICIPALITIES)],
        AREAS[int(pick * 3571) % len(AREAS)],
        TYPES[int(pick * 9973) % len(TYPES)],
        str(int(pick * 7919) % 40),
        AGES[int(pick * 4099) % len(AGES)],
        NOTES[number % len(NOTES)],
    )


def _damaged(row: Row, number: int, fault: str) -> Row:
    row_id, day, place, area, kind, count, age, note = row
    if fault == REPEATED_ID:
        row_id = f"P-{number - BACK + 1_000_000}"
    elif fault == IMPOSSIBLE_DATE:
        day = f"{day[:4]}-02-30"
    elif fault == UNKNOWN_TYPE:
        kind = "Okänt"
    else:
        count = f"{count},5"
    return row_id, day, place, area, kind, count, age, note


if __name__ == "__main__":
    write_export(Path(sys.argv[1]), int(sys.argv[2]))
