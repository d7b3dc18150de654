"""How a stranger walks through the booking pages over HTTP, without a browser."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from html import unescape

import httpx

from tests.web.site import Served

TIME = re.compile(r'name="time" value="(\d+)"')
HOME = {"street": "5 Fifth Street NW", "city": "Washington", "region": "DC", "postal_code": "20001"}
NINA = {"name": "Nina New", "email": "nina@example.com", "phone": "", "notes": "", "website": ""}


@dataclass
class Walk:
    """One visitor with a form of his own; each step sends what the last page carried."""

    site: Served
    page: httpx.Response | None = None
    seen: list[str] = field(default_factory=list[str])

    def start(self, query: str = "") -> httpx.Response:
        self.page = self.site.get(f"/book{query}")
        return self.page

    def step(self, path: str, **fields: object) -> httpx.Response:
        """Send a step; the hidden fields of the last page go along."""
        assert self.page is not None
        hidden = self.site.hidden(self.page.text)
        carried = {name: hidden[name] for name in ("csrf", "state") if name in hidden}
        self.page = self.site.post(path, carried | fields)
        return self.page

    def to_times(self, *services: int, **place: str) -> list[int]:
        """The free times, in seconds since 1970, as the page offers them."""
        self.start()
        self.step("/book/place", service=[str(one) for one in services])
        self.step("/book/time", **(place or HOME))
        return self.times()

    def times(self) -> list[int]:
        assert self.page is not None
        return [int(found) for found in TIME.findall(unescape(self.page.text))]

    def hold(self, moment: int) -> httpx.Response:
        return self.step("/book/you", time=str(moment))

    def confirm(self, **who: str) -> httpx.Response:
        return self.step("/book/confirm", **(NINA | who))


def unhurried() -> None:
    """Nobody types faster than this."""
    time.sleep(3.1)
