"""Find what could be personal data in text: numbers of persons, phones, e-mail addresses, registration plates.

No pattern finds names or addresses; that is why no free text is kept at all.
"""

import re
import unicodedata
from datetime import date

from stdnum import luhn

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_PERSON_NUMBER = re.compile(r"(?<!\d)(?:(\d{2})[ -]?)?(\d{2})[ -]?(\d{2})[ -]?(\d{2})[ ]?[-+–]?[ ]?(\d{4})(?!\d)")
_EMAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>().]+")
_PHONE = re.compile(r"(?<![\w])(?:\+46|0046|0)[ -]?(?:\(0\))?[1-9](?:[ -/]{0,2}\d){6,9}(?!\d)")
_PLATE = re.compile(r"(?<![\w])[A-HJ-PR-UW-Z]{3}[ -]?\d{2}[A-HJ-NPR-UW-Z0-9](?![\w])", re.IGNORECASE)


def find_personal_data(text: str) -> str | None:
    """Return the kind of personal data a text seems to hold, or None.

    >>> find_personal_data("ring 070-174 06 05"), find_personal_data("Trafikkontroll, 3 timmar")
    ('telefonnummer', None)
    """
    plain = unicodedata.normalize("NFKC", text).translate(_INVISIBLE)
    if any(_is_person_number(match) for match in _PERSON_NUMBER.finditer(plain)):
        return "personnummer eller samordningsnummer"
    if _EMAIL.search(plain):
        return "e-postadress"
    if _PHONE.search(plain):
        return "telefonnummer"
    if _PLATE.search(plain):
        return "registreringsnummer"
    return None


def _is_person_number(match: re.Match[str]) -> bool:
    century, year, month, day, last = match.groups()
    number = int(day) - 60 if int(day) > 60 else int(day)
    centuries = (century,) if century else ("19", "20")
    return any(_is_day(f"{c}{year}", month, number) for c in centuries) and luhn.is_valid(f"{year}{month}{day}{last}")


def _is_day(year: str, month: str, day: int) -> bool:
    try:
        date(int(year), int(month), day)
    except ValueError:
        return False
    return True
