"""Text cells by a source's contract: each row becomes a typed fact, or is set aside with its address and rule.

Distinct values are interpreted once and mapped back, so the work grows with how many values there are, not cells.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow

from methods.actual import bounds_of
from methods.cells import parse_amount, parse_count, parse_date, parse_share
from methods.late_rows import late_from
from methods.months import first_day, last_day, month_of
from methods.year_to_date import series_span
from schemas.contract import (
    AnswersContract,
    Contract,
    OccasionContract,
    ReadableContract,
    SurveyContract,
    TotalContract,
)
from schemas.derive import arrow_schema
from schemas.facts import FACTS, FactModel
from schemas.text_table import SetAside, TextTable


@dataclass(frozen=True)
class Covered:
    """The whole months a delivery is for, clipped to the days of the agreement's term."""

    first_month: str
    last_month: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Interpreted:
    """Typed facts without their load, and the addresses of rows that did not become any."""

    model: FactModel
    facts: pd.DataFrame
    set_aside: list[SetAside]

    @property
    def set_aside_lines(self) -> int:
        """How many rows were set aside."""
        return len({row.line for row in self.set_aside})


class _Rows:
    """Rows under interpretation: typed columns so far, and the faults found."""

    def __init__(self, table: TextTable, missing_marks: list[str]) -> None:
        self.cells = table.cells
        self.set_aside = list(table.set_aside)
        self._missing = {"", *missing_marks}

    def fault(self, lines: "pd.Index[Any]", column: str, rule: str) -> None:
        self.set_aside += [SetAside(int(line), column, rule) for line in lines]

    def typed(self, header: str, parse: Callable[[str], Any], *, optional: bool = False) -> "pd.Series[Any]":
        """Interpret a column; a parser returns a rule's name, wrapped in `Rule`, for what it refuses."""
        column = self.cells[header]
        distinct = {value: self._outcome(value, parse, optional) for value in column.unique()}
        outcomes = _mapped(column, distinct.__getitem__)
        refused = outcomes[[isinstance(outcome, Rule) for outcome in outcomes]]
        pairs = zip(refused.index, refused, strict=True)
        self.set_aside += [SetAside(int(line), header, rule.name) for line, rule in pairs]
        return outcomes

    def _outcome(self, value: str, parse: Callable[[str], Any], optional: bool) -> Any:
        if any(unicodedata.category(character) == "Cc" for character in value):
            return Rule("control_character")
        if value.strip() in self._missing:
            return None if optional else Rule("missing_value")
        return parse(value.strip(" \u00a0"))

    def good(self) -> "pd.Index[Any]":
        """Return the lines with no fault."""
        return self.cells.index.difference(pd.Index([row.line for row in self.set_aside], dtype="int64"))


@dataclass(frozen=True)
class Rule:
    """The name of the rule that a cell breaks."""

    name: str


def interpret(table: TextTable, readable: ReadableContract, covered: Covered) -> Interpreted:
    """Turn text cells into typed facts by the contract.

    Returns:
        Facts in the columns of their model, `load_id` left empty, and every row that was set aside.
    """
    contract = readable.contract
    rows = _Rows(table, contract.missing_marks)
    for header, text in contract.constants.items():
        rows.typed(header, _only(text))
    if isinstance(contract, OccasionContract):
        facts = _occasions(rows, contract, readable, covered)
    elif isinstance(contract, TotalContract):
        facts = _totals(rows, contract, readable, covered)
    elif isinstance(contract, AnswersContract):
        raise TypeError("answers are aggregated, never taken in row by row")
    else:
        facts = _shares(rows, contract, readable, covered)
    model = FACTS[contract.kind]
    return Interpreted(model, _as_typed(facts, rows.good(), model), _once(rows.set_aside))


def _occasions(rows: _Rows, contract: OccasionContract, readable: ReadableContract, covered: Covered) -> dict[str, Any]:
    columns = contract.columns
    keys = rows.typed(columns.type, _one_of(contract.types))
    days = rows.typed(columns.occurred_on, _day_within(contract.date_form, covered, late_from(readable)))
    quantities = _quantities(rows, columns.quantity, keys, readable)
    durations = (
        rows.typed(columns.duration_minutes, _amount(contract), optional=True) if columns.duration_minutes else None
    )
    place = rows.typed(columns.place, _one_of(readable.places), optional=True) if columns.place else None
    if columns.place and place is not None:
        _set_places_out_of_time_aside(rows, columns.place, place, days, readable)
    if columns.row_id:
        row_ids = rows.typed(columns.row_id, str)
        _set_duplicates_aside(rows, columns.row_id, [row_ids])
    accepts_late = contract.late_rows == "accept"  # else nothing needs the ids, and what is not needed is not kept
    return {
        **_split_key(keys),
        "place_id": place,
        "occurred_on": days,
        "month": _mapped(days, lambda day: month_of(day) if isinstance(day, date) else None),
        "quantity": quantities,
        "duration_minutes": durations,
        "row_id": row_ids if columns.row_id and accepts_late else None,
    }


def _totals(rows: _Rows, contract: TotalContract, readable: ReadableContract, covered: Covered) -> dict[str, Any]:
    columns = contract.columns
    keys = rows.typed(columns.indicator, _one_of(contract.indicators))
    values = _quantities(rows, columns.value, keys, readable)
    qualifiers = rows.typed(columns.qualifier, _one_of(contract.qualifiers))
    _set_duplicates_aside(rows, columns.indicator, [keys])
    good = rows.good()
    pairs = zip(values[good], qualifiers[good], strict=True)
    bounds = [bounds_of(value, qualifier, contract.about_margin) for value, qualifier in pairs]
    return {
        **_split_key(keys),
        "covers_from_month": covered.first_month,
        "covers_to_month": covered.last_month,
        "covers_from_on": covered.starts_on,
        "covers_to_on": covered.ends_on,
        **series_span(readable, covered.last_month),
        "quantity": values,
        "qualifier": qualifiers,
        "low": pd.Series([low for low, _ in bounds], index=good, dtype=object),
        "high": pd.Series([high for _, high in bounds], index=good, dtype=object),
    }


def _shares(rows: _Rows, contract: SurveyContract, readable: ReadableContract, covered: Covered) -> dict[str, Any]:
    columns = contract.columns
    mark, unit = contract.layout.decimal_mark, contract.share_unit
    share = _ruled(lambda text: parse_share(text, mark, unit))
    days = rows.typed(columns.surveyed_on, _day_within(contract.date_form, covered))
    keys = {
        "survey_id": rows.typed(columns.survey, _identifier),
        "question_id": rows.typed(columns.question, _one_of(contract.questions)),
        "area_id": rows.typed(columns.area, _one_of(readable.places)),
    }
    _set_places_out_of_time_aside(rows, columns.area, keys["area_id"], days, readable)
    facts = {
        **keys,
        "surveyed_on": days,
        "month": _mapped(days, lambda day: month_of(day) if isinstance(day, date) else None),
        "share": rows.typed(columns.share, share),
        "respondents_count": rows.typed(columns.respondents_count, _ruled(parse_count)),
        "response_share": rows.typed(columns.response_share, share, optional=True) if columns.response_share else None,
    }
    _set_duplicates_aside(rows, columns.survey, list(keys.values()))
    return facts


def _quantities(rows: _Rows, header: str, keys: "pd.Series[Any]", readable: ReadableContract) -> "pd.Series[Any]":
    """Interpret quantities: whole numbers, but for what is hours or money."""
    if not readable.decimal_indicators:
        return rows.typed(header, _ruled(parse_count))
    amounts = rows.typed(header, _amount(readable.contract))
    is_fraction = [isinstance(amount, Decimal) and amount != int(amount) for amount in amounts]
    must_be_whole = [key not in readable.decimal_indicators for key in keys]
    broken = [fraction and whole for fraction, whole in zip(is_fraction, must_be_whole, strict=True)]
    rows.fault(amounts.index[broken], header, "not_a_whole_number")
    return amounts


def _amount(contract: Contract) -> Callable[[str], Any]:
    return _ruled(lambda text: parse_amount(text, contract.layout.decimal_mark))


def _mapped(column: "pd.Series[Any]", function: Callable[[Any], Any]) -> "pd.Series[Any]":
    """Map values one by one, letting pandas guess no type."""
    return pd.Series([function(value) for value in column], index=column.index, dtype=object)


def _only(expected: str) -> Callable[[str], Any]:
    return lambda text: text if text == expected else Rule("unexpected_value")


def _one_of(known: dict[str, Any]) -> Callable[[str], Any]:
    return lambda text: known.get(text, Rule("unknown_value"))


def _ruled(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    def parsed(text: str) -> Any:
        outcome = parse(text)
        return Rule(outcome) if isinstance(outcome, str) else outcome

    return parsed


def _day_within(form: str, covered: Covered, late: date | None = None) -> Callable[[str], Any]:
    first, last = first_day(covered.first_month), last_day(covered.last_month)

    def parsed(text: str) -> Any:
        day = parse_date(text, form)
        if isinstance(day, str):
            return Rule(day)
        if late is not None and day < first:
            return day if late <= day else Rule("before_what_is_reported")
        if not first <= day <= last:
            return Rule("outside_the_months_of_the_delivery")
        return day if covered.starts_on <= day <= covered.ends_on else Rule("outside_the_agreement")

    return parsed


def _identifier(text: str) -> Any:
    is_plain = re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text) and len(text) <= 60
    return text if is_plain else Rule("not_an_identifier")


def _split_key(keys: "pd.Series[Any]") -> dict[str, Any]:
    """Split activity/indicator into its two columns."""
    return {
        "activity_id": _mapped(keys, lambda key: key.split("/")[0] if isinstance(key, str) else None),
        "indicator_id": _mapped(keys, lambda key: key.split("/")[1] if isinstance(key, str) else None),
    }


def _set_places_out_of_time_aside(
    rows: _Rows, header: str, places: "pd.Series[Any]", days: "pd.Series[Any]", readable: ReadableContract
) -> None:
    """Set rows aside that name a place before it began or after it ended."""
    if not readable.place_validity:
        return
    pairs = zip(places, days, strict=True)
    broken = [_is_out_of_time(place, day, readable) for place, day in pairs]
    rows.fault(places.index[broken], header, "place_not_valid_then")


def _is_out_of_time(place: Any, day: Any, readable: ReadableContract) -> bool:
    validity = readable.place_validity.get(place) if isinstance(place, str) else None
    return validity is not None and isinstance(day, date) and not validity.holds_on(day)


def _set_duplicates_aside(rows: _Rows, header: str, keys: "list[pd.Series[Any]]") -> None:
    """Keep the first of rows that are wholly the same; of rows that say different things of one key keep none.

    Keys are compared by what they mean: a place and its alias are one.
    """
    good = rows.good()
    repeated = rows.cells.duplicated(keep="first")
    meant = pd.Series(list(zip(*keys, strict=True)), index=rows.cells.index, dtype=object)[~repeated]
    contradicting = meant[meant.index.isin(good)].duplicated(keep=False)
    rows.fault(rows.cells.index[repeated], header, "duplicate_row")
    rows.fault(contradicting.index[contradicting], header, "contradicting_rows")


def _as_typed(facts: dict[str, Any], good: "pd.Index[Any]", model: FactModel) -> pd.DataFrame:
    """Put the good rows into the model's Arrow types; `load_id` is filled when the rows are loaded."""
    schema = arrow_schema(model)
    columns = {"load_id": "", "source_line": good.to_numpy(), **facts}
    arrays = [_array(columns[field.name], good, field.type) for field in schema]
    table = pyarrow.Table.from_arrays(arrays, names=schema.names)
    return model.validate(table.to_pandas(types_mapper=pd.ArrowDtype), lazy=True)


def _array(column: Any, good: "pd.Index[Any]", kind: pyarrow.DataType) -> pyarrow.Array:
    if isinstance(column, pd.Series):
        values = [None if value is None or value is pd.NaT else value for value in column[good]]
    elif hasattr(column, "tolist"):
        values = column.tolist()
    else:
        values = [column] * len(good)
    return pyarrow.array(values, type=kind)


def _once(rows: list[SetAside]) -> list[SetAside]:
    return sorted(set(rows), key=lambda row: (row.line, row.column, row.rule))
