"""The inbox: what is handed over lies there with its sidecar, is taken in by each run, and is put aside."""

import json
import shutil
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from cli.checking import check_agreements
from sources.inbox import Inbox, InboxFile
from tests.children import KILLED, in_child, observed
from tests.handed_over import (
    AGREEMENT,
    AT,
    FIGURE,
    NAME,
    OTHER,
    TEXT,
    put,
    receipts,
    run_until,
    without_its_last_month,
)
from tests.house import House, copy_of
from tests.planted import has_trace, texts_under


@pytest.fixture
def house(tmp_path: Path) -> House:
    """An agreement whose last month has not come."""
    return without_its_last_month(tmp_path)


def test_the_inbox_does_the_same_by_sidecar(house: House) -> None:
    inbox = put(house)
    assert house.run(at=AT)[AGREEMENT].problems == []
    assert house.figure(FIGURE)["actual_value"] == "3"
    assert sorted(path.name for path in inbox.iterdir()) == ["taken"]
    assert sorted(path.name for path in (inbox / "taken").iterdir()) == [NAME, f"{NAME}.toml"]
    assert receipts(house)[0].registration_number == "A123.456/2025"
    published = house.published()
    assert house.run(at=AT)[AGREEMENT].became == "unchanged"
    assert house.published() == published


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"office": '"nobody"'}, "there is no office 'nobody'"),
        ({"period": '"2031-01"'}, "the agreement runs from"),
        ({"received_on": "2999-01-01"}, "still to come"),
    ],
)
def test_a_file_that_does_not_fit_is_left_in_the_inbox(house: House, changes: dict[str, str], said: str) -> None:
    inbox = put(house, **changes)
    (problem,) = house.run(at=AT)[AGREEMENT].problems
    assert said in str(problem)
    assert (inbox / NAME).exists()
    assert (inbox / f"{NAME}.toml").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"agreement": '"other"'}, "there is no agreement 'other'"),
        ({"registration_number": ""}, "the key 'registration_number' is missing"),
        ({"diarienummer": '"1"'}, f"{NAME}.toml:8: unknown key 'diarienummer'"),
        ({"period": "6"}, "'period'"),
    ],
)
def test_a_sidecar_that_says_too_little_is_told_by_line(house: House, changes: dict[str, str], said: str) -> None:
    put(house, **changes)
    outcomes = house.run(at=AT)
    (problem,) = outcomes["inbox"].problems
    assert said in str(problem)
    assert outcomes[AGREEMENT].problems == []


def test_a_file_without_a_sidecar_and_a_sidecar_without_a_file_are_told(house: House) -> None:
    inbox = put(house)
    (inbox / f"{NAME}.toml").unlink()
    (inbox / "ensam.csv.toml").write_text("", "utf-8")
    first, second = house.run(at=AT)["inbox"].problems
    assert "ensam.csv.toml: its file is not there" in str(first)
    assert f"there is no {NAME}.toml" in str(second)


def test_a_name_that_is_about_a_person_is_not_repeated(house: House) -> None:
    put(house, name="811228-9874.csv")
    (problem,) = house.run(at=AT)["inbox"].problems
    assert "a file's name seems to hold personal data" in str(problem)
    assert "811228" not in str(problem)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"registration_number": '"811228-9874"'}, f"{NAME}.toml: registration_number seems to hold personal data"),
        ({"keyed_by": '"811228-9874"'}, f"{NAME}.toml: keyed_by seems to hold personal data"),
        ({"source_url": '"https://example.org/?a=811228-9874"'}, f"{NAME}.toml: source_url seems to hold personal"),
        ({'"811228-9874"': "1"}, f"{NAME}.toml:8: unknown key 'a name that is not shown'"),
        ({"agreement": '"811228-9874"'}, f"{NAME}: there is no agreement 'a name that is not shown'"),
    ],
)
def test_p6_personal_data_in_a_sidecar_is_refused_and_not_repeated(
    house: House, changes: dict[str, str], said: str
) -> None:
    put(house, **changes)
    (problem,) = house.run(at=AT)["inbox"].problems
    assert said in str(problem)
    assert "811228" not in str(problem)
    assert receipts(house) == []


@pytest.mark.parametrize("key", ["source", "office"])
def test_p6_an_unknown_id_of_a_sidecar_is_neither_told_nor_published(
    house: House, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = put(house, **{key: '"811228-9874"'})
    with caplog.at_level("INFO"):
        (problem,) = house.run(at=AT)[AGREEMENT].problems
    assert f"there is no {key} 'a name that is not shown' (known: " in str(problem)
    assert problem.source_id == (None if key == "source" else "rows")
    assert "811228" not in f"{problem}{caplog.text}"
    shutil.rmtree(inbox)
    texts = texts_under(house.public, house.state.root)
    assert [name for name, text in texts.items() if has_trace(text, "811228-9874")] == []


def test_a_source_that_an_agreement_does_not_have_is_told_but_not_published(house: House) -> None:
    put(house, source='"raws"')
    (problem,) = house.run(at=AT)[AGREEMENT].problems
    assert f"{AGREEMENT}, source 'raws', receive: {NAME}: there is no source 'raws' (known: rows" in str(problem)
    held = json.loads((house.public / "status.json").read_bytes())["agreements"][AGREEMENT]["held"]
    assert held == [{"source_id": None, "stage": "receive"}]


def test_what_is_typed_into_the_inbox_waits_for_the_second(house: House) -> None:
    put(house, name="a.csv", keyed_by='"keyer-1"')
    (problem,) = house.run(at=AT)[AGREEMENT].problems
    assert "until a second person" in str(problem)
    inbox = put(house, name="b.csv", keyed_by='"keyer-2"')
    assert house.run(at=AT)[AGREEMENT].problems == []
    assert house.figure(FIGURE)["actual_value"] == "3"
    assert sorted(path.name for path in inbox.iterdir()) == ["taken"]


def test_what_both_have_typed_into_the_inbox_waits_for_nobody(house: House) -> None:
    put(house, name="a.csv", keyed_by='"keyer-1"')
    put(house, name="b.csv", keyed_by='"keyer-2"')
    assert house.run(at=AT)[AGREEMENT].problems == []
    assert json.loads((house.public / "status.json").read_bytes())["agreements"][AGREEMENT]["held"] == []
    assert house.figure(FIGURE)["actual_value"] == "3"


def test_what_two_have_typed_into_the_inbox_and_differs_is_told(house: House) -> None:
    put(house, name="a.csv", keyed_by='"keyer-1"')
    put(house, OTHER, name="b.csv", keyed_by='"keyer-2"')
    told = [str(problem) for problem in house.run(at=AT)[AGREEMENT].problems]
    assert any("a.csv: typed in by keyer-1" in problem for problem in told)
    assert any("b.csv: differs from what keyer-1 typed in at line 2, column antal" in problem for problem in told)
    assert house.figure(FIGURE)["actual_value"] == ""


def test_a_dry_run_moves_nothing(house: House) -> None:
    inbox = put(house)
    assert house.run(at=AT, dry_run=True)[AGREEMENT].problems == []
    assert (inbox / NAME).exists()
    assert house.state.ledger(AGREEMENT).entries == []


def test_nothing_is_lost_wherever_the_taking_in_is_killed(house: House, tmp_path: Path) -> None:
    put(house)
    whole = copy_of(house, tmp_path / "whole")
    steps: list[str] = []
    with observed(steps.append):
        whole.run(at=AT)
    wanted = whole.published()
    assert {"inbox:file", "inbox:sidecar"} <= set(steps)
    for number, name in enumerate(steps, 1):
        if name.startswith("inbox:") or name == "append:receipt":
            broken = copy_of(house, tmp_path / f"killed-{number}")
            assert in_child(partial(run_until, broken, number), tmp_path / "log") == KILLED
            assert broken.run(at=AT)[AGREEMENT].problems == []
            assert broken.published() == wanted
            assert len(receipts(broken)) == 1
            assert [path.name for path in (broken.state.root / "inbox").iterdir()] == ["taken"]


def test_a_second_typing_killed_on_its_way_out_of_the_inbox_is_not_typed_anew(house: House, tmp_path: Path) -> None:
    put(house, name="a.csv", keyed_by='"keyer-1"')
    assert in_child(partial(house.run, at=AT), tmp_path / "first.log") == 0
    put(house, name="b.csv", keyed_by='"keyer-2"')
    whole = copy_of(house, tmp_path / "whole")
    steps = tmp_path / "steps.txt"
    assert in_child(partial(run_noting, whole, steps), tmp_path / "whole.log") == 0
    names = steps.read_text("utf-8").splitlines()
    for step in ("inbox:file", "inbox:sidecar"):
        broken = copy_of(house, tmp_path / step.replace(":", "-"))
        assert in_child(partial(run_until, broken, names.index(step) + 1), tmp_path / "log") == KILLED
        assert broken.run(at=AT)[AGREEMENT].problems == []
        assert broken.state.ledger(AGREEMENT).keyings() == []
        assert len(receipts(broken)) == 1


@pytest.mark.parametrize("is_between_found_first", [True, False])
@pytest.mark.parametrize(
    ("found_on", "between_on", "expected"),
    [
        pytest.param("2025-07-05", None, "2025-07-05", id="it came earlier"),
        pytest.param("2025-07-20", None, "2025-07-14", id="it came again later"),
        pytest.param("2025-06-20", None, "2025-07-14", id="its month was not over"),
        pytest.param("2025-07-05", "2025-07-10", "2025-07-14", id="it came again after another"),
    ],
)
def test_a_file_was_received_when_it_first_came_though_the_inbox_is_emptied_first(
    house: House, found_on: str, between_on: str | None, expected: str, is_between_found_first: bool
) -> None:
    put(house)
    if between_on:
        house.deliver(AGREEMENT, "rows", f"PAHITTAD_2025-06_mottagen_{between_on}.csv", OTHER)
        if is_between_found_first:
            house.run(at=AT)
    house.deliver(AGREEMENT, "rows", f"PAHITTAD_2025-06_mottagen_{found_on}.csv", TEXT)
    for _ in range(2):
        assert house.run(at=AT)[AGREEMENT].problems == []
        (receipt,) = receipts(house)
        assert str(receipt.received_on) == expected
        assert house.figure(FIGURE)["actual_value"] == "3"


def test_a_month_has_come_by_the_day_of_its_file_though_an_office_hands_it_over_again(house: House) -> None:
    put(house)
    house.deliver(AGREEMENT, "rows", "PAHITTAD_2025-06_mottagen_2025-07-05.csv", TEXT)
    assert house.run(at=date(2025, 7, 10))[AGREEMENT].problems == []
    assert house.figure(FIGURE)["actual_value"] == "3"


def test_a_name_that_comes_again_writes_over_nothing(house: House) -> None:
    put(house)
    house.run(at=AT)
    inbox = put(house, OTHER, registration_number='"B2/2025"')
    assert house.run(at=AT)[AGREEMENT].problems == []
    assert house.figure(FIGURE)["actual_value"] == "6"
    aside = {path.name: path.read_text("utf-8") for path in (inbox / "taken").iterdir()}
    assert sorted(aside) == sorted([NAME, f"{NAME}.toml", f"2-{NAME}", f"2-{NAME}.toml"])
    assert (aside[NAME], aside[f"2-{NAME}"]) == (TEXT, OTHER)
    assert "B2/2025" in aside[f"2-{NAME}.toml"]


def test_a_dry_run_leaves_what_a_killed_run_had_half_moved(house: House) -> None:
    inbox = put(house)
    (inbox / "taken").mkdir()
    (inbox / NAME).rename(inbox / "taken" / NAME)
    assert house.run(at=AT, dry_run=True).keys() == {AGREEMENT}
    assert (inbox / f"{NAME}.toml").exists()
    house.run(at=AT)
    assert sorted(path.name for path in (inbox / "taken").iterdir()) == [NAME, f"{NAME}.toml"]


def test_a_sidecar_that_comes_before_its_file_is_not_put_aside(house: House) -> None:
    put(house)
    house.run(at=AT)
    inbox = put(house, OTHER)
    (inbox / NAME).unlink()
    assert "its file is not there" in str(house.run(at=AT)["inbox"].problems[0])
    (inbox / NAME).write_text(OTHER, "utf-8")
    assert house.run(at=AT)[AGREEMENT].problems == []
    assert house.figure(FIGURE)["actual_value"] == "6"


def test_an_inbox_that_cannot_be_emptied_stops_nothing(house: House) -> None:
    inbox = put(house)
    (inbox / "taken").write_text("i vägen", "utf-8")
    put(house, name="taken", registration_number='"C3/2025"')
    (inbox / "taken").write_text(TEXT, "utf-8")
    outcome = house.run(at=AT)[AGREEMENT]
    assert outcome.became == "published"
    assert len(outcome.problems) == 2
    assert all("cannot be moved to taken/" in str(problem) for problem in outcome.problems)
    assert house.figure(FIGURE)["actual_value"] == "3"


def run_noting(house: House, path: Path) -> None:
    """Run, and write the names of the steps down."""
    names: list[str] = []
    with observed(names.append):
        house.run(at=AT)
    path.write_text("\n".join(names), "utf-8")


def test_a_file_still_being_written_is_left(house: House) -> None:
    inbox = put(house)
    (inbox / f"{NAME}.sha256").write_text("0" * 64, "ascii")
    (problem,) = house.run(at=AT)[AGREEMENT].problems
    assert "may still be on its way" in str(problem)
    assert [item.name for item in Inbox(inbox, 0).files() if isinstance(item, InboxFile)] == [NAME]


def test_an_inbox_that_is_named_and_not_there_is_told(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOFTE_INBOX", str(house.root / "inkrog"))
    said = f"the inbox {house.root / 'inkrog'}, named by LOFTE_INBOX"
    (problem,) = house.run(at=AT)["inbox"].problems
    assert said in str(problem)
    with house.settings():
        assert check_agreements() == 1
        assert said in capsys.readouterr().out
        (house.root / "inkrog").mkdir()
        assert check_agreements() == 0
    assert "inbox" not in house.run(at=AT)


def test_the_inbox_of_the_state_need_not_be_there(house: House) -> None:
    assert "inbox" not in house.run(at=AT)
    with house.settings():
        assert check_agreements() == 0
