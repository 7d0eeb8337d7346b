"""The job of the comparison, done by one contender in this process; prints seconds and versions as JSON.

Read an export, check types, value lists and unique ids, set bad rows aside, load, count by month, type and place, write
CSV and JSON. `python bench/job.py CONTENDER EXPORT FOLDER`; imports are left out of the time.
"""

import contextlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

MEMORY_MB = 512
TYPES = ("Trafikkontroll", "Riktad narkotikainsats", "Krogtillsyn", "Fotpatrull", "Medborgardialog")
PLACES = ("", "Tranås centrum", "Sommen", "Gripenberg", "Linderås")
CHECKS = f"""
    try_strptime(datum, '%Y-%m-%d') IS NOT NULL AND typ IN {TYPES} AND plats IN {PLACES} AND kommun = '0687'
    AND regexp_full_match(antal, '[0-9]{{1,7}}')
"""
COUNTS = """
    SELECT strftime(datum, '%Y-%m') AS month, typ, plats, count(*) AS rows_count, sum(antal) AS quantity
    FROM occasion GROUP BY ALL ORDER BY ALL
"""
Job = Callable[[Path, Path], None]
Stages = dict[str, float]


def lofte() -> tuple[Job, list[str]]:
    """Return this program: its tasks in their order, without Prefect's engine."""
    from archive.selection import select
    from archive.state import State
    from schemas.agreement_file import read_agreement
    from schemas.settings import PublishedSettings
    from tasks.fetch import fetch_deliveries
    from tasks.load import load_deliveries
    from tasks.measure import measure_progress
    from tasks.prepare import prepare_warehouse
    from tasks.protect import protect_figures
    from tasks.publish import publish_releases
    from tasks.release import release_edition

    def job(export: Path, folder: Path) -> None:
        agreement = folder / "agreements" / "bench-1"
        (agreement / "deliveries/rows").mkdir(parents=True)
        (agreement / "agreement.toml").write_bytes((Path(__file__).parent / "agreement.toml").read_bytes())
        delivery = agreement / "deliveries/rows/PAHITTAD_2023-01_2024-12_mottagen_2025-01-09.csv"
        os.link(export, delivery)
        delivery.with_name(f"{delivery.name}.toml").write_text("is_invented = true\n", "utf-8")
        state, settings = State(folder / "var"), PublishedSettings()
        prepare_warehouse.fn(state)
        file = read_agreement(agreement)
        with stage("fetch"):
            problems = fetch_deliveries.fn(file, state, None)
        with stage("load"):
            problems += load_deliveries.fn(file, state).problems
        if problems:
            raise SystemExit(str(problems[0]))
        with stage("publish"):
            selection = select(file.agreement, state.ledger("bench-1"), None, None)
            measured = measure_progress.fn(file, state, selection)
            shown = protect_figures.fn(file.agreement, measured.figures, measured.survey)
            release_edition.fn(file, state, selection, shown.figures, shown.survey, settings)
            publish_releases.fn("bench-1", state, folder / "public", settings)

    return job, ["duckdb", "pandera", "pyarrow"]


def floor() -> tuple[Job, list[str]]:
    """Return pure SQL in DuckDB."""
    import duckdb

    def job(export: Path, folder: Path) -> None:
        connection = duckdb.connect(str(folder / "floor.duckdb"), config={"memory_limit": f"{MEMORY_MB}MB"})
        connection.execute(f"""
            CREATE TABLE occasion
                (id VARCHAR, datum DATE, kommun VARCHAR, plats VARCHAR, typ VARCHAR, antal BIGINT, delivery VARCHAR);
            CREATE TABLE set_aside (id VARCHAR, delivery VARCHAR);
            CREATE TEMP VIEW export AS SELECT * FROM read_csv(
                '{export}', delim = ';', header = true, all_varchar = true, quote = '"', strict_mode = true);
            BEGIN;
            DELETE FROM occasion WHERE delivery = 'd1';
            DELETE FROM set_aside WHERE delivery = 'd1';
            CREATE TEMP TABLE twice AS SELECT id FROM export GROUP BY id HAVING count(*) > 1;
            INSERT INTO occasion SELECT id, strptime(datum, '%Y-%m-%d'), kommun, plats, typ, antal::BIGINT, 'd1'
                FROM export WHERE {CHECKS} AND id NOT IN (FROM twice);
            INSERT INTO set_aside SELECT id, 'd1' FROM export WHERE NOT ({CHECKS}) OR id IN (FROM twice);
            COMMIT;
        """)
        _write_counts(connection, folder)

    return job, ["duckdb"]


def polars() -> tuple[Job, list[str]]:
    """Return polars for the checks and DuckDB for the load."""
    import duckdb
    import polars as pl

    def job(export: Path, folder: Path) -> None:
        rows = pl.read_csv(export, separator=";", infer_schema=False)
        days = pl.col("datum").str.to_date("%Y-%m-%d", strict=False)
        counts = pl.col("antal").str.to_integer(strict=False)
        is_good = (
            days.is_not_null() & pl.col("typ").is_in(TYPES) & pl.col("plats").fill_null("").is_in(PLACES)
            & (pl.col("kommun") == "0687") & pl.col("antal").str.contains(r"^\d{1,7}$") & pl.col("id").is_unique()
        )  # fmt: skip
        good = rows.filter(is_good).with_columns(datum=days, antal=counts)
        set_aside = rows.filter(~is_good).select("id")
        connection = duckdb.connect(str(folder / "polars.duckdb"))
        connection.execute("CREATE TABLE occasion AS FROM good").execute("CREATE TABLE set_aside AS FROM set_aside")
        _write_counts(connection, folder)
        del good, set_aside

    return job, ["polars", "duckdb"]


def dlt() -> tuple[Job, list[str]]:
    """Return dlt's Arrow path: batches with the checks in Arrow, appended to DuckDB."""
    os.environ.update(RUNTIME__DLTHUB_TELEMETRY="false", DATA_WRITER__DISABLE_COMPRESSION="true")
    import dlt as tool
    import duckdb
    import pyarrow
    from pyarrow import compute, csv

    def batches(export: Path) -> Iterator[pyarrow.Table]:
        names = ("id", "datum", "kommun", "plats", "typ", "antal", "alder", "anteckning")
        options = csv.ConvertOptions(column_types=dict.fromkeys(names, pyarrow.string()))
        reader = csv.open_csv(export, csv.ReadOptions(block_size=16 << 20), csv.ParseOptions(delimiter=";"), options)
        for batch in reader:
            rows = pyarrow.Table.from_batches([batch])
            is_good = compute.and_(
                compute.and_(compute.is_in(rows["typ"], pyarrow.array(TYPES)),
                             compute.is_in(rows["plats"], pyarrow.array(PLACES))),
                compute.and_(compute.match_substring_regex(rows["antal"], r"^\d{1,7}$"),
                             compute.is_valid(compute.strptime(rows["datum"], "%Y-%m-%d", "s", error_is_null=True))),
            )  # fmt: skip
            good = rows.filter(is_good)
            days = compute.strptime(good["datum"], "%Y-%m-%d", "s").cast(pyarrow.date32())
            good = good.set_column(1, "datum", days)
            yield good.set_column(5, "antal", good["antal"].cast(pyarrow.int64()))

    def job(export: Path, folder: Path) -> None:
        database = str(folder / "dlt.duckdb")
        pipeline = tool.pipeline(
            "bench", pipelines_dir=str(folder), destination=tool.destinations.duckdb(database), dataset_name="main_data"
        )
        pipeline.run(batches(export), table_name="occasion", write_disposition="replace")
        connection = duckdb.connect(database)
        connection.execute("USE main_data")
        _write_counts(connection, folder)

    return job, ["dlt", "duckdb"]


def great_expectations() -> tuple[Job, list[str]]:
    """Return Great Expectations on pandas: the checks alone, nothing is loaded."""
    import great_expectations as gx
    import pandas as pd

    def job(export: Path, folder: Path) -> None:
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("rows")
        rows = pd.read_csv(export, sep=";", dtype=str, keep_default_na=False, engine="pyarrow")
        batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": rows})
        expect = gx.expectations
        suite = gx.ExpectationSuite(name="export", expectations=[
            expect.ExpectColumnValuesToBeInSet(column="typ", value_set=list(TYPES)),
            expect.ExpectColumnValuesToBeInSet(column="plats", value_set=list(PLACES)),
            expect.ExpectColumnValuesToMatchRegex(column="antal", regex=r"^\d{1,7}$"),
            expect.ExpectColumnValuesToMatchStrftimeFormat(column="datum", strftime_format="%Y-%m-%d"),
            expect.ExpectColumnValuesToBeUnique(column="id"),
        ])  # fmt: skip
        result = batch.validate(suite, result_format="BOOLEAN_ONLY")
        (folder / "result.json").write_text(json.dumps(result.to_json_dict()), "utf-8")

    return job, ["great_expectations", "pandas"]


def frictionless() -> tuple[Job, list[str]]:
    """Return Frictionless: validated by a schema; nothing is loaded."""
    from frictionless import Dialect, Resource, Schema
    from frictionless.formats import CsvControl

    def job(export: Path, folder: Path) -> None:
        fields = [
            {"name": "id", "type": "string", "constraints": {"unique": True, "required": True}},
            {"name": "datum", "type": "date"},
            {"name": "kommun", "type": "string", "constraints": {"enum": ["0687"]}},
            {"name": "plats", "type": "string", "constraints": {"enum": list(PLACES[1:])}},
            {"name": "typ", "type": "string", "constraints": {"enum": list(TYPES)}},
            {"name": "antal", "type": "integer", "constraints": {"minimum": 0}},
            {"name": "alder", "type": "string"},
            {"name": "anteckning", "type": "string"},
        ]
        resource = Resource(
            path=export.name,
            basepath=str(export.parent),
            dialect=Dialect(controls=[CsvControl(delimiter=";")]),
            schema=Schema.from_descriptor({"fields": fields}),
        )
        report = resource.validate(limit_errors=1_000_000)
        (folder / "errors.json").write_text(json.dumps(report.stats), "utf-8")

    return job, ["frictionless"]


def pandas_to_sql() -> tuple[Job, list[str]]:
    """Return pandas for the checks and `to_sql` into SQLite."""
    import sqlite3

    import pandas as pd

    def job(export: Path, folder: Path) -> None:
        rows = pd.read_csv(export, sep=";", dtype=str, keep_default_na=False, engine="pyarrow")
        days = pd.to_datetime(rows["datum"], format="%Y-%m-%d", errors="coerce")
        is_good = (
            days.notna() & rows["typ"].isin(TYPES) & rows["plats"].isin(PLACES) & (rows["kommun"] == "0687")
            & rows["antal"].str.fullmatch(r"\d{1,7}") & ~rows["id"].duplicated(keep=False)
        )  # fmt: skip
        good = rows[is_good].assign(
            datum=days[is_good].dt.strftime("%Y-%m-%d"), antal=rows["antal"][is_good].astype(int)
        )
        with contextlib.closing(sqlite3.connect(folder / "pandas.sqlite")) as connection:
            good.to_sql("occasion", connection, index=False)
            rows.loc[~is_good, ["id"]].to_sql("set_aside", connection, index=False)
            month = COUNTS.replace("strftime(datum, '%Y-%m')", "substr(datum, 1, 7)")
            counts = pd.read_sql(month.replace("BY ALL", "BY 1, 2, 3"), connection)
        counts.to_csv(folder / "counts.csv", index=False)
        counts.to_json(folder / "counts.json", orient="records")

    return job, ["pandas"]


CONTENDERS: dict[str, Callable[[], tuple[Job, list[str]]]] = {
    "lofte": lofte,
    "floor": floor,
    "polars": polars,
    "dlt": dlt,
    "great_expectations": great_expectations,
    "frictionless": frictionless,
    "pandas_to_sql": pandas_to_sql,
}
stages: Stages = {}


@contextlib.contextmanager
def stage(name: str) -> Iterator[None]:
    """Take the time of a part of the job."""
    begun = time.perf_counter()
    yield
    stages[name] = time.perf_counter() - begun


def _write_counts(connection: "object", folder: Path) -> None:
    for suffix in ("csv", "json"):
        connection.execute(f"COPY ({COUNTS}) TO '{folder}/counts.{suffix}'")  # type: ignore[attr-defined]


def main(name: str, export: Path, folder: Path) -> None:
    """Do the job and print what it took."""
    job, packages = CONTENDERS[name]()
    begun, cpu = time.perf_counter(), time.process_time()
    job(export, folder)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    measured = {
        "wall": time.perf_counter() - begun,
        "cpu": time.process_time() - cpu,
        "peak_mb": usage.ru_maxrss / 1024,
        "stages": stages,
        "versions": {package: version(package) for package in packages},
    }
    sys.stdout.write(f"\n{json.dumps(measured)}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
