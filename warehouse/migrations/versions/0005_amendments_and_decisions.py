"""Amendments, decisions and promise summaries as tables, and sources of which the first counts."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

_TEXT, _DAY, _FLAG, _WHOLE = sa.Text(), sa.Date(), sa.Boolean(), sa.BigInteger()
_MORE_COLUMNS: dict[str, dict[str, sa.types.TypeEngine[Any]]] = {
    "promise_progress": {"amendment_id": _TEXT, "is_comparable": _FLAG},
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
