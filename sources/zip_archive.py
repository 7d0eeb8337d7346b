"""A ZIP archive, looked at before anything of it is inflated: a bomb or a hidden part is refused, never unpacked."""

import io
import struct
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from schemas.content import joined
from schemas.errors import DeliveryHeldError
from sources.member_file import MemberFile
from sources.zip_member import ENCRYPTED, before, damaged, end_of, inflated

MEMBERS_MAX = 500
INFLATED_MAX = 1024**3
# Sheets of a million like rows shrink 30-fold, deflate at most 1032-fold.
RATIO_MAX = 150
_SMALL = 1024**2
_END_MARK, _END_SIZE = b"PK\x05\x06", 22
# What is written says nothing of when and where; no archive can name an earlier time.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


@dataclass(frozen=True)
class Archive:
    """An archive whose directory can be trusted; `loose_texts` is what stands in it outside its files."""

    content: bytes
    files: zipfile.ZipFile
    names: list[str]
    loose_texts: list[str]

    def blocks(self, name: str) -> Iterator[bytes]:
        """Inflate a member block by block, to its end and no further than its declared size.

        Raises:
            DeliveryHeldError: when it is damaged, says another size than it has, or has bytes behind its end.
        """
        return inflated(self.files.getinfo(name), self.content)

    def read(self, name: str) -> bytes:
        """Inflate a member as a whole."""
        return joined(self.blocks(name))


def open_archive(content: bytes) -> Archive:
    """Check the directory of an archive and open it.

    Raises:
        DeliveryHeldError: saying what is wrong with it; names within it are not repeated.
    """
    try:
        files = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise damaged() from error
    fault = _fault(files.infolist(), content) or _layout_fault(files, content)
    if fault is not None:
        raise DeliveryHeldError(f"the archive {fault}; it was not unpacked. Ask the provider for a plain one.")
    names = [item.filename for item in files.infolist() if not item.is_dir()]
    return Archive(content, files, names, list(_loose_texts(files, content)))


def _fault(entries: list[zipfile.ZipInfo], content: bytes) -> str | None:
    names = [item.filename for item in entries]
    inflated = sum(item.file_size for item in entries)
    if len(entries) > MEMBERS_MAX:
        return f"holds more than {MEMBERS_MAX} files"
    if len({name.casefold() for name in names}) < len(names):
        return "holds two files of one name"
    if any(_leads_out(name) for name in names):
        return "holds a file whose path leads out of it"
    if any(item.flag_bits & ENCRYPTED for item in entries):
        return "is encrypted"
    if any(item.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for item in entries):
        return "is packed in an unusual way"
    if any(item.is_dir() and item.file_size for item in entries):
        return "holds a folder that is a file"
    if inflated > INFLATED_MAX:
        return f"says that it unpacks to {inflated // 1024**2} MiB, more than {INFLATED_MAX // 1024**2}"
    if any(_is_bomb(item) for item in entries) or (inflated > _SMALL and inflated > RATIO_MAX * len(content)):
        return f"unpacks to more than {RATIO_MAX} times its size, as only a bomb does"
    return None


def _is_bomb(item: zipfile.ZipInfo) -> bool:
    return item.file_size > _SMALL and item.file_size > RATIO_MAX * max(item.compress_size, 1)


def _leads_out(name: str) -> bool:
    parts = name.removesuffix("/").split("/")
    return not name.isprintable() or "\\" in name or ":" in name or any(part in {"", ".", ".."} for part in parts)


def _layout_fault(files: zipfile.ZipFile, content: bytes) -> str | None:
    """Find bytes that are in no member, or in two: nothing may stand where nobody looks.

    Members that lie over each other make one small file many large ones.
    """
    end: int | None = 0
    for item in sorted(files.infolist(), key=lambda item: item.header_offset):
        end = end_of(item, content) if item.header_offset == end else None
    tail = content.rfind(_END_MARK) + _END_SIZE + len(files.comment)
    is_all = files.start_dir == end and tail == len(content)
    return None if is_all else "has bytes outside its files, or files over each other"


def _loose_texts(files: zipfile.ZipFile, content: bytes) -> Iterator[str]:
    yield files.comment.decode("latin-1")
    for item in files.infolist():
        yield from (item.filename, item.comment.decode("latin-1"), item.extra.decode("latin-1"))
        yield before(item, content).decode("latin-1")


def write_archive(members: Iterable[tuple[str, Iterable[bytes]]]) -> bytes:
    """Return an archive of files given block by block; the same files give the same bytes, whenever it is written."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as files:
        for name, blocks in members:
            item = zipfile.ZipInfo(name, _NO_TIME)
            item.compress_type, item.create_system, item.external_attr = zipfile.ZIP_DEFLATED, _UNIX, 0o600 << 16
            with files.open(item, "w") as member:
                for block in blocks:
                    member.write(block)
    return content.getvalue()


def read_member(content: bytes, name: str) -> bytes:
    """Return the one file of an archive.

    Raises:
        DeliveryHeldError: when it holds another, or more than one.
    """
    return _archive_of(content, name).read(name)


@contextmanager
def opened_member(content: bytes, name: str) -> Iterator[MemberFile]:
    """Lend the one file of an archive, unpacked as it is read.

    What is read out of it counts only when all has been, as then alone nothing in it is damaged.

    Raises:
        DeliveryHeldError: when the archive holds another, or more than one.
    """
    archive = _archive_of(content, name)
    try:
        yield MemberFile(lambda: archive.blocks(name))
    except DeliveryHeldError:
        # What is wrong with the text of a damaged archive says nothing: the damage does, which may only come later.
        deque(archive.blocks(name), maxlen=0)
        raise


def _archive_of(content: bytes, name: str) -> Archive:
    archive = open_archive(content)
    if archive.names != [name]:
        raise DeliveryHeldError(
            f"the archive {_differs(archive.names, name)}, as contract.zip.member says; ask the provider for that, or "
            "change the contract"
        )
    return archive


def _differs(names: list[str], name: str) -> str:
    """Say in what an archive differs from one that holds one file of a name; only that name is repeated."""
    if len(names) != 1:
        return f"holds {len(names)} files and must hold one, named {name!r}"
    (other,) = names
    if other.casefold() == name.casefold():
        return f"holds the one file by a name in other letters, large or small; it must be {name!r}"
    if other.rsplit("/", 1)[-1] == name.rsplit("/", 1)[-1]:
        return f"holds the one file in another folder; its path must be {name!r}"
    return f"holds one file by another name; it must be named {name!r}"
