"""The booking page, read by sixteen at once, beside a bare WSGI function on the same server."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import update

from fieldoffice import schema
from fieldoffice.engine import open_engine
from fieldoffice.models.catalog import CatalogItem
from fieldoffice.office import Office
from fieldoffice.web.bounds import Bounds
from fieldoffice.web.security import Proxies
from fieldoffice.web.serve import Endpoint, Options, Server
from tests import make

READERS, SECONDS = 16, 6.0
BODY = b"<!doctype html><title>bare</title>" + b"x" * 4000
ROOMY = Bounds(per_address=1000, waiting=1000)
CLIENT = """
import asyncio, sys, time
port, path, readers, seconds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
took = []
async def read(end):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < end:
        began = time.perf_counter()
        writer.write(f"GET {path} HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n".encode())
        head = await reader.readuntil(b"\\r\\n\\r\\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().split(b"content-length:")[1].split(b"\\r\\n")[0])
        await reader.readexactly(length)
        took.append(time.perf_counter() - began)
    writer.close()
async def main():
    end = time.perf_counter() + seconds
    await asyncio.gather(*(read(end) for _ in range(readers)))
asyncio.run(main())
took.sort()
print(len(took) / seconds, took[len(took) * 99 // 100])
"""


def bare(_environ: object, start: object) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/html")])  # type: ignore[operator]
    return [BODY]


def rate(port: int, path: str) -> tuple[float, float]:
    """(requests a second, the slowest of a hundred in seconds) as a program of its own sees them."""
    command = [sys.executable, "-c", CLIENT, str(port), path, str(READERS), str(SECONDS)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(said[0]), float(said[1])


def measures() -> Iterator[tuple[str, float, str]]:
    plain = Server(bare, lambda _method, _path: 0, Options(port=0), None, Proxies(), ROOMY)
    plain.start()
    try:
        base, slow = rate(plain.port, "/")
    finally:
        plain.stop()
    with tempfile.TemporaryDirectory(prefix="fieldoffice-bench-") as folder:
        address = f"sqlite:///{Path(folder) / 'office.db'}"
        engine = open_engine(address)
        schema.upgrade(engine)
        engine.dispose()
        office = Office(address, clock=lambda: make.at(8))
        made = make.small(office)
        office.do(lambda tx: tx.session.execute(update(CatalogItem).where(CatalogItem.id == made.repair).values(bookable="both")))
        endpoint = Endpoint(office, Options(port=0), bounds=ROOMY, generous=10**6)
        endpoint.start()
        try:
            time.sleep(0.2)
            for path, words in (("/book", "booking page"), ("/signin", "page without a question")):
                found, late = rate(endpoint.port, path)
                yield words, base / found, f"{found:.0f}/s, p99 {1000 * late:.0f} ms; bare {base:.0f}/s, p99 {1000 * slow:.0f} ms"
        finally:
            endpoint.stop()
            office.close()
