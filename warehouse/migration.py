"""The schema of the warehouse, made and changed by Alembic alone."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from archive.steps import step
from schemas.errors import WarehouseError
from schemas.warehouse_address import WarehouseAddress
from schemas.warehouse_tables import METADATA, PUBLISHED_SCHEMA, SCHEMA
from warehouse.engine import transact

SCRIPTS = Path(__file__).parent / "migrations"
ROLES = ("lofte_loader", "lofte_reader")
# Any number will do, as long as all programs that migrate a warehouse wait for the same one.
_MIGRATION_LOCK = 687_000_001
# Views that the first, unversioned warehouses had.
_FORMER_VIEWS = ("counted_fact", "current_load_month")
# A table that they had and this program has no longer: the first revision makes it anew.
_FORMER_TABLES = (sa.Table("occasion", sa.MetaData(), sa.Column("load_id", sa.Text)),)


def version_schema(connection: sa.Connection) -> str | None:
    """Return the schema that Alembic's own table stands in."""
    return SCHEMA if connection.dialect.name == "postgresql" else None


def is_current(connection: sa.Connection) -> bool:
    """Tell whether the warehouse has the schema of this program.

    Raises:
        WarehouseError: when a newer program has made it.
    """
    with connection.begin():
        found = _found_version(connection)
    if found is None:
        return False
    scripts = ScriptDirectory.from_config(_config())
    known = {script.revision for script in scripts.walk_revisions()}
    if found not in known:
        raise WarehouseError("the warehouse was made by a newer version of this program; run that one")
    return found == scripts.get_current_head()


def migrate(connection: sa.Connection, address: WarehouseAddress) -> None:
    """Bring the warehouse to the schema of this program, in one transaction.

    One that Alembic did not make is cleared first: all that it held can be loaded again.

    Raises:
        WarehouseError: when the roles are missing and may not be made, or when tables of the program's names are
            there that it did not make.
    """

    def forward() -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            connection.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        if _found_version(connection) is None:
            _drop_all(connection)
        step("migrate")
        command.upgrade(_config(connection), "head")
        if connection.dialect.name == "postgresql":
            _grant(connection)
        step("migrated")

    transact(connection, address, forward)


def empty(connection: sa.Connection) -> None:
    """Take out every row; the tables stay."""
    with connection.begin():
        for table in METADATA.sorted_tables:
            connection.execute(sa.delete(table))


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _found_version(connection: sa.Connection) -> str | None:
    options = {"version_table_schema": version_schema(connection)}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def _drop_all(connection: sa.Connection) -> None:
    inspector = sa.inspect(connection)
    ours = list[sa.Table]()
    for schema in (None, PUBLISHED_SCHEMA):
        where = schema or version_schema(connection)
        names = set(inspector.get_table_names(where))
        tables = [*METADATA.sorted_tables, *_FORMER_TABLES]
        there = [table for table in tables if table.schema == schema and table.name in names]
        for table in there:
            _refuse_foreign(table, {column["name"] for column in inspector.get_columns(table.name, where)})
        ours += there
    views = set(inspector.get_view_names()) & set(_FORMER_VIEWS)
    for view in sorted(views):
        connection.execute(sa.text(f"DROP VIEW {view}"))
    for table in ours:
        table.drop(connection)


def _refuse_foreign(table: sa.Table, columns: set[str]) -> None:
    """Refuse to clear a table that has one of our names and not our key."""
    if table.columns[0].name not in columns:
        raise WarehouseError(
            f"the database holds a table {table.name!r} that this program did not make; give the warehouse a database "
            "of its own"
        )


def _grant(connection: sa.Connection) -> None:
    """Let the loader read and write rows, and the reader read what is published and nothing else."""
    existing = set(connection.execute(sa.text("SELECT rolname FROM pg_roles")).scalars())
    missing = [role for role in ROLES if role not in existing]
    may_create = sa.text("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
    if missing and not connection.execute(may_create).scalar_one():
        made = "; ".join(f"CREATE ROLE {role}" for role in missing)
        raise WarehouseError(f"this user may not make the warehouse's roles; let an administrator run: {made}")
    for role in missing:
        connection.execute(sa.text(f"CREATE ROLE {role} NOLOGIN"))
    loader, reader = ROLES
    for statement in (
        f"GRANT USAGE ON SCHEMA {SCHEMA}, {PUBLISHED_SCHEMA} TO {loader}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {SCHEMA}, {PUBLISHED_SCHEMA} TO {loader}",
        f"REVOKE INSERT, UPDATE, DELETE ON {SCHEMA}.alembic_version FROM {loader}",
        f"GRANT EXECUTE ON FUNCTION {SCHEMA}.refresh_statistics() TO {loader}",
        f"GRANT USAGE ON SCHEMA {PUBLISHED_SCHEMA} TO {reader}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {PUBLISHED_SCHEMA} TO {reader}",
    ):
        connection.execute(sa.text(statement))
