"""Rows that were blanked when a delivery came, set aside when it is read: never data, and never lost unseen."""

from collections.abc import Iterable

from schemas.blanking import BlankedCell
from schemas.text_table import SetAside, TextTable

_CELLS_SHOWN = 10


def with_blanked_set_aside(table: TextTable, blanked: Iterable[BlankedCell]) -> TextTable:
    """Return a table in which the rows that were blanked are set aside, and nothing is read of what is left of them.

    Args:
        table: the cells of the copy that is kept.
        blanked: the addresses that the delivery's receipt has.
    """
    aside = [SetAside(cell.line, cell.column, "personal_data") for cell in blanked]
    if not aside:
        return table
    lines = {row.line for row in aside}
    others = [row for row in table.set_aside if row.line not in lines]
    return TextTable(
        table.cells[~table.cells.index.isin(lines)],
        sorted([*others, *aside], key=lambda row: (row.line, row.column, row.rule)),
    )


def told_blanked(blanked: Iterable[BlankedCell]) -> str:
    """Tell the first addresses, and how many more there are.

    >>> told_blanked([BlankedCell(line=3, column="plats", found="telefonnummer")])
    'line 3, column plats (telefonnummer)'
    """
    cells = [f"{cell.address} ({cell.found})" for cell in blanked]
    more = f" and {len(cells) - _CELLS_SHOWN} more" if len(cells) > _CELLS_SHOWN else ""
    return "; ".join(cells[:_CELLS_SHOWN]) + more
