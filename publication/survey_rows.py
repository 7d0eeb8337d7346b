"""Rows of `safety_survey`, from protected results."""

from decimal import Decimal
from typing import Any

from methods.survey import SurveyResult
from schemas.agreement import Agreement
from schemas.errors import LofteError

Row = dict[str, Any]
SHARE_PLACES = Decimal("0.0001")


def survey_rows(agreement: Agreement, results: list[SurveyResult]) -> list[Row]:
    """Make a row for each question that the agreement follows; nothing else of a survey is published."""
    questions = {(outcome.source, outcome.question_id): outcome for outcome in agreement.outcomes}
    return [
        _row(agreement, result, questions[result.source_id, result.question_id].question_sv)
        for result in results
        if (result.source_id, result.question_id) in questions
    ]


def _row(agreement: Agreement, result: SurveyResult, question_sv: str) -> Row:
    source = agreement.source(result.source_id)
    names = {place.id: place.name_sv for place in agreement.places}
    if result.area_id not in names:
        raise LofteError(
            f"{agreement.id}: a survey that counts is about the place {result.area_id!r}, which is no longer there; "
            "put it back"
        )
    return {
        "agreement_id": agreement.id,
        "is_example": source.is_example,
        "survey_id": result.survey_id,
        "question_id": result.question_id,
        "question_sv": question_sv,
        "area_id": result.area_id,
        "area_name_sv": names[result.area_id],
        "surveyed_on": result.surveyed_on,
        "share": _rounded(result.share),
        "share_low": None,
        "share_high": None,
        "respondents_count": result.respondents_count,
        "response_share": _rounded(result.response_share),
        "change_share": _rounded(result.change_share),
        "change_verdict": result.change_verdict,
        "value_status": "suppressed" if result.is_withheld else "observed",
        "source_url": source.source_url,
    }


def _rounded(share: Decimal | None) -> Decimal | None:
    return None if share is None else share.quantize(SHARE_PLACES)
