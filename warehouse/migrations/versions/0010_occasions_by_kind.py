"""What many occasions of a load share stands once, and each row has its number."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one schema forward; there is no way back, as a warehouse is rebuilt from what is kept."""
    is_shared = op.get_context().dialect.name == "postgresql"
    if is_shared:
        op.drop_index("ix_occasion_row_id", "occasion")
    op.create_table(
        "occasion_kind",
        sa.Column("load_id", sa.Text(), nullable=False),
        sa.Column("kind_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("activity_id", sa.Text(), nullable=False),
        sa.Column("indicator_id", sa.Text(), nullable=False),
        sa.Column("place_id", sa.Text(), nullable=True),
        sa.Column("month", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("load_id", "kind_no"),
    )
    op.create_table(
        "occasion_row",
        sa.Column("load_id", sa.Text(), nullable=False),
        sa.Column("source_line", sa.BigInteger(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Numeric(18, 6), nullable=False),
        sa.Column("duration_minutes", sa.Numeric(18, 6), nullable=True),
        sa.Column("row_id", sa.Text(), nullable=True),
        sa.Column("kind_no", sa.BigInteger(), nullable=False),
    )
    op.execute(
        """
        INSERT INTO occasion_kind (load_id, kind_no, activity_id, indicator_id, place_id, month)
        SELECT
            load_id,
            ROW_NUMBER() OVER (PARTITION BY load_id ORDER BY activity_id, indicator_id, place_id, month) - 1,
            activity_id,
            indicator_id,
            place_id,
            month
        FROM (SELECT DISTINCT load_id, activity_id, indicator_id, place_id, month FROM occasion) AS kind
        """
    )
    op.execute(
        """
        INSERT INTO occasion_row (load_id, source_line, occurred_on, quantity, duration_minutes, row_id, kind_no)
        SELECT
            occasion.load_id,
            occasion.source_line,
            occasion.occurred_on,
            occasion.quantity,
            occasion.duration_minutes,
            occasion.row_id,
            occasion_kind.kind_no
        FROM occasion
        INNER JOIN occasion_kind
            ON occasion_kind.load_id = occasion.load_id
            AND occasion_kind.activity_id = occasion.activity_id
            AND occasion_kind.indicator_id = occasion.indicator_id
            AND occasion_kind.place_id IS NOT DISTINCT FROM occasion.place_id
            AND occasion_kind.month = occasion.month
        """
    )
    op.drop_table("occasion")
    if is_shared:
        op.create_index("ix_occasion_kind_load_id", "occasion_kind", ["load_id"])
        op.create_index("ix_occasion_row_load_id", "occasion_row", ["load_id"])
        op.create_index(
            "ix_occasion_row_id", "occasion_row", ["load_id"], postgresql_where=sa.text("row_id IS NOT NULL")
        )
