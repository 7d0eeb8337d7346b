"""Corrections put on text cells, before anything is interpreted; a cell that says something else is left as it is."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow
import pyarrow.compute

from methods.personal_data import find_in_cell
from methods.toml_comments import comment_problems
from schemas.corrections import Correction, CorrectionsFile
from schemas.delivery import Receipt
from schemas.errors import DeliveryHeldError, InvalidAgreementError, Problem
from schemas.text_table import Lines, SetAside

Misfit = Literal["other_text", "no_such_cell", "not_by_contract"]
# The key at fault, and what is said of it.
_WHY_NOT: dict[Misfit, tuple[str, str]] = {
    "other_text": (
        "expected",
        "the cell holds another text than expected; look at the delivery again, and mend or remove this",
    ),
    "no_such_cell": (
        "line",
        "the delivery has no such cell that can be read; see `lofte rejected`, and mend or remove this",
    ),
    "not_by_contract": (
        "becomes",
        "by the contract no such cell counts, so its row would not be counted; write what the contract allows",
    ),
}


class CorrectionsDoNotFitError(DeliveryHeldError):
    """Corrections of a delivery do not fit it; carries each with the reason."""

    def __init__(self, unfit: dict[Correction, Misfit]) -> None:
        super().__init__(f"{len(unfit)} corrections do not fit")
        self.unfit = unfit


class AppliedCorrections:
    """The corrections of one delivery, put on it batch by batch."""

    def __init__(self, corrections: Iterable[Correction]) -> None:
        self._by_column: dict[str, dict[int, Correction]] = defaultdict(dict)
        self._unfit: dict[Correction, Misfit] = {}
        for correction in corrections:
            self._by_column[correction.column][correction.line] = correction
            self._unfit[correction] = "no_such_cell"
        self.is_empty = not self._unfit

    def apply(self, cells: pyarrow.Table, lines: Lines) -> pyarrow.Table:
        """Return a batch's cells with what is wrong corrected.

        Args:
            cells: text columns by the contract's names.
            lines: the line of each row.
        """
        for column, by_line in self._by_column.items():
            is_here = np.isin(lines, list(by_line))
            if column in cells.column_names and is_here.any():
                texts = cells[column].combine_chunks().cast(pyarrow.string())
                corrected = self._corrected(texts, lines, is_here, by_line)
                cells = cells.set_column(cells.column_names.index(column), column, corrected)
        return cells

    def look_at(self, set_aside: Iterable[SetAside]) -> None:
        """Note where a row is set aside for what a correction made of its cell: that is no fault of the delivery."""
        for address in set_aside:
            correction = self._by_column.get(address.column, {}).get(address.line)
            if correction is not None:
                self._unfit.setdefault(correction, "not_by_contract")

    def check(self) -> None:
        """Make sure that every correction has been put on its cell, and that its row counts.

        Raises:
            CorrectionsDoNotFitError: naming those that have not.
        """
        if self._unfit:
            raise CorrectionsDoNotFitError(self._unfit)

    def _corrected(
        self, texts: pyarrow.StringArray, lines: Lines, is_here: npt.NDArray[np.bool_], by_line: dict[int, Correction]
    ) -> pyarrow.Array:
        mask = pyarrow.array(is_here)
        replacements = []
        for line, text in zip(lines[is_here].tolist(), texts.filter(mask).to_pylist(), strict=True):
            correction = by_line[line]
            if text == correction.expected:
                self._unfit.pop(correction, None)
                text = correction.becomes
            else:
                self._unfit[correction] = "other_text"
            replacements.append(text)
        return pyarrow.compute.replace_with_mask(texts, mask, pyarrow.array(replacements, texts.type))


def corrections_of(
    receipt: Receipt, corrections: Collection[Correction], written: Iterable[Receipt]
) -> list[Correction]:
    """List the corrections that name a delivery; two files with one name on one day are both named.

    Args:
        receipt: of the delivery.
        corrections: of any delivery.
        written: every receipt that was ever written; the same bytes may have come under several names.
    """
    if not corrections:
        return []
    names = {_name(known) for known in written if known.delivery_id == receipt.delivery_id}
    return [correction for correction in corrections if _named(correction) in names]


def without_delivery(corrections: Iterable[Correction], receipts: Iterable[Receipt]) -> list[Correction]:
    """List the corrections that name a delivery which has not come."""
    known = {_name(receipt) for receipt in receipts}
    return [correction for correction in corrections if _named(correction) not in known]


def misfit_problems(file: CorrectionsFile, error: CorrectionsDoNotFitError) -> list[Problem]:
    """Name each correction that does not fit its delivery by file and line."""
    return [file.problem(correction, *_WHY_NOT[misfit]) for correction, misfit in error.unfit.items()]


def refuse_personal_data(file: CorrectionsFile) -> None:
    """Look at what is written in `corrections.toml` before anything of it is kept.

    Raises:
        InvalidAgreementError: naming the line and the kind, never the text.
    """
    problems = [
        file.problem(correction, key, f"{key!r} seems to hold personal data ({kind}); write it without")
        for correction in file.corrections
        for key in ("file", "expected", "becomes", "reason_sv")
        if (kind := find_in_cell(getattr(correction, key))) is not None
    ]
    problems += comment_problems(file.content, file.shown_path)
    if problems:
        raise InvalidAgreementError(problems)


def _name(receipt: Receipt) -> tuple[object, ...]:
    return (receipt.source_id, receipt.file_name, receipt.received_on)


def _named(correction: Correction) -> tuple[object, ...]:
    return (correction.source, correction.file, correction.received_on)
