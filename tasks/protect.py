"""Protect: the gate before publication; what could single a person out loses its numbers here."""

from dataclasses import dataclass

from methods.figure import Figure
from methods.survey import SurveyResult, told_results
from schemas.agreement import Agreement
from tasks import step


@dataclass(frozen=True)
class Protected:
    """Figures and survey results that may be published."""

    figures: list[Figure]
    survey: list[SurveyResult]


@step("protect")
def protect_figures(agreement: Agreement, figures: list[Figure], survey: list[SurveyResult]) -> Protected:
    """Take every number away that must not be published, with all that it could be told from."""
    shown = [figure.without_numbers() if figure.is_withheld else figure for figure in figures]
    return Protected(shown, told_results(agreement, survey))
