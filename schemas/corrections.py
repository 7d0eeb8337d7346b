"""`corrections.toml`: cells of deliveries that an office has found to be wrong, and what they should have said."""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, TypeAdapter

from schemas.agreement import Agreement
from schemas.contract import AnswersContract
from schemas.errors import Problem
from schemas.strict import DECISION_LENGTH_MAX, Identifier, StrictModel, Text
from schemas.told_names import told_name
from schemas.toml_file import read_toml
from schemas.toml_positions import key_lines, line_of

FILE_NAME = "corrections.toml"
_CELL_LENGTH_MAX = 200


def _without_control_characters(text: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise ValueError("holds a control character or a line break; a cell that can be corrected has none")
    return text


Cell = Annotated[str, Field(max_length=_CELL_LENGTH_MAX), AfterValidator(_without_control_characters)]


class Correction(StrictModel):
    """One cell of one delivery.

    A delivery is named by its file and the day it was received: the published ids count deliveries in the order of
    receipt, so that one which comes to light later gives others a new number.
    """

    source: Identifier
    file: Annotated[str, Field(min_length=1)]
    received_on: date
    line: Annotated[int, Field(ge=2)]
    column: Annotated[str, Field(min_length=1, description="The contract's name of the column")]
    expected: Cell
    becomes: Cell
    reason_sv: Annotated[Text, Field(max_length=DECISION_LENGTH_MAX)]
    office: Identifier
    decided_on: date


class _Corrections(StrictModel):
    corrections: list[Correction] = Field(default=[], description="None where all have been taken back")


CORRECTIONS: TypeAdapter[list[Correction]] = TypeAdapter(list[Correction])


@dataclass(frozen=True)
class CorrectionsFile:
    """A checked `corrections.toml`; without one, no bytes and no corrections."""

    content: bytes = b""
    shown_path: str = FILE_NAME
    corrections: tuple[Correction, ...] = ()

    def problem(self, correction: Correction, key: str, message: str) -> Problem:
        """Name a correction by file, and by the line of the key at fault."""
        return _problem(self, self.corrections.index(correction), key, message)


NO_CORRECTIONS_FILE = CorrectionsFile()


def read_corrections(content: bytes, shown_path: str) -> CorrectionsFile:
    """Read `corrections.toml` by itself.

    Raises:
        InvalidAgreementError: with every problem found, each with its line.
    """
    return CorrectionsFile(content, shown_path, tuple(read_toml(content, shown_path, _Corrections).corrections))


def correction_problems(file: CorrectionsFile, agreement: Agreement) -> list[Problem]:
    """List what does not fit the agreement."""
    return [
        _problem(file, position, key, message)
        for position, correction in enumerate(file.corrections)
        for key, message in [*_faults(correction, agreement), *_said_before(file.corrections, position)]
    ]


def corrections_bytes(corrections: list[Correction]) -> bytes:
    """Write the corrections of one delivery down: the same ones give the same bytes, whatever their order."""
    ordered = sorted(corrections, key=lambda item: (item.line, item.column))
    return json.dumps(CORRECTIONS.dump_python(ordered, mode="json"), ensure_ascii=False).encode() if ordered else b""


def _problem(file: CorrectionsFile, position: int, key: str, message: str) -> Problem:
    lines = key_lines(file.content.decode())
    return Problem(file.shown_path, line_of(lines, ("corrections", position, key)), message)


def _faults(correction: Correction, agreement: Agreement) -> Iterator[tuple[str, str]]:
    roles = {office.id: office.roles for office in agreement.offices}
    sources = {source.id: source for source in agreement.sources}
    if correction.office not in roles:
        yield (
            "office",
            f"there is no office {told_name(correction.office)!r} (known: {', '.join(sorted(roles)) or 'none'})",
        )
    elif "correct" not in roles[correction.office]:
        yield "office", f"the office {correction.office!r} has not the role 'correct'"
    if correction.source not in sources:
        yield (
            "source",
            f"there is no source {told_name(correction.source)!r} (known: {', '.join(sorted(sources)) or 'none'})",
        )
    elif isinstance(sources[correction.source].contract, AnswersContract):
        yield "source", "brings answers of persons, which nobody corrects cell by cell; ask for a new delivery"
    else:
        columns = sources[correction.source].contract.columns.model_dump().values()
        named = [column for column in columns if column is not None]
        if correction.column not in named:
            yield "column", f"the contract reads no column {told_name(correction.column)!r} (known: {', '.join(named)})"
    if correction.expected == correction.becomes:
        yield "becomes", "is what is expected; there is nothing to correct"
    if correction.decided_on < correction.received_on:
        yield "decided_on", "is before the delivery was received"


def _said_before(corrections: tuple[Correction, ...], position: int) -> Iterator[tuple[str, str]]:
    if _cell(corrections[position]) in map(_cell, corrections[:position]):
        yield "line", "the same cell is corrected above"


def _cell(correction: Correction) -> tuple[object, ...]:
    return (correction.source, correction.file, correction.received_on, correction.line, correction.column)
