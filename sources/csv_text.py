"""The bytes of a CSV delivery as UTF-8, in blocks of whole lines: by the declared encoding only, never by a guess."""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow

from methods.encoding_damage import find_encoding_damage
from schemas.content import Readable
from schemas.errors import DeliveryHeldError
from schemas.layout import CsvDialect
from sources.old_workbook import refuse_old_workbook
from sources.reading_ahead import read_ahead

BLOCK_BYTES = 8 << 20
# The first block is smaller, so that all who wait for it begin soon.
FIRST_BLOCK_BYTES = 1 << 20
FIELD_LENGTH_MAX = 64 * 1024
_BOM = b"\xef\xbb\xbf"
_NEWLINE = ord("\n")
_KIND_BYTES = 1024
# How files begin that a packer has made. As Windows-1252 nearly any bytes are a text, in which nothing would be found.
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"Rar!", b"\x1f\x9d", b"LZIP")
# Of bytes without order one of nine is a control character, of a damaged text one or two are.
_CONTROLS = np.array([byte for byte in range(32) if byte not in b"\t\n\r"], np.uint8)
_CONTROLS_MIN, _CONTROL_SHARE = 4, 20
_SEPARATOR_LINE = re.compile(rb'"?sep=.?"?[\r\n]')
_PART_BYTES = 256 * 1024


@dataclass(frozen=True)
class TextBlock:
    """Whole lines of text in UTF-8, where in the file they stand, and the bytes as they came."""

    content: bytes
    first_line: int
    first_byte: int
    encoding: str
    raw: bytes
    line_count: int

    def lines(self, taken: list[str]) -> Iterator[str]:
        """Yield lines as `csv` ends them, no more than are asked for; each is also added to `taken`."""
        for line in io.TextIOWrapper(io.BytesIO(self.content), "utf-8", newline=""):
            taken.append(line)
            yield line

    def below(self, header: str) -> "TextBlock":
        """Return what stands below the first lines, which are these."""
        content = self.content[len(header.encode()) :]
        above = len(self.raw) - len(content if self.encoding == "utf-8" else content.decode().encode(self.encoding))
        first_byte = self.first_byte + len(header.encode(self.encoding))
        lines = header.count("\n")
        count = self.line_count - lines
        return TextBlock(content, self.first_line + lines, first_byte, self.encoding, self.raw[above:], count)

    def followed_by(self, other: "TextBlock") -> "TextBlock":
        """Return both, where the other comes next."""
        content, raw = self.content + other.content, self.raw + other.raw
        count = self.line_count + other.line_count
        return TextBlock(content, self.first_line, self.first_byte, self.encoding, raw, count)

    def refuse_damage(self) -> None:
        """Look for what only a wrong decoding leaves in a text.

        Raises:
            DeliveryHeldError: naming line and byte.
        """
        text = self.content.decode()
        damage = find_encoding_damage(text)
        if damage is not None:
            before = text[:damage]
            line, byte = self.first_line + before.count("\n"), self.first_byte + len(before.encode(self.encoding))
            raise DeliveryHeldError(
                f"line {line}, byte {byte}: a byte order mark, a replacement character (U+FFFD) or text that was once "
                f"read by the wrong encoding; it is not {self.encoding} all the way. Ask for the file again."
            )


def count_lines(content: bytes) -> int:
    """Return how many line breaks there are.

    >>> count_lines(b"a\\nb\\n")
    2
    """
    return sum(int(np.count_nonzero(is_break)) for _, is_break in _line_breaks(content))


def line_ends(content: bytes | memoryview) -> npt.NDArray[np.int64]:
    """Return where the next line begins after each line break.

    >>> line_ends(b"a\\nb\\n").tolist()
    [2, 4]
    """
    found = [np.flatnonzero(is_break) + (start + 1) for start, is_break in _line_breaks(content)]
    return np.concatenate([np.empty(0, np.int64), *found])


def text_blocks(file: Readable, dialect: CsvDialect, size: int = BLOCK_BYTES) -> Iterator[TextBlock]:
    """Read a file by the declared encoding only, in memory that does not grow with it.

    Args:
        file: the delivery as received.
        dialect: its encoding, and whether it may end without a line break.
        size: about how many bytes a block has.

    Raises:
        DeliveryHeldError: naming line and byte, when bytes are not of that encoding, when the file ends without the
            line break that the contract asks for, or when one line is longer than a block.
    """
    line, position = 1, 0
    encoding = "windows-1252" if dialect.encoding == "windows-1252" else "utf-8"
    for raw in read_ahead(_blocks_of_lines(file, size)):
        if position == 0:
            refuse_other_kinds(raw, dialect.encoding)
        if len(raw) > max(size, FIELD_LENGTH_MAX) and not raw.endswith(b"\n"):
            raise DeliveryHeldError(f"line {line}: a line of more than {size} bytes; ask for the file again")
        if not raw.endswith(b"\n") and not dialect.allow_missing_final_newline and raw.strip():
            raise DeliveryHeldError(
                f"line {line}: no line break at the end, so the file may be cut off; fetch it again, or set "
                "allow_missing_final_newline = true in the contract"
            )
        mark = len(_BOM) if position == 0 and dialect.encoding == "utf-8-sig" and raw.startswith(_BOM) else 0
        content = _as_utf8(raw[mark:], dialect.encoding, line, position + mark)
        count = count_lines(content)
        yield TextBlock(content, line, position + mark, encoding, raw, count)
        line += count
        position += len(raw)


def decode(content: bytes, dialect: CsvDialect) -> str:
    """Decode by the declared encoding only, and look for what only a wrong decoding leaves.

    Raises:
        DeliveryHeldError: naming line and byte.
    """
    lenient = dialect.model_copy(update={"allow_missing_final_newline": True})
    blocks = list(text_blocks(io.BytesIO(content), lenient, len(content) + 1))
    for block in blocks:
        block.refuse_damage()
    return b"".join(block.content for block in blocks).decode()


def _line_breaks(content: bytes | memoryview) -> Iterator[tuple[int, npt.NDArray[np.bool_]]]:
    """Tell of each byte whether it is a line break, in parts that stay in the processor's cache."""
    codes = np.frombuffer(content, np.uint8)
    for start in range(0, len(codes), _PART_BYTES):
        yield start, codes[start : start + _PART_BYTES] == _NEWLINE


def _blocks_of_lines(file: Readable, size: int) -> Iterator[bytes]:
    """Cut after line breaks; a line that does not end, or not within the size, is the last block and stands alone."""
    rest = b""
    asked = min(size, FIRST_BLOCK_BYTES)
    while chunk := file.read(asked):
        asked = size
        end = chunk.rfind(b"\n") + 1
        if end:
            yield b"".join((rest, memoryview(chunk)[:end]))
            rest = chunk[end:]
        else:
            rest += chunk
        if len(rest) > max(size, FIELD_LENGTH_MAX):
            break
    if rest:
        yield rest


def _as_utf8(raw: bytes, encoding: str, line: int, position: int) -> bytes:
    if encoding != "windows-1252" and _is_utf8(raw):
        return raw
    try:
        return raw.decode("utf-8" if encoding == "utf-8-sig" else encoding).encode()
    except UnicodeDecodeError as error:
        line += raw.count(b"\n", 0, error.start)
        raise DeliveryHeldError(
            f"line {line}, byte {position + error.start}: not {encoding}, as the contract says; ask for the agreed "
            "encoding or change the contract"
        ) from error


def refuse_other_kinds(raw: bytes, encoding: str) -> None:
    """Say of bytes what they are where they are no CSV that a contract reads; `raw` begins the file.

    Raises:
        DeliveryHeldError: saying what to do.
    """
    refuse_old_workbook(raw, "CSV")
    if _seems_utf_16(raw):
        raise DeliveryHeldError(
            "line 1, byte 0: the file seems to be UTF-16, which no contract reads; ask for the agreed encoding, or for "
            "UTF-8"
        )
    if encoding == "utf-8" and raw.startswith(_BOM):
        raise DeliveryHeldError(
            'line 1, byte 0: a byte order mark begins the file; set encoding = "utf-8-sig" in the contract'
        )
    start = raw.removeprefix(_BOM)[:_KIND_BYTES].lstrip().lower()
    if raw.startswith(b"%PDF-"):
        raise DeliveryHeldError(
            "line 1: the file is a PDF and no CSV; ask for CSV, or key its figures into a file for `lofte receive`"
        )
    if raw.startswith(b"PK\x03\x04"):
        raise DeliveryHeldError("line 1: the file is a workbook or another ZIP archive and no CSV; ask for CSV")
    if raw.startswith(_PACKED) or _seems_packed(raw):
        raise DeliveryHeldError(
            "line 1: the file is packed or encrypted, as by gzip or 7-Zip, or damaged, and no CSV; ask for CSV, or for "
            "a ZIP archive and say so in the contract"
        )
    if start.startswith((b"<!doctype html", b"<html")):
        raise DeliveryHeldError("line 1: the file is a web page and no CSV; it may be a page that asks to log in")
    if _SEPARATOR_LINE.match(start):
        raise DeliveryHeldError(
            "line 1: the file begins with a line sep=, which only tells a spreadsheet the delimiter; ask for the file "
            "without that line"
        )
    if b"\n" not in raw and b"\r" in raw.strip():
        raise DeliveryHeldError(
            "line 1: lines end by a carriage return alone; ask for the file with CRLF or LF at the end of each line"
        )


def _seems_utf_16(raw: bytes) -> bool:
    """Tell UTF-16 by its mark, or by every second byte of its first two letters; windows-1252 would read it all."""
    is_zero = [byte == 0 for byte in raw[:4]]
    return raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or is_zero in (
        [False, True, False, True],
        [True, False, True, False],
    )


def _seems_packed(raw: bytes) -> bool:
    """Tell whether more than one byte in twenty is a control character: so it is where bytes have no order."""
    head = np.frombuffer(raw[:_KIND_BYTES], np.uint8)
    count = int(np.isin(head, _CONTROLS).sum())
    return count >= _CONTROLS_MIN and count * _CONTROL_SHARE > len(head)


def _is_utf8(raw: bytes) -> bool:
    """Tell whether bytes are UTF-8, without making text of them."""
    offsets = pyarrow.array([0, len(raw)], pyarrow.int64()).buffers()[1]
    text = pyarrow.LargeStringArray.from_buffers(1, offsets, pyarrow.py_buffer(raw))
    try:
        text.validate(full=True)
    except pyarrow.ArrowInvalid:
        return False
    return True
