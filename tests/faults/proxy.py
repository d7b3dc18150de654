"""A TCP line to a PostgreSQL server that can be cut (also right around a COMMIT), stalled like a dead VPN, and mended."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from sqlalchemy.engine import make_url

COMMIT = b"COMMIT\x00"
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: the other end sees a reset, not an orderly end


class Cut(StrEnum):
    """When the next COMMIT passes: nothing; cut before it, after it was passed on, or once it was answered."""

    NEVER = "never"
    BEFORE = "before"
    UNDERWAY = "underway"
    ANSWERED = "answered"


class Proxy:
    """Listens on `port` and passes on to the server at `address`, until `cut` says otherwise, once."""

    def __init__(self, address: str) -> None:
        self.target = _socket_path(address)
        self.cut = Cut.NEVER
        self.commits = 0
        self.flow = threading.Event()  # cleared: everything is taken and acknowledged, nothing is passed on
        self.flow.set()
        self.up = True
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.address = make_url(address).set(host="127.0.0.1", port=self.port, query={}).render_as_string(hide_password=False)
        self.threads: list[threading.Thread] = []
        self.lines: list[Line] = []
        self._start(self._accept)

    def hang_up(self) -> None:
        """Take no new calls; lines that stand go on."""
        self.up = False
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def listen_again(self) -> None:
        """Take calls again, on the same port."""
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.up = True
        self._start(self._accept)

    def reset(self) -> None:
        """Cut every line that stands, as a router does that forgot them: the client hears of it at its next word."""
        lines, self.lines = self.lines, []
        for line in lines:
            line.close(hard=True)

    def reset_at_once(self) -> None:
        """Cut every line that stands, and the client is told now, also while it waits for an answer."""
        for line in self.lines:
            with suppress(OSError):
                line.client.shutdown(socket.SHUT_RD)  # whoever reads here lets go of it, so that closing closes it
        self.reset()

    def stall(self) -> None:
        """A black hole: lines stand, calls are taken, and nothing comes through."""
        self.flow.clear()

    def flow_again(self) -> None:
        """What was held up is passed on."""
        self.flow.set()

    def close(self) -> None:
        self.flow.set()
        if self.up:
            self.hang_up()
        for line in self.lines:
            line.close()
        for thread in self.threads:
            thread.join(5)

    def _start(self, work: object, *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)  # type: ignore[arg-type]
        self.threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.socket(socket.AF_UNIX)
                try:
                    server.connect(self.target)
                except OSError:  # the server is down
                    client.close()
                    server.close()
                    continue
                line = Line(client, server)
                self.lines.append(line)
                self._start(self._up, line)
                self._start(self._down, line)

    def _up(self, line: Line) -> None:
        with suppress(OSError):
            while data := line.client.recv(65536):
                if COMMIT in data:
                    self.commits += 1
                    if self._at_commit(line, data):
                        return
                self.flow.wait()
                line.server.sendall(data)
        line.close()

    def _at_commit(self, line: Line, data: bytes) -> bool:
        cut, self.cut = self.cut, Cut.NEVER
        if cut is Cut.ANSWERED:
            line.mute = True
        if cut in {Cut.UNDERWAY, Cut.ANSWERED}:
            line.server.sendall(data)
        if cut in {Cut.UNDERWAY, Cut.BEFORE}:
            line.close()
        return cut is not Cut.NEVER

    def _down(self, line: Line) -> None:
        with suppress(OSError):
            while data := line.server.recv(65536):
                if line.mute and not line.swallow:
                    break
                if line.mute:
                    continue
                self.flow.wait()
                line.client.sendall(data)
        line.close()


class Line:
    """One client's connection and its other half."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server = client, server
        self.mute = False  # the next answer is the one to lose
        self.swallow = False  # answers are lost from now on, and the line stands

    def close(self, *, hard: bool = False) -> None:
        if hard:
            with suppress(OSError):
                self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                self.client.close()
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def proxied(address: str) -> Iterator[Proxy]:
    proxy = Proxy(address)
    try:
        yield proxy
    finally:
        proxy.close()


def _socket_path(address: str) -> str:
    url = make_url(address)
    query = parse_qs(urlsplit(address).query)
    folder = query["host"][0] if "host" in query else url.host
    return f"{folder}/.s.PGSQL.{url.port or 5432}"
