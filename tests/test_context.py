"""What others publish, from a real server on loopback through the whole run; every answer here is invented."""

import json
import re
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import openpyxl
import pytest

from schemas.agreement_file import read_agreement
from schemas.context import Kolada
from sources.kolada import addresses_of
from tasks.list_rejected import list_rejected
from tests.house import House
from tests.misbehaving_server import Misbehaving, misbehaving_server

ID = "grastorp-2"
AT = date(2023, 3, 1)
EVENTS = "/events?locationname=V%C3%A4stra%20G%C3%B6talands%20l%C3%A4n"
KOLADA = "/data/kpi/N01951,N07403/municipality/1444/year/2021,2022?per_page=5000"
SCB = (
    "/tables/TAB638/data?valueCodes%5BRegion%5D=1444&valueCodes%5BTid%5D=2021,2022&valueCodes%5BContentsCode%5D=BE0101N1"
    "&outputFormat=json-stat2"
)
COMMON = """
[[context]]
id = "{id}"
title_sv = "PÅHITTAD: {id}"
publisher_sv = "Påhittad utgivare"
credit_sv = "Källa: utgivaren"
credit_processed_sv = "Bearbetat av Löfteskollen"
license_sv = "CC0"
source_url = "https://example.org/"
is_example = true
location = "{location}"
stale_after_months = 14
"""
POLICE = """[context.contract]
kind = "police_events"
set_aside_share_max = 0.5
location_names = ["Västra Götalands län"]
"""
KOLADA_CONTRACT = """[context.contract]
kind = "kolada"
set_aside_share_max = 0.5
years = [2021, 2022]
[[context.contract.series]]
id = "violence"
label_sv = "Anmälda våldsbrott"
unit = "per 100 000 invånare"
kpi = "N07403"
gender = "T"
[[context.contract.series]]
id = "women"
label_sv = "Invånare, kvinnor"
unit = "invånare"
kpi = "N01951"
gender = "K"
"""
SCB_CONTRACT = """[context.contract]
kind = "scb_table"
set_aside_share_max = 0.5
table = "TAB638"
region_dimension = "Region"
time_dimension = "Tid"
periods = ["2021", "2022"]
[[context.contract.series]]
id = "population"
label_sv = "Folkmängd"
unit = "invånare"
codes = { ContentsCode = "BE0101N1" }
"""
BRA_CONTRACT = """[context.contract]
kind = "bra_files"
set_aside_share_max = 0.5
file_pattern = "bra_{month}.csv"
first_month = "2022-12"
municipality_column = "Kommun"
masked_marks = [".."]
csv = { encoding = "utf-8", delimiter = ";", decimal_mark = "," }
[[context.contract.series]]
id = "reported"
label_sv = "Anmälda brott"
unit = "brott"
column = "Antal (prel.)"
stage = "preliminary"
[[context.contract.series]]
id = "reported-per-100000"
label_sv = "Anmälda brott per 100 000 invånare"
unit = "per 100 000 invånare"
column = "Per 100 000 inv. (prel.)"
stage = "preliminary"
"""


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    with misbehaving_server() as running:
        yield running


@pytest.fixture(autouse=True)
def asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOFTE_ALLOW_LOOPBACK", "true")
    monkeypatch.setenv("LOFTE_FETCH_CONTEXT", "true")


def beside(house: House, server: Misbehaving, *contracts: str) -> None:
    """Give an agreement context sources at the server."""
    house.take(ID)
    path = house.agreements / ID / "agreement.toml"
    parts = [
        COMMON.format(id=contract.split('kind = "')[1].split('"')[0].replace("_", "-"), location=server.url(""))
        + contract
        for contract in contracts
    ]
    path.write_text(path.read_text("utf-8") + "".join(parts), "utf-8")


def event(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "datetime": "2023-01-05 9:13:04 +01:00",
        "name": "05 januari 09.13, Brand, Grästorp",
        "summary": "Påhittad text.",
        "url": "/aktuellt/handelser/pahittad/",
        "type": "Brand",
        "location": {"name": "Grästorp", "gps": "58.3,12.6"},
        **changes,
    }


def answers(server: Misbehaving, path: str, content: Any) -> None:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    server.paths[path] = lambda call: call.answer(200, body, Content_Type="application/json")


def shown(house: House, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in columns) for row in house.rows(ID, "context")]


def test_events_are_counted_by_month_type_and_municipality(house: House, server: Misbehaving) -> None:
    beside(house, server, POLICE)
    county = {"name": "Västra Götalands län", "gps": "58,13"}
    answers(
        server,
        EVENTS,
        [
            event(1),
            event(2, location=county),
            event(3, location=county, name="05 januari 09.13, Brand, Vara"),
            event(4, location=county, name="05 januari 09.13, Brand, Västra Götalands län"),
            event(5, type="Fylleri/LOB"),
            event(6, type="Fylleri"),
            event(7, type="Lagen om hundar och katter "),
            event(8, datetime="2023-01-31 23:30:00 +00:00"),
        ],
    )
    outcome = house.run(ID, at=AT)[ID]
    assert (outcome.became, outcome.problems, outcome.set_aside) == ("published", [], [])
    assert shown(house, "series_id", "period", "context_value", "value_status", "municipality_code") == [
        ("brand", "2023-01", "2", "partial", "1444"),
        ("brand", "2023-02", "1", "partial", "1444"),
        ("fylleri", "2023-01", "2", "partial", "1444"),
        ("lagen-om-hundar-och-katter", "2023-01", "1", "partial", "1444"),
    ]
    assert {row["context_note_sv"] for row in house.rows(ID, "context")} == {
        "Sammanhang, räknas aldrig som genomförd aktivitet"
    }
    page = (house.public / ID / "latest/index.html").read_text("utf-8")
    assert 'id="context"' in page
    assert "Påhittad text" not in page
    assert server.calls[0][1]["User-Agent"].startswith("Lofteskollen (+")


def test_what_others_publish_is_never_said_to_be_ours_to_give_away(house: House, server: Misbehaving) -> None:
    beside(house, server, POLICE)
    answers(server, EVENTS, [event(1)])
    house.run(at=AT)
    folder = house.public / ID / "latest"
    resources = {item["name"]: item for item in json.loads((folder / "datapackage.json").read_bytes())["resources"]}
    assert resources["context"]["licenses"] == [{"title": "CC0", "path": "https://example.org/"}]
    assert "licenses" not in resources["promise_progress"]
    assert json.loads((folder / "context.json").read_bytes())["license"] is None
    assert "andras och har villkor" in (folder / "index.html").read_text("utf-8")
    book = openpyxl.load_workbook(next(folder.glob("*.xlsx")))
    (licence,) = [row[1].value for row in book["Om"].iter_rows() if row[0].value == "Licens"]
    assert re.findall("Bladet ”(.+)” är andras", str(licence)) == ["Sammanhang, räknas aldrig in"]
    assert "Sammanhang, räknas aldrig in" in book.sheetnames


def test_the_newest_version_of_an_event_counts_and_what_left_the_feed_stays(house: House, server: Misbehaving) -> None:
    beside(house, server, POLICE)
    answers(server, EVENTS, [event(1), event(2), event(3)])
    house.run(ID, at=date(2023, 2, 1))
    answers(server, EVENTS, [event(2, type="Stöld"), event(4)])
    assert house.run(ID, at=AT)[ID].became == "published"
    assert shown(house, "series_id", "context_value") == [("brand", "3"), ("stold", "1")]


def test_what_is_not_known_is_set_aside_with_its_rule(house: House, server: Misbehaving) -> None:
    beside(house, server, POLICE)
    wrong = [
        event(2, type="Påhittad typ"),
        event(3, location={"name": "Ingenstans"}),
        event(4, datetime="2023-01-05"),
        event(5, location={"name": "Skåne län"}),
        event(6),
        event(6, type="Stöld"),
    ]
    answers(server, EVENTS, [*(event(number) for number in range(10, 20)), *wrong])
    outcome = house.run(ID, at=AT)[ID]
    assert [(row.line, row.column, row.rule) for row in (aside.row for aside in outcome.set_aside)] == [
        (12, "type", "unknown_value"),
        (13, "location.name", "unknown_value"),
        (14, "datetime", "not_a_date"),
        (15, "name", "place_in_another_county"),
        (16, "id", "contradicting_rows"),
        (17, "id", "contradicting_rows"),
    ]
    assert shown(house, "series_id", "context_value") == [("brand", "10")]
    with house.settings():
        listed = list_rejected.fn(read_agreement(house.agreements / ID), house.state, None, None, True)
    assert {(row.address.rule, row.text) for row in listed} >= {("unknown_value", "visas inte")}
    assert len(listed) == 6


def test_an_empty_answer_is_refused_and_the_next_run_recovers(house: House, server: Misbehaving) -> None:
    beside(house, server, POLICE)
    answers(server, EVENTS, [event(1)])
    house.run(ID, at=AT)
    before = house.published()
    for refused in (b"", b"[]", b'[{"id": 1'):
        answers(server, EVENTS, refused)
        outcome = house.run(ID, at=AT)[ID]
        assert outcome.became == "unchanged"
        assert len(outcome.problems) == 1
        assert house.published() == before
    answers(server, EVENTS, [event(1), event(2)])
    outcome = house.run(ID, at=AT)[ID]
    assert outcome.became == "published"
    assert shown(house, "series_id", "context_value") == [("brand", "2")]


def test_a_personal_text_is_blanked_before_anything_is_kept(house: House, server: Misbehaving) -> None:
    beside(house, server, POLICE)
    # A test number of the Swedish Tax Agency's.
    broken = "Ring 070-174\n06 05"
    texts = {
        "summary": "Ring 070-174 06 05 om 19811218-9876",
        "name": broken,
        "ny": ["19811218-9876", {"djupt": "070-174 06 05"}],
    }
    answers(server, EVENTS, [event(1, **texts)])
    house.run(ID, at=AT)
    assert shown(house, "series_id", "context_value") == [("brand", "1")]
    kept = [path.read_bytes() for path in house.root.rglob("*") if path.is_file()]
    assert not [content for content in kept if b"070-174" in content or b"19811218" in content]


def test_nothing_is_called_unless_asked_for(house: House, server: Misbehaving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOFTE_FETCH_CONTEXT")
    beside(house, server, POLICE)
    outcome = house.run(ID, at=AT)[ID]
    assert (outcome.became, outcome.problems, server.calls) == ("published", [], [])
    assert house.rows(ID, "context") == []


def test_context_enters_no_figure_and_a_rebuilt_warehouse_says_the_same(house: House, server: Misbehaving) -> None:
    beside(house, server, POLICE)
    answers(server, EVENTS, [event(1, type="Trafikkontroll")])
    house.run(ID, at=AT)
    with_context = house.rows(ID, "promise_progress")
    before = house.published()
    house.warehouse_file.unlink()
    assert house.run(ID, at=AT)[ID].became == "unchanged"
    assert house.published() == before
    path = house.agreements / ID / "agreement.toml"
    path.write_text(path.read_text("utf-8").split("\n[[context]]")[0] + "\n", "utf-8")
    house.run(ID, at=date(2023, 3, 2))
    assert house.rows(ID, "promise_progress") == with_context


def kolada_row(kpi: str, period: int, *values: dict[str, Any]) -> dict[str, Any]:
    return {"kpi": kpi, "municipality": "1444", "period": period, "values": list(values)}


def kolada_value(gender: str, value: float | None, **changes: Any) -> dict[str, Any]:
    return {"gender": gender, "status": "", "value": value, "isdeleted": False, **changes}


def test_kolada_in_pages_without_what_is_deleted(house: House, server: Misbehaving) -> None:
    beside(house, server, KOLADA_CONTRACT)
    first = kolada_row("N07403", 2021, kolada_value("T", 812.5), kolada_value("M", 1.0))
    second = kolada_row("N07403", 2022, kolada_value("T", None, status="Missing"))
    third = kolada_row("N01951", 2021, kolada_value("K", 2800, isdeleted=True), kolada_value("T", 5600))
    fourth = kolada_row("N01951", 2022, kolada_value("K", 2800.1234567), kolada_value("X", 1))
    answers(server, KOLADA, {"values": [first], "next_url": server.url("/page-2")})
    answers(server, "/page-2", {"values": [second], "next_page": "/page-3"})
    answers(server, "/page-3", {"values": [third, fourth], "next_url": None})
    outcome = house.run(ID, at=AT)[ID]
    assert outcome.problems == []
    assert [(row.column, row.rule) for row in (aside.row for aside in outcome.set_aside)] == [
        ("gender", "unknown_value")
    ]
    assert shown(house, "series_id", "period", "context_value", "value_status", "credit_sv") == [
        ("violence", "2021", "812.5", "observed", "Källa: utgivaren"),
        ("violence", "2022", "", "missing", "Källa: utgivaren"),
        ("women", "2022", "2800.123457", "observed", "Bearbetat av Löfteskollen"),
    ]


def test_a_value_with_a_status_says_two_things_and_is_set_aside(house: House, server: Misbehaving) -> None:
    beside(house, server, KOLADA_CONTRACT)
    rows = [
        kolada_row("N07403", 2021, kolada_value("T", 812.5)),
        kolada_row("N07403", 2022, kolada_value("T", 790, status="Private")),
    ]
    answers(server, KOLADA, {"values": rows, "next_url": None})
    (found,) = house.run(ID, at=AT)[ID].set_aside
    assert (found.row.line, found.row.column, found.row.rule) == (3, "status", "unexpected_value")
    assert shown(house, "period", "context_value") == [("2021", "812.5")]


def test_kolada_asks_for_at_most_25_ids_in_a_segment() -> None:
    series = [{"id": f"s{n}", "label_sv": "S", "unit": "u", "kpi": f"N{n:05d}", "gender": "T"} for n in range(30)]
    contract = Kolada.model_validate({"kind": "kolada", "set_aside_share_max": 0, "years": [2022], "series": series})
    addresses = addresses_of("https://api.example/v3", contract, [f"{n:04d}" for n in range(51)])
    segments = [part for url in addresses for part in url.split("?")[0].split("/") if "," in part]
    assert len(addresses) == 6
    assert max(len(part.split(",")) for part in segments) == 25


@pytest.mark.parametrize("form", ["list", "map"])
def test_a_table_of_statistics_sweden(house: House, server: Misbehaving, form: str) -> None:
    beside(house, server, SCB_CONTRACT)
    values: Any = [5600, None] if form == "list" else {"0": 5600}
    table = {
        "version": "2.0",
        "class": "dataset",
        "id": ["Region", "ContentsCode", "Tid"],
        "size": [1, 1, 2],
        "dimension": {
            "Region": {"category": {"label": {"1444": "Grästorp"}}},
            "ContentsCode": {"category": {"index": ["BE0101N1"]}},
            "Tid": {"category": {"index": {"2022": 1, "2021": 0}}},
        },
        "value": values,
        "status": {"1": ".."},
    }
    answers(server, SCB, table)
    outcome = house.run(ID, at=AT)[ID]
    assert (outcome.problems, outcome.set_aside) == ([], [])
    assert shown(house, "period", "context_value", "value_status") == [
        ("2021", "5600", "observed"),
        ("2022", "", "missing"),
    ]
    answers(server, SCB, {**table, "size": [1, 1, 3]})
    problem = house.run(ID, at=AT)[ID].problems[0]
    assert "does not fit" in str(problem)
    assert len(shown(house, "period")) == 2


def test_more_cells_than_are_answered_are_refused_by_check(house: House, server: Misbehaving) -> None:
    codes = "".join(
        SCB_CONTRACT.split("[[context.contract.series]]")[1]
        .join(["[[context.contract.series]]", ""])
        .replace('"population"', f'"population-{n}"')
        .replace("BE0101N1", f"C{n}")
        for n in range(400)
    )
    periods = ", ".join(f'"{year}M{month:02d}"' for year in range(1990, 2025) for month in range(1, 13))
    contract = SCB_CONTRACT.split("[[context.contract.series]]")[0].replace('"2021", "2022"', periods) + codes
    beside(house, server, contract)
    assert "more than 150000 cells" in str(house.run(ID, at=AT)[ID].problems[0])


def test_files_by_month_with_names_masks_and_stage(house: House, server: Misbehaving) -> None:
    beside(house, server, BRA_CONTRACT)
    header = "Kommun;Antal (prel.);Per 100 000 inv. (prel.)\n"
    rows = "Grästorp;1\u00a0234;21\u00a0500,5\nVara;5;1,5\nPåhittad;1;1\n"
    answers(server, "/bra_2022-12.csv", (header + rows).encode())
    answers(server, "/bra_2023-01.csv", (header + "Grästorp;..;..\n").encode())
    server.paths["/bra_2023-02.csv"] = lambda call: call.answer(404)
    outcome = house.run(ID, at=AT)[ID]
    assert outcome.problems == []
    assert {(row.line, row.column, row.rule) for row in (aside.row for aside in outcome.set_aside)} == {
        (4, "Kommun", "unknown_value")
    }
    assert shown(house, "series_id", "period", "context_value", "value_status", "publication_stage") == [
        ("reported", "2022-12", "1234", "preliminary", "preliminary"),
        ("reported", "2023-01", "", "suppressed", "preliminary"),
        ("reported-per-100000", "2022-12", "21500.5", "preliminary", "preliminary"),
        ("reported-per-100000", "2023-01", "", "suppressed", "preliminary"),
    ]


def test_a_month_that_cannot_be_had_stops_no_other_month(house: House, server: Misbehaving) -> None:
    beside(house, server, BRA_CONTRACT)
    header = "Kommun;Antal (prel.);Per 100 000 inv. (prel.)\n"
    answers(server, "/bra_2022-12.csv", b"<html>Fel</html>")
    answers(server, "/bra_2023-01.csv", (header + "811228-9874;1;1\n").encode())
    answers(server, "/bra_2023-02.csv", (header + "Grästorp;7;1\n").encode())
    outcome = house.run(ID, at=AT)[ID]
    first, second = map(str, outcome.problems)
    assert "a web page where data should be" in first
    assert "bra_2023-01.csv: the answer seems to hold personal data" in second
    assert ("reported", "2023-02", "7") in shown(house, "series_id", "period", "context_value")


def test_a_host_that_is_silent_is_asked_once(
    house: House, server: Misbehaving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOFTE_FETCH_DEADLINE_SECONDS", "1")
    beside(house, server, BRA_CONTRACT)
    for month in ("2022-12", "2023-01", "2023-02"):
        server.paths[f"/bra_{month}.csv"] = lambda _: time.sleep(3)
    (problem,) = house.run(ID, at=AT)[ID].problems
    assert "Nothing more is asked of the source in this run" in str(problem)
    assert len(server.calls) == 1


def test_a_source_that_fails_stops_no_other_and_grows_stale(house: House, server: Misbehaving) -> None:
    beside(house, server, POLICE, BRA_CONTRACT)
    server.paths[EVENTS] = lambda call: call.answer(404)
    answers(server, "/bra_2022-12.csv", "Kommun;Antal (prel.);Per 100 000 inv. (prel.)\nGrästorp;1;1\n".encode())
    for month in ("2023-01", "2023-02"):
        server.paths[f"/bra_{month}.csv"] = lambda call: call.answer(404)
    outcome = house.run(ID, at=AT)[ID]
    assert outcome.became == "published"
    assert [problem.source_id for problem in outcome.problems] == ["police-events"]
    assert sum(path == EVENTS for path, _ in server.calls) == 1  # what is not there is not asked for twice
    assert {row["is_stale"] for row in house.rows(ID, "context")} == {"false"}
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("LOFTE_FETCH_CONTEXT")
        house.run(ID, at=date(2024, 4, 1))
    assert {row["is_stale"] for row in house.rows(ID, "context")} == {"true"}
