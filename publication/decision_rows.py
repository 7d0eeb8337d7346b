"""Rows of `decisions`: what offices have decided to say of figures, beside what the rule gives."""

from typing import Any

from methods.figure import Figure
from schemas.agreement import Agreement

Row = dict[str, Any]


def decision_rows(agreement: Agreement, figures: list[Figure]) -> list[Row]:
    """Make a row for each figure that has been decided about."""
    offices = {office.id: office.name_sv for office in agreement.offices}
    return [
        {
            "agreement_id": agreement.id,
            "figure_id": figure.id,
            "is_example": figure.is_example,
            "status": figure.override.status,
            "rule_status": figure.verdict.status,
            "office_sv": offices[figure.override.office],
            "decided_on": figure.override.decided_on,
            "decision_reason_sv": figure.override.reason_sv,
            "decision_url": figure.override.decision_url,
        }
        for figure in figures
        if figure.override is not None and figure.verdict is not None
    ]
