"""Instants and local times as dates: the date is the one in Sweden, whatever the machine thinks."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods.cells import parse_date
from methods.local_time import is_on_the_clock, local_time
from methods.personal_data import find_personal_data
from tests.test_interpret import GOOD, OCCASIONS, OTHER, WHOLE_YEAR, addresses, read, records

INSTANT, LOCAL = "YYYY-MM-DDThh:mmZ", "YYYY-MM-DDThh:mm"
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
FIRST, LAST = datetime(1900, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - Hypothesis adds the offset
INSTANTS = st.datetimes(FIRST, LAST, timezones=OFFSETS)
ZONES = ["UTC", "Asia/Tokyo", "America/Los_Angeles"]


@contextmanager
def machine_in(zone: str) -> Iterator[None]:
    """Put the machine in a zone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(params=ZONES)
def machine_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The machine in one zone after the other."""
    with machine_in(request.param):
        yield request.param


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2025-08-31T22:00Z", date(2025, 9, 1), id="midnight in summer"),
        pytest.param("2025-08-31T21:59:59Z", date(2025, 8, 31), id="the second before"),
        pytest.param("2025-12-31T23:00Z", date(2026, 1, 1), id="midnight in winter"),
        pytest.param("2025-12-31T22:59Z", date(2025, 12, 31), id="the minute before"),
        pytest.param("2025-10-26T00:30Z", date(2025, 10, 26), id="02:30 the first time"),
        pytest.param("2025-10-26T01:30Z", date(2025, 10, 26), id="02:30 the second time"),
        pytest.param("2025-09-01T00:00+02:00", date(2025, 9, 1), id="with the local offset"),
        pytest.param("2025-09-01T06:59:30+09:00", date(2025, 8, 31), id="from Tokyo"),
        pytest.param("2025-08-31T15:00-07:00", date(2025, 9, 1), id="from Los Angeles"),
        pytest.param("2024-02-29T12:00Z", date(2024, 2, 29), id="leap day"),
        pytest.param("2025-08-31T22:00", "not_a_date", id="no offset"),
        pytest.param("2025-08-31", "not_a_date", id="no time"),
        pytest.param("2025-08-31 22:00Z", "not_a_date", id="a space for the T"),
        pytest.param("2025-08-31T22:00z", "not_a_date", id="small z"),
        pytest.param("2025-08-31T22:00+0200", "not_a_date", id="offset without colon"),
        pytest.param("2025-08-31T22:00+02", "not_a_date", id="offset without minutes"),
        pytest.param("2025-08-31T22:00+24:00", "not_a_date", id="offset of a day"),
        pytest.param("2025-08-31T22:00:00.000Z", "not_a_date", id="fractions"),
        pytest.param("2025-08-31T24:00Z", "not_a_date", id="24:00"),
        pytest.param("2016-12-31T23:59:60Z", "not_a_date", id="leap second"),
        pytest.param("2025-02-29T12:00Z", "not_a_date", id="no leap day"),
        pytest.param("0001-01-01T00:00+02:00", "not_a_date", id="before year 1"),
        pytest.param("9999-12-31T23:30Z", "not_a_date", id="after year 9999"),
        pytest.param("2025-08-31T22:0٠Z", "not_a_date", id="other digits"),
        pytest.param("", "not_a_date", id="blank"),
    ],
)
def test_instants(machine_zone: str, text: str, expected: date | str) -> None:
    assert parse_date(text, INSTANT) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2025-08-31T22:00", date(2025, 8, 31), id="plain"),
        pytest.param("2025-08-31 22:00", date(2025, 8, 31), id="with a space"),
        pytest.param("2025-12-31T23:59:59", date(2025, 12, 31), id="with seconds"),
        pytest.param("2025-03-30T01:59:59", date(2025, 3, 30), id="just before clocks go forward"),
        pytest.param("2025-03-30T02:00", "no_such_local_time", id="first that is skipped"),
        pytest.param("2025-03-30 02:30", "no_such_local_time", id="skipped"),
        pytest.param("2025-03-30T02:59:59", "no_such_local_time", id="last that is skipped"),
        pytest.param("2025-03-30T03:00", date(2025, 3, 30), id="just after"),
        pytest.param("2025-10-26T02:30", date(2025, 10, 26), id="comes twice, on the same date"),
        pytest.param("2025-08-31T22:00Z", "not_a_date", id="with Z"),
        pytest.param("2025-08-31T22:00+02:00", "not_a_date", id="with an offset"),
        pytest.param("2025-08-31", "not_a_date", id="no time"),
        pytest.param("2025-08-31  22:00", "not_a_date", id="two spaces"),
        pytest.param("2025-08-31T24:00", "not_a_date", id="24:00"),
        pytest.param("2025-08-31T7:00", "not_a_date", id="no leading zero"),
        pytest.param("2025-02-29T12:00", "not_a_date", id="no leap day"),
        pytest.param("0001-01-01T00:00", "not_a_date", id="its instant lies before year 1"),
    ],
)
def test_local_times(machine_zone: str, text: str, expected: date | str) -> None:
    assert parse_date(text, LOCAL) == expected


def test_an_hour_comes_twice_when_clocks_go_back(machine_zone: str) -> None:
    first, second = (local_time(datetime(2025, 10, 26, hour, 30, tzinfo=UTC)) for hour in (0, 1))
    assert [f"{moment:%Y-%m-%d %H:%M}" for moment in (first, second)] == ["2025-10-26 02:30"] * 2
    assert first.utcoffset() != second.utcoffset()


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        local_time(datetime(2025, 8, 31, 22, 0))  # noqa: DTZ001 - the point of it


@settings(max_examples=300, deadline=None)
@given(INSTANTS, st.sampled_from(["minutes", "seconds"]), st.sampled_from(ZONES))
def test_the_date_of_any_instant_is_the_local_one(instant: datetime, precision: str, zone: str) -> None:
    written = instant.isoformat(timespec=precision)
    read_back = datetime.fromisoformat(written)
    in_utc = read_back.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    with machine_in(zone):
        assert parse_date(written, INSTANT) == read_back.astimezone(ZoneInfo("Europe/Stockholm")).date()
        assert parse_date(in_utc, INSTANT) == parse_date(written, INSTANT)


@settings(max_examples=200, deadline=None)
@given(INSTANTS)
def test_what_clocks_show_is_on_the_clock_and_keeps_its_date(instant: datetime) -> None:
    shown = local_time(instant).replace(tzinfo=None)
    assert is_on_the_clock(shown)
    assert parse_date(f"{shown:%Y-%m-%d %H:%M:%S}", LOCAL) == shown.date()


@settings(max_examples=200, deadline=None)
@given(INSTANTS)
def test_no_instant_is_taken_for_personal_data(instant: datetime) -> None:
    row = f"{instant.isoformat(timespec='seconds')};Trafikkontroll;12"
    assert find_personal_data(row) is None
    assert find_personal_data(row.replace("T", " ", 1)) is None


def test_an_occasion_lands_in_its_local_month() -> None:
    contract = {**OCCASIONS, "date_form": INSTANT}
    late, later = {**GOOD, "datum": "2024-08-31T21:59Z"}, {**OTHER, "datum": "2024-08-31T22:00Z"}
    found = read(contract, late, later, {**GOOD, "id": "P-3", "datum": "2024-12-31T23:00Z"}, covered=WHOLE_YEAR)
    assert [(row["occurred_on"], row["month"]) for row in records(found)] == [
        (date(2024, 8, 31), "2024-08"),
        (date(2024, 9, 1), "2024-09"),
    ]
    assert addresses(found) == [(4, "datum", "outside_the_months_of_the_delivery")]


def test_a_time_that_never_was_sets_its_row_aside() -> None:
    contract = {**OCCASIONS, "date_form": LOCAL}
    never, good = {**GOOD, "datum": "2024-03-31 02:30"}, {**OTHER, "datum": "2024-03-31 03:30"}
    found = read(contract, never, good, covered=WHOLE_YEAR)
    assert addresses(found) == [(2, "datum", "no_such_local_time")]
    assert [row["month"] for row in records(found)] == ["2024-03"]
