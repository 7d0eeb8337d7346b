"""Totals of a period that a decision has cut in two come for the whole or for a part, and are never added together."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.coverage_calendar import calendar_lines
from cli.reminding import remind_providers
from methods.delivered import delivered_months
from schemas.agreement import Source
from schemas.agreement_file import read_agreement
from schemas.delivery import Receipt
from schemas.warehouse_address import WarehouseAddress
from schemas.warehouse_tables import LOAD, LOAD_MONTH, RELEASE_INPUT, REPORTED_TOTAL
from tasks.explain import explain_figure
from tests.house import House
from tests.test_amendments import amendment
from warehouse.engine import opened
from warehouse.migration import migrate
from warehouse.queries import rows_of

AGREEMENT = "year-to-date-totals"
HEADER = "typ;antal;hur;märkning\n"
AT = date(2025, 6, 5)
WHOLE, PART, REST = "2024-09_2024-12", "2024-09_2024-10", "2024-11_2024-12"
EXTENDED = ("ends_on = 2024-10-31", 'kind = "extended"', "effective_on = 2024-10-01", "ends_on = 2024-12-31")
TERTIALS = (('cadence = "month"', 'cadence = "tertial"'), ('grain = "month"', 'grain = "tertial"'))
TERMINATED = ("ends_on = 2024-12-31", 'kind = "terminated"', "effective_on = 2024-11-01")


def cut(root: Path, ends_on: str, *decision: str, accumulation: str = "period") -> House:
    """Return an agreement whose last tertial a decision has cut, with a total of ten in each tertial before."""
    house = House(root)
    house.take_case(AGREEMENT, has_deliveries=False)
    for old, new in (
        ('accumulation = "year_to_date"', f'accumulation = "{accumulation}"'),
        *TERTIALS,
        ("PAHITTAD_{month}_mottagen", "PAHITTAD_{from}_{to}_mottagen"),
        ("ends_on = 2024-12-31", ends_on),
    ):
        house.edit(AGREEMENT, old, new)
    decide(house, *decision)
    total(house, "2024-01_2024-04", "2024-05-10", 10)
    total(house, "2024-05_2024-08", "2024-09-10", 10)
    return house


def decide(house: House, *decision: str) -> None:
    """Write a decision down at the end of the agreement."""
    path = house.agreements / AGREEMENT / "agreement.toml"
    path.write_text(path.read_text("utf-8") + amendment(*decision), "utf-8")


def rate_months(house: House) -> None:
    """Make the target one of each month."""
    house.edit(AGREEMENT, 'period_wording = "per_year"', 'period_wording = "per_month"')
    house.edit(AGREEMENT, 'period = "calendar_year"', 'period = "month"')


@pytest.fixture
def extended(tmp_path: Path) -> House:
    """An agreement that was to end with October, and goes on until December."""
    return cut(tmp_path, *EXTENDED)


def total(house: House, months: str, received_on: str, value: int) -> None:
    """Leave a total."""
    name = f"PAHITTAD_{months}_mottagen_{received_on}.csv"
    house.deliver(AGREEMENT, "rows", name, f"{HEADER}Kontroll;{value};exakt;PÅHITTAD\n")


def nothing(house: House, months: str, received_on: str) -> None:
    """Leave a file without rows, and an attestation that nothing was done."""
    path = house.deliver(AGREEMENT, "rows", f"PAHITTAD_{months}_mottagen_{received_on}.csv", HEADER)
    path.with_name(f"{path.name}.toml").write_text("attests_zero = true\n", "utf-8")


def run(house: House) -> None:
    """Publish, with nothing held."""
    assert house.run(at=AT)[AGREEMENT].problems == []


def said(house: House, figure: str) -> tuple[str, str, str]:
    """Return what a figure of controls says, and its status."""
    row = house.figure(f"{AGREEMENT}/controls/made/-/{figure}")
    return row["actual_value"], row["actual_qualifier"], row["status"]


def behind(house: House, figure: str) -> list[str]:
    """Return the months of the deliveries that a figure of controls leads back to."""
    found = explain_figure.fn(f"{AGREEMENT}/controls/made/-/{figure}", house.state).deliveries
    return [f"{item.receipt.covers_from}_{item.receipt.covers_to}" for item in found]


def states(house: House) -> dict[str, str]:
    """Return the state of each delivery of the last tertial."""
    rows = house.rows(AGREEMENT, "deliveries")
    return {row["delivery_id"]: row["state"] for row in rows if row["month"] > "2024-08"}


@pytest.mark.parametrize(
    ("old", "new", "tertial", "part"),
    [
        ("starts_on = 2024-01-01", "starts_on = 2024-03-01", "2024-T1", "2024-03 to 2024-04"),
        ("[sources.contract]", "started_on = 2024-06-01\n[sources.contract]", "2024-T2", "2024-06 to 2024-08"),
        ("[sources.contract]", "ended_on = 2024-10-31\nended_reason_sv = 'x'\n[sources.contract]",
         "2024-T3", "2024-09 to 2024-10"),
        ("[sources.contract]", 'pauses = [{ from = "2024-02", to = "2024-02", reason = "x" }]\n[sources.contract]',
         "2024-T1", None),
    ],
)  # fmt: skip
def test_a_file_called_by_a_tertial_that_is_due_in_part_is_told_how_to_hand_it_over(
    tmp_path: Path, old: str, new: str, tertial: str, part: str | None
) -> None:
    house = House(tmp_path)
    house.take_case(AGREEMENT, has_deliveries=False)
    for before, after in (*TERTIALS, ("PAHITTAD_{month}_mottagen", "PAHITTAD_{tertial}_mottagen"), (old, new)):
        house.edit(AGREEMENT, before, after)
    total(house, tertial, "2025-05-10", 9)
    (problem,) = house.run(at=AT)[AGREEMENT].problems
    if part is None:
        assert "hand it over" not in problem.message
    else:
        period = part.replace(" to ", "..")
        assert problem.message.endswith(
            f". Where it is only about {part}, hand it over: `lofte receive --period {period}`"
        )


@pytest.mark.parametrize("in_one_run", [True, False])
def test_a_part_received_after_the_whole_leaves_the_rest_missing(extended: House, in_one_run: bool) -> None:
    total(extended, WHOLE, "2025-01-10", 9)
    if not in_one_run:
        run(extended)
        assert said(extended, "per-year/2024-A1") == ("29", "exact", "not_kept")
    total(extended, PART, "2025-02-01", 5)
    run(extended)
    assert said(extended, "-/2024-T3") == ("5", "exact", "")
    assert said(extended, "-/2024-T3-A1") == ("5", "at_least", "")
    assert said(extended, "per-year/2024-A1") == ("25", "at_least", "undetermined")
    row = extended.figure(f"{AGREEMENT}/controls/made/-/per-year/2024-A1")
    assert (row["status_rule"], row["deliveries_due"], row["deliveries_received"]) == ("months_missing", "4", "3")
    assert "november 2024, december 2024" in row["status_reason_sv"]
    assert behind(extended, "-/2024-T3-A1") == [PART]


def test_a_part_that_nobody_will_report_is_said_so_after_an_early_end(tmp_path: Path) -> None:
    house = cut(tmp_path, *TERMINATED)
    total(house, WHOLE, "2025-01-10", 9)
    total(house, PART, "2025-02-01", 5)
    run(house)
    assert said(house, "per-year/2024") == ("25", "at_least", "undetermined")
    assert house.figure(f"{AGREEMENT}/controls/made/-/per-year/2024")["status_rule"] == "agreement_terminated"
    assert states(house) == {"rows/2024-10/1": "late", "rows/2024-12/1": "delivered"}


def test_what_is_left_without_a_total_is_missing_wherever_it_is_told(
    extended: House, capsys: pytest.CaptureFixture[str]
) -> None:
    total(extended, WHOLE, "2025-01-10", 9)
    total(extended, PART, "2025-02-01", 5)
    run(extended)
    assert states(extended) == {
        "rows/2024-10/1": "late",
        "rows/2024-12/0": "missing",
        "rows/2024-12/1": "delivered",
    }
    (line,) = calendar_lines(read_agreement(extended.agreements / AGREEMENT), extended.state, AT)
    assert line == f"{AGREEMENT}/rows: 3 delivered, 1 late, 1 missing (2024-12); reaches 2024-10"
    with extended.settings():
        remind_providers(None, AT)
    assert "för november 2024, december 2024.\n" in capsys.readouterr().out


def test_nobody_is_reminded_of_what_stands_beside_a_part_that_could_not_be_read(
    extended: House, capsys: pytest.CaptureFixture[str]
) -> None:
    total(extended, WHOLE, "2025-01-10", 9)
    extended.deliver(AGREEMENT, "rows", f"PAHITTAD_{PART}_mottagen_2025-02-01.csv", HEADER)
    assert len(extended.run(at=AT)[AGREEMENT].problems) == 1
    assert said(extended, "per-year/2024-A1") == ("29", "exact", "not_kept")
    with extended.settings():
        remind_providers(None, AT)
    assert capsys.readouterr().out == f"nothing is late on {AT}\n"


def test_the_rest_received_too_makes_it_whole(extended: House) -> None:
    total(extended, WHOLE, "2025-01-10", 9)
    total(extended, PART, "2025-02-01", 5)
    total(extended, REST, "2025-02-10", 4)
    run(extended)
    assert said(extended, "per-year/2024-A1") == ("29", "exact", "not_kept")
    assert behind(extended, "-/2024-T3-A1") == [PART, REST]
    assert "missing" not in states(extended).values()


@pytest.mark.parametrize("parts", [(PART,), (PART, REST)])
def test_a_whole_received_after_its_parts_counts_instead_of_them(extended: House, parts: tuple[str, ...]) -> None:
    for months in parts:
        total(extended, months, "2025-01-10", 5)
    total(extended, WHOLE, "2025-02-01", 9)
    run(extended)
    assert said(extended, "per-year/2024-A1") == ("29", "exact", "not_kept")
    assert said(extended, "-/2024-T3") == ("", "", "")
    assert behind(extended, "-/2024-T3-A1") == [WHOLE]
    assert "missing" not in states(extended).values()


def test_an_attested_zero_of_the_whole_is_none_of_the_rest_when_a_part_says_otherwise(extended: House) -> None:
    nothing(extended, WHOLE, "2025-01-10")
    run(extended)
    assert said(extended, "-/2024-T3-A1") == ("0", "exact", "")
    total(extended, PART, "2025-02-01", 5)
    run(extended)
    assert said(extended, "-/2024-T3-A1") == ("5", "at_least", "")
    assert behind(extended, "-/2024-T3-A1") == [PART]


def test_an_attested_zero_of_a_part_takes_the_whole_away(extended: House) -> None:
    total(extended, WHOLE, "2025-01-10", 9)
    nothing(extended, PART, "2025-02-01")
    run(extended)
    assert said(extended, "-/2024-T3") == ("0", "exact", "")
    assert said(extended, "-/2024-T3-A1") == ("0", "at_least", "")
    assert said(extended, "per-year/2024-A1") == ("20", "at_least", "undetermined")


@pytest.mark.parametrize("rest", [WHOLE, REST])
def test_a_total_of_the_year_until_the_cut_stands_beside_one_until_the_end(tmp_path: Path, rest: str) -> None:
    """They are of different parts of the year, whatever months the later one is named by."""
    house = cut(tmp_path, *EXTENDED, accumulation="year_to_date")
    total(house, PART, "2024-11-10", 32)
    run(house)
    assert said(house, "per-year/2024") == ("32", "exact", "kept")
    total(house, rest, "2025-01-10", 35)
    run(house)
    assert said(house, "per-year/2024") == ("32", "exact", "kept")
    assert said(house, "-/2024-T3") == ("22", "exact", "")
    assert said(house, "-/2024-T3-A1") == ("25", "exact", "")
    assert behind(house, "-/2024-T3") == [PART]


@pytest.mark.parametrize("in_one_run", [True, False])
def test_a_total_until_the_cut_is_compared_with_one_until_the_end(tmp_path: Path, in_one_run: bool) -> None:
    house = cut(tmp_path, *EXTENDED, accumulation="year_to_date")
    total(house, WHOLE, "2025-01-10", 35)
    if not in_one_run:
        run(house)
    total(house, PART, "2024-11-10", 36)  # found after it
    (problem,) = house.run(at=AT)[AGREEMENT].problems
    assert "never fall" in str(problem)


def test_a_zero_attested_until_the_cut_stands_behind_its_months(tmp_path: Path) -> None:
    house = cut(tmp_path, *EXTENDED, accumulation="year_to_date")
    for path in (house.agreements / AGREEMENT / "deliveries" / "rows").iterdir():
        path.unlink()
    nothing(house, PART, "2024-11-10")
    total(house, WHOLE, "2025-01-10", 3)
    run(house)
    assert said(house, "-/2024-T3") == ("0", "exact", "")
    assert behind(house, "-/2024-T3") == [PART]


@pytest.mark.parametrize("accumulation", ["period", "year_to_date"])
def test_a_state_does_not_rest_on_a_total_that_reaches_past_it(tmp_path: Path, accumulation: str) -> None:
    house = cut(tmp_path, *EXTENDED, accumulation=accumulation)
    total(house, PART, "2024-11-10", 32)
    total(house, WHOLE, "2025-01-10", 35)
    house.run(month="2024-10", at=AT)
    assert said(house, "-/2024-T3")[:2] == ("32" if accumulation == "period" else "22", "exact")


@pytest.mark.parametrize(("ends_on", "figure"), [("2024-12-31", "2024-12"), ("2024-10-31", "2024-10")])
def test_a_month_of_a_tertial_total_is_not_said_to_be_without_reports(
    tmp_path: Path, ends_on: str, figure: str
) -> None:
    """Also the last one of what was first agreed, beside which an extension goes on."""
    lines = ('kind = "extended"', "effective_on = 2024-10-01", "ends_on = 2025-04-30")
    house = cut(tmp_path, f"ends_on = {ends_on}", *lines)
    rate_months(house)
    total(house, WHOLE, "2025-01-10", 9)
    house.run(at=AT)
    row = house.figure(f"{AGREEMENT}/controls/made/-/per-year/{figure}")
    assert (row["value_status"], row["status"]) == ("not_applicable", "undetermined")
    assert row["status_rule"] == "source_reports_longer_periods"


def test_a_month_that_an_extension_made_longer_is_not_said_to_be_without_reports(tmp_path: Path) -> None:
    """Its total was about the days until the first end, and is about the whole month since."""
    house = House(tmp_path)
    house.take_case(AGREEMENT, has_deliveries=False)
    house.edit(AGREEMENT, 'accumulation = "year_to_date"', 'accumulation = "period"')
    house.edit(AGREEMENT, "ends_on = 2024-12-31", "ends_on = 2024-11-15")
    rate_months(house)
    name = "PAHITTAD_2024-11_mottagen_2024-12-10.csv"
    house.deliver(AGREEMENT, "rows", name, f"{HEADER}Kontroll;9;exakt;PÅHITTAD\n")
    run(house)
    assert said(house, "-/2024-11") == ("9", "exact", "")
    decide(house, 'kind = "extended"', "effective_on = 2024-11-10", "ends_on = 2024-12-31")
    run(house)
    row = house.figure(f"{AGREEMENT}/controls/made/-/per-year/2024-11")
    assert (row["value_status"], row["status_rule"]) == ("not_applicable", "source_reports_longer_periods")
    assert said(house, "-/2024-11-A1") == ("9", "exact", "")


def test_a_whole_that_comes_again_after_its_part_is_told(extended: House) -> None:
    total(extended, WHOLE, "2025-01-10", 9)
    total(extended, PART, "2025-02-01", 5)
    run(extended)
    total(extended, WHOLE, "2025-03-01", 9)
    (problem,) = extended.run(at=AT)[AGREEMENT].problems
    assert "the same as on 2025-01-10, but a later delivery has replaced that one" in str(problem)
    assert said(extended, "per-year/2024-A1") == ("25", "at_least", "undetermined")


SPANS = st.tuples(st.integers(1, 6), st.integers(1, 6)).map(lambda pair: (min(pair), max(pair)))
MONTHS = [f"2024-{number:02d}" for number in range(1, 7)]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spans=st.lists(SPANS, min_size=1, max_size=6), is_whole=st.booleans())
def test_a_total_counts_while_nothing_later_is_about_any_of_its_months(
    warehouse: WarehouseAddress, two_sources: dict[bool, Source], spans: list[tuple[int, int]], is_whole: bool
) -> None:
    expected = {}
    for number, month in enumerate(MONTHS, 1):
        about = [place for place, (first, last) in enumerate(spans) if first <= number <= last]
        if not about:
            continue
        first, last = spans[about[-1]]
        is_overlapped = any(other[0] <= last and other[1] >= first for other in spans[about[-1] + 1 :])
        if not (is_whole and is_overlapped):
            expected[month] = str(about[-1])
    receipts = [_receipt(place, first, last) for place, (first, last) in enumerate(spans)]
    assert delivered_months(two_sources[is_whole], reversed(receipts)) == set(expected)
    with opened(warehouse) as connection:
        migrate(connection, warehouse)
        transaction = connection.begin()
        for place, (first, last) in enumerate(spans):
            _insert(connection, str(place), place, MONTHS[first - 1 : last], is_whole=is_whole)
        found = rows_of(connection, "current_load_month")
        transaction.rollback()
    assert {row["month"]: row["load_id"] for row in found} == expected


@pytest.fixture
def two_sources(extended: House) -> dict[bool, Source]:
    """The source of totals for whole periods, and the same with totals of the year so far."""
    whole = read_agreement(extended.agreements / AGREEMENT).agreement.sources[0]
    contract = whole.contract.model_copy(update={"accumulation": "year_to_date"})
    return {True: whole, False: whole.model_copy(update={"contract": contract})}


def _receipt(place: int, first: int, last: int) -> Receipt:
    return Receipt(
        source_id="rows",
        covers_from=MONTHS[first - 1],
        covers_to=MONTHS[last - 1],
        content_hash=str(place),
        size=1,
        file_name="fil.csv",
        address="fil.csv",
        received_on=date(2024, 8, place + 1),
        source_url=None,
        is_invented=True,
        attests_zero=False,
        fetched_at="",
    )


def _insert(connection: sa.Connection, load_id: str, rank: int, months: list[str], *, is_whole: bool) -> None:
    connection.execute(sa.insert(RELEASE_INPUT).values(release_id="r", load_id=load_id, delivery_rank=rank))
    connection.execute(sa.insert(LOAD).values(load_id=load_id, agreement_id="x", source_id="s", delivery_id=load_id))
    connection.execute(sa.insert(LOAD_MONTH), [{"load_id": load_id, "month": month} for month in months])
    connection.execute(
        sa.insert(REPORTED_TOTAL).values(
            load_id=load_id,
            activity_id="t",
            indicator_id="c",
            covers_from_month=months[0],
            covers_to_month=months[-1],
            covers_from_on=date(2024, 1, 1),
            covers_to_on=date(2024, 6, 30),
            quantity=1,
            qualifier="exact",
            low=1,
            high=1,
            next_from_month=None if is_whole else "2024-07",
            next_from_on=None if is_whole else date(2024, 7, 1),
        )
    )
