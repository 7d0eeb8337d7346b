"""F1–F6: what a fetch over the web must survive, against a real server on loopback."""

import gzip
import os
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import FetchError, UnreachableError
from sources.call_rate import CallRate, Rate
from sources.web import AbsentError, Remembered, WebFile, WebLimits, get
from tests.misbehaving_server import Call, Misbehaving, misbehaving_server

REAL_LOOK_UP = socket.getaddrinfo
BODY = b"datum;typ;antal\r\n2024-03-04;Trafikkontroll;1\r\n"
LIMITS = WebLimits(
    hosts=frozenset({"127.0.0.1"}),
    user_agent="Lofteskollen test",
    deadline_seconds=10,
    read_timeout_seconds=5,
    tries=3,
    pause_seconds=0.01,
    retry_after_max_seconds=2,
    allows_loopback=True,
)


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    with misbehaving_server() as running:
        yield running


@pytest.fixture
def rate(tmp_path: Path) -> CallRate:
    return CallRate(tmp_path / "calls", {"127.0.0.1": (Rate(1000, 1),)})


def fetched(server: Misbehaving, rate: CallRate, answer: Callable[[Call], Any], **limits: Any) -> WebFile | None:
    server.paths["/export.csv"] = answer
    return get(server.url("/export.csv"), replace(LIMITS, **limits), rate)


def in_turn(*answers: Callable[[Call], Any]) -> Callable[[Call], None]:
    left = list(answers)
    return lambda call: (left.pop(0) if len(left) > 1 else left[0])(call)


def good(call: Call) -> None:
    call.answer(200, BODY, ETag='"one"', Last_Modified="Mon, 04 Mar 2024 10:00:00 GMT")


def test_a_file_comes_as_it_is_with_what_the_server_said(server: Misbehaving, rate: CallRate) -> None:
    assert fetched(server, rate, good) == WebFile(
        BODY, "text/csv", Remembered('"one"', "Mon, 04 Mar 2024 10:00:00 GMT")
    )
    assert server.calls[0][1]["User-Agent"] == "Lofteskollen test"


def test_an_unchanged_file_is_not_sent_again(server: Misbehaving, rate: CallRate) -> None:
    def unless_known(call: Call) -> None:
        is_known = call.headers["If-None-Match"] == '"one"' and call.headers["If-Modified-Since"] is not None
        call.answer(304) if is_known else good(call)

    first = fetched(server, rate, unless_known)
    assert first is not None
    assert get(server.url("/export.csv"), LIMITS, rate, first.remembered) is None


def one_byte_a_moment(call: Call) -> None:
    call.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 10000\r\n\r\n")
    for _ in range(200):
        call.raw(b"x")
        time.sleep(0.05)


def one_header_byte_a_moment(call: Call) -> None:
    call.raw(b"HTTP/1.1 200 OK\r\n")
    for _ in range(200):
        call.raw(b"X")
        time.sleep(0.05)


@pytest.mark.parametrize("answer", [one_byte_a_moment, one_header_byte_a_moment, lambda call: time.sleep(3)])
def test_f1_a_slow_source_is_left_at_the_deadline(server: Misbehaving, rate: CallRate, answer: Any) -> None:
    with pytest.raises(FetchError, match=r"not received whole within 0\.5 s"):
        fetched(server, rate, answer, deadline_seconds=0.5, read_timeout_seconds=5)


def test_f1_a_source_that_is_down_is_told(rate: CallRate) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/export.csv"
    with pytest.raises(FetchError, match="after 3 tries"):
        get(url, LIMITS, rate)


def test_f1_a_connection_that_cannot_be_trusted_is_told(server: Misbehaving, rate: CallRate) -> None:
    url = server.url("/export.csv").replace("http:", "https:")
    with pytest.raises(UnreachableError, match="no TLS that can be trusted; see to its certificate"):
        get(url, LIMITS, rate)
    assert server.calls == []


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_f2_a_passing_fault_is_tried_again(server: Misbehaving, rate: CallRate, status: int) -> None:
    result = fetched(server, rate, in_turn(lambda call: call.answer(status), good))
    assert result is not None
    assert result.content == BODY
    assert len(server.calls) == 2


def test_f2_tries_are_bounded(server: Misbehaving, rate: CallRate) -> None:
    with pytest.raises(FetchError, match="the server answered 500, after 3 tries"):
        fetched(server, rate, lambda call: call.answer(500))
    assert len(server.calls) == 3


def in_two_seconds(form: str) -> str:
    moment = datetime.now(UTC) + timedelta(seconds=2)
    return {
        "seconds": "1",
        "date": format_datetime(moment, usegmt=True),
        "date of old": moment.strftime("%A, %d-%b-%y %H:%M:%S GMT"),
        "date without zone": moment.strftime("%a %b %d %H:%M:%S %Y"),
    }[form]


@pytest.mark.parametrize("form", ["seconds", "date", "date of old", "date without zone"])
def test_f2_retry_after_is_obeyed(server: Misbehaving, rate: CallRate, form: str) -> None:
    def busy(call: Call) -> None:
        call.answer(503, Retry_After=in_two_seconds(form))

    started = time.monotonic()
    assert fetched(server, rate, in_turn(busy, good)) is not None
    assert time.monotonic() - started >= 0.9


def test_f2_a_long_retry_after_is_told_and_not_slept_through(server: Misbehaving, rate: CallRate) -> None:
    with pytest.raises(FetchError, match="the server answered 429, after 1 try; run again in 3600 s, as it asks"):
        fetched(server, rate, lambda call: call.answer(429, Retry_After="3600"))
    assert len(server.calls) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_f2_what_is_not_there_is_not_asked_for_again(server: Misbehaving, rate: CallRate, status: int) -> None:
    with pytest.raises(AbsentError):
        fetched(server, rate, lambda call: call.answer(status))
    assert len(server.calls) == 1


def cut_by_length(call: Call) -> None:
    call.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 9999\r\n\r\n" + BODY)


def cut_in_a_chunk(call: Call) -> None:
    call.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n" + BODY)


def cut_between_chunks(call: Call) -> None:
    size = f"{len(BODY):x}".encode()
    call.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n" + size + b"\r\n" + BODY)


def cut_when_compressed(call: Call) -> None:
    call.answer(200, gzip.compress(BODY)[:-6], Content_Encoding="gzip")


@pytest.mark.parametrize("answer", [cut_by_length, cut_in_a_chunk, cut_between_chunks, cut_when_compressed])
def test_f3_a_truncated_body_is_never_taken(server: Misbehaving, rate: CallRate, answer: Any) -> None:
    with pytest.raises(FetchError, match="after 3 tries"):
        fetched(server, rate, answer)


def ended_by_closing(content: bytes) -> Callable[[Call], None]:
    return lambda call: call.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nConnection: close\r\n\r\n" + content)


def test_f3_a_body_that_only_closing_ends_is_taken_when_two_fetches_agree(server: Misbehaving, rate: CallRate) -> None:
    result = fetched(server, rate, ended_by_closing(BODY))
    assert result is not None
    assert (result.content, len(server.calls)) == (BODY, 2)


def test_f3_a_body_that_only_closing_ends_and_that_differs_is_not_taken(server: Misbehaving, rate: CallRate) -> None:
    server.paths["/export.csv"] = in_turn(*(ended_by_closing(BODY[: -1 - n]) for n in range(6)))
    with pytest.raises(FetchError, match="two fetches differ"):
        get(server.url("/export.csv"), LIMITS, rate)


@pytest.mark.parametrize("length", ["abc", "-5"])
def test_f3_a_length_that_is_no_number_says_nothing_of_the_end(
    server: Misbehaving, rate: CallRate, length: str
) -> None:
    def cut(end: int) -> Callable[[Call], None]:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: {length}\r\n\r\n".encode()
        return lambda call: call.raw(head + BODY[:end])

    server.paths["/export.csv"] = in_turn(*(cut(-1 - n) for n in range(6)))
    with pytest.raises(FetchError, match="two fetches differ"):
        get(server.url("/export.csv"), LIMITS, rate)


def test_f3_a_body_packed_in_a_way_that_was_not_asked_for_is_refused(server: Misbehaving, rate: CallRate) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
    with pytest.raises(FetchError, match="sent as gzip, chunked, which was not asked for"):
        fetched(server, rate, lambda call: call.raw(head + b"5\r\nabcde\r\n0\r\n\r\n"))


def test_f4_unchanged_is_no_answer_where_nothing_was_known(server: Misbehaving, rate: CallRate) -> None:
    with pytest.raises(FetchError, match="the server answered 304"):
        fetched(server, rate, lambda call: call.answer(304))


@pytest.mark.parametrize(
    ("body", "media_type", "said"),
    [
        (b"", "text/csv", "an empty body with status 200"),
        (b" \r\n", "text/csv", "an empty body with status 200"),
        (b"\xef\xbb\xbf\r\n", "text/csv", "an empty body with status 200"),
        (b"<p>Inloggning</p>", "text/html; charset=utf-8", "a web page where data should be"),
        (b"\xef\xbb\xbf<!DOCTYPE html><title>Fel</title>", "text/csv", "a web page where data should be"),
    ],
)
def test_f4_no_data_is_never_read_as_zero(
    server: Misbehaving, rate: CallRate, body: bytes, media_type: str, said: str
) -> None:
    with pytest.raises(FetchError, match=said):
        fetched(server, rate, lambda call: call.answer(200, body, Content_Type=media_type))


@pytest.mark.parametrize(
    "target",
    ["https://other.example/export.csv", "https://localhost/x", "file:///etc/passwd", "ftp://127.0.0.1/x", "https://"],
)
def test_f5_a_redirect_elsewhere_is_refused(server: Misbehaving, rate: CallRate, target: str) -> None:
    with pytest.raises(FetchError, match="nothing was sent"):
        fetched(server, rate, lambda call: call.answer(302, Location=target))
    assert len(server.calls) == 1


@pytest.mark.parametrize("target", [b"https://[::1", b"//[", b"/\xe5", b""])
def test_f5_a_redirect_to_what_is_no_address_is_refused(server: Misbehaving, rate: CallRate, target: bytes) -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: " + target + b"\r\nContent-Length: 0\r\n\r\n"
    with pytest.raises(FetchError, match=r"redirects .*; ask the publisher"):
        fetched(server, rate, lambda call: call.raw(answer))
    assert len(server.calls) == 1


def test_f5_a_redirect_on_the_same_host_is_followed(server: Misbehaving, rate: CallRate) -> None:
    server.paths["/moved.csv"] = good
    result = fetched(server, rate, lambda call: call.answer(301, Location="/moved.csv"))
    assert result is not None
    assert result.content == BODY


def test_f5_redirects_without_end_are_left(server: Misbehaving, rate: CallRate) -> None:
    with pytest.raises(FetchError, match="more than 5 redirects"):
        fetched(server, rate, lambda call: call.answer(302, Location="/export.csv"))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://data.example/x", "only https"),
        ("file:///etc/passwd", "only https"),
        ("https://other.example/x", "not one that the source may call"),
        ("https://user:secret@data.example/x", "holds a user"),
        ("https://data.example:8443/x", "another port"),
        ("https://data.example:99999/x", "no valid port"),
        ("https://data.example@other.example/x", "holds a user"),
    ],
)
def test_f5_an_address_that_may_not_be_called_is_refused(rate: CallRate, url: str, said: str) -> None:
    limits = replace(LIMITS, hosts=frozenset({"data.example"}), allows_loopback=False)
    with pytest.raises(FetchError, match=said) as refused:
        get(url, limits, rate)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - never bound to
        "255.255.255.255",
        "::1",
        "::",
        "fd00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_f5_a_name_that_leads_to_an_address_that_is_not_public_is_refused_before_connecting(
    rate: CallRate, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, port, *_, **__: [(family, socket.SOCK_STREAM, 6, "", (address, port))]
    )
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a connection was opened"))
    limits = replace(LIMITS, hosts=frozenset({"data.example"}), allows_loopback=False)
    with pytest.raises(FetchError, match="not public; nothing was sent"):
        get("https://data.example/export.csv", limits, rate)


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "localhost", "[::1]", "x" * 64]
)
def test_f5_no_way_to_write_this_machine_is_public(rate: CallRate, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a connection was opened"))
    limits = replace(LIMITS, hosts=frozenset({host.strip("[]")}), allows_loopback=False)
    with pytest.raises(FetchError, match="not public; nothing was sent"):
        get(f"https://{host}/export.csv", limits, rate)


def test_f5_a_name_is_looked_up_once_and_that_very_address_is_called(
    server: Misbehaving, rate: CallRate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads elsewhere at its second look-up gains nothing: there is none."""
    looked_up: list[str] = []

    def rebinding(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        looked_up.append(host)
        address = "127.0.0.1" if len(looked_up) == 1 else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    called: list[Any] = []
    real = socket.socket.connect
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *a, **k: rebinding(host, *a, **k) if host == "localhost"
                        else REAL_LOOK_UP(host, *a, **k))  # fmt: skip
    monkeypatch.setattr(socket.socket, "connect", lambda self, to: (called.append(to), real(self, to))[1])
    server.paths["/export.csv"] = good
    url = server.url("/export.csv").replace("127.0.0.1", "localhost")
    assert get(url, replace(LIMITS, hosts=frozenset({"localhost"})), rate) is not None
    assert (looked_up, called) == (["localhost"], [("127.0.0.1", server.server_port)])


def test_f5_nothing_of_the_environment_is_forwarded(
    server: Misbehaving, rate: CallRate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password secret\n", "ascii")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    fetched(server, rate, good)
    assert "Authorization" not in server.calls[0][1]


def test_f6_a_bomb_is_cut_at_the_cap(server: Misbehaving, rate: CallRate) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    with pytest.raises(FetchError, match="larger than 1000000 bytes"):
        fetched(server, rate, lambda call: call.answer(200, bomb, Content_Encoding="gzip"), size_max=1_000_000)


def test_f6_the_body_of_a_redirect_is_not_unpacked(server: Misbehaving, rate: CallRate) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    server.paths["/moved.csv"] = good
    tracemalloc.start()
    try:
        fetched(server, rate, lambda call: call.answer(302, bomb, Content_Encoding="gzip", Location="/moved.csv"))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20_000_000


@pytest.mark.parametrize("encoding", ["deflate", "br", "zstd", "gzip, gzip"])
def test_f6_what_was_not_asked_for_is_not_unpacked(server: Misbehaving, rate: CallRate, encoding: str) -> None:
    bomb = zlib.compress(bytes(50_000_000))
    with pytest.raises(FetchError, match=f"sent as {encoding}, which was not asked for"):
        fetched(server, rate, lambda call: call.answer(200, bomb, Content_Encoding=encoding))


def test_a_compressed_file_is_taken_whole(server: Misbehaving, rate: CallRate) -> None:
    content = os.urandom(300_000)
    result = fetched(server, rate, lambda call: call.answer(200, gzip.compress(content), Content_Encoding="gzip"))
    assert result is not None
    assert result.content == content
