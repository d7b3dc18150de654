"""The endpoint in a desktop: on or off as this computer's settings say, started and stopped while the window is in use.

Every call here may wait (for the port, for requests to finish), so a window asks from a thread.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fieldoffice import settings
from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.office import Office
from fieldoffice.settings import Online

if TYPE_CHECKING:  # a desktop that serves nothing does not load the server
    from fieldoffice.web.serve import Endpoint


@dataclass(frozen=True, slots=True)
class HostState:
    """How things stand: what is chosen, since when it runs (None: it does not), where, and what went wrong last."""

    chosen: Online
    since: datetime | None
    url: str
    error: str


class Hosting:
    """At most one endpoint of one office."""

    def __init__(self, office: Office, home: Path) -> None:
        self.office, self.home = office, home
        self._lock, self._error = threading.Lock(), ""
        self._endpoint: Endpoint | None = None

    def state(self) -> HostState:
        """How things stand now."""
        running = self._endpoint
        chosen = settings.online(self.home, self.office.name)
        return HostState(chosen, running.since if running else None, running.url if running else "", self._error)

    def begin(self) -> HostState:
        """Start if that is chosen; what stands in the way is kept as words, for nobody watches yet."""
        with self._lock:
            chosen = settings.online(self.home, self.office.name)
            if chosen.on and self._endpoint is None:
                try:
                    self._start(chosen)
                except Refused as refusal:
                    self._error = str(refusal)
        return self.state()

    def apply(self, chosen: Online) -> HostState:
        """Run as chosen from now on, and keep the choice. Refuses in words; what ran before runs on then, if it can."""
        if not 1 <= chosen.port <= 65535:
            raise Invalid(port="A port is a number from 1 to 65535.")
        with self._lock:
            before = settings.online(self.home, self.office.name)
            was_running = self._endpoint is not None
            made = self._made(chosen) if chosen.on else None  # refused before anything stops
            self._stop()
            try:
                if made is not None:
                    made.start()
            except Refused as refusal:
                self._error = str(refusal)
                if was_running:
                    self._start(before)
                raise Invalid(port=str(refusal)) from None
            self._endpoint, self._error = made, ""
            settings.keep_online(self.home, self.office.name, chosen)
        return self.state()

    def stop(self) -> None:
        """Stop for now; the choice stays."""
        with self._lock:
            self._stop()

    def _start(self, chosen: Online) -> None:
        made = self._made(chosen)
        made.start()
        self._endpoint, self._error = made, ""

    def _stop(self) -> None:
        if self._endpoint is not None:
            self._endpoint.stop()
            self._endpoint = None

    def _made(self, chosen: Online) -> Endpoint:
        from fieldoffice.web.serve import Endpoint, Options

        return Endpoint(self.office, Options(chosen.port, chosen.host or "0.0.0.0", chosen.certificate, chosen.key, chosen.proxies))
