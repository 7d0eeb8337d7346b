"""Late rows by what tells them apart, and where the next total of the year so far begins."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one schema forward; there is no way back, as a warehouse is rebuilt from what is kept."""
    op.add_column("occasion", sa.Column("row_id", sa.Text(), nullable=True))
    op.add_column("reported_total", sa.Column("next_from_month", sa.Text(), nullable=True))
    op.add_column("reported_total", sa.Column("next_from_on", sa.Date(), nullable=True))
    if op.get_context().dialect.name == "postgresql":  # DuckDB sees by itself which blocks hold no id
        op.create_index("ix_occasion_row_id", "occasion", ["load_id"], postgresql_where=sa.text("row_id IS NOT NULL"))
