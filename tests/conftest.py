"""Fixtures that several test files share."""

from pathlib import Path

import pytest

from tests.house import PROJECT, House


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
