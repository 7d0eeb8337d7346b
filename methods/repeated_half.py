"""An export that was written twice into one file: its second half repeats the first, row by row."""

from functools import reduce

import pyarrow
from pyarrow import compute

from schemas.text_table import plain

# Fewer different rows may well come twice in one order, such as a patrol for each day of two weeks in two districts.
DIFFERENT_ROWS_MIN = 20


def repeats_its_first_half(cells: pyarrow.Table) -> bool:
    """Tell whether the second half of some rows says what the first does, in one order; a header among them is no row.

    >>> rows = pyarrow.table({"day": [f"{n:02}" for n in range(1, 25)], "kind": ["Patrol"] * 24})
    >>> repeats_its_first_half(pyarrow.concat_tables([rows, rows])), repeats_its_first_half(rows)
    (True, False)
    """
    rows = plain(cells)
    is_header = reduce(compute.and_, (compute.equal(rows[name], name) for name in rows.column_names))
    rows = rows.filter(compute.invert(is_header))
    half, rest = divmod(rows.num_rows, 2)
    first = rows.slice(0, half)
    if rest or half < DIFFERENT_ROWS_MIN or not first.equals(rows.slice(half)):
        return False
    return bool(first.group_by(first.column_names).aggregate([]).num_rows >= DIFFERENT_ROWS_MIN)
