"""A real server in a thread on a free port, on a real office; and a real browser."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from fieldoffice.office import Office
from fieldoffice.services.tasks import beat
from fieldoffice.web.bounds import Bounds
from fieldoffice.web.serve import Endpoint, Options
from fieldoffice.web.site import Site

GENEROUS = 10_000
TLS = ssl.create_default_context()
"""What clients of the tests know of certificates: reading the list of authorities for each anew would cost more than the test."""
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@dataclass
class Served:
    """A running site. `get` and `post` are httpx calls to it that follow no redirect; `post` says what a browser says."""

    site: Site
    base: str
    endpoint: Endpoint
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.base, timeout=60, headers={"Accept": "text/html"}, trust_env=False, verify=TLS)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.client.get(path, **more)

    def post(self, path: str, data: Any = None, **more: Any) -> httpx.Response:
        """As a form of ours sends it; the token is taken from the page at the same path unless `data` has one."""
        data = dict(data or {})
        if "csrf" not in data:
            data["csrf"] = self.token(more.pop("token_from", path))
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": self.base} | dict(more.pop("headers", {}))
        return self.client.post(path, data=data, headers=headers, **more)

    def token(self, path: str) -> str:
        """The token in the form of a page."""
        found = CSRF.search(self.get(path).text)
        return found[1] if found else ""

    def hidden(self, page: str) -> dict[str, str]:
        """The hidden fields of a page, as its form would send them."""
        from html import unescape

        return {name: unescape(value) for name, value in HIDDEN.findall(page)}


ROOMY = Bounds(per_address=2000, waiting=2000)
"""Tests come from one address, often many at once."""


@contextmanager
def serving(office: Office, *, generous: int = GENEROUS, bounds: Bounds = ROOMY, **options: Any) -> Iterator[Served]:
    """The site of an office, served until the end of the block; its limits are out of the way unless `generous=1`.

    `options` are those of `Options` (certificate, key, proxies); the port is any free one.
    """
    office.do(beat)
    endpoint = Endpoint(office, Options(**({"port": 0} | options)), bounds=bounds, generous=generous)
    endpoint.start()
    served = Served(endpoint.site, endpoint.url, endpoint)
    try:
        yield served
    finally:
        served.client.close()
        endpoint.stop()
