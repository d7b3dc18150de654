"""A geocoder for tests: a real HTTP server that answers in the shapes of Nominatim and of the US Census, or misbehaves."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

NOMINATIM = {
    "place_id": 331, "licence": "Data © OpenStreetMap contributors, ODbL 1.0.", "osm_type": "way", "osm_id": 66418809, "lat": "38.8976997",
    "lon": "-77.0365532", "category": "building", "type": "yes", "place_rank": 30, "importance": 0.6, "addresstype": "building", "name": "",
    "display_name": "4, Oak Street, Washington, District of Columbia, 20002, United States",
    "address": {"house_number": "4", "road": "Oak Street", "city": "Washington", "postcode": "20002", "country_code": "us"},
    "boundingbox": ["38.89", "38.90", "-77.04", "-77.03"],
}  # fmt: skip
STREET = NOMINATIM | {"category": "highway", "type": "residential", "addresstype": "road", "address": {"road": "Oak Street"}}
CITY = NOMINATIM | {"category": "place", "type": "city", "addresstype": "city", "address": {"city": "Washington"}}
CENSUS = {"result": {"input": {"address": {"street": "4 Oak Street"}}, "addressMatches": [
    {"matchedAddress": "4 OAK ST, WASHINGTON, DC, 20002", "coordinates": {"x": -77.0365, "y": 38.8977},
     "tigerLine": {"side": "L", "tigerLineId": "76225813"}, "addressComponents": {"zip": "20002", "state": "DC"}}]}}  # fmt: skip


@dataclass
class GeoServer:
    """What it answers next, and what it was asked. `answers` are (status, headers, body); the last one stays."""

    url: str = ""
    answers: list[tuple[int, dict[str, str], Any]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    slow_s: float = 0.0

    def will(self, body: Any, status: int = 200, **headers: str) -> GeoServer:
        self.answers.append((status, {k.replace("_", "-"): v for k, v in headers.items()}, body))
        return self


@contextmanager
def serving() -> Iterator[GeoServer]:
    """The server, while the block lasts."""
    state = GeoServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.times.append(time.monotonic())
            state.asked.append({k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()} | {"path": urlsplit(self.path).path})
            state.agents.append(self.headers.get("User-Agent", ""))
            time.sleep(state.slow_s)
            status, headers, body = state.answers.pop(0) if len(state.answers) > 1 else state.answers[0]
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="pytest-geoserver", daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
