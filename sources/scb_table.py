"""Statistics Sweden by PxWebApi 2 (https://statistikdatabasen.scb.se/api/v2): a table as json-stat2."""

from decimal import Decimal
from itertools import product
from math import prod
from typing import Any
from urllib.parse import quote, urlencode

from methods.interpret import Interpreted
from schemas.context import CELLS_MAX, ReadableContext, ScbSeries, ScbTable
from schemas.errors import DeliveryHeldError
from schemas.facts import ContextValue
from sources.context_json import answers_in, expected
from sources.context_rows import ContextRows, RuleBrokenError
from sources.context_values import fact_of

# What stands for a value that is not there, by https://www.scb.se/ "Teckenförklaring".
_STATUS = {"..": "missing", ".": "missing", "-": "missing", "...": "missing"}


def address_of(location: str, contract: ScbTable, municipalities: list[str]) -> str:
    """Return the address that answers for some municipalities.

    Raises:
        DeliveryHeldError: when that is more cells than the publisher answers with.
    """
    if contract.cell_count(len(municipalities)) > CELLS_MAX:
        raise DeliveryHeldError(f"more than {CELLS_MAX} cells are asked for; ask for fewer periods or series")
    codes = {f"valueCodes[{name}]": ",".join(some) for name, some in contract.selection(municipalities).items()}
    query = urlencode({**codes, "outputFormat": "json-stat2"}, safe="[],", quote_via=quote)
    return f"{location.rstrip('/')}/tables/{contract.table}/data?{query}"


def read_table(content: bytes, readable: ReadableContext) -> Interpreted:
    """Read a table, each of its cells that a series names.

    Raises:
        DeliveryHeldError: when the answer is not json-stat2 of the shape that was asked for.
    """
    contract = readable.contract
    answers = answers_in(content)
    if not isinstance(contract, ScbTable) or len(answers) != 1:
        raise DeliveryHeldError("the answer is not one table")
    cells = _Cells(expected(answers[0], dict, "the table"))
    cells.check_shape(contract, readable.municipalities)
    rows = ContextRows()
    asked = product(contract.series, readable.municipalities, contract.periods)
    for line, (series, municipality, period) in enumerate(asked, start=2):
        try:
            rows.facts[line] = _fact(cells, contract, series, municipality, period)
        except RuleBrokenError as error:
            rows.refuse(line, error)
    return rows.interpreted(ContextValue, readable)


def _fact(cells: "_Cells", contract: ScbTable, series: ScbSeries, municipality: str, period: str) -> dict[str, Any]:
    codes = {**series.codes, contract.region_dimension: municipality, contract.time_dimension: period}
    value, mark = cells.at(codes)
    if value is None:
        if mark is not None and (not isinstance(mark, str) or mark not in _STATUS):
            raise RuleBrokenError("status", "unknown_value")
        return fact_of(series, municipality, period.replace("M", "-"), None, "missing")
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise RuleBrokenError("value", "not_a_number")
    if mark not in (None, ""):
        raise RuleBrokenError("status", "unknown_value")
    return fact_of(series, municipality, period.replace("M", "-"), value, "observed")


class _Cells:
    """The cells of a json-stat2 table: values as a list or a map, the last dimension counted fastest."""

    def __init__(self, table: dict[str, Any]) -> None:
        self._ids = _texts(table.get("id"), "id of the table")
        self._sizes = expected(table.get("size"), list, "size of the table")
        if len(self._ids) != len(self._sizes) or not all(isinstance(size, int) and size > 0 for size in self._sizes):
            raise DeliveryHeldError("id and size of the table do not fit together")
        dimensions = expected(table.get("dimension"), dict, "dimension of the table")
        self._positions = {
            name: _positions(dimensions.get(name), size) for name, size in zip(self._ids, self._sizes, strict=True)
        }
        self._values = _by_position(table.get("value"), "value", prod(self._sizes))
        status = table.get("status")
        self._status = {} if status is None else _by_position(status, "status", prod(self._sizes))

    def check_shape(self, contract: ScbTable, municipalities: list[str]) -> None:
        """Hold an answer that has other dimensions or lacks a code that was asked for."""
        asked = contract.selection(municipalities)
        others = [name for name in self._ids if name not in asked and len(self._positions[name]) > 1]
        if others or any(name not in self._ids for name in asked):
            raise DeliveryHeldError("the table has other dimensions than the contract names; see the publisher's table")
        if any(code not in self._positions[name] for name, codes in asked.items() for code in codes):
            raise DeliveryHeldError("the table lacks a code that was asked for; see the publisher's table")

    def at(self, codes: dict[str, str]) -> tuple[Any, Any]:
        """Return the value and status of a cell; a dimension of one code needs none."""
        position = 0
        for name, size in zip(self._ids, self._sizes, strict=True):
            position = position * size + (self._positions[name][codes[name]] if name in codes else 0)
        return self._values.get(position), self._status.get(position)


def _positions(dimension: Any, size: int) -> dict[str, int]:
    """Return where each code stands; an index is a list or a map, and is left out where there is one code."""
    category = expected(expected(dimension, dict, "a dimension").get("category"), dict, "a dimension's category")
    index = category.get("index")
    if index is None:
        index = list(expected(category.get("label"), dict, "a category's label"))
    if isinstance(index, list):
        index = {code: place for place, code in enumerate(_texts(index, "a category's index"))}
    found: dict[str, int] = expected(index, dict, "a category's index")
    places = [place for place in found.values() if isinstance(place, int)]
    if len(found) != size or sorted(places) != list(range(size)):
        raise DeliveryHeldError("a category's index does not fit the size of its dimension")
    return found


def _texts(found: Any, what: str) -> list[str]:
    return [expected(text, str, what) for text in expected(found, list, what)]


def _by_position(cells: Any, what: str, count: int) -> dict[int, Any]:
    if isinstance(cells, list):
        if len(cells) != count:
            raise DeliveryHeldError(f"{what} has another number of cells than the size of the table says")
        return dict(enumerate(cells))
    found = expected(cells, dict, f"{what} of the table")
    if not all(key.isascii() and key.isdecimal() and int(key) < count for key in found):
        raise DeliveryHeldError(f"{what} names a cell that the table does not have")
    return {int(key): value for key, value in found.items()}
