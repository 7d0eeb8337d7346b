"""Texts of a sample as TOML writes them."""

import json
from collections.abc import Iterable


def quoted(text: str) -> str:
    r"""Write a TOML basic string; every JSON string is one, but for the one control character that JSON lets stand.

    >>> quoted('a"b'), quoted("a\x7fb")
    ('"a\\"b"', '"a\\u007fb"')
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def quoted_list(texts: Iterable[str]) -> str:
    """Write a TOML array of strings."""
    return f"[{named(texts)}]"


def named(texts: Iterable[str]) -> str:
    """Write strings one after another."""
    return ", ".join(map(quoted, texts))
