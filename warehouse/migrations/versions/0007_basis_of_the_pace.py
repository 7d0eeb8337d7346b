"""Whether the share of a period goes by days or by season."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one schema forward; there is no way back, as a warehouse is rebuilt from what is kept."""
    op.add_column("promise_progress", sa.Column("pace_basis", sa.Text(), nullable=True), schema="published")
