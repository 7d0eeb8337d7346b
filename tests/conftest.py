"""Fixtures that several test files share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from schemas.warehouse_address import WarehouseAddress, embedded
from tests.house import PROJECT, House
from tests.postgres import Postgres


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell at the end what tests have recorded, whichever process they ran in."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A real PostgreSQL server, brought by a wheel."""
    # Run as root it makes a user of the system for itself, which two processes of one session may not try at once.
    with FileLock(tmp_path_factory.getbasetemp().parent / "postgres.lock"):
        server = Postgres()
    yield server
    server.remove()


@pytest.fixture
def postgres_warehouse(postgres: Postgres) -> WarehouseAddress:
    """An empty database in it."""
    return postgres.new_database()


@pytest.fixture(params=["duckdb", "postgresql"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> WarehouseAddress:
    """An empty warehouse, of each kind in turn."""
    if request.param == "duckdb":
        return embedded(tmp_path / "warehouse.duckdb")
    return request.getfixturevalue("postgres_warehouse")


@pytest.fixture
def house(tmp_path: Path) -> House:
    """An empty installation."""
    return House(tmp_path)


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> House:
    """All bundled agreements, published once; for tests that only read."""
    house = House(tmp_path_factory.mktemp("bundled"))
    house.take(*(path.name for path in (PROJECT / "agreements").iterdir()))
    outcomes = house.run()
    assert {outcome.became for outcome in outcomes.values()} == {"published"}
    return house
