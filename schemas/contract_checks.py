"""What cannot both hold of how a source's deliveries are read: late rows, and numbers of the year so far."""

from collections.abc import Iterator

from schemas.agreement import Source
from schemas.contract import OccasionContract, TotalContract
from schemas.target_checks import Fault
from schemas.toml_positions import Path


def contract_faults(path: Path, source: Source) -> Iterator[Fault]:
    """List what does not fit together in a source's contract, which stands at a path."""
    if source.contract.late_rows == "accept":
        yield from _late_faults(path, source)
    if source.is_year_to_date:
        yield from _year_to_date_faults(path, source)


def _late_faults(path: Path, source: Source) -> Iterator[Fault]:
    contract = source.contract
    if not isinstance(contract, OccasionContract):
        yield (*path, "late_rows"), f"only rows of things done come late, and the kind is {contract.kind!r}"
    elif contract.columns.row_id is None:
        yield (*path, "late_rows"), "name in columns.row_id what tells a row apart: else it could count twice"
    elif source.is_year_to_date:
        yield (*path, "late_rows"), "a delivery of the year so far brings its late rows by itself; leave late_rows out"


def _year_to_date_faults(path: Path, source: Source) -> Iterator[Fault]:
    contract = source.contract
    if not isinstance(contract, OccasionContract | TotalContract):
        yield (*path, "accumulation"), 'a survey accumulates nothing; say "period"'
    elif source.cadence not in {"month", "tertial"}:
        yield (*path, "accumulation"), f'a delivery for one {source.cadence} has no year so far; say "period"'
