"""Finance charges: looked at first, then posted as a whole, and taken back as a whole.

Each charge is a paper of its own that names the invoices; an interval of an item is charged once by a rule.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from fieldoffice.models.billing import Invoice, InvoiceLine, Paper
from fieldoffice.models.books import ArItem
from fieldoffice.models.collecting import ChargePart, ChargeRule, ChargeRun
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid, NotAllowed, Stale
from fieldoffice.models.staff import Right
from fieldoffice.models.states import PaperState, RunState
from fieldoffice.office import Tx
from fieldoffice.services.books.freezing import frozen_invoice
from fieldoffice.services.books.journal import sha256_of
from fieldoffice.services.books.periods import closed, hold_books
from fieldoffice.services.books.posting import book, void_invoice
from fieldoffice.services.books.turning import allocated
from fieldoffice.services.collecting.interest import Part, credits_against, parts_of, with_least
from fieldoffice.services.collecting.overdue import Account, Before, accounts_of, charged_before
from fieldoffice.services.collecting.rules import RuleFacts, facts_of
from fieldoffice.services.company.numbering import take_number

LEAST = "Minimum finance charge"
CHANGED = "Something was paid or posted meanwhile, so the charges are different now. They have been computed again; please look."


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One item and what it is charged."""

    item_id: int
    number: str
    invoice_id: int
    bill_to_id: int
    customer_id: int
    on_date: date
    due_on: date
    open_cents: int
    days: int  # overdue
    parts: tuple[Part, ...]

    @property
    def id(self) -> int:
        return self.item_id

    @property
    def amount_cents(self) -> int:
        return sum(part.amount_cents for part in self.parts)


@dataclass(frozen=True, slots=True)
class ChargeSum:
    """One bill-to: its lines, what they make, and what is charged: nothing below the threshold, at least the minimum."""

    bill_to_id: int
    name: str
    lines: tuple[ChargeLine, ...]
    sum_cents: int
    total_cents: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a run would charge. `left_out` holds (customer, number, why)."""

    rule_id: int
    facts: RuleFacts
    as_of: date
    customers: tuple[ChargeSum, ...]
    left_out: tuple[tuple[str, str, str], ...]
    exponent: int
    why_not: str  # why it cannot be posted on that day, or ""

    @property
    def total_cents(self) -> int:
        return sum(one.total_cents for one in self.customers)


def preview_charges(tx: Tx, rule_id: int, as_of: date, excluded: Collection[int] = ()) -> Preview:
    """What is charged as of a day, by customer and item, with the proof. Items in `excluded` are left out."""
    tx.require(Right.BILLING)
    rule = tx.get(ChargeRule, rule_id)
    facts = facts_of(rule)
    accounts = accounts_of(tx, facts, as_of) if rule.active and not facts.charges_nothing else {}
    names = _names(tx, accounts)
    before = charged_before(tx, rule_id, accounts.keys())
    found: list[ChargeSum] = []
    for account in accounts.values():
        lines = tuple(line for line in _lines(account, facts, as_of, before) if line.item_id not in excluded)
        if total := sum(line.amount_cents for line in lines):
            due = with_least(total, facts.min_charge_cents, facts.charge_threshold_cents)
            found.append(ChargeSum(account.bill_to_id, names[account.bill_to_id], lines, total, due))
    left = [(names[id], number, why) for id, one in accounts.items() for number, why in one.left_out]
    found.sort(key=lambda one: (one.name.casefold(), one.bill_to_id))
    return Preview(rule_id, facts, as_of, tuple(found), tuple(sorted(left)), tx.company.currency_exponent, closed(tx).why_not(as_of))


def post_charges(tx: Tx, rule_id: int, as_of: date, excluded: Collection[int] = (), *, expect_cents: int | None = None) -> int:
    """Post a finance charge for each customer; returns the run's id. It is computed anew under the lock of the books.

    `expect_cents` is what the preview made: when that is another amount by now, nothing is posted (Stale).
    """
    tx.require(Right.BILLING)
    hold_books(tx)
    if as_of > tx.today:
        raise Invalid(as_of="This day lies ahead; charges are posted up to today.")
    rule = tx.get(ChargeRule, rule_id, lock=True)
    preview = preview_charges(tx, rule_id, as_of, excluded)
    if expect_cents is not None and preview.total_cents != expect_cents:
        raise Stale(CHANGED)
    if not preview.total_cents:
        raise NotAllowed("There is nothing to charge.", key="nothing")
    run = tx.add(ChargeRun(number=f"FCR-{tx.number('charge_run')}", rule_id=rule.id, as_of=as_of, state=RunState.DONE.value,
                           total_cents=preview.total_cents, by_name=tx.actor.name, created_at=tx.now))  # fmt: skip
    for one in preview.customers:
        if one.total_cents:
            _charge(tx, run, one, preview)
    tx.event("charges.posted", run, note=f"{run.number}, {rule.name}", after={"total_cents": run.total_cents, "as_of": as_of.isoformat()})
    return run.id


def reverse_run(tx: Tx, run_id: int, *, version: int, reason: str) -> None:
    """Void all charges of a run; what they were for can be charged again.

    Refused, naming it, when something was paid on one of them, and when a later run by the same rule stands.
    """
    tx.require(Right.BILLING)
    hold_books(tx)
    run = tx.get(ChargeRun, run_id, version=version)
    if run.state != RunState.DONE:
        raise NotAllowed(f"{run.number} was reversed already.", key="reversed")
    if not reason.strip():
        raise Invalid(reason="Say why the charges are reversed.")
    later = select(ChargeRun.number).where(ChargeRun.rule_id == run.rule_id, ChargeRun.state == RunState.DONE, ChargeRun.id > run.id)
    if number := tx.session.scalar(later.order_by(ChargeRun.id.desc()).limit(1)):
        raise NotAllowed(f"{number} went on where this run ended. Reverse that one first.", key="later_run")
    for paper in _papers(tx, run_id):
        _refuse_settled(tx, paper)
        if paper.state == PaperState.POSTED:
            void_invoice(tx, paper.id, version=paper.version, reason=f"{run.number} reversed: {reason.strip()}")
    for part in tx.all(select(ChargePart).where(ChargePart.run_id == run_id)):
        part.live = False
    run.become(RunState.REVERSED)
    run.reversed_at = tx.now
    tx.event("charges.reversed", run, note=f"{run.number}: {reason.strip()}", before={"total_cents": run.total_cents})


def _lines(account: Account, facts: RuleFacts, as_of: date, before: Mapping[int, Before]) -> list[ChargeLine]:
    credits = credits_against(account.debts, account.credits, facts.basis) if facts.net_of_credits else None
    found: list[ChargeLine] = []
    for debt in account.debts:
        was = before.get(debt.id, Before())
        parts = parts_of(debt, facts.basis, as_of, done_to=was.done_to, done_tiers=was.tiers, charged_cents=was.cents, credits=credits)
        if parts:
            number, paper_id, customer_id = account.papers[debt.id]
            found.append(ChargeLine(debt.id, number, paper_id, account.bill_to_id, customer_id, debt.on_date, debt.due_on,
                                    debt.open_on(as_of), (as_of - debt.due_on).days, parts))  # fmt: skip
    return sorted(found, key=lambda line: (line.due_on, line.number))


def _charge(tx: Tx, run: ChargeRun, one: ChargeSum, preview: Preview) -> None:
    """One paper for one customer: its lines name the invoices, and its parts hold the proof."""
    cited = {line.invoice_id for line in one.lines}
    paper = Invoice(kind=Paper.CHARGE.value, customer_id=one.bill_to_id, bill_to_id=one.bill_to_id, state=PaperState.DRAFT.value,
                    cites_id=cited.pop() if len(cited) == 1 else None, issued_on=run.as_of,
                    due_on=run.as_of + timedelta(days=preview.facts.terms_days), net_cents=one.total_cents,
                    total_cents=one.total_cents, created_at=tx.now)  # fmt: skip
    tx.add(paper)
    wanted = [(f"Finance charge on {line.number}", _described(line, preview), line.amount_cents) for line in one.lines]
    if more := one.total_cents - one.sum_cents:
        wanted.append((LEAST, "", more))
    tx.session.add_all(InvoiceLine(invoice_id=paper.id, position=n, kind="charge", name=name, description=words, unit_price_cents=cents,
                                   net_cents=cents) for n, (name, words, cents) in enumerate(wanted, 1))  # fmt: skip
    tx.session.flush()
    number = take_number(tx, "charge")
    with tx.session.no_autoflush:
        paper.become(PaperState.POSTED)
        paper.number, paper.posted_at = number, tx.now
        paper.frozen = frozen_invoice(tx, paper, [])
        paper.sha256 = sha256_of(paper.frozen)
    tx.session.flush()
    book(tx, paper, account="finance")
    tx.session.add_all(
        ChargePart(run_id=run.id, rule_id=run.rule_id, item_id=line.item_id, invoice_id=paper.id, tier=part.tier, from_on=part.from_on,
                   to_on=part.to_on, amount_cents=part.amount_cents, proof=[segment.plain() for segment in part.proof], live=True)
        for line in one.lines for part in line.parts
    )  # fmt: skip
    tx.event("invoice.posted", paper, customer_id=paper.bill_to_id, note=f"{Paper.CHARGE.word} {number}",
             after={"total_cents": paper.total_cents, "run": run.number})  # fmt: skip


def _described(line: ChargeLine, preview: Preview) -> str:
    return "; ".join(f"{_day(part.from_on)} – {_day(part.to_on)}: {part.words(preview.exponent)}" for part in line.parts)


def _day(on: date) -> str:
    return f"{on:%b} {on.day}, {on.year}"


def _names(tx: Tx, ids: Collection[int]) -> dict[int, str]:
    rows = tx.session.execute(select(Customer.id, Customer.name).where(Customer.id.in_(set(ids))))
    return {id: name for id, name in rows}


def _papers(tx: Tx, run_id: int) -> list[Invoice]:
    mine = select(ChargePart.invoice_id).where(ChargePart.run_id == run_id)
    return tx.all(select(Invoice).where(Invoice.id.in_(mine)).order_by(Invoice.id))


def _refuse_settled(tx: Tx, paper: Invoice) -> None:
    """Refuse where something was paid or credited on a charge, or it was itself charged by now."""
    item = tx.session.scalars(select(ArItem.id).where(ArItem.invoice_id == paper.id, ArItem.reverses_id.is_(None))).first()
    if item is None or paper.state != PaperState.POSTED:
        return
    if allocated(tx, item):
        raise NotAllowed(f"Something was paid or credited on {paper.number}. Take that back first.", key="paid", number=paper.number)
    on_it = select(ChargePart.id).where(ChargePart.item_id == item, ChargePart.live).limit(1)
    if tx.session.scalar(on_it):
        raise NotAllowed(f"A later finance charge counts {paper.number}. Reverse that one first.", key="compounded")
