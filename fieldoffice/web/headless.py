"""The endpoint without a desktop: serves until it is told to stop, with the background work beside it."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Protocol

from fieldoffice.office import Office
from fieldoffice.services.company.publicly import keep_public_address, public_address
from fieldoffice.web.serve import Endpoint, Options


class Work(Protocol):
    """Background work that starts and stops with the server."""

    def start(self) -> object: ...

    def stop(self) -> object: ...


def serve(office: Office, options: Options, beside: Work, *, public_url: str = "", tell: Callable[[str], object] = print,
          ended: threading.Event | None = None) -> None:  # fmt: skip
    """Serve until SIGTERM, Ctrl+C or `ended`; requests under way are finished. Refuses in words what cannot be.

    A `public_url` is kept as the company's setting, for links in messages begin with it.
    """
    ended = ended or threading.Event()
    endpoint = Endpoint(office, options)
    if public_url:
        office.do(keep_public_address, public_url)
        endpoint.site.forget()
    endpoint.start()
    try:
        _listen(ended)
        beside.start()
        tell(_where(endpoint, office))
        while not ended.wait(0.5):  # in pieces: on Windows a long wait hears no Ctrl+C
            pass
    finally:
        endpoint.stop()
        beside.stop()
    tell("Stopped.")


def log_to_stderr() -> None:
    """What happened, a line each: method, page, status, time. Neither addresses nor names nor links are among it."""
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    ours = logging.getLogger("fieldoffice")
    ours.addHandler(out)
    ours.setLevel(logging.INFO)


def _listen(ended: threading.Event) -> None:
    """End on SIGTERM and Ctrl+C; only the main thread may ask for signals."""
    if threading.current_thread() is not threading.main_thread():
        return

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, end)


def _where(endpoint: Endpoint, office: Office) -> str:
    public = office.see(public_address)
    said = f"Serving {endpoint.site.face().name} at {endpoint.url}/book"
    if public:
        return f"{said}, to the public as {public}/book."
    return f"{said}. Only this computer is answered until a public address is set."
