"""Late rows: of a month before their delivery's, accepted by their row id, and counted in their own month once."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.agreement_file import read_agreement
from schemas.warehouse_tables import OCCASION_ROW
from tasks.explain import explain_figure
from tests.house import House
from tests.test_agreement_file import damaged, line_with, only_problem, written
from warehouse.engine import opened

AGREEMENT = "late-rows"
HEADER = "id;datum;typ;antal;märkning\n"
MARCH = f"{AGREEMENT}/controls/made/-/per-month/2024-03"


@pytest.fixture
def house(tmp_path: Path) -> House:
    """An agreement whose one source accepts late rows, with no deliveries yet."""
    return made(tmp_path)


def made(folder: Path) -> House:
    """Take the agreement in."""
    found = House(folder)
    found.take_case(AGREEMENT, has_deliveries=False)
    found.edit(AGREEMENT, "PAHITTAD_{month}_", "PAHITTAD_{from}_{to}_")
    return found


def deliver(house: House, month: str, received_on: str, *rows: tuple[str, str, int], since: str | None = None) -> None:
    """Leave a delivery of a month, or of several until it, with rows of an id, a day and a quantity; none: attested."""
    text = HEADER + "".join(f"{row_id};{day};Kontroll;{count};PÅHITTAD\n" for row_id, day, count in rows)
    path = house.deliver(AGREEMENT, "rows", f"PAHITTAD_{since or month}_{month}_mottagen_{received_on}.csv", text)
    if not rows:
        path.with_name(f"{path.name}.toml").write_text("attests_zero = true\n", "utf-8")


def said(house: House, figure_id: str) -> tuple[str, ...]:
    """Return what a figure says, in the order in which the tests name it."""
    figure = house.figure(figure_id)
    return tuple(figure[name] for name in ("actual_value", "actual_qualifier", "value_status", "status"))


def test_v4_a_late_row_changes_its_own_month_and_the_old_release_stays_as_it_was(house: House) -> None:
    deliver(house, "2024-03", "2024-04-10", ("K1", "2024-03-05", 1))
    house.run(at=date(2024, 5, 1))
    old = house.published()
    assert said(house, MARCH) == ("1", "exact", "observed", "not_kept")
    deliver(house, "2024-04", "2024-05-10", ("K2", "2024-04-05", 1), ("K3", "2024-03-31", 1))
    assert house.run(at=date(2024, 6, 1))[AGREEMENT].became == "published"
    assert said(house, MARCH) == ("2", "exact", "observed", "kept")
    kept = {path: content for path, content in old.items() if "/releases/" in path}
    assert kept
    assert {path: house.published()[path] for path in kept} == kept


def test_a_delivery_with_none_but_late_rows_is_held_unless_zero_is_attested(house: House) -> None:
    deliver(house, "2024-03", "2024-04-10", ("K1", "2024-03-05", 3))
    deliver(house, "2024-04", "2024-05-10", ("K2", "2024-04-05", 3))
    assert house.run(at=date(2024, 6, 1))[AGREEMENT].problems == []
    april = f"{AGREEMENT}/controls/made/-/per-month/2024-04"
    # March is sent once more, as a corrected April.
    deliver(house, "2024-04", "2024-05-20", ("K1", "2024-03-05", 3), ("K3", "2024-03-06", 1))
    (problem,) = house.run(at=date(2024, 6, 1))[AGREEMENT].problems
    assert "none of its rows is of the months that it is for (2024-04 to 2024-04)" in str(problem)
    assert (said(house, april), said(house, MARCH)[0]) == (("3", "exact", "observed", "kept"), "3")
    sidecar = "PAHITTAD_2024-04_2024-04_mottagen_2024-05-20.csv.toml"
    house.deliver(AGREEMENT, "rows", sidecar, "attests_zero = true\n")
    assert house.run(at=date(2024, 6, 2))[AGREEMENT].problems == []
    assert (said(house, april), said(house, MARCH)[0]) == (("0", "exact", "observed", "not_kept"), "4")


def test_zero_is_not_attested_beside_rows_of_its_months_or_rows_set_aside(house: House) -> None:
    for month, day in (("2024-03", "2024-03-05"), ("2024-04", "2024-04-31")):
        received = f"{month[:6]}{int(month[6]) + 1}-10"
        deliver(house, month, received, ("K1", "2024-02-05", 3), ("K2", day, 1))
        name = f"PAHITTAD_{month}_{month}_mottagen_{received}.csv.toml"
        house.deliver(AGREEMENT, "rows", name, "attests_zero = true\n")
    problems = [str(problem) for problem in house.run(at=date(2024, 6, 1))[AGREEMENT].problems]
    assert len(problems) == 2
    assert all("has rows, but is said to attest that nothing was done" in problem for problem in problems)


def test_late_rows_count_until_every_month_of_their_delivery_has_been_replaced(house: House) -> None:
    deliver(house, "2024-03", "2024-04-05", ("K1", "2024-03-05", 1))
    quarter = [("K2", "2024-04-05", 1), ("K3", "2024-05-05", 1), ("K4", "2024-06-05", 1)]
    deliver(house, "2024-06", "2024-07-05", *quarter, ("K5", "2024-03-30", 7), since="2024-04")
    said_of_march = []
    deliver(house, "2024-06", "2024-07-20", ("K4", "2024-06-05", 2))
    house.run(at=date(2024, 7, 25))
    said_of_march.append(said(house, MARCH)[:2])
    deliver(house, "2024-04", "2024-08-10", ("K2", "2024-04-05", 1))
    house.run(at=date(2024, 8, 15))
    said_of_march.append(said(house, MARCH)[:2])
    deliver(house, "2024-05", "2024-08-20", ("K3", "2024-05-05", 1))
    house.run(at=date(2024, 8, 25))
    said_of_march.append(said(house, MARCH)[:2])
    assert said_of_march == [("8", "exact"), ("8", "exact"), ("1", "exact")]


def test_a_late_row_goes_with_the_delivery_for_the_same_months_that_leaves_it_out(house: House) -> None:
    deliver(house, "2024-03", "2024-04-05", ("K1", "2024-03-05", 1))
    deliver(house, "2024-06", "2024-07-05", ("K4", "2024-06-05", 1), ("K5", "2024-03-30", 7), since="2024-04")
    deliver(house, "2024-06", "2024-07-20", ("K4", "2024-06-05", 1), since="2024-04")
    house.run(at=date(2024, 7, 25))
    assert said(house, MARCH)[:2] == ("1", "exact")


def test_a_month_that_only_late_rows_tell_of_stays_missing_and_has_a_lower_bound(house: House) -> None:
    deliver(house, "2024-04", "2024-05-10", ("K2", "2024-04-05", 1), ("K3", "2024-03-31", 1))
    house.run(at=date(2024, 5, 15))
    assert said(house, MARCH) == ("1", "at_least", "partial", "awaiting_data")
    row = next(row for row in house.rows(AGREEMENT, "overview") if row["figure_url"].endswith(MARCH))
    assert row["actual_sv"] == "minst 1"
    assert "Uppgifter saknas för mars 2024." in row["status_reason_sv"]
    assert house.figure(f"{AGREEMENT}/controls/made/-/-/2024-02")["value_status"] == "missing"
    states = {row["month"]: row["state"] for row in house.rows(AGREEMENT, "deliveries")}
    assert states == {"2024-01": "missing", "2024-02": "missing", "2024-03": "missing", "2024-04": "delivered"}


def test_a_lower_bound_from_late_rows_is_undetermined_when_nothing_more_is_waited_for(house: House) -> None:
    deliver(house, "2024-04", "2024-05-10", ("K2", "2024-04-05", 1), ("K3", "2024-03-31", 1))
    house.run(at=date(2024, 9, 1))
    assert said(house, MARCH) == ("1", "at_least", "partial", "undetermined")


def test_a_late_row_of_nothing_says_nothing_of_a_month_without_a_delivery(house: House) -> None:
    deliver(house, "2024-04", "2024-05-10", ("K2", "2024-04-05", 1), ("K3", "2024-03-31", 0))
    house.run(at=date(2024, 5, 15))
    assert said(house, MARCH) == ("", "", "missing", "awaiting_data")


def test_late_rows_of_establishments_are_withheld_in_a_month_without_a_delivery(house: House) -> None:
    house.edit(AGREEMENT, 'disclosure_unit = "occasion"', 'disclosure_unit = "establishment"')
    deliver(house, "2024-04", "2024-05-10", ("K2", "2024-04-05", 1), ("K3", "2024-03-31", 1))
    house.run(at=date(2024, 5, 15))
    assert said(house, MARCH) == ("", "", "suppressed", "suppressed")


def test_a_figure_is_explained_by_its_late_rows(house: House) -> None:
    deliver(house, "2024-03", "2024-04-10", ("K1", "2024-03-05", 1))
    deliver(house, "2024-04", "2024-05-10", ("K2", "2024-04-05", 1), ("K3", "2024-03-31", 1))
    house.run(at=date(2024, 6, 1))
    behind = explain_figure.fn(MARCH, house.state).deliveries
    assert [(item.receipt.covers_to, item.lines) for item in behind] == [("2024-03", [2]), ("2024-04", [3])]


def test_a_figure_is_explained_by_its_delivery_that_counts_in_another_month_by_now(house: House) -> None:
    deliver(house, "2024-03", "2024-04-10", ("K1", "2024-03-05", 1))
    deliver(house, "2024-04", "2024-05-10", ("K1", "2024-04-05", 1))
    house.run(at=date(2024, 6, 1))
    assert said(house, MARCH)[:2] == ("0", "exact")
    assert behind(house, MARCH) == [("2024-03", 0)]


def test_a_figure_is_explained_by_what_had_been_delivered_for_it_then(house: House) -> None:
    deliver(house, "2024-01", "2024-02-05", ("K1", "2024-01-05", 1))
    deliver(house, "2024-02", "2024-03-05", since="2024-02")
    house.run(month="2024-01", at=date(2024, 3, 10))
    old = house.state.ledger(AGREEMENT).releases()[-1].release_id
    deliver(house, "2024-02", "2024-03-20", ("K2", "2024-02-05", 1))
    house.run(at=date(2024, 4, 1))
    year = f"{AGREEMENT}/controls/made/-/per-year/2024"
    assert behind(house, f"{year}@{old}") == [("2024-01", 1)]
    assert behind(house, year) == [("2024-01", 1), ("2024-02", 1)]


def behind(house: House, asked: str) -> list[tuple[str, int | None]]:
    """List the deliveries behind a figure, by their last month, with how many of their rows count in it."""
    deliveries = explain_figure.fn(asked, house.state).deliveries
    return [(item.receipt.covers_to, item.lines_count) for item in deliveries]


MONTHS = [f"2024-0{number}" for number in range(1, 6)]
# For some months on end, in which of them one row each was delivered; no two for the same months.
DELIVERIES = st.lists(
    st.tuples(st.integers(0, 4), st.lists(st.booleans(), min_size=1, max_size=5)).map(
        lambda told: dict(zip(MONTHS[told[0] :], told[1], strict=False))
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda delivery: tuple(delivery),
)


@settings(max_examples=6, deadline=None)
@given(DELIVERIES, st.sampled_from(MONTHS))
def test_behind_a_figure_stand_the_newest_deliveries_of_its_months_by_then(
    delivered: list[dict[str, bool]], as_of: str
) -> None:
    with TemporaryDirectory() as folder:
        house = made(Path(folder))
        for place, delivery in enumerate(delivered):
            rows = [(f"K{place}-{month}", f"{month}-05", 1) for month, has_row in delivery.items() if has_row]
            deliver(house, max(delivery), f"2024-07-{place + 10}", *rows, since=min(delivery))
        house.run(month=as_of, at=date(2024, 8, 1))
        for period, months in {"2024-02": MONTHS[1:2], "2024-T1": MONTHS[:4], "2024": MONTHS}.items():
            found = explain_figure.fn(f"{AGREEMENT}/controls/made/-/-/{period}", house.state).deliveries
            told = {item.receipt.received_on.day - 10: item.lines_count for item in found}
            assert told == rows_of_the_newest(delivered, [month for month in months if month <= as_of])


def rows_of_the_newest(delivered: list[dict[str, bool]], months: list[str]) -> dict[int, int]:
    """Count the rows of each delivery in the months for which it is the newest, by its place."""
    counts: dict[int, int] = {}
    for month in months:
        places = [place for place, delivery in enumerate(delivered) if month in delivery]
        if places:
            counts[places[-1]] = counts.get(places[-1], 0) + delivered[places[-1]][month]
    return counts


def test_rows_before_the_agreement_or_the_source_and_after_the_delivery_are_set_aside(house: House) -> None:
    house.edit(AGREEMENT, "due_day = 15", "due_day = 15\nstarted_on = 2024-02-01")
    rows = [
        ("K1", "2023-12-31"),
        ("K2", "2024-01-31"),
        ("K3", "2024-02-01"),
        ("K4", "2024-03-31"),
        ("K5", "2024-04-30"),
    ]
    rows += [("K6", "2024-05-01"), ("K7", "2024-04-01"), ("K8", "2024-04-02")]
    deliver(house, "2024-04", "2024-05-10", *((row_id, day, 1) for row_id, day in rows))
    (outcome,) = house.run(at=date(2024, 6, 1)).values()
    assert [(aside.row.line, aside.row.rule) for aside in outcome.set_aside] == [
        (2, "before_what_is_reported"),
        (3, "before_what_is_reported"),
        (7, "outside_the_months_of_the_delivery"),
    ]


def test_a_row_id_is_kept_only_where_late_rows_are_accepted(house: House) -> None:
    deliver(house, "2024-03", "2024-04-10", ("K1", "2024-03-05", 1))
    house.run(at=date(2024, 5, 1))
    assert ids_in_the_warehouse(house) == ["K1"]
    house.edit(AGREEMENT, 'late_rows = "accept"', 'late_rows = "set_aside"')
    house.run(at=date(2024, 5, 1))
    assert ids_in_the_warehouse(house) == ["K1", None]  # the old load stays, and what counts has none


def ids_in_the_warehouse(house: House) -> list[str | None]:
    """List the row ids of every fact."""
    with opened(house.state.warehouse) as connection:
        return sorted(connection.execute(sa.select(OCCASION_ROW.c.row_id)).scalars(), key=str)


ACCEPTED = damaged('grain = "row"\n', 'grain = "row"\nlate_rows = "accept"\n')
REFUSED = {
    "without a row id": (damaged('row_id = "id", ', "", ACCEPTED), "columns.row_id"),
    "of the year so far": (
        damaged('accumulation = "period"', 'accumulation = "year_to_date"', ACCEPTED), "brings its late rows by itself",
    ),
    "of totals": (damaged('grain = "year"\n', 'grain = "year"\nlate_rows = "accept"\n'), "only rows of things done"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_what_late_rows_need_is_asked_for_on_their_line(tmp_path: Path, text: str, expected: str) -> None:
    line, message = only_problem(tmp_path, text)
    assert expected in message
    assert line == line_with("late_rows", text)


def test_late_rows_with_a_row_id_are_in_order(tmp_path: Path) -> None:
    assert read_agreement(written(tmp_path, ACCEPTED)).agreement.sources[0].contract.late_rows == "accept"
