"""The columns of a delivery against those of its contract: what differs, and what may be read all the same.

Order never matters. A name is read as another only where an office has accepted exactly this header.
"""

import difflib
import hashlib
import shlex
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from methods.personal_data import find_personal_data
from schemas.contract import AcceptedHeader
from schemas.delivery import Receipt
from schemas.errors import HeaderDriftError
from schemas.told_names import NOT_SHOWN

_NAME_LENGTH_MAX = 60
# 'Antal' and 'Antal st' are this near; two words that merely share letters are not.
_NEAR = 0.6


@dataclass(frozen=True)
class HeaderRule:
    """What a header may be besides the contract's columns."""

    ignores_added: bool = False
    dispensable: list[str] = field(default_factory=list)
    accepted: AcceptedHeader | None = None
    line: int | None = 1


@dataclass(frozen=True)
class HeaderDiff:
    """How a header differs; `near` leads from a missing name to the added one that it perhaps became."""

    missing: list[str]
    added: list[str]
    twice: list[str]
    near: dict[str, str]
    looks_like_header: bool
    unnamed_count: int

    def named_column(self, text: str) -> str | None:
        """Return the added column that a person means by a name, with or without the spaces at its ends."""
        likely = [name for name in self.added if name.strip() == text.strip() != ""]
        return text if text in likely else likely[0] if len(likely) == 1 else None


def diff_header(header: list[str], expected: list[str]) -> HeaderDiff:
    """Compare a delivery's column names with a contract's.

    >>> diff = diff_header(["datum", "Antal st", "ort"], ["datum", "Antal", "plats"])
    >>> diff.missing, diff.added, diff.near
    (['Antal', 'plats'], ['Antal st', 'ort'], {'Antal': 'Antal st'})
    """
    counts = Counter(header)
    missing = [name for name in expected if name not in counts]
    added = [name for name in counts if name not in expected]
    twice = [name for name in expected if counts[name] > 1]
    # A header that has lost its line break goes on with the first row: a column is missing, and more have come.
    is_alone = not missing or len(added) <= len(missing)
    looks_like_header = is_alone and len(missing) * 2 <= len(expected)
    unnamed_count = sum(not name.strip() for name in header if name not in expected)
    return HeaderDiff(missing, added, twice, _nearest(missing, added), looks_like_header, unnamed_count)


def header_hash(header: Iterable[str]) -> str:
    """Return what tells a header from another, whatever its order.

    >>> header_hash(["a", "b"]) == header_hash(["b", "a"]) != header_hash(["ab"])
    True
    """
    return hashlib.sha256("\n".join(repr(name) for name in sorted(header)).encode()).hexdigest()


def fitted_header(header: list[str], expected: list[str], rule: HeaderRule) -> list[str | None]:
    """Return the contract's name of each column of a delivery, and None for one that is not read.

    Raises:
        HeaderDriftError: when the header is not the contract's, nor one that has been accepted; carries the header.

    >>> fitted_header(["antal", "ny", "datum"], ["datum", "antal"], HeaderRule(ignores_added=True))
    ['antal', None, 'datum']
    """
    accepted = rule.accepted if rule.accepted and rule.accepted.header_hash == header_hash(header) else None
    renames = accepted.renames if accepted else {}
    named = [renames.get(name, name) for name in header]
    diff = diff_header(named, expected)
    lacking = [name for name in diff.missing if not (accepted and name in rule.dispensable)]
    if lacking or diff.twice or (diff.added and not (accepted or rule.ignores_added)):
        raise HeaderDriftError(told(diff_header(header, expected)), header, rule.line)
    return [name if name in expected else None for name in named]


def told(diff: HeaderDiff) -> str:
    """Tell a difference in one line.

    >>> told(diff_header(["datum", "Antal st"], ["datum", "Antal"]))
    "1 missing (Antal); 1 not in the contract (Antal st); perhaps renamed: 'Antal' is now 'Antal st'"
    """
    spaced = [name for name in diff.added if name.strip() not in {name, ""}]
    others = [name for name in diff.added if name.strip() == name != ""]
    parts = [
        f"{len(names)} {what}{f' ({quoted})' if quoted else ''}"
        for names, what, quoted in (
            (diff.missing, "missing", ", ".join(diff.missing)),
            (spaced, "with spaces or line breaks at the ends of its name", ", ".join(_named(spaced, diff))),
            (others, "not in the contract", ", ".join(_named(others, diff))),
            (diff.twice, "twice", ", ".join(diff.twice)),
        )
        if names
    ]
    if diff.unnamed_count:
        parts.append(f"{diff.unnamed_count} column{'' if diff.unnamed_count == 1 else 's'} without a name")
    near = [f"'{old}' is now '{new}'" for old, new in quotable_renames(diff).items() if new != old]
    return "; ".join([*parts, *([f"perhaps renamed: {', '.join(near)}"] if near else [])])


def how_to_go_on(diff: HeaderDiff, dispensable: list[str], agreement_id: str, receipt: Receipt) -> str:
    """Say what to do about a delivery with other columns; what cannot be accepted is not offered."""
    lost = [name for name in diff.missing if name not in dispensable]
    if diff.twice or len(lost) > sum(name.strip() != "" for name in diff.added):
        return "Ask the provider for the agreed columns, or change the contract"
    near = quotable_renames(diff)
    renames = [part for name in lost for part in ("--rename", f"{near.get(name, 'NEW')}={name}")]
    command = shlex.join(
        ["lofte", "accept-drift", agreement_id, receipt.source_id, receipt.file_name, *renames, "--office", "OFFICE"]
    )
    return (
        "Ask the provider for the agreed columns, change the contract, or let an office accept these: "
        f"`{command} --reason WHY`"
    )


def quotable_renames(diff: HeaderDiff) -> dict[str, str]:
    """Return the likely renames, old to new, that a message may name; a new name without spaces at its ends."""
    near = {old: new.strip() for old, new in diff.near.items() if diff.named_column(new.strip()) == new}
    return {old: new for old, new in near.items() if new == old or (diff.looks_like_header and quotable(new) == new)}


def _named(names: list[str], diff: HeaderDiff) -> list[str]:
    """Return added names as a message may bear them; what the contract calls a column is no data anywhere."""
    if diff.looks_like_header:
        return [quotable(name.strip()) for name in names]
    known = [name.strip() for name in names if name.strip() in diff.missing]
    return known if len(known) == len(names) else []


def quotable(name: str) -> str:
    """Return a name from a file as a message may bear it: what is no plain name could be data."""
    is_plain = name.strip() == name != "" and name.isprintable() and len(name) <= _NAME_LENGTH_MAX
    is_word = any(character.isalpha() for character in name)
    return name if is_plain and is_word and find_personal_data(name) is None else NOT_SHOWN


def names_to_tell(header: list[str], expected: list[str]) -> list[str]:
    """Return a delivery's column names as messages and receipts may bear them; in place of others, nothing.

    Where most of the contract's columns are missing, or some and more have come, the names could be a row of data.

    >>> names_to_tell(["datum", "fritext", "070-174 06 05"], ["datum"]), names_to_tell(["Anna", "Tranås"], ["datum"])
    (['datum', 'fritext', ''], ['', ''])
    """
    if not diff_header(header, expected).looks_like_header:
        return ["" for _ in header]
    return [name if quotable(name) == name else "" for name in header]


def _nearest(missing: list[str], added: list[str]) -> dict[str, str]:
    """Pair missing names with added ones, the nearest pair first, each name once."""
    pairs = sorted(
        ((_likeness(old, new), old, new) for old in missing for new in added), key=lambda pair: (-pair[0], *pair[1:])
    )
    near: dict[str, str] = {}
    for likeness, old, new in pairs:
        if likeness >= _NEAR and old not in near and new not in near.values():
            near[old] = new
    return near


def _likeness(old: str, new: str) -> float:
    return difflib.SequenceMatcher(None, old.strip().casefold(), new.strip().casefold()).ratio()
