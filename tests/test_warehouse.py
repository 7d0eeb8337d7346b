"""The warehouse on both databases: the same tables, the same bytes published, and who may see what."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.explaining import explain_published
from schemas.derive import table_name
from schemas.errors import WarehouseError
from schemas.facts import Occasion
from schemas.published import TABLES
from schemas.warehouse_address import WarehouseAddress, embedded
from schemas.warehouse_tables import METADATA, PUBLISHED_SCHEMA, ROWS_OF_A_LOAD
from tasks.load import restore_loads
from tests.house import House
from tests.postgres import Postgres
from warehouse.engine import opened
from warehouse.facts import FactWriter
from warehouse.migration import SCRIPTS, empty, is_current, migrate, version_schema
from warehouse.queries import rows_of

AWKWARD = '\r\n"x"; drop table f;--,\\N\\.\t '


def test_migrations_make_what_the_models_say(warehouse: WarehouseAddress) -> None:
    with opened(warehouse) as connection:
        migrate(connection, warehouse)
        assert is_current(connection)
        assert _differences(connection) == []


def test_a_model_without_its_migration_is_seen(warehouse: WarehouseAddress) -> None:
    with opened(warehouse) as connection:
        migrate(connection, warehouse)
        with connection.begin():
            connection.execute(sa.text("ALTER TABLE occasion_kind DROP COLUMN month"))
            connection.execute(sa.text("ALTER TABLE load_month ADD COLUMN another BIGINT"))
            connection.execute(sa.text("ALTER TABLE published.targets ALTER COLUMN target_id TYPE BIGINT USING 1"))
        assert [kind for kind, *_ in _flat(_differences(connection))] == ["remove_column", "add_column", "modify_type"]


def test_a_warehouse_that_alembic_did_not_make_is_made_anew(warehouse: WarehouseAddress, tmp_path: Path) -> None:
    with opened(warehouse) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("CREATE SCHEMA warehouse"))
        connection.execute(sa.text("CREATE TABLE load (load_id TEXT, something_else TEXT)"))
        connection.execute(sa.text("CREATE TABLE occasion (load_id TEXT, something_else TEXT)"))
        connection.execute(sa.text("CREATE VIEW current_load_month AS SELECT 1 AS one"))
        connection.execute(sa.text("CREATE VIEW counted_fact AS SELECT * FROM current_load_month"))
    house = House(tmp_path / "house", warehouse).take("goteborg-centrum-1")
    assert house.run()["goteborg-centrum-1"].became == "published"


def test_occasions_of_the_former_schema_are_kept(warehouse: WarehouseAddress) -> None:
    told = [
        ("a", 2, "t", "c", "north", date(2024, 1, 10), "2024-01", Decimal(1), Decimal(20), None),
        ("a", 3, "t", "c", None, date(2024, 1, 11), "2024-01", Decimal(2), None, "P-1"),
        ("a", 4, "t", "c", None, date(2024, 1, 12), "2024-01", Decimal(3), None, None),
        ("b", 2, "t", "c", "north", date(2024, 1, 13), "2024-01", Decimal(4), None, None),
    ]
    with opened(warehouse) as connection:
        _migrate_to(connection, "0009")
        with connection.begin():
            columns = (
                "load_id, source_line, activity_id, indicator_id, place_id, occurred_on, month, quantity, "
                "duration_minutes, row_id"
            )
            values = ", ".join(f":{name.strip()}" for name in columns.split(","))
            rows = [dict(zip(columns.split(", "), row, strict=True)) for row in told]
            connection.execute(sa.text(f"INSERT INTO occasion ({columns}) VALUES ({values})"), rows)
        migrate(connection, warehouse)
        found = rows_of(connection, "occasion")
        assert sorted((row["load_id"], row["source_line"]) for row in found) == [row[:2] for row in told]
        assert {tuple(row[name] for name in columns.split(", ")) for row in found} == set(told)
        assert connection.execute(sa.text("SELECT COUNT(*) FROM occasion_kind")).scalar_one() == 3


def _migrate_to(connection: sa.Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("CREATE SCHEMA warehouse"))
        command.upgrade(config, revision)


def test_a_warehouse_of_a_newer_program_is_refused(warehouse: WarehouseAddress, tmp_path: Path) -> None:
    with opened(warehouse) as connection:
        migrate(connection, warehouse)
        with connection.begin():
            connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    house = House(tmp_path / "house", warehouse).take("goteborg-centrum-1")
    with pytest.raises(WarehouseError, match="newer version of this program"):
        house.run()


def test_both_databases_publish_the_same_bytes(
    bundled: House, postgres_warehouse: WarehouseAddress, tmp_path: Path
) -> None:
    house = House(tmp_path, postgres_warehouse)
    house.take(*(path.name for path in bundled.agreements.iterdir()))
    assert {outcome.became for outcome in house.run().values()} == {"published"}
    assert house.published() == bundled.published()
    assert not house.warehouse_file.exists()
    assert {outcome.became for outcome in house.run().values()} == {"unchanged"}
    assert house.published() == bundled.published()


def test_a_dry_run_leaves_no_trace(warehouse: WarehouseAddress, tmp_path: Path) -> None:
    house = House(tmp_path / "house", warehouse).take("goteborg-centrum-1")
    house.run()
    before = _counts(warehouse)
    house.take("grastorp-1")
    assert house.run(dry_run=True)["grastorp-1"].became == "published"
    assert _counts(warehouse) == before


def test_published_rows_are_those_of_the_files(warehouse: WarehouseAddress, tmp_path: Path) -> None:
    house = House(tmp_path / "house", warehouse).take("tranas-1")
    house.run(at=date(2024, 6, 3))
    house.run()
    releases = house.state.ledger("tranas-1").releases()
    with opened(warehouse) as connection, connection.begin():
        known = connection.execute(sa.text("SELECT release_id, is_current FROM published.release")).all()
        assert dict(known) == {releases[0].release_id: False, releases[1].release_id: True}
        for model in TABLES:
            name = table_name(model)
            found = connection.execute(
                sa.text(f"SELECT * FROM published.{name} WHERE release_id = '{releases[1].release_id}'")
            )
            said = [
                {key: _text(value) for key, value in row.items() if key != "release_id"} for row in found.mappings()
            ]
            assert sorted(said, key=str) == sorted(house.rows("tranas-1", name), key=str), name


def test_rebuild_brings_loads_and_published_rows_back(warehouse: WarehouseAddress, tmp_path: Path) -> None:
    from cli.rebuilding import rebuild_from_kept

    house = House(tmp_path / "house", warehouse).take("goteborg-centrum-1", "tranas-1")
    house.run()
    before = _counts(warehouse)
    with opened(warehouse) as connection, connection.begin():
        connection.execute(sa.text("DELETE FROM occasion_row"))
        connection.execute(sa.text("UPDATE published.release SET is_current = false"))
    with house.settings():
        assert rebuild_from_kept() == 0
    assert _counts(warehouse) == before
    assert {outcome.became for outcome in house.run().values()} == {"unchanged"}


def test_what_the_warehouse_has_lost_is_loaded_again_before_anything_is_counted(
    warehouse: WarehouseAddress, tmp_path: Path
) -> None:
    house = House(tmp_path / "house", warehouse).take("grastorp-2")
    house.run()
    before = house.published()
    with opened(warehouse) as connection, connection.begin():
        connection.execute(sa.text("DELETE FROM load"))
    assert house.run()["grastorp-2"].became == "unchanged"
    assert house.published() == before


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20) | st.just(AWKWARD),
            st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=5),
            st.decimals(0, 10**11, places=6, allow_nan=False),
            st.dates(date(1900, 1, 1), date(2200, 1, 1)),
        ),
        max_size=8,
    )
)
def test_bulk_rows_come_back_as_they_were(
    migrated: WarehouseAddress, rows: list[tuple[str, str | None, Decimal, date]]
) -> None:
    columns = {
        "source_line": pyarrow.array(range(len(rows)), pyarrow.int64()),
        "activity_id": pyarrow.array([row[0] for row in rows], pyarrow.string()),
        "indicator_id": pyarrow.array([""] * len(rows), pyarrow.string()),
        "place_id": pyarrow.array([row[1] for row in rows], pyarrow.string()),
        "occurred_on": pyarrow.array([row[3] for row in rows], pyarrow.date32()),
        "month": pyarrow.array(["2024-01"] * len(rows), pyarrow.string()),
        "quantity": pyarrow.array([row[2] for row in rows], pyarrow.decimal128(18, 6)),
    }
    with opened(migrated) as connection:
        transaction = connection.begin()
        writer = FactWriter(connection, "load")
        for start in (0, 3):  # what the first rows share, later ones may share with them
            writer.insert(Occasion, pyarrow.table(columns).slice(start, 3 if start == 0 else None))
        found = sorted(rows_of(connection, "occasion"), key=lambda row: row["source_line"])
        transaction.rollback()
    assert [
        tuple(row[name] for name in ("activity_id", "place_id", "quantity", "occurred_on")) for row in found
    ] == rows
    assert {row["indicator_id"] for row in found} <= {""}
    assert {row["load_id"] for row in found} <= {"load"}


@pytest.fixture
def migrated(warehouse: WarehouseAddress) -> WarehouseAddress:
    """A warehouse with its tables."""
    with opened(warehouse) as connection:
        migrate(connection, warehouse)
    return warehouse


def test_the_reader_sees_what_is_published_and_nothing_else(
    postgres: Postgres, postgres_warehouse: WarehouseAddress, tmp_path: Path
) -> None:
    house = House(tmp_path, postgres_warehouse).take("goteborg-centrum-1")
    house.run()
    reader = _member(postgres, postgres_warehouse, "a_reader", "lofte_reader")
    with opened(reader) as connection:
        with connection.begin():
            assert connection.execute(sa.text("SELECT count(*) FROM published.promise_progress")).scalar_one() > 0
        for refused in (
            "SELECT * FROM warehouse.occasion_row",
            "SELECT * FROM warehouse.load",
            "DELETE FROM published.release",
            "CREATE TABLE published.x (a TEXT)",
        ):
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), connection.begin():
                connection.execute(sa.text(refused))


def test_the_loader_runs_everything_but_migrations(
    postgres: Postgres, postgres_warehouse: WarehouseAddress, bundled: House, tmp_path: Path
) -> None:
    with opened(postgres_warehouse) as connection:
        migrate(connection, postgres_warehouse)
    loader = _member(postgres, postgres_warehouse, "a_loader", "lofte_loader")
    house = House(tmp_path, loader).take("grastorp-2")
    assert house.run()["grastorp-2"].became == "published"
    folder = "grastorp-2/releases/"
    expected = {path: content for path, content in bundled.published().items() if path.startswith(folder)}
    assert {path: content for path, content in house.published().items() if path.startswith(folder)} == expected
    with opened(loader) as connection:
        for refused in ("DROP TABLE occasion_row", "UPDATE alembic_version SET version_num = 'x'"):
            with pytest.raises(sa.exc.ProgrammingError, match=r"must be owner|permission denied"), connection.begin():
                connection.execute(sa.text(refused))


def test_the_database_has_looked_at_what_was_loaded(
    postgres: Postgres, postgres_warehouse: WarehouseAddress, tmp_path: Path
) -> None:
    """It plans what is counted by what it has seen; so few rows it would not look at by itself."""
    with opened(postgres_warehouse) as connection:
        migrate(connection, postgres_warehouse)
    house = House(tmp_path, _member(postgres, postgres_warehouse, "a_loader", "lofte_loader")).take("grastorp-2")
    assert house.run()["grastorp-2"].became == "published"
    loaded = _rows_known(postgres_warehouse)
    assert loaded["load"] == _counts(postgres_warehouse)["load"] > 0
    assert loaded["reported_total"] == _counts(postgres_warehouse)["reported_total"] > 0
    assert loaded["occasion_row"] == 0
    assert all(loaded[table.name] >= 0 for table in ROWS_OF_A_LOAD)
    with opened(postgres_warehouse) as connection:
        empty(connection)
    assert restore_loads.fn(house.state) > 0
    assert _rows_known(postgres_warehouse) == loaded


def test_missing_roles_that_may_not_be_made_are_named(postgres: Postgres) -> None:
    address = postgres.new_database()
    postgres.execute(
        "DROP ROLE IF EXISTS an_owner",
        "CREATE ROLE an_owner LOGIN",
        f"ALTER DATABASE {address.url.database} OWNER TO an_owner",
    )
    owner = postgres.address(str(address.url.database), "an_owner")
    roles = ("a_missing_loader", "a_missing_reader")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warehouse.migration.ROLES", roles)
        with pytest.raises(WarehouseError, match="CREATE ROLE a_missing_loader; CREATE ROLE a_missing_reader"):  # noqa: SIM117
            with opened(owner) as connection:
                migrate(connection, owner)
    with opened(owner) as connection:
        assert not is_current(connection)


def test_a_password_stands_in_no_message(tmp_path: Path) -> None:
    address = WarehouseAddress(sa.make_url("postgresql+psycopg://me:HEMLIGT@127.0.0.1:9/lofte"), wait_seconds=0)
    house = House(tmp_path, address).take("goteborg-centrum-1")
    with pytest.raises(WarehouseError, match=r"cannot be reached.*OperationalError") as caught:
        house.run()
    assert caught.value.exit_status == 1
    assert "HEMLIGT" not in str(caught.value) + repr(address) + str(address)
    assert not list(house.public.rglob("*"))


def _differences(connection: sa.Connection) -> list[object]:
    """Compare the database with the models; DuckDB calls a schema by its database's name too, and has no indexes."""
    is_duckdb = connection.dialect.name == "duckdb"
    published, models = PUBLISHED_SCHEMA, METADATA
    if is_duckdb:
        published = f"{Path(str(connection.engine.url.database)).stem}.{PUBLISHED_SCHEMA}"
        models = sa.MetaData()
        for table in METADATA.sorted_tables:
            table.to_metadata(models, schema=published if table.schema else None)
    options = {
        "include_schemas": True,
        "include_name": lambda name, kind, _parents: kind != "schema" or name in (None, published),
        "include_object": lambda item, name, *_: (
            name != "alembic_version" and not (is_duckdb and isinstance(item, sa.Index))
        ),
        "version_table_schema": version_schema(connection),
        "compare_type": _is_another_type,
    }
    return compare_metadata(MigrationContext.configure(connection, opts=options), models)


def _flat(differences: list[object]) -> list[tuple[object, ...]]:
    return [item if isinstance(item, tuple) else item[0] for item in differences]


def _is_another_type(context: MigrationContext, *args: object) -> bool:
    """Compare types by their name in the database; DuckDB has one text type under two names."""
    found, wanted = (str(kind.compile(context.dialect)).replace("TEXT", "VARCHAR") for kind in args[2:4])
    return found != wanted


def _member(postgres: Postgres, warehouse: WarehouseAddress, user: str, role: str) -> WarehouseAddress:
    postgres.execute(f"DROP ROLE IF EXISTS {user}", f"CREATE ROLE {user} LOGIN IN ROLE {role}")
    return postgres.address(str(warehouse.url.database), user)


def _rows_known(warehouse: WarehouseAddress) -> dict[str, int]:
    """Return how many rows PostgreSQL believes that tables have; of one that it never looked at, -1."""
    known = sa.text("SELECT relname, reltuples::int FROM pg_class WHERE relnamespace = 'warehouse'::regnamespace")
    with opened(warehouse) as connection, connection.begin():
        return {name: rows for name, rows in connection.execute(known) if name in METADATA.tables}


def _counts(warehouse: WarehouseAddress) -> dict[str, int]:
    with opened(warehouse) as connection, connection.begin():
        return {
            table.fullname: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in METADATA.sorted_tables
        }


def _text(value: object) -> str:
    from publication.csv_json import cell_text

    return cell_text(value)


def test_the_default_is_a_file_in_the_state(tmp_path: Path) -> None:
    assert House(tmp_path).state.warehouse == embedded(tmp_path / "var" / "warehouse.duckdb")


def test_explain_asks_the_warehouse_that_is_said(
    warehouse: WarehouseAddress, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house = House(tmp_path / "house", warehouse).take("grastorp-1")
    house.run()
    with house.settings():
        assert explain_published("grastorp-1/traffic-controls/controls/-/-/2021") == 0
    assert "redovisat_2021.csv" in capsys.readouterr().out
    assert not house.warehouse_file.exists()
