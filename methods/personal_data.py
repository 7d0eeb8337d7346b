"""Find what could be personal data in text: numbers of persons, phones, e-mail addresses, registration plates.

No pattern finds names or addresses; that is why no free text is kept at all.
"""

import re
import unicodedata
from datetime import date

from stdnum import luhn

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
# The last four digits are followed by nothing that would make them the year of another date.
_PERSON_NUMBER = re.compile(
    r"(?<!\d)(?:(\d{2})[ -]?)?(\d{2})[ ./-]?(\d{2})[ ./-]?(\d{2})[ ._/+-]{0,3}(\d{4})(?!\d|[-/]\d{2}[-/]\d{2}(?!\d))"
)
_DATE = re.compile(r"(?<!\d)(?:\d{4}-\d{2}-\d{2}|\d{2}/\d{2}/\d{4})(?!\d)")
_EMAIL = re.compile(r"[^\s@<>(),;|]{1,64}@[^\s@<>(),;|]{1,253}\.[^\s@<>(),;|.]{2,63}")
_PHONE = re.compile(r"(?<!\w)(?:(?:\+46|0046)[ -]?(?:\(0\)[ -]?|0)?|0)[ ()./-]{0,2}[1-9](?:[ ()./-]{0,2}\d){6,9}(?!\d)")
# Plates are written ABC123 or ABC 123; with a hyphen, or in small letters with a space, it is some other code or word.
_PLATE = re.compile(
    r"(?<![\w-])(?:[A-HJ-PR-UW-Z]{3} ?\d{2}[A-HJ-NPR-UW-Z0-9]|[a-hj-pr-uw-z]{3}\d{2}[a-hj-npr-uw-z0-9])(?![\w-])"
)


def find_personal_data(text: str) -> str | None:
    """Return the kind of personal data a text seems to hold, or None.

    >>> find_personal_data("ring 070-174 06 05"), find_personal_data("Trafikkontroll, 3 timmar")
    ('telefonnummer', None)
    """
    plain = _plain(text)
    if any(_is_person_number(match) for match in _PERSON_NUMBER.finditer(plain)):
        return "personnummer eller samordningsnummer"
    if _EMAIL.search(plain):
        return "e-postadress"
    if _PHONE.search(_DATE.sub(" ; ", plain)):
        return "telefonnummer"
    if _PLATE.search(plain):
        return "registreringsnummer"
    return None


def _plain(text: str) -> str:
    """Write compatibility forms plainly, every dash as a hyphen, and nothing that cannot be seen."""
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return "".join(character for character in folded if unicodedata.category(character) != "Cf")


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
