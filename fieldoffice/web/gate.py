"""One connection. uvicorn's protocol reads HTTP; what is added here is that nobody may take his time.

A request's header has some seconds to arrive, then its body (more for more bytes, no more bytes than its route takes), then
the answer to be taken. Only a whole request gets a thread. Whoever is too slow is cut off.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from tempfile import SpooledTemporaryFile
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from fieldoffice.web.bounds import Bounds, Crowd
from fieldoffice.web.bridge import REFUSED, Wsgi, called, declared, environ_of, header_size
from fieldoffice.web.security import Proxies, network_of

log = logging.getLogger("fieldoffice.web")
IN_MEMORY = 256_000
BUSY = b"Too many people ask at once. Please try again in a moment."
PLAIN_HEADERS = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


@dataclass
class House:
    """What all connections of one server share."""

    wsgi: Wsgi
    cap: Callable[[str, str], int]  # the most bytes of body for a method and path
    threads: Any  # an executor
    bounds: Bounds
    crowd: Crowd
    proxies: Proxies
    config: Config
    state: ServerState = field(default_factory=ServerState)
    waiting: int = 0


def house_config(bounds: Bounds) -> Config:
    """uvicorn's settings: nothing of its own shows or speaks."""
    made = Config(_never, log_config=None, access_log=False, ws="none", http="h11", lifespan="off", server_header=False,
                  proxy_headers=False, date_header=False, timeout_keep_alive=max(1, int(bounds.idle_s)),
                  h11_max_incomplete_event_size=bounds.header_bytes + 4_000)  # fmt: skip
    made.load()
    return made


async def _never(_scope: Any, _receive: Receive, _send: Send) -> None:
    raise AssertionError("every connection brings its own")


class TooLarge(Exception):
    """The body is longer than its route takes."""


class Gate(H11Protocol):
    """A connection with deadlines. `left` is called once when it is gone."""

    def __init__(self, house: House, left: Callable[[], None]) -> None:
        super().__init__(house.config, house.state, {}, asyncio.get_running_loop())
        self.house, self._left, self._deadline = house, left, None
        self.app = self._serve  # type: ignore[assignment]
        self.access_log = False
        self._clock: asyncio.TimerHandle | None = None

    # the connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._allow(self.house.bounds.header_s)

    def connection_lost(self, exc: Exception | None) -> None:
        self._allow(None)
        super().connection_lost(exc)
        self._unset_keepalive_if_required()
        self._left()

    def eof_received(self) -> bool:  # type: ignore[override]
        """A client that has said all it wants to say still gets its answer."""
        return self.scheme == "http" and self.cycle is not None and not self.cycle.response_complete

    def _allow(self, seconds: float | None) -> None:
        """From now on the other side has so long until the next step; None ends the waiting."""
        if self._clock is not None:
            self._clock.cancel()
        self._clock = None if seconds is None else self.loop.call_later(seconds, self._too_slow)

    def _too_slow(self) -> None:
        self.transport.abort()

    # one request

    async def _serve(self, scope: Any, receive: Receive, send: Send) -> None:
        """Read the whole request, have it answered by a thread, and see that the answer is taken."""
        bounds, whole = self.house.bounds, False
        try:
            with SpooledTemporaryFile(max_size=IN_MEMORY) as body:
                length, contradictory = declared(scope)
                cap = self.house.cap(scope["method"], scope["path"])
                self._allow(bounds.body_s(cap if length < 0 else min(length, cap)))
                if contradictory:
                    answer = _plain(400, b"Invalid request.")
                else:
                    size, whole = await self._read(body, receive, min(cap, length) if length >= 0 else cap, length > cap)
                    self._allow(None)
                    if size < 0:
                        return
                    answer = await self._answered(scope, body, size, whole)
        except Exception as error:
            log.error("a request failed: %s", type(error).__name__)
            answer = _plain(500, b"Something went wrong on our side.")
        await self._give(answer, send, close=not whole)

    async def _read(self, body: Any, receive: Receive, cap: int, refused: bool) -> tuple[int, bool]:
        """(bytes, whether that is all of it); -1 bytes where the other side has gone."""
        size = 0
        if refused:
            return 0, False
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return -1, False
            size += len(message.get("body", b""))
            if size > cap:
                return size, False
            body.write(message.get("body", b""))
            if not message.get("more_body", False):
                return size, True

    async def _answered(self, scope: Any, body: Any, size: int, whole: bool) -> Answer:
        house = self.house
        if house.waiting >= house.bounds.waiting:
            return _plain(503, BUSY)
        body.seek(0)
        environ = environ_of(scope, body, size)
        environ[REFUSED] = 413 if not whole else 431 if header_size(scope) > house.bounds.header_bytes else 0
        asker = network_of(house.proxies.seen(environ["REMOTE_ADDR"], _headers(environ), scope["scheme"])[0])
        counted = asker != network_of(environ["REMOTE_ADDR"])  # connections are counted already, but not those of a proxy
        if counted and not house.crowd.enter(asker):
            return _plain(429, BUSY)
        house.waiting += 1
        try:
            return await self.loop.run_in_executor(house.threads, called, house.wsgi, environ)
        finally:
            house.waiting -= 1
            if counted:
                house.crowd.leave(asker)

    async def _give(self, answer: Answer, send: Send, *, close: bool) -> None:
        """Send it; whoever takes it too slowly is cut off, and the next request has its own time."""
        status, headers, body = answer
        bounds = self.house.bounds
        headers = [(name, value) for name, value in headers if name not in (b"connection", b"content-length")]
        headers += [(b"date", formatdate(usegmt=True).encode()), (b"content-length", str(len(body)).encode())]
        if status == 204:
            headers = headers[:-1]
        if close:
            headers.append((b"connection", b"close"))
        self._allow(bounds.header_s + bounds.idle_s + len(body) / bounds.slowest)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    return {"X-Forwarded-For": environ.get("HTTP_X_FORWARDED_FOR", ""), "X-Forwarded-Proto": environ.get("HTTP_X_FORWARDED_PROTO", "")}


def _plain(status: int, words: bytes) -> Answer:
    return status, [(b"content-type", b"text/plain; charset=utf-8"), *PLAIN_HEADERS], words
