"""An edition: one agreement's tables with what is said of them as a whole, ready to be written to files."""

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from publication.csv_json import csv_bytes
from schemas.agreement import Agreement
from schemas.codes import EXAMPLE_FILE_PREFIX
from schemas.derive import table_name
from schemas.published import TABLES
from schemas.published_table import PublishedTable
from schemas.settings import PublishedSettings

LICENSE_NAME = "CC0-1.0"
LICENSE_URL = "https://creativecommons.org/publicdomain/zero/1.0/"
# When a row last changed is not part of what a release says, or every release would differ from the last.
NOT_HASHED = ("changed_on",)


@dataclass(frozen=True)
class Edition:
    """All that a release's files are made from."""

    agreement: Agreement
    tables: dict[str, pd.DataFrame]
    as_of_month: str
    published_on: date
    parent: str | None
    settings: PublishedSettings

    @cached_property
    def tables_hash(self) -> str:
        """SHA-256 of the canonical tables."""
        digest = hashlib.sha256()
        for model in TABLES:
            content = csv_bytes(self.tables[table_name(model)], without=NOT_HASHED)
            digest.update(f"{table_name(model)} {len(content)}\n".encode() + content)
        return digest.hexdigest()

    @cached_property
    def release_id(self) -> str:
        """As-of month and 12 hex digits over parent and canonical tables."""
        digest = hashlib.sha256(f"{self.parent or ''}\n{self.tables_hash}".encode()).hexdigest()
        return f"{self.as_of_month}-{digest[:12]}"

    @property
    def has_examples(self) -> bool:
        """Some figure in the release is invented."""
        return any(bool(frame["is_example"].any()) for frame in self.tables.values() if "is_example" in frame)

    @property
    def workbook_name(self) -> str:
        """File name of the workbook, marked where it holds examples."""
        return f"{EXAMPLE_FILE_PREFIX if self.has_examples else ''}{self.agreement.id}.xlsx"

    def table(self, model: type[PublishedTable]) -> pd.DataFrame:
        """Return the frame of a table."""
        return self.tables[table_name(model)]
