"""What the name of a delivery says: tokens in braces, for the period that it is about and the day it was received."""

import re
from typing import NamedTuple

from schemas.told_names import told_name


class Token(NamedTuple):
    """What a token stands for, as an expression and by an example."""

    expression: str
    example: str


# What may stand in braces in a source's file_pattern.
FILE_NAME_TOKENS = {
    "from": Token(r"(?P<from>\d{4}-(?:0[1-9]|1[0-2]))", "2024-01"),
    "to": Token(r"(?P<to>\d{4}-(?:0[1-9]|1[0-2]))", "2024-03"),
    "month": Token(r"(?P<month>\d{4}-(?:0[1-9]|1[0-2]))", "2024-03"),
    "tertial": Token(r"(?P<tertial>\d{4}-T[123])", "2024-T1"),
    "year": Token(r"(?P<year>\d{4})", "2024"),
    "received_on": Token(r"(?P<received_on>\d{4}-\d{2}-\d{2})", "2024-04-09"),
}


def example_of(pattern: str) -> str:
    """Return a name that follows a pattern.

    >>> example_of("lob_{tertial}.csv")
    'lob_2024-T1.csv'
    """
    return re.sub(r"\{(\w+)\}", lambda token: FILE_NAME_TOKENS[token[1]].example, pattern)


def checked_pattern(pattern: str) -> str:
    """Return a pattern whose tokens are known, and say the period no more than once.

    Raises:
        ValueError: for any other.
    """
    tokens = re.findall(r"\{(.*?)\}", pattern)
    for token in tokens:
        if token not in FILE_NAME_TOKENS or tokens.count(token) > 1:
            raise ValueError(f"{{{told_name(token)}}} is unknown or used twice; known: {', '.join(FILE_NAME_TOKENS)}")
    periods = sorted({"from and to" if token in {"from", "to"} else token for token in tokens} - {"received_on"})
    if len(periods) > 1:
        raise ValueError(
            f"says the period more than once ({'; '.join(periods)}), and a name could contradict itself; keep one of "
            "{month}, {tertial}, {year}, or {from} and {to}"
        )
    return pattern
