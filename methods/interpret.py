"""Text cells by a source's contract: each row becomes a typed fact, or is set aside with its address and rule."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow

from methods.actual import bounds_of
from methods.cells import parse_amount, parse_count, parse_date, parse_share
from methods.late_rows import late_from
from methods.months import first_day, last_day, month_of
from methods.repeated_keys import set_duplicates_aside
from methods.text_rows import Column, Known, Rule, TextRows, distinct_texts, together
from methods.typed_facts import TypedFacts
from methods.year_to_date import series_span
from schemas.contract import (
    AnswersContract,
    Contract,
    OccasionContract,
    ReadableContract,
    SurveyContract,
    TotalContract,
    expected_headers,
)
from schemas.facts import FACTS, FactModel
from schemas.text_table import AROUND, Lines, SetAside, TextBatch

_THOUSANDS_DIGITS = 3


@dataclass(frozen=True)
class Covered:
    """The whole months a delivery is for, clipped to the days of the agreement's term."""

    first_month: str
    last_month: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Interpreted:
    """Typed facts without their load, and the addresses of rows that did not become any.

    `keys` are those of all rows that have any, while it is not known which come twice. With `instead_of`, this stands
    in the place of whatever was said before of the rows on those lines.
    """

    model: FactModel
    facts: pyarrow.Table
    set_aside: list[SetAside]
    keys: pyarrow.StringArray | None = None
    instead_of: Lines | None = None

    @property
    def accepted_lines(self) -> int:
        """How many rows became facts: not those facts that stand on no line."""
        return int(self.facts.num_rows - self.facts["source_line"].null_count)

    @property
    def set_aside_lines(self) -> int:
        """How many rows were set aside."""
        return len({row.line for row in self.set_aside})


class Interpreter:
    """Turns the rows of one delivery into typed facts by the contract, batch by batch."""

    def __init__(self, readable: ReadableContract, covered: Covered) -> None:
        if isinstance(readable.contract, AnswersContract):
            raise TypeError("answers are aggregated, never taken in row by row")
        self._readable = readable
        self._covered = covered
        self._model = FACTS[readable.contract.kind]
        self._facts = TypedFacts(self._model)
        self._known: Known = {}

    @property
    def takes_many(self) -> bool:
        """Whether the rows can be many, and are told apart by keys of their own: only those of things done."""
        return isinstance(self._readable.contract, OccasionContract)

    @property
    def row_id(self) -> str | None:
        """The column of the rows' own ids, where they have any."""
        contract = self._readable.contract
        return contract.columns.row_id if isinstance(contract, OccasionContract) else None

    def interpret(self, batch: TextBatch, *, is_whole: bool = True) -> Interpreted:
        """Interpret some rows.

        Args:
            batch: the rows.
            is_whole: whether no other row of the delivery can share a key with one of these. Else the rows' keys are
                returned with them, and which of them come twice is yet to be told.

        Returns:
            Facts in the columns of their model, and every row that was set aside.

        Raises:
            DeliveryHeldError: when another header stands among the rows.
        """
        contract = self._readable.contract
        rows = TextRows(batch, contract.missing_marks, self._known)
        for header, text in contract.constants.items():
            rows.typed(header, _only(text))
        keys = None
        if isinstance(contract, OccasionContract):
            row_id = contract.columns.row_id
            keys = rows.checked_texts(row_id) if row_id else None
            facts = _occasions(rows, contract, self._readable, self._covered, keys)
            if row_id and is_whole:
                set_duplicates_aside(rows, row_id, [distinct_texts(keys)])
        elif isinstance(contract, TotalContract):
            facts = _totals(rows, contract, self._readable, self._covered)
        elif isinstance(contract, SurveyContract):
            facts = _shares(rows, contract, self._readable, self._covered)
        # Columns that are not read are not there in every batch.
        rows.tell_no_rows(set(expected_headers(contract)) - set(contract.ignored_columns))
        return Interpreted(self._model, self._facts.table(facts, rows), _once(rows.set_aside), keys)


def _occasions(
    rows: TextRows,
    contract: OccasionContract,
    readable: ReadableContract,
    covered: Covered,
    row_ids: pyarrow.StringArray | None,
) -> dict[str, Any]:
    columns = contract.columns
    keys = rows.typed(columns.type, _one_of(contract.types))
    days = rows.typed(columns.occurred_on, _day_reported(contract.date_form, covered, readable))
    quantities = _quantities(rows, columns.quantity, keys, readable)
    durations = (
        rows.typed(columns.duration_minutes, _amount(contract), optional=True) if columns.duration_minutes else None
    )
    place = rows.typed(columns.place, _one_of(readable.places), optional=True) if columns.place else None
    if columns.place and place is not None:
        _set_places_out_of_time_aside(rows, columns.place, place, days, readable)
    return {
        **_split_key(keys),
        "place_id": place,
        "occurred_on": days,
        "month": days.mapped(_month),
        "quantity": quantities,
        "duration_minutes": durations,
        # Nothing else needs the ids, and what is not needed is not kept.
        "row_id": row_ids if contract.late_rows == "accept" else None,
    }


def _totals(rows: TextRows, contract: TotalContract, readable: ReadableContract, covered: Covered) -> dict[str, Any]:
    columns = contract.columns
    keys = rows.typed(columns.indicator, _one_of(contract.indicators))
    values = _quantities(rows, columns.value, keys, readable)
    qualifiers = rows.typed(columns.qualifier, _one_of(contract.qualifiers))
    set_duplicates_aside(rows, columns.indicator, [keys])
    bounds = together([values, qualifiers], lambda value, qualifier: _bounds(value, qualifier, contract.about_margin))
    return {
        **_split_key(keys),
        "covers_from_month": covered.first_month,
        "covers_to_month": covered.last_month,
        "covers_from_on": covered.starts_on,
        "covers_to_on": covered.ends_on,
        **series_span(readable, covered.last_month),
        "quantity": values,
        "qualifier": qualifiers,
        "low": bounds.mapped(lambda pair: pair[0]),
        "high": bounds.mapped(lambda pair: pair[1]),
    }


def _shares(rows: TextRows, contract: SurveyContract, readable: ReadableContract, covered: Covered) -> dict[str, Any]:
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
        "month": days.mapped(_month),
        "share": rows.typed(columns.share, share),
        "respondents_count": rows.typed(columns.respondents_count, _ruled(parse_count)),
        "response_share": rows.typed(columns.response_share, share, optional=True) if columns.response_share else None,
    }
    if unit == "percent":
        for header in filter(None, (columns.share, columns.response_share)):
            _set_unclear_shares_aside(rows, header, mark)
    set_duplicates_aside(rows, columns.survey, list(keys.values()))
    return facts


def _set_unclear_shares_aside(rows: TextRows, header: str, mark: str) -> None:
    """Set shares aside that may not be the per cent that was agreed: in their column nothing is above 1.

    A per cent sign says what a share is. Nothing is nothing, whatever it is counted in.
    """
    texts = distinct_texts(rows.cells[header].combine_chunks())
    shares = texts.mapped(lambda text: parse_share(text.strip(AROUND), mark, "share"))
    if "share_above_one" not in shares.outcomes:
        is_bare = texts.mapped(lambda text: "%" not in text)
        unclear = together([shares, is_bare], lambda share, bare: bare and isinstance(share, Decimal) and share > 0)
        rows.fault(_where(unclear), header, "share_or_per_cent")


def _quantities(rows: TextRows, header: str, keys: Column, readable: ReadableContract) -> Column:
    """Interpret quantities: whole numbers, but for what is hours or money.

    A count in a column of decimals may be written as 12,0. Three decimals may be thousands, and are neither.
    """
    if not readable.decimal_indicators:
        return rows.typed(header, _ruled(parse_count))
    amounts = rows.typed(header, _amount(readable.contract))

    def is_broken(amount: Any, key: Any) -> bool:
        if not isinstance(amount, Decimal) or key in readable.decimal_indicators:
            return False
        return amount != int(amount) or amount.as_tuple().exponent == -_THOUSANDS_DIGITS

    rows.fault(_where(together([amounts, keys], is_broken)), header, "not_a_whole_number")
    return amounts


def _amount(contract: Contract) -> Callable[[str], Any]:
    return _ruled(lambda text: parse_amount(text, contract.layout.decimal_mark))


def _bounds(value: Any, qualifier: Any, about_margin: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    """Return the bounds of a total; a row that was set aside has none."""
    is_good = isinstance(value, int | Decimal) and not isinstance(qualifier, Rule)
    return bounds_of(Decimal(value), qualifier, about_margin) if is_good else (None, None)


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


def _day_reported(form: str, covered: Covered, readable: ReadableContract) -> Callable[[str], Any]:
    """Read the day of a row, which is another source's to report before this one begins and after it ends."""
    within = _day_within(form, covered, late_from(readable))
    first, last = readable.reports_from or date.min, readable.reports_until or date.max

    def parsed(text: str) -> Any:
        day = within(text)
        if not isinstance(day, date) or first <= day <= last:
            return day
        return Rule("before_what_is_reported" if day < first else "after_what_is_reported")

    return parsed


def _month(day: Any) -> str | None:
    return month_of(day) if isinstance(day, date) else None


def _identifier(text: str) -> Any:
    is_plain = re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text) and len(text) <= 60
    return text if is_plain else Rule("not_an_identifier")


def _split_key(keys: Column) -> dict[str, Any]:
    """Split activity/indicator into its two columns."""
    return {
        "activity_id": keys.mapped(lambda key: key.split("/")[0] if isinstance(key, str) else None),
        "indicator_id": keys.mapped(lambda key: key.split("/")[1] if isinstance(key, str) else None),
    }


def _set_places_out_of_time_aside(
    rows: TextRows, header: str, places: Column, days: Column, readable: ReadableContract
) -> None:
    """Set rows aside that name a place before it began or after it ended."""
    if readable.place_validity:
        broken = together([places, days], lambda place, day: _is_out_of_time(place, day, readable))
        rows.fault(_where(broken), header, "place_not_valid_then")


def _is_out_of_time(place: Any, day: Any, readable: ReadableContract) -> bool:
    validity = readable.place_validity.get(place) if isinstance(place, str) else None
    return validity is not None and isinstance(day, date) and not validity.holds_on(day)


def _where(broken: Column) -> Lines:
    """Return the places of the rows of which something holds."""
    return np.flatnonzero(np.array(broken.outcomes, bool)[broken.codes])


def _once(rows: list[SetAside]) -> list[SetAside]:
    return sorted(set(rows), key=lambda row: (row.line, row.column, row.rule))
