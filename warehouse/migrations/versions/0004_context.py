"""Context: events and figures that others publish, and the table that shows them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_PUBLISHED: dict[str, sa.types.TypeEngine[Any]] = {
    "agreement_id": sa.Text(),
    "is_example": sa.Boolean(),
    "source_id": sa.Text(),
    "publisher_sv": sa.Text(),
    "series_id": sa.Text(),
    "series_label_sv": sa.Text(),
    "municipality_code": sa.Text(),
    "municipality_name": sa.Text(),
    "period": sa.Text(),
    "context_value": sa.Numeric(precision=28, scale=6),
    "unit": sa.Text(),
    "value_status": sa.Text(),
    "publication_stage": sa.Text(),
    "is_stale": sa.Boolean(),
    "credit_sv": sa.Text(),
    "license_sv": sa.Text(),
    "license_url": sa.Text(),
    "source_url": sa.Text(),
    "context_note_sv": sa.Text(),
}


def upgrade() -> None:
    """Go one schema forward; there is no way back, as a warehouse is rebuilt from what is kept."""
    op.create_table(
        "context",
        sa.Column("release_id", sa.Text(), nullable=False),
        *(sa.Column(name, kind, nullable=True) for name, kind in _PUBLISHED.items()),
        schema="published",
    )
    op.create_table(
        "context_event",
        sa.Column("load_id", sa.Text(), nullable=False),
        sa.Column("source_line", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("series_id", sa.Text(), nullable=False),
        sa.Column("series_label_sv", sa.Text(), nullable=False),
        sa.Column("county_code", sa.Text(), nullable=False),
        sa.Column("municipality_code", sa.Text(), nullable=True),
    )
    op.create_table(
        "context_value",
        sa.Column("load_id", sa.Text(), nullable=False),
        sa.Column("source_line", sa.BigInteger(), nullable=False),
        sa.Column("series_id", sa.Text(), nullable=False),
        sa.Column("series_label_sv", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("covers_to_month", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("value_status", sa.Text(), nullable=False),
        sa.Column("publication_stage", sa.Text(), nullable=True),
        sa.Column("is_rounded", sa.Boolean(), nullable=False),
    )
    if op.get_context().dialect.name == "postgresql":  # DuckDB finds a load's rows by itself
        op.create_index("ix_context_event_load_id", "context_event", ["load_id"])
        op.create_index("ix_context_value_load_id", "context_value", ["load_id"])
