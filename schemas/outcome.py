"""What became of an agreement in a run."""

from dataclasses import dataclass, field
from typing import Literal

from schemas.errors import HELD, NOTHING_DONE, PUBLISHED
from schemas.layout import Layout
from schemas.text_table import SetAside


@dataclass(frozen=True)
class Held:
    """Something that was held or failed: a message for the operator, and what may be said of it in public."""

    stage: str
    message: str
    source_id: str | None = None

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class NewlySetAside:
    """The address of a row that a run has set aside; without a layout it is of another publisher's answer."""

    source_id: str
    file_name: str
    load_id: str
    row: SetAside
    layout: Layout | None = None


@dataclass
class Outcome:
    """One agreement's part of a run, or what failed beside the agreements, which is told but is none of them."""

    agreement_id: str
    became: Literal["published", "unchanged", "superseded", "failed"]
    release_id: str | None = None
    problems: list[Held] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    set_aside: list[NewlySetAside] = field(default_factory=list)
    coverage: list[dict[str, str]] = field(default_factory=list)
    summary: list[dict[str, str]] = field(default_factory=list)
    is_agreement: bool = True


def exit_status(outcomes: list[Outcome]) -> int:
    """Return 0 when all is well, 3 when something is held or failed, 1 when nothing could be done."""
    if not outcomes or all(outcome.became == "failed" for outcome in outcomes):
        return NOTHING_DONE
    return HELD if any(outcome.problems for outcome in outcomes) else PUBLISHED
