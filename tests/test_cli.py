"""The command line as its users meet it: a process, its output and its exit status."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from schemas.editor_schema import PATH, editor_schema
from tests.house import PROJECT, House

LOFTE = Path(sys.executable).parent / "lofte"


def lofte(*arguments: str, house: House | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command, on an installation of its own where one is given."""
    places: dict[str, str] = {}
    if house is not None:
        places = {
            "LOFTE_STATE": str(house.state.root),
            "LOFTE_PUBLIC": str(house.public),
            "LOFTE_AGREEMENTS": str(house.agreements),
        }
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LOFTE_", "PREFECT_"))}
    return subprocess.run(
        [LOFTE, *arguments],
        env={**clean, **places, **environment},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_help_names_every_command() -> None:
    result = lofte("--help")
    assert result.returncode == 0
    for command in (
        "run",
        "backfill",
        "check",
        "explain",
        "new",
        "rebuild",
        "backup",
        "restore",
        "rejected",
        "replay",
        "accept-drift",
        "forget",
    ):
        assert command in result.stdout


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, cli.main; print([name for name in ('pandas', 'prefect', 'duckdb') if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_run_publishes_with_a_server_of_its_own(house: House) -> None:
    house.take("goteborg-centrum-1", "tranas-1")
    result = lofte("run", house=house)
    assert result.returncode == 0, result.stderr
    assert "Riktade insatser mot narkotika" in result.stdout
    assert "Målet nått" in result.stdout
    assert "2 published." in result.stdout
    assert f"Page: {(house.public / 'index.html').as_uri()}" in result.stdout
    assert "leaked" not in result.stderr
    assert (house.public / "tranas-1" / "latest" / "index.html").is_file()


def test_run_says_what_is_held_and_exits_3(house: House) -> None:
    house.take("goteborg-centrum-1")
    house.deliver("goteborg-centrum-1", "reported", "redovisat_2018.csv", "uppgift;antal;precision\nOkänt;1;exakt\n")
    result = lofte("run", house=house)
    assert result.returncode == 3
    assert (
        "goteborg-centrum-1, source reported, load: redovisat_2018.csv: 1 of 1 rows would be set aside" in result.stderr
    )
    assert "Okänt" not in result.stdout + result.stderr


def test_check_names_file_line_and_nearest_key(house: House) -> None:
    house.take("grastorp-1")
    house.edit("grastorp-1", "ends_on", "end_on")
    result = lofte("check", house=house)
    assert result.returncode == 1
    line = 1 + (house.agreements / "grastorp-1/agreement.toml").read_text("utf-8").splitlines().index(
        "end_on = 2021-12-31"
    )
    assert f"agreement.toml:{line}: unknown key 'end_on'; the nearest known key is 'ends_on'" in result.stdout


def test_check_passes_on_what_is_bundled() -> None:
    result = lofte("check")
    assert (result.returncode, result.stdout.count(": good;")) == (0, 7)


@pytest.mark.parametrize(("name", "agreement_id"), [("Tranås", "tranas-1"), ("Upplands Väsby", "upplands-vasby-1")])
def test_new_begins_an_agreement_that_passes(house: House, name: str, agreement_id: str) -> None:
    assert lofte("new", name, "--code", "0687", house=house).returncode == 0
    assert (house.agreements / agreement_id / "agreement.toml").is_file()
    assert lofte("check", house=house).returncode == 0
    assert lofte("new", name, house=house).returncode == 0
    assert (house.agreements / agreement_id.replace("-1", "-2")).is_dir()


@pytest.mark.parametrize("name", ["../x", 'x"; drop table', "", "=cmd", "Tranås ", "北京", "A" * 60])
def test_new_refuses_what_is_no_name(house: House, name: str) -> None:
    result = lofte("new", name, house=house)
    assert result.returncode == 1
    assert not list(house.agreements.iterdir())


def test_explain_leads_back_to_lines_and_receipts(bundled: House) -> None:
    result = lofte("explain", "tranas-1/traffic-controls/controls/-/calendar-year/2024", house=bundled)
    assert result.returncode == 0
    for text in (
        "at_least 30 (minst trettio (30) trafikkontroller per år)",
        "not_kept by rule at_least_complete_below",
        "exact 28 [28, 28], observed",
        "police-activities 2024-03..2024-03: PAHITTAD_polis_2024-03_mottagen_",
        "lines 2, 3, 4",
    ):
        assert text in result.stdout


def test_explain_tells_no_lines_behind_what_is_withheld(bundled: House) -> None:
    figure = "tranas-1/intoxication-and-police-act/detentions/-/-/2024"
    result = lofte("explain", figure, house=bundled)
    assert result.returncode == 0
    assert "none (suppressed)" in result.stdout
    assert "lines" not in result.stdout


def test_explain_without_its_warehouse_says_so(house: House) -> None:
    house.take("grastorp-1").run()
    house.warehouse_file.unlink()
    result = lofte("explain", "grastorp-1/traffic-controls/controls/-/-/2021", house=house)
    assert result.returncode == 1
    assert "`lofte rebuild`" in result.stderr


def test_explain_names_what_is_near(bundled: House) -> None:
    result = lofte("explain", "tranas-1/traffic-controls/controls/-/calendar-year/2025", house=bundled)
    assert result.returncode == 1
    assert "near it: tranas-1/traffic-controls/controls/-/calendar-year/2023" in result.stderr


def test_rebuild_makes_the_warehouse_anew(house: House) -> None:
    house.take("tranas-1").run()
    before = house.published()
    house.warehouse_file.write_bytes(b"no database")
    result = lofte("rebuild", house=house)
    assert result.returncode == 0
    assert f"{len(house.state.ledger('tranas-1').loads())} loads" in result.stdout
    assert house.run()["tranas-1"].became == "unchanged"
    assert house.published() == before


def test_a_warehouse_that_cannot_be_reached_exits_1(house: House) -> None:
    house.take("goteborg-centrum-1")
    away = {"LOFTE_WAREHOUSE": "postgresql://me:HEMLIGT@127.0.0.1:9/lofte", "LOFTE_WAREHOUSE_WAIT_SECONDS": "0.1"}
    result = lofte("run", house=house, **away)
    assert result.returncode == 1
    assert "the warehouse postgresql+psycopg://me:***@127.0.0.1:9/lofte cannot be reached" in result.stderr
    assert "HEMLIGT" not in result.stdout + result.stderr
    assert "HEMLIGT" not in (house.state.root / "run.log").read_text("utf-8")
    assert not (house.public / "index.json").exists()


@pytest.mark.parametrize("url", ["mysql://me:HEMLIGT@db/lofte", "postgresql://me:HEMLIGT@db", "HEMLIGT"])
def test_a_warehouse_of_another_kind_is_refused_without_its_password(house: House, url: str) -> None:
    result = lofte("check", house=house.take("goteborg-centrum-1"), LOFTE_WAREHOUSE=url)
    assert result.returncode == 1
    assert "a warehouse is postgresql://USER@HOST/DATABASE or duckdb:///FILE" in result.stderr
    assert "HEMLIGT" not in result.stdout + result.stderr


@pytest.mark.parametrize("command", ["run", "rebuild"])
def test_a_second_run_at_once_exits_75(house: House, command: str) -> None:
    house.take("goteborg-centrum-1")
    house.state.root.mkdir()
    with FileLock(house.state.lock_path):
        result = lofte(command, house=house, LOFTE_LOCK_WAIT_SECONDS="0.1")
    assert result.returncode == 75
    assert "another run holds" in result.stderr


@pytest.mark.parametrize("arguments", [("run", "--nonsense"), ("run", "--at", "x"), ("receive",), ("nonsense",), ()])
def test_a_command_that_is_not_written_as_it_should_be_exits_2(arguments: tuple[str, ...]) -> None:
    assert lofte(*arguments).returncode == 2


@pytest.mark.parametrize("below", ["", "data/public"])
def test_a_file_in_the_place_of_the_published_folder_is_told_before_anything_is_done(house: House, below: str) -> None:
    house.take("grastorp-1")
    house.public.write_text("i vägen", "utf-8")
    result = lofte("--public", str(house.public / below), "run", house=house)
    assert result.returncode == 1
    said = result.stderr.splitlines()[-1]
    assert said.endswith(f"{house.public} is a file. Move it away, or say another folder by --public or LOFTE_PUBLIC")
    assert "failed" not in result.stdout
    assert house.state.ledger("grastorp-1").entries == []


def test_what_fails_beside_the_agreements_is_not_counted_among_them(house: House) -> None:
    house.take("grastorp-1")
    inbox = house.state.root / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "ensam.csv").write_text("x", "utf-8")
    result = lofte("run", house=house)
    assert (result.returncode, "there is no ensam.csv.toml" in result.stderr) == (3, True)
    assert "\n1 published.\n" in f"\n{result.stdout}"


def test_unknown_settings_and_agreements_are_refused(house: House) -> None:
    result = lofte("check", LOFTE_STAET="x")
    assert (result.returncode, "LOFTE_STAET is no setting" in result.stderr) == (1, True)
    house.take("goteborg-centrum-1")
    house.run()
    with house.settings():
        status = json.loads((house.public / "status.json").read_bytes())
    assert status["agreements"]["goteborg-centrum-1"]["became"] == "published"


def test_the_editor_schema_is_that_of_the_model() -> None:
    assert PATH.read_text("utf-8") == editor_schema(), "run `make schema`"
