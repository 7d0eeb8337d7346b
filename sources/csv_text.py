"""The bytes of a CSV delivery as UTF-8, in blocks of whole lines: by the declared encoding only, never by a guess."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow

from schemas.contract import CsvDialect
from schemas.errors import DeliveryHeldError

BLOCK_BYTES = 16 << 20
_BOM = b"\xef\xbb\xbf"
# A second byte order mark, U+FFFD, and å ä ö Å Ä Ö é – as they look when UTF-8 has been read as Windows-1252.
_NEVER_MEANT = re.compile("[\ufeff\ufffd]|Ã[¥¤¶…„–©‰\u0085\u0084\u0096]|â€")


class Readable(Protocol):
    """Bytes that are read piece by piece."""

    def read(self, size: int, /) -> bytes:
        """Read on; nothing more comes at the end."""


@dataclass(frozen=True)
class TextBlock:
    """Whole lines of text in UTF-8, and where in the file they stand."""

    content: bytes
    first_line: int
    first_byte: int
    encoding: str

    def refuse_never_meant(self) -> None:
        """Look for what no one means to write.

        Raises:
            DeliveryHeldError: naming line and byte.
        """
        text = self.content.decode()
        match = _NEVER_MEANT.search(text)
        if match is not None:
            before = text[: match.start()]
            position = self.first_byte + len(before.encode(self.encoding))
            raise DeliveryHeldError(
                f"line {self.first_line + before.count(chr(10))}, byte {position}: a byte order mark, a replacement "
                f"character (U+FFFD) or text that was once read by the wrong encoding; it is not {self.encoding} all "
                "the way. Ask for the file again."
            )


def text_blocks(file: Readable, dialect: CsvDialect, size: int = BLOCK_BYTES) -> Iterator[TextBlock]:
    """Read a file by the declared encoding only, in memory that does not grow with it.

    Raises:
        DeliveryHeldError: naming line and byte, when bytes are not of that encoding, when the file ends without the
            line break that the contract asks for, or when one line is longer than a block.
    """
    line, position = 1, 0
    encoding = "windows-1252" if dialect.encoding == "windows-1252" else "utf-8"
    for raw in _blocks_of_lines(file, size):
        if len(raw) > size and not raw.endswith(b"\n"):
            raise DeliveryHeldError(f"line {line}: longer than {size} bytes; ask for the file again")
        if not raw.endswith(b"\n") and not dialect.allow_missing_final_newline:
            raise DeliveryHeldError(
                f"line {line}: no line break at the end, so the file may be cut off; fetch it again, or set "
                "allow_missing_final_newline = true in the contract"
            )
        mark = len(_BOM) if position == 0 and dialect.encoding == "utf-8-sig" and raw.startswith(_BOM) else 0
        content = _as_utf8(raw[mark:], dialect.encoding, line, position + mark)
        yield TextBlock(content, line, position + mark, encoding)
        line += int(np.count_nonzero(np.frombuffer(content, np.uint8) == ord("\n")))
        position += len(raw)


def decode(content: bytes, dialect: CsvDialect) -> str:
    """Decode by the declared encoding only, and look for what no one means to write.

    Raises:
        DeliveryHeldError: naming line and byte.
    """
    lenient = dialect.model_copy(update={"allow_missing_final_newline": True})
    blocks = list(text_blocks(io.BytesIO(content), lenient, len(content) + 1))
    for block in blocks:
        block.refuse_never_meant()
    return b"".join(block.content for block in blocks).decode()


def _blocks_of_lines(file: Readable, size: int) -> Iterator[bytes]:
    """Cut after line breaks; a line that does not end, or not within the size, is the last block and stands alone."""
    rest = b""
    while chunk := file.read(size):
        end = chunk.rfind(b"\n") + 1
        if end:
            yield rest + chunk[:end]
            rest = chunk[end:]
        else:
            rest += chunk
        if len(rest) > size:
            break
    if rest:
        yield rest


def _as_utf8(raw: bytes, encoding: str, line: int, position: int) -> bytes:
    if encoding != "windows-1252" and _is_utf8(raw):
        return raw
    try:
        return raw.decode("utf-8" if encoding == "utf-8-sig" else encoding).encode()
    except UnicodeDecodeError as error:
        raise DeliveryHeldError(
            f"line {line + raw.count(bytes([10]), 0, error.start)}, byte {position + error.start}: not {encoding}, "
            "as the contract says; ask for the agreed encoding or change the contract"
        ) from error


def _is_utf8(raw: bytes) -> bool:
    """Tell whether bytes are UTF-8, without making text of them."""
    offsets = pyarrow.array([0, len(raw)], pyarrow.int64()).buffers()[1]
    text = pyarrow.LargeStringArray.from_buffers(1, offsets, pyarrow.py_buffer(raw))
    try:
        text.validate(full=True)
    except pyarrow.ArrowInvalid:
        return False
    return True
