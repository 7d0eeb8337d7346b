"""Deliveries on SFTP and in an S3-compatible store, from real servers on loopback."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec
import pytest

from schemas.errors import FetchError
from sources.folder import Folder
from tests.file_servers import drip, s3_store, sftp_server

NAME = "rader_2024-01.csv"
# Far more than the deadline of 2 s, far less than the file takes.
WITHIN_SECONDS = 60


@pytest.fixture(autouse=True)
def no_connection_is_kept() -> Iterator[None]:
    yield
    for protocol in ("ssh", "s3"):
        fsspec.get_filesystem_class(protocol).clear_instance_cache()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_deliveries_come_by_sftp_from_a_host_that_is_known(tmp_path: Path, home: Path) -> None:
    out = tmp_path / "served" / "ut"
    out.mkdir(parents=True)
    (out / NAME).write_bytes(b"datum;antal\n")
    with sftp_server(tmp_path / "served", home) as host_key:
        (home / ".ssh" / "known_hosts").write_text(host_key)
        port = host_key.split("]:")[1].split()[0]
        folder = Folder(f"ssh://127.0.0.1:{port}/ut", beside=tmp_path)
        assert folder.names == [NAME]
        assert folder.read(NAME) == b"datum;antal\n"
        found = folder.find(NAME, "rader_{month}.csv")
        assert (found.covers_from, found.address) == ("2024-01", f"/ut/{NAME}")


@pytest.mark.parametrize(
    "known", ["", "[127.0.0.1]:{port} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + "A" * 42 + "\n", None]
)
def test_a_host_whose_key_is_not_the_known_one_is_refused(tmp_path: Path, home: Path, known: str | None) -> None:
    with sftp_server(tmp_path, home) as host_key:
        port = host_key.split("]:")[1].split()[0]
        if known is not None:
            (home / ".ssh" / "known_hosts").write_text(known.format(port=port))
        with pytest.raises(FetchError, match="cannot be"):
            assert Folder(f"ssh://127.0.0.1:{port}/", beside=tmp_path).names


def test_deliveries_come_from_an_s3_compatible_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with s3_store(monkeypatch):
        store = fsspec.filesystem("s3")
        store.mkdir("leveranser")
        store.pipe_file(f"leveranser/polis/{NAME}", b"datum;antal\n")
        folder = Folder("s3://leveranser/polis", beside=tmp_path)
        assert folder.names == [NAME]
        assert folder.read(NAME) == b"datum;antal\n"
        with pytest.raises(FetchError, match="the file cannot be read"):
            folder.read("finns-inte.csv")
        emptied = Folder("s3://leveranser/kommun", beside=tmp_path)
        assert (emptied.names, emptied.is_there) == ([], True)


@pytest.mark.parametrize("server", ["sftp", "s3"])
def test_f1_a_store_that_sends_a_byte_at_a_time_is_left_at_the_deadline(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    with served(server, tmp_path, home, monkeypatch) as (location, slowly):
        folder = Folder(location, beside=tmp_path, deadline_seconds=2)
        assert folder.names == [NAME]
        slowly.set()
        started = time.monotonic()
        with pytest.raises(FetchError, match="not whole after 2 s"):
            folder.read(NAME)
        assert time.monotonic() - started < WITHIN_SECONDS
        with pytest.raises(FetchError, match="not asked for, as the source was too slow with another file"):
            folder.read("en-annan.csv")


@contextmanager
def served(
    server: str, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, threading.Event]]:
    """Serve a large delivery through a connection that can be made slow."""
    content = b"datum;antal\n" * 10_000
    if server == "sftp":
        out = tmp_path / "served" / "ut"
        out.mkdir(parents=True)
        (out / NAME).write_bytes(content)
        with sftp_server(tmp_path / "served", home) as host_key:
            port, key = host_key.split("]:")[1].split(" ", 1)
            with drip(int(port)) as (slow_port, slowly):
                (home / ".ssh" / "known_hosts").write_text(f"[127.0.0.1]:{slow_port} {key}")
                yield f"ssh://127.0.0.1:{slow_port}/ut", slowly
        return
    with s3_store(monkeypatch):
        store = fsspec.filesystem("s3")
        store.mkdir("langsamt")
        store.pipe_file(f"langsamt/{NAME}", content)
        with drip(int(os.environ["AWS_ENDPOINT_URL"].rsplit(":", 1)[1])) as (slow_port, slowly):
            monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{slow_port}")
            fsspec.get_filesystem_class("s3").clear_instance_cache()
            yield "s3://langsamt", slowly
