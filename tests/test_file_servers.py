"""Deliveries on SFTP and in an S3-compatible store, from real servers on loopback."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from schemas.errors import FetchError
from sources.folder import Folder
from tests.file_servers import s3_store, sftp_server

NAME = "rader_2024-01.csv"


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
