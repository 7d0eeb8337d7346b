"""What somebody has written beside a delivery: read strictly, and looked at before anything of it is kept or told."""

from dataclasses import replace
from typing import TypeVar
from urllib.parse import unquote_plus

from methods.header_diff import quotable
from methods.personal_data import find_in_cell, find_personal_data
from schemas.errors import InvalidAgreementError, PersonalDataError, Problem
from schemas.strict import StrictModel
from schemas.toml_file import read_toml

Said = TypeVar("Said", bound=StrictModel)

SIDECAR_SUFFIX = ".toml"
# The others are months, and what an agreement calls its own, which can look like a telephone number.
_FREE = ("source_url", "note_sv", "registration_number", "keyed_by")


def read_sidecar(content: bytes, shown_path: str, model: type[Said]) -> Said:
    """Read `FILE.toml` beside a file.

    Raises:
        InvalidAgreementError: with every problem found, each with its line; no key that could be data is named.
        PersonalDataError: when it seems to hold personal data.
    """
    try:
        said = read_toml(content, shown_path, model, quotable)
    except InvalidAgreementError as error:
        # The cause would repeat the text in a traceback.
        raise InvalidAgreementError([_tellable(problem) for problem in error.problems]) from None
    refuse_personal_words(shown_path, said)
    return said


def refuse_personal_words(where: str, said: StrictModel) -> None:
    """Look at every free text that is said of a delivery; at an address also as it reads without its escapes.

    Raises:
        PersonalDataError: naming the key and the kind, never the text.
    """
    for key in _FREE:
        text = getattr(said, key, None) or ""
        kind = find_in_cell(text) or find_in_cell(unquote_plus(text))
        if kind is not None:
            raise PersonalDataError(
                f"{where}: {key} seems to hold personal data ({kind}), and nothing was kept; write it without"
            )


def _tellable(problem: Problem) -> Problem:
    """Leave out what is said of a line where it names a key that must not be repeated."""
    if find_personal_data(problem.message) is None:
        return problem
    return replace(problem, message="not TOML, and seems to hold personal data; write it without")
