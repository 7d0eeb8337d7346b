"""Places and durations are counted: tallies, and how long an occasion lasted."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one schema forward; there is no way back, as a warehouse is rebuilt from what is kept."""
    op.add_column("occasion", sa.Column("duration_minutes", sa.Numeric(precision=18, scale=6), nullable=True))
    op.create_table(
        "tally",
        sa.Column("release_id", sa.Text(), nullable=False),
        sa.Column("tally_id", sa.Text(), nullable=False),
        sa.Column("activity_id", sa.Text(), nullable=False),
        sa.Column("indicator_id", sa.Text(), nullable=False),
        sa.Column("is_placed", sa.Boolean(), nullable=False),
        sa.Column("minimum_minutes", sa.Numeric(precision=18, scale=6), nullable=True),
    )
    op.create_table(
        "tally_place",
        sa.Column("release_id", sa.Text(), nullable=False),
        sa.Column("tally_id", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=False),
    )
