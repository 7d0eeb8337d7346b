"""polars for reading and checking, DuckDB for the load."""

from functools import partial
from pathlib import Path

from bench.contenders.floor import BEGIN, TABLES, copy_counts, found
from bench.export import FIRST_DAY, LAST_DAY, MUNICIPALITIES, TYPES
from bench.job import DELIVERY, Clock, Contender, Job

DATABASE = "polars.duckdb"


def _prepare() -> Job:
    import duckdb
    import polars as pl

    def rows_of(export: Path) -> "pl.DataFrame":
        day = pl.col("datum").str.to_date("%Y-%m-%d", strict=False)
        reason = (
            pl.when(day.is_null()).then(pl.lit("impossible_date"))
            .when(~day.is_between(pl.lit(FIRST_DAY).str.to_date(), pl.lit(LAST_DAY).str.to_date()))
            .then(pl.lit("outside_the_period"))
            .when(~pl.col("kommun").is_in(MUNICIPALITIES)).then(pl.lit("unknown_municipality"))
            .when(~pl.col("typ").is_in(TYPES)).then(pl.lit("unknown_type"))
            .when(~pl.col("antal").str.contains(r"^[0-9]{1,7}$")).then(pl.lit("fraction"))
        )  # fmt: skip
        return (
            pl.scan_csv(export, separator=";", infer_schema=False, row_index_name="line", row_index_offset=2)
            .select("line", "id", "kommun", "typ", pl.col("antal").cast(pl.Int64, strict=False), day=day, reason=reason)
            .collect()
        )

    def job(export: Path, folder: Path, clock: Clock) -> None:
        with clock.stage("read and check"):
            rows = rows_of(export)
            good = rows.filter(pl.col("reason").is_null())
            twice = good["id"].is_duplicated()
            repeated = good.filter(twice).select("line", reason=pl.lit("repeated_id"))
            set_aside = pl.concat([rows.filter(pl.col("reason").is_not_null()).select("line", "reason"), repeated])
            accepted = good.filter(~twice).select("line", "day", "kommun", "typ", "antal")
        with duckdb.connect(str(folder / DATABASE)) as connection:
            with clock.stage("load"):
                connection.register("accepted", accepted.to_arrow())
                connection.register("bad", set_aside.to_arrow())
                connection.execute(f"""
                    {TABLES} {BEGIN}
                    INSERT INTO occasion SELECT '{DELIVERY}', line, day, kommun, typ, antal FROM accepted;
                    INSERT INTO set_aside SELECT '{DELIVERY}', line, reason FROM bad;
                    COMMIT;
                """)
            with clock.stage("count and write"):
                copy_counts(connection, folder)

    return job


POLARS = Contender(("polars", "duckdb"), _prepare, partial(found, database=DATABASE))
