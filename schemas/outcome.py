"""What became of an agreement in a run."""

from dataclasses import dataclass, field
from typing import Literal

from schemas.errors import HELD, NOTHING_DONE, PUBLISHED
from schemas.text_table import SetAside


@dataclass(frozen=True)
class Held:
    """Something that was held or failed: a message for the operator, and what may be said of it in public."""

    stage: str
    message: str
    source_id: str | None = None

    def __str__(self) -> str:
        return self.message


@dataclass
class Outcome:
    """One agreement's part of a run, or what failed beside the agreements, which is told but is none of them."""

    agreement_id: str
    became: Literal["published", "unchanged", "superseded", "failed"]
    release_id: str | None = None
    problems: list[Held] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    set_aside: list[tuple[str, str, str, SetAside]] = field(default_factory=list)
    coverage: list[dict[str, str]] = field(default_factory=list)
    summary: list[dict[str, str]] = field(default_factory=list)
    is_agreement: bool = True


def exit_status(outcomes: list[Outcome]) -> int:
    """Return 0 when all is well, 3 when something is held or failed, 1 when nothing could be done."""
    if not outcomes or all(outcome.became == "failed" for outcome in outcomes):
        return NOTHING_DONE
    return HELD if any(outcome.problems for outcome in outcomes) else PUBLISHED
