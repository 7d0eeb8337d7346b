"""The loader may have PostgreSQL look at the rows of loads, which only their owner may by itself."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one schema forward; there is no way back, as a warehouse is rebuilt from what is kept.

    A table that another is just looking at, or tidying up, is passed over: nobody waits for that.
    """
    if op.get_context().dialect.name != "postgresql":
        return
    op.execute("""
        CREATE OR REPLACE FUNCTION warehouse.refresh_statistics() RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = warehouse, pg_temp AS $$
        BEGIN
            ANALYZE (SKIP_LOCKED)
                load, load_month, occasion_row, occasion_kind, reported_total, survey_share, survey_estimate,
                context_event, context_value, set_aside_row;
        END
        $$
    """)
    op.execute("REVOKE EXECUTE ON FUNCTION warehouse.refresh_statistics() FROM PUBLIC")
