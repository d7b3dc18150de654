"""A server on this machine that answers over real HTTP with what a test gives it, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[str, Any], tuple[int, Any]]
"""Path with query, and the JSON body if there was one -> status and what to answer (text as it is, else as JSON)."""


@dataclass
class Peer:
    """`url` is its address; `asked` holds (path, body) of every request."""

    url: str
    asked: list[tuple[str, Any]] = field(default_factory=list)


@contextmanager
def peer(answer: Answer, *, delay_s: float = 0.0) -> Iterator[Peer]:
    """A running server; it is gone at the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, body: Any) -> None:
            made.asked.append((self.path, body))
            time.sleep(delay_s)
            status, told = answer(self.path, body)
            content = told.encode() if isinstance(told, str) else json.dumps(told).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                return  # the client did not want to wait

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    made = Peer(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
