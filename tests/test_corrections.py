"""Corrections: one cell of one delivery, by an office, with a reason; put on before anything is interpreted."""

import json
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.checking import check_agreements
from cli.explaining import explain_published
from methods.corrections import AppliedCorrections, CorrectionsDoNotFitError
from schemas.corrections import Correction
from schemas.delivery import NO_CORRECTIONS
from schemas.errors import NOTHING_DONE, PUBLISHED
from schemas.outcome import Held
from tests.house import House
from tests.planted import has_trace, texts_under

AGREEMENT = "grastorp-1"
FIGURE = "grastorp-1/traffic-controls/controls/-/-/2021"
CORRECTION = {
    "source": '"reported"',
    "file": '"redovisat_2021.csv"',
    "received_on": "2026-10-01",
    "line": "2",
    "column": '"antal"',
    "expected": '"55"',
    "becomes": '"65"',
    "reason_sv": '"PÅHITTAD rättelse: ett skrivfel i avskriften."',
    "office": '"police"',
    "decided_on": "2026-10-05",
}
PERSON = "19811218-9876"
POLICE = "PAHITTAD_polis_2024-03_mottagen_2024-04-05.csv"


def toml(**changes: str) -> str:
    """Write a correction as a person does; a key with no text is left out."""
    keys = {**CORRECTION, **changes}
    return "[[corrections]]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items() if value)


def correct(house: House, *corrections: str, agreement: str = AGREEMENT) -> None:
    """Lay `corrections.toml` beside an agreement."""
    (house.agreements / agreement / "corrections.toml").write_text("".join(corrections), "utf-8")


def problems(house: House, agreement: str = AGREEMENT) -> list[Held]:
    """Run and return what is held."""
    return house.run(agreement)[agreement].problems


@pytest.fixture
def grastorp(house: House) -> House:
    """Grästorp 2021 with its real figure, received a while ago, and an office that corrects."""
    house.take(AGREEMENT)
    house.edit(AGREEMENT, 'roles = ["deliver", "answer"]', 'roles = ["deliver", "correct"]')
    sidecar = house.agreements / AGREEMENT / "deliveries/reported/redovisat_2021.csv.toml"
    sidecar.write_text(sidecar.read_text("utf-8").replace("2026-11-22", "2026-10-01"), "utf-8")
    return house


def test_v4_a_corrected_cell_makes_a_release_beside_the_old_one(grastorp: House) -> None:
    grastorp.run()
    first = grastorp.published()
    assert grastorp.figure(FIGURE)["actual_value"] == "55"
    correct(grastorp, toml())
    assert grastorp.run()[AGREEMENT].became == "published"
    row = grastorp.figure(FIGURE)
    assert (row["actual_value"], row["actual_qualifier"], row["changed_on"]) == ("65", "at_least", "2026-10-05")
    (delivery,) = [row for row in grastorp.rows(AGREEMENT, "deliveries") if row["received_on"]]
    assert (delivery["delivery_id"], delivery["state"]) == ("reported/2021-12/1", "corrected")
    now = grastorp.published()
    assert all(now[path] == content for path, content in first.items() if "/releases/" in path)
    assert grastorp.run()[AGREEMENT].became == "unchanged"
    assert grastorp.published() == now


def test_the_trail_of_a_correction_is_kept(grastorp: House) -> None:
    grastorp.run()
    correct(grastorp, toml())
    grastorp.run()
    ledger = grastorp.state.ledger(AGREEMENT)
    first, second = ledger.loads().values()
    assert (first.corrections_hash, first.delivery_id) == (NO_CORRECTIONS, second.delivery_id)
    (kept,) = json.loads(grastorp.state.store.get(second.corrections_hash))
    assert (kept["expected"], kept["becomes"], kept["office"]) == ("55", "65", "police")
    inputs = [release.inputs.corrections_hash for release in ledger.releases()]
    assert inputs[0] == NO_CORRECTIONS
    assert grastorp.state.store.get(inputs[1]).decode() == toml()


def test_a_correction_that_is_taken_back_gives_the_first_load_again(grastorp: House) -> None:
    grastorp.run()
    correct(grastorp, toml())
    grastorp.run()
    (grastorp.agreements / AGREEMENT / "corrections.toml").unlink()
    grastorp.run()
    assert grastorp.figure(FIGURE)["actual_value"] == "55"
    assert len(grastorp.state.ledger(AGREEMENT).loads()) == 2


@pytest.mark.parametrize("text", ["", "# Alla är återtagna.\n", "corrections = []\n"])
def test_a_file_without_corrections_is_none(grastorp: House, text: str) -> None:
    correct(grastorp, toml())
    grastorp.run()
    correct(grastorp, text)
    with grastorp.settings():
        assert check_agreements() == PUBLISHED
    assert problems(grastorp) == []
    assert grastorp.figure(FIGURE)["actual_value"] == "55"
    (grastorp.agreements / AGREEMENT / "corrections.toml").unlink()
    assert grastorp.run()[AGREEMENT].became == "unchanged"


def test_a_correction_of_one_delivery_loads_no_other(house: House) -> None:
    house.take("tranas-1")
    house.edit("tranas-1", 'roles = ["deliver", "answer"]\n\n# Places', 'roles = ["correct"]\n\n# Places')
    house.run()
    before = len(house.state.ledger("tranas-1").loads())
    text = toml(source='"police-activities"', file=f'"{POLICE}"', received_on="2024-04-05", line="3",
                expected='"1"', becomes='"4"', office='"municipality"', decided_on="2024-05-02")  # fmt: skip
    correct(house, text, agreement="tranas-1")
    assert house.run()["tranas-1"].problems == []
    assert house.figure("tranas-1/traffic-controls/controls/-/-/2024-03")["actual_value"] == "6"
    assert len(house.state.ledger("tranas-1").loads()) == before + 1


def test_a_correction_brings_back_a_row_that_was_set_aside(house: House) -> None:
    house.take("tranas-1")
    house.edit("tranas-1", 'roles = ["deliver", "answer"]\n\n# Places', 'roles = ["correct"]\n\n# Places')
    path = house.agreements / "tranas-1/deliveries/police-activities" / POLICE
    path.write_text(path.read_text("utf-8").replace("2024-03-16;Trafikkontroll", "2024-03-16;Trafikkontrol"), "utf-8")
    (aside,) = house.run()["tranas-1"].set_aside
    assert (aside.row.line, aside.row.column) == (3, "typ")
    text = toml(source='"police-activities"', file=f'"{POLICE}"', received_on="2024-04-05", line="3", column='"typ"',
                expected='"Trafikkontrol"', becomes='"Trafikkontroll"', office='"municipality"',
                decided_on="2024-05-02")  # fmt: skip
    correct(house, text, agreement="tranas-1")
    assert house.run()["tranas-1"].set_aside == []
    assert house.figure("tranas-1/traffic-controls/controls/-/-/2024-03")["actual_value"] == "3"


@pytest.mark.parametrize(
    ("column", "expected", "becomes"),
    [("antal", "1", "-1"), ("antal", "1", "minst 1"), ("datum", "2024-03-16", "2024-04-16"),
     ("typ", "Trafikkontroll", "Trafikkontrol")],
    ids=["negative", "a text", "a day outside", "unknown"],
)  # fmt: skip
def test_a_correction_that_takes_its_row_out_of_the_count_is_told_and_not_put_on(
    house: House, column: str, expected: str, becomes: str
) -> None:
    """Whatever share of rows may be set aside: that is for the provider's faults, and this is none of them."""
    house.take("tranas-1")
    house.edit("tranas-1", 'roles = ["deliver", "answer"]\n\n# Places', 'roles = ["correct"]\n\n# Places')
    agreement = house.agreements / "tranas-1/agreement.toml"
    text = agreement.read_text("utf-8")
    agreement.write_text(text.replace("set_aside_share_max = 0\n", "set_aside_share_max = 0.5\n"), "utf-8")
    house.run()
    before = house.published()
    correct(house, toml(source='"police-activities"', file=f'"{POLICE}"', received_on="2024-04-05", line="3",
                        column=f'"{column}"', expected=f'"{expected}"', becomes=f'"{becomes}"',
                        office='"municipality"', decided_on="2024-05-02"), agreement="tranas-1")  # fmt: skip
    (problem,) = house.run()["tranas-1"].problems
    assert "corrections.toml:8: by the contract no such cell counts" in str(problem)
    assert f" {becomes}" not in str(problem)
    assert house.published() == before


@pytest.mark.parametrize(
    ("change", "line", "why"),
    [
        ({"expected": '"56"'}, 9, "the cell holds another text than expected"),
        ({"line": "3"}, 7, "the delivery has no such cell that can be read"),
        ({"file": '"redovisat_2020.csv"'}, 5, "no file of that name was received from the source on that day"),
        ({"received_on": "2026-10-02"}, 6, "no file of that name was received from the source on that day"),
        ({"decided_on": "2099-01-01"}, 13, "decided on a day that is still to come"),
        ({"becomes": '"-1"'}, 10, "by the contract no such cell counts"),
    ],
)
def test_v4_a_correction_that_does_not_match_is_told_on_the_line_at_fault(
    grastorp: House, change: dict[str, str], line: int, why: str
) -> None:
    grastorp.run()
    before = grastorp.published()
    correct(grastorp, "# Rättelser\n\n", toml(**change))
    (problem,) = problems(grastorp)
    assert f"corrections.toml:{line}: {why}" in str(problem)
    assert "55" not in str(problem)
    assert problem.source_id == "reported"
    assert grastorp.published() == before, "what was accepted before still counts"


def test_check_tells_of_a_correction_that_would_hold_its_source(
    grastorp: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOFTE_AGREEMENTS", str(grastorp.agreements))
    monkeypatch.setenv("LOFTE_STATE", str(grastorp.state.root))
    correct(grastorp, toml(file='"redovisat_2020.csv"'))
    assert check_agreements() == PUBLISHED
    assert "redovisat" not in capsys.readouterr().out, "nothing has been received that it could name"
    grastorp.run()
    assert check_agreements() == PUBLISHED
    noted = "note, by what has been received so far: grastorp-1: "
    (told,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith(noted))
    assert "corrections.toml:3: no file of that name was received" in told
    assert "the nearest is redovisat_2021.csv, received on 2026-10-01" in told
    correct(grastorp, toml())
    check_agreements()
    assert "corrections.toml" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "line"), [({"expected": '"56"'}, 7), ({"line": "3"}, 5), ({"becomes": '"-1"'}, 8), ({}, None)]
)
def test_check_says_of_a_cell_what_the_run_would(
    grastorp: House, change: dict[str, str], line: int | None, capsys: pytest.CaptureFixture[str]
) -> None:
    grastorp.run()
    correct(grastorp, toml(**change))
    kept = texts_under(grastorp.state.root)
    with grastorp.settings():
        assert check_agreements() == PUBLISHED
    told = [row for row in capsys.readouterr().out.splitlines() if "corrections.toml" in row]
    assert texts_under(grastorp.state.root) == kept, "a check leaves nothing behind"
    held = [str(problem).rpartition(": ")[2] for problem in problems(grastorp)]
    assert [row.rpartition(": ")[2] for row in told] == held
    assert [f"corrections.toml:{line}: " in row for row in told] == [True for _ in held]
    assert bool(held) == (line is not None)


def test_check_opens_no_delivery_that_was_read_with_its_corrections(
    grastorp: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct(grastorp, toml())
    grastorp.run()
    monkeypatch.setattr("sources.unread_corrections.try_corrections", None)
    with grastorp.settings():
        assert check_agreements() == PUBLISHED


def test_check_tells_of_a_correction_whose_delivery_the_store_has_lost(
    grastorp: House, capsys: pytest.CaptureFixture[str]
) -> None:
    grastorp.run()
    correct(grastorp, toml())
    (receipt,) = grastorp.state.ledger(AGREEMENT).receipts()
    grastorp.state.store.remove(receipt.content_hash)
    with grastorp.settings():
        assert check_agreements() == PUBLISHED
    told = capsys.readouterr().out
    assert "corrections.toml:3: redovisat_2021.csv cannot be read: the store lacks " in told
    assert "restore it from a backup" in told


def test_check_asks_nothing_of_a_correction_of_a_superseded_delivery(
    grastorp: House, capsys: pytest.CaptureFixture[str]
) -> None:
    grastorp.run()
    grastorp.deliver(
        AGREEMENT, "reported", "redovisat_2021.csv", "uppgift;antal;precision\nFasta trafikkontroller;60;minst\n"
    )
    sidecar = grastorp.agreements / AGREEMENT / "deliveries/reported/redovisat_2021.csv.toml"
    sidecar.write_text(sidecar.read_text("utf-8").replace("2026-10-01", "2026-10-09"), "utf-8")
    grastorp.run()
    correct(grastorp, toml(line="9"))
    with grastorp.settings():
        check_agreements()
    assert "corrections.toml" not in capsys.readouterr().out
    assert problems(grastorp) == []


def test_v4_a_correction_of_a_superseded_delivery_need_not_match(grastorp: House) -> None:
    correct(grastorp, toml())
    grastorp.run()
    grastorp.deliver(
        AGREEMENT, "reported", "redovisat_2021.csv", "uppgift;antal;precision\nFasta trafikkontroller;60;minst\n"
    )
    sidecar = grastorp.agreements / AGREEMENT / "deliveries/reported/redovisat_2021.csv.toml"
    sidecar.write_text(sidecar.read_text("utf-8").replace("2026-10-01", "2026-10-09"), "utf-8")
    assert problems(grastorp) == []
    assert grastorp.figure(FIGURE)["actual_value"] == "60"
    correct(grastorp, toml(expected='"5"'))
    assert problems(grastorp) == []
    assert grastorp.figure(FIGURE)["actual_value"] == "60"


def test_a_newer_delivery_on_the_same_day_does_not_take_an_old_correction_unseen(grastorp: House) -> None:
    correct(grastorp, toml())
    grastorp.run()
    grastorp.deliver(
        AGREEMENT, "reported", "redovisat_2021.csv", "uppgift;antal;precision\nFasta trafikkontroller;60;minst\n"
    )
    (problem,) = problems(grastorp)
    assert "the cell holds another text than expected" in str(problem)
    assert grastorp.figure(FIGURE)["actual_value"] == "65"


def test_what_is_corrected_survives_the_warehouse(grastorp: House) -> None:
    correct(grastorp, toml())
    grastorp.run()
    before = grastorp.published()
    grastorp.warehouse_file.unlink()
    assert grastorp.run()[AGREEMENT].became == "unchanged"
    assert grastorp.published() == before
    shutil.rmtree(grastorp.public)
    grastorp.run()
    assert grastorp.published() == before


def test_explain_shows_the_correction_on_the_way(grastorp: House, capsys: pytest.CaptureFixture[str]) -> None:
    correct(grastorp, toml())
    grastorp.run()
    with grastorp.settings():
        assert explain_published(FIGURE) == 0
    assert (
        "corrected: line 2, column antal, by police on 2026-10-05: PÅHITTAD rättelse: ett skrivfel i avskriften."
        in capsys.readouterr().out
    )


def test_a_correction_holds_by_each_name_that_a_delivery_has_come_under(grastorp: House) -> None:
    grastorp.run()
    ledger = grastorp.state.ledger(AGREEMENT)
    (receipt,) = ledger.receipts()
    handed = {"file_name": "avskrift.csv", "office": "police", "registration_number": "A123.456/2026"}
    ledger.append(receipt.model_copy(update=handed))
    correct(grastorp, toml())
    assert problems(grastorp) == []
    assert grastorp.figure(FIGURE)["actual_value"] == "65"
    correct(grastorp, toml(file='"avskrift.csv"'))
    assert problems(grastorp) == []
    assert grastorp.figure(FIGURE)["actual_value"] == "65"


def test_explain_says_when_a_release_was_counted_by_other_rules(
    grastorp: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    grastorp.run()
    with grastorp.settings():
        explain_published(FIGURE)
        assert "Rules" not in capsys.readouterr().out
        monkeypatch.setattr("cli.explaining.RULES_VERSION", "next")
        explain_published(FIGURE)
    assert "then and next now, by which the rows are told: they may be others" in capsys.readouterr().out


V7 = {
    "unknown key": (toml(reson_sv='"x"'), 12, "'corrections.0.reson_sv'; the nearest known key is 'reason_sv'"),
    "unknown table": ("[[correction]]\nx = 1\n", 1, "'correction'; the nearest known key is 'corrections'"),
    "text for a number": (toml(line='"2"'), 5, "valid integer"),
    "text for a day": (toml(decided_on='"2026-10-05"'), 11, "valid date"),
    "a number for a text": (toml(expected="55"), 7, "valid string"),
    "the header's line": (toml(line="1"), 5, "greater than or equal to 2"),
    "left out": (toml(reason_sv=""), 1, "reason_sv' is missing"),
    "a line break in a cell": (toml(becomes='"6\\n5"'), 8, "control character"),
    "a long reason": (toml(reason_sv=f'"{"x" * 601}"'), 9, "at most 600"),
    "unknown source": (toml(source='"police"'), 2, "there is no source 'police' (known: reported)"),
    "unknown column": (toml(column='"Antal"'), 6, "no column 'Antal' (known: uppgift, antal, precision)"),
    "unknown office": (toml(office='"nobody"'), 10, "there is no office 'nobody' (known: police)"),
    "nothing to correct": (toml(becomes='"55"'), 8, "there is nothing to correct"),
    "before it came": (toml(decided_on="2026-09-30"), 11, "before the delivery was received"),
    "twice": (toml() + toml(becomes='"66"'), 16, "the same cell is corrected above"),
    "a person": (toml(reason_sv='"enligt 19121212-1212"'), 9, "'reason_sv' seems to hold personal data"),
    "a person over a line break": (toml(reason_sv='"Ring 070-174\\n06 05."'), 9, "'reason_sv' seems to hold personal"),
    "a person in a comment": (toml() + f"# enligt {PERSON}\n", 12, "a comment seems to hold personal data"),
    "a plate": (toml(becomes='"ABC123"'), 8, "'becomes' seems to hold personal data"),
    "not TOML": (toml() + "x", 12, "not TOML"),
    "a key about a person": (toml() + f'"{PERSON}" = 1', 12, "unknown key 'corrections.0.a name that is not shown'"),
    "a column about a person": (toml(column=f'"{PERSON}"'), 6, "reads no column 'a name that is not shown' (known: up"),
    "a source about a person": (toml(source=f'"{PERSON}"'), 2, "no source 'a name that is not shown' (known: rep"),
    "an office about a person": (toml(office=f'"{PERSON}"'), 10, "no office 'a name that is not shown' (known: police"),
    "a person twice": (toml() + f'["{PERSON}"]\n["{PERSON}"]', 13, "whose name is not shown stands twice"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message"), V7.values(), ids=V7.keys())
def test_v7_what_cannot_be_meant_is_refused_by_file_and_line(
    grastorp: House, text: str, line: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    correct(grastorp, text)
    with grastorp.settings():
        assert check_agreements() == NOTHING_DONE
    said = capsys.readouterr().out
    assert f"corrections.toml:{line}: " in said
    assert message in said
    (problem,) = problems(grastorp)
    assert message in str(problem)
    told = [said, str(problem), *texts_under(grastorp.state.root).values()]
    assert not any(has_trace(text, planted) for text in told for planted in (PERSON, "19121212-1212", "ABC123"))


def test_v7_an_office_that_does_not_correct_is_refused(house: House) -> None:
    house.take(AGREEMENT)
    correct(house, toml())
    assert "the office 'police' has not the role 'correct'" in str(problems(house)[0])


def test_a_correction_that_is_as_it_should_be_passes_check(grastorp: House) -> None:
    correct(grastorp, toml())
    with grastorp.settings():
        assert check_agreements() == PUBLISHED


@pytest.mark.parametrize(
    "change", [{"decided_on": "2099-01-01"}, {"file": '"redovisat_2022.csv"'}, {"received_on": "2026-10-02"}]
)
def test_v7_what_a_correction_without_its_delivery_meant_to_correct_never_counts(
    grastorp: House, change: dict[str, str]
) -> None:
    correct(grastorp, toml(**change))
    (held,) = problems(grastorp)
    assert "nothing more of the source is loaded" in str(held)
    assert grastorp.figure(FIGURE)["actual_value"] == ""


def test_v7_a_correction_that_loses_its_delivery_takes_nothing_back(grastorp: House) -> None:
    correct(grastorp, toml())
    assert problems(grastorp) == []
    before = grastorp.figure(FIGURE)["actual_value"]
    correct(grastorp, toml(received_on="2026-10-02"))
    (held,) = problems(grastorp)
    assert "the nearest is " in str(held)
    assert grastorp.figure(FIGURE)["actual_value"] == before != "55"


def test_nothing_published_holds_what_a_cell_said(grastorp: House, tmp_path: Path) -> None:
    correct(grastorp, toml(expected='"55"', reason_sv='"HEMLIG_MARKERING"'))
    grastorp.run()
    assert not any(b"HEMLIG_MARKERING" in content for content in grastorp.published().values())


def one(line: int, column: str, expected: str, becomes: str) -> Correction:
    """Return a correction of a cell."""
    return Correction(
        source="s",
        file="f",
        received_on=date(2024, 1, 1),
        line=line,
        column=column,
        expected=expected,
        becomes=becomes,
        reason_sv="x",
        office="o",
        decided_on=date(2024, 1, 2),
    )


CELLS = st.lists(st.tuples(st.text("ab ", max_size=2), st.text("ab ", max_size=2)), min_size=1, max_size=8)


@given(CELLS, st.data())
def test_only_the_cells_that_are_named_change(cells: list[tuple[str, str]], data: st.DataObject) -> None:
    lines = [2 * number + 2 for number in range(len(cells))]
    chosen = data.draw(st.sets(st.tuples(st.integers(0, len(cells) - 1), st.integers(0, 1))))
    corrections = [one(lines[row], "xy"[column], cells[row][column], "new") for row, column in chosen]
    applied = AppliedCorrections(corrections)
    size = data.draw(st.integers(1, len(cells)))
    found: list[tuple[str, str]] = []
    for start in range(0, len(cells), size):
        batch = pyarrow.table(
            {name: [row[place] for row in cells[start : start + size]] for place, name in enumerate("xy")},
            schema=pyarrow.schema([("x", pyarrow.string()), ("y", pyarrow.string())]),
        )
        after = applied.apply(batch, np.array(lines[start : start + size], np.int64))
        found += zip(after["x"].to_pylist(), after["y"].to_pylist(), strict=True)
    applied.check()
    assert found == [
        tuple("new" if (row, column) in chosen else cells[row][column] for column in (0, 1))
        for row in range(len(cells))
    ]


def test_what_does_not_fit_is_told_apart_and_changes_nothing() -> None:
    corrections = [one(2, "x", "b", "c"), one(9, "x", "a", "c"), one(2, "z", "a", "c")]
    applied = AppliedCorrections(corrections)
    after = applied.apply(pyarrow.table({"x": ["a"]}), np.array([2]))
    assert after["x"].to_pylist() == ["a"]
    with pytest.raises(CorrectionsDoNotFitError) as caught:
        applied.check()
    assert list(caught.value.unfit.values()) == ["other_text", "no_such_cell", "no_such_cell"]
