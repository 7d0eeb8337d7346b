"""What offices hand over by e-mail, on paper or by telephone; what is typed in counts when two persons agree."""

import json
import shutil
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from cli.explaining import explain_published
from cli.receiving import receive_file
from schemas.delivery import Keying, Receipt
from schemas.errors import DeliveryHeldError, FetchError, LofteError
from sources.inbox import Inbox, InboxFile
from sources.receiving import SecondKeyingError
from tests.children import KILLED, die_at, in_child, observed
from tests.house import House, copy_of
from tests.planted import has_trace, texts_under
from tests.test_cli import lofte

AGREEMENT = "two-readings"
FIGURE = f"{AGREEMENT}/controls/made/-/-/2025-06"
NAME = "fran-polisen.csv"
TEXT = "datum;typ;antal;märkning\n2025-06-03;Kontroll;2;PÅHITTAD\n2025-06-04;Kontroll;1;PÅHITTAD\n"
OTHER = TEXT.replace("Kontroll;2", "Kontroll;5")
AT = date(2025, 8, 1)
SAID: dict[str, object] = {
    "source": "rows",
    "period": "2025-06",
    "office": "police",
    "registration_number": "A123.456/2025",
    "attest_zero": False,
    "keyed_by": None,
    "is_invented": True,
}


@pytest.fixture
def house(tmp_path: Path) -> House:
    """An agreement whose last month has not come."""
    found = House(tmp_path / "house")
    found.take_case(AGREEMENT)
    for path in (found.agreements / AGREEMENT / "deliveries/rows").glob("PAHITTAD_2025-06_*"):
        path.unlink()
    return found


def handed(tmp_path: Path, text: str = TEXT, name: str = NAME) -> Path:
    """Write a file as it was handed over."""
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def receive(house: House, path: Path, **changes: object) -> int:
    """Take a file in as the command does."""
    with house.settings():
        return receive_file(path, None, {**SAID, **changes}, date(2025, 7, 14))


def receipts(house: House) -> list[Receipt]:
    """List what has been handed over."""
    return [receipt for receipt in house.state.ledger(AGREEMENT).receipts() if receipt.office]


def put(house: House, text: str = TEXT, name: str = NAME, **changes: str) -> Path:
    """Put a file into the inbox with its sidecar."""
    inbox = house.state.root / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / name).write_text(text, "utf-8")
    keys = {
        "agreement": f'"{AGREEMENT}"', "source": '"rows"', "period": '"2025-06"', "office": '"police"',
        "registration_number": '"A123.456/2025"', "received_on": "2025-07-14", "is_invented": "true", **changes,
    }  # fmt: skip
    lines = [f"{key} = {value}\n" for key, value in keys.items() if value]
    (inbox / f"{name}.toml").write_text("".join(lines), "utf-8")
    return inbox


def test_a_file_that_was_handed_over_counts_and_is_explained(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert receive(house, handed(tmp_path)) == 0
    assert "taken in" in capsys.readouterr().out
    house.run(at=AT)
    assert house.figure(FIGURE)["actual_value"] == "3"
    (delivery,) = [row for row in house.rows(AGREEMENT, "deliveries") if row["month"] == "2025-06"]
    assert (delivery["received_as"], delivery["received_on"]) == ("received", "2025-07-14")
    with house.settings():
        explain_published(FIGURE)
    assert "handed over by police, registration number A123.456/2025" in capsys.readouterr().out


def test_the_same_again_changes_nothing(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    receive(house, handed(tmp_path))
    before = house.state.ledger(AGREEMENT).entries
    assert receive(house, handed(tmp_path)) == 0
    assert "known already" in capsys.readouterr().out
    assert house.state.ledger(AGREEMENT).entries == before


@pytest.mark.parametrize(
    ("changes", "text", "said"),
    [
        ({"office": "nobody"}, TEXT, "there is no office 'nobody'"),
        ({"period": "2025-07"}, TEXT, "the agreement runs from 2024-01 to 2025-06"),
        ({"period": "2025-06..2025-05"}, TEXT, "ends (2025-05) before it starts"),
        ({"period": "juni"}, TEXT, "--period"),
        ({"registration_number": "811228-9874"}, TEXT, "seems to hold personal data"),
        ({"source_url": "https://example.org/?a=811228-9874"}, TEXT, "source_url seems to hold personal data"),
        ({"office": "811228-9874"}, TEXT, "there is no office 'a name that is not shown'"),
        ({"registration_number": "<b>"}, TEXT, "--registration-number"),
        ({"keyed_by": "Anna Andersson"}, TEXT, "--keyed-by"),
        ({}, TEXT.replace("PÅHITTAD", "811228-9874", 1), "line 2, column märkning seems to hold personal data"),
        ({}, TEXT.replace("antal", "stycken"), "the columns are not those of the contract"),
        ({}, "datum;typ;antal;märkning\n", "the file has a header and no rows"),
        ({"is_invented": False, "source": "other"}, TEXT, "is in no agreement"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(
    house: House, tmp_path: Path, changes: dict[str, object], text: str, said: str
) -> None:
    with pytest.raises(LofteError) as caught:
        receive(house, handed(tmp_path, text), **changes)
    assert said in str(caught.value)
    assert "811228" not in str(caught.value)
    assert "Andersson" not in str(caught.value)
    assert house.state.ledger(AGREEMENT).entries == []


def test_v1_zero_is_not_attested_of_a_file_with_rows(house: House, tmp_path: Path) -> None:
    with pytest.raises(DeliveryHeldError, match="has rows, but is said to attest that nothing was done"):
        receive(house, handed(tmp_path), attest_zero=True)
    put(house, attest_zero="true")
    (problem,) = house.run(at=AT)[AGREEMENT].problems
    assert "has rows, but" in str(problem)
    assert receipts(house) == []


def test_v1_zero_counts_when_the_office_attests_it(house: House, tmp_path: Path) -> None:
    receive(house, handed(tmp_path, "datum;typ;antal;märkning\n"), attest_zero=True)
    house.run(at=AT)
    figure = house.figure(FIGURE)
    assert (figure["actual_value"], figure["value_status"]) == ("0", "observed")


def test_typed_figures_count_when_a_second_person_types_the_same(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SecondKeyingError, match="typed in by keyer-1"):
        receive(house, handed(tmp_path), keyed_by="keyer-1")
    (problem,) = house.run(at=AT)[AGREEMENT].problems
    assert "nothing of it counts until a second person" in str(problem)
    assert house.figure(FIGURE)["value_status"] == "missing"
    with pytest.raises(SecondKeyingError):
        receive(house, handed(tmp_path), keyed_by="keyer-1")  # the same person twice is one person
    assert receipts(house) == []
    reordered = "\n".join(";".join(line.split(";")[::-1]) for line in TEXT.splitlines()) + "\n"
    assert receive(house, handed(tmp_path, reordered, "andra.csv"), keyed_by="keyer-2") == 0
    (receipt,) = receipts(house)
    assert receipt.keyed_by == ("keyer-1", "keyer-2")
    assert house.run(at=AT)[AGREEMENT].problems == []
    assert house.figure(FIGURE)["actual_value"] == "3"
    (delivery,) = [row for row in house.rows(AGREEMENT, "deliveries") if row["month"] == "2025-06"]
    assert delivery["received_as"] == "keyed"
    capsys.readouterr()
    with house.settings():
        explain_published(FIGURE)
    assert "typed in alike by keyer-1 and keyer-2" in capsys.readouterr().out


def test_typed_figures_that_differ_are_told_by_address_only(house: House, tmp_path: Path) -> None:
    with pytest.raises(SecondKeyingError):
        receive(house, handed(tmp_path), keyed_by="keyer-1")
    with pytest.raises(SecondKeyingError) as caught:
        receive(house, handed(tmp_path, OTHER), keyed_by="keyer-2")
    assert "differs from what keyer-1 typed in at line 2, column antal;" in str(caught.value)
    with pytest.raises(SecondKeyingError, match="line 3"):
        receive(house, handed(tmp_path, OTHER.rsplit("\n", 2)[0] + "\n"), keyed_by="keyer-3")
    assert receipts(house) == []
    assert receive(house, handed(tmp_path), keyed_by="keyer-2") == 0  # looked at the original again
    assert len(receipts(house)) == 1
    assert house.state.ledger(AGREEMENT).keyings() == []


def test_two_letters_are_never_taken_for_two_typings_of_one(house: House, tmp_path: Path) -> None:
    with pytest.raises(SecondKeyingError):
        receive(house, handed(tmp_path), keyed_by="keyer-1")
    with pytest.raises(SecondKeyingError):
        receive(house, handed(tmp_path), keyed_by="keyer-2", registration_number="A999/2025")
    assert receipts(house) == []


def test_two_letters_of_the_same_bytes_are_each_typed_in_twice(house: House, tmp_path: Path) -> None:
    other = "B999/2025"
    for keyer, number in (("keyer-1", "A123.456/2025"), ("keyer-2", other)):
        with pytest.raises(SecondKeyingError):
            receive(house, handed(tmp_path), keyed_by=keyer, registration_number=number)
    assert receive(house, handed(tmp_path), keyed_by="keyer-3", registration_number=other) == 0
    (receipt,) = receipts(house)
    assert (receipt.keyed_by, receipt.registration_number) == (("keyer-2", "keyer-3"), other)


def test_what_is_typed_in_must_be_readable(house: House, tmp_path: Path) -> None:
    house.edit(AGREEMENT, "set_aside_share_max = 0", "set_aside_share_max = 0.9")
    with pytest.raises(LofteError, match="line 3, column antal, rule"):
        receive(house, handed(tmp_path, TEXT.replace("Kontroll;1", "Kontroll;x")), keyed_by="keyer-1")
    assert house.state.ledger(AGREEMENT).entries == []


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


def test_what_two_have_typed_alike_may_be_typed_again(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SecondKeyingError):
        receive(house, handed(tmp_path), keyed_by="keyer-1")
    receive(house, handed(tmp_path), keyed_by="keyer-2")
    before = house.state.ledger(AGREEMENT).entries
    assert receive(house, handed(tmp_path), keyed_by="keyer-1") == 0
    assert "known already" in capsys.readouterr().out
    assert house.state.ledger(AGREEMENT).entries == before
    with pytest.raises(SecondKeyingError):  # a correction waits for its second person like anything else
        receive(house, handed(tmp_path, OTHER), keyed_by="keyer-1")


def test_v4_what_is_handed_over_again_after_its_correction_is_told(house: House, tmp_path: Path) -> None:
    for text in (TEXT, OTHER):
        receive(house, handed(tmp_path, text))
    house.run(at=AT)
    with pytest.raises(FetchError, match=r"the same as on 2025-07-14, but a later delivery has replaced that one"):
        receive(house, handed(tmp_path))
    assert house.figure(FIGURE)["actual_value"] == "6"
    assert receive(house, handed(tmp_path, OTHER)) == 0  # the one that counts is no news


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
    house: House, found_on: str, between_on: str | None, expected: str
) -> None:
    put(house)
    if between_on:
        house.deliver(AGREEMENT, "rows", f"PAHITTAD_2025-06_mottagen_{between_on}.csv", OTHER)
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
    assert all("cannot be moved to taken/" in str(problem) for problem in outcome.problems)
    assert house.figure(FIGURE)["actual_value"] == "3"


@pytest.mark.parametrize("attests_first", [False, True])
def test_an_attestation_stands_though_the_same_file_lies_at_the_source(
    house: House, tmp_path: Path, attests_first: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    header = "datum;typ;antal;märkning\n"
    if attests_first:
        receive(house, handed(tmp_path, header), attest_zero=True)
    house.deliver(AGREEMENT, "rows", "PAHITTAD_2025-06_mottagen_2025-07-10.csv", header)
    problems = house.run(at=AT)[AGREEMENT].problems
    assert len(problems) == (0 if attests_first else 1)
    receive(house, handed(tmp_path, header), attest_zero=True)
    for _ in range(2):
        assert house.run(at=AT)[AGREEMENT].problems == []
        assert house.figure(FIGURE)["actual_value"] == "0"
    (receipt,) = receipts(house)
    assert (receipt.attests_zero, receipt.registration_number) == (True, "A123.456/2025")
    with house.settings():
        explain_published(FIGURE)
    explained = capsys.readouterr().out
    assert ", without rows: zero is attested\n" in explained
    assert "handed over by police, registration number A123.456/2025\n" in explained
    house.warehouse_file.unlink()
    assert house.run(at=AT)[AGREEMENT].became == "unchanged"


def run_noting(house: House, path: Path) -> None:
    """Run, and write the names of the steps down."""
    names: list[str] = []
    with observed(names.append):
        house.run(at=AT)
    path.write_text("\n".join(names), "utf-8")


def run_until(house: House, number: int) -> None:
    """Run, and be ended without warning at a step."""
    with observed(die_at(number)):
        house.run(at=AT)


def test_typed_figures_are_in_a_backup(house: House, tmp_path: Path) -> None:
    with pytest.raises(SecondKeyingError):
        receive(house, handed(tmp_path), keyed_by="keyer-1")
    (keying,) = [entry for entry in house.state.ledger(AGREEMENT).entries if isinstance(entry, Keying)]
    file = tmp_path / "kopia.tar"
    assert lofte("backup", str(file), house=house).returncode == 0
    shutil.rmtree(house.state.root)
    assert lofte("restore", str(file), house=house).returncode == 0
    assert house.state.store.has(keying.receipt.content_hash)


def test_the_command_says_what_it_did(house: House, tmp_path: Path) -> None:
    options = ["--source", "rows", "--period", "2025-06", "--office", "police", "--registration-number", "A1/2025",
               "--invented", "--received-on", "2025-07-14"]  # fmt: skip
    first = lofte("receive", str(handed(tmp_path)), *options, "--keyed-by", "keyer-1", house=house)
    assert first.returncode == 3
    assert "until a second person" in first.stderr
    second = lofte("receive", str(handed(tmp_path)), *options, "--keyed-by", "keyer-2", house=house)
    assert (second.returncode, second.stderr) == (0, "")
    assert f"{AGREEMENT}, source rows: {NAME}: taken in" in second.stdout
    missing = lofte("receive", str(tmp_path / "borta.csv"), *options, house=house)
    assert missing.returncode == 1
    assert "borta.csv: cannot be read" in missing.stderr
    other = [*options[:4], "--office", "nobody", *options[6:]]
    unknown = lofte("receive", str(handed(tmp_path, OTHER)), *other, house=house)
    assert (unknown.returncode, "there is no office 'nobody'" in unknown.stderr) == (1, True)
    drifted = lofte("receive", str(handed(tmp_path, TEXT.replace("antal", "stycken"))), *options, house=house)
    assert (drifted.returncode, "the columns are not those" in drifted.stderr) == (1, True)


def test_a_file_still_being_written_is_left(house: House) -> None:
    inbox = put(house)
    (inbox / f"{NAME}.sha256").write_text("0" * 64, "ascii")
    (problem,) = house.run(at=AT)[AGREEMENT].problems
    assert "may still be on its way" in str(problem)
    assert [item.name for item in Inbox(inbox, 0).files() if isinstance(item, InboxFile)] == [NAME]
