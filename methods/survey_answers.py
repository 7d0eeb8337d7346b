"""Answers become estimates, question by area; what rests on too few is gone before anything is kept.

An area's number can also be told from those of the whole and of the other areas. So what is left of the whole when the
shown areas are taken away must itself be something that could be shown, or one more area is withheld.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from methods.disclosure import is_estimate_withheld
from methods.survey import PLACES, SurveyResult, protected, withheld
from methods.survey_design import Design, Estimate, Numbers, estimate_share


@dataclass(frozen=True)
class Respondents:
    """All respondents of one survey, one entry each.

    `areas` holds the place of each, None where it is not known; `answers` holds 1, 0 or NaN by question.
    """

    design: Design
    areas: Numbers
    answers: dict[str, Numbers]


@dataclass(frozen=True)
class Survey:
    """The survey that they answered."""

    source_id: str
    survey_id: str
    surveyed_on: date
    whole_area: str | None
    response_share: Decimal | None


def estimates_of(respondents: Respondents, survey: Survey) -> list[SurveyResult]:
    """Estimate the share of yes to each question in each area and in the whole; too few answers give no numbers.

    Raises:
        DesignError: when no variance follows from the design.
    """
    return [
        result
        for question_id, answers in respondents.answers.items()
        for result in _of_question(respondents, survey, question_id, answers)
    ]


def _of_question(
    respondents: Respondents, survey: Survey, question_id: str, answers: Numbers
) -> Iterator[SurveyResult]:
    has_answered = ~np.isnan(answers)
    areas: list[str] = sorted({area for area in respondents.areas if area is not None} - {survey.whole_area})
    within = {area: respondents.areas == area for area in areas}
    if survey.whole_area is not None:
        within[survey.whole_area] = np.ones(len(answers), dtype=bool)
    found = {area: estimate_share(respondents.design, answers, asked & has_answered) for area, asked in within.items()}
    shown = {
        area: protected(_result(survey, question_id, area, estimate, int(within[area].sum())))
        for area, estimate in found.items()
        if estimate is not None
    }
    for area in _told_by_subtraction(shown, survey.whole_area):
        shown[area] = withheld(shown[area])
    yield from shown.values()


def _result(survey: Survey, question_id: str, area_id: str, estimate: Estimate, asked_count: int) -> SurveyResult:
    return SurveyResult(
        source_id=survey.source_id,
        survey_id=survey.survey_id,
        question_id=question_id,
        area_id=area_id,
        surveyed_on=survey.surveyed_on,
        share=_decimal(estimate.share),
        respondents_count=estimate.count,
        response_share=survey.response_share,
        basis="answers",
        standard_error=_decimal(estimate.standard_error),
        numerator_count=estimate.numerator,
        effective_count=_decimal(estimate.effective_count),
        freedom_count=estimate.freedom,
        unanswered_share=_decimal(1 - estimate.count / asked_count),
    )


def _told_by_subtraction(results: dict[str, SurveyResult], whole_area: str | None) -> list[str]:
    """List the areas to withhold, smallest first, so that what is left of the whole tells of nobody."""
    whole = results.get(whole_area or "")
    if whole is None or whole.is_withheld:
        return []
    shown = [area for area, result in results.items() if area != whole_area and not result.is_withheld]
    shown.sort(key=lambda area: (_count(results[area]), area))
    hidden: list[str] = []
    while shown and _is_left_over_telling(whole, [results[area] for area in shown]):
        hidden.append(shown.pop(0))
    return hidden


def _is_left_over_telling(whole: SurveyResult, parts: list[SurveyResult]) -> bool:
    count = _count(whole) - sum(_count(part) for part in parts)
    numerator = (whole.numerator_count or 0) - sum(part.numerator_count or 0 for part in parts)
    return count > 0 and is_estimate_withheld(numerator, count)


def _count(result: SurveyResult) -> int:
    return result.respondents_count or 0


def _decimal(number: float) -> Decimal:
    return Decimal(repr(float(number))).quantize(PLACES)
