"""What must never be published, or never happen, however plausible the input: each ends in a clear message."""

import json
from datetime import date, timedelta

import pytest

from schemas.agreement_file import chosen_folders
from schemas.errors import HELD, SettingsError
from schemas.outcome import exit_status
from tests.house import House

POLICE = "PAHITTAD_polis_{month}_mottagen_{received}.csv"
ROWS = "id;datum;typ;plats;antal;markering\nA;2024-05-04;Trafikkontroll;Sommen;1;PÅHITTAD\n"
TOTALS = "uppgift;antal;precision\n{rows}"


def only_problem(house: House, agreement_id: str, **options: object) -> str:
    """Run, expect exactly one problem, and return its message."""
    (problem,) = house.run(**options)[agreement_id].problems
    return str(problem)


def test_a_published_target_is_not_rewritten(house: House) -> None:
    house.take("tranas-1").run()
    before = house.published()
    house.edit("tranas-1", "value = 30", "value = 25")
    message = only_problem(house, "tranas-1")
    assert "the target traffic-controls/thirty-a-year has been published as at_least 30 and is now another" in message
    assert "decision_url" in message
    assert house.published() == before


def test_the_same_bytes_again_are_nothing_new(house: House) -> None:
    house.take("tranas-1").run()
    before, entries = house.published(), len(house.state.ledger("tranas-1").entries)
    folder = house.agreements / "tranas-1/deliveries/police-activities"
    original = next(folder.glob("PAHITTAD_polis_2024-05_*"))
    (folder / POLICE.format(month="2024-05", received="2024-12-20")).write_bytes(original.read_bytes())
    for _ in range(2):
        assert house.run()["tranas-1"].became == "unchanged"
    assert house.published() == before
    assert len(house.state.ledger("tranas-1").entries) == entries


def test_a_delivery_from_the_future_is_refused(house: House) -> None:
    house.take("tranas-1")
    tomorrow = date.today() + timedelta(days=3)  # noqa: DTZ011 - any day that is still to come
    house.deliver("tranas-1", "police-activities", POLICE.format(month="2024-05", received=tomorrow), ROWS)
    assert f"said to be received on {tomorrow}, which is still to come" in only_problem(house, "tranas-1")
    assert house.state.ledger("tranas-1").releases()[-1].as_of_month == "2024-12"


def test_nothing_is_published_ahead(house: House) -> None:
    house.take("grastorp-1")
    assert "2099-01-03 is still to come" in only_problem(house, "grastorp-1", at=date(2099, 1, 3))
    assert not house.state.ledger("grastorp-1").releases()


def test_no_release_goes_back_within_its_month(house: House) -> None:
    house.take("tranas-1").run()
    before = house.published()
    assert house.run(at=date(2025, 1, 2), month="2024-12")["tranas-1"].became == "superseded"
    assert house.published() == before


def test_no_edition_of_a_later_month_is_made_for_an_earlier_day(house: House) -> None:
    house.take("tranas-1").run(month="2024-02")
    (newest,) = house.state.ledger("tranas-1").releases()
    before = house.published()
    message = only_problem(house, "tranas-1", at=date(2024, 4, 3), month="2024-03")
    assert f"run with --at {newest.published_on} or a later day" in message
    assert {name: held for name, held in house.published().items() if name != "status.json"} == {
        name: held for name, held in before.items() if name != "status.json"
    }
    assert house.run(at=newest.published_on, month="2024-03")["tranas-1"].became == "published"


def test_an_empty_list_of_agreements_is_not_all_of_them(house: House) -> None:
    house.take("tranas-1")
    with pytest.raises(SettingsError, match="the list of agreements is empty; leave it out for all of them"):
        chosen_folders(house.agreements, [])


def test_an_invented_delivery_has_no_place_in_a_real_source(house: House) -> None:
    house.take("grastorp-1")
    sidecar = house.agreements / "grastorp-1/deliveries/reported/redovisat_2021.csv.toml"
    sidecar.write_text(sidecar.read_text("utf-8") + "is_invented = true\n", "utf-8")
    assert "invented, but its source is not" in str(house.run()["grastorp-1"].problems[0])


def test_invented_and_real_sources_are_never_summed(house: House) -> None:
    house.take("tranas-1")
    house.edit(
        "tranas-1", 'sources = ["police-activities"]', 'sources = ["police-activities", "police-lob"]\ncombine = "sum"'
    )
    text = (house.agreements / "tranas-1/agreement.toml").read_text("utf-8")
    start = text.index('id = "police-lob"')
    text = text[:start] + text[start:].replace("is_example = true", "is_example = false", 1)
    (house.agreements / "tranas-1/agreement.toml").write_text(text, "utf-8")
    assert "an invented source and a real one are never summed" in only_problem(house, "tranas-1")


def test_status_json_tells_no_sizes_of_what_is_about_persons(house: House) -> None:
    house.take("tranas-1")
    lob = house.agreements / "tranas-1/deliveries/police-lob"
    for path in lob.glob("*2024-T1*"):
        path.write_text(path.read_text("utf-8").replace("exakt", "exakta", 1), "utf-8")
    for path in lob.glob("*2024-T2*"):
        path.write_bytes(path.read_bytes()[:-1])
    assert exit_status(list(house.run().values())) == HELD
    text = (house.public / "status.json").read_text("utf-8")
    assert json.loads(text)["agreements"]["tranas-1"]["held"] == [{"source_id": "police-lob", "stage": "load"}] * 2
    assert "rows" not in text
    assert "line" not in text


def test_a_fault_of_ours_in_one_agreement_stops_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.take("goteborg-centrum-1", "grastorp-1")

    def broken(file: object, state: object, selection: object) -> None:
        if "goteborg" in str(file):
            raise ZeroDivisionError("secret of the data")

    import flows.publish_progress as flow_module

    original = flow_module.measure_progress.fn
    monkeypatch.setattr(flow_module.measure_progress, "fn", lambda *a: broken(*a) or original(*a), raising=True)
    outcomes = house.run()
    assert outcomes["goteborg-centrum-1"].became == "failed"
    assert "failed unexpectedly (ZeroDivisionError)" in str(outcomes["goteborg-centrum-1"].problems[0])
    assert "secret" not in str(outcomes["goteborg-centrum-1"].problems[0])
    assert outcomes["grastorp-1"].became == "published"


@pytest.mark.parametrize("month", ["2024-13", "2024-1", "2024", "x"])
def test_what_is_no_month_is_refused(house: House, month: str) -> None:
    house.take("goteborg-centrum-1")
    with pytest.raises(SettingsError, match="write it as YYYY-MM"):
        house.run(month=month)


def test_nothing_is_written_through_a_link(house: House) -> None:
    house.take("grastorp-1")
    elsewhere = house.root / "elsewhere"
    elsewhere.mkdir()
    house.public.mkdir()
    (house.public / "grastorp-1").symlink_to(elsewhere)
    assert "is a symbolic link" in only_problem(house, "grastorp-1")
    assert not list(elsewhere.iterdir())


def test_a_damaged_file_of_the_newest_release_is_mended(house: House) -> None:
    house.take("grastorp-1").run()
    before = house.published()
    ((house.public / "grastorp-1/latest").resolve() / "overview.csv").write_bytes(b"x")
    house.run()
    assert house.published() == before


def test_each_indicator_waits_for_its_own_sources_only(house: House) -> None:
    house.take("grastorp-2")
    text = (house.agreements / "grastorp-2/agreement.toml").read_text("utf-8")
    start = text.index("[[sources]]")
    second = text[start:].replace('id = "reported"', 'id = "fines"').replace("deliveries/reported", "deliveries/fines")
    mapping = '"Ordningsförelägganden" = "traffic-controls/fines"\n'
    first = text[start:].replace(mapping, "")
    head, _, _ = second.partition("[sources.contract.indicators]\n")
    activity = text[:start].replace('sources = ["reported"]', 'sources = ["reported", "fines"]\ncombine = "sum"', 1)
    whole = f"{activity}{first}\n{head}[sources.contract.indicators]\n{mapping}"
    (house.agreements / "grastorp-2/agreement.toml").write_text(whole, "utf-8")
    reported = house.agreements / "grastorp-2/deliveries/reported"
    rows = (reported / "redovisat_2022.csv").read_text("utf-8").splitlines(keepends=True)
    fines = [row for row in rows if row.startswith("Ordningsförelägganden;")]
    house.deliver("grastorp-2", "reported", "redovisat_2022.csv", "".join(row for row in rows if row not in fines))
    house.deliver("grastorp-2", "fines", "redovisat_2022.csv", rows[0] + "".join(fines))
    sidecar = (reported / "redovisat_2022.csv.toml").read_text("utf-8")
    house.deliver("grastorp-2", "fines", "redovisat_2022.csv.toml", sidecar)
    assert not house.run()["grastorp-2"].problems
    row = house.figure("grastorp-2/traffic-controls/fines/-/-/2022")
    assert (row["actual_value"], row["actual_qualifier"], row["value_status"]) == ("71", "exact", "observed")
    assert (row["deliveries_due"], row["deliveries_received"]) == ("1", "1")


def test_a_held_delivery_that_has_been_replaced_holds_nothing_up(house: House) -> None:
    house.take("goteborg-centrum-1")
    path = house.agreements / "goteborg-centrum-1/deliveries/reported/redovisat_2018.csv"
    good = path.read_text("utf-8")
    house.deliver("goteborg-centrum-1", "reported", path.name, "")
    assert "the file is empty" in str(house.run()["goteborg-centrum-1"].problems)
    house.deliver("goteborg-centrum-1", "reported", path.name, good)
    outcome = house.run()["goteborg-centrum-1"]
    assert (outcome.became, outcome.problems) == ("published", [])
    house.deliver("goteborg-centrum-1", "reported", path.name, good + "Okänt;1;exakt\n" * 9)
    assert house.run()["goteborg-centrum-1"].problems, "a newer one that cannot be read is held"
