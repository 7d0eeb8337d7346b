"""A file within a ZIP archive: where it stands, and what it holds, to its last byte and no other."""

import struct
import zipfile
import zlib
from collections.abc import Iterator

from schemas.errors import DeliveryHeldError

_BLOCK = 1024**2
_FED = 64 * 1024
_LOCAL_HEADER = struct.Struct("<4sHHHHHLLLHH")
_LOCAL_MARK, _DESCRIPTOR_MARK = b"PK\x03\x04", b"PK\x07\x08"
ENCRYPTED, _SIZES_COME_AFTER = 0x1, 0x8
# A header whose sizes stand in its extra field says this of each.
_ELSEWHERE = 0xFFFFFFFF


def damaged() -> DeliveryHeldError:
    """Return what is raised of an archive that cannot be trusted."""
    return DeliveryHeldError("the archive is damaged or cut off; fetch it again, or ask the provider for it anew")


def before(item: zipfile.ZipInfo, content: bytes) -> bytes:
    """Return what stands between a member's header and its data: its name once more, and anything else.

    Raises:
        DeliveryHeldError: when there is no header.
    """
    start = item.header_offset + _LOCAL_HEADER.size
    return content[start : start + sum(_local(item, content)[-2:])]


def end_of(item: zipfile.ZipInfo, content: bytes) -> int | None:
    """Return where a member ends, with the sizes that some programs write after it; None where those are not its own.

    Raises:
        DeliveryHeldError: when its header says something else than the archive's directory.
    """
    _refuse_other_header(item, content)
    _, end = _bounds(item, content)
    if not item.flag_bits & _SIZES_COME_AFTER:
        return end
    return next((end + len(sizes) for sizes in _sizes_after(item) if content.startswith(sizes, end)), None)


def inflated(item: zipfile.ZipInfo, content: bytes) -> Iterator[bytes]:
    """Inflate a member block by block, to its end and no further than its declared size.

    Raises:
        DeliveryHeldError: when it is damaged, has another size or checksum than it says, or bytes behind its end.
    """
    start, end = _bounds(item, content)
    blocks = _stored if item.compress_type == zipfile.ZIP_STORED else _deflated
    size, checksum = 0, 0
    for block in blocks(memoryview(content)[start:end]):
        size, checksum = size + len(block), zlib.crc32(block, checksum)
        if size > item.file_size:
            raise damaged()
        yield block
    if (size, checksum) != (item.file_size, item.CRC):
        raise damaged()


def _stored(data: memoryview) -> Iterator[bytes]:
    yield from (bytes(data[place : place + _BLOCK]) for place in range(0, len(data), _BLOCK))


def _deflated(data: memoryview) -> Iterator[bytes]:
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for place in range(0, len(data), _FED):
            fed = bytes(data[place : place + _FED])
            while fed and not inflating.eof:
                if block := inflating.decompress(fed, _BLOCK):
                    yield block
                fed = inflating.unconsumed_tail
            if inflating.eof and (inflating.unused_data or place + _FED < len(data)):
                raise damaged()
        while not inflating.eof and (block := inflating.decompress(b"", _BLOCK)):
            yield block
    except zlib.error as error:
        raise damaged() from error
    if not inflating.eof:
        raise damaged()


def _bounds(item: zipfile.ZipInfo, content: bytes) -> tuple[int, int]:
    start = item.header_offset + _LOCAL_HEADER.size + len(before(item, content))
    if start + item.compress_size > len(content):
        raise damaged()
    return start, start + item.compress_size


def _local(item: zipfile.ZipInfo, content: bytes) -> tuple[bytes, int, int, int, int, int, int, int, int, int, int]:
    header = content[item.header_offset : item.header_offset + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size or not header.startswith(_LOCAL_MARK):
        raise damaged()
    return _LOCAL_HEADER.unpack(header)


def _refuse_other_header(item: zipfile.ZipInfo, content: bytes) -> None:
    _, _, flags, method, _, _, checksum, packed_size, size, name_length, _ = _local(item, content)
    may_be_left_out = {0} if item.flag_bits & _SIZES_COME_AFTER else set[int]()
    is_same = (
        checksum in {item.CRC, *may_be_left_out}
        and packed_size in {item.compress_size, _ELSEWHERE, *may_be_left_out}
        and size in {item.file_size, _ELSEWHERE, *may_be_left_out}
    )
    marks = ENCRYPTED | _SIZES_COME_AFTER
    name = before(item, content)[:name_length]
    if (flags ^ item.flag_bits) & marks or method != item.compress_type or not is_same or name != _name(item):
        raise damaged()


def _name(item: zipfile.ZipInfo) -> bytes:
    """Return a name as its bytes stand in the archive."""
    return item.orig_filename.encode("utf-8" if item.flag_bits & 0x800 else "cp437")


def _sizes_after(item: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what may stand after a member whose header does not say its sizes, the longest first."""
    for form in ("<LQQ", "<LLL"):
        sizes = struct.pack(form, item.CRC, item.compress_size, item.file_size)
        yield _DESCRIPTOR_MARK + sizes
        yield sizes
