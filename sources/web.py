"""One file over HTTPS, whole or not at all: deadline, allow-list, retries, cap on size."""

import random
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from schemas.errors import FetchError
from sources.call_rate import CallRate
from sources.web_connection import Deadline, NotPublicError, guarded_session

CHUNK_SIZE = 64 * 1024
REDIRECTS_MAX = 5
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_REDIRECTS = {301, 302, 303, 307, 308}
_WORTH_A_RETRY = {429, 500, 502, 503, 504}


@dataclass(frozen=True)
class WebLimits:
    """What a source may reach, and how much of anything it may take.

    `hosts` are the names that may be called; no other is, whatever a redirect says. `user_agent` says
    who calls and where to complain. `deadline_seconds` is for one file, all tries and pauses together. `size_max` is
    in bytes, after decompression.
    """

    hosts: frozenset[str]
    user_agent: str
    deadline_seconds: float = 120
    read_timeout_seconds: float = 20
    size_max: int = 2 * 1024**3
    tries: int = 4
    pause_seconds: float = 1
    retry_after_max_seconds: float = 60
    allows_loopback: bool = False


@dataclass(frozen=True)
class Remembered:
    """What a server said of a file when it was last fetched, for asking whether it has changed."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class WebFile:
    """A file as received, decompressed."""

    content: bytes
    media_type: str
    remembered: Remembered


class AbsentError(FetchError):
    """The address answers that there is no such file."""


class _RetryableError(Exception):
    """The server may answer better a little later."""

    def __init__(self, reason: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after_seconds = retry_after_seconds


def get(url: str, limits: WebLimits, rate: CallRate, known: Remembered | None = None) -> WebFile | None:
    """Fetch a file.

    Args:
        url: an address on an allowed host, https only.
        limits: what may be reached and taken.
        rate: the house rules of hosts, and the calls made so far.
        known: what the server said last time; then an unchanged file is not sent again.

    Returns:
        The whole file, or None when it has not changed.

    Raises:
        FetchError: when it could not be had whole; nothing of it is kept.
        AbsentError: when the address answers that there is no such file.
    """
    started = time.monotonic()
    with Deadline(limits.deadline_seconds) as deadline:
        for number in range(1, limits.tries + 1):
            try:
                return _told(url, deadline, lambda: _try(url, limits, rate, deadline, known or Remembered()))
            except _RetryableError as error:
                left = limits.deadline_seconds - (time.monotonic() - started)
                pause = _pause(number, error.retry_after_seconds, limits)
                if number == limits.tries or pause >= left:
                    raise FetchError(f"{_shown(url)}: {error}, after {number} tries; run again later") from error
                time.sleep(pause)
    raise AssertionError("unreachable: the last try returns or raises")


def _told(url: str, deadline: Deadline, work: Callable[[], WebFile | None]) -> WebFile | None:
    """Tell every failure of a connection as one of fetching, or as worth another try.

    What has been cut by the deadline is never taken, not even where it looks whole: closing may be its only end.
    """
    try:
        answer = work()
    except NotPublicError as error:
        raise FetchError(
            f"{_shown(url)}: the host's name leads to an address that is not public; nothing was sent"
        ) from error
    except (requests.RequestException, HTTPError, OSError, FetchError) as error:
        if deadline.has_passed:
            raise _too_slow(url, deadline) from error
        if isinstance(error, FetchError):
            raise
        raise _RetryableError(f"the connection failed or ended too soon ({type(error).__name__})") from error
    if deadline.has_passed:
        raise _too_slow(url, deadline)
    return answer


def _too_slow(url: str, deadline: Deadline) -> FetchError:
    return FetchError(
        f"{_shown(url)}: not received whole within {deadline.seconds:g} s; nothing of it is kept. Run again later, or "
        "ask the publisher"
    )


def _try(url: str, limits: WebLimits, rate: CallRate, deadline: Deadline, known: Remembered) -> WebFile | None:
    """Fetch once; where only the end of the connection says that a file is whole, fetch again and compare."""
    first, is_delimited = _fetch(url, limits, rate, deadline, known)
    if first is None or is_delimited:
        return first
    second, _ = _fetch(url, limits, rate, deadline, Remembered())
    if second is None or second.content != first.content:
        raise _RetryableError("the server does not say how long the file is, and two fetches differ")
    return first


def _fetch(
    url: str, limits: WebLimits, rate: CallRate, deadline: Deadline, known: Remembered
) -> tuple[WebFile | None, bool]:
    """Follow redirects on allowed hosts to an answer; return it and whether its length was told."""
    with guarded_session(deadline, allows_loopback=limits.allows_loopback) as session:
        for _ in range(REDIRECTS_MAX + 1):
            host = allowed_host(url, limits)
            rate.wait_for_turn(host, limits.deadline_seconds)
            with session.get(
                url,
                headers=_headers(known, limits.user_agent),
                stream=True,
                allow_redirects=False,
                timeout=limits.read_timeout_seconds,
            ) as response:
                if response.status_code not in _REDIRECTS:
                    return _answered(url, response, limits)
                url = urljoin(url, response.headers.get("Location", ""))
    raise FetchError(f"{_shown(url)}: more than {REDIRECTS_MAX} redirects; see to the address")


def allowed_host(url: str, limits: WebLimits) -> str:
    """Return the host of an address that may be called.

    Raises:
        FetchError: for another scheme than https, a user in the address, another port, or a host not on the list.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_loopback = limits.allows_loopback and host in _LOOPBACK
    if parts.scheme != "https" and not (is_loopback and parts.scheme == "http"):
        raise FetchError(f"{_shown(url)}: only https is fetched; nothing was sent")
    if parts.username is not None or parts.password is not None:
        raise FetchError(f"{_shown(url)}: the address holds a user; nothing was sent")
    if host not in limits.hosts:
        raise FetchError(f"{_shown(url)}: the host is not one that the source may call; nothing was sent")
    if not is_loopback and _port(url) not in {None, 443}:
        raise FetchError(f"{_shown(url)}: another port than 443; nothing was sent")
    return host


def _port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError as error:
        raise FetchError(f"{_shown(url)}: the address has no valid port") from error


def _headers(known: Remembered, user_agent: str) -> dict[str, str]:
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    asked = {name: value for name, value in conditions.items() if value is not None}
    return {"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "gzip", **asked}


def _answered(url: str, response: requests.Response, limits: WebLimits) -> tuple[WebFile | None, bool]:
    status = response.status_code
    if status == HTTPStatus.NOT_MODIFIED:
        return None, True
    if status in _WORTH_A_RETRY:
        raise _RetryableError(f"the server answered {status}", _retry_after(response.headers.get("Retry-After")))
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        raise AbsentError(f"{_shown(url)}: not there (status {status})")
    if status != HTTPStatus.OK:
        raise FetchError(f"{_shown(url)}: the server answered {status}; see to the address or ask the publisher")
    content = _body(url, response, limits)
    media_type = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
    _refuse_no_data(url, content, media_type)
    remembered = Remembered(response.headers.get("ETag"), response.headers.get("Last-Modified"))
    is_delimited = "Content-Length" in response.headers or response.raw.chunked
    return WebFile(content, media_type, remembered), is_delimited


def _refuse_no_data(url: str, content: bytes, media_type: str) -> None:
    """Refuse an empty body, and a page where data should be: an error page often comes with status 200."""
    if not content.strip():
        raise FetchError(f"{_shown(url)}: an empty body with status 200; it is never read as zero. Run again later")
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if media_type in {"text/html", "application/xhtml+xml"} or start.startswith((b"<!doctype html", b"<html")):
        raise FetchError(f"{_shown(url)}: a web page where data should be; see to the address or ask the publisher")


def _body(url: str, response: requests.Response, limits: WebLimits) -> bytes:
    """Read a body whole, never more than the cap, compressed or not."""
    content = bytearray()
    for piece in _decoded(url, response):
        content += piece
        if len(content) > limits.size_max:
            raise FetchError(f"{_shown(url)}: larger than {limits.size_max} bytes; raise the limit or ask why")
    return bytes(content)


def _decoded(url: str, response: requests.Response) -> Iterator[bytes]:
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in {"", "identity"}:
        yield from _received(response)
        return
    if encoding not in {"gzip", "x-gzip"}:
        raise FetchError(f"{_shown(url)}: sent as {encoding}, which was not asked for")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        for piece in _received(response):
            while piece:
                yield unpacker.decompress(piece, CHUNK_SIZE)
                piece = unpacker.unconsumed_tail
        yield unpacker.flush()
    except zlib.error as error:
        raise _RetryableError("the compressed body is damaged") from error
    if not unpacker.eof or unpacker.unused_data:
        raise _RetryableError("the compressed body is cut off or followed by something else")


def _received(response: requests.Response) -> Iterator[bytes]:
    while piece := response.raw.read1(CHUNK_SIZE, decode_content=False):
        yield piece


def _retry_after(value: str | None) -> float | None:
    """Return the seconds that a server asks to be left alone, given as seconds or as a date; None if it does not."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max((moment - datetime.now(UTC)).total_seconds(), 0) if moment.tzinfo else None


def _pause(number: int, retry_after_seconds: float | None, limits: WebLimits) -> float:
    """Return how long to wait before the next try: as asked, else longer each time, never in step with others."""
    jitter = random.uniform(0, limits.pause_seconds)  # noqa: S311 - nothing secret
    if retry_after_seconds is None:
        return limits.pause_seconds * 2.0 ** (number - 1) + jitter
    if retry_after_seconds > limits.retry_after_max_seconds:
        return float("inf")
    return retry_after_seconds + jitter


def _shown(url: str) -> str:
    """Return an address without user, query and fragment, where secrets and persons may stand."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return f"{parts.scheme}://{host}{parts.path}" if host else f"{parts.scheme or 'the address'}:…"
