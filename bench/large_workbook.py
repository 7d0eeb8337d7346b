"""The export of `bench/export.py` as a workbook, which this program loads whole in `make bench`.

`python -m bench.large_workbook FILE ROWS` writes one. Counts are numbers, all else is text, as in exports from a system
of records; what is a fraction in the export is text here too.
"""

import sys
from pathlib import Path

from xlsxwriter import Workbook

from bench.export import COLUMNS, Tally, Truth, rows_with_faults

SHEET = "Uttag"
COUNT_AT = COLUMNS.index("antal")


def write_workbook(path: Path, rows: int) -> Truth:
    """Write the sheet, in memory that does not grow with it, and return what is true of it."""
    tally = Tally()
    with Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.write_row(0, 0, COLUMNS)
        for place, (row, fault) in enumerate(rows_with_faults(rows), start=1):
            tally.add(row, fault)
            for column, text in enumerate(row):
                if column == COUNT_AT and text.isdigit():
                    sheet.write_number(place, column, int(text))
                else:
                    sheet.write_string(place, column, text)
    return tally.truth()


if __name__ == "__main__":
    write_workbook(Path(sys.argv[1]), int(sys.argv[2]))
