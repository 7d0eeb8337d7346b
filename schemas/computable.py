"""What the model can hold and this version cannot compute: refused by name, never ignored."""

from collections.abc import Iterator

from schemas.agreement import Agreement
from schemas.target_checks import Fault
from schemas.toml_positions import Path


def not_computed(agreement: Agreement) -> list[Fault]:
    """List the keys whose meaning this version would have to ignore."""
    return [
        (path, f"{what} is not computed by this version; nothing is published until it can be")
        for path, what in _not_computed(agreement)
    ]


def _not_computed(agreement: Agreement) -> Iterator[Fault]:
    for position, source in enumerate(agreement.sources):
        path: Path = ("sources", position)
        if source.contract.accumulation == "year_to_date":
            yield (*path, "contract", "accumulation"), "a cumulative series"
