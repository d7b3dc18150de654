"""Odd, large and contradictory requests: a proper refusal, soon, and no memory spent on them."""

from __future__ import annotations

import re
import socket
import time

import psutil
import pytest

from tests.faults.processes import LONG
from tests.web.site import Served

HEAD = b"Host: localhost\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n"


def raw(served: Served, sent: bytes, *, wait_s: float = 30, half: bool = False) -> bytes:
    """Send bytes and read until the server hangs up."""
    with socket.create_connection(("127.0.0.1", served.endpoint.port), timeout=wait_s) as line:
        line.sendall(sent)
        if half:
            line.shutdown(socket.SHUT_WR)
        got = b""
        while part := _part(line):
            got += part
    return got


def _sends(line: socket.socket, piece: bytes) -> bool:
    try:
        line.sendall(piece)
    except OSError:
        return False
    return True


def _part(line: socket.socket) -> bytes:
    try:
        return line.recv(65536)
    except ConnectionResetError:
        return b""


def statuses(answer: bytes) -> list[int]:
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


@pytest.mark.parametrize("sent", [
    pytest.param(b"POST /signin HTTP/1.1\r\n" + HEAD + FORM + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x",
                 id="length and chunks"),
    pytest.param(b"POST /signin HTTP/1.1\r\n" + HEAD + FORM + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\naaaaaa", id="two lengths"),
    pytest.param(b"POST /signin HTTP/1.1\r\n" + HEAD + FORM + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nx\r\n0\r\n\r\n", id="bad chunk"),
    pytest.param(b"POST /signin HTTP/1.1\r\n" + HEAD + FORM + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", id="odd encoding"),
    pytest.param(b"GET /signin HTTP/1.1\r\n\r\n", id="no host"),
    pytest.param(b"GET /signin HTTP/1.0\r\n\r\n", id="no host, old"),
    pytest.param(b"GET /signin HTTP/1.1\r\n" + HEAD + b"Host: evil.example\r\n\r\n", id="two hosts"),
    pytest.param(b"GET /signin HTTP/1.1\r\n" + HEAD + b" folded: x\r\nConnection: close\r\n\r\n", id="folded"),
    pytest.param(b"GET /signin HTTP/1.1\r\n" + HEAD + b"Content-Length: -1\r\n\r\n", id="negative length"),
    pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="TLS to a plain port"),
])  # fmt: skip
def test_what_is_no_proper_http_is_refused(served_sqlite: Served, sent: bytes) -> None:
    answer = raw(served_sqlite, sent)
    assert statuses(answer)[:1] in ([400], [])
    assert len(statuses(answer)) <= 1  # nothing of it was taken for a second request
    assert b"server:" not in answer.lower()


def test_control_a_proper_request_of_the_same_kind_is_answered(served_sqlite: Served) -> None:
    assert statuses(raw(served_sqlite, b"GET /signin HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n")) == [200]
    assert statuses(raw(served_sqlite, b"GET /signin HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n", half=True)) == [200]
    chunked = b"POST /signin HTTP/1.1\r\n" + HEAD + FORM + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n"
    assert statuses(raw(served_sqlite, chunked)) == [403]  # read, and refused for its missing token


@pytest.mark.parametrize(("size", "status"), [(17_000, 431), (70_000, 431)])
def test_long_headers_are_refused(served_sqlite: Served, size: int, status: int) -> None:
    lines = b"".join(b"X-%d: %s\r\n" % (n, b"a" * 990) for n in range(size // 1000))
    found = statuses(raw(served_sqlite, b"GET /signin HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n" + lines + b"\r\n"))
    assert found[:1] in ([status], [400])


def memory() -> int:
    return psutil.Process().memory_info().rss


@pytest.mark.long
def test_a_body_without_end_is_cut_off_where_its_route_ends(served_sqlite: Served) -> None:
    """1 GB in the long run: refused by what it says it brings, or when it has brought too much."""
    size, before, began = (1_000_000_000 if LONG else 100_000_000), memory(), time.monotonic()
    said = raw(served_sqlite, b"POST /signin HTTP/1.1\r\n" + HEAD + FORM + b"Content-Length: %d\r\n\r\n" % size)
    assert statuses(said) == [413]
    with socket.create_connection(("127.0.0.1", served_sqlite.endpoint.port), timeout=60) as line:
        line.sendall(b"POST /signin HTTP/1.1\r\n" + HEAD + FORM + b"Transfer-Encoding: chunked\r\n\r\n")
        sent, piece = 0, b"10000\r\n" + b"a" * 65536 + b"\r\n"
        while sent < size and _sends(line, piece):
            sent += 65536
    assert sent < 20_000_000  # what lay in the buffers of both sides
    assert time.monotonic() - began < 20
    assert memory() - before < 50_000_000


def multipart(parts: int) -> bytes:
    return b"".join(b'--x\r\nContent-Disposition: form-data; name="a%d"\r\n\r\nb\r\n' % n for n in range(parts)) + b"--x--\r\n"


def test_a_hundred_thousand_parts_are_refused(served_sqlite: Served) -> None:
    before, began = memory(), time.monotonic()
    for parts in (21, 900, 100_000):
        body = multipart(parts)
        kind = b"Content-Type: multipart/form-data; boundary=x\r\nSec-Fetch-Site: same-origin\r\n"
        head = b"POST /signin HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n" + kind + b"Content-Length: %d\r\n\r\n" % len(body)
        assert statuses(raw(served_sqlite, head + body[:60_000]))[:1] == [413]
    fields = b"&".join(b"a%d=1" % n for n in range(300))
    head = FORM + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(fields)
    assert statuses(raw(served_sqlite, b"POST /signin HTTP/1.1\r\n" + HEAD + head + fields)) == [413]
    assert time.monotonic() - began < 20
    assert memory() - before < 50_000_000


def test_ranges_are_not_looked_at(served_sqlite: Served) -> None:
    whole = served_sqlite.get("/static/site.css")
    for ranges in ("bytes=0-1", "bytes=" + ",".join(f"{n}-{n + 1}" for n in range(1500))):
        part = served_sqlite.get("/static/site.css", headers={"Range": ranges})
        assert (part.status_code, part.content) == (200, whole.content)
    many = b"Range: bytes=" + b",".join(b"%d-" % n for n in range(10_000)) + b"\r\n"
    asked = b"GET /static/site.css HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n" + many + b"\r\n"
    assert statuses(raw(served_sqlite, asked))[:1] in ([431], [400])


def test_other_kinds_of_body_are_refused(served_sqlite: Served) -> None:
    for kind in ("application/json", "text/plain", "application/xml"):
        answer = served_sqlite.client.post("/signin", content="[" * 5_000, headers={"Content-Type": kind, "Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 415


def test_the_null_character_gets_nowhere_near_the_database(served: Served) -> None:
    assert served.get("/signin?lang=%00").status_code == 400
    assert served.get("/signin/%00").status_code == 400
    assert served.post("/signin", {"email": "a\0b@example.com"}).status_code == 400


def test_strange_but_proper_addresses_are_answered(served_sqlite: Served) -> None:
    for path in ("//", "/signin/", "/SIGNIN", "/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fbase.html", "/static/%2e%2e",
                 "/signin/" + "a" * 5000, "/%ff%fe", "/ünïcode"):  # fmt: skip
        assert served_sqlite.get(path).status_code in (400, 404), path
