"""pandas for reading and checking, `to_sql` into SQLite for the load."""

import contextlib
import sqlite3
from pathlib import Path

from bench.export import FIRST_DAY, LAST_DAY, MUNICIPALITIES, TYPES
from bench.job import DELIVERY, Clock, Contender, Found, Job, read_counts, write_counts

DATABASE = "pandas.sqlite"
COUNTS = """
    SELECT substr(day, 1, 7), type, municipality, count(*), sum(quantity)
    FROM occasion GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def _prepare() -> Job:
    import numpy as np
    import pandas as pd

    def judged(export: Path) -> "pd.DataFrame":
        rows = pd.read_csv(
            export,
            sep=";",
            dtype=str,
            keep_default_na=False,
            engine="pyarrow",
            usecols=["id", "datum", "kommun", "typ", "antal"],
        )
        days = pd.to_datetime(rows["datum"], format="%Y-%m-%d", errors="coerce")
        faults = {
            "impossible_date": days.isna(),
            "outside_the_period": ~days.between(FIRST_DAY, LAST_DAY),
            "unknown_municipality": ~rows["kommun"].isin(MUNICIPALITIES),
            "unknown_type": ~rows["typ"].isin(TYPES),
            "fraction": ~rows["antal"].str.fullmatch(r"[0-9]{1,7}"),
        }
        reasons = np.select([fault.to_numpy(bool) for fault in faults.values()], list(faults), "")
        is_good = reasons == ""
        twice = rows["id"][is_good].duplicated(keep=False)
        reasons = reasons.astype(object)
        reasons[twice.index[twice]] = "repeated_id"
        return rows.assign(line=np.arange(2, len(rows) + 2), reason=reasons)

    def job(export: Path, folder: Path, clock: Clock) -> None:
        with clock.stage("read and check"):
            rows = judged(export)
            is_good = rows["reason"] == ""
            good = pd.DataFrame({
                "delivery": DELIVERY,
                "line": rows["line"][is_good],
                "day": rows["datum"][is_good],
                "municipality": rows["kommun"][is_good],
                "type": rows["typ"][is_good],
                "quantity": rows["antal"][is_good].astype("int64"),
            })  # fmt: skip
            bad = rows.loc[~is_good, ["line", "reason"]].assign(delivery=DELIVERY)
        with contextlib.closing(sqlite3.connect(folder / DATABASE)) as connection:
            with clock.stage("load"), connection:
                for name, frame in (("occasion", good), ("set_aside", bad)):
                    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone():
                        connection.execute(f"DELETE FROM {name} WHERE delivery = ?", (DELIVERY,))
                    frame.to_sql(name, connection, index=False, if_exists="append")
            with clock.stage("count and write"):
                write_counts(folder, connection.execute(COUNTS))

    return job


def _found(folder: Path) -> Found:
    with contextlib.closing(sqlite3.connect(folder / DATABASE)) as connection:
        (accepted,) = connection.execute("SELECT count(*) FROM occasion").fetchone()
        rows = connection.execute("SELECT line, reason FROM set_aside").fetchall()
    return Found(dict(rows), accepted, *read_counts(folder))


PANDAS = Contender(("pandas",), _prepare, _found)
