"""Numbers of a sheet as text: what the cell holds, with nothing lost and nothing added."""

import re
from datetime import date, timedelta
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_PLAIN_INTEGER = re.compile(r"-?[1-9][0-9]{0,14}|0")
# Beyond this many places a number is no count or measure, and its decimal text would be all zeros.
_EXPONENT_MAX = 20
_DAY_MILLISECONDS = 86_400_000
_LAST_1900, _LAST_1904 = 2_958_465, 2_957_003  # 9999-12-31
_DAYS_1900, _DAYS_1904 = date(1899, 12, 31), date(1904, 1, 1)
# Excel's calendar of 1900 has a 29 February, which never was, as its day 60.
_NEVER_WAS = 60
_WRITTEN_OUT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.0+)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_NOT_SHOWN = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|[_*].')
# Zeros, digits that may be missing, and what parts them; decimals are none of a whole number's.
_OF_DIGITS = re.compile(r"([0#()/+ -]*)(?:\.[0#?]*)?")
_BUILT_IN_DATES = {14: "date", 15: "date", 16: "date", 17: "date", 22: "time", 30: "date", 36: "date"}
_BUILT_IN_PERCENT = (9, 10)
_BUILT_IN_TIMES = (*range(18, 22), *range(45, 48))


def number_text(literal: str, decimal_mark: str, *, is_percent: bool = False) -> str | None:
    """Return a number as text, or None for what is no number.

    Excel writes 57.6 as 57.600000000000001: the shortest text that means the same is taken.

    Args:
        literal: the number as the sheet has it.
        decimal_mark: what stands before decimals in the text.
        is_percent: it is shown with a per cent sign, a hundred times as large; the text says so, too.

    >>> number_text("30.0", ","), number_text("57.600000000000001", ","), number_text("1E-3", ".")
    ('30', '57,6', '0.001')
    >>> number_text("0.57599999999999996", ",", is_percent=True)
    '57,6%'
    """
    if not is_percent and _PLAIN_INTEGER.fullmatch(literal):
        return literal
    if not _NUMBER.fullmatch(literal):
        return None
    number = Decimal(repr(float(literal)))
    if not number.is_finite():
        return None
    if is_percent:
        return f"{_written(number * 100, decimal_mark)}%"
    return _written(number, decimal_mark)


def _written(number: Decimal, decimal_mark: str) -> str:
    if number and not -_EXPONENT_MAX < number.adjusted() < _EXPONENT_MAX:
        return str(number).replace(".", decimal_mark)
    whole, _, decimals = format(number, "f").partition(".")
    decimals = decimals.rstrip("0")
    text = f"{whole}{decimal_mark}{decimals}" if decimals else whole
    return "0" if text == "-0" else text


def padded(text: str, number_format: str) -> str:
    """Return a whole number with the leading zeros that its format shows.

    >>> padded("687", "0000"), padded("687", "General")
    ('0687', '687')
    """
    return text.zfill(len(number_format)) if re.fullmatch("0{2,}", number_format) and text.isdecimal() else text


def digits_shown(number_format: str) -> int:
    """Return how many digits of a whole number a format shows at least, or 0 for one that shows other things.

    After a zero every further place shows one, too; a zero in quotes is as good as any. Of several sections, as for
    telephone numbers of several lengths, the longest is taken.

    >>> digits_shown("000000\\\\-0000"), digits_shown('"0"##-### ## ##'), digits_shown("#,##0"), digits_shown("0.00")
    (10, 10, 0, 1)
    >>> digits_shown("[<=99999999]0#-### ## ##;0##-### ## ##")
    10
    """
    sections = _NOT_SHOWN.sub(_zeros_alone, number_format).split(";")
    matches = (_OF_DIGITS.fullmatch(section) for section in sections)
    return max(len(re.sub("[^0#]", "", match[1]).lstrip("#")) if match else 0 for match in matches)


def _zeros_alone(literal: re.Match[str]) -> str:
    return "0" * literal[0].count("0") if literal[0][0] in '"\\' else ""


def kind_of_date(format_id: int, number_format: str) -> str | None:
    """Tell whether a number format shows a date, a date or time with its clock, or neither.

    >>> kind_of_date(14, ""), kind_of_date(164, "yyyy\\\\-mm\\\\-dd hh:mm"), kind_of_date(164, '0.0 "dagar"')
    ('date', 'time', None)
    """
    if format_id in _BUILT_IN_DATES:
        return _BUILT_IN_DATES[format_id]
    if format_id in _BUILT_IN_TIMES:
        return "time"
    is_elapsed = re.search(r"\[(h+|m+|s+)\]", number_format, re.IGNORECASE) is not None
    letters = set(_NOT_SHOWN.sub("", number_format.split(";")[0]).casefold())
    if is_elapsed or letters & {"h", "s"}:
        return "time"
    return "date" if letters & {"d", "y", "m"} else None


def is_percent(format_id: int, number_format: str) -> bool:
    """Tell whether a number format shows a hundred times the number, with a per cent sign; in quotes it is only a sign.

    >>> is_percent(10, ""), is_percent(164, "0.0%"), is_percent(165, '0.0"%"'), is_percent(166, "0.0\\\\%")
    (True, True, False, False)
    """
    return format_id in _BUILT_IN_PERCENT or "%" in _NOT_SHOWN.sub("", number_format)


def date_text(literal: str, kind: str, is_1904: bool) -> str | None:
    """Return the date that a number stands for, in ISO form, or None where it stands for none.

    >>> date_text("45355", "date", False), date_text("45355.75", "date", False), date_text("60", "date", False)
    ('2024-03-04', '2024-03-04T18:00:00', None)
    """
    if not _NUMBER.fullmatch(literal):
        return None
    serial, last = Decimal(literal), _LAST_1904 if is_1904 else _LAST_1900
    if not 0 <= serial < last + 1:
        return None
    days = int(serial)
    milliseconds = round((serial - days) * _DAY_MILLISECONDS)
    days, milliseconds = days + milliseconds // _DAY_MILLISECONDS, milliseconds % _DAY_MILLISECONDS
    if days > last:  # only by rounding
        return None
    if days == 0 and kind == "time":
        return _clock(milliseconds)
    if not is_1904 and days in {0, _NEVER_WAS}:
        return None
    if not is_1904:
        days -= days > _NEVER_WAS
    day = ((_DAYS_1904 if is_1904 else _DAYS_1900) + timedelta(days=days)).isoformat()
    return day if kind == "date" and milliseconds == 0 else f"{day}T{_clock(milliseconds)}"


def date_written_out(text: str) -> str:
    """Return a date that a cell has as text, without decimals of a second that say nothing.

    Midnight with or without Z is what many programs write for a mere date. Any other Z stays: the day in Sweden may be
    the next one.

    >>> date_written_out("2024-01-31T00:00:00.000Z"), date_written_out("2024-01-31T23:30:00.000Z")
    ('2024-01-31', '2024-01-31T23:30:00Z')
    """
    match = _WRITTEN_OUT.fullmatch(text)
    if match is None:
        return text
    day, clock, zone = match[1], match[2], match[3] or ""
    return day if clock == "T00:00:00" and zone in {"", "Z"} else f"{day}{clock}{zone}"


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{clock}.{rest:03d}" if rest else clock
