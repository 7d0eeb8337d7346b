"""Find what only a wrong decoding leaves in a text."""

import re

# A byte order mark, U+FFFD, and å ä ö Å Ä Ö é – as they look when UTF-8 has been read as Windows-1252.
_NEVER_MEANT = re.compile("[\ufeff\ufffd]|Ã[¥¤¶…„–©‰\u0085\u0084\u0096]|â€")
# A byte of each of these in UTF-8, which few other texts have.
_BYTES = (b"\xef", b"\x83", b"\xa2")


def may_be_damaged(content: bytes) -> bool:
    """Tell, at the speed of memory, whether a text in UTF-8 has to be searched for damage.

    >>> may_be_damaged("TranÃ¥s".encode()), may_be_damaged("Tranås".encode())
    (True, False)
    """
    return any(found in content for found in _BYTES)


def find_encoding_damage(text: str) -> int | None:
    """Return where a text shows that it was once decoded wrongly, or None.

    >>> find_encoding_damage("TranÃ¥s"), find_encoding_damage("Tranås")
    (4, None)
    """
    match = _NEVER_MEANT.search(text)
    return None if match is None else match.start()
