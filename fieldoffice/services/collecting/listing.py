"""What the pages of statements and finance charges list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from fieldoffice.models.billing import Invoice
from fieldoffice.models.books import ArItem
from fieldoffice.models.collecting import ChargePart, ChargeRule, ChargeRun, Statement
from fieldoffice.models.customer import Customer
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A statement in a list."""

    id: int
    run_id: int
    bill_to_id: int
    number: str
    name: str
    kind: str
    as_of: date
    opening_cents: int
    closing_cents: int
    delivery: str
    drawn: bool
    superseded: bool
    mailed_at: datetime | None
    printed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChargeRunLine:
    """A run of finance charges in a list."""

    id: int
    version: int
    number: str
    rule: str
    as_of: date
    state: str
    charges: int
    total_cents: int
    by_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ChargePartLine:
    """What one item was charged in a run, with its stored proof."""

    id: int
    invoice_id: int
    charge: str
    customer: str
    number: str
    tier: int
    from_on: date
    to_on: date
    amount_cents: int
    proof: tuple[tuple[object, ...], ...]


def statements_of_run(tx: Tx, run_id: int) -> tuple[StatementLine, ...]:
    """The statements of a run, by name."""
    tx.require(Right.LOOK)
    return _statements(tx, Statement.run_id == run_id)


def charge_runs(tx: Tx) -> tuple[ChargeRunLine, ...]:
    """The runs of finance charges, the newest first."""
    tx.require(Right.BILLING)
    papers = select(ChargePart.run_id, func.count(func.distinct(ChargePart.invoice_id)).label("n")).group_by(ChargePart.run_id).subquery()
    query = select(ChargeRun, ChargeRule.name, papers.c.n).join(ChargeRule, ChargeRule.id == ChargeRun.rule_id)
    rows = tx.session.execute(query.outerjoin(papers, papers.c.run_id == ChargeRun.id).order_by(ChargeRun.id.desc()))
    return tuple(
        ChargeRunLine(run.id, run.version, run.number, rule, run.as_of, run.state, int(count or 0), run.total_cents, run.by_name,
                      run.created_at)
        for run, rule, count in rows
    )  # fmt: skip


def charge_parts(tx: Tx, run_id: int) -> tuple[ChargePartLine, ...]:
    """What a run charged, by customer and item."""
    tx.require(Right.BILLING)
    query = select(ChargePart, Invoice.number, Customer.name, ArItem.number).join(Invoice, Invoice.id == ChargePart.invoice_id)
    query = query.join(Customer, Customer.id == Invoice.bill_to_id).join(ArItem, ArItem.id == ChargePart.item_id)
    rows = tx.session.execute(query.where(ChargePart.run_id == run_id).order_by(func.lower(Customer.name), ChargePart.id))
    return tuple(
        ChargePartLine(part.id, part.invoice_id, charge or "", customer, number, part.tier, part.from_on, part.to_on, part.amount_cents,
                       tuple(tuple(segment) for segment in part.proof))
        for part, charge, customer, number in rows
    )  # fmt: skip


def _statements(tx: Tx, which: object) -> tuple[StatementLine, ...]:
    s = Statement
    columns = (s.id, s.run_id, s.bill_to_id, Customer.number, Customer.name, s.kind, s.as_of, s.opening_cents, s.closing_cents, s.delivery,
               s.paper_id.is_not(None), s.superseded_id.is_not(None), s.mailed_at, s.printed_at)  # fmt: skip
    query = select(*columns).join(Customer, Customer.id == s.bill_to_id).where(which)  # type: ignore[arg-type]
    rows = tx.session.execute(query.order_by(func.lower(Customer.name), s.id))
    return tuple(StatementLine(*row) for row in rows)
