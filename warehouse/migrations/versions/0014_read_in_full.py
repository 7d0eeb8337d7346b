"""Whether every row behind a number was read, told also where their share is not."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one schema forward; there is no way back, as a warehouse is rebuilt from what is kept."""
    op.add_column("quality", sa.Column("is_read_in_full", sa.Boolean(), nullable=True), schema="published")
