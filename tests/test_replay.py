"""Replay: kept deliveries read anew after a mended contract, exactly once, with the trail kept and nothing released."""

from pathlib import Path

import pytest
from filelock import FileLock

from cli.replaying import replay_deliveries
from schemas.errors import HELD, PUBLISHED, AlreadyRunningError, SettingsError
from tests.house import House, copy_of
from tests.test_cli import lofte
from tests.test_corrections import correct, toml

AGREEMENT, SOURCE = "tranas-1", "police-activities"
FIGURE = "tranas-1/traffic-controls/controls/-/-/2024-05"
FILE = "PAHITTAD_polis_2024-05_mottagen_2025-01-09.csv"
ROWS = (
    "id;datum;typ;plats;antal;markering\n"
    "A;2024-05-04;Trafikkontroll;Sommen;1;PÅHITTAD\n"
    "B;2024-05-05;Trafikkontroll, bemannad;Sommen;1;PÅHITTAD\n"
    "C;2024-05-06;Trafikkontroll, bemannad;Sommen;1;PÅHITTAD\n"
)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Tranås with a delivery in which a new word for a known kind is set aside."""
    house = House(tmp_path_factory.mktemp("replay") / "house").take(AGREEMENT)
    house.edit(AGREEMENT, "set_aside_share_max = 0.6", "set_aside_share_max = 0.7")
    house.deliver(AGREEMENT, SOURCE, FILE, ROWS)
    assert len(house.run()[AGREEMENT].set_aside) == 2
    return house


@pytest.fixture
def tranas(published: House, tmp_path: Path) -> House:
    """A copy of it, to be changed."""
    return copy_of(published, tmp_path / "house")


def mend(house: House) -> None:
    """Name the new word in the contract."""
    house.edit(
        AGREEMENT,
        '"Trafikkontroll" = "traffic-controls/controls"',
        '"Trafikkontroll" = "traffic-controls/controls"\n"Trafikkontroll, bemannad" = "traffic-controls/controls"',
    )


def replay(house: House, source: str | None = None) -> int:
    """Give the command."""
    with house.settings():
        return replay_deliveries(AGREEMENT, source)


def test_a_mended_contract_is_replayed_exactly_once(tranas: House, capsys: pytest.CaptureFixture[str]) -> None:
    before, releases = tranas.published(), tranas.state.ledger(AGREEMENT).releases()
    old = tranas.state.ledger(AGREEMENT).loads()
    assert tranas.figure(FIGURE)["actual_value"] == "1"
    mend(tranas)
    assert replay(tranas) == PUBLISHED
    said = capsys.readouterr().out
    assert f"{SOURCE}: {FILE}: rows accepted 1 → 3, set aside 2 → 0" in said
    assert "`lofte run tranas-1` publishes what follows" in said
    loads = tranas.state.ledger(AGREEMENT).loads()
    assert old.items() <= loads.items(), "the loads of before stay in the ledger"
    assert tranas.state.ledger(AGREEMENT).releases() == releases
    assert tranas.published() == before

    entries = tranas.state.ledger(AGREEMENT).entries
    assert replay(tranas) == PUBLISHED
    assert capsys.readouterr().out == "nothing to do: no kept delivery reads differently\n"
    assert tranas.state.ledger(AGREEMENT).entries == entries

    outcome = tranas.run()[AGREEMENT]
    assert (outcome.became, tranas.figure(FIGURE)["actual_value"]) == ("published", "3")
    now = tranas.published()
    assert all(now[path] == content for path, content in before.items() if "/releases/" in path)


def test_only_the_source_that_is_asked_for(tranas: House, capsys: pytest.CaptureFixture[str]) -> None:
    mend(tranas)
    assert replay(tranas, "municipality-activities") == PUBLISHED
    assert "nothing to do" in capsys.readouterr().out
    assert replay(tranas, SOURCE) == PUBLISHED
    assert "1 → 3" in capsys.readouterr().out


def test_corrections_are_replayed_too(tranas: House, capsys: pytest.CaptureFixture[str]) -> None:
    tranas.edit(AGREEMENT, 'roles = ["deliver", "answer"]\n\n# Places', 'roles = ["correct"]\n\n# Places')
    text = toml(source=f'"{SOURCE}"', file=f'"{FILE}"', received_on="2025-01-09", line="3", column='"typ"',
                expected='"Trafikkontroll, bemannad"', becomes='"Trafikkontroll"', office='"municipality"',
                decided_on="2025-01-10")  # fmt: skip
    correct(tranas, text, agreement=AGREEMENT)
    assert replay(tranas) == PUBLISHED
    assert capsys.readouterr().out.splitlines() == [
        f"{SOURCE}: {FILE}: rows accepted 1 → 2, set aside 2 → 1",
        "1 loaded anew; `lofte run tranas-1` publishes what follows",
    ]
    tranas.run()
    assert tranas.figure(FIGURE)["actual_value"] == "2"


def test_what_is_held_is_said_with_exit_status_3(tranas: House, capsys: pytest.CaptureFixture[str]) -> None:
    tranas.edit(AGREEMENT, "set_aside_share_max = 0.7", "set_aside_share_max = 0.1")
    assert replay(tranas) == HELD
    assert "2 of 3 rows would be set aside" in capsys.readouterr().err
    assert tranas.run()[AGREEMENT].became == "unchanged"


def test_a_delivery_that_was_held_is_loaded_once_the_contract_is_mended(
    tranas: House, capsys: pytest.CaptureFixture[str]
) -> None:
    name = FILE.replace("2024-05", "2024-06")
    tranas.deliver(AGREEMENT, SOURCE, name, ROWS.replace("2024-05", "2024-06").replace("Trafikkontroll;", "Okänt;"))
    tranas.run()
    mend(tranas)
    replay(tranas)
    assert f"{name}: 2 rows accepted, 1 set aside; it was not loaded before" in capsys.readouterr().out


def test_v1_a_header_alone_is_no_zero_until_it_is_attested(house: House) -> None:
    """A header-only file stays held through a replay, and whatever the contract says."""
    house.take(AGREEMENT)
    path = house.agreements / AGREEMENT / "deliveries" / SOURCE / "PAHITTAD_polis_2024-12_mottagen_2025-01-10.csv"
    path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    figure = "tranas-1/traffic-controls/controls/-/-/2024-12"
    house.run()
    mend(house)
    assert replay(house) == HELD
    house.run()
    assert (house.figure(figure)["actual_value"], house.figure(figure)["value_status"]) == ("", "missing")
    path.with_name(f"{path.name}.toml").write_text("attests_zero = true\n", "utf-8")
    assert house.run()[AGREEMENT].problems == []
    assert (house.figure(figure)["actual_value"], house.figure(figure)["value_status"]) == ("0", "observed")


def test_what_is_not_there_is_refused(tranas: House) -> None:
    with pytest.raises(SettingsError, match="has no source 'x'; known: police-activities"):
        replay(tranas, "x")


def test_one_writer_at_a_time(tranas: House) -> None:
    with FileLock(tranas.state.lock_path), pytest.raises(AlreadyRunningError):
        replay(tranas)


def test_the_command_replays_in_a_process_of_its_own(tranas: House) -> None:
    mend(tranas)
    first = lofte("replay", AGREEMENT, "--source", SOURCE, house=tranas)
    assert (first.returncode, first.stderr) == (0, "")
    assert "rows accepted 1 → 3, set aside 2 → 0" in first.stdout
    assert lofte("replay", AGREEMENT, house=tranas).stdout.startswith("nothing to do")
