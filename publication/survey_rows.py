"""Rows of `safety_survey`, from protected results."""

from decimal import Decimal
from typing import Any

from methods.survey import Change, SurveyResult
from publication.survey_wording import changes_sv
from schemas.agreement import Agreement
from schemas.contract import SurveyContract
from schemas.errors import LofteError

Row = dict[str, Any]
SHARE_PLACES = Decimal("0.000001")


def survey_rows(agreement: Agreement, results: list[SurveyResult]) -> list[Row]:
    """Make a row for each result that may be told."""
    questions = {(outcome.source, outcome.question_id): outcome.question_sv for outcome in agreement.outcomes}
    return [_row(agreement, result, questions[result.source_id, result.question_id]) for result in results]


def _row(agreement: Agreement, result: SurveyResult, question_sv: str) -> Row:
    source = agreement.source(result.source_id)
    names = {place.id: place.name_sv for place in agreement.places}
    if result.area_id not in names:
        raise LofteError(
            f"{agreement.id}: a survey that counts is about the place {result.area_id!r}, which is no longer there; "
            "put it back"
        )
    low, high = result.interval or (None, None)
    rounding = source.contract.share_rounding if isinstance(source.contract, SurveyContract) else None
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
        "share_low": low,
        "share_high": high,
        "respondents_count": result.respondents_count,
        "response_share": _rounded(result.response_share),
        "change_share": result.change.share if result.change else None,
        "change_verdict": result.change_verdict,
        "value_status": "suppressed" if result.is_withheld else "observed",
        "source_url": source.source_url,
        "share_basis": result.basis,
        "share_standard_error": result.standard_error,
        "design_effect": result.design_effect,
        "effective_respondents_count": result.effective_count,
        "is_imprecise": result.is_imprecise,
        "share_rounding": rounding,
        "unanswered_share": _rounded(result.unanswered_share),
        **_limits(result.change, ""),
        **_previous(result.change_from_previous),
        "change_sv": changes_sv(result),
    }


def _previous(change: Change | None) -> Row:
    return {
        "previous_survey_id": change.from_survey_id if change else None,
        "change_from_previous_share": change.share if change else None,
        "change_from_previous_verdict": change.verdict if change else "not_available",
        **_limits(change, "from_previous_"),
    }


def _limits(change: Change | None, against: str) -> Row:
    return {
        f"critical_change_{against}share": change.critical_share if change else None,
        f"smallest_detectable_change_{against}share": change.detectable_share if change else None,
    }


def _rounded(share: Decimal | None) -> Decimal | None:
    return None if share is None else share.quantize(SHARE_PLACES)
