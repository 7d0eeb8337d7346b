"""dlt's Arrow path: batches checked in Arrow, merged into DuckDB by delete-and-insert of the delivery."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bench.contenders.floor import copy_counts, found
from bench.export import COLUMNS, FIRST_DAY, LAST_DAY, MUNICIPALITIES, TYPES
from bench.job import DELIVERY, Clock, Contender, Job

DATABASE = "dlt.duckdb"
SCHEMA = "bench"
BLOCK_BYTES = 16 << 20


def _prepare() -> Job:
    os.environ.update(RUNTIME__DLTHUB_TELEMETRY="false", RUNTIME__LOG_LEVEL="ERROR")
    import dlt
    import duckdb
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import csv

    first, last = (pc.strptime(pa.scalar(day), "%Y-%m-%d", "s").cast(pa.date32()) for day in (FIRST_DAY, LAST_DAY))

    def batches(export: Path, columns: list[str]) -> "csv.CSVStreamingReader":
        options = csv.ConvertOptions(column_types=dict.fromkeys(COLUMNS, pa.string()), include_columns=columns)
        return csv.open_csv(export, csv.ReadOptions(block_size=BLOCK_BYTES), csv.ParseOptions(delimiter=";"), options)

    def days(texts: "pa.DictionaryArray") -> "pa.Array":
        """Read each distinct date once; Arrow takes 30 February for 1 March, so it must also read back as it stood."""
        distinct = texts.dictionary
        read = pc.strptime(distinct, "%Y-%m-%d", "s", error_is_null=True).cast(pa.date32())
        is_same = pc.equal(pc.strftime(read, "%Y-%m-%d"), distinct)
        return pc.if_else(is_same, read, None).take(texts.indices)

    def judged(export: Path) -> Iterator["pa.Table"]:
        """Yield rows with what is wrong with each, but for repeated ids."""
        line = 2
        for batch in batches(export, ["id", "datum", "kommun", "typ", "antal"]):
            rows = pa.Table.from_batches([batch])
            day = days(batch["datum"].dictionary_encode())
            conditions = pa.StructArray.from_arrays(
                [
                    pc.is_null(day),
                    pc.invert(pc.and_(pc.greater_equal(day, first), pc.less_equal(day, last))),
                    pc.invert(pc.is_in(batch["kommun"], pa.array(MUNICIPALITIES))),
                    pc.invert(pc.is_in(batch["typ"], pa.array(TYPES))),
                    pc.invert(pc.match_substring_regex(batch["antal"], r"^[0-9]{1,7}$")),
                ],
                names=list("abcde"),
            )
            words = ("impossible_date", "outside_the_period", "unknown_municipality", "unknown_type", "fraction")
            reason = pc.case_when(conditions, *words, pa.scalar(None, pa.string()))
            lines = pa.array(range(line, line + len(rows)), pa.int64())
            line += len(rows)
            yield rows.append_column("day", day).append_column("line", lines).append_column("reason", reason)

    def repeated_ids(export: Path) -> "pa.Array":
        """Read once for the ids alone, of the rows that are good but for that."""
        ids = pa.concat_tables(rows.filter(pc.is_null(rows["reason"])).select(["id"]) for rows in judged(export))
        counted = ids.group_by("id").aggregate([([], "count_all")])
        return counted.filter(pc.greater(counted["count_all"], 1))["id"].combine_chunks()

    def sorted_out(export: Path) -> Iterator[Any]:
        twice = repeated_ids(export)
        for rows in judged(export):
            again = pc.and_(pc.is_null(rows["reason"]), pc.is_in(rows["id"], twice))
            reason = pc.if_else(again, "repeated_id", rows["reason"])
            is_good = pc.is_null(reason)
            bad = pa.table({"line": rows["line"], "reason": reason}).filter(pc.invert(is_good))
            good = rows.filter(is_good)
            accepted = pa.table({
                "line": good["line"],
                "day": good["day"],
                "municipality": good["kommun"],
                "type": good["typ"],
                "quantity": good["antal"].cast(pa.int64()),
            })  # fmt: skip
            yield dlt.mark.with_table_name(_of_delivery(pa, accepted), "occasion")
            yield dlt.mark.with_table_name(_of_delivery(pa, bad), "set_aside")

    def job(export: Path, folder: Path, clock: Clock) -> None:
        disposition = {"disposition": "merge", "strategy": "delete-insert"}
        resource = dlt.resource(sorted_out, name="export", write_disposition=disposition, merge_key="delivery")
        pipeline = dlt.pipeline(
            "bench",
            pipelines_dir=str(folder / "pipelines"),
            destination=dlt.destinations.duckdb(str(folder / DATABASE)),
            dataset_name=SCHEMA,
        )
        with clock.stage("load"):
            pipeline.run(resource(export))
        with duckdb.connect(str(folder / DATABASE)) as connection, clock.stage("count and write"):
            connection.execute(f"USE {SCHEMA}")
            copy_counts(connection, folder)

    return job


def _of_delivery(arrow: Any, rows: Any) -> Any:
    return rows.append_column("delivery", arrow.repeat(DELIVERY, rows.num_rows))


DLT = Contender(("dlt", "duckdb", "pyarrow"), _prepare, partial(found, database=DATABASE, schema=SCHEMA))
