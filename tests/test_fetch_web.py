"""A source on the web, through the whole run, from a real server on loopback."""

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.house import House
from tests.misbehaving_server import Call, Misbehaving, misbehaving_server
from tests.planted import has_trace, texts_under

FIGURE = "grastorp-1/traffic-controls/controls/-/-/2021"
NAME = "redovisat_2021.csv"
AT = date(2022, 3, 1)


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    with misbehaving_server() as running:
        yield running


@pytest.fixture
def delivery(house: House, server: Misbehaving, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """An agreement whose one source is on the web."""
    monkeypatch.setenv("LOFTE_ALLOW_LOOPBACK", "true")
    house.take("grastorp-1")
    folder = house.agreements / "grastorp-1/deliveries/reported"
    content = (folder / NAME).read_bytes()
    for path in folder.iterdir():
        path.unlink()
    house.edit("grastorp-1", 'location = "deliveries/reported"', f'location = "{server.url("/ut")}"')
    return content


def test_a_source_on_the_web_is_published_and_then_unchanged(
    house: House, server: Misbehaving, delivery: bytes
) -> None:
    def unless_known(call: Call) -> None:
        call.answer(304) if call.headers["If-None-Match"] == '"1"' else call.answer(200, delivery, ETag='"1"')

    server.paths[f"/ut/{NAME}"] = unless_known
    assert house.run(at=AT)["grastorp-1"].became == "published"
    assert house.figure(FIGURE)["actual_value"] == "55"
    before = house.published()
    assert house.run(at=AT)["grastorp-1"].became == "unchanged"
    assert house.published() == before
    assert [headers.get("If-None-Match") for _, headers in server.calls] == [None, '"1"']


def test_p6_nothing_about_a_person_is_kept_of_what_a_server_says_of_a_file(
    house: House, server: Misbehaving, delivery: bytes
) -> None:
    server.paths[f"/ut/{NAME}"] = lambda call: call.answer(200, delivery, ETag='"811218-9876"')
    assert house.run(at=AT)["grastorp-1"].became == "published"
    assert house.run(at=AT)["grastorp-1"].became == "unchanged"
    assert [headers.get("If-None-Match") for _, headers in server.calls] == [None, None]
    assert not any(has_trace(text, "811218-9876") for text in texts_under(house.state.root).values())


def test_a_revised_file_is_taken_though_its_name_is_the_same(
    house: House, server: Misbehaving, delivery: bytes
) -> None:
    server.paths[f"/ut/{NAME}"] = lambda call: call.answer(200, delivery, ETag='"1"')
    house.run(at=AT)
    server.paths[f"/ut/{NAME}"] = lambda call: call.answer(200, delivery.replace(b"55", b"57"), ETag='"2"')
    assert house.run(at=date(2022, 4, 1))["grastorp-1"].became == "published"
    assert house.figure(FIGURE)["actual_value"] == "57"


def test_v4_a_file_that_is_changed_back_is_told(house: House, server: Misbehaving, delivery: bytes) -> None:
    corrected = delivery.replace(b"55", b"57")
    for day, content in enumerate((delivery, corrected, delivery), start=1):
        server.paths[f"/ut/{NAME}"] = lambda call, content=content: call.answer(200, content)
        outcome = house.run(at=date(2022, 4, day))["grastorp-1"]
    (problem,) = outcome.problems
    assert "the same as on 2022-04-01, but a later delivery has replaced that one" in str(problem)
    assert house.figure(FIGURE)["actual_value"] == "57"
    server.paths[f"/ut/{NAME}"] = lambda call: call.answer(200, corrected)
    assert house.run(at=date(2022, 4, 4))["grastorp-1"].problems == []


def test_a_file_that_is_not_there_yet_is_no_fault(house: House, server: Misbehaving, delivery: bytes) -> None:
    server.paths[f"/ut/{NAME}"] = lambda call: call.answer(404)
    outcome = house.run(at=AT)["grastorp-1"]
    assert (outcome.became, outcome.problems) == ("published", [])
    assert house.figure(FIGURE)["value_status"] == "missing"


def test_a_source_that_fails_lets_the_others_publish_and_changes_nothing(
    house: House, server: Misbehaving, delivery: bytes
) -> None:
    server.paths[f"/ut/{NAME}"] = lambda call: call.answer(200, delivery)
    house.take("goteborg-centrum-1")
    house.run(at=AT)
    before = house.published()
    server.paths[f"/ut/{NAME}"] = lambda call: call.answer(200, b"<html>Fel</html>", Content_Type="text/html")
    outcomes = house.run(at=AT)
    assert outcomes["goteborg-centrum-1"].became == "unchanged"
    assert "a web page where data should be" in str(outcomes["grastorp-1"].problems[0])
    assert house.published() == before
    server.paths[f"/ut/{NAME}"] = lambda call: call.answer(200, delivery)
    assert house.run(at=AT)["grastorp-1"].problems == []


def test_f1_a_host_that_does_not_answer_is_asked_once_and_left(
    house: House, server: Misbehaving, delivery: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each period that is due has a file; a deadline for each would make one slow host hold up all others."""
    monkeypatch.setenv("LOFTE_FETCH_DEADLINE_SECONDS", "1")
    house.edit("grastorp-1", 'cadence = "year"', 'cadence = "month"')
    house.edit("grastorp-1", 'grain = "year"', 'grain = "month"')
    house.edit("grastorp-1", "redovisat_{year}.csv", "redovisat_{month}.csv")
    for month in range(1, 13):
        server.paths[f"/ut/redovisat_2021-{month:02d}.csv"] = lambda _: time.sleep(3)
    (problem,) = house.run(at=AT)["grastorp-1"].problems
    assert "not received whole within 1 s" in str(problem)
    assert "Nothing more is asked of the source in this run" in str(problem)
    assert len(server.calls) == 1


@pytest.mark.parametrize("location", [b"https://[::1", b"/\xe5"])
def test_f5_a_redirect_to_what_is_no_address_stops_no_other_source(
    house: House, server: Misbehaving, delivery: bytes, location: bytes
) -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n"
    server.paths[f"/ut/{NAME}"] = lambda call: call.raw(answer)
    outcome = house.run(at=AT)["grastorp-1"]
    assert outcome.became == "published"
    assert "redirects to what is no address" in str(outcome.problems[0])


def test_loopback_is_refused_without_the_setting(
    house: House, server: Misbehaving, delivery: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOFTE_ALLOW_LOOPBACK")
    assert "nothing was sent" in str(house.run(at=AT)["grastorp-1"].problems[0])
    assert server.calls == []


def test_a_dry_run_keeps_to_the_house_rules_of_the_real_state(
    house: House, server: Misbehaving, delivery: bytes, tmp_path: Path
) -> None:
    server.paths[f"/ut/{NAME}"] = lambda call: call.answer(200, delivery)
    house.run(at=AT, dry_run=True)
    assert list(house.state.root.rglob("*.calls")) == [house.state.root / "calls" / "127.0.0.1.calls"]


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("http://data.example/ut", "https only"),
        ("ftp://data.example/ut", "write ssh://"),
        ("zip::https://data.example/ut.zip", "through another transport"),
        ("simplecache::http://127.0.0.1:8080/ut", "through another transport"),
        ("zip://ut::simplecache::https://data.example/ut.zip", "through another transport"),
        ("https://user:secret@data.example/ut", "credentials belong in the environment"),
        ("https://data.example/ut?token=1", "credentials belong in the environment"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_by_check(house: House, location: str, said: str) -> None:
    house.take("grastorp-1")
    house.edit("grastorp-1", 'location = "deliveries/reported"', f'location = "{location}"')
    assert said in str(house.run()["grastorp-1"].problems[0])
