"""Messages through runners that are killed, and through several runners at once: never twice, never lost unseen."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest

from fieldoffice.office import Office
from fieldoffice.services.messages import sending
from tests.conftest import Clock
from tests.faults import mailers
from tests.faults.processes import PATIENCE_S, TIMED, kill, race, rounds, running
from tests.services.messages.mailserver import MailServer, mail_server
from tests.services.messages.outbox import rows, send, small, write

pytestmark = TIMED
MANY = rounds(16, 400)


def ids_of(server: MailServer) -> Counter[bytes]:
    """How often each Message-ID arrived."""
    lines = [line for got in server.got for line in got.content.split(b"\r\n") if line.startswith(b"Message-ID:")]
    assert len(lines) == len(server.got)
    return Counter(lines)


def test_a_runner_killed_while_the_server_keeps_its_answer_back_sends_once(office: Office, address: str, clock: Clock) -> None:
    """Whether it arrived, nobody knows: it is shown as unknown, and not sent again by itself."""
    gate = threading.Event()
    with mail_server(MailServer(gate=gate)) as server:
        made = small(office, port=server.port)
        write(office, made)
        with running(mailers.keep_sending, address) as (process, line):
            line.recv()
            end = time.monotonic() + PATIENCE_S
            while not server.got and time.monotonic() < end:
                time.sleep(0.02)
            kill(process)
        gate.set()
        clock.at += sending.LEASE + timedelta(seconds=1)
        send(office)
        send(office)
        assert len(server.got) == 1
    (row,) = rows(office)
    assert (row.state, row.last_error) == ("unknown", sending.LOST)


def test_runners_killed_at_any_moment_send_nothing_twice_and_lose_nothing_unseen(office: Office, address: str, clock: Clock) -> None:
    dice, kills = random.Random(11), rounds(3, 40)
    with mail_server(MailServer(slow="rcpt", slow_s=0.01)) as server:
        made = small(office, port=server.port)
        for n in range(MANY):
            write(office, made, f"k{n}")
        for _ in range(kills):
            with running(mailers.keep_sending, address) as (process, line):
                line.recv()
                time.sleep(dice.uniform(0.05, 0.3))
                kill(process)
        clock.at += sending.LEASE + timedelta(seconds=1)
        send(office)
        arrived = ids_of(server)
    states = Counter(row.state for row in rows(office))
    print(f"{kills} runners killed over {MANY} messages: {len(arrived)} arrived, {states['unknown']} unknown")
    assert set(arrived.values()) == {1}
    assert states["sent"] + states["unknown"] == MANY
    assert states["unknown"] <= kills
    assert states["sent"] <= len(arrived) <= states["sent"] + states["unknown"]


def test_several_runners_at_once_send_each_message_once(office: Office, address: str) -> None:
    with mail_server() as server:
        made = small(office, port=server.port)
        for n in range(MANY):
            write(office, made, f"k{n}")
        sent = race(mailers.send_all, rounds(3, 6), address, True)
        arrived = ids_of(server)
    assert (sum(sent), len(arrived), set(arrived.values())) == (MANY, MANY, {1})
    assert {row.state for row in rows(office)} == {"sent"}


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_control_without_the_claim_runners_send_messages_twice(office: Office, address: str, kind: str) -> None:
    with mail_server() as server:
        made = small(office, port=server.port)
        for n in range(12):
            write(office, made, f"k{n}")
        race(mailers.send_all, 3, address, False)
        assert max(ids_of(server).values()) > 1
