"""What finance charges are computed from: a customer's debts and credits with all their movements, and what was charged before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select

from fieldoffice.models.billing import BillingTerms, Invoice
from fieldoffice.models.books import Allocation, ArItem, ItemKind
from fieldoffice.models.collecting import ChargePart
from fieldoffice.models.log import Event
from fieldoffice.models.states import PaperState
from fieldoffice.office import Tx
from fieldoffice.services.books.ledger import settled
from fieldoffice.services.collecting.interest import Debt
from fieldoffice.services.collecting.rules import RuleFacts

Moves = dict[int, list[tuple[date, int]]]
FREE = (ItemKind.CREDIT, ItemKind.PAYMENT)


@dataclass
class Account:
    """One bill-to: debts that may be charged, credits as positive movements, and what is left out with its reason."""

    bill_to_id: int
    debts: list[Debt] = field(default_factory=list[Debt])
    credits: list[Debt] = field(default_factory=list[Debt])
    left_out: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    papers: dict[int, tuple[str, int, int]] = field(default_factory=dict[int, tuple[str, int, int]])
    """By item: its number, its paper, and whom it was for."""


@dataclass(frozen=True, slots=True)
class _Paper:
    id: int
    net_cents: int
    total_cents: int
    disputed_on: date | None


@dataclass
class Before:
    """What a rule charged an item before."""

    done_to: date | None = None
    tiers: set[int] = field(default_factory=set[int])
    cents: int = 0


def accounts_of(tx: Tx, facts: RuleFacts, as_of: date) -> dict[int, Account]:
    """Every bill-to with something overdue as of a day."""
    payers = _late_payers(tx, facts, as_of)
    items = tx.all(select(ArItem).where(ArItem.bill_to_id.in_(payers), ArItem.on_date <= as_of).order_by(ArItem.id)) if payers else []
    moves = _moves(tx, items, as_of)
    papers = _papers(tx, items)
    spans = _disputes(tx, payers)
    without = _without_charges(tx, payers)
    found: dict[int, Account] = {payer: Account(payer) for payer in payers}
    for item in items:
        account, paper = found[item.bill_to_id], papers.get(item.invoice_id or 0)
        if item.kind in FREE:
            account.credits.append(Debt(item.id, item.on_date, item.due_on, tuple((on, -cents) for on, cents in moves[item.id])))
        elif paper is not None and _counts(item, facts):
            debt = _debt(item, moves[item.id], paper, spans, facts)
            account.papers[item.id] = (item.number, paper.id, item.customer_id)
            late = item.due_on < as_of and debt.open_on(as_of) > 0
            if (why := "no finance charges by its terms" if item.bill_to_id in without else _why(paper)) and late:
                account.left_out.append((item.number, why))
            if not why:
                account.debts.append(debt)
    return found


def charged_before(tx: Tx, rule_id: int, payers: Collection[int]) -> dict[int, Before]:
    """By item of these bill-tos: what this rule charged, where that was not reversed."""
    found: dict[int, Before] = defaultdict(Before)
    mine = select(ChargePart.item_id, ChargePart.tier, ChargePart.to_on, ChargePart.amount_cents)
    mine = mine.join(ArItem, ArItem.id == ChargePart.item_id).where(ArItem.bill_to_id.in_(payers))
    for item_id, tier, to_on, cents in tx.session.execute(mine.where(ChargePart.rule_id == rule_id, ChargePart.live)):
        before = found[item_id]
        before.cents += cents
        if tier:
            before.tiers.add(tier)
        else:
            before.done_to = max(before.done_to or to_on, to_on)
    return found


def _late_payers(tx: Tx, facts: RuleFacts, as_of: date) -> set[int]:
    late = select(ArItem.bill_to_id).where(ArItem.amount_cents > 0, ArItem.due_on < as_of, ArItem.on_date <= as_of).distinct()
    if not facts.closed_items:
        done = settled(as_of)
        late = late.outerjoin(done, done.c.item_id == ArItem.id).where(ArItem.amount_cents + func.coalesce(done.c.cents, 0) > 0)
    return set(tx.all(late))


def _moves(tx: Tx, items: Collection[ArItem], as_of: date) -> Moves:
    """How each item's open amount moved up to a day, in order."""
    ids = select(ArItem.id).where(ArItem.bill_to_id.in_({item.bill_to_id for item in items}))
    found: Moves = {item.id: [(item.on_date, item.amount_cents)] for item in items}
    rows = select(Allocation.source_id, Allocation.target_id, Allocation.on_date, Allocation.amount_cents)
    for source, target, on, cents in tx.session.execute(
        rows.where(Allocation.target_id.in_(ids), Allocation.on_date <= as_of).order_by(Allocation.on_date, Allocation.id)
    ):
        found[source].append((on, cents))
        found[target].append((on, -cents))
    return found


def _papers(tx: Tx, items: Collection[ArItem]) -> dict[int, _Paper]:
    """The posted papers behind the items; one that is void owes nothing on any day."""
    payers = {item.bill_to_id for item in items}
    mine = select(ArItem.invoice_id).where(ArItem.bill_to_id.in_(payers))
    facts = select(Invoice.id, Invoice.net_cents, Invoice.total_cents, Invoice.disputed_on)
    posted = facts.where(Invoice.id.in_(mine), Invoice.state == PaperState.POSTED)
    return {row.id: _Paper(row.id, row.net_cents, row.total_cents, row.disputed_on) for row in tx.session.execute(posted)}


def _counts(item: ArItem, facts: RuleFacts) -> bool:
    if item.reverses_id is not None:
        return False
    return item.kind == ItemKind.INVOICE or (item.kind == ItemKind.CHARGE and facts.on_charges)


def _debt(item: ArItem, moves: list[tuple[date, int]], paper: _Paper, spans: dict[int, list[tuple[date, date | None]]],
          facts: RuleFacts) -> Debt:  # fmt: skip
    net, total = (paper.net_cents, paper.total_cents) if facts.without_tax else (1, 1)
    return Debt(item.id, item.on_date, item.due_on, tuple(moves), tuple(spans.get(paper.id, ())), net, total)


def _why(paper: _Paper) -> str:
    return "disputed" if paper.disputed_on is not None else ""


def _disputes(tx: Tx, payers: Collection[int]) -> dict[int, list[tuple[date, date | None]]]:
    """By paper of these bill-tos: the spans in which it was disputed, as the log has them."""
    mine = select(Invoice.id).where(Invoice.bill_to_id.in_(payers))
    told = select(Event.entity_id, Event.kind, Event.at).where(
        Event.entity == "invoice", Event.entity_id.in_(mine), Event.kind.in_(("invoice.disputed", "invoice.settled"))
    )
    spans: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for id, kind, at in tx.session.execute(told.order_by(Event.id)):
        day, mine = at.astimezone(tx.zone).date(), spans[id]
        if kind == "invoice.disputed" and (not mine or mine[-1][1] is not None):
            mine.append((day, None))
        elif kind == "invoice.settled" and mine and mine[-1][1] is None:
            mine[-1] = (mine[-1][0], day)
    return spans


def _without_charges(tx: Tx, payers: Iterable[int]) -> set[int]:
    off = select(BillingTerms.customer_id).where(BillingTerms.customer_id.in_(set(payers)), BillingTerms.charges.is_(False))
    return set(tx.all(off))
