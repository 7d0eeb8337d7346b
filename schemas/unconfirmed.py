"""What a drafted contract leaves to a person: refused in an agreement's sources as long as it stands there."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from schemas.errors import Problem
from schemas.told_names import told_path
from schemas.toml_positions import Path, key_lines, line_of

CONFIRM = "CONFIRM"
# Half a sentence written around the word is no answer yet.
_WORD = re.compile(rf"(?<!\w){CONFIRM}(?!\w)")


def unconfirmed_problems(content: bytes, shown_path: str) -> list[Problem]:
    """List where the sources of an agreement still say CONFIRM, in keys and in values, by line.

    Args:
        content: the agreement's file; one that is no TOML has nothing to list.
        shown_path: its name for people.
    """
    try:
        text = content.decode()
        sources = tomllib.loads(text).get("sources", [])
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return []
    lines = key_lines(text)
    return [_problem(path, shown_path, line_of(lines, path)) for path in _unconfirmed(sources, ("sources",))]


def _unconfirmed(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, dict):
        for key, item in value.items():
            here = (*path, key)
            if _WORD.search(key):
                yield here
            else:
                yield from _unconfirmed(item, here)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _unconfirmed(item, (*path, place))
    elif isinstance(value, str) and _WORD.search(value):
        yield path


def _problem(path: Path, shown_path: str, line: int) -> Problem:
    where = told_path(path)
    message = f"{where!r} still says {CONFIRM}; only a person can say what belongs there: replace it, or leave it out"
    return Problem(shown_path, line, message)
