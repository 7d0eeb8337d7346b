"""What others publish about the same places, as the warehouse has it: beside the figures, and never among them."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Beside:
    """Counts of events and stated values, each as the columns of its SELECT."""

    events: list[dict[str, Any]] = field(default_factory=list)
    values: list[dict[str, Any]] = field(default_factory=list)


NOTHING_BESIDE = Beside()
