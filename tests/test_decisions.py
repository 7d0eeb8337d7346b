"""Decisions: what an office says of a figure stands beside what the rule gives, and falls when the rule changes."""

import shutil
from pathlib import Path

import pytest

from cli.explaining import explain_published
from tests.house import House
from tests.planted import has_trace, texts_under
from tests.test_cli import lofte

AGREEMENT = "two-readings"
FIGURE = f"{AGREEMENT}/controls/made/-/from-signing/Y1"
DECISION = {
    "figure": f'"{FIGURE}"',
    "rule_status": '"not_kept"',
    "status": '"undetermined"',
    "office": '"board"',
    "decided_on": "2025-06-15",
    "reason_sv": '"PÅHITTAT skäl: avtalet säger inte vad som är en kontroll."',
    "decision_url": '"https://example.org/pahittat-beslut"',
}
OFFICE = '[[offices]]\nid = "board"\nname_sv = "Påhittad nämnd"\nroles = ["approve"]\n\n[[offices]]\n'


def toml(**changes: str) -> str:
    """Write a decision as a person does; a key with no text is left out."""
    keys = {**DECISION, **changes}
    return "[[overrides]]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items() if value)


def decide(house: House, *decisions: str) -> Path:
    """Lay `decisions.toml` beside the agreement."""
    path = house.agreements / AGREEMENT / "decisions.toml"
    path.write_text("".join(decisions), "utf-8")
    return path


def problem_of(house: House) -> str:
    """Run, and return the one problem."""
    (problem,) = house.run()[AGREEMENT].problems
    return str(problem)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """An agreement with two readings, and an office that may decide."""
    found = House(tmp_path)
    found.take_case(AGREEMENT)
    found.edit(AGREEMENT, "[[offices]]\n", OFFICE)
    return found


def test_a_decision_stands_beside_what_the_rule_gives(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.run()
    before = house.figure(FIGURE)
    assert (before["status"], before["is_override"], before["rule_status"]) == ("not_kept", "false", "not_kept")
    decide(house, toml())
    assert house.run()[AGREEMENT].became == "published"
    row = house.figure(FIGURE)
    assert (row["status"], row["is_override"], row["rule_status"]) == ("undetermined", "true", "not_kept")
    assert row["status_rule"] == "at_least_complete_below"
    assert row["status_reason_sv"].startswith("Beslut 2025-06-15: PÅHITTAT skäl")
    assert "Regeln ger: Målet inte nått." in row["status_reason_sv"]
    assert row["actual_value"] == before["actual_value"]
    (decision,) = house.rows(AGREEMENT, "decisions")
    assert (decision["figure_id"], decision["office_sv"], decision["decided_on"]) == (
        FIGURE, "Påhittad nämnd", "2025-06-15",
    )  # fmt: skip
    page = (house.public / AGREEMENT / "latest/index.html").read_text("utf-8")
    assert "enligt beslut; regeln ger: Målet inte nått" in page
    assert house.run()[AGREEMENT].became == "unchanged"
    with house.settings():
        explain_published(FIGURE)
    assert "undetermined by an office's decision, not_kept by rule at_least_complete_below" in capsys.readouterr().out


def test_a_promise_is_summed_up_by_rule_only(house: House) -> None:
    house.run()
    before = house.rows(AGREEMENT, "promise_summary")
    decide(house, toml(figure=f'"{AGREEMENT}/controls/made/-/per-year/2024"', rule_status='"kept"'))
    house.run()
    assert house.rows(AGREEMENT, "promise_summary") == before


def test_a_decision_counts_from_the_day_it_was_made(house: House) -> None:
    decide(house, toml(decided_on="2025-09-01"))
    outcome = house.run()
    assert outcome[AGREEMENT].problems == []
    assert house.figure(FIGURE)["is_override"] == "true"
    assert house.rows(AGREEMENT, "decisions")[0]["decided_on"] == "2025-09-01"


@pytest.mark.parametrize("status", ["kept", "not_kept"])
def test_no_target_is_decided_to_be_met_where_there_is_none(tmp_path: Path, status: str) -> None:
    name = "hours-and-money"
    house = House(tmp_path)
    house.take_case(name)
    house.edit(name, "[[offices]]\n", OFFICE)
    house.run()
    figure = f"{name}/cost/spent/-/-/2024-01"
    assert (house.figure(figure)["status"], house.figure(figure)["target_value"]) == ("reported", "")
    path = house.agreements / name / "decisions.toml"
    text = toml(figure=f'"{figure}"', rule_status='"reported"', status=f'"{status}"')
    path.write_text(text, "utf-8")
    (problem,) = house.run()[name].problems
    assert f"{path}:4: the figure has no target, so nobody can decide that one is '{status}'" in str(problem)


def test_a_decision_falls_when_the_rule_gives_another_status(house: House) -> None:
    path = decide(house, toml(rule_status='"kept"'))
    problem = problem_of(house)
    assert f"{path}:3: it was decided when the rule gave 'kept', and now it gives 'not_kept'" in problem


@pytest.mark.parametrize(
    ("changes", "line", "said"),
    [
        ({"figure": f'"{AGREEMENT}/controls/made/-/per-year/2031"'}, 2, "the agreement has no such figure"),
        ({"figure": f'"{AGREEMENT}/controls/made/-/-/2024-03"'}, 2, "the figure is not rated"),
        ({"figure": '"tranas-1/a/b/-/c/2024"'}, 2, "is of another agreement"),
        ({"office": '"police"'}, 5, "has not the role 'approve'"),
        ({"office": '"nobody"'}, 5, "there is no office 'nobody'"),
        ({"status": '"not_kept"'}, 4, "is what the rule gives"),
        ({"status": '"suppressed"'}, 4, "status"),
        ({"status": '"reported"'}, 4, "'reported' is said where there is no target, and the figure has one"),
        ({"rule_status": '"suppressed"'}, 3, "is not opened by a decision"),
        ({"decided_on": "2023-12-31"}, 6, "the agreement starts on 2024-01-01"),
        ({"reason_sv": '"Ring 070-174 06 05."'}, 7, "seems to hold personal data"),
        ({"reason_sv": '"""Ring 070-174\n06 05."""'}, 7, "seems to hold personal data"),
        ({"reason_sv": '"=1+1"'}, 7, "formula"),
        ({"decision_url": ""}, 1, "the key 'overrides.0.decision_url' is missing"),
        ({"until": "2025-01-01"}, 9, "unknown key"),
    ],
)
def test_what_cannot_be_decided_is_refused_with_its_line(
    house: House, changes: dict[str, str], line: int, said: str
) -> None:
    path = decide(house, toml(**changes))
    problem = problem_of(house)
    assert said in problem
    assert f"{path}:{line}: " in problem
    assert "070" not in problem
    assert not (house.public / AGREEMENT).exists()


def test_p6_no_comment_about_a_person_is_kept(house: House) -> None:
    path = decide(house, toml() + "# Ring 070-174 06 05.\n")
    assert f"{path}:9: a comment seems to hold personal data" in problem_of(house)
    assert not any(has_trace(text, "070-174 06 05") for text in texts_under(house.state.root).values())


@pytest.mark.parametrize("text", ["", "# Alla är återtagna.\n", "overrides = []\n"])
def test_a_file_without_decisions_is_none(house: House, text: str) -> None:
    decide(house, text)
    assert house.run()[AGREEMENT].problems == []


def test_one_figure_is_decided_once(house: House) -> None:
    decide(house, toml(), toml())
    assert "another decision about the figure stands above" in problem_of(house)


def test_a_decision_is_in_a_backup(house: House, tmp_path: Path) -> None:
    decide(house, toml())
    house.run()
    release = house.state.ledger(AGREEMENT).newest_release()
    assert release is not None
    assert lofte("backup", str(tmp_path / "kopia.tar"), house=house).returncode == 0
    shutil.rmtree(house.state.root)
    assert lofte("restore", str(tmp_path / "kopia.tar"), house=house).returncode == 0
    assert house.state.store.get(release.inputs.decisions_hash) == toml().encode()
