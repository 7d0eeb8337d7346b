"""Great Expectations on pandas: validates and tells which rows break what; nothing is loaded or counted."""

import json
from pathlib import Path

from bench.export import MUNICIPALITIES, TYPES
from bench.job import Clock, Contender, Found, Job

RESULT = "result.json"
REASONS = {"datum": "impossible_date", "typ": "unknown_type", "antal": "fraction", "id": "repeated_id"}


def _prepare() -> Job:
    import great_expectations as gx
    import pandas as pd

    def job(export: Path, folder: Path, clock: Clock) -> None:
        with clock.stage("read"):
            columns = ["id", "datum", "kommun", "typ", "antal"]
            rows = pd.read_csv(export, sep=";", dtype=str, keep_default_na=False, engine="pyarrow", usecols=columns)
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("rows")
        batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": rows})
        expect = gx.expectations
        suite = gx.ExpectationSuite(name="export", expectations=[
            expect.ExpectColumnValuesToMatchStrftimeFormat(column="datum", strftime_format="%Y-%m-%d"),
            expect.ExpectColumnValuesToMatchRegex(column="datum", regex=r"^202[34]-"),
            expect.ExpectColumnValuesToBeInSet(column="kommun", value_set=list(MUNICIPALITIES)),
            expect.ExpectColumnValuesToBeInSet(column="typ", value_set=list(TYPES)),
            expect.ExpectColumnValuesToMatchRegex(column="antal", regex=r"^[0-9]{1,7}$"),
            expect.ExpectColumnValuesToBeUnique(column="id"),
        ])  # fmt: skip
        with clock.stage("check"):
            result = batch.validate(suite, result_format="COMPLETE")
        broken = [
            {"column": each.expectation_config.kwargs["column"], "places": each.result.get("unexpected_index_list")}
            for each in result.results
        ]
        (folder / RESULT).write_text(json.dumps(broken), "utf-8")

    return job


def _found(folder: Path) -> Found:
    broken = json.loads((folder / RESULT).read_text("utf-8"))
    return Found({
        place + 2: REASONS.get(each["column"], each["column"]) for each in broken for place in each["places"] or []
    })  # fmt: skip


GREAT_EXPECTATIONS = Contender(("great-expectations", "pandas"), _prepare, _found, validates_only=True)
