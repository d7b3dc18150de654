"""Reminders of overdue papers: up to three levels, each sent once, in their order and with their days between them.

Who has paid, disputes the paper or wants no reminders gets none; that is looked at again when the message is taken for sending.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from fieldoffice.models.billing import BillingTerms, Invoice
from fieldoffice.models.books import ArItem, ItemKind
from fieldoffice.models.collecting import Reminder
from fieldoffice.models.customer import Customer
from fieldoffice.models.message import OutboxMessage
from fieldoffice.models.staff import Right
from fieldoffice.models.states import PaperState
from fieldoffice.office import Tx
from fieldoffice.services import messages
from fieldoffice.services.books.ledger import OpenItem, open_items
from fieldoffice.services.company.values import setting
from fieldoffice.services.jobs.money import amount
from fieldoffice.services.messages.kinds import LANGUAGES
from fieldoffice.services.requests.wording import day_words

LEVELS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A paper that may be reminded of now. `reach` is where the message goes, "" where the customer cannot be reached."""

    id: int  # the paper
    number: str
    customer_id: int
    name: str
    level: int
    due_on: date
    days: int
    open_cents: int
    last_at: datetime | None
    reach: str


def due_reminders(tx: Tx, invoice_ids: Collection[int] | None = None) -> tuple[DueReminder, ...]:
    """What may be reminded of today, of all papers or of these: the latest first."""
    tx.require(Right.LOOK)
    days = levels(tx)
    late = {item.invoice_id: item for item in _late(tx, invoice_ids) if item.invoice_id}
    sent, muted = _sent(tx, late), _muted(tx)
    found: list[DueReminder] = []
    for invoice, customer in _asked(tx, late):
        item = late[invoice.id]
        level = next_level(days, (tx.today - item.due_on).days, sent.get(invoice.id, ()), tx.today)
        if level and invoice.bill_to_id not in muted:
            last = max((at for _level, at, _on in sent.get(invoice.id, ())), default=None)
            found.append(DueReminder(invoice.id, invoice.number or "", customer.id, customer.name, level, item.due_on,
                                     (tx.today - item.due_on).days, item.open_cents, last, _reach(customer)))  # fmt: skip
    return tuple(sorted(found, key=lambda row: (-row.days, row.name.casefold(), row.number)))


def send_reminders(tx: Tx, invoice_ids: Collection[int]) -> int:
    """Write the reminders that are due of these papers; how many. What was paid or sent meanwhile is passed over."""
    tx.require(Right.BILLING)
    tx.all(select(Invoice).where(Invoice.id.in_(set(invoice_ids))).order_by(Invoice.id).with_for_update(key_share=True))
    due = due_reminders(tx, invoice_ids)
    for one in due:
        row = tx.add(Reminder(invoice_id=one.id, level=one.level, open_cents=one.open_cents, sent_at=tx.now))
        _write(tx, one)
        tx.event("reminder.written", row, customer_id=one.customer_id, note=f"{one.number}, level {one.level}",
                 after={"open_cents": one.open_cents})  # fmt: skip
    return len(due)


def levels(tx: Tx) -> dict[int, int]:
    """After how many days each level is due; a level without days does not exist."""
    tx.require(Right.LOOK)
    found = {level: int(setting(tx, f"money.remind_{level}") or 0) for level in LEVELS}
    return {level: days for level, days in found.items() if days}


def next_level(days: Mapping[int, int], late: int, sent: Collection[tuple[int, datetime, date]], today: date) -> int:
    """Which level is due, 0 for none: the one after the last that was sent, when its days have come and as many days have gone
    by since as lie between the two. Pure."""
    done = max((level for level, _at, _on in sent), default=0)
    level = next((one for one in sorted(days) if one > done), 0)
    if not level or late < days[level]:
        return 0
    gap = days[level] - days.get(done, 0) if done else 0
    last = max((on for _level, _at, on in sent), default=None)
    return 0 if last is not None and (today - last).days < gap else level


def _late(tx: Tx, invoice_ids: Collection[int] | None) -> list[OpenItem]:
    ids = None
    if invoice_ids is not None:
        ids = tx.all(select(ArItem.id).where(ArItem.invoice_id.in_(set(invoice_ids)), ArItem.reverses_id.is_(None)))
    kinds = (ItemKind.INVOICE, ItemKind.CHARGE)
    return [item for item in open_items(tx, item_ids=ids) if item.kind in kinds and item.open_cents > 0 and item.due_on < tx.today]


def _sent(tx: Tx, ids: Collection[int]) -> dict[int, list[tuple[int, datetime, date]]]:
    found: dict[int, list[tuple[int, datetime, date]]] = {}
    for row in tx.all(select(Reminder).where(Reminder.invoice_id.in_(set(ids)))):
        found.setdefault(row.invoice_id, []).append((row.level, row.sent_at, row.sent_at.astimezone(tx.zone).date()))
    return found


def _muted(tx: Tx) -> set[int]:
    return set(tx.all(select(BillingTerms.customer_id).where(BillingTerms.reminders.is_(False))))


def _asked(tx: Tx, ids: Collection[int]) -> list[tuple[Invoice, Customer]]:
    query = select(Invoice, Customer).join(Customer, Customer.id == Invoice.bill_to_id)
    good = query.where(Invoice.id.in_(set(ids)), Invoice.state == PaperState.POSTED, Invoice.disputed_on.is_(None))
    return [(invoice, customer) for invoice, customer in tx.session.execute(good)]


def _reach(customer: Customer) -> str:
    ways = (customer.phone, customer.email) if customer.channel == "sms" else (customer.email, customer.phone)
    return ways[0] or ways[1]


def _write(tx: Tx, one: DueReminder) -> None:
    customer = tx.get(Customer, one.customer_id)
    spoken = customer.language if customer.language in LANGUAGES else "en"
    values = {"customer": customer.name, "number": one.number, "day": day_words(one.due_on, spoken),
              "amount": f"{tx.company.currency} {amount(one.open_cents, tx.company.currency_exponent)}"}  # fmt: skip
    key = f"reminder|{one.id}|{one.level}"
    message = tx.get(OutboxMessage, messages.to_customer(tx, f"reminder_{one.level}", customer.id, key=key, values=values))
    message.content = message.content | {"while_open": one.id, "level": one.level}
