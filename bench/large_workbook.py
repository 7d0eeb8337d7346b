"""How much memory and time does a workbook of a million rows take to be read? `python -m bench.large_workbook`.

The peak is of this process and the one that reads the sheet together, as the sum of what each holds at its most: never
less than what both hold at once.
"""

import io
import resource
import sys
import time

from xlsxwriter import Workbook

from schemas.layout import XlsxSheet
from sources.xlsx_table import read_xlsx

ROWS = 1_000_000
HEADER = ["id", "datum", "kommun", "omrade", "typ", "antal", "alder", "anm"]


def workbook(rows: int) -> bytes:
    """Write an invented sheet with that many rows, in memory that does not grow with them."""
    content = io.BytesIO()
    with Workbook(content, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Uttag")
        sheet.write_row(0, 0, HEADER)
        for row in range(1, rows + 1):
            day = f"2024-{row % 12 + 1:02d}-{row % 28 + 1:02d}"
            cells = [f"r{row}", day, f"{row % 290:04d}", f"Område {row % 40}", "Trafikkontroll", row % 5, "18-21", ""]
            sheet.write_row(row, 0, cells)
    return content.getvalue()


def main() -> None:
    """Write one, read it, and print what it took."""
    content = workbook(ROWS)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.perf_counter()
    table = read_xlsx(content, XlsxSheet(sheet="Uttag", decimal_mark=","), HEADER)
    seconds = time.perf_counter() - started
    own, child = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    sys.stdout.write(
        f"{table.row_count:,} rows, {len(content) / 1024**2:.0f} MiB: {seconds:.0f} s; "
        f"reader {child:.0f} MiB, this process {own:.0f} MiB ({before:.0f} before), both {own + child:.0f} at most\n"
    )


if __name__ == "__main__":
    main()
