"""Sources as a published table: since when, until when, and what its publisher calls its numbers."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "release_id": sa.Text(),
    "agreement_id": sa.Text(),
    "is_example": sa.Boolean(),
    "source_id": sa.Text(),
    "source_title_sv": sa.Text(),
    "provider": sa.Text(),
    "cadence": sa.Text(),
    "due_day": sa.BigInteger(),
    "started_on": sa.Date(),
    "ended_on": sa.Date(),
    "ended_reason_sv": sa.Text(),
    "taken_over_by_source_id": sa.Text(),
    "pauses_sv": sa.Text(),
    "finality": sa.Text(),
    "source_url": sa.Text(),
}


def upgrade() -> None:
    """Go one schema forward; there is no way back, as a warehouse is rebuilt from what is kept."""
    columns = [sa.Column(name, kind, nullable=name != "release_id") for name, kind in _COLUMNS.items()]
    op.create_table("sources", *columns, schema="published")
    op.add_column("deliveries", sa.Column("received_as", sa.Text(), nullable=True), schema="published")
