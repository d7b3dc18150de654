"""The outbox as people see it: what was sent, what waits, what failed; and what a person may decide about a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, func, select

from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.job import Job
from fieldoffice.models.message import OutboxMessage
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.company import checks
from fieldoffice.services.messages import markup
from fieldoffice.services.messages.kinds import KINDS, TEST, words_of
from fieldoffice.services.messages.look import framed
from fieldoffice.services.messages.looking import look_of
from fieldoffice.services.messages.rules import office_addresses, rules
from fieldoffice.services.messages.tokens import without_token
from fieldoffice.services.messages.ways import why_waiting
from fieldoffice.services.messages.whom import To, address_of, customer_channel
from fieldoffice.services.messages.writing import CUSTOMER, NO_OFFICE, composed, store, when_due

MOST = 500
STATES: Mapping[str, tuple[str, ...]] = {
    "attention": ("failed", "unknown"), "waiting": ("queued", "claimed"), "sent": ("sent",), "withdrawn": ("withdrawn",), "all": (),
}  # fmt: skip
"""What a list can be narrowed to."""
TEST_WORDS = "This is a test message from {company}. It was sent from Organization → Settings → Messages, and it has arrived."


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message in a list. `subject` is the beginning of the text where there is no subject."""

    id: int
    version: int
    kind: str
    words: str
    channel: str
    recipient: str
    subject: str
    state: str
    customer_id: int | None
    customer: str
    job_id: int | None
    job: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    tries: int
    last_error: str

    @property
    def needs_attention(self) -> bool:
        return self.state in STATES["attention"]


@dataclass(frozen=True, slots=True)
class Outbox:
    """The newest messages first, at most MOST; `counts` by group of states; `why` says by channel why messages wait."""

    lines: tuple[MessageLine, ...]
    counts: Mapping[str, int]
    why: Mapping[str, str]
    zone: str
    may_edit: bool


@dataclass(frozen=True, slots=True)
class MessageSheet:
    """One message as a whole, as it was or will be sent."""

    line: MessageLine
    text: str
    html: str
    calendar: bool
    reference: str
    language: str
    zone: str
    may_edit: bool


def outbox(tx: Tx, group: str = "all", *, customer_id: int | None = None, job_id: int | None = None) -> Outbox:
    """The messages in a group of states, of all or of one customer or job."""
    tx.require(Right.LOOK)
    mine: list[ColumnElement[bool]] = []
    if customer_id is not None:
        mine.append(OutboxMessage.customer_id == customer_id)
    if job_id is not None:
        mine.append(OutboxMessage.job_id == job_id)
    states = [OutboxMessage.state.in_(STATES[group])] if STATES[group] else []
    query = _lines().where(*mine, *states).order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc()).limit(MOST)
    lines = tuple(_line(row) for row in tx.session.execute(query))
    tally = select(OutboxMessage.state, func.count()).where(*mine).group_by(OutboxMessage.state)
    counts = {row[0]: int(row[1]) for row in tx.session.execute(tally)}
    grouped = {name: sum(counts.get(state, 0) for state in some or counts) for name, some in STATES.items()}
    why = why_waiting(tx) if grouped["waiting"] else {}
    return Outbox(lines, grouped, why, tx.company.zone, Right.EDIT_CUSTOMERS in tx.actor.rights)


def troubled(tx: Tx) -> int:
    """How many messages failed or are unknown: somebody has to look at them."""
    tx.require(Right.LOOK)
    query = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state.in_(STATES["attention"]))
    return tx.session.scalar(query) or 0


def message(tx: Tx, id: int) -> MessageSheet:
    """One message with its text."""
    tx.require(Right.LOOK)
    row, line = tx.get(OutboxMessage, id), _line(tx.session.execute(_lines().where(OutboxMessage.id == id)).one())
    calendar = row.channel == "email" and bool(row.content.get("ics"))
    return MessageSheet(line, row.content.get("text", ""), row.content.get("html", ""), calendar, row.reference, row.language,
                        tx.company.zone, Right.EDIT_CUSTOMERS in tx.actor.rights)  # fmt: skip


def send_again(tx: Tx, id: int, *, version: int) -> MessageSheet:
    """Send a message that failed, was withdrawn, or may not have arrived; where the customer can be reached by now."""
    tx.require(Right.EDIT_CUSTOMERS)
    row = tx.get(OutboxMessage, id, version=version)
    if row.state not in {"failed", "unknown", "withdrawn"}:
        raise NotAllowed("This message is on its way already, or was sent.")
    _address_anew(tx, row)
    row.become("queued")
    row.tries = 0
    row.due_at = when_due(tx, row.kind, row.channel, None)
    tx.event("message.again", row, job_id=row.job_id, customer_id=row.customer_id, note=str(row.content.get("subject", "")))
    tx.session.flush()
    return message(tx, id)


def call_arrived(tx: Tx, id: int, *, version: int) -> MessageSheet:
    """A person knows that an unknown message arrived."""
    tx.require(Right.EDIT_CUSTOMERS)
    row = tx.get(OutboxMessage, id, version=version)
    if row.state != "unknown":
        raise NotAllowed("Only a message of which nobody knows can be called arrived.")
    row.become("sent")
    row.sent_at, row.content = tx.now, without_token(row.content)
    tx.event("message.arrived", row, job_id=row.job_id, customer_id=row.customer_id, note=str(row.content.get("subject", "")))
    tx.session.flush()
    return message(tx, id)


def call_off(tx: Tx, id: int, *, version: int) -> MessageSheet:
    """Do not send a message that still waits."""
    tx.require(Right.EDIT_CUSTOMERS)
    row = tx.get(OutboxMessage, id, version=version)
    if row.state != "queued":
        raise NotAllowed("This message is being sent or was sent: it cannot be called back.")
    row.become("withdrawn")
    tx.event("message.withdrawn", row, job_id=row.job_id, customer_id=row.customer_id, note=str(row.content.get("subject", "")))
    tx.session.flush()
    return message(tx, id)


def send_test(tx: Tx, to: str, *, sms: bool = False) -> int:
    """Write a test message to an address or number; the id to watch it by."""
    tx.require(Right.ORGANIZATION)
    if not sms and (not to.strip() or checks.email(to.strip())):
        raise Invalid(to="Please give the e-mail address that the test goes to.")
    if sms and not to.strip().startswith("+"):
        raise Invalid(to="Please give the number with its country, such as +12025550100.")
    values = {"company": tx.company.name}
    content: dict[str, Any] = {"text": markup.as_text(TEST_WORDS, values), "follows": ""}
    if not sms:
        content |= {"subject": f"Test message from {tx.company.name}".replace("=?", ""),
                    "html": framed(TEST_WORDS, values, look_of(tx), language="en")}  # fmt: skip
    found = To("sms", to.strip()) if sms else address_of(to)
    if found.problem:
        raise Invalid(to=found.problem)
    row = {"kind": TEST, "channel": found.channel, "recipient": found.address, "language": "en", "content": content, "state": "queued",
           "due_at": tx.now, "last_error": ""}  # fmt: skip
    return store(tx, f"test:{tx.op_id}", row)


def _address_anew(tx: Tx, row: OutboxMessage) -> None:
    """Where the message goes now: the address may have been wrong, and the channel may be another one."""
    if row.kind in KINDS and KINDS[row.kind].office and not row.recipient:
        found = office_addresses(tx, rules(tx))
        if not found:
            raise NotAllowed(NO_OFFICE)
        row.recipient = found[0]
    if row.content.get("follows") != CUSTOMER or row.customer_id is None or row.kind not in KINDS:
        return
    to = customer_channel(tx, tx.get(Customer, row.customer_id))
    if to.problem:
        raise NotAllowed(to.problem)
    if to.channel != row.channel:
        kept = {name: row.content[name] for name in ("values", "follows", "ics", "files", "while_open", "level") if name in row.content}
        row.content = {**composed(tx, row.kind, to.channel, row.language, row.content.get("values", {})), **kept}
    row.channel, row.recipient = to.channel, to.address


def _lines() -> Any:
    m = OutboxMessage
    subject = func.coalesce(m.content["subject"].as_string(), func.substr(m.content["text"].as_string(), 1, 120)).cast(String)
    columns = (m.id, m.version, m.kind, m.channel, m.recipient, subject, m.state, m.customer_id, Customer.name, m.job_id, Job.number,
               m.created_at, m.due_at, m.sent_at, m.tries, m.last_error)  # fmt: skip
    return select(*columns).outerjoin(Customer, Customer.id == m.customer_id).outerjoin(Job, Job.id == m.job_id)


def _line(row: Any) -> MessageLine:
    id, version, kind, *rest = row
    channel, recipient, subject, state, customer_id, customer, job_id, job, *times = rest
    return MessageLine(id, version, kind, words_of(kind), channel, recipient, subject or "", state, customer_id, customer or "", job_id,
                       str(job or ""), *times)  # fmt: skip
