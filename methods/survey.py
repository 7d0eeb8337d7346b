"""Published survey shares beside their baseline; nothing is tested without a stated design effect."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from methods.disclosure import is_share_withheld

ChangeVerdict = Literal["baseline", "not_tested", "not_available"]


@dataclass(frozen=True)
class SurveyResult:
    """A share of one survey, question and area; `share` is None where it is withheld."""

    source_id: str
    survey_id: str
    question_id: str
    area_id: str
    surveyed_on: date
    share: Decimal | None
    respondents_count: int | None
    response_share: Decimal | None
    change_share: Decimal | None = None
    change_verdict: ChangeVerdict = "not_available"

    @property
    def is_withheld(self) -> bool:
        """The share exists and is not shown."""
        return self.share is None


def protected(result: SurveyResult) -> SurveyResult:
    """Return a result without its numbers where they rest on too few answers."""
    if result.share is None:
        return result
    if result.respondents_count is not None and not is_share_withheld(result.share, result.respondents_count):
        return result
    return replace(result, share=None, respondents_count=None, response_share=None)


def with_changes(results: list[SurveyResult], starts_on: date) -> list[SurveyResult]:
    """Set each result beside the last survey before the agreement's start, same question and area.

    Withheld shares give no change, and are no baseline that a change could be told from.
    """
    return [_with_change(result, _baseline(result, results, starts_on)) for result in results]


def _baseline(result: SurveyResult, results: list[SurveyResult], starts_on: date) -> SurveyResult | None:
    before = [
        other
        for other in results
        if (other.question_id, other.area_id) == (result.question_id, result.area_id) and other.surveyed_on < starts_on
    ]
    return max(before, key=lambda other: other.surveyed_on, default=None)


def _with_change(result: SurveyResult, baseline: SurveyResult | None) -> SurveyResult:
    if result == baseline:
        return replace(result, change_verdict="baseline")
    if baseline is None or baseline.share is None or result.share is None:
        return result
    if result.surveyed_on < baseline.surveyed_on:
        return result
    return replace(result, change_share=result.share - baseline.share, change_verdict="not_tested")
