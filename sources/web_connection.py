"""Connections that open only to public addresses, and end at a deadline whatever the other side does."""

import socket
import threading
import time
from ipaddress import IPv4Address, IPv6Address
from types import TracebackType
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter import InvalidIPAddress, get_ip_address
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection


class NotPublicError(Exception):
    """A name leads to an address that is not public.

    No OSError, which urllib3 would take for a failed connection and try again.
    """


class Deadline:
    """Ends every connection opened within it when its time is out.

    A time-out of a socket starts anew with each byte, so one byte a second would keep a reader for ever.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.has_passed = False
        self._until = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._guard = threading.Lock()
        self._timer = threading.Timer(seconds, self._pass)
        self._timer.daemon = True

    @property
    def seconds_left(self) -> float:
        """How long until it passes; 0 when it has."""
        return max(self._until - time.monotonic(), 0)

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._timer.cancel()
        with self._guard:
            for watched in self._sockets:
                watched.close()
            self._sockets.clear()

    def watch(self, opened: socket.socket) -> None:
        """End a connection too when the time is out; TLS may wrap it later, so a duplicate is held."""
        with self._guard:
            self._sockets.append(opened.dup())
        if self.has_passed:
            self._pass()

    def _pass(self) -> None:
        self.has_passed = True
        with self._guard:
            for watched in self._sockets:
                try:
                    watched.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # it has ended by itself


class GuardedAdapter(HTTPAdapter):
    """Resolves a name once, refuses what is no public address, and connects to that very address."""

    def __init__(self, deadline: Deadline, *, allows_loopback: bool) -> None:
        self._deadline = deadline
        self._allows_loopback = allows_loopback
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make connections of the guarded kind."""
        super().init_poolmanager(*args, **kwargs)
        adapter = self

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return adapter._connect(self)

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return adapter._connect(self)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}

    def _connect(self, connection: HTTPConnection) -> socket.socket:
        port = connection.port or connection.default_port
        try:
            address, _ = get_ip_address(connection.host.strip("[]"), port, allow_loopback=self._allows_loopback)
        except (InvalidIPAddress, UnicodeError) as error:  # a name that none can have leads nowhere
            raise NotPublicError(connection.host) from error
        except socket.gaierror as error:
            raise NameResolutionError(connection.host, connection, error) from error
        if _is_reserved(address) and not (self._allows_loopback and address.is_loopback):
            raise NotPublicError(connection.host)
        try:
            opened = create_connection((str(address), port), connection.timeout, None, connection.socket_options)
        except OSError as error:
            raise NewConnectionError(connection, f"cannot connect: {type(error).__name__}") from error
        self._deadline.watch(opened)
        return opened


def _is_reserved(address: IPv4Address | IPv6Address) -> bool:
    """Tell of addresses that the filter takes for public, since no list of private ones has them: ::7f00:1, fec0::1."""
    return address.is_reserved or (isinstance(address, IPv6Address) and address.is_site_local)


class _Unredirected(requests.Session):
    """Leaves redirects to the caller.

    Even with `allow_redirects=False`, requests would look where one leads, and for that unpack its body without a cap.
    """

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Say that an answer redirects nowhere."""
        return None


def guarded_session(deadline: Deadline, *, allows_loopback: bool) -> requests.Session:
    """Return a session that takes no proxy, password or certificate from the environment."""
    session = _Unredirected()
    session.trust_env = False
    session.headers.clear()
    adapter = GuardedAdapter(deadline, allows_loopback=allows_loopback)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
