"""Look through much text for what could be personal data, in the time that reading it takes.

A pattern that misses nothing tells which text has to be looked at cell by cell; Python touches no other.
"""

from functools import cache
from typing import Any

import numpy as np
import re2

from methods.personal_data import ESCAPED, find_personal_data, readings_of

_SPACE = r"[ \x{A0}\x{202F}]"
_DASH = r"\x{2010}-\x{2015}\x{2212}-"
_APART = rf"[ \x{{A0}}\x{{202F}}()./{_DASH}]"
_PLATE = r"(?:[A-HJ-PR-UW-Z]{3}%s[0-9]{2}[A-HJ-NPR-UW-Z0-9]|[a-hj-pr-uw-z]{3}%s[0-9]{2}[a-hj-npr-uw-z0-9])\b"
# Each is weaker than its namesake in personal_data.py: what that finds in a text of plain characters, this does.
_PERSON_NUMBER = (
    rf"(?:^|[^0-9])(?:[0-9]{{2}}{_APART}?)?[0-9]{{2}}{_APART}?(?:0[1-9]|1[0-2]){_APART}?(?:[0126-8][0-9]|[39][01])"
    rf"(?:{_APART}|[_+]){{0,3}}[0-9]{{4}}(?:$|[^0-9])"
)
_COMPACT = r"(?:0[1-9]|1[0-2])(?:[0126-8][0-9]|[39][01])"
_MARKED_NUMBER = (
    rf"{_COMPACT}(?:(?:[:T]|\)[{_DASH}]?\(?|[{_DASH}]?\()(?:(?:2[5-9]|[3-9][0-9])[0-9]{{2}}|[0-9]{{2}}[6-9][0-9])"
    rf"|[+{_DASH}](?:3[2-9]|[4-9][0-9]){_SPACE}[0-9]{{2}})"
)
_BEFORE_PHONE = r"(?:\b|_|(?i:tel|fon|tfn|tlf|mob|bil|phone|ring|nr|nummer))"
_PHONE = rf"\+46|{_BEFORE_PHONE}0046|{_BEFORE_PHONE}0{_APART}{{0,4}}[1-9](?:{_APART}{{0,4}}[0-9]){{6,9}}(?:$|[^0-9])"
_PHONE_WITHOUT_PLUS = (
    rf"{_BEFORE_PHONE}46{_APART}{{0,4}}0?{_APART}{{0,2}}[1-9](?:{_APART}{{0,4}}[0-9]){{7,8}}(?:$|[^0-9])"
)
_MARK = rf"[ \x{{A0}}\x{{202F}}_{_DASH}]"
_MOBILE = (
    rf"07[02369](?::[0-9]{{3}}{_MARK}?|{_MARK}[0-9]{{3}}{_MARK})[0-9]{{2}}{_MARK}?[0-9]{{2}}"
    rf"|(?i:sms|nr)07[02369](?:{_MARK}?[0-9]){{7}}"
)
_SPELT_AT = rf"(?i:[(\[]{_SPACE}?(?:at|snabel[{_DASH}]?a){_SPACE}?[)\]])"
_EXPONENT = r"[0-9][.,][0-9]{5,14}[eE]|\b[0-9](?:[.,]?[0-9]){5,14}[.,]?[eE][+-]?[0-9]"
_PLATES = rf"\b{_PLATE % (_SPACE + '?', '')}|[ \x{{A0}}\x{{202F}}.:]{_PLATE % (f'[{_DASH}]', f'[{_DASH}]')}"
# Characters whose compatibility forms, digits or invisibility have to be looked at, and what damaged text is made of.
_NOT_PLAIN = (
    r"[^%s\r\n\x20-\x7E\x{A0}\x{A7}\x{AB}\x{B0}\x{B7}\x{BB}\x{C0}\x{C1}\x{C4}-\x{E1}\x{E3}-\x{FF}"
    rf"\x{{2018}}\x{{2019}}\x{{201C}}\x{{201D}}\x{{202F}}{_DASH}]"
)
_FINDS = "|".join(
    (_PERSON_NUMBER, _MARKED_NUMBER, "@", _SPELT_AT, _PHONE, _MOBILE, _PHONE_WITHOUT_PLUS, _EXPONENT, ESCAPED, _PLATES)
)

_REMEMBERED_MAX = 100_000


class CellFinder:
    """Look at cells, each distinct text once as long as there is room to remember it."""

    def __init__(self) -> None:
        self._known: dict[str, str | None] = {}

    def __call__(self, text: str) -> str | None:
        """Return the kind of personal data that a cell seems to hold, as `find_in_cell` does, or None."""
        if text in self._known:
            return self._known[text]
        kind = next((kind for part in readings_of(text) if (kind := find_in_text(part)) is not None), None)
        if len(self._known) < _REMEMBERED_MAX:
            self._known[text] = kind
        return kind


def find_in_text(text: str) -> str | None:
    """Return what `find_personal_data` does, far sooner where nothing in a text makes it suspect.

    >>> find_in_text("ring 070-174 06 05"), find_in_text("Trafikkontroll, 3 timmar")
    ('telefonnummer', None)
    """
    return find_personal_data(text) if _is_suspect_text(text) else None


def is_suspect(rows: bytes, delimiter: str) -> bool:
    """Tell whether cells have to be looked at one by one: one could hold personal data, a break or a strange character.

    Args:
        rows: whole rows of CSV in UTF-8; the first begins outside quotes.
        delimiter: between fields; a tab that is none of these is a strange character.

    >>> [is_suspect(row.encode(), ";") for row in ("2024-01-15;ring 070-174 06 05\\n", "2024-01-15;Tranås;12\\n")]
    [True, False]
    """
    return _engine(delimiter).search(rows) is not None or has_strange_quotes(rows, delimiter)


def ends_inside_quotes(text: bytes) -> bool:
    """Tell whether a text that begins outside quotes ends inside them.

    >>> ends_inside_quotes(b'1;"a'), ends_inside_quotes(b'1;"a";2')
    (True, False)
    """
    return b'"' in text and text.count(b'"') % 2 == 1  # where there is none, looking is far quicker than counting


def has_strange_quotes(rows: bytes, delimiter: str) -> bool:
    """Tell whether a cell in quotes has several lines or a tab, or quotes stand where they neither begin nor end one.

    >>> [has_strange_quotes(row, ";") for row in (b'1;"a""b";2', b'1;"a\\nb";2', b'1;"a"b;2')]
    [False, True, True]
    """
    if b'"' not in rows:
        return False
    codes = np.frombuffer(rows, np.uint8)
    quotes = np.flatnonzero(codes == ord('"'))
    breaks = np.flatnonzero((codes == ord("\n")) | (codes == ord("\r")) | (codes == ord("\t")))
    if (np.searchsorted(quotes, breaks) % 2).any():
        return True
    beside = [ord(mark) for mark in (delimiter, "\n", "\r", '"')]
    before, after = quotes[::2] - 1, quotes[1::2] + 1
    near = np.concatenate([codes[before[before >= 0]], codes[after[after < len(codes)]]])
    return not bool(np.isin(near, beside).all())


def _is_suspect_text(text: str) -> bool:
    try:
        return _engine("").search(text.encode()) is not None
    except UnicodeEncodeError:  # half a character, as JSON may write one
        return True


@cache
def _engine(delimiter: str) -> Any:
    """Return the pattern as an automaton, whose states are made as texts need them and kept for all that follow."""
    options = re2.Options()
    options.never_capture = True
    options.log_errors = False  # where a text needs too many states it goes on without them, more slowly
    tab = r"\t" if delimiter == "\t" else ""
    return re2.compile(f"{_FINDS}|{_NOT_PLAIN % tab}", options)
