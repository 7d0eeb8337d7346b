"""What every published table has in common: column types, and the words of its columns.

The words of a column stand once in columns.toml; CSV, JSON, XLSX, schemas and page are derived from there and from the
tables. A table's columns only ever grow at the end.
"""

import inspect
import tomllib
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import pandera.pandas as pa
import pyarrow
from pandera.typing import Series
from pydantic import BaseModel, ConfigDict

Text = Series[Annotated[pd.ArrowDtype, pyarrow.string()]]
Whole = Series[Annotated[pd.ArrowDtype, pyarrow.int64()]]
Decimals = Series[Annotated[pd.ArrowDtype, pyarrow.decimal128(28, 6)]]
Flag = Series[Annotated[pd.ArrowDtype, pyarrow.bool_()]]
Day = Series[Annotated[pd.ArrowDtype, pyarrow.date32()]]


class ColumnWords(BaseModel):
    """Titles, descriptions and codes of a column."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title_sv: str
    title_en: str
    description_sv: str
    description_en: str
    nullable: bool = False
    codes: list[str] | None = None


COLUMN_WORDS = {
    name: ColumnWords.model_validate(words)
    for name, words in tomllib.loads((Path(__file__).parent / "columns.toml").read_text("utf-8")).items()
}


def _column(name: str) -> Any:
    words = COLUMN_WORDS[name]
    return pa.Field(
        title=words.title_sv,
        description=words.description_sv,
        nullable=words.nullable,
        isin=words.codes,
        metadata=words.model_dump(),
    )


class PublishedTable(pa.DataFrameModel):
    """A published table; each annotated column takes its words from columns.toml."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        for name in inspect.get_annotations(cls):
            field = _column(name)
            field.__set_name__(cls, name)
            setattr(cls, name, field)
        super().__init_subclass__(**kwargs)  # type: ignore[no-untyped-call] # Pandera leaves it untyped

    class Config:
        """No column more or less, in this order."""

        strict = True
        ordered = True
