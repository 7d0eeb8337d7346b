"""Rows that say what was promised: agreement, promises, activities, their bridges, and targets."""

from typing import Any

from publication.wording import unit_sv
from schemas.agreement import Agreement, finality_of
from schemas.target import CountTarget

Row = dict[str, Any]
_PERIOD_TYPES = {
    "calendar_year": "year",
    "year_from_signing": "year_from_signing",
    "agreement": "agreement",
    "tertial": "tertial",
    "month": "month",
}


def agreement_rows(agreement: Agreement) -> dict[str, list[Row]]:
    """Return the rows of every table that follows from the agreement alone, by table name."""
    return {
        "agreements": [_agreement_row(agreement)],
        "promises": [
            _of(agreement, promise_id=promise.id, text_sv=promise.text_sv, text_en=promise.text_en)
            for promise in agreement.promises
        ],
        "activities": [
            {
                "agreement_id": agreement.id,
                "activity_id": activity.id,
                **activity.model_dump(include={"label_sv", "label_en", "text_sv", "text_en", "owner", "counted_by"}),
                "open_wording_sv": activity.open_wording_sv,
            }
            for activity in agreement.activities
        ],
        "activity_promises": [
            _of(agreement, activity_id=activity.id, promise_id=promise)
            for activity in agreement.activities
            for promise in activity.promises
        ],
        "agreement_municipalities": [
            _of(agreement, municipality_code=item.code, municipality_name=item.name)
            for item in agreement.municipalities
        ],
        "targets": _target_rows(agreement),
        "amendments": _amendment_rows(agreement),
        "sources": _source_rows(agreement),
    }


def _agreement_row(agreement: Agreement) -> Row:
    return _of(
        agreement,
        title_sv=agreement.title_sv,
        title_en=agreement.title_en,
        starts_on=agreement.starts_on,
        is_start_assumed=agreement.is_start_assumed,
        ends_on=agreement.ends_on,
        signed_on=agreement.signed_on,
        source_url=agreement.source_url,
        in_force_until_on=agreement.in_force_until_on,
        replaced_by_agreement_id=next((item.replaced_by for item in agreement.amendments if item.replaced_by), None),
    )


def _source_rows(agreement: Agreement) -> list[Row]:
    offices = {office.id: office.name_sv for office in agreement.offices}
    return [
        _of(
            agreement,
            is_example=source.is_example,
            source_id=source.id,
            source_title_sv=source.title_sv,
            provider=offices[source.provider],
            cadence=source.cadence,
            due_day=source.due_day,
            started_on=source.started_on,
            ended_on=source.ended_on,
            ended_reason_sv=source.ended_reason_sv,
            taken_over_by_source_id=source.taken_over_by,
            pauses_sv="; ".join(f"{p.from_on} till {p.to_on}: {p.reason_sv}" for p in source.pauses) or None,
            finality=finality_of([source]),
            source_url=source.source_url,
        )
        for source in agreement.sources
    ]


def _amendment_rows(agreement: Agreement) -> list[Row]:
    return [
        _of(
            agreement,
            amendment_id=item.id,
            amendment_kind=item.kind,
            effective_on=item.effective_on,
            amended_ends_on=item.ends_on,
            replaced_by_agreement_id=item.replaced_by,
            rated_targets=item.rates,
            amendment_sv=item.text_sv,
            decision_url=item.decision_url,
        )
        for item in agreement.amendments
    ]


def _target_rows(agreement: Agreement) -> list[Row]:
    return [
        _of(
            agreement,
            target_id=target.id,
            activity_id=activity.id,
            indicator_id=target.indicator,
            reading_id=reading.id,
            reading_sv=reading.label_sv,
            is_rated_reading=reading.is_rated,
            comparison=target.comparison,
            value=target.number,
            unit=next(unit_sv(item, target) for item in activity.indicators if item.id == target.indicator),
            period_type=_PERIOD_TYPES[reading.period],
            place_scope=target.place_scope if isinstance(target, CountTarget) else None,
            registered_on=target.registered_on,
            decision_url=target.decision_url,
            revises_target_id=target.revises,
            amendment_id=target.amendment,
        )
        for activity in agreement.activities
        for target in activity.targets
        for reading in target.readings
    ]


def _of(agreement: Agreement, **cells: Any) -> Row:
    return {"agreement_id": agreement.id, **cells}
