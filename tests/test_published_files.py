"""What machines and spreadsheets read: the same rows in every format, as their descriptions say."""

import csv
import hashlib
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import jsonschema
import openpyxl
import pandas as pd
import pytest

from publication.csv_json import cell_text
from schemas.derive import sheet_name
from schemas.published import TABLES
from schemas.published_table import COLUMN_WORDS
from tests.house import House

AGREEMENTS = ("tranas-1", "goteborg-centrum-1", "grastorp-2", "vetlanda-1")
NAMES = [str(model.to_schema().name) for model in TABLES]
PANDAS_TYPES = {"string": "string", "integer": "Int64", "number": "Float64", "boolean": "boolean", "date": "string"}
PROGRESS_COLUMNS = (
    "figure_id, is_example, agreement_id, municipality_code, municipality_name, area_id, area_name_sv, activity_id, "
    "activity_label_sv, activity_label_en, owner, counted_by, indicator_id, indicator_series_id, indicator_role, "
    "indicator_label_sv, unit, disclosure_unit, place_id, place_name_sv, target_id, reading_id, reading_sv, "
    "is_rated_reading, period_type, period_label_sv, period_start_on, period_end_on, is_clipped, target_comparison, "
    "target_value, actual_value, actual_qualifier, actual_low, actual_high, value_status, achieved_share, status, "
    "status_label_sv, status_label_en, status_rule, status_reason_sv, is_override, rule_status, deliveries_due, "
    "deliveries_received, covered_until_on, reach_probability, forecast_low, forecast_high, changed_on, statement_id, "
    "source_url, figure_url, amendment_id, is_comparable, pace_share, prior_count, prior_periods, dispersion, "
    "pace_basis"
)
OVERVIEW_TITLES = (
    "Exempel, Kommun, Avtal, Löfte, Aktivitet, Avtalets ord, Ansvarig, Plats, Period, Läsning, Mål, Utfall, Antal, "
    "Besked, Varför, Uppgifter till och med, Saknas, Vem räknar, Kommentar från ansvarig, Källa, Länk"
)


def latest(house: House, agreement_id: str) -> Path:
    """Return the folder of the newest release."""
    return (house.public / agreement_id / "latest").resolve()


def package(folder: Path) -> dict[str, Any]:
    """Return the data package's descriptor."""
    return dict(json.loads((folder / "datapackage.json").read_bytes()))


@pytest.mark.parametrize("agreement_id", AGREEMENTS)
def test_frictionless_finds_nothing_wrong(bundled: House, agreement_id: str) -> None:
    report = frictionless.validate(str(latest(bundled, agreement_id) / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])


@pytest.mark.parametrize("agreement_id", AGREEMENTS)
def test_pandas_reads_every_table_with_the_declared_types(bundled: House, agreement_id: str) -> None:
    folder = latest(bundled, agreement_id)
    for resource in package(folder)["resources"]:
        fields = resource["schema"]["fields"]
        frame = pd.read_csv(
            folder / resource["path"],
            dtype={field["name"]: PANDAS_TYPES[field["type"]] for field in fields},
            parse_dates=[field["name"] for field in fields if field["type"] == "date"],
        )
        assert list(frame.columns) == [field["name"] for field in fields]
        for field in fields:
            if field["constraints"]["required"]:
                assert frame[field["name"]].notna().all(), field["name"]
    assert pd.read_csv(folder / "promise_progress.csv", dtype={"municipality_code": "string"}).shape[0] > 0


def test_duckdb_reads_the_leading_zero(bundled: House) -> None:
    path = latest(bundled, "tranas-1") / "promise_progress.csv"
    codes = duckdb.sql(f"SELECT DISTINCT municipality_code FROM read_csv('{path}', all_varchar = true)").fetchall()
    assert codes == [("0687",)]
    counted = duckdb.sql(f"SELECT count(*) FROM read_csv('{path}')").fetchall()
    assert counted == [(len(bundled.rows("tranas-1", "promise_progress")),)]


@pytest.mark.parametrize("agreement_id", AGREEMENTS)
def test_json_holds_the_rows_of_the_csv_and_fits_its_schema(bundled: House, agreement_id: str) -> None:
    folder = latest(bundled, agreement_id)
    for name in NAMES:
        table = json.loads((folder / f"{name}.json").read_bytes(), parse_float=Decimal)
        as_text = [{key: cell_text(value) for key, value in row.items()} for row in table["rows"]]
        assert as_text == bundled.rows(agreement_id, name)
        schema = json.loads((folder / f"{name}.schema.json").read_bytes())
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(json.loads((folder / f"{name}.json").read_bytes()), schema)


def test_csv_is_as_agreed(bundled: House) -> None:
    for name in NAMES:
        content = (latest(bundled, "tranas-1") / f"{name}.csv").read_bytes()
        assert not content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\r\n")
        assert content.count(b"\n") == content.count(b"\r\n")
        header = content.split(b"\r\n")[0].decode("ascii").split(",")
        assert all(column == column.lower() for column in header)
        key = next(m for m in TABLES if m.to_schema().name == name).to_schema().unique
        rows = bundled.rows("tranas-1", name)
        keys = [[row[column] for column in key] for row in rows]
        assert keys == sorted(keys)


def test_progress_has_the_agreed_columns_in_order(bundled: House) -> None:
    header = (latest(bundled, "tranas-1") / "promise_progress.csv").read_text("utf-8").splitlines()[0]
    assert header.split(",") == PROGRESS_COLUMNS.split(", ")


@pytest.mark.parametrize("agreement_id", AGREEMENTS)
def test_workbook_holds_the_rows_of_the_csv_in_swedish(bundled: House, agreement_id: str) -> None:
    path = next(latest(bundled, agreement_id).glob("*.xlsx"))
    book = openpyxl.load_workbook(path)
    names = {sheet_name(model): str(model.to_schema().name) for model in TABLES}
    assert book.sheetnames[:2] == ["Om", "Översikt"]
    assert [cell.value for cell in book["Översikt"][1]] == OVERVIEW_TITLES.split(", ")
    for sheet, name in names.items():
        rows = bundled.rows(agreement_id, name)
        columns = list(rows[0]) if rows else []
        for number, row in enumerate(rows, start=2):
            for position, column in enumerate(columns, start=1):
                assert _text(book[sheet].cell(number, position).value) == _expected(column, row[column])
    if agreement_id == "tranas-1":
        assert book["Löftenas läge"]["D2"].value == "0687"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return value.strftime("%Y-%m-%d") if hasattr(value, "strftime") else str(value)


def _expected(column: str, text: str) -> str:
    if column == "is_example":
        return {"true": "PÅHITTAD", "false": "nej"}[text]
    return {"true": "ja", "false": "nej"}.get(text, text)


def test_the_workbook_explains_its_sheets_by_their_whole_names(bundled: House) -> None:
    book = openpyxl.load_workbook(next(latest(bundled, "tranas-1").glob("*.xlsx")))
    explained = list(dict.fromkeys(row[0].value for row in book["Kolumner"].iter_rows(min_row=2)))
    assert ["Om", *explained, "Kolumner"] == book.sheetnames
    assert set(explained) == {sheet_name(model) for model in TABLES}, "no name is cut"


@pytest.mark.parametrize("agreement_id", AGREEMENTS)
def test_no_sheet_has_two_columns_with_one_heading(bundled: House, agreement_id: str) -> None:
    book = openpyxl.load_workbook(next(latest(bundled, agreement_id).glob("*.xlsx")))
    for sheet in book.worksheets[1:]:
        headings = [cell.value for cell in sheet[1]]
        assert len(headings) == len(set(headings)), sheet.title


def test_a_text_that_a_cell_cannot_hold_is_told_of_and_nothing_is_published(house: House) -> None:
    house.take_case("two-readings")
    house.edit("two-readings", 'definition_sv = "', f'definition_sv = "{"Så räknas det. " * 2200}')
    (problem,) = house.run()["two-readings"].problems
    assert "the table quality, row two-readings/controls/made, column definition_sv: does not fit" in str(problem)
    assert not (house.public / "two-readings/latest").exists()


def test_hashes_and_sizes_are_those_of_the_files(bundled: House) -> None:
    for agreement_id in AGREEMENTS:
        pointer = json.loads((bundled.public / agreement_id / "index.json").read_bytes())
        folder = bundled.public / agreement_id / "releases" / pointer["release_id"]
        assert folder == latest(bundled, agreement_id)
        for file in pointer["files"]:
            content = (folder / file["path"]).read_bytes()
            assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        named = {file["path"] for file in pointer["files"]} | {"manifest.json"}
        assert named == {path.name for path in folder.iterdir()}
        for resource in package(folder)["resources"]:
            assert resource["hash"] == "sha256:" + hashlib.sha256((folder / resource["path"]).read_bytes()).hexdigest()


def test_the_root_lists_every_agreement(bundled: House) -> None:
    root = json.loads((bundled.public / "index.json").read_bytes())
    assert {entry["agreement_id"] for entry in root["agreements"]} == {p.name for p in bundled.agreements.iterdir()}
    page = (bundled.public / "index.html").read_text("utf-8")
    for entry in root["agreements"]:
        assert f'href="{entry["agreement_id"]}/releases/{entry["release_id"]}/index.html"' in page


def test_the_same_inputs_give_the_same_bytes_in_a_new_place(bundled: House, tmp_path: Path) -> None:
    other = House(tmp_path).take("tranas-1", "grastorp-2")
    other.run()
    mine = {path: content for path, content in other.published().items() if "/" in path}
    theirs = {path: content for path, content in bundled.published().items() if path in mine}
    assert mine == theirs


def test_every_column_has_words_and_every_word_a_column() -> None:
    used = {name for model in TABLES for name in model.to_schema().columns}
    assert used == set(COLUMN_WORDS)


def test_no_text_would_run_in_a_spreadsheet(bundled: House) -> None:
    for agreement_id in AGREEMENTS:
        for name in NAMES:
            text = (latest(bundled, agreement_id) / f"{name}.csv").read_text("utf-8")
            cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
            risky = [cell for cell in cells if cell.lstrip()[:1] in set("=+@＝＋－＠")]
            negative = [cell for cell in cells if cell.startswith("-") and not cell[1:].replace(".", "").isdigit()]
            assert not risky
            assert not negative
