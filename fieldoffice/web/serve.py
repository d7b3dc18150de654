"""The server: one thread with its own event loop that holds the connections, and a few threads that answer requests.

`Endpoint.start` returns once the port answers, and refuses in words where it cannot; `stop` lets requests that are under way
finish, and gives the port back. Nothing here needs the main thread, so a desktop may start and stop it as it likes.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fieldoffice.models.errors import Invalid, WorldFault
from fieldoffice.office import Office
from fieldoffice.web.bounds import Bounds, Crowd, raise_file_limit
from fieldoffice.web.bridge import Wsgi
from fieldoffice.web.gate import Gate, House, house_config
from fieldoffice.web.security import Proxies, network_of
from fieldoffice.web.site import Site

PORT, BACKLOG, THREADS, GRACE_S = 8470, 2048, 8, 10.0


@dataclass(frozen=True, slots=True)
class Options:
    """Where a server listens. A certificate needs its key; `proxies` are addresses or networks whose word is taken."""

    port: int = PORT
    host: str = "127.0.0.1"
    certificate: str = ""
    key: str = ""
    proxies: tuple[str, ...] = ()


class Endpoint:
    """A server of one office's pages."""

    def __init__(self, office: Office, options: Options, *, bounds: Bounds | None = None, generous: int = 1) -> None:
        """Refuses options that cannot be; the database is asked for its company."""
        self.options, self.bounds = options, bounds or Bounds()
        self.proxies, self.tls = proxies_of(options), tls_of(options)
        self.site = Site(office, proxies=self.proxies, generous=generous)
        self._server: Server | None = None
        self.since: datetime | None = None

    @property
    def running(self) -> bool:
        return self._server is not None

    @property
    def port(self) -> int:
        """The port that it listens on; another than asked for where that was 0."""
        return self._server.port if self._server else self.options.port

    @property
    def url(self) -> str:
        """The pages as this computer reaches them."""
        return f"{'https' if self.tls else 'http'}://localhost:{self.port}"

    def start(self) -> None:
        """Listen; WorldFault in words where the port is taken or not ours to take."""
        if self._server is None:
            server = Server(self.site.wsgi, self.site.cap, self.options, self.tls, self.proxies, self.bounds)
            server.start()
            self._server, self.since = server, datetime.now(UTC)

    def stop(self) -> None:
        """Finish what is under way, within some seconds, and let go of the port."""
        if self._server is not None:
            self._server.stop()
            self._server, self.since = None, None


class Server:
    """Any WSGI function, served over TLS or plainly, with a limit to everybody's time."""

    def __init__(self, wsgi: Wsgi, cap: object, options: Options, tls: ssl.SSLContext | None, proxies: Proxies, bounds: Bounds) -> None:
        self.options, self.tls, self.bounds = options, tls, bounds
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="web")
        self.crowd = Crowd(bounds.per_address, bounds.most)
        self.house = House(wsgi, cap, self._threads, bounds, self.crowd, proxies, house_config(bounds))  # type: ignore[arg-type]
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="web server", daemon=True)
        self.port = options.port

    def start(self) -> None:
        raise_file_limit()
        self._socket = listening(self.options.host, self.options.port)
        self.port = self._socket.getsockname()[1]
        self._thread.start()
        self._ready.result()

    def stop(self, grace_s: float = GRACE_S) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(grace_s + 5)
        self._threads.shutdown(wait=not self.house.waiting, cancel_futures=True)  # whoever hangs is left behind

    # in the thread of the server

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_exception_handler(lambda _loop, _context: None)  # connections that break are nobody's fault
        taking = asyncio.create_task(self._take())
        self._ready.set_result(None)
        await self._ended.wait()
        taking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await taking
        self._socket.close()
        await self._say_goodbye()

    async def _take(self) -> None:
        """Take connections in; who has too many already is hung up on before anything is read."""
        greeting: set[asyncio.Task[None]] = set()
        while True:
            try:
                line, peer = await self._loop.sock_accept(self._socket)
            except OSError:  # out of files, or gone before it was taken: others end soon
                await asyncio.sleep(0.05)
                continue
            address = network_of(peer[0])
            if not self.crowd.enter(address, counted=not self.house.proxies.trusts(peer[0])):
                line.close()
                continue
            task = asyncio.create_task(self._greet(line, address))
            greeting.add(task)
            task.add_done_callback(greeting.discard)

    async def _greet(self, line: socket.socket, address: str) -> None:
        gone = False

        def leave() -> None:
            nonlocal gone
            if not gone:
                gone = True
                self.crowd.leave(address)

        limit = {"ssl_handshake_timeout": self.bounds.header_s, "ssl_shutdown_timeout": 2.0} if self.tls else {}
        try:
            await self._loop.connect_accepted_socket(lambda: Gate(self.house, leave), line, ssl=self.tls, **limit)
        except (OSError, TimeoutError, asyncio.CancelledError):  # no TLS spoken, or not in time
            line.close()
            leave()

    async def _say_goodbye(self) -> None:
        """Idle connections end now, the others when their answer is given, the last ones when the grace is over."""
        state = self.house.state
        for one in list(state.connections):
            one.shutdown()
        end = self._loop.time() + GRACE_S
        while state.tasks and self._loop.time() < end:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.05)
        for one in list(state.connections):
            one.transport.abort()
        await asyncio.sleep(0)


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens, without waiting; WorldFault says what stands in the way."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host or "0.0.0.0", port, type=socket.SOCK_STREAM)[0]
        made = socket.socket(family, kind, protocol)
    except OSError:
        raise Invalid(host=f"This computer has no address {host}.") from None
    try:
        if sys.platform == "win32":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(where)
        made.listen(BACKLOG)
        made.setblocking(False)
    except OSError as error:
        made.close()
        raise _not_bound(error, host, port) from None
    return made


def _not_bound(error: OSError, host: str, port: int) -> WorldFault:
    if error.errno == errno.EADDRINUSE:
        return WorldFault(f"Port {port} is in use by another program on this computer. Choose another port, or end that program.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return WorldFault(f"This user may not listen on port {port}. Choose one above 1023.")
    if error.errno == errno.EADDRNOTAVAIL:
        return WorldFault(f"This computer has no address {host}.")
    return WorldFault(f"Nobody can listen on port {port}: {error.strerror}.")


def tls_of(options: Options) -> ssl.SSLContext | None:
    """TLS by the certificate files of the options, None without them; Invalid says which file is wrong."""
    if not options.certificate and not options.key:
        return None
    for name, path in (("certificate", options.certificate), ("key", options.key)):
        if not path:
            raise Invalid(**{name: "A certificate and its key belong together: give both files."})
        if not Path(path).is_file():
            raise Invalid(**{name: f"There is no file {path}."})
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_alpn_protocols(["http/1.1"])
    try:
        made.load_cert_chain(options.certificate, options.key, password=lambda: "")
    except ssl.SSLError:
        raise Invalid(certificate="These two files are no certificate and its key in PEM form, or the key has a passphrase.") from None
    except OSError as error:
        raise Invalid(certificate=f"The file cannot be read: {error.strerror}.") from None
    return made


def proxies_of(options: Options) -> Proxies:
    """The proxies of the options; Invalid for what is no address."""
    try:
        return Proxies(options.proxies)
    except ValueError:
        raise Invalid(proxies="Proxies are addresses such as 10.0.0.5, or networks such as 10.0.0.0/8.") from None
