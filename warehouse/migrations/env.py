"""How Alembic meets the warehouse: over the connection that warehouse/migration.py lends it."""

from alembic import context

from warehouse.migration import version_schema

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table_schema=version_schema(connection))
context.run_migrations()
