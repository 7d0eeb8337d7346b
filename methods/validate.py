"""Facts held against their model: each distinct value once, however many rows have it."""

from functools import cache

import pandas as pd
import pandera.pandas as pa
import pyarrow
from pyarrow import compute

from schemas.facts import FactModel


def validate_distinct(model: FactModel, facts: pyarrow.Table) -> None:
    """Validate every value of every column; the rows are told apart by lines that only rise.

    Args:
        model: what the facts are to be.
        facts: columns of the model but for the load; those of few values as dictionaries.

    Raises:
        SchemaErrors: naming column and check.
    """
    for name, column in zip(facts.column_names, facts.columns, strict=True):
        values = column.combine_chunks()
        if pyarrow.types.is_dictionary(values.type):
            used = compute.unique(values.indices)
            values = values.dictionary.take(used)
        frame = pyarrow.table({name: values}).to_pandas(types_mapper=pd.ArrowDtype)
        _column_schema(model, name).validate(frame, lazy=True)


@cache
def _column_schema(model: FactModel, name: str) -> pa.DataFrameSchema:
    return pa.DataFrameSchema({name: model.to_schema().columns[name]}, strict=True)
