"""Answers deleted by a decision: they are gone, and everything that was published of them stays as it was."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import archive.steps
from archive.backup import write_backup
from archive.deletion import delete_delivery, remove_deleted
from archive.restoring import restore_backup
from archive.state import State
from cli.reminding import remind_providers
from schemas.agreement import Agreement
from schemas.agreement_file import read_agreement
from schemas.errors import DeletionError, FetchError
from schemas.handing import Handing
from sources.receiving import SecondKeyingError, receive
from tests.house import House
from tests.invented_survey import ID, SOURCE, answers_of, with_invented_survey
from tests.test_year_to_date import TOTALS, total

FILE = "PAHITTAD_svar_2022_mottagen_2022-12-10.csv"
DELIVERY = "answers/2022-12/1"
DECISION = "KS 2026/17"
LOFTE = Path(sys.executable).parent / "lofte"


def agreement_of(house: House) -> Agreement:
    """Return the invented agreement as it is now."""
    return read_agreement(house.agreements / ID).agreement


def forget(house: House, name: str = DELIVERY, decision: str = DECISION, office: str = "municipality") -> bool:
    """Delete a delivery."""
    return delete_delivery(house.state, agreement_of(house), name, decision, office)


def content_hash(house: House, file_name: str = FILE) -> str:
    """Return the hash of a delivery's bytes."""
    return next(r.content_hash for r in house.state.ledger(ID).receipts() if r.file_name == file_name)


def holds(root: Path, text: bytes) -> bool:
    """Tell whether any file under a folder has a text in it."""
    return any(text in path.read_bytes() for path in root.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", [DELIVERY, FILE])
def test_the_bytes_are_gone_and_the_tombstone_stays(house: House, name: str) -> None:
    with_invented_survey(house).run()
    digest = content_hash(house)
    answers = answers_of(2022).encode()
    assert holds(house.state.root, answers)
    assert forget(house, name)
    assert not house.state.store.has(digest)
    assert not holds(house.state.root, answers)
    (entry,) = house.state.ledger(ID).deletions().values()
    assert (entry.decision, entry.office_id) == (DECISION, "municipality")


def test_what_was_published_stays_after_a_rebuild_and_a_change_of_contract(house: House) -> None:
    with_invented_survey(house).run()
    before = house.published()
    forget(house)
    house.warehouse_file.unlink()
    assert house.run()[ID].became == "unchanged"
    assert house.published() == before
    house.edit(ID, "set_aside_share_max = 0.05", "set_aside_share_max = 0.04")
    outcome = house.run()[ID]
    assert (outcome.became, outcome.problems) == ("unchanged", [])
    assert not house.state.store.has(content_hash(house))


def test_the_file_left_at_its_source_is_not_kept_again(house: House) -> None:
    with_invented_survey(house).run()
    forget(house)
    assert house.run()[ID].problems == []
    assert not house.state.store.has(content_hash(house))
    house.deliver(ID, SOURCE, "PAHITTAD_svar_2021_mottagen_2022-12-10.csv", answers_of(2022))
    (problem,) = house.run()[ID].problems
    assert "have been deleted by a decision" in str(problem)
    assert not house.state.store.has(content_hash(house))


def test_answers_that_were_never_read_can_be_deleted_when_their_file_was_written_over(house: House) -> None:
    """What is held has no public id, only the name that it shares with the file that was written over it."""
    with_invented_survey(house)
    unread = answers_of(2022).replace("vikt", "vikten", 1)
    house.deliver(ID, SOURCE, FILE, unread)
    house.run()
    house.deliver(ID, SOURCE, FILE, answers_of(2022))
    house.run()
    with pytest.raises(DeletionError, match="several deliveries have that name"):
        forget(house, FILE)
    assert forget(house)
    assert holds(house.state.root, unread.encode())
    assert forget(house, FILE)
    assert not holds(house.state.root, unread.encode())


def test_of_two_files_of_one_name_that_were_never_read_each_can_be_deleted_alone(house: House) -> None:
    """What was never read has no public id; what a run and the refusal say tells the two apart, and works."""
    with_invented_survey(house)
    house.edit(
        ID, "surveyed_on = 2022-10-31\nkeep_until = 2999-12-31", "surveyed_on = 2022-10-31\nkeep_until = 2024-01-31"
    )
    first, second = (answers_of(2022).replace("vikt", header, 1) for header in ("vikten", "vikter"))
    for unread in (first, second):
        house.deliver(ID, SOURCE, FILE, unread)
        problems = house.run()[ID].problems
    told = [str(problem) for problem in problems if problem.stage == "retention"]
    assert [f"{FILE}/{number} --decision" in said for number, said in enumerate(told, start=1)] == [True, True]
    with pytest.raises(DeletionError, match=f"say which: {FILE}/1 .for 2022-01 to .*; {FILE}/2 .for 2022-01"):
        forget(house, FILE)
    assert forget(house, f"{FILE}/1")
    assert not holds(house.state.root, first.encode())
    assert holds(house.state.root, second.encode())
    assert forget(house, FILE), "one that is left alone needs no number"
    assert not holds(house.state.root, second.encode())
    with pytest.raises(DeletionError, match="there is no such delivery"):
        forget(house, f"{FILE}/3")


def test_a_backup_after_it_holds_no_answers_and_restores_the_same_bytes(house: House, tmp_path: Path) -> None:
    with_invented_survey(house).run()
    before = house.published()
    forget(house)
    write_backup(house.state, tmp_path / "after.tar")
    assert answers_of(2022).encode() not in (tmp_path / "after.tar").read_bytes()
    other = with_invented_survey(House(tmp_path / "other"))
    other.state.root.mkdir(parents=True)
    restore_backup(tmp_path / "after.tar", State(other.state.root))
    other.run()
    assert other.published() == before


def test_a_crash_between_decision_and_deletion_is_made_good(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with_invented_survey(house).run()

    class Killed(BaseException):
        pass

    def kill(name: str) -> None:
        if name == "deleted":
            raise Killed

    monkeypatch.setattr(archive.steps, "observer", kill)
    with pytest.raises(Killed):
        forget(house)
    monkeypatch.undo()
    assert house.state.store.has(content_hash(house))
    house.run()
    assert not house.state.store.has(content_hash(house))


def test_bytes_that_another_delivery_needs_stay(house: House) -> None:
    with_invented_survey(house)
    house.deliver(ID, SOURCE, "PAHITTAD_svar_2023_mottagen_2023-12-10.csv", answers_of(2022))
    house.run()
    assert not forget(house)
    assert house.state.store.has(content_hash(house))
    assert forget(house, "answers/2023-12/1")


@pytest.mark.parametrize("is_typed_first", [True, False])
def test_what_waits_for_a_second_person_stays_though_the_same_bytes_are_deleted(
    house: House, is_typed_first: bool
) -> None:
    """One that falls is held and deleted by a decision; what one person typed in for another month was of its bytes."""
    house.take_case(TOTALS, has_deliveries=False)
    for name, received_on, value in (("2024-01", "02-05", 5), ("2024-02", "03-05", 9), ("2024-03", "04-05", 3)):
        total(house, name, f"2024-{received_on}", value)
    house.run(TOTALS, at=date(2024, 5, 3))
    file = read_agreement(house.agreements / TOTALS)
    path = house.agreements / TOTALS / "deliveries/rows/PAHITTAD_2024-03_mottagen_2024-04-05.csv"
    content = path.read_bytes()

    def type_in(person: str, text: bytes) -> None:
        keys = {"period": "2024-04", "office": "police", "registration_number": "A1/2024", "keyed_by": person}
        handing = Handing.model_validate({"agreement": TOTALS, "source": "rows", "is_invented": True, **keys})
        receive(file, house.state, f"{person}.csv", text, handing, date(2024, 5, 6))

    def type_first() -> None:
        with pytest.raises(SecondKeyingError, match="typed in by keyer-1"):
            type_in("keyer-1", content)

    def delete() -> None:
        delete_delivery(house.state, file.agreement, path.name, DECISION, "police")

    for done in (type_first, delete) if is_typed_first else (delete, type_first):
        done()
    path.unlink()
    house.run(TOTALS, at=date(2024, 5, 7))
    write_backup(house.state, house.root / "backup.tar.gz")
    with pytest.raises(SecondKeyingError, match="differs from what keyer-1 typed in at line 2, column antal"):
        type_in("keyer-2", content.replace(b";3;", b";12;"))
    with pytest.raises(FetchError, match="deleted by a decision and are not kept again"):
        type_in("keyer-2", content)


def test_what_counts_is_not_refused_for_bytes_that_it_shares_with_what_was_deleted(house: House) -> None:
    with_invented_survey(house)
    house.deliver(ID, SOURCE, "PAHITTAD_svar_2023_mottagen_2023-12-10.csv", answers_of(2022))
    house.run()
    forget(house)
    outcome = house.run()[ID]
    assert (outcome.became, outcome.problems) == ("unchanged", [])


def test_a_zero_that_is_attested_by_what_was_deleted_unread_is_refused_and_not_passed_over(house: House) -> None:
    name = "source-that-pauses"
    house.take_case(name)
    (december,) = (house.agreements / name / "deliveries/rows").glob("*_2024-12_*")
    december.write_text(december.read_text("utf-8").partition("\n")[0] + "\n", "utf-8")
    house.run(name, at=date(2025, 1, 20))
    agreement = read_agreement(house.agreements / name).agreement
    assert delete_delivery(house.state, agreement, december.name, DECISION, "police")
    assert house.run(name, at=date(2025, 1, 20))[name].problems == []
    december.with_name(f"{december.name}.toml").write_text("attests_zero = true\n", "utf-8")
    (problem,) = house.run(name, at=date(2025, 1, 20))[name].problems
    assert f"{december.name}: these bytes have been deleted by a decision" in str(problem)


def test_only_answers_can_be_deleted(house: House) -> None:
    house.take("grastorp-1").run()
    agreement = read_agreement(house.agreements / "grastorp-1").agreement
    with pytest.raises(DeletionError, match="counted one by one"):
        delete_delivery(house.state, agreement, "redovisat_2021.csv", DECISION, "police")
    remove_deleted(house.state)
    house.warehouse_file.unlink()
    assert house.run()["grastorp-1"].became == "unchanged"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "answers/2019-12/1"}, "there is no such delivery"),
        ({"office": "nobody"}, "has no office 'nobody'"),
        ({"decision": ""}, "plain text of 1 to 200"),
        ({"decision": "=1+1"}, "plain text of 1 to 200"),
    ],
)
def test_what_cannot_be_done_changes_nothing(house: House, change: dict[str, str], message: str) -> None:
    with_invented_survey(house).run()
    entries = list(house.state.ledger(ID).entries)
    with pytest.raises(DeletionError, match=message):
        forget(house, **change)
    assert house.state.ledger(ID).entries == entries
    assert house.state.store.has(content_hash(house))


def test_a_run_says_so_until_what_is_overdue_has_been_deleted(house: House) -> None:
    with_invented_survey(house)
    house.edit(
        ID, "surveyed_on = 2022-10-31\nkeep_until = 2999-12-31", "surveyed_on = 2022-10-31\nkeep_until = 2024-01-31"
    )
    (problem,) = house.run()[ID].problems
    assert problem.stage == "retention"
    assert f"lofte forget {ID} {FILE} --decision" in str(problem)
    forget(house, FILE)
    assert house.run()[ID].problems == []


def test_the_command_deletes(house: House) -> None:
    with_invented_survey(house).run(at=date(2025, 1, 15))
    with house.settings():
        done = subprocess.run(
            [
                str(LOFTE),
                "forget",
                ID,
                DELIVERY,
                "--decision",
                DECISION,
                "--office",
                "municipality",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Delete it at its source too" in done.stdout
    assert not house.state.store.has(content_hash(house))


def test_the_months_of_what_was_deleted_unread_are_asked_for_anew(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "source-that-pauses"
    house.take_case(name)
    (december,) = (house.agreements / name / "deliveries/rows").glob("*_2024-12_*")
    december.write_text(december.read_text("utf-8").replace("antal", "stycken"), "utf-8")
    on = date(2025, 1, 20)
    assert len(house.run(name, at=on)[name].problems) == 1
    assert delete_delivery(
        house.state, read_agreement(house.agreements / name).agreement, december.name, DECISION, "police"
    )
    with house.settings():
        remind_providers(name, on)
    letter = capsys.readouterr().out
    assert "Vi har inte fått uppgifterna från PÅHITTAT uttag för december 2024." in letter
    assert "kunnat läsa in" not in letter
