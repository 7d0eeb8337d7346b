"""Rows of `promise_progress` and `overview`, from protected figures."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from methods.figure import Figure
from publication.wording import actual_sv, missing_sv, reason_sv, target_sv
from schemas.agreement import Agreement, CountTarget
from schemas.codes import COUNTED_BY_SV, OWNER_SV, STATUS_WORDS

SHARE_PLACES = Decimal("0.0001")
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
        "place_id": None,
        "place_name_sv": None,
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
    words = STATUS_WORDS[figure.verdict.status] if figure.verdict else None
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
        "place_name_sv": None,
        "period_label_sv": figure.period.label_sv,
        "reading_sv": figure.reading.label_sv if figure.reading else None,
        "target_sv": target_sv(figure.target),
        "actual_sv": actual_sv(figure.actual),
        "actual_count": figure.actual.value if figure.actual else None,
        "status_label_sv": words.label_sv if words else None,
        "status_reason_sv": reason_sv(figure),
        "covered_until_on": figure.covered_until_on,
        "missing_sv": missing_sv(figure),
        "counted_by_sv": COUNTED_BY_SV[activity.counted_by],
        "statement_sv": None,
        "source_url": figure.source_url,
        "figure_url": frame.figure_url(figure),
    }


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
        "unit": indicator.unit if indicator else None,
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
        "is_rated_reading": reading.is_rated if reading else None,
        "target_comparison": target.comparison if target else untargeted,
        "target_value": target.value if isinstance(target, CountTarget) else None,
    }


def _actual_cells(figure: Figure) -> Row:
    actual, target = figure.actual, figure.target
    share = None
    if actual is not None and isinstance(target, CountTarget) and target.value:
        share = (actual.low / target.value).quantize(SHARE_PLACES)
    return {
        "actual_value": actual.value if actual else None,
        "actual_qualifier": actual.qualifier if actual else None,
        "actual_low": actual.low if actual else None,
        "actual_high": actual.high if actual else None,
        "value_status": figure.value_status,
        "achieved_share": share,
    }


def _status_cells(figure: Figure) -> Row:
    verdict = figure.verdict
    words = STATUS_WORDS[verdict.status] if verdict else None
    return {
        "status": verdict.status if verdict else None,
        "status_label_sv": words.label_sv if words else None,
        "status_label_en": words.label_en if words else None,
        "status_rule": verdict.rule if verdict else None,
        "status_reason_sv": reason_sv(figure),
        "is_override": False,
        "rule_status": verdict.status if verdict else None,
    }


def _outlook_cells(figure: Figure) -> Row:
    found = figure.outlook
    return {
        "reach_probability": Decimal(found.reach_probability).quantize(SHARE_PLACES) if found else None,
        "forecast_low": found.low if found else None,
        "forecast_high": found.high if found else None,
    }
