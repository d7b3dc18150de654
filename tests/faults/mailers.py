"""What the runners of the tests do: each is one process that sends what is due through a real mail server."""

from __future__ import annotations

import time
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import select, update

from fieldoffice.models.message import OutboxMessage
from fieldoffice.office import Office
from fieldoffice.services.messages import sending
from fieldoffice.services.messages.sending import Claimed, Fate, hand_over, send_due
from fieldoffice.services.messages.ways import ways
from tests.faults.desks import GAP_S, sit_down
from tests.services.messages.outbox import POST


def send_all(_desk: int, barrier: Any, address: str, guarded: bool) -> int:
    """Send until nothing is due, beside the other runners; how many this one handed over."""
    office, sent = sit_down(address), 0
    real = sending.hand_over

    def counted(*args: Any) -> Fate:
        nonlocal sent
        sent += 1
        return real(*args)

    sending.hand_over = counted
    barrier.wait()
    try:
        if guarded:
            while send_due(office, POST):
                pass
        else:
            sent = send_unguarded(office)
    finally:
        sending.hand_over = real
        office.close()
    return sent


def send_unguarded(office: Office) -> int:
    """The control: look, wait a moment, write; nobody is told that the message is taken."""
    sent, found = 0, office.see(ways)
    client = found.connect(POST, "email")
    due = select(OutboxMessage).where(OutboxMessage.state == "queued").order_by(OutboxMessage.id)
    while (row := office.see(lambda tx: tx.session.scalars(due).first())) is not None:
        time.sleep(GAP_S)
        claimed = Claimed(row.id, row.key, row.channel, row.recipient, row.content, row.tries, row.due_at)
        fate = hand_over(client, claimed, found, b"")
        done = update(OutboxMessage).where(OutboxMessage.id == row.id).values(state="sent" if fate.name == "sent" else "failed")
        office.do(lambda tx, done=done: tx.session.execute(done) and None)
        sent += 1
    client.close()
    return sent


def keep_sending(line: Connection, address: str) -> None:
    """Send until killed."""
    office = sit_down(address)
    line.send("at work")
    while True:
        send_due(office, POST)
        time.sleep(0.005)


