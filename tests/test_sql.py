"""Each SELECT of sql/, on both databases, by data in and out: tests/sql/<table>/<case>/{input}.csv and expect.csv."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from methods.actual import Qualifier, bounds_of
from methods.months import first_day, last_day
from publication.csv_json import cell_text
from schemas.derive import arrow_schema, sql_columns
from schemas.facts import Occasion
from schemas.warehouse_address import WarehouseAddress
from schemas.warehouse_tables import METADATA
from warehouse.engine import opened
from warehouse.facts import FactWriter
from warehouse.migration import migrate
from warehouse.queries import SQL_FOLDER, rows_of

CASES = sorted(path.parent for path in (Path(__file__).parent / "sql").rglob("expect.csv"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_select_gives_what_is_expected(case: Path, warehouse: WarehouseAddress) -> None:
    table = case.parent.name
    expected = _read(case / "expect.csv")
    with opened(warehouse) as connection:
        migrate(connection, warehouse)
        with connection.begin():
            for path in sorted(case.glob("*.csv")):
                if path.name != "expect.csv":
                    _insert(connection, path.stem, _read(path))
        found = rows_of(connection, table, **_parameters(case))
    said = [{name: cell_text(value) for name, value in row.items()} for row in found]
    assert sorted(said, key=str) == sorted(expected, key=str)


def test_every_select_has_a_case() -> None:
    tested = {case.parent.name for case in CASES}
    assert tested == {path.stem for path in SQL_FOLDER.glob("*.sql")}


@pytest.fixture
def migrated(warehouse: WarehouseAddress) -> WarehouseAddress:
    """A warehouse with its tables."""
    with opened(warehouse) as connection:
        migrate(connection, warehouse)
    return warehouse


class Total(NamedTuple):
    """A total of the year until a month of 2024; months are numbers here."""

    month: int
    quantity: int
    qualifier: Qualifier

    @property
    def bounds(self) -> tuple[int, int | None]:
        """From where to where the true number may be."""
        low, high = bounds_of(Decimal(self.quantity), self.qualifier, None)
        return int(low), None if high is None else int(high)


class Year(NamedTuple):
    """Totals of a year so far, months that another source has delivered for first, and what is asked."""

    series: list[Total]
    given_way: set[int]
    first: int
    last: int
    as_of: int


@st.composite
def years(draw: st.DrawFn) -> Year:
    """Draw a year whose totals never fall."""
    months = sorted(draw(st.sets(st.integers(1, 7), min_size=1, max_size=5)))
    series, quantity = list[Total](), 0
    for month in months:
        quantity += draw(st.integers(0, 6))
        series.append(Total(month, quantity, draw(st.sampled_from(["exact", "at_least", "about"]))))
    first, last = sorted(draw(st.tuples(st.integers(1, 4), st.integers(1, 8))))
    return Year(series, draw(st.sets(st.integers(1, 8), max_size=1)), first, last, draw(st.integers(5, 8)))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(years(), min_size=10, max_size=10))
def test_totals_of_the_year_so_far_say_all_that_they_tell_of_a_period_and_no_more(
    migrated: WarehouseAddress, drawn: list[Year]
) -> None:
    with opened(migrated) as connection:
        for year in drawn:
            with connection.begin() as transaction:
                _insert_year(connection, year)
                as_of_on = last_day(f"2024-{year.as_of:02d}")
                (found,) = rows_of(connection, "progress_count", release_id="r", as_of_on=as_of_on)
                transaction.rollback()
            told = [_told(year.series, run) for run in _runs(year)]
            assert found["quantity"] == sum(quantity for quantity, _, _ in told)
            assert found["low"] == sum(low for _, low, _ in told)
            assert found["high"] == sum(high for _, _, high in told if high is not None)
            assert found["at_least_terms"] == sum(high is None for _, _, high in told)
            assert found["about_terms"] + found["unsure_terms"] == sum(high not in {None, low} for _, low, high in told)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=4), min_size=10, max_size=10))
def test_totals_that_contradict_each_other_say_nothing_untrue_whichever_is_wrong(
    migrated: WarehouseAddress, drawn: list[list[int]]
) -> None:
    with opened(migrated) as connection:
        for quantities in drawn:
            series = [Total(month, quantity, "exact") for month, quantity in enumerate(quantities, start=1)]
            with connection.begin() as transaction:
                _insert_year(connection, Year(series, set(), 1, 8, 8))
                found = rows_of(connection, "series_difference")
                transaction.rollback()
            grown = list(_ways_to_have_grown(quantities))
            for row in found:
                added = [counts[row["place_in_series"]] - counts[row["after_place"]] for counts in grown]
                assert row["low"] <= min(added)
                assert row["high"] is None or row["high"] >= max(added)


def _ways_to_have_grown(quantities: list[int]) -> Iterator[tuple[int, ...]]:
    """Try every count that never falls and lets as many of the totals be right as can be; 7 is above them all."""
    counts = [(0, *each) for each in product(range(8), repeat=len(quantities)) if list(each) == sorted(each)]
    right = {each: sum(now == told for now, told in zip(each[1:], quantities, strict=True)) for each in counts}
    yield from (each for each in counts if right[each] == max(right.values()))


def _runs(year: Year) -> list[list[int]]:
    """List the totals whose additions lie inside the period and count, those that follow each other together."""
    runs, before = list[list[int]](), 0
    for place, total in enumerate(year.series):
        months = range(before + 1, total.month + 1)
        before = total.month
        if months[0] < year.first or months[-1] > min(year.last, year.as_of) or year.given_way.intersection(months):
            continue
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _told(series: list[Total], run: list[int]) -> tuple[int, int, int | None]:
    """Try every way in which a count can have grown, and return what a run adds as told, at least and at most."""
    start = series[run[0] - 1] if run[0] > 0 else Total(0, 0, "exact")
    bounds = [start.bounds, *(series[place].bounds for place in run)]
    ceiling = max(high if high is not None else low for low, high in bounds)
    allowed = [range(low, (ceiling if high is None else high) + 1) for low, high in bounds]
    ends = {(began, began) for began in allowed[0]}
    for numbers in allowed[1:]:
        ends = {(began, now) for began, before in ends for now in numbers if now >= before}
    added = {now - began for began, now in ends}
    return series[run[-1]].quantity - start.quantity, min(added), None if bounds[-1][1] is None else max(added)


def _insert_year(connection: sa.Connection, year: Year) -> None:
    """Insert a release of totals, and of another source that comes first."""
    loads = {f"m{total.month}": ("totals", total.month) for total in year.series}
    loads |= {f"rows{month}": ("rows", month) for month in year.given_way}
    first, last = first_day(f"2024-{year.first:02d}"), last_day(f"2024-{year.last:02d}")
    known = {"release_id": "r", "activity_id": "t", "indicator_id": "c"}
    ranked = [("rows", True, 0), ("totals", False, 1)]
    for table, rows in {
        "load": [{"load_id": x, "agreement_id": "x", "source_id": s, "delivery_id": x} for x, (s, _) in loads.items()],
        "load_month": [{"load_id": x, "month": f"2024-{month:02d}"} for x, (_, month) in loads.items()],
        "release_input": [{"release_id": "r", "load_id": x, "delivery_rank": n} for n, x in enumerate(loads)],
        "reported_total": [_total_row(total) for total in year.series],
        "period": [{"release_id": "r", "period_id": "p", "start_on": first, "end_on": last}],
        "tally": [{**known, "tally_id": "t/c", "is_placed": False}],
        "indicator_source": [
            {**known, "source_id": source, "is_counted_from_rows": is_rows, "source_rank": rank}
            for source, is_rows, rank in ranked
        ],
    }.items():
        connection.execute(METADATA.tables[table].insert(), rows)


def _total_row(total: Total) -> dict[str, Any]:
    month, following = f"2024-{total.month:02d}", f"2024-{total.month + 1:02d}"
    low, high = total.bounds
    return {
        "load_id": f"m{total.month}",
        "source_line": 2,
        "activity_id": "t",
        "indicator_id": "c",
        "covers_from_month": "2024-01",
        "covers_to_month": month,
        "covers_from_on": date(2024, 1, 1),
        "covers_to_on": last_day(month),
        "quantity": total.quantity,
        "qualifier": total.qualifier,
        "low": low,
        "high": high,
        "next_from_month": following,
        "next_from_on": first_day(following),
    }


@dataclass(frozen=True)
class Told:
    """What a source has delivered, by first and last month of a year, and the months of which only late rows tell."""

    extents: list[tuple[int, int]]
    is_rows: bool = False
    late: frozenset[int] = frozenset()


TOTALS = st.builds(
    lambda size, places: Told([(place * size + 1, place * size + size) for place in places if place < 12 // size]),
    st.sampled_from([1, 2, 3, 4, 6]),
    st.sets(st.integers(0, 5)),
)
# Late rows come with a delivery of December.
ROWS = st.builds(
    lambda months, late: Told([(month, month) for month in {*months, 12}], True, late - months),
    st.sets(st.integers(1, 9), max_size=3),
    st.frozensets(st.integers(1, 9), max_size=4),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TOTALS | ROWS, min_size=2, max_size=5))
def test_only_what_counts_sets_what_comes_later_aside(migrated: WarehouseAddress, sources: list[Told]) -> None:
    with opened(migrated) as connection:
        transaction = connection.begin()
        for name, rows in _rows_of_sources(sources).items():
            _insert(connection, name, rows)
        found = rows_of(connection, "superseded_extent")
        transaction.rollback()
    said = [(int(row["source_id"]), int(row["first_month"][-2:]), int(row["last_month"][-2:])) for row in found]
    assert sorted(said) == sorted(_set_aside(sources))


def _set_aside(sources: list[Told]) -> list[tuple[int, int, int]]:
    """List what does not count, by source and months: what is delivered goes before what is told by late rows."""
    aside, taken = [], set()
    for rank, told in enumerate(sources):
        extents = {extent: {*range(extent[0], extent[1] + 1)} for extent in told.extents}
        counted = {extent for extent, months in extents.items() if not months & taken}
        aside += [(rank, *extent) for extent in extents.keys() - counted]
        taken.update(*(extents[extent] for extent in counted))
    for rank, told in enumerate(sources):
        aside += [(rank, month, month) for month in told.late & taken]
        taken |= told.late
    return aside


def _rows_of_sources(sources: list[Told]) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each table where every source has delivered each of its extents in a load of its own."""
    tables: dict[str, list[dict[str, str]]] = defaultdict(list)
    key = {"activity_id": "t", "indicator_id": "c"}
    for rank, told in enumerate(sources):
        source = {"source_id": str(rank), "is_counted_from_rows": str(told.is_rows).lower(), "source_rank": str(rank)}
        tables["indicator_source"].append({"release_id": "r", **key, **source})
        for first, last in told.extents:
            load = {"load_id": f"{rank}/{last}"}
            tables["load"].append({**load, "agreement_id": "x", "source_id": str(rank), "delivery_id": load["load_id"]})
            tables["release_input"].append({"release_id": "r", **load, "delivery_rank": str(len(tables["load"]))})
            tables["load_month"] += [{**load, "month": f"2024-{month:02d}"} for month in range(first, last + 1)]
            if not told.is_rows:
                span = {"covers_from_month": f"2024-{first:02d}", "covers_to_month": f"2024-{last:02d}"}
                days = {"covers_from_on": f"2024-{first:02d}-01", "covers_to_on": f"2024-{last:02d}-28"}
                number = {"quantity": "5", "qualifier": "exact", "low": "5", "high": "5"}
                tables["reported_total"].append({**load, "source_line": "2", **key, **span, **days, **number})
        for month in told.late:
            row = {"load_id": f"{rank}/12", "source_line": str(month + 1), "row_id": str(month), "quantity": "1"}
            when = {"occurred_on": f"2024-{month:02d}-05", "month": f"2024-{month:02d}"}
            tables["occasion"].append({**row, **key, **when})
    return tables


def _parameters(case: Path) -> dict[str, str]:
    path = case / "parameters.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _insert(connection: sa.Connection, name: str, rows: list[dict[str, str]]) -> None:
    if name == "occasion":
        _insert_occasions(connection, rows)
        return
    table = METADATA.tables[name]
    typed = [{column: _typed(table.c[column].type, text) for column, text in row.items()} for row in rows]
    connection.execute(table.insert(), typed)


def _insert_occasions(connection: sa.Connection, rows: list[dict[str, str]]) -> None:
    """Insert rows as a load does; a case has them as they are told."""
    types = {column.name: column.type for column in sql_columns(Occasion)}
    by_load: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        said = {name: _typed(types[name], text) for name, text in row.items()}
        by_load.setdefault(said.pop("load_id"), []).append(said)
    for load_id, told in by_load.items():
        schema = pyarrow.schema([field for field in arrow_schema(Occasion) if field.name != "load_id"])
        FactWriter(connection, load_id).insert(Occasion, pyarrow.Table.from_pylist(told, schema=schema))


def _typed(kind: Any, text: str) -> Any:
    if text == "":
        return None
    if isinstance(kind, sa.Date):
        return date.fromisoformat(text)
    if isinstance(kind, sa.Boolean):
        return text == "true"
    if isinstance(kind, sa.BigInteger):
        return int(text)
    return Decimal(text) if isinstance(kind, sa.Numeric) else text
