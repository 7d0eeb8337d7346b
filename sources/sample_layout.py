"""A sample of an export, with the line of a contract that says how it is read, and what only a person can say of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from methods.header_diff import quotable
from methods.personal_data_scan import CellFinder
from methods.toml_text import named, quoted
from schemas.errors import PersonalDataError
from schemas.layout import Layout
from schemas.text_table import TextTable
from schemas.unconfirmed import CONFIRM
from sources.json_document import Place


@dataclass(frozen=True)
class Sample:
    """A sample as cells of text, with the line of a contract that says how it is read."""

    table: TextTable
    layout: Layout
    layout_line: str


def layout_line(layout: str, said: dict[str, str | int], notes: dict[str, str]) -> str:
    """Write a layout; of a key with a note only a person can say what belongs there.

    >>> layout_line("xlsx", {"sheet": "Uttag", "header_row": 1}, {"sheet": "# sheet: say which"})
    'xlsx = { sheet = "CONFIRM", header_row = 1 }\\n# sheet: say which'
    """
    keys = {**said, **dict.fromkeys(notes, CONFIRM)}
    written = ", ".join(f"{key} = {_value(value)}" for key, value in keys.items())
    return "\n".join([f"{layout} = {{ {written} }}", *notes.values()])


def note_on_others(key: str, taken: str, others: list[str], what: str) -> dict[str, str]:
    """Name what else a file holds, as far as names that could be data may be told."""
    if not others:
        return {}
    told = named(map(quotable, others))
    return {key: f"# {key}: the draft is made from {quoted(taken)}; other {what}: {told}. Say which"}


def _value(value: str | int) -> str:
    return quoted(value) if isinstance(value, str) else str(value)


def refuse_personal_data(texts: Iterable[tuple[str | Place, str]]) -> None:
    """Look at each text of a sample.

    Args:
        texts: by where each stands.

    Raises:
        PersonalDataError: naming the place of the first that seems to hold personal data.
    """
    find = CellFinder()
    refuse_found(next(((str(place), kind) for place, text in texts if (kind := find(text)) is not None), None))


def refuse_found(found: tuple[str, str] | None) -> None:
    """Refuse a sample in which a place seems to hold a kind of personal data.

    Raises:
        PersonalDataError: naming both.
    """
    if found is not None:
        place, kind = found
        raise PersonalDataError(
            f"{place} seems to hold personal data ({kind}); ask the provider for a sample without it"
        )
