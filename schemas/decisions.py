"""`decisions.toml`: what an office has decided to say of a figure, beside what the rule gives; never instead of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from schemas.agreement import Agreement
from schemas.errors import Problem
from schemas.strict import DECISION_LENGTH_MAX, Identifier, StrictModel, Text, Url
from schemas.told_names import told_name
from schemas.toml_file import read_toml
from schemas.toml_positions import key_lines, line_of

FILE_NAME = "decisions.toml"
# Nothing can be decided to be withheld, and what is withheld is not opened by a decision.
DecidedStatus = Literal["kept", "not_kept", "ongoing", "reported", "awaiting_data", "not_reported", "undetermined"]


class Override(StrictModel):
    """One figure whose status an office has decided."""

    figure: Annotated[str, Field(pattern=r"^[A-Za-z0-9+-]+(/[A-Za-z0-9+-]+){5}$", description="The figure's id")]
    rule_status: Text = Field(description="What the rule gave when it was decided; should it change, decide anew")
    status: DecidedStatus
    office: Identifier
    decided_on: date
    reason_sv: Annotated[Text, Field(max_length=DECISION_LENGTH_MAX)]
    decision_url: Url


class _Decisions(StrictModel):
    overrides: list[Override] = Field(default=[], description="None where all have been taken back")


@dataclass(frozen=True)
class DecisionsFile:
    """A checked `decisions.toml`; without one, no bytes and no decisions."""

    content: bytes = b""
    shown_path: str = FILE_NAME
    overrides: tuple[Override, ...] = ()

    def problem(self, override: Override, key: str, message: str) -> Problem:
        """Name a decision by file, and by the line of the key at fault."""
        return self._at(self.overrides.index(override), key, message)

    def problems(self, agreement: Agreement) -> list[Problem]:
        """List what does not fit the agreement."""
        return [
            self._at(position, key, message)
            for position, override in enumerate(self.overrides)
            for key, message in [*_faults(override, agreement), *self._said_before(position)]
        ]

    def _at(self, position: int, key: str, message: str) -> Problem:
        lines = key_lines(self.content.decode())
        return Problem(self.shown_path, line_of(lines, ("overrides", position, key)), message)

    def _said_before(self, position: int) -> Iterator[tuple[str, str]]:
        figure = self.overrides[position].figure
        if figure in {override.figure for override in self.overrides[:position]}:
            yield "figure", "another decision about the figure stands above; keep the one that holds"


NO_DECISIONS_FILE = DecisionsFile()


def read_decisions(content: bytes, shown_path: str) -> DecisionsFile:
    """Read `decisions.toml` by itself.

    Raises:
        InvalidAgreementError: with every problem found, each with its line.
    """
    return DecisionsFile(content, shown_path, tuple(read_toml(content, shown_path, _Decisions).overrides))


def _faults(override: Override, agreement: Agreement) -> Iterator[tuple[str, str]]:
    roles = {office.id: office.roles for office in agreement.offices}
    if not override.figure.startswith(f"{agreement.id}/"):
        yield "figure", f"is of another agreement than {agreement.id!r}"
    if override.office not in roles:
        yield (
            "office",
            f"there is no office {told_name(override.office)!r} (known: {', '.join(sorted(roles)) or 'none'})",
        )
    elif "approve" not in roles[override.office]:
        yield "office", f"the office {override.office!r} has not the role 'approve'"
    if override.decided_on < agreement.starts_on:
        yield "decided_on", f"the agreement starts on {agreement.starts_on}; a decision about a figure comes after that"
    if override.status == override.rule_status:
        yield "status", "is what the rule gives; there is nothing to decide"
    if override.rule_status == "suppressed":
        yield "rule_status", "what is withheld is not opened by a decision"
