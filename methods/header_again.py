"""Headers among the rows of a delivery."""

import numpy as np
import numpy.typing as npt
import pyarrow
from pyarrow import compute

from schemas.errors import DeliveryHeldError
from schemas.text_table import AROUND, Lines


def headers_among(cells: pyarrow.Table, lines: Lines) -> npt.NDArray[np.bool_]:
    """Tell which rows hold the names of their columns, and so are none.

    Args:
        cells: rows of text, in the columns that are read.
        lines: where each row stands.

    Raises:
        DeliveryHeldError: when one holds those names in other columns, as what follows it would be misread.

    >>> rows = pyarrow.table({"day": ["2024-03-01", "day"], "count": ["1", " count"]})
    >>> headers_among(rows, np.array([2, 3])).tolist()
    [False, True]
    """
    names = cells.column_names
    is_header, is_same = np.ones(len(lines), bool), np.ones(len(lines), bool)
    for name in names:
        texts = compute.utf8_trim(cells[name].cast(pyarrow.string()), AROUND)
        is_header &= compute.is_in(texts, pyarrow.array(names)).to_numpy()
        is_same &= compute.equal(texts, name).to_numpy()
    others = lines[is_header & ~is_same]
    if len(others):
        raise DeliveryHeldError(
            f"line {others[0]}: the header stands again with its columns in another order, so what follows is another "
            "table; ask the provider for one table under one header"
        )
    return is_same
