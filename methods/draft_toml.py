"""A draft of a contract as TOML, which a person reads line by line."""

import re

from methods.contract_draft import Draft
from methods.toml_text import quoted, quoted_list
from schemas.unconfirmed import CONFIRM


def draft_toml(draft: Draft, layout: str, evidence: str) -> str:
    """Write a draft as the table `[sources.contract]` of an agreement.

    Args:
        draft: the guesses.
        layout: the line that says how bytes become cells.
        evidence: what the sample was.
    """
    lines = [
        f"# A draft made from {evidence}. Read every line, replace each {CONFIRM}, then `lofte check`.",
        "[sources.contract]",
        f"kind = {quoted(draft.kind)}{_note(draft, 'kind')}",
        f"grain = {quoted(draft.grain)}{_note(draft, 'grain')}",
        f"accumulation = {quoted(draft.accumulation)}{_note(draft, 'accumulation')}",
        *([] if draft.date_form is None else [f"date_form = {quoted(draft.date_form)}{_note(draft, 'occurred_on')}"]),
        f"missing_marks = {quoted_list(draft.missing_marks)}",
        *_share(draft),
        layout,
        f"columns = {_table(draft.columns)}",
        *(f"# {key}: {draft.notes[key]}" for key in draft.columns if key in draft.notes and key != "occurred_on"),
        *(f"# {quoted(name)} is not read: {draft.notes[name]}" for name in draft.ignored),
        f"ignored_columns = {quoted_list(draft.ignored)}",
        *([] if draft.qualifiers is None else [f"qualifiers = {_table(draft.qualifiers)}"]),
        "",
        f"[sources.contract.{draft.meanings}]".ljust(37)
        + "# each kind of row, and the activity/indicator that it is counted as",
        *(f"{quoted(text)} = {quoted(CONFIRM)}" for text in draft.named or [CONFIRM]),
    ]
    return "\n".join(lines) + "\n"


def _share(draft: Draft) -> list[str]:
    if "set_aside_share_max" in draft.notes:
        return [
            f"set_aside_share_max = {quoted(CONFIRM)}",
            f"# set_aside_share_max: {draft.notes['set_aside_share_max']}",
        ]
    if not draft.missing_share:
        return ["set_aside_share_max = 0              # held when any row cannot be read"]
    why = "so many of the sample's rows have no value; held when more have none"
    return [f"set_aside_share_max = {draft.missing_share:g}              # {why}"]


def _note(draft: Draft, key: str) -> str:
    return f"  # {draft.notes[key]}" if key in draft.notes else ""


def _table(texts: dict[str, str]) -> str:
    """Write an inline table; keys that are no bare ones stand in quotes."""
    keys = {key: key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else quoted(key) for key in texts}
    return f"{{ {', '.join(f'{keys[key]} = {quoted(text)}' for key, text in texts.items())} }}"
