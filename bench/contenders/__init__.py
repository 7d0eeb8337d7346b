"""Those who do the job, by name; the tools of each are imported where it is prepared."""

from bench.contenders.dlt_arrow import DLT
from bench.contenders.floor import FLOOR, FLOOR_VARIANTS
from bench.contenders.frictionless_sqlite import FRICTIONLESS, PLAIN_INSERTS
from bench.contenders.great_expectations_checks import GREAT_EXPECTATIONS
from bench.contenders.lofte import LOFTE
from bench.contenders.pandas_to_sql import PANDAS
from bench.contenders.polars_duckdb import POLARS

CONTENDERS = {
    "floor": FLOOR,
    "lofte": LOFTE,
    "polars": POLARS,
    "dlt": DLT,
    "great_expectations": GREAT_EXPECTATIONS,
    "frictionless": FRICTIONLESS,
    "pandas_to_sql": PANDAS,
}
VARIANTS = {f"floor: {name}": variant for name, variant in FLOOR_VARIANTS.items()} | {
    "frictionless: plain_inserts": PLAIN_INSERTS
}
ALL = CONTENDERS | VARIANTS
