"""Loads that go in by several transactions are written down before the first of them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one schema forward; there is no way back, as a warehouse is rebuilt from what is kept."""
    op.create_table(
        "load_begun",
        sa.Column("load_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("load_id"),
    )
