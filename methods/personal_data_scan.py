"""Look through much text for what could be personal data, in the time that reading it takes.

A pattern that misses nothing picks out lines, without Python touching the others; `find_personal_data` judges those.
"""

from collections.abc import Iterator

import pyarrow
from pyarrow import compute

from methods.personal_data import find_personal_data

PIECE_BYTES = 64 * 1024
_SPACE = r"[ \x{A0}\x{202F}]"
_DASH = r"\x{2010}-\x{2015}\x{2212}-"
_APART = rf"[ \x{{A0}}\x{{202F}}()./{_DASH}]"
_PLATE_END = r"[0-9]{2}[A-HJ-NPR-UW-Z0-9]"
# Each is weaker than its namesake in personal_data.py: what that finds in a line of plain characters, this does.
_PERSON_NUMBER = (
    rf"(?:^|[^0-9])(?:[0-9]{{2}}{_APART}?)?[0-9]{{2}}{_APART}?(?:0[1-9]|1[0-2]){_APART}?(?:[0126-8][0-9]|[39][01])"
    rf"(?:{_APART}|[_+]){{0,3}}[0-9]{{4}}(?:$|[^0-9])"
)
_EMAIL = r"[^\s@<>(),;|]@[^\s@<>(),;|]"
_PHONE = rf"\+46|\b0046|\b0{_APART}{{0,2}}[1-9](?:{_APART}{{0,2}}[0-9]){{6,9}}(?:$|[^0-9])"
_PLATE = rf"\b(?:[A-HJ-PR-UW-Z]{{3}}{_SPACE}?{_PLATE_END}|[a-hj-pr-uw-z]{{3}}[0-9]{{2}}[a-hj-npr-uw-z0-9])\b"
# Characters whose compatibility forms, digits or invisibility are left to the judge.
_NOT_PLAIN = (
    r"[^\x00-\x7F\x{A0}\x{A7}\x{AB}\x{B0}\x{B7}\x{BB}\x{C0}-\x{FF}"
    rf"\x{{2018}}\x{{2019}}\x{{201C}}\x{{201D}}\x{{202F}}\x{{20AC}}{_DASH}]"
)
_NO_PHONE = "|".join((_PERSON_NUMBER, _EMAIL, _PLATE, _NOT_PLAIN))
_SUSPECT = f"{_NO_PHONE}|{_PHONE}"
# A date at the start of a cell or word; one that is left standing only makes its line be judged.
_DATE = r"(^|[;,\t| ])(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4})\b"


def suspect_lines(block: str | bytes) -> Iterator[tuple[int, str]]:
    """Yield each line that seems to hold personal data, counted from 0, and of which kind.

    Args:
        block: whole lines of text, or of its UTF-8.

    >>> list(suspect_lines("datum;notering\\n2024-01-15;ring 070-174 06 05\\n"))
    [(1, 'telefonnummer')]
    """
    content = block.encode() if isinstance(block, str) else block
    starts = _piece_starts(content)
    first_line = 0
    for start, end, is_suspect in zip(
        starts, starts[1:], _matches(_texts(content, starts), _SUSPECT).to_pylist(), strict=False
    ):
        if is_suspect:
            yield from _judged(content[start:end], first_line)
        first_line += content.count(b"\n", start, end)


def _judged(piece: bytes, first_line: int) -> Iterator[tuple[int, str]]:
    lines = piece.split(b"\n")
    texts = pyarrow.array(lines, pyarrow.string())
    without_dates = compute.replace_substring_regex(texts, _DATE, r"\1;")
    is_suspect = compute.or_(_matches(texts, _NO_PHONE), _matches(without_dates, _PHONE))
    for number in compute.indices_nonzero(is_suspect).to_pylist():
        kind = find_personal_data(lines[number].decode())
        if kind is not None:
            yield first_line + number, kind


def _matches(texts: pyarrow.StringArray, pattern: str) -> pyarrow.BooleanArray:
    return compute.match_substring_regex(texts, pattern)


def _piece_starts(content: bytes) -> list[int]:
    """Cut after line breaks, into pieces that are searched as one text each."""
    starts = [0]
    while starts[-1] < len(content):
        found = content.find(b"\n", min(starts[-1] + PIECE_BYTES, len(content)))
        starts.append(len(content) if found < 0 else found + 1)
    return starts


def _texts(content: bytes, starts: list[int]) -> pyarrow.StringArray:
    offsets = pyarrow.py_buffer(pyarrow.array(starts, pyarrow.int32()).buffers()[1])
    return pyarrow.StringArray.from_buffers(len(starts) - 1, offsets, pyarrow.py_buffer(content))
