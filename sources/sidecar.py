"""What somebody has written beside a delivery: read strictly, and looked at before anything of it is kept or told."""

from typing import TypeVar

from methods.personal_data import find_in_cell
from methods.toml_comments import comment_problems
from schemas.errors import PersonalDataError
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
    said = read_toml(content, shown_path, model)
    refuse_personal_words(shown_path, said)
    if problems := comment_problems(content, shown_path):
        raise PersonalDataError(f"{problems[0]}; nothing was kept")
    return said


def refuse_personal_words(where: str, said: StrictModel) -> None:
    """Look at every free text that is said of a delivery; an address may write a space as a plus.

    Raises:
        PersonalDataError: naming the key and the kind, never the text.
    """
    for key in _FREE:
        text = getattr(said, key, None) or ""
        kind = find_in_cell(text) or find_in_cell(text.replace("+", " "))
        if kind is not None:
            raise PersonalDataError(
                f"{where}: {key} seems to hold personal data ({kind}), and nothing was kept; write it without"
            )
