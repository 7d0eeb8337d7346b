"""A delivery as cells of text, before anything is interpreted."""

from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class SetAside:
    """The address of a row that was not counted, and why; never its value."""

    line: int
    column: str
    rule: str


@dataclass(frozen=True)
class TextTable:
    """Cells of text by header; the index of `cells` is where each row stands.

    In CSV that is its first line, in a sheet its row, in JSON its place in the list plus one: the first is 2.
    """

    cells: pd.DataFrame
    set_aside: list[SetAside] = field(default_factory=list)

    @property
    def row_count(self) -> int:
        """All rows, those set aside for their shape included."""
        return len(self.cells) + len({row.line for row in self.set_aside})
