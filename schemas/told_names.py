"""Names that somebody has written into a TOML file, as messages may bear them."""

import unicodedata
from collections.abc import Iterable

NOT_SHOWN = "a name that is not shown"
_LENGTH_MAX = 60


def told_name(name: str) -> str:
    """Return a name as a message may bear it: with an at sign, or more than one digit, it could be about a person.

    Numbers of persons, telephone numbers and registration plates have digits, and addresses the sign; what has neither
    needs no pattern to be known for none of them.

    >>> told_name("reson_sv"), told_name("19811218-9876"), told_name("anna@exempel.se")
    ('reson_sv', 'a name that is not shown', 'a name that is not shown')
    """
    plain = unicodedata.normalize("NFKC", name)
    is_word = "@" not in plain and sum(character.isnumeric() for character in plain) < 2
    return name if is_word and name.isprintable() and len(name) <= _LENGTH_MAX else NOT_SHOWN


def told_path(path: Iterable[str | int]) -> str:
    """Return the path of a key as a message may bear it.

    >>> told_path(("sources", 0, "anna@exempel.se"))
    'sources.0.a name that is not shown'
    """
    return ".".join(told_name(part) if isinstance(part, str) else str(part) for part in path)


def told_syntax(message: str) -> str:
    """Return what tomllib says, without the name of a table or key that stands twice where it may not be told.

    >>> told_syntax("Cannot declare ('a',) twice (at line 2, column 3)")
    "Cannot declare ('a',) twice (at line 2, column 3)"
    """
    reason, _, place = message.partition(" (at ")
    if told_name(reason) == reason:
        return message
    return f"a table or key whose name is not shown stands twice, or where another does (at {place}"
