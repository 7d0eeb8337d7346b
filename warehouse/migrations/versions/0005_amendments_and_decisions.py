"""Amendments, decisions, summaries and quality as tables, sources of which the first counts, and paces."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_DECIMALS = sa.Numeric(precision=28, scale=6)
_TEXT, _DAY, _FLAG, _WHOLE = sa.Text(), sa.Date(), sa.Boolean(), sa.BigInteger()
_MORE_COLUMNS: dict[str, dict[str, sa.types.TypeEngine[Any]]] = {
    "promise_progress": {
        "amendment_id": _TEXT,
        "is_comparable": _FLAG,
        "pace_share": _DECIMALS,
        "prior_count": _DECIMALS,
        "prior_periods": _DECIMALS,
        "dispersion": _DECIMALS,
    },
    "agreements": {"in_force_until_on": _DAY, "replaced_by_agreement_id": _TEXT},
    "targets": {"revises_target_id": _TEXT, "amendment_id": _TEXT},
}
_TABLES: dict[str, dict[str, sa.types.TypeEngine[Any]]] = {
    "amendments": {
        "agreement_id": _TEXT,
        "amendment_id": _TEXT,
        "amendment_kind": _TEXT,
        "effective_on": _DAY,
        "amended_ends_on": _DAY,
        "replaced_by_agreement_id": _TEXT,
        "rated_targets": _TEXT,
        "amendment_sv": _TEXT,
        "decision_url": _TEXT,
    },
    "decisions": {
        "agreement_id": _TEXT,
        "figure_id": _TEXT,
        "is_example": _FLAG,
        "status": _TEXT,
        "rule_status": _TEXT,
        "office_sv": _TEXT,
        "decided_on": _DAY,
        "decision_reason_sv": _TEXT,
        "decision_url": _TEXT,
    },
    "quality": {
        "agreement_id": _TEXT,
        "quality_id": _TEXT,
        "of_activity_id": _TEXT,
        "indicator_id": _TEXT,
        "is_example": _FLAG,
        "indicator_label_sv": _TEXT,
        "definition_sv": _TEXT,
        "unit": _TEXT,
        "measured_by": _TEXT,
        "providers_sv": _TEXT,
        "deliveries_due": _WHOLE,
        "deliveries_received": _WHOLE,
        "late_deliveries_count": _WHOLE,
        "corrected_deliveries_count": _WHOLE,
        "covered_until_on": _DAY,
        "set_aside_share": _DECIMALS,
        "finality": _TEXT,
        "indicator_series_id": _TEXT,
        "is_comparable": _FLAG,
        "comparability_sv": _TEXT,
        "known_faults_sv": _TEXT,
    },
    "promise_summary": {
        "agreement_id": _TEXT,
        "promise_id": _TEXT,
        "is_example": _FLAG,
        "rated_status": _TEXT,
        "ratings_count": _WHOLE,
        "all_ratings_count": _WHOLE,
        "summary_sv": _TEXT,
    },
}


def upgrade() -> None:
    """Go one schema forward; there is no way back, as a warehouse is rebuilt from what is kept."""
    op.add_column("indicator_source", sa.Column("source_rank", sa.BigInteger(), nullable=True))
    for table, columns in _MORE_COLUMNS.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind, nullable=True), schema="published")
    for table, columns in _TABLES.items():
        op.create_table(
            table,
            sa.Column("release_id", sa.Text(), nullable=False),
            *(sa.Column(name, kind, nullable=True) for name, kind in columns.items()),
            schema="published",
        )
