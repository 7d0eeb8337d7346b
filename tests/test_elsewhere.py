"""A delivery that may go on where its contract does not read is told once, and counts as it is read."""

import io
import json
import zipfile
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.house import House
from tests.workbooks import saved

AGREEMENT = "two-readings"
AT = date(2024, 3, 1)
COLUMNS = ["datum", "typ", "antal", "märkning"]
HALF = [["2024-01-05", "Kontroll", 1, "PÅHITTAD"]]
REST = [["2024-01-20", "Kontroll", 2, "PÅHITTAD"]]
XLSX = 'xlsx = { sheet = "Blad1", decimal_mark = "," }'
JSON = 'json = { path = "sida1", decimal_mark = "." }'
TOLD = "all that the contract reads stands in another"


def reading(tmp_path: Path, layout: str, ending: str) -> House:
    """An agreement whose one source has another layout than CSV."""
    house = House(tmp_path)
    house.take_case(AGREEMENT, has_deliveries=False)
    house.edit(AGREEMENT, 'csv = { encoding = "utf-8", delimiter = ";", decimal_mark = "," }', layout)
    house.edit(AGREEMENT, "{received_on}.csv", f"{{received_on}}.{ending}")
    return house


def warned(house: House, content: bytes, ending: str) -> list[str]:
    """Deliver, and return what is warned of; the part that is read counts, and nothing is said in the next run."""
    name = f"PAHITTAD_2024-01_mottagen_2024-02-10.{ending}"
    house.deliver(AGREEMENT, "rows", name, "").write_bytes(content)
    outcome = house.run(at=AT)[AGREEMENT]
    assert outcome.problems == []
    assert house.figure(f"{AGREEMENT}/controls/made/-/-/2024-01")["actual_value"] == "1"
    assert house.run(at=AT)[AGREEMENT].warnings == []
    return outcome.warnings


def packed(content: bytes, name: str) -> bytes:
    """Put a file into an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def with_sheets(sheets: dict[str, list[list[Any]]], state: str, book: openpyxl.Workbook) -> None:
    """Add sheets to a workbook."""
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        page.sheet_state = state
        for row in rows:
            page.append(row)


@pytest.mark.parametrize(
    ("sheets", "state", "told"),
    [
        ({"Blad1 (2)": [COLUMNS, *REST]}, "visible", "'Blad1 (2)'"),
        ({"Mars": [["PÅHITTAT uttag"], [], ["extra", *reversed(COLUMNS)], REST[0]]}, "visible", "'Mars'"),
        ({"2023": [COLUMNS, *REST], "Mars": [COLUMNS, *REST]}, "visible", "the one in place 2, 'Mars'"),
        ({f"Del {n}": [COLUMNS, *REST] for n in range(7)}, "visible", "'Del 3', 'Del 4' and more"),
        ({"Blad1 (2)": [COLUMNS, *REST]}, "hidden", None),
        ({"Mall": [COLUMNS]}, "visible", None),
        ({"Summa": [["typ", "antal"], ["Kontroll", 3]]}, "visible", None),
        ({"Text": [["PÅHITTAD"]] * 40 + [COLUMNS, *REST]}, "visible", None),
    ],
)
def test_a_workbook_that_may_go_on_in_another_sheet_is_told_once(
    tmp_path: Path, sheets: dict[str, list[list[Any]]], state: str, told: str | None
) -> None:
    house = reading(tmp_path, XLSX, "xlsx")
    warnings = warned(house, saved(partial(with_sheets, sheets, state), [COLUMNS, *HALF]), "xlsx")
    assert [told is not None and f"{TOLD} sheet, too: " in warning and told in warning for warning in warnings] == (
        [True] * (told is not None)
    )


def test_a_sheet_need_not_have_what_is_not_read(tmp_path: Path) -> None:
    house = reading(tmp_path, XLSX, "xlsx")
    house.edit(AGREEMENT, "set_aside_share_max = 0\n", 'set_aside_share_max = 0\nignored_columns = ["ort"]\n')
    rows = [[*COLUMNS, "ort"], [*HALF[0], "PÅHITTAD"]]
    content = saved(partial(with_sheets, {"Mars": [COLUMNS, *REST]}, "visible"), rows)
    (warning,) = warned(house, content, "xlsx")
    assert "'Mars'" in warning


def records(rows: list[list[Any]]) -> list[dict[str, Any]]:
    """Return rows as records of JSON."""
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


@pytest.mark.parametrize(
    ("beside", "told"),
    [
        ({"sida2": records(REST)}, "records, too: sida2."),
        ({"mer": {"sidor": [{"rader": records(REST)}]}}, "records, too: mer, sidor, item 1, rader."),
        ({"2": records(REST)}, "records, too: a name that is not shown."),
        ({f"s{n}": records(REST) for n in range(7)}, "s3, s4 and more."),
        ({"sida2": []}, None),
        ({"summor": [{"typ": "Kontroll", "antal": 3}], "antal": 2}, None),
    ],
)
def test_a_document_that_may_go_on_in_another_list_is_told_once(
    tmp_path: Path, beside: dict[str, Any], told: str | None
) -> None:
    house = reading(tmp_path, JSON, "json")
    warnings = warned(house, json.dumps({"sida1": records(HALF), **beside}).encode(), "json")
    assert [told is not None and TOLD in warning and told in warning for warning in warnings] == (
        [True] * (told is not None)
    )


@pytest.mark.parametrize("ending", ["xlsx", "json"])
def test_what_lies_in_an_archive_is_looked_at_too(tmp_path: Path, ending: str) -> None:
    layout = XLSX if ending == "xlsx" else JSON
    house = reading(tmp_path, f'zip = {{ member = "uttag.{ending}" }}\n{layout}', "zip")
    content = json.dumps({"sida1": records(HALF), "sida2": records(REST)}).encode()
    if ending == "xlsx":
        content = saved(partial(with_sheets, {"sida2": [COLUMNS, *REST]}, "visible"), [COLUMNS, *HALF])
    (warning,) = warned(house, packed(content, f"uttag.{ending}"), "zip")
    assert TOLD in warning
    assert "sida2" in warning
