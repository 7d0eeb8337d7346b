"""The comments of TOML files that are kept as they are written: no key of theirs holds what stands there."""

from methods.personal_data import find_in_cell
from schemas.errors import Problem


def comment_problems(toml: bytes, shown_path: str) -> list[Problem]:
    """List what seems to be personal data in the comments of a TOML file, which is kept as it is written.

    A number sign within a text begins no comment; what stands behind it is looked at all the same.
    """
    return [
        Problem(shown_path, number, f"a comment seems to hold personal data ({kind}); write it without")
        for number, line in enumerate(toml.decode("utf-8").split("\n"), start=1)
        if (kind := find_in_cell(line.partition("#")[2])) is not None
    ]
