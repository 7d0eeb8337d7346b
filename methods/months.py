"""Months as text, `2024-03`: the unit in which sources deliver."""

import calendar
from collections.abc import Iterator
from datetime import date

NAMES_SV = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip


def month_of(day: date) -> str:
    """Return the month of a day.

    >>> month_of(date(2024, 3, 9))
    '2024-03'
    """
    return f"{day.year:04d}-{day.month:02d}"


def first_day(month: str) -> date:
    """Return a month's first day."""
    return date(int(month[:4]), int(month[5:]), 1)


def last_day(month: str) -> date:
    """Return a month's last day.

    >>> last_day("2024-02")
    datetime.date(2024, 2, 29)
    """
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])


def add_months(month: str, count: int) -> str:
    """Return the month so many months later, or earlier.

    >>> add_months("2024-01", -1), add_months("2023-11", 14)
    ('2023-12', '2025-01')
    """
    index = int(month[:4]) * 12 + int(month[5:]) - 1 + count
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def tertial_of(month: str) -> str:
    """Return the third of a year that a month is in.

    >>> tertial_of("2024-04"), tertial_of("2024-05")
    ('2024-T1', '2024-T2')
    """
    return f"{month[:4]}-T{(int(month[5:]) + 3) // 4}"


def first_of_tertial(tertial: str) -> str:
    """Return the first month of a third of a year.

    >>> first_of_tertial("2024-T2")
    '2024-05'
    """
    year, number = tertial.split("-T")
    return f"{year}-{int(number) * 4 - 3:02d}"


def months_between(first: str, last: str) -> Iterator[str]:
    """Yield every month from one to another, both included.

    >>> list(months_between("2023-12", "2024-02"))
    ['2023-12', '2024-01', '2024-02']
    """
    month = first
    while month <= last:
        yield month
        month = add_months(month, 1)


def month_label_sv(month: str) -> str:
    """Return a month in Swedish words.

    >>> month_label_sv("2024-03")
    'mars 2024'
    """
    return f"{NAMES_SV[int(month[5:]) - 1]} {month[:4]}"


def month_list_sv(months: list[str]) -> str:
    """Return months in Swedish words, runs of three or more as a span.

    >>> month_list_sv(["2023-01", "2023-02", "2023-03", "2023-06"])
    'januari–mars 2023, juni 2023'
    """
    return ", ".join(_span_sv(first, last) for first, last in _runs(months))


def _runs(months: list[str]) -> Iterator[tuple[str, str]]:
    runs: list[tuple[str, str]] = []
    for month in months:
        if runs and add_months(runs[-1][1], 1) == month:
            runs[-1] = (runs[-1][0], month)
        else:
            runs.append((month, month))
    for first, last in runs:
        if add_months(first, 1) == last:  # two months are listed, not spanned
            yield from ((first, first), (last, last))
        else:
            yield first, last


def _span_sv(first: str, last: str) -> str:
    if first == last:
        return month_label_sv(first)
    start = NAMES_SV[int(first[5:]) - 1] if first[:4] == last[:4] else month_label_sv(first)
    return f"{start}–{month_label_sv(last)}"
