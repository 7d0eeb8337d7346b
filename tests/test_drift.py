"""R5: a source changes its columns. The file is held with a diff; an office may accept it, and the ledger says so."""

import shlex
import shutil
from datetime import date
from pathlib import Path

import pytest

from archive.deletion import delete_delivery
from cli.accepting import accept_other_header
from schemas.agreement_file import read_agreement
from schemas.delivery import DriftAcceptance
from schemas.errors import SettingsError
from tests.house import House
from tests.test_cli import lofte

AGREEMENT, SOURCE = "tranas-1", "police-activities"
FILE = "PAHITTAD_polis_2024-03_mottagen_2024-04-05.csv"
FIGURE = "tranas-1/traffic-controls/controls/-/-/2024-03"
REASON = "Polisen har bytt rubrik i sitt uttag."


@pytest.fixture
def drifting(house: House) -> House:
    """The bundled Tranås, with an office that may decide."""
    house.take(AGREEMENT)
    house.edit(AGREEMENT, 'roles = ["deliver", "answer"]\n\n# Places', 'roles = ["deliver", "correct"]\n\n# Places')
    return house


def rewrite(house: House, old: str, new: str, name: str = FILE) -> Path:
    """Change the header of a bundled delivery."""
    path = house.agreements / AGREEMENT / "deliveries" / SOURCE / name
    header, rows = path.read_text("utf-8").split("\n", 1)
    assert old in header
    path.write_text(f"{header.replace(old, new)}\n{rows}", "utf-8")
    return path


def add_column(house: House, name: str) -> None:
    """Let a bundled delivery have one more column, as the first."""
    path = house.agreements / AGREEMENT / "deliveries" / SOURCE / FILE
    header, *rows = path.read_text("utf-8").splitlines()
    path.write_text("".join(f"{line}\n" for line in [f"{name};{header}", *(f"x;{row}" for row in rows)]), "utf-8")


def accept(house: House, *renames: str, office: str = "municipality", reason: str = REASON, file: str = FILE) -> int:
    """Accept the header of a delivery, as the command does."""
    with house.settings():
        return accept_other_header(AGREEMENT, SOURCE, file, list(renames), office, reason, date(2025, 1, 10))


def problem_of(house: House) -> str:
    """Run, expect exactly one problem, and return its message."""
    (problem,) = house.run()[AGREEMENT].problems
    assert (problem.stage, problem.source_id) == ("load", SOURCE)
    return str(problem)


CHANGES = {
    "renamed": (";antal;", ";antal st;", ["1 missing (antal)", "is now 'antal st'", "--rename 'antal st=antal'"]),
    "spaces": (";antal;", ";antal\u00a0;", ["1 with spaces", "of its name (antal). Ask", "--rename antal=antal"]),
    "removed": (";antal;", ";", ["1 missing (antal)", "Ask the provider"]),
    "duplicated": (";antal;", ";antal;antal;", ["1 twice (antal)", "Ask the provider"]),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "parts"), CHANGES.values(), ids=CHANGES.keys())
def test_r5_other_columns_hold_the_file_with_a_diff(drifting: House, old: str, new: str, parts: list[str]) -> None:
    rewrite(drifting, old, new)
    message = problem_of(drifting)
    for part in [FILE, "line 1", *parts]:
        assert part in message
    assert drifting.figure(FIGURE)["value_status"] == "missing"


def test_r5_a_reordered_file_is_the_same(drifting: House, bundled: House) -> None:
    path = drifting.agreements / AGREEMENT / "deliveries" / SOURCE / FILE
    rows = [line.split(";") for line in path.read_text("utf-8").splitlines()]
    path.write_text("".join(";".join(reversed(row)) + "\n" for row in rows), "utf-8")
    assert drifting.run()[AGREEMENT].problems == []
    assert drifting.rows(AGREEMENT, "promise_progress") == bundled.rows(AGREEMENT, "promise_progress")


def test_r5_a_second_table_with_its_columns_in_another_order_is_never_read_by_the_first_header(
    drifting: House, bundled: House
) -> None:
    path = drifting.agreements / AGREEMENT / "deliveries" / SOURCE / FILE
    rows = [line.split(";") for line in path.read_text("utf-8").splitlines()]
    before = path.read_text("utf-8")
    path.write_text(before + "".join(";".join(reversed(row)) + "\n" for row in rows), "utf-8")
    assert f"line {len(rows) + 1}: the header stands again" in problem_of(drifting)
    path.write_text(before + path.read_text("utf-8").split("\n", 1)[0] + "\n", "utf-8")
    outcome = drifting.run()[AGREEMENT]
    assert outcome.problems == []
    assert [found.row.rule for found in outcome.set_aside if found.row.line == len(rows) + 1] == ["header_again"]
    assert drifting.figure(FIGURE)["actual_value"] == bundled.figure(FIGURE)["actual_value"]


def test_r5_an_added_column_is_held_unless_the_contract_says_so(drifting: House, bundled: House) -> None:
    add_column(drifting, "Anteckning")
    message = problem_of(drifting)
    assert "1 not in the contract (Anteckning)" in message
    assert f"`lofte accept-drift {AGREEMENT} {SOURCE} {FILE} --office OFFICE --reason WHY`" in message
    drifting.edit(AGREEMENT, "set_aside_share_max = 0.6 #", 'added_columns = "ignore"\nset_aside_share_max = 0.6 #')
    assert drifting.run()[AGREEMENT].problems == []
    assert drifting.rows(AGREEMENT, "promise_progress") == bundled.rows(AGREEMENT, "promise_progress")


def test_r5_a_header_that_could_be_data_is_not_quoted(drifting: House) -> None:
    path = drifting.agreements / AGREEMENT / "deliveries" / SOURCE / FILE
    path.write_text(path.read_text("utf-8").split("\n", 1)[1], "utf-8")
    message = problem_of(drifting)
    assert "6 missing (datum, typ, antal, plats, id, markering)" in message
    assert "Trafikkontroll" not in message


def test_r5_an_accepted_rename_is_read_and_recorded(drifting: House, bundled: House) -> None:
    rewrite(drifting, ";antal;", ";antal st;")
    drifting.run()
    loads = drifting.state.ledger(AGREEMENT).loads()
    assert accept(drifting, "antal st=antal") == 0
    assert accept(drifting, "antal st=antal") == 0
    (decision,) = [e for e in drifting.state.ledger(AGREEMENT).entries if isinstance(e, DriftAcceptance)]
    assert (decision.source_id, decision.office, decision.accepted_on, decision.reason, decision.renames) == (
        SOURCE,
        "municipality",
        date(2025, 1, 10),
        REASON,
        {"antal st": "antal"},
    )
    assert drifting.run()[AGREEMENT].problems == []
    assert drifting.rows(AGREEMENT, "promise_progress") == bundled.rows(AGREEMENT, "promise_progress")
    assert len(drifting.state.ledger(AGREEMENT).loads()) == len(loads) + 1, "only what has that header is loaded"
    assert drifting.run()[AGREEMENT].became == "unchanged"


@pytest.mark.parametrize(("new", "rename"), [("antal ", "antal=antal"), ("\u00a0Antal st", "Antal st=antal")])
def test_r5_a_name_with_spaces_is_accepted_as_the_message_says(
    drifting: House, bundled: House, new: str, rename: str
) -> None:
    rewrite(drifting, ";antal;", f";{new};")
    assert shlex.join(["--rename", rename]) in problem_of(drifting)
    assert accept(drifting, rename) == 0
    assert drifting.run()[AGREEMENT].problems == []
    assert drifting.rows(AGREEMENT, "promise_progress") == bundled.rows(AGREEMENT, "promise_progress")


def test_r5_columns_without_a_name_are_told_and_can_be_accepted(drifting: House, bundled: House) -> None:
    path = drifting.agreements / AGREEMENT / "deliveries" / SOURCE / FILE
    path.write_text("".join(f"{line};;\n" for line in path.read_text("utf-8").splitlines()), "utf-8")
    assert "the columns are not those of the contract; 2 columns without a name. Ask" in problem_of(drifting)
    assert accept(drifting) == 0
    assert drifting.run()[AGREEMENT].problems == []
    assert drifting.rows(AGREEMENT, "promise_progress") == bundled.rows(AGREEMENT, "promise_progress")


def test_r5_of_one_file_and_day_what_was_taken_in_last_is_accepted(drifting: House) -> None:
    """The source writes over its file; the name, and with it the day of receipt, stays."""
    drifting.run()
    rewrite(drifting, ";antal;", ";antal st;")
    assert "--rename 'antal st=antal'" in problem_of(drifting)
    assert accept(drifting, "antal st=antal") == 0
    assert drifting.run()[AGREEMENT].problems == []


def test_r5_a_later_delivery_with_the_accepted_header_is_read_at_once(drifting: House) -> None:
    rewrite(drifting, ";antal;", ";antal st;")
    drifting.run()
    accept(drifting, "antal st=antal")
    rewrite(drifting, ";antal;", ";antal st;", "PAHITTAD_polis_2024-04_mottagen_2024-05-05.csv")
    assert drifting.run()[AGREEMENT].problems == []
    ledger = drifting.state.ledger(AGREEMENT)
    newest = ledger.receipts()[-1]
    assert (newest.covers_to, newest.delivery_id in ledger.accepted_loads()) == ("2024-04", True)


def test_r5_the_warehouse_comes_back_with_what_was_accepted(drifting: House) -> None:
    rewrite(drifting, ";antal;", ";antal st;")
    drifting.run()
    accept(drifting, "antal st=antal")
    drifting.run()
    before = drifting.published()
    drifting.warehouse_file.unlink()
    assert drifting.run()[AGREEMENT].became == "unchanged"
    assert drifting.published() == before


def test_r5_a_removed_column_is_never_accepted(drifting: House) -> None:
    path = drifting.agreements / AGREEMENT / "deliveries" / SOURCE / FILE
    rows = [line.split(";") for line in path.read_text("utf-8").splitlines()]
    path.write_text("".join(";".join(row[:4] + row[5:]) + "\n" for row in rows), "utf-8")
    drifting.run()
    with pytest.raises(SettingsError, match=r"1 missing \(antal\).*can only be mended by the provider"):
        accept(drifting)
    assert not drifting.state.ledger(AGREEMENT).accepted_drift(SOURCE)


REFUSED = {
    "an office that decides nothing": ({"office": "police"}, "no office of tranas-1 with that id corrects or approves"),
    "no office": ({"office": "x"}, r"those that do: municipality"),
    "a person in the reason": ({"reason": "enligt 19121212-1212"}, "seems to hold personal data"),
    "a person over a line break": ({"reason": "ring 070-174\n06 05"}, "seems to hold personal data"),
    "a long reason": ({"reason": "x" * 601}, "at most 600"),
    "no reason": ({"reason": ""}, "at least 1"),
    "another file": ({"file": "x.csv"}, "no file of that name"),
    "a file as agreed": ({"file": "PAHITTAD_polis_2024-05_mottagen_2024-06-09.csv"}, "there is nothing to accept"),
}


@pytest.mark.parametrize(("changes", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_decision_is_refused(drifting: House, changes: dict[str, str], message: str) -> None:
    add_column(drifting, "Anteckning")
    drifting.run()
    with pytest.raises(SettingsError, match=message) as caught:
        accept(drifting, **changes)
    assert "1212" not in str(caught.value)
    assert not drifting.state.ledger(AGREEMENT).accepted_drift(SOURCE)


def test_nobody_is_told_to_bring_back_what_was_deleted_by_a_decision(drifting: House) -> None:
    add_column(drifting, "Anteckning")
    drifting.run()
    agreement = read_agreement(drifting.agreements / AGREEMENT).agreement
    assert delete_delivery(drifting.state, agreement, FILE, "KS 2026/17", "municipality")
    with pytest.raises(SettingsError, match="has been deleted by a decision; there is nothing to accept"):
        accept(drifting)


@pytest.mark.parametrize(
    ("rename", "message"),
    [
        ("ny=antal", "adds no column of the first name"),
        ("antal st=datum", "lacks no column of the second name"),
        ("antal st", "NEW=OLD"),
        ("=antal", "NEW=OLD"),
    ],
)
def test_a_rename_names_what_is_there(drifting: House, rename: str, message: str) -> None:
    rewrite(drifting, ";antal;", ";antal st;")
    drifting.run()
    with pytest.raises(SettingsError, match=message):
        accept(drifting, rename)


def test_who_corrects_does_not_approve(house: House) -> None:
    house.take(AGREEMENT)
    house.edit(AGREEMENT, 'roles = ["deliver", "answer"]', 'roles = ["correct", "approve"]')
    assert "who corrects does not approve" in str(house.run()[AGREEMENT].problems[0])


def test_a_backup_of_a_state_with_an_acceptance_is_whole(drifting: House, tmp_path: Path) -> None:
    rewrite(drifting, ";antal;", ";antal st;")
    drifting.run()
    command = ["accept-drift", AGREEMENT, SOURCE, FILE, "--rename", "antal st=antal", "--office", "municipality"]
    result = lofte(*command, "--reason", REASON, "--date", "2025-01-10", house=drifting)
    assert result.returncode == 0, result.stderr
    assert f"the columns of {FILE} accepted" in result.stdout
    drifting.run()
    before = drifting.published()
    assert lofte("backup", str(tmp_path / "b.tar"), house=drifting).returncode == 0
    shutil.rmtree(drifting.state.root)
    shutil.rmtree(drifting.public)
    assert lofte("restore", str(tmp_path / "b.tar"), house=drifting).returncode == 0
    assert drifting.run()[AGREEMENT].became == "unchanged"
    assert drifting.published() == before
