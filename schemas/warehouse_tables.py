"""The tables of the warehouse: facts, which loads they came with, the questions put to them, and what is published.

Only warehouse/migrations/ makes them; a test holds that it makes these.
"""

import sqlalchemy as sa

from schemas.derive import published_sql_table, sql_columns, sql_table
from schemas.facts import ContextEvent, ContextValue, Occasion, ReportedTotal, SurveyEstimate, SurveyShare
from schemas.published import TABLES

METADATA = sa.MetaData()
# Where the tables stand in PostgreSQL; an embedded warehouse is all ours and needs no name for it.
SCHEMA = "warehouse"
# What releases hold, for those who ask by SQL; the role lofte_reader sees nothing else.
PUBLISHED_SCHEMA = "published"

# What many occasions of a load share stands once under a number, and each row has that number: a column of text costs
# DuckDB more than all the numbers of a row. sql/occasion.sql puts them together.
SHARED_BY_OCCASIONS = ("activity_id", "indicator_id", "place_id", "month")
OCCASION_KIND = sa.Table(
    "occasion_kind",
    METADATA,
    sa.Column("load_id", sa.Text, primary_key=True),
    sa.Column("kind_no", sa.BigInteger, primary_key=True, autoincrement=False),
    *(column for column in sql_columns(Occasion) if column.name in SHARED_BY_OCCASIONS),
)
OCCASION_ROW = sa.Table(
    "occasion_row",
    METADATA,
    *(column for column in sql_columns(Occasion) if column.name not in SHARED_BY_OCCASIONS),
    sa.Column("kind_no", sa.BigInteger, nullable=False),
)
REPORTED_TOTAL = sql_table(ReportedTotal, METADATA)
SURVEY_SHARE = sql_table(SurveyShare, METADATA)
SURVEY_ESTIMATE = sql_table(SurveyEstimate, METADATA)
CONTEXT_EVENT = sql_table(ContextEvent, METADATA)
CONTEXT_VALUE = sql_table(ContextValue, METADATA)

# A load stands here only when all of its rows are in; rows of other loads do not count.
LOAD = sa.Table(
    "load",
    METADATA,
    sa.Column("load_id", sa.Text, primary_key=True),
    sa.Column("agreement_id", sa.Text, nullable=False),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("delivery_id", sa.Text, nullable=False),
)
# A load whose rows go in by several transactions stands here until they are all in.
LOAD_BEGUN = sa.Table("load_begun", METADATA, sa.Column("load_id", sa.Text, primary_key=True))
LOAD_MONTH = sa.Table(
    "load_month",
    METADATA,
    sa.Column("load_id", sa.Text, nullable=False),
    sa.Column("month", sa.Text, nullable=False),
)
SET_ASIDE_ROW = sa.Table(
    "set_aside_row",
    METADATA,
    sa.Column("load_id", sa.Text, nullable=False),
    sa.Column("source_line", sa.BigInteger, nullable=False),
    sa.Column("column_name", sa.Text, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
)

# What a release counts: its loads, periods, indicators with their sources and ways of being counted, and the calendar
# of what is due.
RELEASE_INPUT = sa.Table(
    "release_input",
    METADATA,
    sa.Column("release_id", sa.Text, nullable=False),
    sa.Column("load_id", sa.Text, nullable=False),
    sa.Column("delivery_rank", sa.BigInteger, nullable=False),
)
PERIOD = sa.Table(
    "period",
    METADATA,
    sa.Column("release_id", sa.Text, nullable=False),
    sa.Column("period_id", sa.Text, nullable=False),
    sa.Column("start_on", sa.Date, nullable=False),
    sa.Column("end_on", sa.Date, nullable=False),
)
INDICATOR_SOURCE = sa.Table(
    "indicator_source",
    METADATA,
    sa.Column("release_id", sa.Text, nullable=False),
    sa.Column("activity_id", sa.Text, nullable=False),
    sa.Column("indicator_id", sa.Text, nullable=False),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("is_counted_from_rows", sa.Boolean, nullable=False),
    sa.Column("source_rank", sa.BigInteger),  # its place among sources of which the first counts; empty: all are added
)
# What a load says nothing of, not even that it was nothing: the contract of its time did not read it.
UNREAD_INDICATOR = sa.Table(
    "unread_indicator",
    METADATA,
    sa.Column("release_id", sa.Text, nullable=False),
    sa.Column("load_id", sa.Text, nullable=False),
    sa.Column("activity_id", sa.Text, nullable=False),
    sa.Column("indicator_id", sa.Text, nullable=False),
)
TALLY = sa.Table(
    "tally",
    METADATA,
    sa.Column("release_id", sa.Text, nullable=False),
    sa.Column("tally_id", sa.Text, nullable=False),
    sa.Column("activity_id", sa.Text, nullable=False),
    sa.Column("indicator_id", sa.Text, nullable=False),
    sa.Column("is_placed", sa.Boolean, nullable=False),
    sa.Column("minimum_minutes", sa.Numeric(18, 6)),
)
TALLY_PLACE = sa.Table(
    "tally_place",
    METADATA,
    sa.Column("release_id", sa.Text, nullable=False),
    sa.Column("tally_id", sa.Text, nullable=False),
    sa.Column("place_id", sa.Text, nullable=False),
)
DUE_PERIOD = sa.Table(
    "due_period",
    METADATA,
    sa.Column("release_id", sa.Text, nullable=False),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("first_month", sa.Text, nullable=False),
    sa.Column("last_month", sa.Text, nullable=False),
    sa.Column("months_count", sa.BigInteger, nullable=False),
    sa.Column("start_on", sa.Date, nullable=False),
    sa.Column("end_on", sa.Date, nullable=False),
)

PUBLISHED_RELEASE = sa.Table(
    "release",
    METADATA,
    sa.Column("release_id", sa.Text, primary_key=True),
    sa.Column("agreement_id", sa.Text, nullable=False),
    sa.Column("as_of_month", sa.Text, nullable=False),
    sa.Column("published_on", sa.Date, nullable=False),
    sa.Column("parent_release_id", sa.Text),
    sa.Column("is_current", sa.Boolean, nullable=False),
    schema=PUBLISHED_SCHEMA,
)
PUBLISHED_TABLES = {model: published_sql_table(model, METADATA, PUBLISHED_SCHEMA) for model in TABLES}

ROWS_OF_A_LOAD = (
    OCCASION_ROW,
    OCCASION_KIND,
    REPORTED_TOTAL,
    SURVEY_SHARE,
    SURVEY_ESTIMATE,
    CONTEXT_EVENT,
    CONTEXT_VALUE,
    LOAD_MONTH,
    SET_ASIDE_ROW,
)
# A shared warehouse holds many agreements: a load's rows are found without reading those of all the others.
for _table in ROWS_OF_A_LOAD:
    sa.Index(f"ix_{_table.name}_load_id", _table.c.load_id).ddl_if(dialect="postgresql")
# Most sources' rows bear no id: those that do are found without reading the others.
sa.Index("ix_occasion_row_id", OCCASION_ROW.c.load_id, postgresql_where=OCCASION_ROW.c.row_id.is_not(None)).ddl_if(
    dialect="postgresql"
)
