"""The floor: the job in pure DuckDB SQL, in the quickest of the ways that were tried; the others stand beside it.

The line of a row is its place in the staging table, as DuckDB keeps the order of what it reads. It does not with `x IN
(…)` of several texts in what is selected: DuckDB 2.0 makes that a join, and rows then come in another order, so that
lines are wrong. So value lists are written with OR.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.export import COLUMNS, FIRST_DAY, LAST_DAY, MUNICIPALITIES, TYPES
from bench.job import DELIVERY, MEMORY_LIMIT_MB, Clock, Contender, Found, Job, read_counts

Connection = Any
DATABASE = "floor.duckdb"
TEXT_COLUMNS = ", ".join(f"'{name}': 'VARCHAR'" for name in COLUMNS)
READ = (
    "read_csv('{export}', delim = ';', header = true, quote = '\"', strict_mode = true, auto_detect = false, "
    f"columns = {{{{{TEXT_COLUMNS}}}}})"
)
TABLES = """
    CREATE TABLE IF NOT EXISTS occasion
        (delivery VARCHAR, line BIGINT, day DATE, municipality VARCHAR, type VARCHAR, quantity BIGINT);
    CREATE TABLE IF NOT EXISTS set_aside (delivery VARCHAR, line BIGINT, reason VARCHAR);
"""
BEGIN = f"""
    BEGIN;
    DELETE FROM occasion WHERE delivery = '{DELIVERY}';
    DELETE FROM set_aside WHERE delivery = '{DELIVERY}';
"""
COUNTS = """
    SELECT strftime(day, '%Y-%m') AS month, type, municipality, count(*) AS "rows", sum(quantity) AS quantity
    FROM occasion GROUP BY ALL ORDER BY ALL
"""


def _one_of(column: str, texts: tuple[str, ...]) -> str:
    return " OR ".join(f"{column} = '{text}'" for text in texts)


REASON = f"""
    CASE
        WHEN day IS NULL THEN 'impossible_date'
        WHEN day NOT BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}' THEN 'outside_the_period'
        WHEN NOT ({_one_of("kommun", MUNICIPALITIES)}) THEN 'unknown_municipality'
        WHEN NOT ({_one_of("typ", TYPES)}) THEN 'unknown_type'
        WHEN NOT regexp_full_match(antal, '[0-9]{{1,7}}') THEN 'fraction'
    END
"""


def checked(source: str, more: str = "") -> str:
    """Return a SELECT of the rows of a source, typed and each with what is wrong with it."""
    return f"""
        SELECT * REPLACE (CASE WHEN reason IS NULL THEN antal::BIGINT END AS antal)
        FROM (
            SELECT id, {more} day, kommun, typ, antal, {REASON} AS reason
            FROM (SELECT *, try_strptime(datum, '%Y-%m-%d')::DATE AS day FROM {source})
        )
    """


def _staged(connection: Connection, export: Path, more: str = "") -> None:
    connection.execute(TABLES)
    source = READ.format(export=export)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE staged AS {checked(source, more)}")


def _twice(connection: Connection, where: str = "reason IS NULL") -> None:
    """Find repeated ids among the rows that are good but for that."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE twice AS SELECT id FROM staged WHERE {where} GROUP BY id HAVING count(*) > 1"
    )


def _moved(connection: Connection, is_bad: str) -> None:
    """Write down the few bad rows, and put all the others in."""
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE bad AS
            SELECT rowid AS place, coalesce(reason, 'repeated_id') AS reason FROM staged WHERE {is_bad};
        {BEGIN}
        INSERT INTO set_aside SELECT '{DELIVERY}', place + 2, reason FROM bad;
        INSERT INTO occasion
            SELECT '{DELIVERY}', rowid + 2, day, kommun, typ, antal FROM staged
            WHERE rowid NOT IN (SELECT place FROM bad);
        COMMIT;
    """)


def one_pass(connection: Connection, export: Path) -> None:
    """One reading into a staging table, repeated ids by GROUP BY, bad rows found once."""
    _staged(connection, export)
    _twice(connection)
    _moved(connection, "reason IS NOT NULL OR id IN (FROM twice)")


def hashed_ids(connection: Connection, export: Path) -> None:
    """As the floor, with ids grouped by a hash first and only those of the same hash by themselves."""
    _staged(connection, export, "hash(id) AS h,")
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE maybe AS
            SELECT h FROM staged WHERE reason IS NULL GROUP BY h HAVING count(*) > 1
    """)
    _twice(connection, "reason IS NULL AND h IN (FROM maybe)")
    _moved(connection, "reason IS NOT NULL OR (h IN (FROM maybe) AND id IN (FROM twice))")


def bad_rows_found_twice(connection: Connection, export: Path) -> None:
    """As the floor, with good and bad rows each found by their own condition."""
    _staged(connection, export)
    _twice(connection)
    connection.execute(f"""
        {BEGIN}
        INSERT INTO occasion SELECT '{DELIVERY}', rowid + 2, day, kommun, typ, antal FROM staged
            WHERE reason IS NULL AND id NOT IN (FROM twice);
        INSERT INTO set_aside SELECT '{DELIVERY}', rowid + 2, coalesce(reason, 'repeated_id') FROM staged
            WHERE reason IS NOT NULL OR id IN (FROM twice);
        COMMIT;
    """)


def window(connection: Connection, export: Path) -> None:
    """As the floor, with repeated ids by a window over all rows."""
    _staged(connection, export)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE judged AS
            SELECT rowid AS place, * REPLACE (
                CASE WHEN reason IS NULL AND count(*) FILTER (reason IS NULL) OVER (PARTITION BY id) > 1
                    THEN 'repeated_id' ELSE reason END AS reason)
            FROM staged;
        {BEGIN}
        INSERT INTO occasion
            SELECT '{DELIVERY}', place + 2, day, kommun, typ, antal FROM judged WHERE reason IS NULL;
        INSERT INTO set_aside SELECT '{DELIVERY}', place + 2, reason FROM judged WHERE reason IS NOT NULL;
        COMMIT;
    """)


def read_thrice(connection: Connection, export: Path) -> None:
    """No staging table: read for the ids, for the good and for the bad, lines by row_number."""
    numbered = f"(SELECT *, row_number() OVER () + 1 AS line FROM {READ.format(export=export)})"
    connection.execute(f"""
        {TABLES}
        CREATE OR REPLACE TEMP VIEW numbered AS {checked(numbered, "line,")};
        CREATE OR REPLACE TEMP TABLE twice AS
            SELECT id FROM numbered WHERE reason IS NULL GROUP BY id HAVING count(*) > 1;
        {BEGIN}
        INSERT INTO occasion SELECT '{DELIVERY}', line, day, kommun, typ, antal FROM numbered
            WHERE reason IS NULL AND id NOT IN (FROM twice);
        INSERT INTO set_aside SELECT '{DELIVERY}', line, coalesce(reason, 'repeated_id') FROM numbered
            WHERE reason IS NOT NULL OR id IN (FROM twice);
        COMMIT;
    """)


def order_not_kept(connection: Connection, export: Path) -> None:
    """As the floor, with preserve_insertion_order = false: no line can be told, so set-aside rows are all wrong."""
    connection.execute("SET preserve_insertion_order = false")
    one_pass(connection, export)


Load = Callable[[Connection, Path], None]


def _prepared(load: Load) -> Callable[[], Job]:
    def prepare() -> Job:
        import duckdb

        def job(export: Path, folder: Path, clock: Clock) -> None:
            limit = f"{MEMORY_LIMIT_MB}MB"
            with duckdb.connect(str(folder / DATABASE), config={"memory_limit": limit}) as connection:
                with clock.stage("load"):
                    load(connection, export)
                with clock.stage("count and write"):
                    copy_counts(connection, folder)

        return job

    return prepare


def copy_counts(connection: Connection, folder: Path) -> None:
    """Count, and let DuckDB write the files."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE counts AS {COUNTS}")
    connection.execute(f"COPY counts TO '{folder}/counts.csv' (HEADER)")
    connection.execute(f"COPY counts TO '{folder}/counts.json' (ARRAY true)")


def found(folder: Path, database: str = DATABASE, schema: str = "main") -> Found:
    """Read what a job left in DuckDB, and its files."""
    import duckdb

    with duckdb.connect(str(folder / database), read_only=True) as connection:
        (accepted,) = connection.execute(f"SELECT count(*) FROM {schema}.occasion").fetchone() or (0,)
        rows = connection.execute(f"SELECT line, reason FROM {schema}.set_aside").fetchall()
    return Found(dict(rows), accepted, *read_counts(folder))


def _contender(load: Load) -> Contender:
    return Contender(("duckdb",), _prepared(load), found, about=load.__doc__ or "")


FLOOR = _contender(one_pass)
FLOOR_VARIANTS = {
    load.__name__: _contender(load) for load in (hashed_ids, bad_rows_found_twice, window, read_thrice, order_not_kept)
}
