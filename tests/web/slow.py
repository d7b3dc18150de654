"""Many slow clients, as a program of its own: python -m tests.web.slow PORT COUNT SECONDS KIND ADDRESSES

KIND is what each of them never finishes: "header", "body", or "hello" (nothing at all is sent). They come from so many
ADDRESSES of the loopback network. Prints {"opened": …, "cut": …, "held": …} as JSON at the end: `held` are still open then.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from fieldoffice.web.bounds import raise_file_limit

DRIP_S = 1.0
BEGIN = {
    "header": b"GET /signin HTTP/1.1\r\nHost: localhost\r\n",
    "body": b"POST /signin HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 4000\r\n\r\n",
    "hello": b"",
}
MORE = {"header": b"X-A: b\r\n", "body": b"a", "hello": b""}


class Slow:
    def __init__(self, port: int, count: int, seconds: float, kind: str, addresses: int) -> None:
        self.port, self.count, self.kind, self.addresses = port, count, kind, addresses
        self.seconds, self.opened, self.cut = seconds, 0, 0
        self.few = asyncio.Semaphore(100)

    async def one(self, n: int, end: float) -> None:
        source = (f"127.0.{1 + n % self.addresses // 200}.{1 + n % self.addresses % 200}", 0)
        try:
            async with self.few:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=source)
            self.opened += 1
            writer.write(BEGIN[self.kind])
            while time.monotonic() < end:
                try:
                    if not await asyncio.wait_for(reader.read(1000), DRIP_S):
                        self.cut += 1
                        break
                except TimeoutError:
                    writer.write(MORE[self.kind])
                    await writer.drain()
            writer.transport.abort()
        except OSError:
            self.cut += 1

    async def run(self) -> dict[str, int]:
        end = time.monotonic() + self.seconds
        await asyncio.gather(*(self.one(n, end) for n in range(self.count)))
        return {"opened": self.opened, "cut": self.cut, "held": self.count - self.cut}


if __name__ == "__main__":
    raise_file_limit()
    port, count, seconds, kind, addresses = sys.argv[1:]
    print(json.dumps(asyncio.run(Slow(int(port), int(count), float(seconds), kind, int(addresses)).run())))
