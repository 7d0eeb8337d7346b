"""What a contender found, held against what the generator knows to be true."""

from collections.abc import Iterator

from bench.export import Truth
from bench.job import Counts, Found


def faults_of(found: Found, truth: Truth, validates_only: bool) -> Iterator[str]:
    """Yield what a contender got wrong, in words for the table."""
    yield from _set_aside_faults(found.set_aside, truth.set_aside)
    if validates_only:
        return
    if found.accepted != truth.accepted:
        yield f"{found.accepted} rows accepted, {truth.accepted} are good"
    for name, counts in (("CSV", found.csv_counts), ("JSON", found.json_counts)):
        if counts != truth.counts:
            yield f"{_unlike(counts or {}, truth.counts)} counts in the {name} are wrong"


def _set_aside_faults(found: dict[int, str], true: dict[int, str]) -> Iterator[str]:
    if len(found) != len(true):
        yield f"{len(found)} rows set aside, {len(true)} are bad"
    elif found.keys() != true.keys():
        yield f"{len(true.keys() - found.keys())} of {len(true)} rows set aside have a wrong line"
    elif found != true:
        wrong = sum(found[line] != reason for line, reason in true.items())
        yield f"{wrong} of {len(true)} rows set aside have a wrong reason"


def _unlike(found: Counts, true: Counts) -> int:
    return sum(found.get(cell) != true.get(cell) for cell in found.keys() | true.keys())
