"""A contract drafted from a sample: six unlike files load after one edit each, and what is not known is said."""

import io
import json
import tomllib
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from methods.contract_draft import draft_of
from methods.sample_texts import SampleTexts
from schemas.agreement_file import read_agreement
from schemas.errors import InvalidAgreementError
from schemas.unconfirmed import CONFIRM
from tests.house import House
from tests.test_cli import lofte
from tests.test_zip_archive import packed
from tests.workbooks import edited, saved, written

AGREEMENT = "two-readings"
AT = date(2024, 3, 1)


def csv(rows: list[list[str]], delimiter: str = ";") -> str:
    """Write a table as CSV."""
    return "".join(delimiter.join(row) + "\n" for row in rows)


ROWS = [["datum", "typ", "antal", "märkning"], ["2024-01-05", "Kontroll", "2", "PÅHITTAD"],
        ["2024-01-06", "Kontroll", "1", "PÅHITTAD"]]  # fmt: skip
SIX: dict[str, tuple[str, bytes, str]] = {
    "windows-1252 with semicolons": ("csv", csv(ROWS).encode("windows-1252"), "3"),
    "UTF-8 with a byte order mark": ("csv", csv(ROWS, ",").encode("utf-8-sig"), "3"),
    "decimal comma": ("csv", csv([ROWS[0], *([*row[:2], "1,5", row[3]] for row in ROWS[1:])]).encode(), "3"),
    "Swedish names of months": (
        "csv", csv([ROWS[0], ["5 januari 2024", *ROWS[1][1:]], ["6 jan 2024", *ROWS[2][1:]]], "\t").encode(), "3",
    ),
    "column names in row 2 of a sheet": ("xlsx", written([["Uttag 2024"], *ROWS], "Uttag jan"), "3"),
    "leading zeros": (
        "csv", csv([[*ROWS[0], "kommun"], *([*row, "0687"] for row in ROWS[1:])], "|").encode(), "3",
    ),
    "records in JSON": (
        "json",
        json.dumps({"svar": {"rader": [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]}}).encode(),
        "3",
    ),
    "an archive": ("zip", packed({"uttag.csv": csv(ROWS).encode()}), "3"),
    "a workbook in an archive": ("zip", packed({"uttag.xlsx": written(ROWS)}), "3"),
    "records in an archive": (
        "zip",
        packed({"uttag.json": json.dumps([dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]).encode()}),
        "3",
    ),
    "cells filled up with spaces": (
        "csv",
        csv([ROWS[0], *([row[0].ljust(12), row[1].ljust(20), row[2].rjust(6), row[3]] for row in ROWS[1:])]).encode(),
        "3",
    ),
    "decimals filled up with spaces": (
        "csv", csv([ROWS[0], *([*row[:2], " 1.5 ", row[3]] for row in ROWS[1:])]).encode(), "3",
    ),
    "lists and truth values that nobody reads": (
        "json",
        json.dumps([
            {**dict(zip(ROWS[0], row, strict=True)), "klar": True, "taggar": ["a"], "plats": {"namn": "b"}, **more}
            for row, more in zip(ROWS[1:], [{}, {"beslut": None}], strict=True)
        ]).encode(),
        "3",
    ),
    "truth values of a sheet that nobody reads": (
        "xlsx", written([[*ROWS[0], "klar"], *([*row, True] for row in ROWS[1:])]), "3",
    ),
}  # fmt: skip


def commented(content: bytes, comment: bytes) -> bytes:
    """Pack one file into an archive that says something about itself."""
    archive = io.BytesIO(packed({"uttag.csv": content}))
    with zipfile.ZipFile(archive, "a") as files:
        files.comment = comment
    return archive.getvalue()


@pytest.fixture
def house(tmp_path: Path) -> House:
    """An agreement with one source and no deliveries."""
    found = House(tmp_path / "house")
    found.take_case(AGREEMENT, has_deliveries=False)
    return found


def drafted(tmp_path: Path, name: str, content: bytes) -> str:
    """Return what the command prints."""
    path = tmp_path / name
    path.write_bytes(content)
    result = lofte("draft-contract", str(path))
    assert result.returncode == 0, result.stderr
    return result.stdout


def use(house: House, contract: str, suffix: str, content: bytes) -> None:
    """Let the source be read by a contract, and leave a delivery."""
    path = house.agreements / AGREEMENT / "agreement.toml"
    text = path.read_text("utf-8")
    head = text[: text.index("[sources.contract]")].replace("{received_on}.csv", f"{{received_on}}.{suffix}")
    path.write_text(head + contract, "utf-8")
    delivery = path.parent / "deliveries/rows" / f"PAHITTAD_2024-01_mottagen_2024-02-10.{suffix}"
    delivery.parent.mkdir(parents=True)
    delivery.write_bytes(content)


@pytest.mark.parametrize(("suffix", "content", "total"), SIX.values(), ids=SIX.keys())
def test_an_unlike_file_loads_after_one_edit(
    house: House, tmp_path: Path, suffix: str, content: bytes, total: str
) -> None:
    draft = drafted(tmp_path, f"uttag.{suffix}", content)
    assert draft.count(f'"{CONFIRM}"') == 1
    if b"1,5" in content or b"1.5" in content:
        house.edit(AGREEMENT, 'quantity = "count"', 'quantity = "hours"')
    use(house, draft.replace(f'"{CONFIRM}"', '"controls/made"'), suffix, content)
    assert [str(problem) for problem in house.run(at=AT)[AGREEMENT].problems] == []
    assert house.figure(f"{AGREEMENT}/controls/made/-/-/2024-01")["actual_value"] == total


@pytest.mark.parametrize(("suffix", "content", "total"), SIX.values(), ids=SIX.keys())
def test_a_draft_that_nobody_has_read_is_refused(
    house: House, tmp_path: Path, suffix: str, content: bytes, total: str
) -> None:
    use(house, drafted(tmp_path, f"uttag.{suffix}", content), suffix, content)
    with pytest.raises(InvalidAgreementError, match="types"):
        read_agreement(house.agreements / AGREEMENT)
    assert total


def guessed(tmp_path: Path, rows: list[list[str]]) -> dict[str, object]:
    """Draft from rows, and return the contract."""
    return dict(tomllib.loads(drafted(tmp_path, "uttag.csv", csv(rows).encode()))["sources"]["contract"])


def test_each_guess_says_what_it_rests_on(tmp_path: Path) -> None:
    draft = drafted(tmp_path, "uttag.csv", SIX["leading zeros"][1])
    assert "uttag.csv, 2 rows" in draft
    assert '"kommun" is not read: codes with leading zeros' in draft
    assert '"märkning" is not read: one and the same text in every row' in draft
    assert 'every cell of "datum" that says a day is one in this form' in draft


def test_missing_marks_and_ids_are_seen(tmp_path: Path) -> None:
    rows = [["id", "datum", "typ", "antal"], ["a1", "2024-01-05", "Kontroll", ".."], ["a2", "2024-01-06", "Rond", "3"],
            ["a3", "2024-01-06", "Rond", "1"]]  # fmt: skip
    contract = guessed(tmp_path, rows)
    assert contract["missing_marks"] == [".."]
    assert contract["set_aside_share_max"] == 0.34
    assert contract["columns"] == {"occurred_on": "datum", "quantity": "antal", "type": "typ", "row_id": "id"}
    assert contract["types"] == {"Kontroll": CONFIRM, "Rond": CONFIRM}


GROUPED = [ROWS[0][:3], ["2024-01-05", "Kontroll", "2"], ["", "Kontroll", "1"], ["", "Rond", "3"],
           ["2024-01-06", "Kontroll", "1"], ["", "Rond", "4"]]  # fmt: skip
LEFT_OUT = [{"datum": "2024-01-05", "typ": "Rond"}, {"datum": "2024-01-06", "typ": "Rond", "antal": 3}]
BLANK_ROWS = [*ROWS, [], ROWS[1]]
USUAL = [ROWS[0], *(ROWS[1] for _ in range(20))]


@pytest.mark.parametrize(
    ("suffix", "content", "told"),
    [
        ("csv", csv(GROUPED).encode(), 'blank in 3 of 5 rows: "datum"'),
        ("xlsx", written(GROUPED), 'blank in 3 of 5 rows: "datum"'),
        (
            "csv",
            csv([*ROWS[:2], *([*ROWS[2][:2], antal, ""] for antal in ["", "", "", "3"])]).encode(),
            'blank in 3 of 5 rows: "antal"',
        ),
        ("json", json.dumps(LEFT_OUT).encode(), 'blank in 1 of 2 rows: "antal"'),
        ("csv", csv([*ROWS, ["2024-01-06", "Rond", "..", ""], ["..", "Rond", "", ""]]).encode(),
         'no value in 1 of 4 rows: "datum"; no value in 2 of 4 rows: "antal"'),
        ("xlsx", written(BLANK_ROWS), "blank or of another shape: 1 of 4 rows"),
    ],
)  # fmt: skip
def test_many_rows_without_a_value_are_left_out_by_nobody_but_a_person(
    tmp_path: Path, suffix: str, content: bytes, told: str
) -> None:
    """A day that is written once for several rows would leave most of them out, and the rest would be published."""
    draft = drafted(tmp_path, f"uttag.{suffix}", content)
    assert tomllib.loads(draft)["sources"]["contract"]["set_aside_share_max"] == CONFIRM
    assert f"# set_aside_share_max: {told}. Such rows count for nothing." in draft


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        ("csv", csv([*USUAL, ["", "Summa", "40", ""]]).encode()),
        ("xlsx", written([*USUAL[:11], [], *USUAL[11:]])),
        ("json", json.dumps([*(dict(zip(USUAL[0], row, strict=True)) for row in USUAL[1:]), None]).encode()),
    ],
)
def test_a_single_row_without_a_value_is_let_in_by_the_draft(
    house: House, tmp_path: Path, suffix: str, content: bytes
) -> None:
    draft = drafted(tmp_path, f"uttag.{suffix}", content)
    assert tomllib.loads(draft)["sources"]["contract"]["set_aside_share_max"] == 0.05
    use(house, draft.replace(f'"{CONFIRM}"', '"controls/made"'), suffix, content)
    assert house.run(at=AT)[AGREEMENT].problems == []
    assert house.figure(f"{AGREEMENT}/controls/made/-/-/2024-01")["actual_value"] == "40"


def test_the_rows_own_numbers_are_no_quantity(tmp_path: Path) -> None:
    rows = [["nr", "datum", "typ"], *([str(n), f"2024-01-{n:02}", "Kontroll"] for n in range(1, 12))]
    assert guessed(tmp_path, rows)["columns"] == {"occurred_on": "datum", "quantity": CONFIRM, "type": "typ"}


@pytest.mark.parametrize("name", ["Kommunkod", "Vecka", "Postnr", "Varaktighet (min)"])
def test_a_lone_column_of_numbers_is_no_quantity_unless_its_name_says_so(tmp_path: Path, name: str) -> None:
    """A municipality's code in each of three rows would be published as 4440 controls."""
    rows = [["Datum", name, "Insats"], *([f"2024-01-0{n}", "1480", "Kontroll"] for n in range(1, 4))]
    draft = drafted(tmp_path, "uttag.csv", csv(rows).encode())
    contract = tomllib.loads(draft)["sources"]["contract"]
    assert contract["columns"] == {"occurred_on": "Datum", "quantity": CONFIRM, "type": "Insats"}
    assert f'# quantity: columns of numbers: "{name}", and no name says that one counts' in draft
    assert "where each row is one thing done, ask for a column" in draft


@pytest.mark.parametrize(
    ("header", "rivals"),
    [
        (["Aktivitet", "Målvärde", "Utfall"], ["Målvärde", "Utfall"]),
        (["Aktivitet", "Antal föregående år", "Antal i år"], ["Antal föregående år", "Antal i år"]),
        (["Mått", "Basvärde", "Värde"], ["Basvärde", "Värde"]),
        (["Aktivitet", "Ackumulerat antal", "Period antal"], ["Ackumulerat antal", "Period antal"]),
        (["Aktivitet", "Antal bötfällda", "Antal kontroller"], ["Antal bötfällda", "Antal kontroller"]),
        (["Aktivitet", "Antal poliser", "Kontroller"], ["Antal poliser", "Kontroller"]),
    ],
)
@pytest.mark.parametrize("has_days", [True, False])
def test_rival_columns_of_numbers_are_all_named(header: list[str], rivals: list[str], has_days: bool) -> None:
    rows = [["Kontroll", "30", "22"], ["Besök", "12", "9"]]
    columns = pd.DataFrame(rows, columns=header)
    if has_days:
        columns.insert(0, "Datum", ["2024-01-05", "2024-01-06"])
    draft = draft_of(SampleTexts(columns, ","))
    key = "quantity" if has_days else "value"
    assert draft.columns[key] == CONFIRM
    assert draft.notes[key] == "columns of numbers that may be it: " + ", ".join(f'"{name}"' for name in rivals)
    assert draft.notes[rivals[0]].startswith(f"a candidate for {key}")


@pytest.mark.parametrize(
    ("name", "is_asked"),
    [
        ("Antal deltagare", True),
        ("Antal kontrollerade", True),
        ("antal_personer", True),
        ("Deltagarantal", True),
        ("Antal", False),
        ("Antal (st)", False),
        ("Antal insatser", False),
        ("Ackumulerat antal", False),
        ("Utfall", False),
    ],
)
def test_a_count_of_something_else_is_no_quantity_until_a_person_says_so(name: str, is_asked: bool) -> None:
    columns = pd.DataFrame([["2024-01-05", "Kontroll", "35"]], columns=["Datum", "Typ", name])
    draft = draft_of(SampleTexts(columns, ","))
    assert draft.columns["quantity"] == (CONFIRM if is_asked else name)
    assert ("may count something else than things done" in draft.notes["quantity"]) == is_asked
    assert name not in draft.ignored  # to confirm it is one edit


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["Beslag", "Kontroll"], CONFIRM),
        (["Insatsområde", "Verksamhet"], CONFIRM),
        (["Insats", "Kategori"], CONFIRM),
        (["Beslag", "Insats"], "Insats"),
        (["Insatsområde", "Insatstyp"], "Insatstyp"),
        (["Område", "Typ av händelse"], "Typ av händelse"),
        (["Område", "Aktivitetsnamn"], "Aktivitetsnamn"),
        (["area", "event_type"], "event_type"),
    ],
)
def test_a_type_is_known_by_a_word_of_its_name_and_has_no_rival(names: list[str], found: str) -> None:
    rows = [["2024-01-05", "Norr", "Kontroll", "2"], ["2024-01-06", "Centrum", "Rond", "1"]]
    draft = draft_of(SampleTexts(pd.DataFrame(rows, columns=["Datum", *names, "Antal"]), ","))
    assert draft.columns["type"] == found
    if found == CONFIRM:
        named = ", ".join(f'"{name}"' for name in names)
        assert draft.notes["type"] == f"columns of few different texts that may be it: {named}"
        assert all(draft.notes[name].startswith("a candidate for type") for name in names)


@pytest.mark.parametrize(
    ("name", "is_id"), [("Id", True), ("Löpnr", True), ("insats_id", True), ("Postnummer", False), ("plats_id", False)]
)
def test_what_is_another_in_each_row_of_a_sample_is_no_id_by_that(name: str, is_id: bool) -> None:
    rows = [["57331", "2024-01-05", "Kontroll", "2"], ["57332", "2024-01-06", "Rond", "1"]]
    draft = draft_of(SampleTexts(pd.DataFrame(rows, columns=[name, "Datum", "Typ", "Antal"]), ","))
    assert draft.columns.get("row_id") == (name if is_id else None)
    assert is_id or draft.notes[name].endswith("it could be row_id where each row keeps its own")


@pytest.mark.parametrize(
    ("name", "cells"),
    [("Status", ["Klar", "Ej klar"]), ("Genomförd", ["Ja", "Nej"]), ("Läge", ["Utförd", "Inställd"])],
)
def test_a_column_that_says_whether_a_thing_was_done_is_told(name: str, cells: list[str]) -> None:
    rows = [["2024-01-05", "Kontroll", "2", cells[0]], ["2024-01-06", "Kontroll", "1", cells[1]]]
    draft = draft_of(SampleTexts(pd.DataFrame(rows, columns=["Datum", "Insats", "Antal", name]), ","))
    assert "nothing was done, and that row counts all the same" in draft.notes[name]
    assert "constants can demand the one" in draft.notes[name]


def test_a_control_character_in_names_and_texts_leaves_the_draft_toml(tmp_path: Path) -> None:
    contract = guessed(tmp_path, [["datum", "insats\x7f", "antal", "a\x7f"], ["2024-01-05", "Ko\x7fll", "1", "b"]])
    assert contract["columns"] == {"occurred_on": "datum", "type": "insats\x7f", "quantity": "antal"}
    assert (contract["types"], contract["ignored_columns"]) == ({"Ko\x7fll": CONFIRM}, ["a\x7f"])


def test_a_code_is_no_rival_of_a_count() -> None:
    columns = pd.DataFrame([["2024-01-05", "Kontroll", "1480", "2"]], columns=["Datum", "Typ", "Kommunkod", "Antal"])
    assert draft_of(SampleTexts(columns, ",")).columns["quantity"] == "Antal"


@pytest.mark.parametrize("names", [["Registrerad", "Händelsedatum"], ["skapad", "tidpunkt"], ["Skapad", "Ändrad"]])
def test_rival_columns_of_days_are_all_named(names: list[str]) -> None:
    rows = [["20240105", "20240104", "Kontroll", "2"], ["20240106", "20240104", "Rond", "1"]]
    draft = draft_of(SampleTexts(pd.DataFrame(rows, columns=[*names, "Typ", "Antal"]), ","))
    assert draft.columns == {"occurred_on": CONFIRM, "quantity": "Antal", "type": "Typ"}
    assert (draft.kind, draft.date_form) == ("occasion_rows", "YYYYMMDD")
    assert all(f'"{name}" (YYYYMMDD)' in draft.notes["occurred_on"] for name in names)


def test_a_total_below_all_rows_hides_no_column_of_days() -> None:
    """Told that there are no days, nobody would look for the one row that has none."""
    rows = [["2024-01-05", "Kontroll", "2"], ["2024-01-06", "Rond", "1"], ["Totalt", "", "3"]]
    draft = draft_of(SampleTexts(pd.DataFrame(rows, columns=["Datum", "Typ", "Antal"]), ","))
    assert (draft.kind, draft.columns["occurred_on"], draft.columns["quantity"]) == ("occasion_rows", CONFIRM, "Antal")
    assert draft.notes["occurred_on"] == '"Datum" holds days (YYYY-MM-DD) in 2 of 3 cells; look at the others'
    assert "Datum" not in draft.ignored


def test_a_number_that_looks_like_a_day_is_no_rival_of_a_date() -> None:
    rows = [["20240101", "2024-01-05", "Kontroll", "2"], ["20240102", "2024-01-05", "Rond", "1"]]
    draft = draft_of(SampleTexts(pd.DataFrame(rows, columns=["Nr", "Datum", "Typ", "Antal"]), ","))
    assert (draft.columns["occurred_on"], draft.date_form) == ("Datum", "YYYY-MM-DD")


def test_to_confirm_a_lone_column_of_numbers_is_one_edit(house: House, tmp_path: Path) -> None:
    content = csv([["Datum", "Kontroller", "Insats"], ["2024-01-05", "3", "Kontroll"]]).encode()
    draft = drafted(tmp_path, "uttag.csv", content)
    said = draft.replace(f'"Kontroll" = "{CONFIRM}"', '"Kontroll" = "controls/made"')
    use(house, said.replace(f'quantity = "{CONFIRM}"', 'quantity = "Kontroller"'), "csv", content)
    assert house.run(at=AT)[AGREEMENT].problems == []
    assert house.figure(f"{AGREEMENT}/controls/made/-/-/2024-01")["actual_value"] == "3"


@pytest.mark.parametrize(
    ("amounts", "mark"),
    [
        (["12.500", "7.250"], CONFIRM),
        (["12,500", "750"], CONFIRM),
        (["12.500", "7.5"], "."),
        (["0.500", "12.500"], "."),
        (["1250.500"], "."),
        (["12,50", "7,25"], ","),
        (["12", "7"], ","),
    ],
)
def test_three_digits_after_each_mark_may_be_thousands(tmp_path: Path, amounts: list[str], mark: str) -> None:
    rows = [{"datum": "2024-01-05", "typ": "Rond", "belopp": amount} for amount in amounts]
    table = [list(rows[0]), *(list(row.values()) for row in rows)]
    for layout, content in {
        "csv": csv(table).encode(),
        "json": json.dumps(rows).encode(),
        "xlsx": written([*table, ["2024-01-06", "Rond", 0.125]]),  # a number in its cell has no mark of its own
    }.items():
        draft = drafted(tmp_path, f"uttag.{layout}", content)
        assert tomllib.loads(draft)["sources"]["contract"][layout]["decimal_mark"] == mark
        assert ("# decimal_mark: each number with this mark has three digits after it" in draft) == (mark == CONFIRM)


@pytest.mark.parametrize(
    ("columns", "mark"),
    [
        ({"Klockslag": ["08.15", "14.30", "9.00"], "Timmar": ["2,5", "1", "2"]}, ","),
        ({"Klockslag": ["08:15", "14:30"], "Timmar": ["10.15", "1.25"]}, "."),
        ({"Latitud": ["58.04", "58.05"], "Timmar": ["2,5", "1"]}, CONFIRM),
    ],
)
def test_the_decimal_mark_is_told_by_columns_and_not_by_times(
    tmp_path: Path, columns: dict[str, list[str]], mark: str
) -> None:
    """Many times of day would make a point of the comma in the hours that are counted."""
    rows = [list(columns), *map(list, zip(*columns.values(), strict=True))]
    records = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    for layout, content in {
        "csv": csv(rows).encode(),
        "json": json.dumps(records).encode(),
        "xlsx": written(rows),
    }.items():
        draft = drafted(tmp_path, f"uttag.{layout}", content)
        assert tomllib.loads(draft)["sources"]["contract"][layout]["decimal_mark"] == mark
        assert ('# decimal_mark: a point in "Latitud"; a comma in "Timmar". Say' in draft) == (mark == CONFIRM)


@pytest.mark.parametrize(
    ("kind", "written", "said"),
    [
        ("Körning på väg", "cp850", "cp850"),
        ("Körning på väg", "mac-roman", "Mac Roman"),
        ("Körning på väg", "windows-1252", None),
        ("Körning i Košice", "windows-1252", None),
        ("Rond „ute” … †", "windows-1252", None),
    ],
)
def test_text_in_an_encoding_that_no_contract_reads_is_told(
    tmp_path: Path, kind: str, written: str, said: str | None
) -> None:
    content = csv([["datum", "typ", "antal"], ["2024-01-05", kind, "1"]]).encode(written)
    draft = drafted(tmp_path, "uttag.csv", content)
    encoding = tomllib.loads(draft)["sources"]["contract"]["csv"]["encoding"]
    assert encoding == (CONFIRM if said else "windows-1252")
    assert (f"No contract reads {said}: save the file\n# as UTF-8" in draft) == bool(said)


@pytest.mark.parametrize("others", [["Plan 2024"], ["Mål", "Läs mig"], []])
def test_the_other_sheets_of_a_workbook_are_told(tmp_path: Path, others: list[str]) -> None:
    def filled(book: openpyxl.Workbook) -> None:
        for name in others:
            book.create_sheet(name).append(["Summan", "=1+1"])
        book.create_sheet("Tomt")
        book.create_sheet("Dolt").append(["a"])
        book["Dolt"].sheet_state = "hidden"

    draft = drafted(tmp_path, "uttag.xlsx", saved(filled, ROWS))
    assert tomllib.loads(draft)["sources"]["contract"]["xlsx"]["sheet"] == (CONFIRM if others else "Blad1")
    named = ", ".join(f'"{name}"' for name in others)
    note = f'# sheet: the draft is made from "Blad1"; other sheets with something in them: {named}. Say which'
    assert (note in draft.splitlines()) == bool(others)
    assert "Tomt" not in draft
    assert "Dolt" not in draft


@pytest.mark.parametrize("is_first", [False, True])
@pytest.mark.parametrize(
    ("other", "told"), [("mål", '"svar.mål"'), ("x" * 61, '"a name that is not shown"'), (None, None)]
)
def test_the_other_lists_of_a_document_are_told(
    tmp_path: Path, other: str | None, told: str | None, *, is_first: bool
) -> None:
    """The draft is made from the longest, wherever a shorter one stands."""
    records = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]
    own, beside = {"rader": records, "koder": ["a"]}, {other: [{"mått": "Rond"}]} if other else {}
    answer = {**beside, **own} if is_first else {**own, **beside}
    draft = drafted(tmp_path, "uttag.json", json.dumps({"svar": answer}).encode())
    assert tomllib.loads(draft)["sources"]["contract"]["json"]["path"] == (CONFIRM if other else "svar.rader")
    note = f'# path: the draft is made from "svar.rader"; other lists: {told}. Say'
    assert (note in draft) == bool(other)
    assert "x" * 61 not in draft


RECORDS = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]


@pytest.mark.parametrize(
    ("document", "taken", "others"),
    [
        ({"rader": [], "uppdateringar": RECORDS[:1]}, "uppdateringar", "rader"),
        ({"rader": [*RECORDS, None], "summor": RECORDS[:1]}, "rader", "summor"),
        ({"rader": [*RECORDS, "Summa 3"], "summor": RECORDS[:1]}, "rader", "summor"),
    ],
)
def test_a_list_that_is_empty_or_holds_more_than_records_is_a_rival(
    tmp_path: Path, document: dict[str, object], taken: str, others: str
) -> None:
    """In a month without rows another list would be read for ever after, and the rows never."""
    draft = drafted(tmp_path, "uttag.json", json.dumps(document).encode())
    assert tomllib.loads(draft)["sources"]["contract"]["json"]["path"] == CONFIRM
    assert f'# path: the draft is made from "{taken}"; other lists: "{others}". Say which' in draft


def test_a_number_with_more_digits_than_any_count_is_no_quantity(tmp_path: Path) -> None:
    records = json.dumps([dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]])
    draft = drafted(tmp_path, "uttag.json", records.replace('"2"', "9" * 5000).encode())
    assert tomllib.loads(draft)["sources"]["contract"]["columns"]["quantity"] == CONFIRM


def test_what_cannot_be_told_is_left_to_a_person(tmp_path: Path) -> None:
    rows = [["a", "b", "c"], ["y", "1", "2"], ["y", "3", "4"]]
    contract = guessed(tmp_path, rows)
    assert contract["columns"] == {"occurred_on": CONFIRM, "quantity": CONFIRM, "type": "a"}
    assert contract["date_form"] == CONFIRM


def test_a_sample_that_ends_without_a_line_break_turns_no_check_off_by_itself(house: House, tmp_path: Path) -> None:
    """Its last row is whole, and may yet have ended with 22 where it now ends with 2."""
    content = csv(ROWS).encode().rstrip(b"\n")
    draft = drafted(tmp_path, "uttag.csv", content)
    assert (
        f'allow_missing_final_newline = "{CONFIRM}" }}\n# allow_missing_final_newline: the sample\'s last row' in draft
    )
    said = draft.replace(f'"Kontroll" = "{CONFIRM}"', '"Kontroll" = "controls/made"')
    use(house, said, "csv", content)
    with pytest.raises(InvalidAgreementError, match=f"allow_missing_final_newline' still says {CONFIRM}"):
        read_agreement(house.agreements / AGREEMENT)
    house.edit(AGREEMENT, f'"{CONFIRM}"', "true")
    assert house.run(at=AT)[AGREEMENT].problems == []
    assert house.figure(f"{AGREEMENT}/controls/made/-/-/2024-01")["actual_value"] == "3"


@pytest.mark.parametrize(
    ("days", "form"),
    [
        (["01/01/2024", "02/02/2024", "07/07/2024"], CONFIRM),
        (["01/02/2024", "12/01/2024", ".."], CONFIRM),
        (["01/02/2024", "13/02/2024"], "DD/MM/YYYY"),
        (["01/02/2024", "02/13/2024"], CONFIRM),
    ],
)
def test_a_day_that_may_be_a_month_is_for_a_person_to_say(tmp_path: Path, days: list[str], form: str) -> None:
    draft = drafted(tmp_path, "uttag.csv", csv([["datum", "typ", "antal"], *([d, "Rond", "1"] for d in days)]).encode())
    contract = tomllib.loads(draft)["sources"]["contract"]
    assert (contract["kind"], contract["date_form"]) == ("occasion_rows", form)
    may_be_both = all(day == ".." or int(day[3:5]) <= 12 for day in days) and form == CONFIRM
    assert ("the month first, which no contract reads: none has a day after the 12th" in draft) == may_be_both
    assert (contract["columns"]["occurred_on"] == "datum") == (form != CONFIRM or may_be_both)


OLD_WORKBOOK = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504) + b"\xfd\xff\xff\xff"
TOTALS = [["Mått", "Utfall", "Kvalitet", "Kommun"], ["Kontroller", "55", "Minst", "0687"],
          ["Besök", "..", "ca", "0687"]]  # fmt: skip


def test_totals_are_seen_by_their_having_no_days(tmp_path: Path) -> None:
    contract = guessed(tmp_path, TOTALS)
    assert (contract["kind"], contract["grain"]) == ("reported_totals", CONFIRM)
    assert contract["columns"] == {"indicator": "Mått", "value": "Utfall", "qualifier": "Kvalitet"}
    assert contract["qualifiers"] == {"Minst": "at_least", "ca": "about"}
    assert contract["indicators"] == {"Besök": CONFIRM, "Kontroller": CONFIRM}
    assert (contract["missing_marks"], contract["set_aside_share_max"]) == ([".."], CONFIRM)
    assert contract["ignored_columns"] == ["Kommun"]


def test_totals_that_do_not_say_how_exact_they_are_need_a_person(tmp_path: Path) -> None:
    contract = guessed(tmp_path, [row[:2] for row in TOTALS])
    assert contract["columns"] == {"indicator": "Mått", "value": "Utfall", "qualifier": CONFIRM}
    assert contract["qualifiers"] == {CONFIRM: CONFIRM}


@pytest.mark.parametrize(
    ("name", "accumulation"),
    [
        ("Antal hittills i år", CONFIRM),
        ("Ack. antal jan–mar", CONFIRM),
        ("Ackumulerat utfall", CONFIRM),
        ("utfall_ytd", CONFIRM),
        ("Antal packningar", "period"),
        ("Utfall", "period"),
    ],
)
def test_a_total_that_is_called_one_of_the_year_so_far_needs_a_person(
    tmp_path: Path, name: str, accumulation: str
) -> None:
    contract = guessed(tmp_path, [[TOTALS[0][0], name, *TOTALS[0][2:]], *TOTALS[1:]])
    assert contract["accumulation"] == accumulation


def test_totals_among_which_words_stand_may_be_totals_all_the_same(tmp_path: Path) -> None:
    rows = [TOTALS[0], ["Kontroller", "cirka 55", "ca", "0687"], ["Besök", "ett 15-tal", "ca", "0687"]]
    draft = drafted(tmp_path, "uttag.csv", csv(rows).encode())
    assert 'kind = "occasion_rows"  # no column holds days; reported_totals where each row is a total' in draft


def test_days_in_an_unknown_form_make_no_totals(tmp_path: Path) -> None:
    rows = [["Datum", "Insats", "Antal"], ["5.1.24", "Kontroll", "2"], ["6.1.24", "Rond", "1"]]
    contract = guessed(tmp_path, rows)
    assert (contract["kind"], contract["date_form"]) == ("occasion_rows", CONFIRM)
    assert contract["columns"] == {"occurred_on": CONFIRM, "quantity": "Antal", "type": "Insats"}


def test_a_draft_of_totals_loads_when_what_it_asks_has_been_said(tmp_path: Path) -> None:
    house = House(tmp_path / "house")
    house.take("grastorp-1")
    agreement = house.agreements / "grastorp-1/agreement.toml"
    sample = agreement.parent / "deliveries/reported/redovisat_2021.csv"
    draft = drafted(tmp_path, sample.name, sample.read_bytes())
    said = draft.replace(f'grain = "{CONFIRM}"', 'grain = "year"').replace(
        f'"Fasta trafikkontroller" = "{CONFIRM}"', '"Fasta trafikkontroller" = "traffic-controls/controls"'
    )
    text = agreement.read_text("utf-8")
    kept = text[: text.index("[sources.contract]")]
    agreement.write_text(kept + draft, "utf-8")
    with pytest.raises(InvalidAgreementError, match="grain"):
        read_agreement(agreement.parent)
    agreement.write_text(kept + said, "utf-8")
    assert house.run()["grastorp-1"].problems == []
    assert house.figure("grastorp-1/traffic-controls/controls/-/-/2021")["actual_value"] == "55"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "uttag.csv",
            csv([*ROWS, ["2024-01-07", "811228-9874", "1", ""]]).encode(),
            "line 4, column typ seems to hold personal data",
        ),
        ("uttag.csv", "id;datum\n1;2024-01-05\n".encode("utf-16"), "is UTF-16, which no contract reads"),
        (
            "uttag.xls",
            OLD_WORKBOOK,
            "is an old workbook (.xls) or one with a password, which no contract reads; ask for",
        ),
        ("uttag.csv", b"\n<!DOCTYPE html>\n<p>Logga in</p>\n", "is a web page or XML and no table"),
        ("uttag.csv", b"id;datum\x81\n", "neither UTF-8 nor Windows-1252"),
        ("uttag.csv", "id;Åtgärd\n".encode("mac-roman"), "Windows-1252, and seems to be Mac Roman; save it as UTF-8"),
        ("uttag.csv", csv([["Uttag 2024", "", ""], *ROWS]).encode(), "line 1: columns without a name"),
        ("uttag.csv", csv([["Uttag 2024"], *ROWS]).encode(), "line 1: fields in this line: 1, in most rows: 4"),
        (
            "uttag.csv",
            csv([[], ["Uttag, januari 2024"], *ROWS]).encode(),
            "line 2: fields in this line: 1, in most rows: 4",
        ),
        (
            "uttag.csv",
            csv([["Datum", "Antal, st"], *ROWS]).encode(),
            "line 1: fields in this line: 2, in most rows: 4",
        ),
        ("uttag.csv", b"PK;" + csv(ROWS).encode(), "line 1: fields in this line: 5, in most rows: 4"),
        ("uttag.csv", b"datum\n2024-01-05\n", "line 1: the table has one column, and a contract reads several"),
        ("uttag.csv", csv(ROWS).replace("Kontroll", "Kont\0roll", 1).encode(), "line 2: a NUL byte"),
        (
            "uttag.csv",
            csv(ROWS).encode("utf-16-le"),
            "line 1: a NUL byte, which no text has; the file is damaged, or",
        ),
        ("uttag.csv", csv(ROWS).encode() + b"2024-01-07;Kont", "line 4: the sample ends in the middle of a row"),
        ("uttag.csv", csv(ROWS).replace("\n", "\r\n").encode() + b"2024", "line 4: the sample ends in the middle"),
        ("uttag.csv", csv(ROWS).encode() + b'2024-01-07;"Kont', "line 4: the sample ends in the middle of a row"),
        ("uttag.csv", csv(ROWS).encode() + b'2024-01-07;Kontroll;1;"P', "line 4: the row cannot be read"),
        ("uttag.csv", b"", "the file is empty"),
        ("uttag.csv", csv(ROWS).replace("\n", "\r").encode(), "lines end by a carriage return alone"),
        ("uttag.csv", b"sep=;\n" + csv(ROWS).encode(), "ask for the file without that line"),
        ("uttag.xlsx", b"PK\x03\x04", "damaged or cut off"),
        ("uttag.zip", packed({"a.csv": b"a\n", "b.csv": b"b\n"}), "holds 2 files"),
        (
            "uttag.zip",
            packed({"811228-9874.csv": csv(ROWS).encode()}),
            "the archive's directory seems to hold personal data",
        ),
        ("uttag.zip", commented(csv(ROWS).encode(), b"tel. 070-1740605"), "the archive's directory seems to hold"),
        (
            "uttag.ods",
            packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"}),
            "is an OpenDocument file (.ods), which no contract reads; ask for .xlsx or CSV",
        ),
        (
            "uttag.pdf",
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
            "is a PDF and no CSV; ask for CSV, or key its figures",
        ),
        ("uttag.xlsx", written([["Kommun", "2023", "2024"], ["Tranås", 1, 2]]), "each a text that no figure begins"),
        ("uttag.csv", csv(ROWS[1:]).encode(), "line 1: a column's name begins with a figure, so the line may be a row"),
        ("uttag.json", b'[{"datum": "2024-01-05", "ty\\ud800p": "Rond"}]', "a key holds half a character; ask for"),
        ("uttag.json", b'{"ra\\ud800der": [{"datum": "2024-01-05"}]}', "a key holds half a character; ask for"),
        ("uttag.json", b'{"rader": []}', "no list of records"),
        ("uttag.json", b'{"a": 1}', "no list of records"),
        ("uttag.json", json.dumps({"a": {"": [{"b": 1}], "c.d": [{"b": 1}]}}).encode(), "is empty or has a point"),
        (
            "uttag.xlsx",
            edited(written(ROWS), "xl/workbook.xml", 'name="Blad1"', f'name="{"U" * 32}"'),
            "row 1 of a sheet whose name has 32 characters",
        ),
        ("uttag.xlsx", written([*[[]] * 1000, *ROWS]), "row 1001 of a sheet whose name has 5 characters"),
        ("uttag.xlsx", written([[*ROWS[0][:3], "antal "], ROWS[1]]), "row 1: two columns of one name"),
    ],
)
def test_what_cannot_be_drafted_from_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    result = lofte("draft-contract", str(path))
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"lofte: {name}: ")
    assert said in result.stderr
    assert "811228" not in result.stderr
