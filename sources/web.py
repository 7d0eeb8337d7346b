"""One file over HTTPS, whole or not at all: deadline, allow-list, retries, cap on size."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import requests
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as SilenceError

from methods.personal_data import find_in_cell
from schemas.errors import FetchError, UnreachableError
from sources.call_rate import CallRate
from sources.web_address import allowed_host, followed, shown
from sources.web_body import RetryableError, is_delimited, read_body, refuse_no_data
from sources.web_connection import Deadline, NotPublicError, guarded_session

REDIRECTS_MAX = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_WORTH_A_RETRY = {429, 500, 502, 503, 504}
_A_YEAR_SECONDS = 365 * 86400
_OF_THE_HOST = {429, 503}
_NO_ANSWER = (requests.ConnectionError, requests.Timeout, SilenceError)


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
        UnreachableError: when its host did not answer in time, or wants to be left alone.
    """
    with Deadline(limits.deadline_seconds) as deadline:
        for number in range(1, limits.tries + 1):
            try:
                return _told(url, deadline, lambda: _try(url, limits, rate, deadline, known or Remembered()))
            except RetryableError as error:
                pause = _pause(number, error.retry_after_seconds, limits)
                if number == limits.tries or pause >= deadline.seconds_left:
                    raise _given_up(url, error, number) from error
                time.sleep(pause)
    raise AssertionError("unreachable: the last try returns or raises")


def _given_up(url: str, error: RetryableError, tries: int) -> FetchError:
    """Say what failed in every try, and when another has any use."""
    asked = error.retry_after_seconds
    later = "later" if not asked else f"in {min(asked, _A_YEAR_SECONDS):.0f} s, as it asks"
    message = f"{shown(url)}: {error}, after {tries} {'tries' if tries > 1 else 'try'}; run again {later}"
    return UnreachableError(message) if error.is_of_host else FetchError(message)


def _told(url: str, deadline: Deadline, work: Callable[[], WebFile | None]) -> WebFile | None:
    """Tell every failure of a connection as one of fetching, or as worth another try.

    What has been cut by the deadline is never taken, not even where it looks whole: closing may be its only end.
    """
    try:
        answer = work()
    except NotPublicError as error:
        raise FetchError(
            f"{shown(url)}: the host's name leads to an address that is not public; nothing was sent. See to the "
            "source's location and to who answers for the name"
        ) from error
    except (requests.RequestException, HTTPError, OSError, FetchError) as error:
        if deadline.has_passed:
            raise _too_slow(url, deadline) from error
        if isinstance(error, FetchError):
            raise
        reason = f"the connection failed or ended too soon ({_kind(error)})"
        raise RetryableError(reason, is_of_host=isinstance(error, _NO_ANSWER)) from error
    if deadline.has_passed:
        raise _too_slow(url, deadline)
    return answer


def _kind(error: BaseException) -> str:
    is_tls = isinstance(error, requests.exceptions.SSLError)
    return "no TLS that can be trusted; see to its certificate" if is_tls else type(error).__name__


def _too_slow(url: str, deadline: Deadline) -> FetchError:
    return UnreachableError(
        f"{shown(url)}: not received whole within {deadline.seconds:g} s; nothing of it is kept. Run again later, or "
        "ask the publisher"
    )


def _try(url: str, limits: WebLimits, rate: CallRate, deadline: Deadline, known: Remembered) -> WebFile | None:
    """Fetch once; where only the end of the connection says that a file is whole, fetch again and compare."""
    first, is_whole = _fetch(url, limits, rate, deadline, known)
    if first is None or is_whole:
        return first
    second, _ = _fetch(url, limits, rate, deadline, Remembered())
    if second is None or second.content != first.content:
        raise RetryableError("the server does not say how long the file is, and two fetches differ")
    return first


def _fetch(
    url: str, limits: WebLimits, rate: CallRate, deadline: Deadline, known: Remembered
) -> tuple[WebFile | None, bool]:
    """Follow redirects on allowed hosts to an answer; return it and whether its length was told."""
    with guarded_session(deadline, allows_loopback=limits.allows_loopback) as session:
        for _ in range(REDIRECTS_MAX + 1):
            host = allowed_host(url, limits.hosts, allows_loopback=limits.allows_loopback)
            rate.wait_for_turn(host, deadline.seconds_left)
            with session.get(
                url,
                headers=_headers(known, limits.user_agent),
                stream=True,
                allow_redirects=False,
                timeout=limits.read_timeout_seconds,
            ) as response:
                if response.status_code not in _REDIRECTS:
                    return _answered(url, response, limits, known)
                url = followed(url, response.headers.get("Location", ""))
    raise FetchError(f"{shown(url)}: more than {REDIRECTS_MAX} redirects; see to the address")


def _headers(known: Remembered, user_agent: str) -> dict[str, str]:
    conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    asked = {name: value for name, value in conditions.items() if value is not None}
    return {"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "gzip", **asked}


def _answered(
    url: str, response: requests.Response, limits: WebLimits, known: Remembered
) -> tuple[WebFile | None, bool]:
    status = response.status_code
    if status == HTTPStatus.NOT_MODIFIED and known != Remembered():
        return None, True
    if status in _WORTH_A_RETRY:
        retry_after = _retry_after(response.headers.get("Retry-After"))
        raise RetryableError(f"the server answered {status}", retry_after, is_of_host=status in _OF_THE_HOST)
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        raise AbsentError(f"{shown(url)}: not there (status {status})")
    if status != HTTPStatus.OK:
        raise FetchError(f"{shown(url)}: the server answered {status}; see to the address or ask the publisher")
    is_whole = is_delimited(url, response)
    content = read_body(url, response, limits.size_max)
    media_type = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
    refuse_no_data(url, content, media_type)
    remembered = Remembered(*(_kept(response.headers.get(name)) for name in ("ETag", "Last-Modified")))
    return WebFile(content, media_type, remembered), is_whole


def _kept(said: str | None) -> str | None:
    """Return what a server says of a file as the ledger may keep it; without it the file is only sent once more."""
    return None if said is None or find_in_cell(said) is not None else said


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
    # One of the three forms of an HTTP date names no zone, and is in UTC too.
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0)


def _pause(number: int, retry_after_seconds: float | None, limits: WebLimits) -> float:
    """Return how long to wait before the next try: as asked, else longer each time, never in step with others."""
    jitter = random.uniform(0, limits.pause_seconds)  # noqa: S311 - nothing secret
    if retry_after_seconds is None:
        return limits.pause_seconds * 2.0 ** (number - 1) + jitter
    if retry_after_seconds > limits.retry_after_max_seconds:
        return float("inf")
    return retry_after_seconds + jitter
