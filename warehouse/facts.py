"""The facts of a load in their tables: as their model has them, but what many occasions share is put there once."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow
import sqlalchemy as sa

from schemas.derive import table_name
from schemas.facts import FactModel, Occasion
from schemas.text_table import Lines
from schemas.warehouse_tables import METADATA, OCCASION_KIND, OCCASION_ROW, SET_ASIDE_ROW, SHARED_BY_OCCASIONS
from warehouse.bulk import insert

Kind = tuple[str | None, ...]
Codes = npt.NDArray[np.integer[Any]]


def rows_table(model: FactModel) -> sa.Table:
    """Return the table that has one row for each fact of a model."""
    return OCCASION_ROW if model is Occasion else METADATA.tables[table_name(model)]


class FactWriter:
    """Puts the facts of one load in, batch by batch."""

    def __init__(self, connection: sa.Connection, load_id: str) -> None:
        self._connection = connection
        self._load_id = load_id
        self._kinds = OccasionKinds()

    def insert(self, model: FactModel, facts: pyarrow.Table) -> None:
        """Put facts in, which have the columns of their model but for the load."""
        rows = facts
        if model is Occasion:
            rows, kinds = self._kinds.divided(facts)
            self._insert(OCCASION_KIND, kinds)
        self._insert(rows_table(model), rows)

    def delete(self, model: FactModel, lines: Lines) -> None:
        """Take out what was put in of the rows on some lines, or was told of them as set aside."""
        listed = sa.select(sa.func.unnest(sa.literal(lines.tolist(), sa.ARRAY(sa.BigInteger))))
        for table in (rows_table(model), SET_ASIDE_ROW):
            is_one = table.c.source_line.in_(listed)
            self._connection.execute(sa.delete(table).where(table.c.load_id == self._load_id, is_one))

    def _insert(self, table: sa.Table, rows: pyarrow.Table) -> None:
        same = pyarrow.nulls(rows.num_rows, pyarrow.int32()).fill_null(0)
        load_ids = pyarrow.DictionaryArray.from_arrays(same, pyarrow.array([self._load_id]))
        insert(self._connection, table, rows.append_column("load_id", load_ids))


class OccasionKinds:
    """Numbers what occasions of one load share, from 0, in the order in which it comes."""

    def __init__(self) -> None:
        self._numbers: dict[Kind, int] = {}

    def divided(self, facts: pyarrow.Table) -> tuple[pyarrow.Table, pyarrow.Table]:
        """Return the rows with the number of what they share, and that itself where it has not come before.

        >>> told = {"activity_id": ["a", "a"], "indicator_id": ["i", "i"], "place_id": [None, None],
        ...         "month": ["2024-01", "2024-01"], "quantity": [1, 2]}
        >>> rows, kinds = OccasionKinds().divided(pyarrow.table(told))
        >>> rows.to_pydict()
        {'quantity': [1, 2], 'kind_no': [0, 0]}
        >>> kinds.to_pylist()
        [{'activity_id': 'a', 'indicator_id': 'i', 'place_id': None, 'month': '2024-01', 'kind_no': 0}]
        """
        kinds, codes = _together([facts[name] for name in SHARED_BY_OCCASIONS])
        new = [kind for kind in kinds if kind not in self._numbers]
        first = len(self._numbers)
        self._numbers.update((kind, first + place) for place, kind in enumerate(new))
        numbers = np.array([self._numbers[kind] for kind in kinds], np.int64).take(codes)
        rows = facts.drop_columns(list(SHARED_BY_OCCASIONS)).append_column("kind_no", pyarrow.array(numbers))
        shared = {
            name: pyarrow.array([kind[place] for kind in new], pyarrow.string())
            for place, name in enumerate(SHARED_BY_OCCASIONS)
        }
        return rows, pyarrow.table({**shared, "kind_no": np.arange(first, len(self._numbers))})


def _together(columns: list[pyarrow.ChunkedArray]) -> tuple[list[Kind], Codes]:
    """Return each distinct row of several columns of text, and which of them each row is."""
    texts, codes = zip(*(_distinct(column.combine_chunks()) for column in columns), strict=True)
    sizes = tuple(map(len, texts))
    which, found = pd.factorize(np.ravel_multi_index(codes, sizes))
    places = np.stack(np.unravel_index(found, sizes), axis=1)
    return [tuple(text[place] for text, place in zip(texts, row, strict=True)) for row in places.tolist()], which


def _distinct(cells: pyarrow.Array) -> tuple[list[str | None], Codes]:
    """Return each distinct text of a column, and None at the end, and which of them each row has."""
    encoded = cells if pyarrow.types.is_dictionary(cells.type) else cells.dictionary_encode()
    texts = [*encoded.dictionary.to_pylist(), None]
    indices = encoded.indices.fill_null(len(texts) - 1).to_numpy()
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    if len(places) < len(texts):
        indices = np.array([places[text] for text in texts]).take(indices)
    return list(places), indices
