"""A contract proposed from a sample of an export: each guess with what it rests on, for a person to confirm."""

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import get_args

import pandas as pd

from methods.cells import parse_amount, parse_count, parse_date
from schemas.contract import DateForm

# What only a person can say; `lofte check` refuses it until it has been replaced.
CONFIRM = "CONFIRM"
DATE_FORMS: tuple[str, ...] = get_args(get_args(DateForm)[0])
MISSING_MARKS = ("", "..", ".", "-", "–", "XX", "x", "saknas", "uppgift saknas")
_TYPES_MAX = 60
_HINTS = {
    "quantity": r"antal|summa|count|timmar|belopp",
    "type": r"typ|slag|åtgärd|insats|aktivitet|kategori|kind",
    "row_id": r"\bid\b|_id$|^id|nummer|löpnr",
    "place": r"plats|område|ort|stadsdel|place",
}


@dataclass
class Draft:
    """Which column is what; `notes` say of each guess what it rests on."""

    columns: dict[str, str] = field(default_factory=dict)
    date_form: str = CONFIRM
    missing_marks: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    missing_share: float = 0


def draft_of(cells: pd.DataFrame, decimal_mark: str) -> Draft:
    """Guess what each column of an export with a row per thing done is.

    Args:
        cells: text, by header.
        decimal_mark: of numbers in the text.
    """
    draft = Draft()
    texts = {str(name): [str(cell) for cell in cells[name]] for name in cells.columns}
    marks = {mark for column in texts.values() for mark in column if mark in MISSING_MARKS}
    _find_date(draft, texts, marks)
    _find_quantity(draft, texts, marks, decimal_mark)
    _find_type(draft, texts, marks)
    _find_row_id(draft, texts)
    used = set(draft.columns.values())
    draft.ignored = [name for name in texts if name not in used]
    for name in draft.ignored:
        draft.notes[name] = _note_on_ignored(name, texts[name])
    read = [texts[name] for name in used if name in texts]
    draft.missing_marks = sorted({cell for column in read for cell in column if cell in marks})
    if read and draft.missing_marks:
        rows = list(zip(*read, strict=True))
        # Rounded up, so that the sample itself is let in.
        draft.missing_share = math.ceil(100 * sum(any(cell in marks for cell in row) for row in rows) / len(rows)) / 100
    return draft


def draft_toml(draft: Draft, layout: str, evidence: str) -> str:
    """Write a draft as the table `[sources.contract]` of an agreement.

    Args:
        draft: the guesses.
        layout: the line that says how bytes become cells.
        evidence: what the sample was.
    """
    columns = ", ".join(f"{key} = {_quoted(name)}" for key, name in draft.columns.items())
    lines = [
        f"# A draft made from {evidence}. Read every line, replace each {CONFIRM}, then `lofte check`.",
        "[sources.contract]",
        'kind = "occasion_rows"',
        'grain = "row"',
        'accumulation = "period"              # no sample tells: year_to_date where each file holds the year so far',
        f"date_form = {_quoted(draft.date_form)}{_note(draft, 'occurred_on')}",
        f"missing_marks = {json.dumps(draft.missing_marks, ensure_ascii=False)}{_note(draft, 'missing')}",
        f"set_aside_share_max = {_share(draft)}",
        layout,
        f"columns = {{ {columns} }}",
        *(f"# {key}: {draft.notes[key]}" for key in ("quantity", "type", "row_id") if key in draft.notes),
        *(f"# {_quoted(name)} is not read: {draft.notes[name]}" for name in draft.ignored),
        f"ignored_columns = {json.dumps(draft.ignored, ensure_ascii=False)}",
        "",
        "[sources.contract.types]             # each kind of row, and the activity/indicator that it is counted as",
        *(f"{_quoted(kind)} = {_quoted(CONFIRM)}" for kind in draft.types or [CONFIRM]),
    ]
    return "\n".join(lines) + "\n"


def _share(draft: Draft) -> str:
    if not draft.missing_share:
        return "0              # held when any row cannot be read"
    return (
        f"{draft.missing_share:g}              # so many of the sample's rows have no value; held when more have none"
    )


def _find_date(draft: Draft, texts: dict[str, list[str]], marks: set[str]) -> None:
    for name, column in texts.items():
        said = [cell for cell in column if cell not in marks]
        for form in DATE_FORMS:
            if said and all(not isinstance(parse_date(cell, form), str) for cell in said):
                draft.columns["occurred_on"], draft.date_form = name, form
                draft.notes["occurred_on"] = f"every cell of {_quoted(name)} that says a day is one in this form"
                return
    draft.columns["occurred_on"] = CONFIRM
    draft.notes["occurred_on"] = "no column holds days in a known form"


def _find_quantity(draft: Draft, texts: dict[str, list[str]], marks: set[str], decimal_mark: str) -> None:
    free = [name for name in texts if name not in draft.columns.values()]
    numeric = [name for name in free if _is_numeric(texts[name], marks, decimal_mark)]
    # A single column of numbers may as well be the rows' own numbers, which nobody wants added up.
    counted = [name for name in numeric if not _is_each_once(texts[name])]
    found = _hinted(numeric, "quantity") or (counted[0] if len(numeric) == len(counted) == 1 else CONFIRM)
    draft.columns["quantity"] = found
    if found == CONFIRM:
        draft.notes["quantity"] = f"columns of numbers: {', '.join(map(_quoted, numeric)) or 'none'}"
        return
    is_whole = all(isinstance(parse_count(cell), int) for cell in texts[found] if cell not in marks)
    what = "whole numbers" if is_whole else "numbers with decimals: an indicator of hours or money"
    draft.notes["quantity"] = f"{_quoted(found)} holds {what}"


def _find_type(draft: Draft, texts: dict[str, list[str]], marks: set[str]) -> None:
    free = [name for name in texts if name not in draft.columns.values()]
    few = [name for name in free if 0 < len(_said(texts[name], marks)) <= min(_TYPES_MAX, len(texts[name]))]
    plain = [name for name in few if not any(re.fullmatch(r"[\d\W]*", cell) for cell in _said(texts[name], marks))]
    found = _hinted(plain, "type") or (plain[0] if len(plain) == 1 else CONFIRM)
    draft.columns["type"] = found
    if found == CONFIRM:
        draft.notes["type"] = f"columns with few different texts: {', '.join(map(_quoted, plain)) or 'none'}"
        return
    draft.types = sorted(_said(texts[found], marks))
    draft.notes["type"] = f"{_quoted(found)} holds {len(draft.types)} different texts; later files may hold more"


def _is_each_once(column: list[str]) -> bool:
    return all(column) and len(set(column)) == len(column) > 1


def _find_row_id(draft: Draft, texts: dict[str, list[str]]) -> None:
    free = [name for name in texts if name not in draft.columns.values()]
    unique = [name for name in free if _is_each_once(texts[name])]
    found = _hinted(unique, "row_id")
    if found is not None:
        draft.columns["row_id"] = found
        draft.notes["row_id"] = f"every cell of {_quoted(found)} is another"


def _note_on_ignored(name: str, column: list[str]) -> str:
    said = {cell for cell in column if cell}
    if any(re.fullmatch(r"0\d+", cell) for cell in said):
        return "codes with leading zeros; were it read, it would be as text"
    if len(said) == 1:
        return "one and the same text in every row; it could be demanded by constants"
    if re.search(_HINTS["place"], name.casefold()):
        return "it may name places; to count by them list the places in the agreement and name it as place"
    return "nothing in the contract needs it"


def _is_numeric(column: list[str], marks: set[str], decimal_mark: str) -> bool:
    said = [cell for cell in column if cell not in marks]
    is_code = any(re.fullmatch(r"0\d+", cell) for cell in said)
    return bool(said) and not is_code and all(isinstance(parse_amount(cell, decimal_mark), Decimal) for cell in said)


def _hinted(names: Iterable[str], key: str) -> str | None:
    return next((name for name in names if re.search(_HINTS[key], name.casefold())), None)


def _said(column: list[str], marks: set[str]) -> set[str]:
    return {cell for cell in column if cell not in marks}


def _note(draft: Draft, key: str) -> str:
    return f"  # {draft.notes[key]}" if key in draft.notes else ""


def _quoted(text: str) -> str:
    """Write a TOML basic string; every JSON string of printable text is one."""
    return json.dumps(text, ensure_ascii=False)
