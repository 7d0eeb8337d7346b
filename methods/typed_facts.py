"""Outcomes in the Arrow types of a model, and held against it: each distinct value once, however many rows have it."""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa
import pyarrow

from methods.text_rows import Column, TextRows
from schemas.derive import arrow_schema
from schemas.facts import FactModel


class TypedFacts:
    """Good rows as facts of a model; it remembers which values have been found to fit."""

    def __init__(self, model: FactModel) -> None:
        self._fields = [field for field in arrow_schema(model) if field.name != "load_id"]
        self._model = model
        self._fitting: dict[str, set[Any]] = {}

    def table(self, columns: dict[str, Any], rows: TextRows) -> pyarrow.Table:
        """Return the good rows in the model's columns but for the load, which is told when they are loaded.

        Args:
            columns: what each row says by column, as distinct outcomes or text by text, or one value for all rows.
            rows: where they stand, and which are good.

        Raises:
            SchemaErrors: when a fact breaks its model, which is a fault of ours.
        """
        lines = pyarrow.array(rows.lines[rows.is_good], pyarrow.int64())
        # Lines only rise: the first and the last stand for all.
        self._validate("source_line", lines.take(pyarrow.array([0, len(lines) - 1])) if len(lines) else lines)
        arrays = [
            lines if field.name == "source_line" else self._array(field, columns[field.name], rows.is_good)
            for field in self._fields
        ]
        return pyarrow.Table.from_arrays(arrays, names=[field.name for field in self._fields])

    def _array(self, field: pyarrow.Field, column: Any, is_good: npt.NDArray[np.bool_]) -> pyarrow.Array:
        """Return a column's good rows; of outcomes that none of them has, nothing is said."""
        if isinstance(column, pyarrow.Array):
            texts = column.filter(pyarrow.array(is_good))
            self._validate(field.name, texts)
            return texts
        if not isinstance(column, Column):  # one value for all rows
            column = Column([column], np.zeros(len(is_good), np.int32))
        codes = column.codes[is_good]
        is_said = np.bincount(codes, minlength=len(column.outcomes)) > 0
        is_said &= np.array([outcome is not None for outcome in column.outcomes], bool)
        values = pyarrow.array([column.outcomes[place] for place in np.flatnonzero(is_said)], field.type)
        places = np.where(is_said, np.cumsum(is_said) - 1, -1).astype(np.int32).take(codes)
        is_missing = places < 0 if None in column.outcomes else np.zeros(0, bool)
        self._validate_new(field, [*values.to_pylist(), *([None] if is_missing.any() else [])])
        indices = pyarrow.array(places, mask=is_missing) if is_missing.any() else pyarrow.array(places)
        return pyarrow.DictionaryArray.from_arrays(indices, values, safe=False)

    def _validate_new(self, field: pyarrow.Field, outcomes: list[Any]) -> None:
        known = self._fitting.setdefault(field.name, set())
        new = set(outcomes) - known
        if new:
            self._validate(field.name, pyarrow.array(list(new), field.type))
            known |= new

    def _validate(self, name: str, values: pyarrow.Array) -> None:
        frame = pyarrow.table({name: values}).to_pandas(types_mapper=pd.ArrowDtype)
        _column_schema(self._model, name).validate(frame, lazy=True)


def valid_facts(model: FactModel, rows: list[dict[str, Any]]) -> pyarrow.Table:
    """Return a few facts, given as plain values, in the model's columns but for the load.

    Raises:
        SchemaErrors: when a fact breaks its model, which is a fault of ours.
    """
    table = pyarrow.Table.from_pylist([{"load_id": "", **row} for row in rows], schema=arrow_schema(model))
    model.validate(table.to_pandas(types_mapper=pd.ArrowDtype), lazy=True)
    return table.drop_columns("load_id")


@cache
def _column_schema(model: FactModel, name: str) -> pa.DataFrameSchema:
    return pa.DataFrameSchema({name: model.to_schema().columns[name]}, strict=True)
