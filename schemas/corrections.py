"""`corrections.toml`: cells of deliveries that an office has found to be wrong, and what they should have said."""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from schemas.addresses import FIRST_LINE, line_of_record, record_of
from schemas.agreement import Agreement
from schemas.contract import AnswersContract
from schemas.errors import Problem
from schemas.layout import Layout
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
    line: Annotated[int, Field(ge=FIRST_LINE)]
    column: Annotated[str, Field(min_length=1, description="The contract's name of the column")]
    expected: Cell
    becomes: Cell
    reason_sv: Annotated[Text, Field(max_length=DECISION_LENGTH_MAX)]
    office: Identifier
    decided_on: date


class WrittenCorrection(Correction):
    """A correction as an office writes it: it names a record of JSON by its place, and any other row by its line."""

    record: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _on_a_line(cls, written: Any) -> Any:
        """Give a record its line, under which it is kept."""
        if not isinstance(written, dict) or "record" not in written:
            return written
        if "line" in written:
            raise ValueError("say line or, where the file is JSON, record; not both")
        if type(written["record"]) is not int or written["record"] < 1:
            raise ValueError("record is a whole number, and the first record is 1")
        return {**written, "line": line_of_record(written["record"])}


class _Corrections(StrictModel):
    corrections: list[WrittenCorrection] = Field(default=[], description="None where all have been taken back")


CORRECTIONS: TypeAdapter[list[Correction]] = TypeAdapter(list[Correction])


@dataclass(frozen=True)
class CorrectionsFile:
    """A checked `corrections.toml`; without one, no bytes and no corrections."""

    content: bytes = b""
    shown_path: str = FILE_NAME
    corrections: tuple[WrittenCorrection, ...] = ()

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
    if key == "line" and file.corrections[position].record is not None:
        key = "record"
    return Problem(file.shown_path, line_of(lines, ("corrections", position, key)), message)


def _faults(correction: WrittenCorrection, agreement: Agreement) -> Iterator[tuple[str, str]]:
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
        yield from _misplaced(correction, sources[correction.source].contract.layout)
    if correction.expected == correction.becomes:
        yield "becomes", "is what is expected; there is nothing to correct"
    if correction.decided_on < correction.received_on:
        yield "decided_on", "is before the delivery was received"


def _misplaced(correction: WrittenCorrection, layout: Layout) -> Iterator[tuple[str, str]]:
    """Tell of a row that is named as in another layout: a record's place and its line differ by one."""
    is_json = record_of(correction.line, layout) is not None
    if is_json and correction.record is None:
        why = "the source brings JSON, whose rows are named by their place in the list, the first being 1"
        yield "line", f"{why}: write record in place of line; messages say both, as in line 3 (record 2)"
    if not is_json and correction.record is not None:
        yield "record", "is for JSON, and this source brings none; write line in its place"


def _said_before(corrections: tuple[Correction, ...], position: int) -> Iterator[tuple[str, str]]:
    if _cell(corrections[position]) in map(_cell, corrections[:position]):
        yield "line", "the same cell is corrected above"


def _cell(correction: Correction) -> tuple[object, ...]:
    return (correction.source, correction.file, correction.received_on, correction.line, correction.column)
