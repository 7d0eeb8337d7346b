"""Text cells by a source's contract: each row becomes a typed fact, or is set aside with its address and rule.

Distinct values are interpreted once and mapped back, so the work grows with how many values there are, not cells.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow
from pyarrow import compute

from methods.actual import bounds_of
from methods.cells import parse_count, parse_date, parse_share
from methods.months import first_day, last_day, month_of
from methods.validate import validate_distinct
from schemas.contract import OccasionContract, ReadableContract, SurveyContract, TotalContract
from schemas.derive import arrow_schema
from schemas.facts import FACTS, FactModel
from schemas.text_table import SetAside, TextBatch

# Spaces around agreed texts mean nothing.
_AROUND = " \u00a0"
_CONTROL = r"[\x00-\x1F\x7F-\x{9F}]"


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
    facts: pyarrow.Table
    set_aside: list[SetAside]

    @property
    def set_aside_lines(self) -> int:
        """How many rows were set aside."""
        return len({row.line for row in self.set_aside})

    @property
    def row_count(self) -> int:
        """Every row is a fact or was set aside."""
        return int(self.facts.num_rows) + self.set_aside_lines


@dataclass(frozen=True)
class Rule:
    """The name of the rule that a cell breaks."""

    name: str


@dataclass(frozen=True)
class Column:
    """What the cells of a column mean: each distinct outcome, and which of them each row has."""

    outcomes: list[Any]
    codes: npt.NDArray[np.int64]

    def mapped(self, function: Callable[[Any], Any]) -> "Column":
        """Apply a function to each distinct outcome."""
        return Column([function(outcome) for outcome in self.outcomes], self.codes)


class _Rows:
    """Rows under interpretation, and the faults found."""

    def __init__(self, batch: TextBatch, missing_marks: list[str]) -> None:
        self.cells = batch.cells
        self.lines = batch.lines.to_numpy()
        self.set_aside = list(batch.set_aside)
        self.is_good = np.ones(len(self.lines), bool)
        self._missing = {"", *missing_marks}

    def fault(self, rows: Iterable[int], column: str, rule: str) -> None:
        for row in rows:
            self.is_good[row] = False
            self.set_aside.append(SetAside(int(self.lines[row]), column, rule))

    def typed(self, header: str, parse: Callable[[str], Any], *, optional: bool = False) -> Column:
        """Interpret a column; a parser returns a rule's name, wrapped in `Rule`, for what it refuses."""
        cells = self.cells[header].combine_chunks().dictionary_encode()
        outcomes = [self._outcome(value, parse, optional) for value in cells.dictionary.to_pylist()]
        codes = cells.indices.to_numpy().astype(np.int64)
        refused = np.array([isinstance(outcome, Rule) for outcome in outcomes], bool)
        for row in np.flatnonzero(refused[codes]):
            self.fault([int(row)], header, outcomes[codes[row]].name)
        return Column(outcomes, codes)

    def check_text(self, header: str) -> None:
        """Hold a column that is taken as it is to be there; nearly every one of its cells may be another."""
        cells = self.cells[header].combine_chunks()
        bare = compute.utf8_trim_whitespace(cells)
        has_control = compute.match_substring_regex(cells, _CONTROL).to_numpy(zero_copy_only=False)
        is_missing = compute.is_in(bare, pyarrow.array(self._missing, pyarrow.string())).to_numpy(zero_copy_only=False)
        self.fault(np.flatnonzero(has_control), header, "control_character")
        self.fault(np.flatnonzero(is_missing & ~has_control), header, "missing_value")

    def text(self, header: str) -> Column:
        """Return a checked column, each of its distinct texts once."""
        cells = compute.utf8_trim(self.cells[header].combine_chunks(), _AROUND).dictionary_encode()
        return Column(cells.dictionary, cells.indices.to_numpy().astype(np.int64))

    def _outcome(self, value: str, parse: Callable[[str], Any], optional: bool) -> Any:
        if any(unicodedata.category(character) == "Cc" for character in value):
            return Rule("control_character")
        if value.strip() in self._missing:
            return None if optional else Rule("missing_value")
        return parse(value.strip(_AROUND))


def interpret(
    batch: TextBatch, readable: ReadableContract, covered: Covered, *, keys_are_unique: bool = False
) -> Interpreted:
    """Turn text cells into typed facts by the contract.

    Args:
        batch: the rows.
        readable: the contract, with the agreement's term and places.
        covered: the months that the delivery is for.
        keys_are_unique: whether it is known that none of these rows shares its key with another of the delivery.

    Returns:
        Facts in the columns of their model but for the load, and every row that was set aside.
    """
    contract = readable.contract
    rows = _Rows(batch, contract.missing_marks)
    for header, text in contract.constants.items():
        rows.typed(header, _only(text))
    if isinstance(contract, OccasionContract):
        facts = _occasions(rows, contract, readable.places, covered, keys_are_unique)
    elif isinstance(contract, TotalContract):
        facts = _totals(rows, contract, covered)
    else:
        facts = _shares(rows, contract, readable.places, covered)
    model = FACTS[contract.kind]
    return Interpreted(model, _as_typed(facts, rows, model), _once(rows.set_aside))


def keys_of(batch: TextBatch, contract: OccasionContract) -> pyarrow.Array | None:
    """Return what tells the rows of an export apart, as far as its text says it; rows that are the same share it."""
    row_id = contract.columns.row_id
    return compute.utf8_trim(batch.cells[row_id], _AROUND) if row_id else None


def _occasions(
    rows: _Rows, contract: OccasionContract, places: dict[str, str], covered: Covered, keys_are_unique: bool
) -> dict[str, Any]:
    columns = contract.columns
    keys = rows.typed(columns.type, _one_of(contract.types))
    days = rows.typed(columns.occurred_on, _day_within(contract.date_form, covered))
    quantities = rows.typed(columns.quantity, _ruled(parse_count))
    place = rows.typed(columns.place, _one_of(places), optional=True) if columns.place else None
    if columns.row_id:
        rows.check_text(columns.row_id)
        if not keys_are_unique:
            _set_duplicates_aside(rows, columns.row_id, [rows.text(columns.row_id)])
    return {
        **_split_key(keys),
        "place_id": place,
        "occurred_on": days,
        "month": days.mapped(lambda day: month_of(day) if isinstance(day, date) else None),
        "quantity": quantities,
    }


def _totals(rows: _Rows, contract: TotalContract, covered: Covered) -> dict[str, Any]:
    columns = contract.columns
    keys = rows.typed(columns.indicator, _one_of(contract.indicators))
    values = rows.typed(columns.value, _ruled(parse_count))
    qualifiers = rows.typed(columns.qualifier, _one_of(contract.qualifiers))
    _set_duplicates_aside(rows, columns.indicator, [keys])
    bounds = _together([values, qualifiers], lambda value, qualifier: _bounds(value, qualifier, contract.about_margin))
    return {
        **_split_key(keys),
        "covers_from_month": covered.first_month,
        "covers_to_month": covered.last_month,
        "covers_from_on": covered.starts_on,
        "covers_to_on": covered.ends_on,
        "quantity": values,
        "qualifier": qualifiers,
        "low": bounds.mapped(lambda pair: pair[0]),
        "high": bounds.mapped(lambda pair: pair[1]),
    }


def _shares(rows: _Rows, contract: SurveyContract, places: dict[str, str], covered: Covered) -> dict[str, Any]:
    columns = contract.columns
    mark, unit = contract.csv.decimal_mark, contract.share_unit
    share = _ruled(lambda text: parse_share(text, mark, unit))
    days = rows.typed(columns.surveyed_on, _day_within(contract.date_form, covered))
    keys = {
        "survey_id": rows.typed(columns.survey, _identifier),
        "question_id": rows.typed(columns.question, _one_of(contract.questions)),
        "area_id": rows.typed(columns.area, _one_of(places)),
    }
    facts = {
        **keys,
        "surveyed_on": days,
        "month": days.mapped(lambda day: month_of(day) if isinstance(day, date) else None),
        "share": rows.typed(columns.share, share),
        "respondents_count": rows.typed(columns.respondents_count, _ruled(parse_count)),
        "response_share": rows.typed(columns.response_share, share, optional=True) if columns.response_share else None,
    }
    _set_duplicates_aside(rows, columns.survey, list(keys.values()))
    return facts


def _bounds(value: Any, qualifier: Any, about_margin: Any) -> tuple[Any, Any]:
    is_good = isinstance(value, int) and isinstance(qualifier, str)
    return bounds_of(value, qualifier, about_margin) if is_good else (None, None)


def _only(expected: str) -> Callable[[str], Any]:
    return lambda text: text if text == expected else Rule("unexpected_value")


def _one_of(known: dict[str, Any]) -> Callable[[str], Any]:
    return lambda text: known.get(text, Rule("unknown_value"))


def _ruled(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    def parsed(text: str) -> Any:
        outcome = parse(text)
        return Rule(outcome) if isinstance(outcome, str) else outcome

    return parsed


def _day_within(form: str, covered: Covered) -> Callable[[str], Any]:
    first, last = first_day(covered.first_month), last_day(covered.last_month)

    def parsed(text: str) -> Any:
        day = parse_date(text, form)
        if isinstance(day, str):
            return Rule(day)
        if not first <= day <= last:
            return Rule("outside_the_months_of_the_delivery")
        return day if covered.starts_on <= day <= covered.ends_on else Rule("outside_the_agreement")

    return parsed


def _identifier(text: str) -> Any:
    is_plain = re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text) and len(text) <= 60
    return text if is_plain else Rule("not_an_identifier")


def _split_key(keys: Column) -> dict[str, Any]:
    """Split activity/indicator into its two columns."""
    return {
        "activity_id": keys.mapped(lambda key: key.split("/")[0] if isinstance(key, str) else None),
        "indicator_id": keys.mapped(lambda key: key.split("/")[1] if isinstance(key, str) else None),
    }


def _together(columns: list[Column], function: Callable[..., Any]) -> Column:
    """Apply a function to each distinct row of several columns."""
    distinct, codes = _distinct_rows(columns)
    outcomes = [
        function(*(column.outcomes[code] for column, code in zip(columns, row, strict=True))) for row in distinct
    ]
    return Column(outcomes, codes)


def _distinct_rows(columns: list[Column]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    codes = np.column_stack([column.codes for column in columns])
    distinct, which = np.unique(codes, axis=0, return_inverse=True)
    return distinct, which.reshape(-1)


def _set_duplicates_aside(rows: _Rows, header: str, keys: list[Column]) -> None:
    """Keep the first of rows that are wholly the same; of rows that say different things of one key keep none.

    Keys are compared by what they mean: a place and its alias are one. Only rows whose key comes twice are looked at.
    """
    codes = _meant(keys)
    _, which, counts = np.unique(codes, return_inverse=True, return_counts=True)
    shared = np.flatnonzero(counts[which] > 1)
    seen: set[tuple[str, ...]] = set()
    repeated: list[int] = []
    by_key: dict[int, list[int]] = defaultdict(list)
    for row, cells in zip(shared.tolist(), rows.cells.take(shared).to_pylist(), strict=True):
        texts = tuple(cells.values())
        if texts in seen:
            repeated.append(row)
        elif rows.is_good[row]:
            by_key[codes[row]].append(row)
        seen.add(texts)
    rows.fault(repeated, header, "duplicate_row")
    rows.fault([row for found in by_key.values() if len(found) > 1 for row in found], header, "contradicting_rows")


def _meant(keys: list[Column]) -> npt.NDArray[np.int64]:
    """Number what the keys mean, the same number for the same meaning."""
    if len(keys) == 1 and isinstance(keys[0].outcomes, pyarrow.Array):
        return keys[0].codes
    numbers: dict[tuple[Any, ...], int] = {}
    return _numbered(_together(keys, lambda *meanings: numbers.setdefault(meanings, len(numbers))))


def _numbered(column: Column) -> npt.NDArray[np.int64]:
    return np.array(column.outcomes, np.int64)[column.codes]


def _as_typed(facts: dict[str, Any], rows: _Rows, model: FactModel) -> pyarrow.Table:
    """Put the good rows into the model's Arrow types, each distinct value once; the load is told when they are loaded.

    Raises:
        SchemaErrors: when a fact breaks its model, which is a fault of ours.
    """
    good = np.flatnonzero(rows.is_good)
    columns = {"source_line": rows.lines[good], **facts}
    schema = arrow_schema(model)
    kept = [field for field in schema if field.name != "load_id"]
    arrays = [_array(columns[field.name], good, field.type) for field in kept]
    table = pyarrow.Table.from_arrays(arrays, names=[field.name for field in kept])
    validate_distinct(model, table)
    return table


def _array(column: Any, good: npt.NDArray[np.int64], kind: pyarrow.DataType) -> pyarrow.Array:
    if isinstance(column, np.ndarray):
        return pyarrow.array(column, kind)
    if not isinstance(column, Column):  # one value for all rows
        column = Column([column], np.zeros(good.max(initial=0) + 1, np.int64))
    codes, used = column.codes[good], np.zeros(len(column.outcomes), bool)
    used[codes] = True
    outcomes = [outcome if is_used else None for outcome, is_used in zip(column.outcomes, used, strict=True)]
    return pyarrow.DictionaryArray.from_arrays(pyarrow.array(codes, pyarrow.int32()), pyarrow.array(outcomes, kind))


def _once(rows: list[SetAside]) -> list[SetAside]:
    return sorted(set(rows), key=lambda row: (row.line, row.column, row.rule))
