"""A Prefect server of one run's own, for when none is configured.

Prefect can start one by itself, but only after importing the whole server into the run's process, and the run then
waits for it. Started here at once, as the same command, it comes up while the run imports what it needs.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.errors import LofteError

START_SECONDS_MAX = 90
_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


@contextmanager
def local_server(home: Path) -> Iterator[Callable[[], None]]:
    """Start a server unless one is configured; lends a function that waits until it answers.

    Args:
        home: folder for the server's own files.
    """
    if os.environ.get("PREFECT_API_URL"):
        yield lambda: None
        return
    home.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    ours = {
        "PREFECT_HOME": str(home.resolve()),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",  # nobody reads a log in a server that ends with its run
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    log = (home / "server.log").open("wb")
    server = _start(port, log.fileno())
    try:
        yield lambda: _wait(server, port, home)
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _start(port: int, log: int) -> subprocess.Popen[bytes]:
    command = [
        *(sys.executable, "-m", "uvicorn", "--factory", "prefect.server.api.server:create_app"),
        *("--app-dir", str(Path(sys.executable).parent)),  # away from the checkout's own packages
        *("--host", "127.0.0.1", "--port", str(port), "--log-level", "error", "--lifespan", "on"),
    ]
    quiet = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
    return subprocess.Popen(  # noqa: S603 - a fixed command
        command, env={**os.environ, **quiet}, stdout=log, stderr=log, preexec_fn=_die_with_parent
    )


def _die_with_parent() -> None:
    """Let the server end when its run is killed, where the system can do that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def _wait(server: subprocess.Popen[bytes], port: int, home: Path) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise LofteError(f"Prefect's server did not start; see {home / 'server.log'}, or set PREFECT_API_URL")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
