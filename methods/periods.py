"""The periods that a term is divided into, and the calendar of what is due from a source.

Periods are made here, once, and handed to SQL as rows: the two database dialects disagree on date functions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from methods.months import (
    add_months,
    first_day,
    last_day,
    month_label_sv,
    month_of,
    months_between,
)

PeriodType = Literal["week", "month", "tertial", "year", "agreement", "year_from_signing"]
Cadence = Literal["month", "tertial", "year", "agreement"]


@dataclass(frozen=True)
class Term:
    """The time an agreement is in force, both days included."""

    starts_on: date
    is_start_assumed: bool
    ends_on: date
    signed_on: date | None = None


@dataclass(frozen=True)
class Period:
    """A part of a term; without dates where the signing date is unknown.

    `amendment_id` names the extension that made it longer than it was first agreed.
    """

    id: str
    type: PeriodType
    label_sv: str
    start_on: date | None
    end_on: date | None
    is_clipped: bool
    is_start_assumed: bool
    amendment_id: str | None = None

    def months(self) -> list[str]:
        """List the months that the period touches."""
        if self.start_on is None or self.end_on is None:
            return []
        return list(months_between(month_of(self.start_on), month_of(self.end_on)))

    def holds(self, day: date) -> bool:
        """Tell whether a day lies in it; in what has no dates none does."""
        return self.start_on is not None and self.end_on is not None and self.start_on <= day <= self.end_on

    def is_inside(self, other: "Period") -> bool:
        """Tell whether it lies wholly inside another period; what has no dates lies nowhere."""
        if self.start_on is None or self.end_on is None or other.start_on is None or other.end_on is None:
            return False
        return other.start_on <= self.start_on and self.end_on <= other.end_on


@dataclass(frozen=True)
class DuePeriod:
    """Whole months that a source should deliver for at once, and by when."""

    id: str
    first_month: str
    last_month: str
    due_on: date | None

    def months(self) -> list[str]:
        """List the months that the delivery should cover."""
        return list(months_between(self.first_month, self.last_month))


def calendar_periods(term: Term) -> list[Period]:
    """List every month, tertial and year of a term, clipped to it, and the whole term as `all`."""
    months = list(months_between(month_of(term.starts_on), month_of(term.ends_on)))
    years = sorted({month[:4] for month in months})
    return [
        *(_clipped(term, month, "month", month_label_sv(month), month, month) for month in months),
        *(period for year in years for period in _tertials(term, year)),
        *(_clipped(term, year, "year", year, f"{year}-01", f"{year}-12") for year in years),
        whole_term(term),
    ]


def whole_term(term: Term) -> Period:
    """Return the period of the whole agreement."""
    return Period(
        id="all",
        type="agreement",
        label_sv="hela avtalstiden",
        start_on=term.starts_on,
        end_on=term.ends_on,
        is_clipped=False,
        is_start_assumed=term.is_start_assumed,
    )


def years_from_signing(term: Term) -> list[Period]:
    """List the years counted from the day of signing, `Y1`, `Y2` …; without dates where it is unknown."""
    years = [_year_from_signing(term, number) for number in range(1, _years_touched(term.signed_on, term) + 1)]
    return [year for year in years if year.end_on is None or year.end_on >= term.starts_on]


def due_periods(term: Term, cadence: Cadence, due_day: int | None) -> list[DuePeriod]:
    """List what a source should deliver over a term, in order of time."""
    first, last = month_of(term.starts_on), month_of(term.ends_on)
    spans = _spans(first, last, cadence)
    return [
        DuePeriod(
            id=f"{start}/{end}",
            first_month=start,
            last_month=end,
            due_on=first_day(add_months(end, 1)).replace(day=due_day) if due_day else None,
        )
        for start, end in spans
    ]


def _spans(first: str, last: str, cadence: Cadence) -> Iterator[tuple[str, str]]:
    if cadence == "agreement":
        yield first, last
        return
    length = {"month": 1, "tertial": 4, "year": 12}[cadence]
    start = f"{first[:4]}-01"
    while start <= last:
        end = add_months(start, length - 1)
        if end >= first:
            yield max(start, first), min(end, last)
        start = add_months(end, 1)


def _tertials(term: Term, year: str) -> Iterator[Period]:
    for number, (first, last) in enumerate((("01", "04"), ("05", "08"), ("09", "12")), start=1):
        start, end = f"{year}-{first}", f"{year}-{last}"
        if end >= month_of(term.starts_on) and start <= month_of(term.ends_on):
            yield _clipped(term, f"{year}-T{number}", "tertial", f"tertial {number} {year}", start, end)


def _clipped(term: Term, period_id: str, kind: PeriodType, label: str, first: str, last: str) -> Period:
    start = max(first_day(first), term.starts_on)
    end = min(last_day(last), term.ends_on)
    return Period(
        id=period_id,
        type=kind,
        label_sv=label,
        start_on=start,
        end_on=end,
        is_clipped=start != first_day(first) or end != last_day(last),
        is_start_assumed=term.is_start_assumed and start == term.starts_on,
    )


def _years_touched(signed_on: date | None, term: Term) -> int:
    start = signed_on or term.starts_on
    number = 1
    while _anniversary(start, number) <= term.ends_on:
        number += 1
    return number


def _year_from_signing(term: Term, number: int) -> Period:
    label = f"år {number} från undertecknandet"
    if term.signed_on is None:
        return Period(f"Y{number}", "year_from_signing", label, None, None, False, True)
    full_start = _anniversary(term.signed_on, number - 1)
    full_end = _anniversary(term.signed_on, number) - timedelta(days=1)
    return Period(
        id=f"Y{number}",
        type="year_from_signing",
        label_sv=label,
        start_on=max(full_start, term.starts_on),
        end_on=min(full_end, term.ends_on),
        is_clipped=full_start < term.starts_on or full_end > term.ends_on,
        is_start_assumed=False,
    )


def _anniversary(day: date, years: int) -> date:
    """Return the same day so many years later; 29 February becomes 1 March in a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
