"""A real mail server on this machine that behaves as a test asks: kind, slow, hanging up, refusing, encrypted."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

STAGES = ("connect", "ehlo", "mail", "rcpt", "data", "end")
"""Where a line can drop: "end" is after the whole message came in, before the answer."""


@dataclass
class Got:
    """A message that the server took: from, to, and its bytes."""

    sender: str
    recipients: list[str]
    content: bytes


@dataclass
class MailServer:
    """How the server behaves, and what it got. `answers` maps recipients to what RCPT answers."""

    port: int = 0
    drop: str = ""  # a stage
    slow: str = ""  # a stage
    slow_s: float = 0.0
    answers: dict[str, str] = field(default_factory=dict[str, str])
    end: str = "250 OK"
    gate: threading.Event | None = None  # the answer after DATA waits for it
    got: list[Got] = field(default_factory=list[Got])
    asked: list[str] = field(default_factory=list[str])  # every RCPT
    lines: int = 0  # connections

    async def at(self, stage: str, server: SMTP) -> None:
        if self.slow == stage:
            await asyncio.sleep(self.slow_s)
        if self.drop == stage:
            server.transport.abort()
            await asyncio.sleep(0)

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]) -> list[str]:
        session.host_name = hostname
        await self.at("ehlo", server)
        return responses

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        await self.at("mail", server)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        self.asked.append(address)
        await self.at("rcpt", server)
        said = self.answers.get(address, "250 OK")
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.got.append(Got(str(envelope.mail_from), list(envelope.rcpt_tos), bytes(envelope.original_content or b"")))
        while self.gate is not None and not self.gate.is_set():
            await asyncio.sleep(0.02)
        await self.at("end", server)
        return self.end


class Line(SMTP):
    """One connection to the server."""

    def __init__(self, mail: MailServer, **more: Any) -> None:
        super().__init__(mail, hostname="localhost", **more)
        self.mail = mail

    def connection_made(self, transport: Any) -> None:
        if not self.session or not getattr(self, "_counted", False):
            self._counted = True
            self.mail.lines += 1
        if self.mail.drop == "connect":
            transport.abort()
            return
        super().connection_made(transport)


    async def smtp_DATA(self, arg: str) -> None:
        if self.mail.drop == "data":
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


@contextmanager
def mail_server(mail: MailServer | None = None, *, port: int = 0, certificate: Path | None = None, tls: bool = False,
                password: str = "") -> Iterator[MailServer]:  # fmt: skip
    """A running server on 127.0.0.1; with a certificate it asks for STARTTLS, or speaks TLS from the start."""
    mail = mail or MailServer()
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    loop = asyncio.new_event_loop()
    more = _manners(context, tls, password)

    def line() -> Line:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # aiosmtpd warns of servers that ask for a password in the clear
            return Line(mail, loop=loop, **more)

    opening = loop.create_server(line, "127.0.0.1", port, ssl=context if tls else None)
    server = loop.run_until_complete(opening)
    mail.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, name="mail server")
    thread.start()
    try:
        yield mail
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    mine = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in mine:
        task.cancel()
    await asyncio.gather(*mine, return_exceptions=True)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(server.wait_closed(), 5)


def _manners(context: ssl.SSLContext | None, tls: bool, password: str) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if context is not None and not tls:
        more |= {"tls_context": context, "require_starttls": True}
    if password:
        def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
            return AuthResult(success=data.password == password.encode(), handled=False)

        more |= {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    return more


def certificate(folder: Path, *, name: str = "127.0.0.1") -> Path:
    """A self-signed certificate with its key in one file, for the name or address."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail test")])
    alternative = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / f"{name}.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def sms_server(answer: Callable[[dict[str, str]], tuple[int, str]], *, delay_s: float = 0.0) -> Iterator[SmsServer]:
    """A provider of SMS on this machine: `answer` gets the form and says status and body."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from time import sleep
    from urllib.parse import parse_qsl

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            got.forms.append(form)
            got.headers.append({name.lower(): value for name, value in self.headers.items()})
            sleep(delay_s)
            status, body = answer(form)
            with contextlib.suppress(OSError):
                self.send_response(status)
                for name, value in got.more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    got = SmsServer(f"http://127.0.0.1:{server.server_address[1]}/Accounts/{{account}}/Messages.json")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class SmsServer:
    """What a provider of SMS was asked; `more` are headers of its answers."""

    url: str
    forms: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    more: dict[str, str] = field(default_factory=dict[str, str])
