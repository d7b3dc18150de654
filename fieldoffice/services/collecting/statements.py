"""What a statement of account says as of a day, as plain data. Nothing is stored here.

An open item statement lists what is open. A balance forward statement goes from an opening balance through all that moved to
the closing one: it opens with what the statement before it closed with, and what was posted into that time afterwards stands
apart as adjustments. Deposits are no part of the balance and stand apart, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from fieldoffice.models.billing import MoneyKind, Payment
from fieldoffice.models.books import ArItem, ItemKind
from fieldoffice.models.collecting import ChargeRule, Statement
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid
from fieldoffice.models.staff import Right
from fieldoffice.models.states import MoneyState
from fieldoffice.office import Tx
from fieldoffice.services.books.aging import aging_strip
from fieldoffice.services.books.freezing import Frozen, frozen_party, frozen_sender
from fieldoffice.services.books.ledger import balance, open_items
from fieldoffice.services.books.terms import terms_of
from fieldoffice.services.collecting.interest import percent
from fieldoffice.services.company.values import setting
from fieldoffice.services.messages.looking import color_of

KINDS: Mapping[str, str] = {"open": "Open item", "forward": "Balance forward"}
WORDS: Mapping[str, str] = {
    ItemKind.INVOICE: "Invoice", ItemKind.CHARGE: "Finance charge", ItemKind.REFUND: "Refund", ItemKind.REVERSAL: "Reversal of",
    ItemKind.CREDIT: "Credit memo", ItemKind.PAYMENT: "Payment", ItemKind.DEPOSIT: "Deposit", ItemKind.WRITE_OFF: "Write-off",
    ItemKind.VOID: "Void of",
}  # fmt: skip
JOINED = "Balance of an account that was joined with this one"


@dataclass(frozen=True, slots=True)
class Last:
    """The statement before: the day it went up to, what it closed with, and the newest item that it knew."""

    as_of: date
    closing_cents: int
    item_id: int


def statement_of(tx: Tx, bill_to_id: int, kind: str, from_on: date | None, as_of: date) -> Frozen:
    """What a statement says. `from_on` counts for balance forward: None goes on after the last statement, or begins with the
    first of the month. The opening, adjustments and rows sum to the closing balance, and so do the buckets of its aging."""
    tx.require(Right.LOOK)
    if kind not in KINDS:
        raise Invalid(kind="There is no such kind of statement.")
    last = last_before(tx, bill_to_id, as_of) if kind == "forward" else None
    if kind == "forward" and from_on is None:
        from_on = last.as_of + timedelta(days=1) if last else as_of.replace(day=1)
    if from_on is not None and from_on > as_of:
        raise Invalid(from_on="It begins after it ends.")
    parts = _forward(tx, bill_to_id, from_on, as_of, last) if kind == "forward" and from_on else _open(tx, bill_to_id, as_of)
    *buckets, credits = aging_strip(tx, bill_to_id, as_of)
    newest = tx.session.scalar(select(func.max(ArItem.id))) or 0
    return {
        "form": 1, "kind": kind, "from_on": from_on.isoformat() if from_on and kind == "forward" else "", "as_of": as_of.isoformat(),
        "sender": frozen_sender(tx), "accent": color_of(tx), "bill_to": frozen_party(tx, bill_to_id), "currency": tx.company.currency,
        "exponent": tx.company.currency_exponent, "opening": 0, "adjustments": [], **parts,
        "aging": {"buckets": buckets, "credits": credits or None},
        "deposits": _deposits(tx, bill_to_id, as_of), "charge_words": _charge_words(tx, bill_to_id),
        "pay_words": setting(tx, "money.pay_words"), "last_item": newest,
    }  # fmt: skip


def last_before(tx: Tx, bill_to_id: int, as_of: date) -> Last | None:
    """The newest balance forward statement before a day that no other one stands for."""
    mine = select(Statement).where(Statement.bill_to_id == bill_to_id, Statement.kind == "forward", Statement.as_of < as_of,
                                   Statement.superseded_id.is_(None)).order_by(Statement.as_of.desc(), Statement.id.desc())  # fmt: skip
    row = tx.session.scalars(mine.limit(1)).first()
    return Last(row.as_of, row.closing_cents, int(row.frozen["last_item"])) if row else None


def _open(tx: Tx, bill_to_id: int, as_of: date) -> dict[str, Any]:
    items = open_items(tx, [bill_to_id], until=as_of)
    rows = [(item.customer_id, _row(item.on_date, _words(item.kind, item.number), due=item.due_on if item.amount_cents > 0 else None,
                                    original=item.amount_cents, open=item.open_cents)) for item in items]  # fmt: skip
    return {"sections": _sections(tx, bill_to_id, rows, "open"), "closing": sum(item.open_cents for item in items)}


def _forward(tx: Tx, bill_to_id: int, from_on: date, as_of: date, last: Last | None) -> dict[str, Any]:
    closing = balance(tx, bill_to_id, until=as_of)
    moved = _activity(tx, bill_to_id, from_on, as_of)
    before = balance(tx, bill_to_id, until=from_on - timedelta(days=1))
    late: list[dict[str, Any]] = []
    opening = before
    if last is not None and last.as_of == from_on - timedelta(days=1):
        opening = last.closing_cents
        late = [_of(item) for item in _posted_since(tx, bill_to_id, last)]
        if rest := before - opening - sum(row["original"] for row in late):
            late.append(_row(last.as_of, JOINED, original=rest))
    rows = [(item.customer_id, _of(item)) for item in moved]
    sections = _sections(tx, bill_to_id, rows, "original")
    if len(sections) == 1:
        _run(sections[0]["rows"], before)
    return {"opening": opening, "adjustments": late, "sections": sections, "closing": closing}


def _activity(tx: Tx, bill_to_id: int, from_on: date, as_of: date) -> list[ArItem]:
    """What moved, in order, without papers that were voided in the same time: they say nothing to a customer."""
    mine = select(ArItem).where(ArItem.bill_to_id == bill_to_id, ArItem.on_date >= from_on, ArItem.on_date <= as_of)
    items = tx.all(mine.order_by(ArItem.on_date, ArItem.id))
    known = {item.id for item in items}
    gone = {item.reverses_id for item in items if item.kind == ItemKind.VOID and item.reverses_id in known}
    return [item for item in items if item.id not in gone and not (item.kind == ItemKind.VOID and item.reverses_id in gone)]


def _posted_since(tx: Tx, bill_to_id: int, last: Last) -> list[ArItem]:
    """What was posted into the time of the last statement after that was made."""
    late = select(ArItem).where(ArItem.bill_to_id == bill_to_id, ArItem.on_date <= last.as_of, ArItem.id > last.item_id)
    return tx.all(late.order_by(ArItem.on_date, ArItem.id))


def _sections(tx: Tx, bill_to_id: int, rows: Sequence[tuple[int, dict[str, Any]]], counts: str) -> list[dict[str, Any]]:
    """One section, or one for each customer that the bill-to pays for: its own first, then by name."""
    ids = dict.fromkeys(id for id, _row in rows)
    if not set(ids) - {bill_to_id}:
        return [{"customer_id": bill_to_id, "name": "", "rows": [row for _id, row in rows], "subtotal": None}]
    names = {row.id: row.name for row in tx.session.execute(select(Customer.id, Customer.name).where(Customer.id.in_(ids)))}
    mine = {id: [row for of, row in rows if of == id] for id in ids}
    order = sorted(ids, key=lambda id: (id != bill_to_id, names[id].casefold(), id))
    return [{"customer_id": id, "name": names[id], "rows": mine[id], "subtotal": sum(row[counts] for row in mine[id])} for id in order]


def _run(rows: Iterable[dict[str, Any]], before: int) -> None:
    """Write the running balance into rows of one customer."""
    for row in rows:
        before += row["original"]
        row["running"] = before


def _of(item: ArItem) -> dict[str, Any]:
    due = item.due_on if item.amount_cents > 0 else None
    return _row(item.on_date, _words(item.kind, item.number), due=due, original=item.amount_cents)


def _row(on: date, words: str, *, due: date | None = None, original: int | None = None, open: int | None = None) -> dict[str, Any]:
    return {"on": on.isoformat(), "words": words, "due": due.isoformat() if due else "", "original": original, "open": open,
            "running": None}  # fmt: skip


def _words(kind: str, number: str) -> str:
    return f"{WORDS.get(kind, kind.capitalize())} {number}"


def _deposits(tx: Tx, bill_to_id: int, as_of: date) -> list[dict[str, Any]]:
    """What is held for a customer as of a day: neither applied to an invoice nor given back by then."""
    mine = select(Payment).where(Payment.customer_id == bill_to_id, Payment.kind == MoneyKind.DEPOSIT, Payment.received_on <= as_of,
                                 Payment.state == MoneyState.RECEIVED).order_by(Payment.received_on, Payment.id)  # fmt: skip
    rows = tx.all(mine)
    left = {row.id: row.amount_cents for row in rows}
    applied = select(ArItem.payment_id, func.sum(ArItem.amount_cents)).where(
        ArItem.payment_id.in_(left), ArItem.kind.in_((ItemKind.DEPOSIT, ItemKind.REVERSAL)), ArItem.on_date <= as_of
    )
    given = select(Payment.source_id, -func.sum(Payment.amount_cents)).where(
        Payment.source_id.in_(left), Payment.kind == MoneyKind.REFUND, Payment.state == MoneyState.RECEIVED, Payment.received_on <= as_of
    )
    for query in (applied.group_by(ArItem.payment_id), given.group_by(Payment.source_id)) if rows else ():
        for id, cents in tx.session.execute(query):
            left[int(id or 0)] += int(cents)
    return [{"on": row.received_on.isoformat(), "words": f"Deposit {row.number}", "cents": left[row.id]} for row in rows if left[row.id]]


def _charge_words(tx: Tx, bill_to_id: int) -> str:
    """What late payment costs, where one rule says so and it holds for this customer."""
    rules = tx.all(select(ChargeRule).where(ChargeRule.active, ChargeRule.kind == "interest", ChargeRule.annual_ppm > 0))
    if len(rules) != 1 or not terms_of(tx, bill_to_id).charges:
        return ""
    rate = min(rules[0].annual_ppm, rules[0].cap_ppm or rules[0].annual_ppm)
    return f"Overdue amounts are charged {percent(rate)} a year."
