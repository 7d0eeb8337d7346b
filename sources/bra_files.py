"""Monthly files of the crime prevention council (Brå): a row per municipality, by name."""

from dataclasses import replace
from typing import Any

from methods.cells import parse_amount
from methods.interpret import Interpreted
from schemas.context import BraFiles, BraSeries, ReadableContext
from schemas.facts import ContextValue
from sources.context_rows import ContextRows, RuleBrokenError
from sources.context_values import fact_of
from sources.csv_table import read_csv

_SPACES = " \u00a0\u202f\t"


def read_month(content: bytes, month: str, readable: ReadableContext) -> Interpreted:
    """Read the file of a month; each cell of each column that the contract names is a figure.

    Raises:
        DeliveryHeldError: when the file as a whole cannot be trusted.
    """
    contract = readable.contract
    if not isinstance(contract, BraFiles):
        raise TypeError("not a contract of Brå's files")
    headers = [contract.municipality_column, *(series.column for series in contract.series)]
    table = read_csv(content, contract.csv, headers)
    rows = ContextRows(set_aside=list(table.set_aside))
    # Each cell is a fact of its own, and so needs a number of its own.
    width = len(contract.series)
    for line, cells in table.cells.iterrows():
        for number, series in enumerate(contract.series):
            place = int(str(line)) * width + number
            try:
                rows.facts[place] = _fact(cells, series, month, contract, readable)
            except RuleBrokenError as error:
                rows.refuse(int(str(line)), error)
    known = len(rows.set_aside)
    rows.settle_repeated(["series_id", "municipality_code", "period"], contract.municipality_column)
    rows.set_aside[known:] = [replace(row, line=row.line // width) for row in rows.set_aside[known:]]
    return rows.interpreted(ContextValue, readable)


def _fact(cells: Any, series: BraSeries, month: str, contract: BraFiles, readable: ReadableContext) -> dict[str, Any]:
    code = readable.places.get(str(cells[contract.municipality_column]).strip(_SPACES).casefold())
    if code is None:
        raise RuleBrokenError(contract.municipality_column, "unknown_value")
    text = str(cells[series.column]).strip(_SPACES)
    if text in contract.masked_marks:
        return fact_of(series, code, month, None, "suppressed", series.stage)
    if text in {"", *contract.missing_marks}:
        return fact_of(series, code, month, None, "missing", series.stage)
    number = parse_amount(text, contract.csv.decimal_mark)
    if isinstance(number, str):
        raise RuleBrokenError(series.column, number)
    status = "preliminary" if series.stage == "preliminary" else "observed"
    return fact_of(series, code, month, number, status, series.stage)
