"""Decisions put beside the figures that they are about; the rule's own verdict stays with each."""

from dataclasses import replace
from datetime import date

from methods.figure import Figure
from methods.personal_data import find_in_cell
from methods.toml_comments import comment_problems
from schemas.decisions import DecisionsFile, Override
from schemas.errors import InvalidAgreementError, Problem
from schemas.told_names import told_name

_ABOUT_A_TARGET = {"kept", "not_kept"}


def with_overrides(figures: list[Figure], decisions: DecisionsFile, published_on: date) -> list[Figure]:
    """Return the figures, each with what had been decided of it by a day.

    Raises:
        InvalidAgreementError: when a decision is about no figure, or the rule now gives another status than it did when
            it was decided; with the line of each key at fault.
    """
    in_force = {item.figure: item for item in decisions.overrides if item.decided_on <= published_on}
    by_id = {figure.id: figure for figure in figures}
    problems = [
        decisions.problem(override, *fault)
        for override in in_force.values()
        if (fault := _fault(override, by_id.get(override.figure))) is not None
    ]
    if problems:
        raise InvalidAgreementError(problems)
    return [replace(figure, override=in_force.get(figure.id)) for figure in figures]


def refuse_personal_data(decisions: DecisionsFile) -> None:
    """Look at what is written in `decisions.toml` before anything of it is kept.

    Raises:
        InvalidAgreementError: naming the line and the kind, never the text.
    """
    problems: list[Problem] = [
        decisions.problem(override, "reason_sv", f"'reason_sv' seems to hold personal data ({kind}); write it without")
        for override in decisions.overrides
        if (kind := find_in_cell(override.reason_sv)) is not None
    ]
    problems += comment_problems(decisions.content, decisions.shown_path)
    if problems:
        raise InvalidAgreementError(problems)


def _fault(override: Override, figure: Figure | None) -> tuple[str, str] | None:
    """Return the key at fault, and why."""
    if figure is None:
        return "figure", "the agreement has no such figure; copy its id from promise_progress.csv"
    if figure.verdict is None:
        return "figure", "the figure is not rated, so there is nothing to decide"
    if figure.target is None and override.status in _ABOUT_A_TARGET:
        return "status", f"the figure has no target, so nobody can decide that one is {override.status!r}"
    if figure.target is not None and override.status == "reported":
        return "status", "'reported' is said where there is no target, and the figure has one"
    if figure.verdict.status != override.rule_status:
        then = told_name(override.rule_status)
        return "rule_status", (
            f"it was decided when the rule gave {then!r}, and now it gives {figure.verdict.status!r}; decide anew, or "
            "remove it"
        )
    return None
