"""Rows of `promise_progress` and `overview`, from protected figures."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Any

from methods.figure import Figure
from publication.wording import actual_sv, missing_sv, places_sv, reason_sv, target_sv, unit_sv
from schemas.agreement import Agreement
from schemas.codes import MEASURED_BY_SV, OWNER_SV, STATUS_WORDS
from schemas.target import DirectionTarget, MilestoneTarget

SHARE_PLACES = Decimal("0.0001")
NUMBER_PLACES = Decimal("0.000001")
Row = dict[str, Any]


@dataclass(frozen=True)
class Frame:
    """What is the same for every row of a release."""

    agreement: Agreement
    base_url: str
    published_on: date

    def figure_url(self, figure: Figure) -> str:
        """Return the address of a figure on the newest page."""
        return f"{self.base_url}{self.agreement.id}/latest/#{figure.id}"


def progress_row(figure: Figure, frame: Frame) -> Row:
    """Make a figure's row of `promise_progress`."""
    return {
        "figure_id": figure.id,
        "is_example": figure.is_example,
        **_agreement_cells(frame.agreement),
        **_activity_cells(figure),
        **_indicator_cells(figure),
        "place_id": "+".join(place.id for place in figure.places) or None,
        "place_name_sv": places_sv(figure),
        **_period_cells(figure),
        **_target_cells(figure),
        **_actual_cells(figure),
        **_status_cells(figure),
        "deliveries_due": figure.deliveries_due,
        "deliveries_received": figure.deliveries_received,
        "covered_until_on": figure.covered_until_on,
        **_outlook_cells(figure),
        "changed_on": frame.published_on,
        "statement_id": None,
        "source_url": figure.source_url,
        "figure_url": frame.figure_url(figure),
        "amendment_id": figure.period.amendment_id or (figure.target.amendment if figure.target else None),
        "is_comparable": figure.indicator.is_comparable if figure.indicator else None,
        **_pace_cells(figure),
    }


def overview_rows(figures: list[Figure], frame: Frame) -> list[Row]:
    """Make the overview: each reading's own periods where there is a target, else each year."""
    return [
        _overview_row(figure, frame)
        for figure in figures
        if figure.target is not None or (figure.is_untargeted and figure.period.type == "year")
    ]


def _overview_row(figure: Figure, frame: Frame) -> Row:
    promises = {promise.id: promise.text_sv for promise in frame.agreement.promises}
    words = STATUS_WORDS[figure.status] if figure.status else None
    activity = figure.activity
    several = len(activity.indicators) > 1 and figure.indicator is not None
    label = f"{activity.label_sv}: {figure.indicator.label_sv}" if several and figure.indicator else activity.label_sv
    return {
        "is_example": figure.is_example,
        "municipality_name": ", ".join(item.name for item in frame.agreement.municipalities),
        "agreement_title_sv": frame.agreement.title_sv,
        "promises_sv": " ".join(promises[promise] for promise in activity.promises) or None,
        "activity_label_sv": label,
        "activity_text_sv": activity.text_sv,
        "owner_sv": OWNER_SV[activity.owner],
        "place_name_sv": places_sv(figure),
        "period_label_sv": figure.period.label_sv,
        "reading_sv": figure.reading.label_sv if figure.reading else None,
        "target_sv": target_sv(figure),
        "actual_sv": actual_sv(figure),
        "actual_count": _number(figure.actual.value) if figure.actual else None,
        "status_label_sv": words.label_sv if words else None,
        "status_reason_sv": reason_sv(figure),
        "covered_until_on": figure.covered_until_on,
        "missing_sv": missing_sv(figure),
        "counted_by_sv": _counted_by_sv(figure, frame.agreement),
        "statement_sv": None,
        "source_url": figure.source_url,
        "figure_url": frame.figure_url(figure),
    }


def _counted_by_sv(figure: Figure, agreement: Agreement) -> str | None:
    """Say who counts; nothing of a milestone, nor where there is nothing to count, or no source to count it from."""
    if figure.is_direction:
        return MEASURED_BY_SV["survey"]
    is_counted = figure.indicator is not None and not isinstance(figure.target, MilestoneTarget)
    if not is_counted or not agreement.sources_of(figure.activity, figure.indicator):
        return None
    return MEASURED_BY_SV[figure.activity.counted_by]


def _agreement_cells(agreement: Agreement) -> Row:
    only = agreement.municipalities[0] if len(agreement.municipalities) == 1 else None
    return {
        "agreement_id": agreement.id,
        "municipality_code": only.code if only else None,
        "municipality_name": only.name if only else None,
        "area_id": agreement.area.id if agreement.area else None,
        "area_name_sv": agreement.area.name_sv if agreement.area else None,
    }


def _activity_cells(figure: Figure) -> Row:
    activity = figure.activity
    return {
        "activity_id": activity.id,
        "activity_label_sv": activity.label_sv,
        "activity_label_en": activity.label_en,
        "owner": activity.owner,
        "counted_by": activity.counted_by,
    }


def _indicator_cells(figure: Figure) -> Row:
    indicator = figure.indicator
    return {
        "indicator_id": indicator.id if indicator else None,
        "indicator_series_id": indicator.series_id if indicator else None,
        "indicator_role": indicator.role if indicator else None,
        "indicator_label_sv": indicator.label_sv if indicator else None,
        "unit": unit_sv(indicator, figure.target) if indicator else None,
        "disclosure_unit": (indicator.disclosure_unit or "undeclared") if indicator else None,
    }


def _period_cells(figure: Figure) -> Row:
    period = figure.period
    return {
        "period_type": period.type,
        "period_label_sv": period.label_sv,
        "period_start_on": period.start_on,
        "period_end_on": period.end_on,
        "is_clipped": period.is_clipped,
    }


def _target_cells(figure: Figure) -> Row:
    target, reading = figure.target, figure.reading
    untargeted = "none" if figure.is_untargeted and figure.indicator else None
    return {
        "target_id": target.id if target else None,
        "reading_id": reading.id if reading else None,
        "reading_sv": reading.label_sv if reading else None,
        "is_rated_reading": figure.is_rated if reading else None,
        "target_comparison": target.comparison if target else untargeted,
        "target_value": figure.target_number,
    }


def _actual_cells(figure: Figure) -> Row:
    actual, number = figure.actual, figure.target_number
    achieved = actual.low / number if actual and number and not isinstance(figure.target, DirectionTarget) else None
    return {
        "actual_value": _number(actual.value) if actual else None,
        "actual_qualifier": actual.qualifier if actual else None,
        "actual_low": _number(actual.low, ROUND_FLOOR) if actual else None,
        "actual_high": _number(actual.high, ROUND_CEILING) if actual and actual.high is not None else None,
        "value_status": figure.value_status,
        "achieved_share": _achieved(achieved) if achieved is not None else None,
    }


def _achieved(share: Decimal) -> Decimal:
    """Round what has been achieved of a target; it is 1 only where it is just the target, which may be a limit.

    >>> [str(_achieved(Decimal(share))) for share in ("0.49999", "0.99999", "1", "1.00001", "1.83333")]
    ['0.5000', '0.9999', '1.0000', '1.0001', '1.8333']
    """
    shown = share.quantize(SHARE_PLACES)
    if shown != 1 or share == 1:
        return shown
    return share.quantize(SHARE_PLACES, ROUND_FLOOR if share < 1 else ROUND_CEILING)


def _number(value: Decimal, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """Write a number with as many decimals as are published; bounds are rounded outward."""
    return value.quantize(NUMBER_PLACES, rounding)


def _status_cells(figure: Figure) -> Row:
    verdict = figure.verdict
    words = STATUS_WORDS[figure.status] if figure.status else None
    return {
        "status": figure.status,
        "status_label_sv": words.label_sv if words else None,
        "status_label_en": words.label_en if words else None,
        "status_rule": verdict.rule if verdict else None,
        "status_reason_sv": reason_sv(figure),
        "is_override": figure.override is not None,
        "rule_status": verdict.status if verdict else None,
    }


def _pace_cells(figure: Figure) -> Row:
    """Tell what the outlook rests on, so that anyone can calculate it again."""
    pace = figure.outlook.pace if figure.outlook else None
    return {
        "pace_share": _number(Decimal(pace.share.numerator) / pace.share.denominator) if pace else None,
        "prior_count": _number(Decimal(pace.prior_count)) if pace else None,
        "prior_periods": _number(Decimal(pace.prior_periods)) if pace else None,
        "dispersion": _number(Decimal(pace.dispersion)) if pace else None,
        "pace_basis": ("season" if pace.is_seasonal else "days") if pace else None,
    }


def _outlook_cells(figure: Figure) -> Row:
    found = figure.outlook
    return {
        "reach_probability": Decimal(found.reach_probability).quantize(SHARE_PLACES) if found else None,
        "forecast_low": found.low if found else None,
        "forecast_high": found.high if found else None,
    }
