"""What cannot both hold of how a source's deliveries are read: agreed texts, late rows, numbers of the year so far."""

import re
from collections.abc import Iterable, Iterator

from schemas.agreement import Source
from schemas.contract import AnswersContract, Contract, OccasionContract, SurveyContract, TotalContract
from schemas.target_checks import Fault
from schemas.toml_positions import Path

# What a count, a total or a share may be written as; a number below zero is none of them, and may be a mark.
_NUMBER = re.compile(r"\d[\d \u00a0\u202f]*([.,]\d+)?\s?%?")
_ABOUT_NAMES = "a place's name or alias"


def contract_faults(path: Path, source: Source, place_names: Iterable[str]) -> Iterator[Fault]:
    """List what does not fit together in a source's contract.

    Args:
        path: where the contract stands.
        source: the source.
        place_names: names and aliases of the agreement's places.
    """
    yield from _text_faults(path, source.contract)
    yield from _mark_faults(path, source.contract, place_names)
    if source.contract.late_rows == "accept":
        yield from _late_faults(path, source)
    if source.is_year_to_date:
        yield from _year_to_date_faults(path, source)


def _text_faults(path: Path, contract: Contract) -> Iterator[Fault]:
    """List agreed texts that no cell can be: spaces around a cell are taken away before it is compared."""
    agreed = {"missing_marks": contract.missing_marks, **_agreed_texts(contract)}
    if isinstance(contract, AnswersContract):
        agreed["questions"] += [answer for question in contract.questions.values() for answer in question.unanswered]
    for key, texts in agreed.items():
        for text in texts:
            if text != text.strip():
                yield (*path, key), f"{text!r} has space at its start or end, so no cell can be it; take the space away"


def _mark_faults(path: Path, contract: Contract, place_names: Iterable[str]) -> Iterator[Fault]:
    """List marks that say 'no value' and something else at the same time; an empty cell always says that."""
    here = (*path, "missing_marks")
    agreed = {key: {text.strip() for text in texts} for key, texts in _agreed_texts(contract).items()}
    if _names_places(contract):
        agreed[_ABOUT_NAMES] = {name.strip() for name in place_names} - {""}
    for mark in sorted({"", *(mark.strip() for mark in contract.missing_marks)}):
        for what, texts in agreed.items():
            if mark in texts:
                said = repr(mark) if mark else "an empty cell"
                yield here, f"{said} means 'no value', and stands among {what} too; a cell means one thing, keep one"
        if _NUMBER.fullmatch(mark) and not isinstance(contract, AnswersContract):  # whose answers are often coded so
            yield here, f"{mark!r} is a number, and a true one would be missing; ask the provider for another mark"


def _agreed_texts(contract: Contract) -> dict[str, list[str]]:
    """List the texts that cells are compared with, by the key they stand under."""
    found = {"constants": list(contract.constants.values())}
    if isinstance(contract, OccasionContract):
        found["types"] = list(contract.types)
    elif isinstance(contract, TotalContract):
        found |= {"indicators": list(contract.indicators), "qualifiers": list(contract.qualifiers)}
    elif isinstance(contract, SurveyContract):
        found["questions"] = list(contract.questions)
    else:
        answers = [answer for question in contract.questions.values() for answer in (*question.yes, *question.no)]
        found |= {"strata": contract.strata, "questions": answers}
    return found


def _names_places(contract: Contract) -> bool:
    if isinstance(contract, OccasionContract):
        return contract.columns.place is not None
    return isinstance(contract, SurveyContract) or (
        isinstance(contract, AnswersContract) and contract.columns.area is not None
    )


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
