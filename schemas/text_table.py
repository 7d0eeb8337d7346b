"""A delivery as cells of text, before anything is interpreted: whole, or in batches of bounded size."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow

# The process that reads a workbook makes no frame, and importing pandas took it longer than reading most workbooks.
if TYPE_CHECKING:
    import pandas as pd

Lines = npt.NDArray[np.int64]
# Spaces around agreed texts mean nothing.
AROUND = " \u00a0"
# The rule of a row with nothing in it, such as a spreadsheet leaves below the last one: no row of anything.
BLANK_ROW = "blank_row"
# The rule of a header that stands once more, as where pages or exports were put one after the other.
HEADER_AGAIN = "header_again"
SAYING_NOTHING = frozenset({BLANK_ROW, HEADER_AGAIN})


@dataclass(frozen=True)
class SetAside:
    """The address of a row that was not counted, and why; never its value."""

    line: int
    column: str
    rule: str


@dataclass(frozen=True)
class TextBatch:
    """Some rows of a delivery: text columns by the contract's names, plain or with each distinct text once.

    `lines` is where each row stands. In CSV that is its first line, in a sheet its row, in JSON its place in the list
    plus one: the first is 2. Persons are told it by `schemas/addresses.py`.
    """

    cells: pyarrow.Table
    lines: Lines
    set_aside: list[SetAside] = field(default_factory=list)

    @property
    def row_count(self) -> int:
        """All rows, those set aside for their shape included."""
        return len(self.lines) + len({row.line for row in self.set_aside})


@dataclass(frozen=True)
class TextTable:
    """A whole delivery of moderate size; the index of `cells` is where each row stands."""

    cells: "pd.DataFrame"
    set_aside: list[SetAside] = field(default_factory=list)

    @property
    def row_count(self) -> int:
        """All rows, those set aside for their shape included."""
        return len(self.cells) + len({row.line for row in self.set_aside})

    @classmethod
    def of(cls, batches: Iterable[TextBatch]) -> Self:
        """Put batches together; there is at least one, which names the columns."""
        import pandas as pd

        found = list(batches)
        table = pyarrow.concat_tables([plain(batch.cells) for batch in found])
        index = pd.Index(np.concatenate([batch.lines for batch in found]), name="source_line", dtype="int64")
        columns: dict[str, Any] = {name: table[name].to_numpy() for name in table.column_names}
        cells = pd.DataFrame(columns, index=index, columns=pd.Index(table.column_names), dtype=object)
        return cls(cells, [row for batch in found for row in batch.set_aside])

    def batch(self) -> TextBatch:
        """Return the table as one batch."""
        names = [str(name) for name in self.cells.columns]
        columns = [pyarrow.array(self.cells[name], pyarrow.string()) for name in names]
        lines = self.cells.index.to_numpy(dtype=np.int64)
        return TextBatch(pyarrow.Table.from_arrays(columns, names=names), lines, self.set_aside)


def plain(cells: pyarrow.Table) -> pyarrow.Table:
    """Write every cell out, also where a column holds each distinct text once."""
    return cells.cast(pyarrow.schema([(name, pyarrow.string()) for name in cells.column_names]))


def rows_among(batches: Iterable[TextBatch], wanted: Lines) -> Iterator[TextBatch]:
    """Yield of each batch the rows on some lines, and nothing that was set aside for its shape."""
    for batch in batches:
        is_wanted = np.isin(batch.lines, wanted)
        yield TextBatch(batch.cells.filter(pyarrow.array(is_wanted)), batch.lines[is_wanted])
