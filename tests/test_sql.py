"""Each SELECT of sql/, on both databases, by data in and out: tests/sql/<table>/<case>/{input}.csv and expect.csv."""

import csv
import json
from datetime import date
from decimal import Decimal
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
                    _insert(connection, path)
        found = rows_of(connection, table, **_parameters(case))
    said = [{name: cell_text(value) for name, value in row.items()} for row in found]
    assert sorted(said, key=str) == sorted(expected, key=str)


def test_every_select_has_a_case() -> None:
    tested = {case.parent.name for case in CASES}
    assert tested == {path.stem for path in SQL_FOLDER.glob("*.sql")}


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
    warehouse: WarehouseAddress, drawn: list[Year]
) -> None:
    with opened(warehouse) as connection:
        migrate(connection, warehouse)
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


def _parameters(case: Path) -> dict[str, str]:
    path = case / "parameters.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _insert(connection: sa.Connection, path: Path) -> None:
    if path.stem == "occasion":
        _insert_occasions(connection, path)
        return
    table = METADATA.tables[path.stem]
    rows = [{name: _typed(table.c[name].type, text) for name, text in row.items()} for row in _read(path)]
    connection.execute(table.insert(), rows)


def _insert_occasions(connection: sa.Connection, path: Path) -> None:
    """Insert rows as a load does; a case has them as they are told."""
    types = {column.name: column.type for column in sql_columns(Occasion)}
    by_load: dict[str, list[dict[str, Any]]] = {}
    for row in _read(path):
        said = {name: _typed(types[name], text) for name, text in row.items()}
        by_load.setdefault(said.pop("load_id"), []).append(said)
    for load_id, rows in by_load.items():
        schema = pyarrow.schema([field for field in arrow_schema(Occasion) if field.name != "load_id"])
        FactWriter(connection, load_id).insert(Occasion, pyarrow.Table.from_pylist(rows, schema=schema))


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
