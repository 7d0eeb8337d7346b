"""Find what only a wrong decoding leaves in a text."""

import re

# A byte order mark, U+FFFD, and å ä ö Å Ä Ö é – as they look when UTF-8 has been read as Windows-1252.
_NEVER_MEANT = re.compile("[\ufeff\ufffd]|Ã[¥¤¶…„–©‰\u0085\u0084\u0096]|â€")
# A byte of each of these in UTF-8, which few other texts have.
_BYTES = (b"\xef", b"\x83", b"\xa2")
# å ä ö within words and Å Ä Ö before a letter, as each encoding writes them.
_SWEDISH = {
    "windows-1252": re.compile(rb"[A-Za-z][\xe4\xe5\xf6](?=[a-z])|[\xc4\xc5\xd6](?=[A-Za-z])"),
    "cp850": re.compile(rb"[A-Za-z][\x84\x86\x94](?=[a-z])|[\x8f\x99](?=[A-Za-z])|[A-Z]\x8e(?=[A-Z])"),
    "Mac Roman": re.compile(rb"[A-Za-z][\x8a\x8c\x9a](?=[a-z])|\x81(?=[A-Za-z])|[A-Z][\x80\x85](?=[A-Z])"),
}


def likelier_than_windows_1252(content: bytes) -> str | None:
    """Return the encoding by which more words of a Swedish text have å, ä or ö than by Windows-1252, if there is one.

    >>> [likelier_than_windows_1252("Körning".encode(written)) for written in ("cp850", "windows-1252")]
    ['cp850', None]
    """
    counts = {encoding: len(pattern.findall(content)) for encoding, pattern in _SWEDISH.items()}
    likeliest = max(counts, key=lambda encoding: counts[encoding])
    return None if counts[likeliest] == counts["windows-1252"] else likeliest


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
