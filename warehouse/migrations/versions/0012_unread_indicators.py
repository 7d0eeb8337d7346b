"""Indicators that a load was read without are written down for a release, as no row of them is no zero."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one schema forward; there is no way back, as a warehouse is rebuilt from what is kept."""
    op.create_table(
        "unread_indicator",
        sa.Column("release_id", sa.Text(), nullable=False),
        sa.Column("load_id", sa.Text(), nullable=False),
        sa.Column("activity_id", sa.Text(), nullable=False),
        sa.Column("indicator_id", sa.Text(), nullable=False),
    )
