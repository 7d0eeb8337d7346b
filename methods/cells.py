"""Cells of text as numbers and dates, by a contract's own conventions; what is ambiguous is refused."""

import re
from datetime import date, datetime
from decimal import Decimal

from methods.local_time import is_on_the_clock, local_time

_SPACES = " \u00a0\u202f"
_WHOLE = re.compile(rf"\d{{1,3}}(?:[{_SPACES}]\d{{3}})+|\d+")
_NEGATIVE = re.compile(rf"[-−][{_SPACES}]?\d[\d{_SPACES}.,]*")
_DAY = r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})"
# Stricter than datetime.fromisoformat, which from Python 3.14 on takes 24:00 as well.
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?"
_INSTANT, _LOCAL, _SPOKEN = "YYYY-MM-DDThh:mmZ", "YYYY-MM-DDThh:mm", "D MMMM YYYY"
_DATE_FORMS = {
    "YYYY-MM-DD": re.compile(_DAY),
    "YYYYMMDD": re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    "DD/MM/YYYY": re.compile(r"(?P<d>\d{2})/(?P<m>\d{2})/(?P<y>\d{4})"),
    _INSTANT: re.compile(rf"{_DAY}T{_CLOCK}(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)"),
    _LOCAL: re.compile(rf"{_DAY}[T ]{_CLOCK}"),
    _SPOKEN: re.compile(rf"(?P<d>[1-9]|[12][0-9]|3[01])[{_SPACES}](?P<m>[a-zA-Z]+)\.?[{_SPACES}](?P<y>\d{{4}})"),
}
# Swedish names of months as they are written, whole or cut.
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan", "februari feb febr", "mars mar", "april apr", "maj", "juni jun", "juli jul",
            "augusti aug", "september sep sept", "oktober okt", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
# More than this many digits is no count of anything that a police district does.
COUNT_DIGITS_MAX = 7
# As many as the warehouse keeps.
DECIMALS_MAX = 6
SHARE_DECIMALS_MAX = 4


def parse_count(text: str) -> int | str:
    """Return a whole number, or the rule that the text breaks.

    >>> parse_count("1 234"), parse_count("-2"), parse_count("1,5"), parse_count("1.234")
    (1234, 'negative_count', 'not_a_whole_number', 'not_a_whole_number')
    """
    if _NEGATIVE.fullmatch(text):
        return "negative_count"
    if not _WHOLE.fullmatch(text) or (not text.isascii() and not _only_spaces_beyond_ascii(text)):
        return "not_a_whole_number"
    digits = re.sub(rf"[{_SPACES}]", "", text)
    return int(digits) if len(digits) <= COUNT_DIGITS_MAX else "absurd_count"


def parse_amount(text: str, decimal_mark: str) -> Decimal | str:
    """Return a number of hours or an amount of money, or the rule that the text breaks.

    >>> parse_amount("1 234,5", ","), parse_amount("1.5", ","), parse_amount("-2", ",")
    (Decimal('1234.5'), 'not_a_number', 'negative_count')
    """
    if _NEGATIVE.fullmatch(text):
        return "negative_count"
    whole, mark, decimals = text.partition(decimal_mark)
    if mark and not re.fullmatch("[0-9]+", decimals):
        return "not_a_number"
    count = parse_count(whole)
    if isinstance(count, str):
        return "not_a_number" if count == "not_a_whole_number" else count
    if len(decimals) > DECIMALS_MAX:
        return "too_many_decimals"
    return Decimal(f"{count}.{decimals}") if mark else Decimal(count)


def parse_share(text: str, decimal_mark: str, unit: str) -> Decimal | str:
    """Return a share between 0 and 1, or the rule that the text breaks; with a per cent sign it says its unit itself.

    >>> parse_share("61,5", ",", "percent"), parse_share("61.5", ",", "percent"), parse_share("61,5 %", ",", "share")
    (Decimal('0.615'), 'not_a_share', Decimal('0.615'))
    """
    match = re.fullmatch(rf"([0-9]{{1,3}}(?:{re.escape(decimal_mark)}([0-9]+))?)(?:[{_SPACES}]?(%))?", text)
    if match is None:
        return "not_a_share"
    if len(match[2] or "") > SHARE_DECIMALS_MAX:
        return "too_many_decimals"
    number = Decimal(match[1].replace(decimal_mark, "."))
    share = number / 100 if unit == "percent" or match[3] else number
    return share if share <= 1 else "share_above_one"


def parse_weight(text: str, decimal_mark: str) -> Decimal | str:
    """Return how many persons a respondent stands for, or the rule that the text breaks.

    >>> parse_weight("12,75", ","), parse_weight("0", ","), parse_weight("1.5", ",")
    (Decimal('12.75'), 'not_a_weight', 'not_a_weight')
    """
    if not re.fullmatch(rf"[0-9]{{1,7}}(?:{re.escape(decimal_mark)}[0-9]{{1,12}})?", text):
        return "not_a_weight"
    weight = Decimal(text.replace(decimal_mark, "."))
    return weight if weight > 0 else "not_a_weight"


def parse_date(text: str, form: str) -> date | str:
    """Return a local date, or the rule that the text breaks.

    >>> parse_date("2024-02-30", "YYYY-MM-DD"), parse_date("04/03/2024", "DD/MM/YYYY")
    ('not_a_date', datetime.date(2024, 3, 4))
    >>> parse_date("2025-08-31T22:00Z", "YYYY-MM-DDThh:mmZ"), parse_date("2025-03-30 02:30", "YYYY-MM-DDThh:mm")
    (datetime.date(2025, 9, 1), 'no_such_local_time')
    >>> parse_date("3 mars 2024", "D MMMM YYYY"), parse_date("3 march 2024", "D MMMM YYYY")
    (datetime.date(2024, 3, 3), 'not_a_date')
    """
    match = _DATE_FORMS[form].fullmatch(text)
    if match is None or not (text.isascii() or (form == _SPOKEN and _only_spaces_beyond_ascii(text))):
        return "not_a_date"
    try:
        if form == _SPOKEN:
            month = _MONTHS.get(match["m"].casefold())
            return date(int(match["y"]), month, int(match["d"])) if month else "not_a_date"
        if form == _INSTANT:
            return local_time(datetime.fromisoformat(text)).date()
        # An hour that comes twice in autumn is no fault: its date is the same both times.
        if form == _LOCAL and not is_on_the_clock(datetime.fromisoformat(text)):
            return "no_such_local_time"
        return date(int(match["y"]), int(match["m"]), int(match["d"]))
    except (ValueError, OverflowError):
        return "not_a_date"


def _only_spaces_beyond_ascii(text: str) -> bool:
    return all(character.isascii() or character in _SPACES for character in text)
