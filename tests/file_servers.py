"""Real file servers on loopback: SFTP with keys of its own, and an S3-compatible store."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncssh
import pytest
from moto.server import ThreadedMotoServer


@contextmanager
def sftp_server(root: Path, home: Path) -> Iterator[str]:
    """Serve a folder by SFTP to whoever has the key in a home folder; its host key is not known there yet.

    Yields:
        The line that makes the host key known.
    """
    host_key, user_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    (home / ".ssh").mkdir(parents=True)
    user_key.write_private_key(home / ".ssh" / "id_ed25519")
    ready, loop, ports = threading.Event(), asyncio.new_event_loop(), []

    class Rooted(asyncssh.SFTPServer):
        def __init__(self, channel: asyncssh.SSHServerChannel[bytes]) -> None:
            super().__init__(channel, chroot=str(root).encode())

    async def listen() -> None:
        known = asyncssh.import_authorized_keys(user_key.export_public_key().decode())
        server = await asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[host_key], authorized_client_keys=known, sftp_factory=Rooted
        )
        ports.append(server.get_port())
        ready.set()

    def serve() -> None:
        loop.run_until_complete(listen())
        loop.run_forever()
        loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(10)
    yield f"[127.0.0.1]:{ports[0]} {host_key.export_public_key().decode()}"
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


@contextmanager
def drip(port: int) -> Iterator[tuple[int, threading.Event]]:
    """Stand before a server on loopback; from when the event is set, a byte every tenth of a second comes through.

    Yields:
        The port to use instead, and the event.
    """
    slowly, ready, ports = threading.Event(), threading.Event(), []
    loop, ended = asyncio.new_event_loop(), asyncio.Event()

    async def pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, is_slow: bool) -> None:
        with suppress(OSError):
            while data := await source.read(1 if is_slow and slowly.is_set() else 65536):
                if is_slow and slowly.is_set():
                    for byte in data:
                        sink.write(bytes([byte]))
                        await sink.drain()
                        await asyncio.sleep(0.1)
                else:
                    sink.write(data)
                    await sink.drain()
        sink.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pour(reader, back, is_slow=False), pour(there, writer, is_slow=True))

    async def listen() -> None:
        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()
        await ended.wait()
        server.close()
        open_still = asyncio.all_tasks() - {asyncio.current_task()}
        for task in open_still:
            task.cancel()
        await asyncio.gather(*open_still, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=[listen()], daemon=True)
    thread.start()
    assert ready.wait(10)
    yield ports[0], slowly
    loop.call_soon_threadsafe(ended.set)
    thread.join(10)


@contextmanager
def s3_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run an S3-compatible store, and let the environment say where it is and who asks."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    yield
    server.stop()
