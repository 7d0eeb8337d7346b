"""Rows that were blanked when a delivery came, set aside when it is read: never data, and never lost unseen."""

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow

from schemas.blanking import BlankedCell
from schemas.layout import Layout
from schemas.text_table import SetAside, TextBatch

_CELLS_SHOWN = 10


def with_blanked_set_aside(batches: Iterable[TextBatch], blanked: Iterable[BlankedCell]) -> Iterator[TextBatch]:
    """Yield batches in which the rows that were blanked are set aside, and nothing is read of what is left of them.

    Args:
        batches: the cells of the copy that is kept.
        blanked: the addresses that the delivery's receipt has.
    """
    aside = sorted(
        (SetAside(cell.line, cell.column, "personal_data") for cell in blanked),
        key=lambda row: (row.line, row.column, row.rule),
    )
    lines = {row.line for row in aside}
    for batch in batches:
        if lines:
            is_left = ~np.isin(batch.lines, list(lines))
            others = [row for row in batch.set_aside if row.line not in lines]
            batch = TextBatch(batch.cells.filter(pyarrow.array(is_left)), batch.lines[is_left], aside + others)
        yield batch
        aside = []  # told once, with the first batch


def told_blanked(blanked: Iterable[BlankedCell], layout: Layout) -> str:
    """Tell the first addresses, and how many more there are.

    >>> from schemas.layout import JsonRecords
    >>> cell = BlankedCell(line=3, column="plats", found="telefonnummer")
    >>> told_blanked([cell], JsonRecords(path="", decimal_mark="."))
    'line 3 (record 2), column plats (telefonnummer)'
    """
    cells = [f"{cell.address(layout)} ({cell.found})" for cell in blanked]
    more = f" and {len(cells) - _CELLS_SHOWN} more" if len(cells) > _CELLS_SHOWN else ""
    return "; ".join(cells[:_CELLS_SHOWN]) + more
