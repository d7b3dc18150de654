"""Sending what is due: claimed in one transaction, handed over with no transaction open, noted in another.

A claim is a commit before anything leaves, so a runner that dies leaves a claimed row and never an unmarked one. When its
time is over, such a row is shown as unknown: whether the message left is for a person to decide, nothing sends it again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, TableClause, delete, or_, select, update

from fieldoffice.models.collecting import Reminder
from fieldoffice.models.errors import WorldFault
from fieldoffice.models.files import Blob
from fieldoffice.models.message import OutboxMessage
from fieldoffice.office import Office, Tx
from fieldoffice.services.collecting.owing import still_owed
from fieldoffice.services.limits import one_more, window
from fieldoffice.services.messages.kinds import URGENT
from fieldoffice.services.messages.look import LOGO
from fieldoffice.services.messages.looking import logo_of
from fieldoffice.services.messages.rules import quiet_until
from fieldoffice.services.messages.tokens import without_token
from fieldoffice.services.messages.ways import Client, Post, Ways, ways

log = logging.getLogger(__name__)
TABLE = cast(TableClause, OutboxMessage.__table__)
LEASE = timedelta(minutes=5)
"""How long a runner has for one message; its clients give up much earlier."""
FIRST_WAIT, LONGEST_WAIT, MOST_TRIES = timedelta(minutes=1), timedelta(hours=6), 12
OLD = timedelta(days=4)
TOO_OLD = "Nobody could send it for four days, so it is not sent by itself any more."
LOST = "The program ended while this was being sent. It may have arrived; look before you send it again."
LACKING = "A file that belongs to this message is gone, so it was not sent."
SETTLED = "It was paid, credited or disputed meanwhile, so no reminder was sent."
AT_ONCE = 50
"""Messages in one go; then other background work has its turn."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this runner, and no other, hands over now; `tries` tells its claim from later ones."""

    id: int
    key: str
    channel: str
    recipient: str
    content: dict[str, Any]
    tries: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a message: "sent", "again", "never" or "unknown"."""

    name: str
    words: str = ""
    reference: str = ""
    wait: timedelta = timedelta(0)


def send_due(office: Office, post: Post, *, stop: Callable[[], bool] = lambda: False) -> bool:
    """Send what is due, at most AT_ONCE messages, until `stop`; whether more may be waiting.

    The first message that has to be tried again ends the go: a server that is away keeps nobody waiting for long.
    """
    if not office.see(anything_due):
        return False
    if office.see(anything_late):
        office.do(let_go)
    found = office.see(ways)
    clients: dict[str, Client] = {}
    try:
        for _ in range(AT_ONCE):
            claimed = None if stop() else office.do(claim, found)
            if claimed is None:
                return False
            client = clients.get(claimed.channel) or clients.setdefault(claimed.channel, found.connect(post, claimed.channel))
            logo = office.see(logo_of) if LOGO in claimed.content.get("html", "") else b""
            files = office.see(files_of, claimed) if claimed.content.get("files") else ()
            fate = hand_over(client, claimed, found, logo, files)
            office.do(settle, claimed, fate)
            if fate.name == "again":
                return False
    finally:
        for client in clients.values():
            client.close()
    return True


def hand_over(client: Client, claimed: Claimed, found: Ways, logo: bytes, files: Sequence[tuple[str, bytes]] = ()) -> Fate:
    """Give one message to its server. Nothing of the database is held meanwhile."""
    content = claimed.content
    try:
        if claimed.channel == "sms":
            return Fate("sent", reference=client.send(key=claimed.key, recipient=claimed.recipient, text=content["text"]))
        if len(files) != len(content.get("files", ())):
            return Fate("never", LACKING)
        parts = {name: content.get(name, "") for name in ("subject", "text", "html", "ics")}
        attached = {"files": files} if files else {}
        reference = client.send(key=claimed.key, at=claimed.at, recipient=claimed.recipient, logo=logo, **attached, **parts, **found.sender)
        return Fate("sent", reference=reference)
    except WorldFault as refusal:
        wait = timedelta(seconds=float(refusal.values.get("retry_after") or 0))
        return Fate(str(refusal.values.get("fate") or "unknown"), str(refusal), wait=wait)
    except Exception as error:  # a bug of ours: nobody knows how far it came
        log.exception("message %s could not be sent", claimed.id)
        return Fate("unknown", f"The program stumbled over this message ({type(error).__name__}). It may have been sent.")


def files_of(tx: Tx, claimed: Claimed) -> tuple[tuple[str, bytes], ...]:
    """The PDFs that go with a message: its content names them as {"name", "blob_sha256"}. Those that are gone are missing."""
    wanted = [(str(one["name"]), str(one["blob_sha256"])) for one in claimed.content.get("files", ())]
    found = tx.session.execute(select(Blob.sha256, Blob.content).where(Blob.sha256.in_({sha256 for _name, sha256 in wanted})))
    held = {row[0]: row[1] for row in found}
    return tuple((name, held[sha256]) for name, sha256 in wanted if sha256 in held)


def anything_due(tx: Tx) -> bool:
    """Whether there is work: asked before anything is written."""
    due = select(OutboxMessage.id).where(OutboxMessage.state.in_(("queued", "claimed")), OutboxMessage.due_at <= tx.now).limit(1)
    return tx.session.scalar(due) is not None


def anything_late(tx: Tx) -> bool:
    """Whether `let_go` would find something."""
    return tx.session.scalar(select(OutboxMessage.id).where(*_late(tx)).limit(1)) is not None


def claim(tx: Tx, found: Ways) -> Claimed | None:
    """Take the message that is due longest, for LEASE; None when there is none, or this minute has had its messages.

    One whose content names an invoice as "while_open" is withdrawn where nothing is owed on it any more.
    """
    free = (OutboxMessage.state == "queued", OutboxMessage.due_at <= tx.now, *_allowed(tx, found))
    oldest = select(OutboxMessage.id).where(*free).order_by(OutboxMessage.due_at, OutboxMessage.id).limit(1)
    id = tx.session.scalar(oldest.with_for_update(skip_locked=True))
    while id is not None and _pointless(tx, id):
        id = tx.session.scalar(oldest.with_for_update(skip_locked=True))
    if id is None or not _within_limit(tx, found.per_minute):
        return None
    taken = {"state": "claimed", "due_at": tx.now + LEASE, "tries": TABLE.c.tries + 1, "version": TABLE.c.version + 1}
    columns = (TABLE.c.id, TABLE.c.key, TABLE.c.channel, TABLE.c.recipient, TABLE.c.content, TABLE.c.tries)
    mine = update(TABLE).where(TABLE.c.id == id, TABLE.c.state == "queued").values(taken).returning(*columns)
    row = tx.session.connection().execute(mine).first()
    return None if row is None else Claimed(row[0], row[1], row[2], row[3], row[4], row[5], tx.now)


def settle(tx: Tx, claimed: Claimed, fate: Fate) -> None:
    """Note what became of a claimed message, unless somebody decided about it meanwhile."""
    row = tx.get(OutboxMessage, claimed.id, lock=True)
    if row.tries != claimed.tries or row.state not in {"claimed", "unknown"}:
        return
    if fate.name == "sent":
        row.become("sent")
        row.sent_at, row.reference, row.content = tx.now, fate.reference, without_token(row.content)
    elif fate.name == "again" and row.tries < MOST_TRIES:
        row.become("queued", fate.words)
        row.due_at = tx.now + max(fate.wait, min(FIRST_WAIT * 2 ** (row.tries - 1), LONGEST_WAIT))
    elif fate.name == "again":
        row.become("failed", f"Given up after {row.tries} tries. {fate.words}")
    else:
        row.become("failed" if fate.name == "never" else "unknown", fate.words)
    _tell(tx, row)


def let_go(tx: Tx) -> None:
    """Show claims whose runner died as unknown, and give up what nobody could send for days."""
    for row in tx.all(select(OutboxMessage).where(*_late(tx)).order_by(OutboxMessage.id).with_for_update(skip_locked=True)):
        row.become(*(("unknown", LOST) if row.state == "claimed" else ("failed", row.last_error or TOO_OLD)))
        _tell(tx, row)


def _late(tx: Tx) -> tuple[ColumnElement[bool], ...]:
    aged = or_(OutboxMessage.state == "claimed", OutboxMessage.due_at <= tx.now - OLD)
    return OutboxMessage.due_at <= tx.now, OutboxMessage.state.in_(("claimed", "queued")), aged


def _allowed(tx: Tx, found: Ways) -> tuple[ColumnElement[bool], ...]:
    """Only channels that are open, and at night no SMS that can wait."""
    channels = OutboxMessage.channel.in_(found.open)
    if quiet_until(tx.now, tx.zone, found.quiet) is None:
        return (channels,)
    return channels, or_(OutboxMessage.channel != "sms", OutboxMessage.kind.in_(URGENT))


def _pointless(tx: Tx, id: int) -> bool:
    """Withdraw a reminder of what was paid, credited or disputed since it was written; whether that was done."""
    row = tx.get(OutboxMessage, id)
    invoice_id = row.content.get("while_open")
    if invoice_id is None or still_owed(tx, int(invoice_id)):
        return False
    row.become("withdrawn", SETTLED)
    tx.session.execute(delete(Reminder).where(Reminder.invoice_id == invoice_id, Reminder.level == row.content.get("level")))
    _tell(tx, row)
    tx.session.flush()
    return True


def _within_limit(tx: Tx, most: int) -> bool:
    """Count one more message in this minute of the clock, for all runners together; False when it has had `most`."""
    return not most or one_more(tx, "messages", window(tx.now, 60)[0]) <= most


def _tell(tx: Tx, row: OutboxMessage) -> None:
    """Write what happened into the log of the customer and the job; a try that will be made again is no news."""
    if row.state == "queued":
        tx.events += 1
        return
    subject = str(row.content.get("subject") or row.content.get("text", ""))[:120]
    tx.event(f"message.{row.state}", row, job_id=row.job_id, customer_id=row.customer_id, note=subject)
