"""A TCP line to a PostgreSQL server that can be cut where it hurts: right around a COMMIT."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from sqlalchemy.engine import make_url

COMMIT = b"COMMIT\x00"


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
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.address = make_url(address).set(host="127.0.0.1", port=self.port, query={}).render_as_string(hide_password=False)
        self.threads: list[threading.Thread] = []
        self.lines: list[Line] = []
        self._start(self._accept)

    def hang_up(self) -> None:
        """Take no new calls; lines that stand go on."""
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def close(self) -> None:
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
                server.connect(self.target)
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
                if line.mute:
                    break
                line.client.sendall(data)
        line.close()


class Line:
    """One client's connection and its other half."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server = client, server
        self.mute = False  # the next answer is the one to lose

    def close(self) -> None:
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
