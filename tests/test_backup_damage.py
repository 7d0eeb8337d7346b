"""Backups that are damaged, cut off or made to do harm: each is refused before anything is touched."""

import gzip
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.backup import write_backup
from archive.restoring import verify_backup
from schemas.backup_manifest import KeptFile, manifest_bytes
from schemas.errors import BackupError
from tests.house import House

Member = tuple[tarfile.TarInfo, bytes]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Backups of an installation with one release, as `good.tar` and `good.tar.gz`."""
    house = House(tmp_path_factory.mktemp("house") / "house").take("grastorp-1")
    house.run()
    folder = tmp_path_factory.mktemp("backups")
    for suffix in (".tar", ".tar.gz"):
        write_backup(house.state, folder / f"good{suffix}")
    return folder


def refused(folder: Path, content: bytes) -> bool:
    """Tell whether a file is refused as a backup."""
    path = folder / "damaged"
    path.write_bytes(content)
    message = ""
    try:
        verify_backup(path)
    except BackupError as error:
        message = str(error)
    assert not message or (message.endswith("nothing was restored") and "\n" not in message)
    return bool(message)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_flipped_byte_is_refused(folder: Path, data: st.DataObject) -> None:
    content = bytearray((folder / "good.tar").read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    assert refused(folder, bytes(content))


def test_every_byte_of_a_header_counts(folder: Path) -> None:
    good = (folder / "good.tar").read_bytes()
    with tarfile.open(folder / "good.tar") as archive:
        offset = archive.getmembers()[5].offset
    for position in range(offset, offset + tarfile.BLOCKSIZE):
        for flip in (1, 0x20, 0x80, 0xFF):
            damaged = bytearray(good)
            damaged[position] ^= flip
            assert refused(folder, bytes(damaged)), (position - offset, flip)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_flipped_byte_of_a_compressed_one_is_refused_or_alters_nothing(folder: Path, data: st.DataObject) -> None:
    content = bytearray((folder / "good.tar.gz").read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    if not refused(folder, bytes(content)):  # such as the time in gzip's own header, which nothing reads
        assert verify_backup(folder / "damaged") == verify_backup(folder / "good.tar")


@settings(max_examples=100, deadline=None)
@given(st.data(), st.sampled_from([".tar", ".tar.gz"]))
def test_what_is_cut_off_is_refused(folder: Path, data: st.DataObject, suffix: str) -> None:
    content = (folder / f"good{suffix}").read_bytes()
    assert refused(folder, content[: data.draw(st.integers(0, len(content) - 1))])


@pytest.mark.parametrize("more", [b"\0", b"\0" * 512, b"\0" * 10240, b"x"])
def test_what_goes_on_is_refused(folder: Path, more: bytes) -> None:
    good = (folder / "good.tar").read_bytes()
    assert refused(folder, good + more)
    assert refused(folder, gzip.compress(good + more))
    assert refused(folder, good + good)


def member(name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = "") -> Member:
    """Return a member of an archive."""
    header = tarfile.TarInfo(name)
    header.size, header.type, header.linkname = len(content), kind, link
    return header, content


def archive_of(members: list[Member], form: int = tarfile.GNU_FORMAT) -> bytes:
    """Write an archive."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as archive:
        for header, content in members:
            archive.addfile(header, io.BytesIO(content))
    return file.getvalue()


def members_of(path: Path) -> list[Member]:
    """Read an archive."""
    with tarfile.open(path) as archive:
        return [(header, archive.extractfile(header).read()) for header in archive]  # type: ignore[union-attr]


def test_the_archives_below_would_be_read_if_they_were_good(folder: Path) -> None:
    assert not refused(folder, archive_of(members_of(folder / "good.tar")))
    assert not refused(folder, gzip.compress(archive_of(members_of(folder / "good.tar")), mtime=77))


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(member("../outside", b"x"), id="parent"),
        pytest.param(member("/etc/outside", b"x"), id="absolute"),
        pytest.param(member("store/../../outside", b"x"), id="parent inside"),
        pytest.param(member("store", kind=tarfile.SYMTYPE, link="/etc"), id="symbolic link"),
        pytest.param(member("store/00/x", kind=tarfile.LNKTYPE, link="/etc/passwd"), id="hard link"),
        pytest.param(member("store/00/x", kind=tarfile.CHRTYPE), id="device"),
        pytest.param(member("store/00/x", kind=tarfile.FIFOTYPE), id="pipe"),
        pytest.param(member("store", kind=tarfile.DIRTYPE), id="folder"),
        pytest.param(member("ledger/more.jsonl", b"{}\n"), id="another ledger"),
        pytest.param(member("x" * 300, b"x"), id="long name"),
        pytest.param(member("lofte.toml", b"x"), id="settings"),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 4, -1, None])
def test_members_that_do_not_belong_are_refused(folder: Path, hostile: Member, place: int | None) -> None:
    members = members_of(folder / "good.tar")
    members.insert(len(members) if place is None else place, hostile)
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        assert refused(folder, archive_of(members, form))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.CONTTYPE])
@pytest.mark.parametrize("place", [0, 2, -1])
def test_another_kind_of_member_under_a_good_name_is_refused(folder: Path, kind: bytes, place: int) -> None:
    members = members_of(folder / "good.tar")
    members[place][0].type, members[place][0].linkname = kind, "/etc/passwd"
    assert refused(folder, archive_of(members))


REARRANGED: dict[str, Callable[[list[Member]], list[Member]]] = {
    "no members": lambda _members: [],
    "only the manifest": lambda members: members[:1],
    "an object missing": lambda members: members[:3] + members[4:],
    "the ledger missing": lambda members: members[:-1],
    "an object twice": lambda members: [*members[:3], members[2], *members[3:]],
    "two objects in each other's place": lambda members: [*members[:2], members[3], members[2], *members[4:]],
    "no manifest": lambda members: members[1:],
    "the manifest last": lambda members: [*members[1:], members[0]],
}


@pytest.mark.parametrize("rearrange", REARRANGED.values(), ids=REARRANGED.keys())
def test_members_that_are_not_those_of_the_manifest_are_refused(
    folder: Path, rearrange: Callable[[list[Member]], list[Member]]
) -> None:
    assert refused(folder, archive_of(rearrange(members_of(folder / "good.tar"))))


HEAD = '{"format":"lofte-backup","version":1}\n'
DIGEST = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # of x
OBJECT = f'{{"name":"store/2d/{DIGEST}","size":1,"sha256":"{DIGEST}"}}\n'


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("", id="empty"),
        pytest.param("no JSON\n", id="no JSON"),
        pytest.param(OBJECT, id="no head"),
        pytest.param(HEAD.replace("lofte-backup", "other"), id="another format"),
        pytest.param(HEAD + OBJECT.replace("store/2d/", "store/00/"), id="another folder than the hash says"),
        pytest.param(HEAD + OBJECT.replace("store/2d/", "../2d/"), id="out of the state"),
        pytest.param(HEAD + OBJECT.replace(f"store/2d/{DIGEST}", "ledger/../../x.jsonl"), id="out by a ledger"),
        pytest.param(HEAD + OBJECT.replace(f"store/2d/{DIGEST}", "/etc/x"), id="absolute"),
        pytest.param(HEAD + OBJECT.replace(f"store/2d/{DIGEST}", "ledger/x.jsonl\\n"), id="a line break"),
        pytest.param(HEAD + OBJECT.replace(":1,", ":-1,"), id="negative size"),
        pytest.param(HEAD + OBJECT.replace(":1,", ":9999999999999,"), id="a size beyond the file"),
        pytest.param(HEAD + OBJECT.replace(":1,", ":1.0,"), id="no whole size"),
        pytest.param(HEAD + OBJECT + OBJECT, id="twice"),
        pytest.param(HEAD + OBJECT.replace("{", "{ "), id="not as it is written"),
        pytest.param(HEAD + OBJECT.rstrip(), id="no line end"),
    ],
)
def test_manifests_that_no_backup_writes_are_refused(folder: Path, lines: str) -> None:
    name = lines.split('"name":"')[1].split('"')[0] if '"name":"' in lines else "x"
    members = [member("manifest.jsonl", lines.encode()), member(name, b"x")]
    assert refused(folder, archive_of(members))
    good = [KeptFile(name=f"store/2d/{DIGEST}", size=1, sha256=DIGEST)]
    assert manifest_bytes(good).decode() == HEAD + OBJECT
    assert not refused(folder, archive_of([member("manifest.jsonl", manifest_bytes(good)), member(good[0].name, b"x")]))


def test_a_backup_of_a_later_format_is_told_apart(folder: Path) -> None:
    path = folder / "later.tar"
    path.write_bytes(archive_of([member("manifest.jsonl", HEAD.replace("1}", "2}").encode())]))
    with pytest.raises(BackupError, match="is of format 2; this program reads format 1"):
        verify_backup(path)


def test_a_manifest_that_would_fill_the_memory_is_refused(folder: Path) -> None:
    bomb = gzip.compress(archive_of([member("manifest.jsonl", b"\0" * 50_000_000)]))
    assert len(bomb) < 100_000
    (folder / "bomb").write_bytes(bomb)
    with pytest.raises(BackupError, match="is no backup that `lofte backup` has made"):  # not: its manifest is damaged
        verify_backup(folder / "bomb")


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b", b"no archive", b"\0" * 20480, b"PK\x03\x04"])
def test_what_is_no_archive_is_refused(folder: Path, content: bytes) -> None:
    assert refused(folder, content)
