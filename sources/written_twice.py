"""A delivery that holds the same rows twice, as where an export was appended to its own file."""

from contextlib import closing
from itertools import islice

from methods.repeated_half import repeats_its_first_half
from schemas.content import PIECE_BYTES, Content, Seekable
from schemas.contract import ReadableContract
from schemas.layout import CsvDialect
from sources.csv_text import BLOCK_BYTES
from sources.layouts import header_rule, read_batches


def repeats_itself(content: Content, readable: ReadableContract, block_bytes: int = BLOCK_BYTES) -> bool:
    """Tell whether the second half of a delivery's rows repeats the first.

    One that is read at once, as nearly all are, is looked at row by row. Of a larger CSV the bytes are, up to the first
    that differ: none is slower for it. A larger workbook, and a larger CSV in an archive, are not looked at.

    Args:
        content: the delivery.
        readable: how it is read.
        block_bytes: how much of a CSV is read at a time.

    Raises:
        DeliveryHeldError: when the file is damaged or has other columns.
    """
    contract = readable.contract
    read = read_batches(content.opened, contract, header_rule(readable), block_bytes=block_bytes)
    with closing(read) as batches:
        # Of a workbook the header comes before the rows, in a batch of its own.
        found = [batch for batch in islice(batches, 3) if batch.row_count]
    if len(found) == 1:
        return repeats_its_first_half(found[0].cells)
    return len(found) > 1 and isinstance(contract.layout, CsvDialect) and contract.zip is None and _is_doubled(content)


def _is_doubled(content: Content) -> bool:
    """Tell whether the bytes are the same twice, with the header or below it."""
    with content.opened() as file:
        if not isinstance(file, Seekable):
            return False
        buffer = memoryview(bytearray(PIECE_BYTES))
        header_bytes = _piece(file, buffer, 0).find(b"\n") + 1
        return any(_repeats_first_half(file, buffer, begin, content.size) for begin in (0, header_bytes))


def _repeats_first_half(file: Seekable, buffer: memoryview, begin: int, end: int) -> bool:
    half, rest = divmod(end - begin, 2)
    if rest:
        return False
    pieces = range(begin, begin + half, len(buffer))
    ahead = (buffer[: min(len(buffer), begin + half - place)] for place in pieces)
    return all(
        _piece(file, piece, place) == _piece(file, piece, place + half)
        for place, piece in zip(pieces, ahead, strict=True)
    )


def _piece(file: Seekable, buffer: memoryview, place: int) -> bytes:
    file.seek(place)
    return bytes(buffer[: file.readinto(buffer)])
