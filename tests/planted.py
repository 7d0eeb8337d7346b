"""Published test numbers to plant in deliveries, and where no trace of them may be afterwards."""

import io
import re
import zipfile
from pathlib import Path

from stdnum import luhn

_COORDINATION = "811278987"
# The tax agency's test numbers, the telecom authority's numbers for fiction, example.org, and plates of no one.
PLANTED = (
    "811218-9876",
    "19811218-9876",
    "8112189876",
    _COORDINATION + luhn.calc_check_digit(_COORDINATION),
    "070-174 06 05",
    "+46701740605",
    "46701740605",
    "46 70 174 06 05",
    "08-465 004 23",
    "namn@example.org",
    "ABC123",
    "ABC 12D",
    "regnr ABC-123",
)
# Within a cell that may hold line breaks.
BROKEN = ("811218-\n9876", "8112\r\n18-9876", "811218-98\n76", "070-17\n4 06 05", "namn@\nexample.org", "ABC\n123")


def traces_of(planted: str) -> set[str]:
    """Return what no kept text may hold: what was planted, and its digits alone where they are many."""
    digits = re.sub(r"\D", "", planted)
    plain = re.sub(r"\s", "", planted)
    return {planted, plain} | ({digits, digits[-9:]} if len(digits) >= 9 else set())


def has_trace(text: str, planted: str) -> bool:
    """Tell whether a text tells what was planted, as it was written or without the marks between."""
    bare = re.sub(r"[\s()./-]", "", text)
    return any(trace in text or trace in bare for trace in traces_of(planted))


def texts_under(*folders: Path) -> dict[str, str]:
    """Return the text of every file in some folders; of archives, that of each member too."""
    found: dict[str, str] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                found |= texts_in(str(path), path.read_bytes())
    return found


def texts_in(name: str, content: bytes) -> dict[str, str]:
    """Return the text of bytes; of an archive, that of each member too."""
    found = {name: content.decode("utf-8", "replace")}
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                found |= texts_in(f"{name}/{member}", archive.read(member))
    return found
