"""What PostgreSQL knows of how its rows are spread, which it plans by.

It looks by itself some time after rows have come. A question that is put before is planned as if a load had next to
none: counting a million rows then took seven minutes, and ten seconds once it had looked.
"""

import sqlalchemy as sa

from schemas.warehouse_address import WarehouseAddress
from warehouse.engine import transact


def refresh_statistics(connection: sa.Connection, address: WarehouseAddress) -> None:
    """Have the database look at the rows of loads now; an embedded one needs no such look."""
    if connection.dialect.name != "postgresql":
        return

    def look() -> None:
        connection.execute(sa.text("SELECT refresh_statistics()"))

    transact(connection, address, look)
