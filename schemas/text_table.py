"""A delivery as cells of text, before anything is interpreted."""

from dataclasses import dataclass, field

import pyarrow


@dataclass(frozen=True)
class SetAside:
    """The address of a row that was not counted, and why; never its value."""

    line: int
    column: str
    rule: str


@dataclass(frozen=True)
class TextBatch:
    """Some rows of a delivery, untouched: cells of text by header, and the line each row starts on.

    The header is line 1. Rows refused for their shape stand in `set_aside` alone.
    """

    cells: pyarrow.Table
    lines: pyarrow.Array
    set_aside: list[SetAside] = field(default_factory=list)

    @property
    def row_count(self) -> int:
        """All rows, those set aside for their shape included."""
        return int(self.cells.num_rows) + len({row.line for row in self.set_aside})
