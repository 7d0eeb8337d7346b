"""Names of files at a source: which are deliveries, which stand beside one, and what a name says of its delivery."""

import re
from datetime import date

from methods.months import add_months, first_of_tertial
from schemas.errors import FetchError, OtherNameError
from schemas.file_pattern import FILE_NAME_TOKENS, example_of
from sources.sidecar import SIDECAR_SUFFIX

DONE_SUFFIX = ".done"
CHECKSUM_SUFFIX = ".sha256"
# What Windows leaves in every shared folder that somebody has opened.
_SYSTEM_FILES = {"thumbs.db", "ehthumbs.db", "desktop.ini"}


def is_of_the_system(name: str) -> bool:
    """Tell whether nobody has put a file there: it is hidden, the lock of an open document, or the system's own.

    >>> is_of_the_system("Thumbs.db"), is_of_the_system("~$2024-03.csv"), is_of_the_system("2024-03.csv")
    (True, True, False)
    """
    return name.startswith((".", "~$")) or name.casefold() in _SYSTEM_FILES


def deliveries_among(names: list[str]) -> list[str]:
    """Leave out what stands beside files that are there: sidecars, checksums and marks that they are whole."""
    present = set(names)
    beside = (SIDECAR_SUFFIX, DONE_SUFFIX, CHECKSUM_SUFFIX)
    return [n for n in names if not any(n.endswith(suffix) and n.removesuffix(suffix) in present for suffix in beside)]


def name_expression(pattern: str) -> str:
    """Return a file pattern as a regular expression, with a group for each token."""
    parts = re.split(r"\{(\w+)\}", pattern)
    return "".join(
        FILE_NAME_TOKENS[part].expression if place % 2 else re.escape(part) for place, part in enumerate(parts)
    )


def said_by_name(name: str, pattern: str) -> dict[str, str]:
    """Return what a name says by the tokens of a pattern.

    Raises:
        OtherNameError: when it does not follow the pattern.
    """
    match = re.fullmatch(name_expression(pattern), name)
    if match is None:
        raise OtherNameError(
            f"{name}: the name does not follow the source's file_pattern {pattern!r}, as {example_of(pattern)!r} does; "
            "rename it, or mend the pattern"
        )
    return match.groupdict()


def period_said(said: dict[str, str]) -> tuple[str | None, str | None]:
    """Return the first and the last month that a name says."""
    if "month" in said:
        return said["month"], said["month"]
    if "tertial" in said:
        first = first_of_tertial(said["tertial"])
        return first, add_months(first, 3)
    if "year" in said:
        return f"{said['year']}-01", f"{said['year']}-12"
    return said.get("from"), said.get("to")


def agreed_month(name: str, by_name: str | None, by_sidecar: str | None) -> str:
    """Return the month that name and sidecar agree on, or that one of them says.

    Raises:
        FetchError: when they differ, or neither says it.
    """
    if by_name and by_sidecar and by_name != by_sidecar:
        raise FetchError(f"{name}: the name says {by_name}, its sidecar {by_sidecar}; mend the one that is wrong")
    if not (by_name or by_sidecar):
        raise FetchError(
            f"{name}: neither the name nor a sidecar says which months it covers; put covers_from and covers_to in "
            f"{name}{SIDECAR_SUFFIX}"
        )
    return str(by_name or by_sidecar)


def refuse_two_days(name: str, by_name: date | None, by_sidecar: date | None) -> None:
    """Refuse a file of which name and sidecar say that it was received on different days.

    Raises:
        FetchError: when they do; which of two deliveries is the newer one is decided by that day.
    """
    if by_name and by_sidecar and by_name != by_sidecar:
        raise FetchError(
            f"{name}: the name says that it was received on {by_name}, its sidecar on {by_sidecar}; mend the one that "
            "is wrong"
        )


def day_in_name(name: str, text: str) -> date:
    """Return the day that a name says.

    Raises:
        FetchError: when there is no such day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FetchError(f"{name}: {text} is no date; rename it") from error
