"""Everything that is derived from a table's one definition: Arrow, SQL, Table Schema and JSON Schema."""

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pyarrow
import sqlalchemy as sa

from schemas.errors import LofteError

Model = type[pa.DataFrameModel]

_TABLE_SCHEMA_TYPES = {"string": "string", "int64": "integer", "bool": "boolean", "date32[day]": "date"}
_JSON_TYPES = {"string": "string", "int64": "integer", "bool": "boolean", "date32[day]": "string"}


def table_name(model: Model) -> str:
    """Return the one name of a table: file, anchor and SQL table."""
    return str(model.to_schema().name)


def title_en(model: Model) -> str:
    """Return a published table's English title."""
    return str(_words_of(model)["title_en"])


def sheet_name(model: Model) -> str:
    """Return the name of a published table's sheet: its Swedish title, or a shorter one where that would be cut."""
    return str(_words_of(model).get("sheet_sv") or model.to_schema().title)


def key_of(model: Model) -> list[str]:
    """Return the columns that tell a table's rows apart, in their order."""
    return list(model.to_schema().unique or [])


def arrow_schema(model: Model) -> pyarrow.Schema:
    """Return a table's columns as an Arrow schema."""
    columns = model.to_schema().columns.items()
    return pyarrow.schema(
        [pyarrow.field(name, _arrow_type(column), nullable=column.nullable) for name, column in columns]
    )


def frame_of(model: Model, rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """Make a table's frame from rows, in key order, and validate it.

    Raises:
        LofteError: when a row breaks the table's definition; names table, column and check, never a value.
    """
    key = key_of(model)
    ordered = sorted(rows, key=lambda row: [str(row[name]) for name in key])
    table = pyarrow.Table.from_pylist(ordered, schema=_all_nullable(arrow_schema(model)))
    try:
        return model.validate(table.to_pandas(types_mapper=pd.ArrowDtype), lazy=True)
    except pa.errors.SchemaErrors as error:
        faults = {(str(fault.reason_code.name), str(fault.schema.name)) for fault in error.schema_errors}
        named = "; ".join(f"{where}: {what}" for what, where in sorted(faults))
        raise LofteError(f"the table {table_name(model)} would break its own definition ({named})") from error


def rows_of(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield a frame's rows as plain values, None where a cell is empty."""
    yield from pyarrow.Table.from_pandas(frame, preserve_index=False).to_pylist()


def sql_columns(model: Model) -> list[sa.Column[Any]]:
    """Return a model's columns as the warehouse has them."""
    return [sa.Column(field.name, _sql_type(field.type), nullable=field.nullable) for field in arrow_schema(model)]


def sql_table(model: Model, metadata: sa.MetaData) -> sa.Table:
    """Return a table of the warehouse with a model's columns."""
    return sa.Table(table_name(model), metadata, *sql_columns(model))


def published_sql_table(model: Model, metadata: sa.MetaData, schema: str) -> sa.Table:
    """Return a table with a published model's columns and the release that each row stands in.

    Columns may be empty that are not in the model: an old release may lack one that came later.
    """
    columns = [sa.Column(field.name, _sql_type(field.type)) for field in arrow_schema(model)]
    return sa.Table(
        table_name(model), metadata, sa.Column("release_id", sa.Text, nullable=False), *columns, schema=schema
    )


def table_schema(model: Model) -> dict[str, Any]:
    """Return a Frictionless Table Schema (Data Package 2.0)."""
    schema = model.to_schema()
    fields = [
        {
            "name": name,
            "type": _TABLE_SCHEMA_TYPES.get(str(_arrow_type(column)), "number"),
            "title": column.title,
            "description": column.description,
            "constraints": _constraints(name, column, key_of(model)),
        }
        for name, column in schema.columns.items()
    ]
    return {"fields": fields, "primaryKey": key_of(model), "missingValues": [""]}


def json_schema(model: Model) -> dict[str, Any]:
    """Return a JSON Schema (2020-12) of one row of a table."""
    columns = model.to_schema().columns
    return {
        "type": "object",
        "properties": {name: _json_property(column) for name, column in columns.items()},
        "required": list(columns),
        "additionalProperties": False,
    }


def _words_of(model: Model) -> dict[str, Any]:
    return dict((model.get_metadata() or {})[table_name(model)]["dataframe"])


def _arrow_type(column: pa.Column) -> pyarrow.DataType:
    return column.dtype.type.pyarrow_dtype


def _all_nullable(schema: pyarrow.Schema) -> pyarrow.Schema:
    """Let Arrow take any row, so that Pandera is the one who says which cell may be empty."""
    return pyarrow.schema([field.with_nullable(True) for field in schema])


def _sql_type(arrow: pyarrow.DataType) -> sa.types.TypeEngine[Any]:
    if pyarrow.types.is_decimal(arrow):
        return sa.Numeric(arrow.precision, arrow.scale)
    types: dict[str, sa.types.TypeEngine[Any]] = {
        "string": sa.Text(),
        "int64": sa.BigInteger(),
        "bool": sa.Boolean(),
        "date32[day]": sa.Date(),
    }
    return types[str(arrow)]


def _constraints(name: str, column: pa.Column, key: list[str]) -> dict[str, Any]:
    codes = (column.metadata or {}).get("codes")
    return {
        "required": not column.nullable,
        **({"enum": codes} if codes else {}),
        **({"unique": True} if key == [name] else {}),
    }


def _json_property(column: pa.Column) -> dict[str, Any]:
    arrow = str(_arrow_type(column))
    kind = _JSON_TYPES.get(arrow, "number")
    codes = (column.metadata or {}).get("codes")
    return {
        "type": [kind, "null"] if column.nullable else kind,
        "title": column.title,
        "description": column.description,
        **({"format": "date"} if arrow == "date32[day]" else {}),
        **({"enum": [*codes, *([None] if column.nullable else [])]} if codes else {}),
    }
