"""Find what could be personal data in text: numbers of persons, phones, e-mail addresses, registration plates.

No pattern finds names or addresses; that is why no free text is kept at all.
"""

import html
import re
import unicodedata
from datetime import date
from decimal import Decimal
from urllib.parse import unquote

from stdnum import luhn

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
# The last four digits are followed by nothing that would make them the year of another date.
_END = r"(?!\d|[-/]\d{2}[-/]\d{2}(?!\d))"
_NUMBER = rf"(\d{{2}})[ ./-]?(\d{{2}})[ ./-]?(\d{{2}})[ ._/+-]{{0,3}}(\d{{4}}){_END}"
# A colon, a T, brackets, or a space among the last four, also stand between a day and a time, or within a span of days
# and a count: only a compact date is looked at, and what could be that time or that last day is none.
_COMPACT = r"(\d{2})?(\d{2})(\d{2})(\d{2})"
_NO_TIME = r"(?:2[5-9]|[3-9]\d)\d{2}|\d{2}[6-9]\d"
_NO_DAY = r"(?:3[2-9]|[4-9]\d)"
# Sought from each beginning of digits, with and without a century: digits before a number must not hide it.
_PERSON_NUMBERS = [
    re.compile(rf"(?<!\d)(?={pattern})")
    for pattern in (
        rf"(\d{{2}})[ -]?{_NUMBER}",
        rf"(){_NUMBER}",
        rf"{_COMPACT}(?:[:T]|\)-?\(?|-?\()({_NO_TIME}){_END}",
        rf"{_COMPACT}[+-]({_NO_DAY} \d{{2}}){_END}",
    )
]
_YEAR, _MONTH, _DAY = r"(?:19|20)\d{2}", r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
# What is no telephone number, though digits in groups: dates, months, from when until when, thousands.
_DATES = (
    rf"{_YEAR}-{_MONTH}-{_DAY}|{_DAY}(?P<mark>[/.-]){_MONTH}(?P=mark){_YEAR}"
    rf"|{_MONTH}(?P<us_mark>[/.-]){_DAY}(?P=us_mark){_YEAR}"  # as programs write it that are set to American English
    rf"|0[02]\d{{2}}-{_MONTH}-{_DAY}(?![ ./-]{{0,3}}\d)"  # a year that was mistyped: 0204, 0024
)
_MONTHS = rf"(?<!\d[ ./-]){_YEAR}-{_MONTH}(?!-(?!{_YEAR}-{_MONTH}(?!\d))\d)"
_TIME = r"(?:(?:[01]?\d|2[0-4])[.:][0-5]\d|(?:[01]\d|2[0-4])[0-5]\d)"
_TIMES = rf"(?<!\+)(?<![\d+][ ./-])(?:{_TIME} ?- ?{_TIME}|\d{{2}}-\d{{2}} \d{{2}}-\d{{2}})(?![ ./-]{{0,3}}\d)"
_THOUSANDS = r"(?<![+)])(?<![+)\d][ .-])[1-9]\d{0,2}(?: \d{3}){2,}(?![ ./-]{0,3}\d)"
# A day whose year has two digits is one only beside a time or another day: alone it begins many a telephone number.
_TWO = r"[0-4]\d"
_SHORT_DAY = rf"(?:{_DAY}[./-]{_MONTH}[./-]{_TWO}|{_MONTH}[./-]{_DAY}[./-]{_TWO}|{_TWO}[./-]{_MONTH}[./-]{_DAY})"
_MARKED_DAY = rf"(?=..(?:(?P<between>[./-])..(?P=between)|/..-)){_SHORT_DAY}"
_SAME_MARKS = r"(?=..(?P<both>[./-])..(?P=both)[\d -]{5,7}(?P=both)..(?P=both))"
_HOURS = r"(?:[01]?\d|2[0-4])"
_CLOCK = rf"{_HOURS}:[0-5]\d(?::[0-5]\d(?:[.,]\d{{1,9}})?)?"
_CLOCKS = rf"{_CLOCK}(?: ?- ?{_CLOCK})?"
_ZONE = r"(?: ?[+-](?:0\d|1[0-4]):?[0-5]\d)?"
_NOT_AFTER_DIGITS = r"(?<![+)])(?<![+)\d][ ./-])(?<!\d[ ./-]{2})(?<!\d[ ./-]{3})"
_TIMESTAMPS = (
    rf"(?:{_NOT_AFTER_DIGITS}(?:{_MARKED_DAY} {{1,2}}{_CLOCKS}{_ZONE}"
    rf"|{_SAME_MARKS}{_SHORT_DAY}(?: | - |(?<!-\d\d)-){_SHORT_DAY})"
    rf"|{_HOURS}:[0-5]\d:[0-5]\d[.,]\d{{1,9}}{_ZONE})(?![ ./-]{{0,3}}\d)"
)
# With fewer marks it is a time only where nothing else stands in the cell: a word before it may be `tel`.
_COMPACT_DAY = rf"(?:{_DAY}{_MONTH}{_TWO}|{_MONTH}{_DAY}{_TWO}|{_TWO}{_MONTH}{_DAY})"
_LONG_DAY = rf"(?:\d{{1,2}}[./]\d{{1,2}}[./-]{_YEAR}|{_YEAR}(?P<apart>[./]?){_MONTH}(?P=apart){_DAY})"
_TIMES_OF_DAY = rf"(?:{_TIME}(?: ?- ?{_TIME})?|{_HOURS}\.[0-5]\d\.[0-5]\d|(?:[01]\d|2[0-4])[0-5]\d[0-5]\d)"
_TIMESTAMP_ALONE = (
    rf'(?<![^;,|"\t])(?:(?:{_MARKED_DAY}|{_LONG_DAY}) {{1,2}}{_TIMES_OF_DAY}|{_COMPACT_DAY} {{1,2}}{_CLOCKS})'
    r'(?= *(?:[;,|"\t]|$))'
)
_NO_PHONE = [
    re.compile(rf"(?<!\d)(?:{pattern})(?!\d)")
    for pattern in (_TIMESTAMPS, _TIMESTAMP_ALONE, f"{_DATES}|{_MONTHS}", _TIMES, _THOUSANDS)
]
# An identifier that a program made up, a UUID or the digest of a file, is nobody's number, whatever its digits are.
# Excel calls what belongs to somebody's own view of a workbook by a UUID with other marks.
_MADE_UP = re.compile(
    r"(?<![^\W_])(?<!\d-)(?:[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
    r"|Z_[0-9A-F]{8}_(?:[0-9A-F]{4}_){3}[0-9A-F]{12}(?=_\.wvu\.)"
    r"|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{32})(?![^\W_]|-\d)"
)
_DECIMALS = re.compile(r"-?\d+,\d+")
_EMAIL = re.compile(r"[^\s@<>(),;|]{1,64}@[^\s@<>(),;|]{1,253}\.[^\s@<>(),;|.]{2,63}")
# As written where machines are not to find it.
_SPELT_AT = re.compile(r" ?[(\[] ?(?i:at|snabel-?a|@) ?[)\]] ?")
# With a space after the sign it may be a place, a price or a web site: only where it stands alone or the text says so.
_EMAIL_APART = re.compile(
    r"(?:(?:^|[:;,<(]|(?i:(?<!\w)(?:mejla?|e-?post|e?-?maila?))) {0,2}|[\w+-]{2}\.[^\W\d_])[^\W\d_][\w.+-]{0,62}"
    r" ?@ {1,2}(?:[\w-]{2,63}\.){1,4}(?:[a-z]{2,4}|[A-Z]{2,4})(?![\w-])"
)
# Letters before it make it a code of some other kind, unless they say that it is none.
_BEFORE_PHONE = r"(?:(?<![^\W_])(?i:ring)?|(?i:tel(?:efon)?|tfn|tlf|mob(?:il)?|phone)(?i:nr|nummer)?)"
# Nor do decimals begin with one, or what comes after a year in a register, or a range that begins with nought.
_NOUGHT = rf"{_BEFORE_PHONE}(?<!\d\.)(?<!\b(?:19|20)\d\d/)(?=0)(?!0\.\d{{5}}|0 - )"
_PHONE = re.compile(
    rf"(?:\+46|{_BEFORE_PHONE}0046|{_NOUGHT})"
    r"[ -]?(?:\(0\)[ -]?|0)?[ ()./-]{0,4}[1-9](?:[ ()./-]{0,4}\d){6,9}(?!\d)"
)
# With other marks, as in a file's name, or after other words, only a mobile one in its usual groups is told from an id.
_MOBILE = re.compile(
    rf"(?:(?:{_NOUGHT}0|\+46[ _-]?)7[02369](?::\d{{3}}[ -]?\d{{2}}[ -]?\d{{2}}|[ _-]\d{{3}}[ _-]\d{{2}}[ _-]\d{{2}})"
    r"|(?<![^\W_])(?i:sms|nr)07[02369](?:[ -]?\d){7})(?!\d)"
)
# As some programs write it, without the plus. Other numbers than mobile ones are so known only when nothing parts them.
_PHONE_WITHOUT_PLUS = re.compile(
    rf"{_BEFORE_PHONE}(?<!\d[.,])46(?:[ -]?(?:\(0\)[ -]?)?7[02369](?:[ ./-]{{0,4}}\d){{7}}|[1-9]\d{{8}})(?!\d)"
)
# Plates are written ABC123 or ABC 123; with a hyphen, or in small letters with a space, it is some other code or word.
_PLATE = re.compile(
    r"(?<![\w-])(?:[A-HJ-PR-UW-Z]{3} ?\d{2}[A-HJ-NPR-UW-Z0-9]|[a-hj-pr-uw-z]{3}\d{2}[a-hj-npr-uw-z0-9])(?![\w-])"
)
# With a hyphen it is a plate where the text says so.
_PLATE_BY_NAME = re.compile(
    r"(?<!\w)(?i:reg(?:istrerings)?\.?[ -]?(?:nr|nummer|skylt)?|bil(?:en)?|fordon(?:et)?|skylt(?:en)?|mc|moped(?:en)?)"
    r"[ .:]{1,3}(?:[A-HJ-PR-UW-Z]{3}-\d{2}[A-HJ-NPR-UW-Z0-9]|[a-hj-pr-uw-z]{3}-\d{2}[a-hj-npr-uw-z0-9])(?![\w-])"
)
# Characters as links, JSON and web pages write them: %40, \u002d, &nbsp;. The scan looks for the same.
ESCAPED = (
    r"%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|&(?:#(?:[0-9]{1,6}|[xX][0-9A-Fa-f]{1,5})|nbsp|shy|commat|plus|[nm]dash|minus);"
)
_ESCAPED = re.compile(ESCAPED)
_JSON_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
# A whole number as programs write it that take it for a measure; written in other ways it stands alone, as in JSON.
_EXPONENT = re.compile(
    r"(?<![\d.,])\d[.,]\d{5,14}[eE]\+?\d{1,2}(?!\d)"
    r"|(?:(?<![\w.,-])|(?<=^-))(?=(?:\d[.,]?){6,15}[eE])\d+(?:[.,]\d+)?[eE][+-]?\d{1,2}(?![\w-])"
)
# What UTF-8 puts before a no-break space, where it is read as Windows-1252; other texts read so are refused as damaged.
_MISREAD = re.compile("\u00c2(?=[\u00a0-\u00bf])")
# A line break, or another mark that nobody sees, may stand within a number.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# In a text without these, which nearly all are, every character is seen and every digit is ours.
_NOT_LATIN = re.compile("[^\x00-\u00ac\u00ae-\u00ff]")


def find_personal_data(text: str) -> str | None:
    r"""Return the kind of personal data a text seems to hold, as it stands or without its escapes, or None.

    >>> find_personal_data("ring 070-174 06 05"), find_personal_data("Trafikkontroll, 3 timmar")
    ('telefonnummer', None)
    >>> find_personal_data("?till=namn%40example.org"), find_personal_data(r"811218\u002d9876")
    ('e-postadress', 'personnummer eller samordningsnummer')
    """
    found = _find(text)
    return found if found is not None or _ESCAPED.search(text) is None else _find(_without_escapes(text))


def _find(text: str) -> str | None:
    plain = _EXPONENT.sub(_written_out, _plain(text))
    numbers = _MADE_UP.sub(" ; ", plain)
    if any(_is_person_number(match) for pattern in _PERSON_NUMBERS for match in pattern.finditer(numbers)):
        return "personnummer eller samordningsnummer"
    if _EMAIL.search(_SPELT_AT.sub("@", plain)) or _EMAIL_APART.search(plain):
        return "e-postadress"
    if _has_phone(numbers):
        return "telefonnummer"
    if _PLATE.search(plain) or _PLATE_BY_NAME.search(plain):
        return "registreringsnummer"
    return None


def find_in_cell(text: str) -> str | None:
    """Return the kind of personal data that one cell seems to hold, also where a line break parts it, or None.

    >>> find_in_cell("ring 070-\\n174 06 05"), find_in_cell("kl. 8\\n30 min")
    ('telefonnummer', None)
    """
    return next((kind for part in readings_of(text) if (kind := find_personal_data(part)) is not None), None)


def readings_of(text: str) -> tuple[str, ...]:
    r"""Return what a cell is looked at as: where line breaks part it, with a space in their place and with nothing.

    >>> readings_of("070-174\n06 05")
    ('070-174 06 05', '070-17406 05')
    """
    if _CONTROL.search(text) is None:
        return (text,)
    parts = [part.strip() for part in _CONTROL.split(text)]
    return " ".join(parts), "".join(parts)


def _plain(text: str) -> str:
    """Write compatibility forms plainly, digits of every script as ours, dashes as hyphens, and nothing unseen."""
    if text.isascii():
        return text
    folded = unicodedata.normalize("NFKC", _MISREAD.sub("", text)).translate(_DASHES)
    if _NOT_LATIN.search(folded) is None:
        return folded
    seen = (character for character in folded if unicodedata.category(character) != "Cf")
    return "".join(str(unicodedata.decimal(character, character)) for character in seen)


def _without_escapes(text: str) -> str:
    """Return a text with the characters that its escapes stand for; what is no character becomes none."""
    read = html.unescape(unquote(_JSON_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)))
    return read.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _written_out(match: re.Match[str]) -> str:
    """Write a whole number with all its digits, unless half of them or more would be noughts that are not written."""
    number = Decimal(match[0].replace(",", "."))
    is_plain = number == number.to_integral_value() and number.adjusted() + 1 < 2 * len(number.as_tuple().digits)
    return format(number, ".0f") if is_plain else match[0]


def _has_phone(plain: str) -> bool:
    rest = plain
    for pattern in _NO_PHONE:
        rest = pattern.sub(" ; ", rest)
    is_decimal = _DECIMALS.fullmatch(plain) is not None
    if not is_decimal and (_PHONE.search(rest) or _MOBILE.search(rest)):
        return True
    return _PHONE_WITHOUT_PLUS.search(plain) is not None


def _is_person_number(match: re.Match[str]) -> bool:
    century, year, month, day, last = match.groups()
    number = int(day) - 60 if int(day) > 60 else int(day)
    centuries = (century,) if century else ("19", "20")
    digits = f"{year}{month}{day}{last}".replace(" ", "")
    return any(_is_day(f"{c}{year}", month, number) for c in centuries) and luhn.is_valid(digits)


def _is_day(year: str, month: str, day: int) -> bool:
    try:
        date(int(year), int(month), day)
    except ValueError:
        return False
    return True
