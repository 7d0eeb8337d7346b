"""The body of an answer over the web: whole, unpacked within a cap, and data rather than a page or nothing."""

import io
import zlib
from collections.abc import Iterator

import requests

from schemas.errors import FetchError
from sources.web_address import shown

CHUNK_SIZE = 64 * 1024
_BLANK = b"\xef\xbb\xbf \t\r\n"


class RetryableError(Exception):
    """The server may answer better a little later.

    `is_of_host` where it says nothing of one file: the host is down, or wants to be left alone.
    """

    def __init__(self, reason: str, retry_after_seconds: float | None = None, *, is_of_host: bool = False) -> None:
        super().__init__(reason)
        self.retry_after_seconds = retry_after_seconds
        self.is_of_host = is_of_host


def is_delimited(url: str, response: requests.Response) -> bool:
    """Tell whether an answer, not read yet, says where its body ends, in a way that the client has understood.

    Raises:
        FetchError: when it is packed in a way that was not asked for.
    """
    coding = response.headers.get("Transfer-Encoding", "chunked").strip().lower()
    if coding != "chunked":
        raise FetchError(f"{shown(url)}: sent as {coding}, which was not asked for; ask the publisher")
    # A Content-Length that is no number is passed over by the client, which then reads until the connection ends.
    return bool(response.raw.chunked) or response.raw.length_remaining is not None


def read_body(url: str, response: requests.Response, size_max: int) -> bytes:
    """Read a body whole, never more than the cap, compressed or not.

    Raises:
        FetchError: when it is too large.
        RetryableError: when it is damaged or cut off.
    """
    content = io.BytesIO()  # gives its bytes away without another copy of them
    for piece in _decoded(url, response):
        content.write(piece)
        if content.tell() > size_max:
            raise FetchError(f"{shown(url)}: larger than {size_max} bytes; ask the publisher why")
    return content.getvalue()


def refuse_no_data(url: str, content: bytes, media_type: str) -> None:
    """Refuse an empty body, and a page where data should be: an error page often comes with status 200.

    Raises:
        FetchError: saying which.
    """
    start = content[:512].lstrip(_BLANK).lower()
    if not start and not content.strip(_BLANK):
        raise FetchError(f"{shown(url)}: an empty body with status 200; it is never read as zero. Run again later")
    if media_type in {"text/html", "application/xhtml+xml"} or start.startswith((b"<!doctype html", b"<html")):
        raise FetchError(f"{shown(url)}: a web page where data should be; see to the address or ask the publisher")


def _decoded(url: str, response: requests.Response) -> Iterator[bytes]:
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in {"", "identity"}:
        yield from _received(response)
        return
    if encoding not in {"gzip", "x-gzip"}:
        raise FetchError(f"{shown(url)}: sent as {encoding}, which was not asked for; ask the publisher")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        for piece in _received(response):
            while piece:
                yield unpacker.decompress(piece, CHUNK_SIZE)
                piece = unpacker.unconsumed_tail
        yield unpacker.flush()
    except zlib.error as error:
        raise RetryableError("the compressed body is damaged") from error
    if not unpacker.eof or unpacker.unused_data:
        raise RetryableError("the compressed body is cut off or followed by something else")


def _received(response: requests.Response) -> Iterator[bytes]:
    while piece := response.raw.read1(CHUNK_SIZE, decode_content=False):
        yield piece
