"""P6 through the real tasks: no trace of a person in state, published folder, log or message, and nothing else lost."""

import bz2
import csv
import gzip
import hashlib
import io
import json
import logging
import lzma
import shutil
import stat
import zlib
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from archive.backup import write_backup
from archive.deletion import delete_delivery
from archive.receipts import keep_delivery
from archive.restoring import restore_backup
from archive.salt import Salt
from archive.state import State
from cli.rejecting import list_rejected_rows
from schemas.agreement_file import read_agreement
from schemas.content import Content, in_memory
from schemas.cross_checks import resolve_contract
from schemas.delivery import Receipt
from schemas.errors import DeliveryHeldError, LofteError, PersonalDataError
from schemas.layout import CsvDialect
from schemas.outcome import Outcome, exit_status
from sources.blanking_csv import blank_csv
from sources.quarantine import BLANKED_ROWS_MAX, admit, without_personal_data
from sources.reading import read_delivery
from tests.children import KILLED, in_child, observed
from tests.handed_over import put, receive, run_until
from tests.house import House, copy_of
from tests.invented_survey import ID, answers_of, with_invented_survey
from tests.planted import PLANTED, has_trace, texts_under
from tests.test_survey_answers import FILE as ANSWERS
from tests.test_zip_archive import packed
from tests.workbooks import saved, written

AGREEMENT = "two-readings"
FIGURE = f"{AGREEMENT}/controls/made/-/-/2024-01"
HEADER = ["datum", "typ", "antal", "märkning"]
ROWS = [["2024-01-05", "Kontroll", "7", "PÅHITTAD"], ["2024-01-06", "Kontroll", "2", "PÅHITTAD"]]
PERSON = "811228-9874"
AT = date(2024, 3, 1)
CSV = 'csv = { encoding = "utf-8", delimiter = ";", decimal_mark = "," }'
XLSX = 'xlsx = { sheet = "Uttag", header_row = 2, decimal_mark = "," }'
JSON = 'json = { path = "rader", decimal_mark = "," }'
Rows = list[list[str]]


def csv_of(rows: Rows) -> bytes:
    """Write rows as CSV."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows([HEADER, *rows])
    return out.getvalue().encode()


def json_of(rows: Rows) -> bytes:
    """Write rows as records."""
    return json.dumps({"rader": [dict(zip(HEADER, row, strict=True)) for row in rows]}, ensure_ascii=False).encode()


def xlsx_of(rows: Rows) -> bytes:
    """Write rows as a sheet; an archive's own times must not tell."""
    return written([["Uttag"], HEADER, *rows], "Uttag")


LAYOUTS: dict[str, tuple[str, Callable[[Rows], bytes], int]] = {
    "csv": (CSV, csv_of, 2),
    "json": (JSON, json_of, 2),
    "xlsx": (XLSX, xlsx_of, 3),
    "csv.zip": (f'zip = {{ member = "ut.csv" }}\n{CSV}', lambda rows: packed({"ut.csv": csv_of(rows)}), 2),
    "json.zip": (f'zip = {{ member = "ut.json" }}\n{JSON}', lambda rows: packed({"ut.json": json_of(rows)}), 2),
    "xlsx.zip": (f'zip = {{ member = "ut.xlsx" }}\n{XLSX}', lambda rows: packed({"ut.xlsx": xlsx_of(rows)}), 3),
}


def with_layout(root: Path, kind: str, share_max: str = "0.5") -> House:
    """Make an agreement with one source of a layout, and no deliveries."""
    house = House(root)
    house.take_case(AGREEMENT, has_deliveries=False)
    house.edit(AGREEMENT, CSV, LAYOUTS[kind][0])
    house.edit(AGREEMENT, "{received_on}.csv", f"{{received_on}}.{kind}")
    house.edit(AGREEMENT, "set_aside_share_max = 0", f"set_aside_share_max = {share_max}")
    return house


def leave(house: House, content: bytes, kind: str, received: str = "2024-02-10") -> Path:
    """Leave a file at the source."""
    path = house.agreements / AGREEMENT / "deliveries/rows" / f"PAHITTAD_2024-01_mottagen_{received}.{kind}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def run(house: House) -> Outcome:
    """Run, and return what became of the agreement."""
    return house.run(at=AT)[AGREEMENT]


def with_person(planted: str = PERSON) -> Rows:
    """Put a row with a person between two others."""
    return [ROWS[0], ["2024-01-05", f"till {planted}", "4", "PÅHITTAD"], ROWS[1]]


def receipts(house: House) -> list[Receipt]:
    """List the receipts."""
    return house.state.ledger(AGREEMENT).receipts()


@pytest.mark.parametrize("kind", LAYOUTS)
def test_p6_only_a_copy_with_the_row_blanked_is_kept(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    house = with_layout(tmp_path, kind)
    _, write, first = LAYOUTS[kind]
    path = leave(house, write(with_person()), kind)
    outcome = run(house)
    assert (outcome.became, outcome.problems, exit_status([outcome])) == ("published", [], 0)
    (warning,) = outcome.warnings
    assert f"{path.name}: before anything was kept, rows were blanked" in warning
    where = f"line {first + 1} (record {first})" if kind.startswith("json") else f"line {first + 1}"
    assert f"{where}, column typ (personnummer eller samordningsnummer)" in warning
    assert "delete it" in warning
    assert house.figure(FIGURE)["actual_value"] == "9"
    assert [(row.line, row.column, row.rule) for row in (aside.row for aside in outcome.set_aside)] == [
        (first + 1, "typ", "personal_data")
    ]
    (receipt,) = receipts(house)
    assert receipt.original_hash == house.state.salt.keyed_hash([path.read_bytes()])
    assert [cell.line for cell in receipt.blanked] == [first + 1]
    said = caplog.text + "".join(capfd.readouterr()) + str(outcome)
    for name, text in {**texts_under(house.state.root, house.public), "said": said}.items():
        assert not has_trace(text, PERSON), name
        assert receipt.original_hash not in text or name.endswith(f"{AGREEMENT}.jsonl")


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_p6_the_same_original_again_is_nothing_new(kind: str, tmp_path: Path) -> None:
    house = with_layout(tmp_path, kind)
    path = leave(house, LAYOUTS[kind][1](with_person()), kind)
    run(house)
    published, entries = house.published(), house.state.ledger(AGREEMENT).entries
    leave(house, path.read_bytes(), kind, received="2024-02-20")
    for salt in ("its own", "another"):
        if salt == "another":
            (house.state.root / "salt").unlink()
        outcome = run(house)
        assert (outcome.became, outcome.problems, outcome.warnings) == ("unchanged", [], [])
        assert house.published() == published
        assert house.state.ledger(AGREEMENT).entries == entries


def test_p6_the_rows_are_listed_for_the_provider_without_values(tmp_path: Path) -> None:
    house = with_layout(tmp_path, "csv")
    leave(house, csv_of(with_person()), "csv")
    run(house)
    out = tmp_path / "avvisade.csv"
    with house.settings():
        assert list_rejected_rows(AGREEMENT, None, None, str(out), True) == 0
    (row,) = csv.DictReader(io.StringIO(out.read_text("utf-8-sig"), newline=""), delimiter=";")
    assert (row["rad"], row["kolumn"], row["regel"], row["värde"]) == ("3", "typ", "personal_data", "visas inte")
    assert row["förklaring"] == "Raden verkar ha innehållit en personuppgift och tömdes innan filen sparades."


def test_p6_blanked_rows_count_among_those_set_aside(tmp_path: Path) -> None:
    """One row in four is blanked, which the share allows; with one more that cannot be read it does not."""
    house = with_layout(tmp_path, "csv", "0.25")
    leave(house, csv_of([*with_person(), ["2024-01-07", "Okänd", "1", "PÅHITTAD"]]), "csv")
    (problem,) = run(house).problems
    assert "2 of 4 rows would be set aside" in str(problem)


@pytest.mark.parametrize("kind", LAYOUTS)
def test_p6_with_more_than_the_share_nothing_is_kept(kind: str, tmp_path: Path) -> None:
    house = with_layout(tmp_path, kind, "0.33")
    leave(house, LAYOUTS[kind][1](with_person()), kind)
    (problem,) = run(house).problems
    assert "column typ seems to hold personal data" in str(problem)
    assert "So do 1 of 3 rows; the contract's set_aside_share_max is 0.33" in str(problem)
    assert receipts(house) == []
    assert not any(has_trace(text, PERSON) for text in [str(problem), *texts_under(house.state.root).values()])


def test_p6_a_file_full_of_persons_is_not_kept_whatever_the_share(tmp_path: Path) -> None:
    house = with_layout(tmp_path, "csv", "1")
    source = read_agreement(house.agreements / AGREEMENT).agreement.source("rows")
    person = ["2024-01-05", PERSON, "4", "PÅHITTAD"]
    assert (
        without_personal_data("a.csv", Content.of(csv_of([person] * BLANKED_ROWS_MAX)), source).finds.blanked_rows
        == BLANKED_ROWS_MAX
    )
    with pytest.raises(PersonalDataError, match="500 is the most ever blanked"):
        without_personal_data("a.csv", Content.of(csv_of([person] * (BLANKED_ROWS_MAX + 1))), source)


def test_p6_a_person_in_utf_16_is_not_kept_under_another_encoding(tmp_path: Path) -> None:
    house = with_layout(tmp_path, "csv", "1")
    house.edit(AGREEMENT, 'encoding = "utf-8"', 'encoding = "windows-1252"')
    leave(house, csv_of(with_person()).decode().encode("utf-16"), "csv")
    (problem,) = run(house).problems
    assert "the file seems to be UTF-16" in str(problem)
    assert receipts(house) == []


@pytest.mark.parametrize(
    ("said", "where"),
    [(f'source_url = "https://example.org/?a={PERSON}"\n', ": source_url"), (f"\n# från {PERSON}\n", ":2: a comment")],
)
def test_p6_personal_data_in_a_sidecar_keeps_the_delivery_out(said: str, where: str, tmp_path: Path) -> None:
    house = with_layout(tmp_path, "csv")
    path = leave(house, csv_of(ROWS), "csv")
    path.with_name(f"{path.name}.toml").write_text(said, "utf-8")
    (problem,) = run(house).problems
    assert f"{path.name}.toml{where} seems to hold personal data" in str(problem)
    assert receipts(house) == []
    assert not any(has_trace(text, PERSON) for text in [str(problem), *texts_under(house.state.root).values()])


def _with_another_sheet(book: Workbook) -> None:
    book["Blad1"].title = "Uttag"
    book.create_sheet("Mer").append([PERSON])


OUTSIDE = {
    "csv": csv_of([]).replace("märkning".encode(), PERSON.encode()) + csv_of(with_person()).split(b"\r\n", 1)[1],
    "json": json_of(with_person()).replace(b'{"rader"', f'{{"av": "{PERSON}", "rader"'.encode()),
    "xlsx": saved(_with_another_sheet, [["Uttag"], HEADER, *with_person()]),
    "csv.zip": packed({"ut.csv": csv_of(with_person())}, comment=PERSON.encode()),
}


@pytest.mark.parametrize("kind", OUTSIDE)
def test_p6_a_person_outside_the_rows_refuses_the_whole(kind: str, tmp_path: Path) -> None:
    house = with_layout(tmp_path, kind, "1")
    leave(house, OUTSIDE[kind], kind)
    (problem,) = run(house).problems
    assert "seems to hold personal data" in str(problem)
    assert "the delivery was not kept" in str(problem)
    assert receipts(house) == []
    assert not any(has_trace(text, PERSON) for text in [str(problem), *texts_under(house.state.root).values()])


@settings(max_examples=60, deadline=None)
@given(
    planted=st.sampled_from(PLANTED),
    column=st.integers(0, 3),
    row=st.integers(0, 2),
    kind=st.sampled_from(["csv", "json", "csv.zip", "json.zip"]),
)
def test_p6_no_trace_is_kept_and_the_others_are_read_as_without_it(
    tmp_path_factory: pytest.TempPathFactory, planted: str, column: int, row: int, kind: str
) -> None:
    house = with_layout(tmp_path_factory.mktemp("p6"), kind, "0.5")
    file = read_agreement(house.agreements / AGREEMENT)
    source, ledger = file.agreement.source("rows"), house.state.ledger(AGREEMENT)
    rows = with_person()
    rows[1] = ["2024-01-05", "Kontroll", "4", "PÅHITTAD"]
    rows[row] = [*rows[row][:column], planted, *rows[row][column + 1 :]]
    content = LAYOUTS[kind][1](rows)
    as_it_came = receipt_of(content, kind)
    came = Content.of(content)
    receipt, copy = admit(as_it_came, came, source, ledger, house.state)
    assert keep_delivery(receipt, copy, file.agreement, ledger, house.state.store)
    for name, text in texts_under(house.state.root).items():
        assert not has_trace(text, planted), name
    readable = resolve_contract(file.agreement, source)
    (read,) = read_delivery(partial(house.state.store.reading, receipt.content_hash), receipt, readable)
    (others,) = read_delivery(in_memory(LAYOUTS[kind][1](rows[:row] + rows[row + 1 :])), as_it_came, readable)
    assert read.facts["quantity"].to_pylist() == others.facts["quantity"].to_pylist()
    assert read.facts["source_line"].to_pylist() == [line for line in (2, 3, 4) if line != row + 2]
    assert {aside.line for aside in read.set_aside} == {row + 2}
    again, kept = admit(as_it_came, came, source, ledger, house.state)
    assert (again, kept.whole()) == (receipt, copy.whole())


def receipt_of(content: bytes, kind: str) -> Receipt:
    """Write a receipt for a delivery as it came."""
    return Receipt(
        source_id="rows", covers_from="2024-01", covers_to="2024-01", size=len(content), file_name=f"a.{kind}",
        content_hash=hashlib.sha256(content).hexdigest(), address="a", received_on=date(2024, 2, 10), source_url=None,
        is_invented=True, attests_zero=False, fetched_at="2024-02-10T00:00:00+00:00",
    )  # fmt: skip


def in_inbox(tmp_path: Path) -> House:
    """Put a file with a person into the inbox of an agreement."""
    house = with_layout(tmp_path / "house", "csv")
    text = csv_of(with_person()).decode()
    put(house, text, period='"2024-01"', received_on="2024-02-10")
    return house


def test_p6_the_inbox_keeps_only_the_blanked_copy(tmp_path: Path) -> None:
    house = in_inbox(tmp_path)
    outcome = run(house)
    assert (outcome.problems, len(outcome.warnings)) == ([], 1)
    assert "the inbox has only the blanked copy" in outcome.warnings[0]
    assert house.figure(FIGURE)["actual_value"] == "9"
    taken = house.state.root / "inbox/taken"
    assert {path.name for path in taken.iterdir()} == {"fran-polisen.csv", "fran-polisen.csv.toml"}
    assert not any(has_trace(text, PERSON) for text in texts_under(house.state.root, house.public).values())


def test_p6_who_hands_a_file_over_is_told_to_delete_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    house = with_layout(tmp_path / "house", "csv")
    path = tmp_path / "fran-polisen.csv"
    path.write_bytes(csv_of(with_person()))
    assert receive(house, path, period="2024-01") == 0
    said = capsys.readouterr()
    assert "line 3, column typ (personnummer eller samordningsnummer)" in said.err
    assert "delete it and every copy" in said.err
    assert not any(has_trace(text, PERSON) for text in [said.out, said.err, *texts_under(house.state.root).values()])


def test_p6_what_is_typed_in_is_refused_as_a_whole(tmp_path: Path) -> None:
    house = with_layout(tmp_path / "house", "csv")
    path = tmp_path / "fran-polisen.csv"
    path.write_bytes(csv_of(with_person()))
    with pytest.raises(PersonalDataError, match="line 3, column typ seems to hold personal data"):
        receive(house, path, period="2024-01", keyed_by="keyer-1")
    assert not any(has_trace(text, PERSON) for text in texts_under(house.state.root).values())


def test_p6_wherever_the_taking_in_is_killed_no_original_stays(tmp_path: Path) -> None:
    house = in_inbox(tmp_path)
    whole = copy_of(house, tmp_path / "whole")
    steps: list[str] = []
    with observed(steps.append):
        run(whole)
    killed = [
        number for number, name in enumerate(steps, 1) if name.startswith(("inbox:", "write:taken", "append:rec"))
    ]
    assert len(killed) >= 3
    for number in killed:
        broken = copy_of(house, tmp_path / f"killed-{number}")
        assert in_child(partial(run_until, broken, number), tmp_path / "log") == KILLED
        assert run(broken).problems == []
        assert broken.published() == whole.published()
        assert len(receipts(broken)) == 1
        assert not any(has_trace(text, PERSON) for text in texts_under(broken.state.root).values())


def test_p6_answers_of_a_survey_are_set_aside_like_other_rows(tmp_path: Path) -> None:
    house = with_invented_survey(House(tmp_path))
    lines = answers_of(2024).splitlines(keepends=True)
    fields = lines[7].rstrip("\n").split(";")
    lines[7] = ";".join([*fields[:-1], PERSON]) + "\n"
    source = next(path for path in (house.agreements / ID / "deliveries").rglob(ANSWERS))
    source.write_text("".join(lines), "utf-8")
    outcome = house.run()[ID]
    assert (outcome.became, outcome.problems, len(outcome.warnings)) == ("published", [], 1)
    assert [(row.line, row.rule) for row in (aside.row for aside in outcome.set_aside)] == [(8, "personal_data")]
    assert not any(has_trace(text, PERSON) for text in texts_under(house.state.root, house.public).values())
    agreement = read_agreement(house.agreements / ID).agreement
    assert delete_delivery(house.state, agreement, ANSWERS, "KS 2026/17", "municipality")
    assert house.run()[ID].problems == []
    blanked = next(receipt for receipt in house.state.ledger(ID).receipts() if receipt.blanked)
    assert not house.state.store.has(blanked.content_hash), "the original, still at its source, is known and not kept"


def test_p6_the_salt_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    state = State(tmp_path / "var")
    assert not state.salt.is_there
    first = state.salt.keyed_hash([b"a"])
    path = tmp_path / "var/salt"
    assert (len(path.read_bytes()), stat.S_IMODE(path.stat().st_mode)) == (32, 0o600)
    assert State(tmp_path / "var").salt.keyed_hash([b"a"]) == first
    assert State(tmp_path / "other").salt.keyed_hash([b"a"]) != first
    with state.scratch_copy() as scratch:
        assert scratch.salt.keyed_hash([b"a"]) == first
        assert not (scratch.root / "salt").exists()
    path.write_bytes(b"short")
    with pytest.raises(LofteError, match="has been altered"):
        state.salt.keyed_hash([b"a"])


def test_p6_a_dry_run_makes_no_salt(tmp_path: Path) -> None:
    state = State(tmp_path / "var")
    with state.scratch_copy() as scratch:
        assert scratch.salt.keyed_hash([b"a"])
    assert not Salt(tmp_path / "var/salt").is_there


def test_p6_a_backup_holds_the_salt_and_a_restored_state_knows_the_original(tmp_path: Path) -> None:
    house = with_layout(tmp_path / "house", "csv")
    leave(house, csv_of(with_person()), "csv")
    run(house)
    backup = tmp_path / "state.tar.gz"
    files = write_backup(house.state, backup)
    assert "salt" in {file.name for file in files}
    salt = (house.state.root / "salt").read_bytes()
    shutil.rmtree(house.state.root)
    house.state.root.mkdir()
    restore_backup(backup, house.state)
    path = house.state.root / "salt"
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (salt, 0o600)
    entries = house.state.ledger(AGREEMENT).entries
    assert run(house).became == "unchanged"
    assert house.state.ledger(AGREEMENT).entries == entries


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "deflate": zlib.compress,
    "without order": lambda text: hashlib.shake_256(text).digest(len(text)),
}


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
def test_p6_packed_bytes_are_no_text_that_could_be_looked_at(packer: str, encoding: str) -> None:
    rows = "".join(f"{day};Kontroll;ring 070-174 06 {day:02};PÅHITTAD\n" for day in range(1, 60))
    dialect = CsvDialect(encoding=encoding, delimiter=";", decimal_mark=",", allow_missing_final_newline=True)
    with pytest.raises(DeliveryHeldError):
        blank_csv(PACKERS[packer](f"dag;typ;plats;märkning\n{rows}".encode()), dialect, ["dag", "typ"])
