"""A zero that is attested is published as zero, and leads back to the attestation; so does one with rows of others."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from cli.explaining import explain_published
from cli.rebuilding import rebuild_from_kept
from schemas.agreement_file import read_agreement
from schemas.handing import Handing
from schemas.warehouse_address import WarehouseAddress
from sources.receiving import receive
from tasks.explain import explain_figure
from tests.house import House
from warehouse.engine import opened

TO_DATE, MID_YEAR, TWO = "year-to-date-totals", "year-to-date-totals-from-mid-year", "first-of-two-sources"
HEADER = "typ;antal;hur;märkning\n"
OF_ROWS = "datum;typ;antal;märkning\n"
AT = date(2026, 3, 1)
LONG_AFTER = "due_day = 15\nsearched_on = 2026-02-01"
ZERO = ("0", "exact", "observed")


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Agreements with reported totals, long after their end, with no deliveries yet."""
    found = House(tmp_path)
    _take(found)
    return found


def _take(house: House) -> None:
    for name in (TO_DATE, MID_YEAR, TWO):
        house.take_case(name, has_deliveries=False)
        house.edit(name, "due_day = 15", LONG_AFTER)


def nothing(house: House, agreement: str, source: str, period: str, received_on: str, header: str = HEADER) -> None:
    """Leave a file without rows, and an attestation that nothing was done."""
    path = house.deliver(agreement, source, f"PAHITTAD_{period}_mottagen_{received_on}.csv", header)
    path.with_name(f"{path.name}.toml").write_text("attests_zero = true\n", "utf-8")


def totals(house: House, agreement: str, source: str, period: str, received_on: str, rows: str) -> None:
    """Leave totals."""
    house.deliver(agreement, source, f"PAHITTAD_{period}_mottagen_{received_on}.csv", HEADER + rows)


def three_each_month(house: House, *months: int) -> None:
    """Leave rows of three controls in each month, beside a source of totals."""
    for month in months:
        rows(house, month, "Kontroll")


def rows(house: House, month: int, kind: str) -> None:
    """Leave rows of three things of a kind in a month, beside a source of totals."""
    text = f"{OF_ROWS}2024-{month:02d}-05;{kind};3;PÅHITTAD\n"
    house.deliver(TWO, "rows", f"PAHITTAD_2024-{month:02d}_mottagen_2024-{month + 1:02d}-10.csv", text)


def count_fines_too(house: House) -> None:
    """Let the source of rows deliver a second indicator."""
    text = (house.agreements / TWO / "agreement.toml").read_text("utf-8")
    made = text[text.index("[[activities.indicators]]") : text.index("[[activities.targets]]")]
    house.edit(TWO, made, made + made.replace('id = "made"', 'id = "fines"'))
    types = 'quantity = "antal" }\ntypes = { "Kontroll" = "controls/made"'
    house.edit(TWO, types, f'{types}, "Bot" = "controls/fines"')


def run(house: House, agreement: str) -> None:
    """Publish, with nothing held."""
    assert house.run(agreement, at=AT)[agreement].problems == []


def said(house: House, agreement: str, figure: str) -> tuple[str, str, str]:
    """Return what a figure of controls says."""
    row = house.figure(f"{agreement}/controls/{figure}")
    return row["actual_value"], row["actual_qualifier"], row["value_status"]


def test_v1_a_whole_year_attested_is_zero_in_the_year_and_all_that_lies_in_it(house: House) -> None:
    nothing(house, TO_DATE, "rows", "2024-12", "2025-01-10")
    run(house, TO_DATE)
    for period in ("2024", "all", "2024-T1", "2024-T3", "2024-01", "2024-05", "2024-12"):
        assert said(house, TO_DATE, f"made/-/-/{period}") == ZERO, period
        assert said(house, TO_DATE, f"fines/-/-/{period}") == ZERO, period
    rated = house.figure(f"{TO_DATE}/controls/made/-/per-year/2024")
    assert (rated["actual_value"], rated["status"]) == ("0", "not_kept")


def test_what_is_counted_since_an_attested_zero_counts_as_it_is(house: House) -> None:
    nothing(house, TO_DATE, "rows", "2024-01", "2024-02-10")
    totals(house, TO_DATE, "rows", "2024-02", "2024-03-10", "Kontroll;4;exakt;PÅHITTAD\nBot;0;exakt;PÅHITTAD\n")
    run(house, TO_DATE)
    assert said(house, TO_DATE, "made/-/-/2024-01") == ZERO
    assert said(house, TO_DATE, "made/-/-/2024-02") == ("4", "exact", "observed")
    assert said(house, TO_DATE, "fines/-/-/2024-02") == ZERO
    assert said(house, TO_DATE, "made/-/-/2024-03") == ("", "", "missing")


def test_nothing_since_before_the_agreement_is_nothing_since_it_began(house: House) -> None:
    nothing(house, MID_YEAR, "rows", "2024-04", "2024-05-10")
    totals(house, MID_YEAR, "rows", "2024-05", "2024-06-10", "Kontroll;4;exakt;PÅHITTAD\n")
    run(house, MID_YEAR)
    assert said(house, MID_YEAR, "made/-/-/2024-03") == ZERO
    assert said(house, MID_YEAR, "made/-/-/2024-T1") == ZERO
    assert said(house, MID_YEAR, "made/-/-/2024-05") == ("4", "exact", "observed")


def test_a_sum_is_whole_where_one_source_attests_zero(house: House) -> None:
    house.edit(TWO, 'combine = "first"', 'combine = "sum"')
    three_each_month(house, 1, 2, 3, 4)
    nothing(house, TWO, "totals", "2024-T1", "2024-05-10")
    run(house, TWO)
    assert said(house, TWO, "made/-/-/2024-01") == ("3", "exact", "observed")
    assert said(house, TWO, "made/-/-/2024-T1") == ("12", "exact", "observed")


def test_the_first_source_counts_that_attests_zero(house: House) -> None:
    house.edit(TWO, 'sources = ["rows", "totals"]', 'sources = ["totals", "rows"]')
    three_each_month(house, 4, 5)
    nothing(house, TWO, "totals", "2024-T1", "2024-05-10")
    run(house, TWO)
    assert said(house, TWO, "made/-/-/2024-04") == ZERO
    assert said(house, TWO, "made/-/-/2024-T1") == ZERO
    assert said(house, TWO, "made/-/-/2024-05") == ("3", "exact", "observed")


def test_two_words_for_an_indicator_are_one_zero(house: House) -> None:
    house.edit(
        TWO, '"Kontroll" = "controls/made" }\nqual', '"Kontroll" = "controls/made", "K" = "controls/made" }\nqual'
    )
    nothing(house, TWO, "totals", "2024-T1", "2024-05-10")
    run(house, TWO)
    assert said(house, TWO, "made/-/-/2024-T1") == ZERO


def test_what_an_office_attests_of_totals_is_zero(house: House) -> None:
    handing = Handing(
        agreement=TO_DATE,
        source="rows",
        period="2024-01",
        office="police",
        registration_number="A1/2024",
        is_invented=True,
        attest_zero=True,
    )
    file = read_agreement(house.agreements / TO_DATE)
    assert receive(file, house.state, "fil.csv", HEADER.encode(), handing, date(2024, 2, 10))
    run(house, TO_DATE)
    assert said(house, TO_DATE, "made/-/-/2024-01") == ZERO


def test_nobody_attested_zero_of_what_the_contract_counts_since(house: House) -> None:
    kinds = 'indicators = { "Kontroll" = "controls/made"'
    both = f'{kinds}, "Bot" = "controls/fines"'
    house.edit(TO_DATE, both, f'{kinds}, "Böter" = "controls/fined"')
    house.edit(TO_DATE, 'id = "fines"', 'id = "fined"')
    nothing(house, TO_DATE, "rows", "2024-02", "2024-03-10")
    run(house, TO_DATE)
    assert said(house, TO_DATE, "fined/-/-/2024-02") == ZERO
    house.edit(TO_DATE, '"Böter" = "controls/fined"', '"Bot" = "controls/fines"')
    house.edit(TO_DATE, 'id = "fined"', 'id = "fines"')
    run(house, TO_DATE)
    assert said(house, TO_DATE, "made/-/-/2024-02") == ZERO
    assert said(house, TO_DATE, "fines/-/-/2024-02") == ("", "", "missing")
    before = house.published()
    with house.settings():
        assert rebuild_from_kept() == 0
    assert house.run(TO_DATE, at=AT)[TO_DATE].became == "unchanged"
    assert house.published() == before
    nothing(house, TO_DATE, "rows", "2024-03", "2024-04-10")
    run(house, TO_DATE)
    assert said(house, TO_DATE, "fines/-/-/2024-03") == said(house, TO_DATE, "fines/-/-/2024-02") == ZERO


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (['"Bot" = '], ['"Böter" = ']),
        (['id = "fines"', '"controls/fines"'], ['id = "fined"', '"controls/fined"']),
    ],
)
def test_an_attested_zero_stays_one_under_another_name(house: House, old: list[str], new: list[str]) -> None:
    nothing(house, TO_DATE, "rows", "2024-02", "2024-03-10")
    run(house, TO_DATE)
    for before, after in zip(old, new, strict=True):
        house.edit(TO_DATE, before, after)
    run(house, TO_DATE)
    which = "fines" if '"Bot" = ' in old else "fined"
    assert said(house, TO_DATE, f"{which}/-/-/2024-02") == ZERO


def test_no_row_is_said_to_have_come(house: House) -> None:
    nothing(house, TO_DATE, "rows", "2024-01", "2024-02-10")
    run(house, TO_DATE)
    (load,) = house.state.ledger(TO_DATE).loads().values()
    assert (load.accepted_rows, load.set_aside_rows) == (0, 0)


@pytest.mark.parametrize("period", ["2024-01", "2024-T1"])
def test_explain_says_that_zero_is_attested(house: House, period: str, capsys: pytest.CaptureFixture[str]) -> None:
    nothing(house, TO_DATE, "rows", "2024-04", "2024-05-10")
    run(house, TO_DATE)
    figure = f"{TO_DATE}/controls/made/-/-/{period}"
    (behind,) = explain_figure.fn(figure, house.state).deliveries
    assert (behind.lines, behind.lines_count) == ([], 0)
    with house.settings():
        explain_published(figure)
    told = "Rows      rows 2024-04..2024-04: PAHITTAD_2024-04_mottagen_2024-05-10.csv, without rows: zero is attested"
    assert told in capsys.readouterr().out.splitlines()


def told(house: House, figure: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return what is told of each delivery behind a figure of controls: source, first month, and what of it counts."""
    with house.settings():
        explain_published(f"{TWO}/controls/{figure}")
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("Rows")]
    return [" ".join([source, months.split("..")[0], *counts]) for _, source, months, _, *counts in lines]


JANUARY, FEBRUARY = "rows 2024-01 lines 2", "rows 2024-02 without rows: zero is attested"
MARCH = "rows 2024-03 0 rows of it count here"


@pytest.mark.parametrize(
    ("figure", "behind"),
    [
        ("made/-/-/2024-01", [JANUARY]),
        ("made/-/-/2024-02", [FEBRUARY]),
        ("made/-/-/2024-03", [MARCH]),
        ("made/-/-/2024-04", []),
        ("made/-/-/2024-T1", [JANUARY, FEBRUARY, MARCH]),
        ("made/-/per-year/2024", [JANUARY, FEBRUARY, MARCH]),
        ("fines/-/-/2024-03", ["rows 2024-03 lines 2"]),
    ],
)
def test_explain_shows_what_a_zero_that_is_counted_from_rows_rests_on(
    house: House, figure: str, behind: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    count_fines_too(house)
    rows(house, 1, "Kontroll")
    nothing(house, TWO, "rows", "2024-02", "2024-03-10", OF_ROWS)
    rows(house, 3, "Bot")
    run(house, TWO)
    assert said(house, TWO, "made/-/-/2024-02") == said(house, TWO, "made/-/-/2024-03") == ZERO
    assert told(house, figure, capsys) == behind


def test_explain_shows_no_zero_of_a_source_that_gives_way(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    three_each_month(house, 4)
    nothing(house, TWO, "rows", "2024-06", "2024-07-10", OF_ROWS)
    nothing(house, TWO, "totals", "2024-T1", "2024-05-10")
    totals(house, TWO, "totals", "2024-T2", "2024-09-10", "Kontroll;5;exakt;PÅHITTAD\n")
    run(house, TWO)
    first = ["rows 2024-04 lines 2", "rows 2024-06 without rows: zero is attested"]
    assert told(house, "made/-/-/2024", capsys) == first
    house.edit(TWO, 'sources = ["rows", "totals"]', 'sources = ["totals", "rows"]')
    run(house, TWO)
    assert told(house, "made/-/-/2024-06", capsys) == []
    first = ["totals 2024-01 without rows: zero is attested", "totals 2024-05 lines 2"]
    assert told(house, "made/-/-/2024", capsys) == first


def test_rebuild_brings_attested_zeros_back(house: House) -> None:
    nothing(house, TO_DATE, "rows", "2024-12", "2025-01-10")
    run(house, TO_DATE)
    before = house.published()
    with house.settings():
        assert rebuild_from_kept() == 0
    assert house.run(TO_DATE, at=AT)[TO_DATE].became == "unchanged"
    assert house.published() == before


def test_a_warehouse_of_the_former_schema_gets_the_zeros(warehouse: WarehouseAddress, tmp_path: Path) -> None:
    house = House(tmp_path / "house", warehouse)
    _take(house)
    nothing(house, TO_DATE, "rows", "2024-12", "2025-01-10")
    run(house, TO_DATE)
    before = house.published()
    _to_the_former_schema(warehouse)
    assert house.run(TO_DATE, at=AT)[TO_DATE].became == "unchanged"
    assert house.published() == before
    assert len(house.state.ledger(TO_DATE).loads()) == 1


def _to_the_former_schema(warehouse: WarehouseAddress) -> None:
    """Make of a warehouse what the program before attested zeros had facts would have left."""
    with opened(warehouse) as connection, connection.begin():
        connection.execute(sa.text("ALTER TABLE published.quality DROP COLUMN is_read_in_full"))
        connection.execute(sa.text("DROP TABLE unread_indicator"))
        connection.execute(sa.text("DELETE FROM reported_total WHERE source_line IS NULL"))
        connection.execute(sa.text("ALTER TABLE reported_total ALTER COLUMN source_line SET NOT NULL"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0010'"))
