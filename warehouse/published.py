"""What releases hold, for those who ask by SQL: rows under their release's id, taken from the released files."""

from collections.abc import Callable, Iterator

import pyarrow
import pyarrow.csv
import sqlalchemy as sa

from archive.steps import step
from schemas.delivery import Release
from schemas.derive import Model, arrow_schema, table_name
from schemas.warehouse_address import WarehouseAddress
from schemas.warehouse_tables import PUBLISHED_RELEASE, PUBLISHED_TABLES
from warehouse.bulk import insert
from warehouse.engine import transact


def keep_published(
    connection: sa.Connection,
    address: WarehouseAddress,
    agreement_id: str,
    releases: list[Release],
    read: Callable[[str], bytes],
) -> None:
    """Put in the releases of an agreement that are not there, all in one transaction; the newest is current.

    Args:
        connection: to the warehouse.
        address: of the warehouse.
        agreement_id: whose releases.
        releases: all of them, oldest first.
        read: returns a released file's bytes by their hash.
    """

    def unless_there() -> None:
        known = sa.select(PUBLISHED_RELEASE.c.release_id).where(PUBLISHED_RELEASE.c.agreement_id == agreement_id)
        found = set(connection.execute(known).scalars())
        missing = [release for release in releases if release.release_id not in found]
        if missing:
            _insert_releases(connection, agreement_id, missing, releases[-1], read)
        if releases:
            _mark_current(connection, agreement_id, releases[-1])
        if missing:
            step("commit:published")

    transact(connection, address, unless_there)


def _insert_releases(
    connection: sa.Connection,
    agreement_id: str,
    missing: list[Release],
    newest: Release,
    read: Callable[[str], bytes],
) -> None:
    for release in missing:
        for model, target in PUBLISHED_TABLES.items():
            if f"{table_name(model)}.csv" in release.files:  # an old release lacks tables that came later
                insert(connection, target, _rows(model, release, read))
    connection.execute(sa.insert(PUBLISHED_RELEASE), list(_entries(agreement_id, missing, newest)))


def _mark_current(connection: sa.Connection, agreement_id: str, newest: Release) -> None:
    """Let one release of an agreement be current, also where an older state has been put back."""
    table = PUBLISHED_RELEASE
    own = table.c.agreement_id == agreement_id
    is_newest = table.c.release_id == newest.release_id
    for wrong, right in ((own & ~is_newest & table.c.is_current, False), (own & is_newest & ~table.c.is_current, True)):
        connection.execute(sa.update(table).where(wrong).values(is_current=right))


def _rows(model: Model, release: Release, read: Callable[[str], bytes]) -> pyarrow.Table:
    """Read a table of a release as it was published; columns that came later are empty."""
    schema = arrow_schema(model)
    table = pyarrow.csv.read_csv(
        pyarrow.BufferReader(read(release.files[f"{table_name(model)}.csv"])),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=schema,
            null_values=[""],
            strings_can_be_null=True,
            true_values=["true"],
            false_values=["false"],
        ),
    )
    kept = table.select([name for name in table.column_names if name in schema.names])
    return kept.append_column("release_id", pyarrow.array([release.release_id] * table.num_rows, pyarrow.string()))


def _entries(agreement_id: str, missing: list[Release], newest: Release) -> Iterator[dict[str, object]]:
    for release in missing:
        yield {
            "release_id": release.release_id,
            "agreement_id": agreement_id,
            "as_of_month": release.as_of_month,
            "published_on": release.published_on,
            "parent_release_id": release.parent,
            "is_current": release is newest,
        }
