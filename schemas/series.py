"""Indicators of one series in several agreements: what is said to be comparable must count the same thing."""

from collections.abc import Iterator
from pathlib import Path

from schemas.agreement import Agreement, Indicator
from schemas.errors import InvalidAgreementError
from schemas.target_checks import Fault
from schemas.toml_file import read_toml, shown

# What two indicators must share for their numbers to be set beside each other.
_SHARED = ("unit", "quantity", "role")


def series_faults(folder: Path, agreement: Agreement, file_name: str) -> list[Fault]:
    """List indicators that are said to be comparable with those of agreements beside this one, and cannot be.

    Args:
        folder: the agreement's folder.
        agreement: what it holds.
        file_name: the name that an agreement's file has in its folder.
    """
    own = list(_comparable(agreement))
    return [
        fault
        for other in (_beside(folder, file_name, {indicator.series_id for _, _, indicator in own}) if own else [])
        for _, _, theirs in _comparable(other)
        for activity, position, indicator in own
        if indicator.series_id == theirs.series_id
        for fault in _faults(activity, position, indicator, theirs, other.id)
    ]


def _comparable(agreement: Agreement) -> Iterator[tuple[int, int, Indicator]]:
    for place, activity in enumerate(agreement.activities):
        for position, indicator in enumerate(activity.indicators):
            if indicator.is_comparable:
                yield place, position, indicator


def _beside(folder: Path, file_name: str, series: set[str | None]) -> Iterator[Agreement]:
    """Yield the other agreements that name one of the series; one that cannot be read is another's fault."""
    for path in sorted(folder.parent.glob(f"*/{file_name}")):
        content = path.read_bytes()
        if path.parent == folder or not any(f'"{name}"'.encode() in content for name in series):
            continue
        try:
            yield read_toml(content, shown(path), Agreement)
        except InvalidAgreementError:
            continue


def _faults(activity: int, position: int, own: Indicator, theirs: Indicator, other_id: str) -> Iterator[Fault]:
    for key in _SHARED:
        said = getattr(theirs, key)
        if getattr(own, key) != said:
            message = f"the series {own.series_id!r} has {said!r} in {other_id}, and both say is_comparable = true"
            yield ("activities", activity, "indicators", position, key), message
