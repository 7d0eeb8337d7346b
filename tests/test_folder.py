"""Where deliveries lie: folders and any address that fsspec knows, and what their names and sidecars say."""

import asyncio
import hashlib
import os
import threading
import traceback
import zipfile
from datetime import date
from pathlib import Path

import fsspec
import pytest
from fsspec.asyn import AsyncFileSystem

from cli.checking import check_agreements
from schemas.errors import HELD, FetchError, InvalidAgreementError, LofteError
from schemas.outcome import exit_status
from sources.file_names import deliveries_among
from sources.folder import Folder
from tests.house import House
from tests.planted import PLANTED, has_trace

DELIVERY = "redovisat_2021.csv"


def test_a_source_may_be_any_address(house: House) -> None:
    house.take("grastorp-1")
    local = house.agreements / "grastorp-1/deliveries/reported"
    memory = fsspec.filesystem("memory")
    for path in local.iterdir():
        memory.pipe(f"/exports/{path.name}", path.read_bytes())
        path.unlink()
    house.edit("grastorp-1", 'location = "deliveries/reported"', 'location = "memory://exports"')
    assert house.run()["grastorp-1"].became == "published"
    assert house.figure("grastorp-1/traffic-controls/controls/-/-/2021")["actual_value"] == "55"


@pytest.mark.parametrize("at", [None, date(2025, 1, 20), date(2025, 3, 1)], ids=["no day", "before", "after"])
def test_what_nothing_dates_keeps_its_day_when_its_folder_is_moved(house: House, at: date | None) -> None:
    """A run's day says only that a file was there by then."""
    house.take("tranas-1")
    folder = house.agreements / "tranas-1/deliveries/safety-survey"
    for path in folder.iterdir():
        path.rename(folder / f"{path.name.split('_mottagen')[0]}.csv")
    pattern = "PAHITTAD_trygghet_{year}"
    house.edit("tranas-1", f"{pattern}_mottagen_{{received_on}}.csv", f"{pattern}.csv")
    house.run("tranas-1", at=date(2025, 1, 31))
    folder.rename(folder.with_name("moved"))
    house.edit("tranas-1", 'location = "deliveries/safety-survey"', 'location = "deliveries/moved"')
    assert house.run("tranas-1", at=at)["tranas-1"].problems == []
    kept = [receipt for receipt in house.state.ledger("tranas-1").receipts() if receipt.source_id == "safety-survey"]
    assert {receipt.received_on for receipt in kept} == {date(2025, 1, 31)}
    assert len(kept) == 3


def test_a_source_may_be_an_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("2024-03.csv", "a\n")
    folder = Folder(f"zip://::{tmp_path / 'export.zip'}", beside=tmp_path)
    assert folder.names == ["2024-03.csv"]
    assert folder.read("2024-03.csv") == b"a\n"


def test_an_unknown_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="the address cannot be used"):
        Folder("nowhere://x", beside=tmp_path)


def test_a_folder_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    assert Folder("deliveries", beside=tmp_path).names == []


@pytest.mark.parametrize(
    ("name", "pattern", "months"),
    [
        ("export_2024-03.csv", "export_{month}.csv", ("2024-03", "2024-03")),
        ("2024-T2.csv", "{tertial}.csv", ("2024-05", "2024-08")),
        ("år 2024.csv", "år {year}.csv", ("2024-01", "2024-12")),
        ("2024-01_2024-06.csv", "{from}_{to}.csv", ("2024-01", "2024-06")),
    ],
)
def test_months_are_those_of_the_name(tmp_path: Path, name: str, pattern: str, months: tuple[str, str]) -> None:
    (tmp_path / name).write_bytes(b"")
    found = Folder(str(tmp_path), beside=tmp_path).find(name, pattern)
    assert (found.covers_from, found.covers_to) == months
    assert found.received_on is None


@pytest.mark.parametrize(
    ("name", "pattern", "message"),
    [
        ("export.csv", "export_{month}.csv", "does not follow the source's file_pattern"),
        ("2024-13.csv", "{month}.csv", "does not follow the source's file_pattern"),
        ("2024T1.csv", "{tertial}.csv", "file_pattern '{tertial}.csv', as '2024-T1.csv' does"),
        ("2024-06_2024-01.csv", "{from}_{to}.csv", "ends .2024-01. before it starts .2024-06."),
        ("x.csv", "x.csv", "neither the name nor a sidecar says which months it covers"),
        ("2024-01_2024-02-30.csv", "{month}_{received_on}.csv", "2024-02-30 is no date"),
    ],
)
def test_names_that_say_too_little_or_nonsense_are_refused(
    tmp_path: Path, name: str, pattern: str, message: str
) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(FetchError, match=message):
        Folder(str(tmp_path), beside=tmp_path).find(name, pattern)


def test_a_sidecar_that_contradicts_the_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "2024-03.csv").write_bytes(b"")
    (tmp_path / "2024-03.csv.toml").write_text('covers_from = "2024-02"\n')
    with pytest.raises(FetchError, match="the name says 2024-03, its sidecar 2024-02"):
        Folder(str(tmp_path), beside=tmp_path).find("2024-03.csv", "{month}.csv")


def test_a_sidecar_that_says_another_day_than_the_name_is_refused(tmp_path: Path) -> None:
    name = "2024-03_2024-04-08.csv"
    (tmp_path / name).write_bytes(b"")
    (tmp_path / f"{name}.toml").write_text("received_on = 2024-05-08\n")
    with pytest.raises(FetchError, match="the name says that it was received on 2024-04-08, its sidecar on 2024-05-08"):
        Folder(str(tmp_path), beside=tmp_path).find(name, "{month}_{received_on}.csv")
    (tmp_path / f"{name}.toml").write_text("received_on = 2024-04-08\n")
    assert Folder(str(tmp_path), beside=tmp_path).find(name, "{month}_{received_on}.csv").received_on == date(
        2024, 4, 8
    )


def test_an_unknown_key_in_a_sidecar_is_named(tmp_path: Path) -> None:
    (tmp_path / "2024-03.csv").write_bytes(b"")
    (tmp_path / "2024-03.csv.toml").write_text("attest_zero = true\n")
    with pytest.raises(InvalidAgreementError, match=r"2024-03.csv.toml:1: unknown key .*'attests_zero'"):
        Folder(str(tmp_path), beside=tmp_path).find("2024-03.csv", "{month}.csv")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('is_invented = true\n"811218-9876" = 1\n', ":2: unknown key 'a name that is not shown'; known keys: attests"),
        ('"070-174 06 05".anm = 1\n', ":1: unknown key 'a name that is not shown'"),
        ('["811218-9876"]\n["811218-9876"]\n', ":2: not TOML: a table or key whose name is not shown stands twice"),
        (
            'source_url = "https://example.org/?a=namn@example.org"\n',
            ": source_url seems to hold personal data (e-post",
        ),
        ('source_url = "https://example.org/?a=namn%40example.org"\n', ": source_url seems to hold personal data (e-p"),
        ('source_url = "https://example.org/811218-9876.csv"\n', ": source_url seems to hold personal data (person"),
        ('source_url = "https://example.org/?tel=070%2D174+06+05"\n', ": source_url seems to hold personal data (tele"),
        ('note_sv = """Från 811218-\n9876"""\n', ": note_sv seems to hold personal data (personnummer"),
    ],
)
def test_p6_personal_data_in_a_sidecar_is_refused_and_not_repeated(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "2024-03.csv").write_bytes(b"")
    (tmp_path / "2024-03.csv.toml").write_text(text, "utf-8")
    with pytest.raises(LofteError) as caught:
        Folder(str(tmp_path), beside=tmp_path).find("2024-03.csv", "{month}.csv")
    assert f"2024-03.csv.toml{said}" in str(caught.value)
    told = "".join(traceback.format_exception(caught.value))
    assert not any(has_trace(told, planted) for planted in PLANTED)


def test_sidecars_are_no_deliveries_unless_their_file_is_missing() -> None:
    assert deliveries_among([DELIVERY, f"{DELIVERY}.toml", "lost.csv.toml"]) == [DELIVERY, "lost.csv.toml"]


def test_f7_a_file_still_being_written_is_left_for_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "2024-03.csv"
    path.write_bytes(b"a\n1")
    folder = Folder(str(tmp_path), beside=tmp_path, settle_seconds=0.4)
    assert folder.names == ["2024-03.csv"]
    writer = threading.Timer(0.1, lambda: path.write_bytes(b"a\n12\n"))
    writer.start()
    with pytest.raises(FetchError, match="still being written"):
        folder.read("2024-03.csv")
    writer.join()
    assert Folder(str(tmp_path), beside=tmp_path, settle_seconds=0.1).read("2024-03.csv") == b"a\n12\n"


def test_f7_a_file_that_grows_while_it_is_read_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "2024-03.csv"
    path.write_bytes(b"a\n1\n")
    os.utime(path, (1, 1))
    folder = Folder(str(tmp_path), beside=tmp_path)
    assert folder.names
    pieces = folder.content("2024-03.csv").pieces()
    assert next(pieces) == b"a\n1\n"
    with path.open("ab") as file:
        file.write(b"2\n")
    with pytest.raises(FetchError, match="still being written"):
        list(pieces)


def test_f7_a_mark_that_a_file_is_whole_spares_the_wait(tmp_path: Path) -> None:
    (tmp_path / "2024-03.csv").write_bytes(b"a\n")
    (tmp_path / "2024-03.csv.done").touch()
    folder = Folder(str(tmp_path), beside=tmp_path, settle_seconds=3600)
    assert deliveries_among(folder.names) == ["2024-03.csv"]
    assert folder.read("2024-03.csv") == b"a\n"


def test_f7_a_checksum_must_agree(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"a\n1\n").hexdigest()
    (tmp_path / "2024-03.csv").write_bytes(b"a\n")
    (tmp_path / "2024-03.csv.sha256").write_text(f"{digest}  2024-03.csv\n")
    folder = Folder(str(tmp_path), beside=tmp_path, settle_seconds=3600)
    assert deliveries_among(folder.names) == ["2024-03.csv"]
    with pytest.raises(FetchError, match="it may still be on its way"):
        folder.read("2024-03.csv")
    (tmp_path / "2024-03.csv").write_bytes(b"a\n1\n")
    assert Folder(str(tmp_path), beside=tmp_path, settle_seconds=3600).read("2024-03.csv") == b"a\n1\n"


class Slow(AsyncFileSystem):
    """A place that answers everything, and takes four tenths of a second for each answer."""

    protocol = "slow"
    cachable = False

    async def _info(self, path: str, **_: object) -> dict[str, object]:
        await asyncio.sleep(0.4)
        return {"name": path, "size": 2, "type": "directory" if path == "/" else "file", "created": 1.0}

    async def _ls(self, path: str, detail: bool = True, **_: object) -> list[dict[str, object]]:
        await asyncio.sleep(0.4)
        return [await self._info(f"/2024-03.csv{suffix}") for suffix in ("", ".sha256")]

    async def _cat_file(self, path: str, **_: object) -> bytes:
        await asyncio.sleep(0.4)
        digest = hashlib.sha256(b"a\n").hexdigest().encode()
        return digest if path.endswith(".sha256") else b"a\n"


@pytest.mark.parametrize(("deadline_seconds", "is_whole"), [(1, False), (60, True)])
def test_f1_the_deadline_is_for_all_that_is_asked_about_a_file(
    tmp_path: Path, deadline_seconds: float, is_whole: bool
) -> None:
    fsspec.register_implementation("slow", Slow, clobber=True)
    folder = Folder("slow:///", beside=tmp_path, deadline_seconds=60)
    assert "2024-03.csv" in folder.names
    folder._deadline_seconds = deadline_seconds
    if is_whole:
        assert folder.read("2024-03.csv") == b"a\n"
        return
    with pytest.raises(FetchError, match="not whole after 1 s"):
        folder.read("2024-03.csv")


def test_f7_what_is_no_checksum_is_told(tmp_path: Path) -> None:
    (tmp_path / "2024-03.csv").write_bytes(b"a\n")
    (tmp_path / "2024-03.csv.sha256").write_text("deadbeef\n")
    with pytest.raises(FetchError, match="no SHA-256 in 64 hex digits"):
        Folder(str(tmp_path), beside=tmp_path).read("2024-03.csv")


AGREEMENT = "two-readings"
NAME = "PAHITTAD_2024-01_mottagen_2024-02-10.csv"
TEXT = "datum;typ;antal;märkning\n2024-01-05;Kontroll;1;PÅHITTAD\n"
AT = date(2024, 3, 1)


@pytest.fixture
def delivering(tmp_path: Path) -> House:
    """An agreement whose source has delivered once."""
    house = House(tmp_path / "house")
    house.take_case(AGREEMENT, has_deliveries=False)
    house.deliver(AGREEMENT, "rows", NAME, TEXT)
    assert house.run(at=AT)[AGREEMENT].problems == []
    return house


def checked(house: House, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Return what `lofte check` says."""
    capsys.readouterr()
    with house.settings():
        status = check_agreements()
    return status, capsys.readouterr().out


def test_a_folder_that_is_gone_holds_its_source_and_what_counted_goes_on_counting(
    delivering: House, capsys: pytest.CaptureFixture[str]
) -> None:
    before = delivering.published()
    rows = delivering.agreements / AGREEMENT / "deliveries/rows"
    rows.rename(rows.with_name("elsewhere"))
    outcome = delivering.run(at=AT)[AGREEMENT]
    (problem,) = outcome.problems
    assert (problem.stage, problem.source_id) == ("fetch", "rows")
    assert "the folder 'deliveries/rows' is not there, and the source has delivered before" in str(problem)
    assert exit_status([outcome]) == HELD
    assert delivering.published() == before
    status, told = checked(delivering, capsys)
    assert (status, "'deliveries/rows' of rows is not there, and the source has delivered before" in told) == (1, True)
    rows.mkdir()
    assert delivering.run(at=AT)[AGREEMENT].problems == []
    assert checked(delivering, capsys)[0] == 0


def test_a_folder_that_a_new_agreement_does_not_have_yet_is_a_note(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house = House(tmp_path / "house")
    house.take_case(AGREEMENT, has_deliveries=False)
    status, told = checked(house, capsys)
    assert (status, f"{AGREEMENT}: note: the folder 'deliveries/rows' of rows is not there yet\n" in told) == (0, True)
    assert house.run(at=AT)[AGREEMENT].problems == []


def test_a_folder_that_bears_a_deliverys_name_is_told_and_others_are_not(delivering: House) -> None:
    rows = delivering.agreements / AGREEMENT / "deliveries/rows"
    (rows / "gamla").mkdir()
    assert delivering.run(at=AT)[AGREEMENT].problems == []
    (rows / NAME.replace("2024-01", "2024-02")).mkdir()
    (problem,) = delivering.run(at=AT)[AGREEMENT].problems
    assert "PAHITTAD_2024-02_mottagen_2024-02-10.csv: is a folder, and bears a delivery's name" in str(problem)


def test_files_of_the_system_are_passed_over(delivering: House) -> None:
    for name in (f"~${NAME}", "Thumbs.db", "desktop.ini", "Desktop.ini", ".DS_Store", f".~lock.{NAME}#"):
        delivering.deliver(AGREEMENT, "rows", name, "x")
    assert delivering.run(at=AT)[AGREEMENT].problems == []
    delivering.deliver(AGREEMENT, "rows", "anteckning.db", "x")
    (problem,) = delivering.run(at=AT)[AGREEMENT].problems
    assert "anteckning.db: the name does not follow the source's file_pattern" in str(problem)
