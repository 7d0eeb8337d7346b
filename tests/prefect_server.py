"""A Prefect server as an operator has it: processes of their own, on a free port of this machine."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.house import PROJECT, House

PREFECT = Path(sys.executable).parent / "prefect"
LOFTE = Path(sys.executable).parent / "lofte"
START_SECONDS_MAX = 120
STEP_SECONDS_MAX = 180


class PrefectServer:
    """A server that answers, and the commands given to it."""

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        self.url = f"http://127.0.0.1:{port}/api"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("LOFTE_", "PREFECT_"))},
            "PREFECT_HOME": str(root / "prefect"),
            "PREFECT_API_URL": self.url,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "DO_NOT_TRACK": "1",
            "LOFTE_HOME": str(PROJECT),
        }

    def of(self, house: House) -> dict[str, str]:
        """Return the environment of an installation that uses this server."""
        return {
            **self.environment,
            "LOFTE_STATE": str(house.state.root),
            "LOFTE_PUBLIC": str(house.public),
            "LOFTE_AGREEMENTS": str(house.agreements),
            "LOFTE_LOCK_WAIT_SECONDS": "0.2",
        }

    def call(self, *command: str | Path, env: dict[str, str] | None = None, cwd: Path = PROJECT) -> str:
        """Run a command to its end, which must be good, and return what it said."""
        result = self.attempt(*command, env=env, cwd=cwd)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def attempt(
        self, *command: str | Path, env: dict[str, str] | None = None, cwd: Path = PROJECT
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, and what it started with it."""
        with process(*command, env=env or self.environment, cwd=cwd) as running:
            stdout, stderr = running.communicate(timeout=STEP_SECONDS_MAX)
        return subprocess.CompletedProcess(command, running.returncode, stdout, stderr)

    @contextmanager
    def worker(self, house: House) -> Iterator[None]:
        """Let a worker run what is due, from a folder that is not the checkout."""
        elsewhere = house.root / "worker"
        elsewhere.mkdir(exist_ok=True)
        log = (house.root / "worker.log").open("ab")
        command = (PREFECT, "worker", "start", "--pool", "lofte")
        with log, process(*command, env=self.of(house), cwd=elsewhere, output=log.fileno()):
            yield


@contextmanager
def prefect_server(root: Path, **settings: str) -> Iterator[PrefectServer]:
    """Start a server and wait until it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = PrefectServer(root, port)
    (root / "prefect").mkdir(parents=True)  # with no parent folder Prefect would wait for ever
    command = (PREFECT, "server", "start", "--host", "127.0.0.1", "--port", str(port))
    env = {**server.environment, "PREFECT_SERVER_UI_ENABLED": "false", **settings}
    with (root / "server.log").open("wb") as log, process(*command, env=env, cwd=root, output=log.fileno()) as running:
        _wait(port, running, root / "server.log")
        yield server


@contextmanager
def process(
    *command: str | Path, env: dict[str, str], cwd: Path, output: int = subprocess.PIPE
) -> Iterator[subprocess.Popen[str]]:
    """Run a process at the head of a group, and end the whole group, whatever becomes of the test."""
    started = subprocess.Popen(
        command, env=env, cwd=cwd, stdout=output, stderr=output, text=True, start_new_session=True
    )
    try:
        yield started
    finally:
        for mark in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(started.pid, mark)
                started.wait(timeout=10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue


def _wait(port: int, running: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline and running.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"the server did not start: {log.read_text('utf-8')}")
