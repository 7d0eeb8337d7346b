"""Shares estimated from answers, and what a survey's uncertainty lets be said of a change."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_DECIMALS = sa.Numeric(precision=28, scale=6)
_COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "share_basis": sa.Text(),
    "share_standard_error": _DECIMALS,
    "design_effect": _DECIMALS,
    "effective_respondents_count": _DECIMALS,
    "is_imprecise": sa.Boolean(),
    "share_rounding": _DECIMALS,
    "unanswered_share": _DECIMALS,
    "critical_change_share": _DECIMALS,
    "smallest_detectable_change_share": _DECIMALS,
    "previous_survey_id": sa.Text(),
    "change_from_previous_share": _DECIMALS,
    "change_from_previous_verdict": sa.Text(),
    "critical_change_from_previous_share": _DECIMALS,
    "smallest_detectable_change_from_previous_share": _DECIMALS,
    "change_sv": sa.Text(),
}


def upgrade() -> None:
    """Go one schema forward; there is no way back, as a warehouse is rebuilt from what is kept."""
    for name, kind in _COLUMNS.items():
        op.add_column("safety_survey", sa.Column(name, kind, nullable=True), schema="published")
    op.create_table(
        "survey_estimate",
        sa.Column("load_id", sa.Text(), nullable=False),
        sa.Column("source_line", sa.BigInteger(), nullable=False),
        sa.Column("survey_id", sa.Text(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Text(), nullable=False),
        sa.Column("surveyed_on", sa.Date(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("share", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("standard_error", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("respondents_count", sa.BigInteger(), nullable=True),
        sa.Column("numerator_count", sa.BigInteger(), nullable=True),
        sa.Column("effective_count", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("freedom_count", sa.BigInteger(), nullable=True),
        sa.Column("unanswered_share", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("response_share", sa.Numeric(precision=18, scale=6), nullable=True),
    )
    if op.get_context().dialect.name == "postgresql":  # DuckDB finds a load's rows by itself
        op.create_index("ix_survey_estimate_load_id", "survey_estimate", ["load_id"])
