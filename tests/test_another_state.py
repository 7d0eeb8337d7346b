"""A run with another state than the one that has published: what is public is left as it is, and the run says so."""

import json
import shutil
from pathlib import Path

import pytest

from archive.backup import write_backup
from archive.restoring import restore_backup
from archive.state import State
from schemas.errors import HELD, NOTHING_DONE
from schemas.outcome import exit_status
from tests.house import House

AGREEMENT = "grastorp-1"
OTHER = "goteborg-centrum-1"
NEW_DELIVERY = "uppgift;antal;precision\nFasta trafikkontroller;57;minst\n"


@pytest.fixture
def published(house: House, tmp_path: Path) -> House:
    """An installation with two releases of an agreement, and a backup from before the second."""
    house.take(AGREEMENT).run()
    write_backup(house.state, tmp_path / "older.tar")
    house.deliver(AGREEMENT, "reported", "redovisat_2021.csv", NEW_DELIVERY)
    assert house.run()[AGREEMENT].became == "published"
    return house


def with_state(house: House, root: Path) -> House:
    """Name another state for the same agreements and the same published folder."""
    house.state = State(root)
    return house


@pytest.mark.parametrize("dry_run", [False, True])
def test_another_state_publishes_nothing_over_it(published: House, tmp_path: Path, dry_run: bool) -> None:
    before = published.published()
    outcomes = with_state(published, tmp_path / "mistyped").run(dry_run=dry_run)
    (problem,) = outcomes[AGREEMENT].problems
    newest = json.loads(before[f"{AGREEMENT}/index.json"])["release_id"]
    assert f"{AGREEMENT}/index.json: lists the release {newest}, which the state in {tmp_path / 'mistyped'}" in str(
        problem
    )
    assert "Name the right state by --state or LOFTE_STATE" in str(problem)
    assert exit_status(list(outcomes.values())) == NOTHING_DONE
    assert published.published() == before
    assert published.state.ledger(AGREEMENT).entries == []


def test_other_agreements_go_on(published: House, tmp_path: Path) -> None:
    before = published.published()
    published.take(OTHER)
    outcomes = with_state(published, tmp_path / "mistyped").run()
    assert {name: outcome.became for name, outcome in outcomes.items()} == {AGREEMENT: "failed", OTHER: "published"}
    assert exit_status(list(outcomes.values())) == HELD
    after = published.published()
    assert {path: after[path] for path in before if path.startswith(AGREEMENT)} == {
        path: content for path, content in before.items() if path.startswith(AGREEMENT)
    }
    listed = [entry["agreement_id"] for entry in json.loads(after["index.json"])["agreements"]]
    assert listed == [OTHER, AGREEMENT]


def test_a_damaged_pointer_lets_no_other_state_in(published: House, tmp_path: Path) -> None:
    (published.public / AGREEMENT / "index.json").write_text("{", "utf-8")
    before = published.published()
    own = published.state
    (problem,) = with_state(published, tmp_path / "mistyped").run()[AGREEMENT].problems
    assert "does not know" in str(problem)
    assert published.published() == before
    assert with_state(published, own.root).run()[AGREEMENT].problems == []


def test_a_backup_from_before_the_newest_release_waits_for_a_person(published: House, tmp_path: Path) -> None:
    before = published.published()
    restored = with_state(published, tmp_path / "restored")
    restored.state.root.mkdir()
    restore_backup(tmp_path / "older.tar", restored.state)
    (problem,) = restored.run()[AGREEMENT].problems
    assert "or after the backup that this one was restored from" in str(problem)
    assert f"move {restored.public / AGREEMENT} out of {restored.public}" in str(problem)
    assert restored.published() == before

    shutil.move(restored.public / AGREEMENT, tmp_path / "moved")
    assert restored.run()[AGREEMENT].became == "published"
    assert restored.published() == before, "from the same deliveries comes the same release"
