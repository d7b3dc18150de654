"""Who would get a statement as of a day: exceptions first, because somebody should look at them before anything leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from fieldoffice.models.billing import BillingTerms, Invoice
from fieldoffice.models.books import ArItem
from fieldoffice.models.customer import Customer
from fieldoffice.models.staff import Right
from fieldoffice.models.states import PaperState
from fieldoffice.office import Tx
from fieldoffice.services.books.aging import AgedRow, aged
from fieldoffice.services.collecting.runs import Choices, have_one
from fieldoffice.services.collecting.statements import KINDS
from fieldoffice.services.company.values import setting

NO_EMAIL = "no e-mail address: it will be printed"
NEGATIVE = "credit balance"
DISPUTED = "an invoice is disputed"
VERY_LATE = "over 90 days late"
HAS_ONE = "has a statement of this day already"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A bill-to that would get a statement. `delivery` is how it will leave; `exceptions` are what to look at, in words."""

    id: int
    number: str
    name: str
    kind: str
    delivery: str
    balance_cents: int
    overdue_cents: int
    days: int
    exceptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """`left_out` counts those whose terms want no statement, who have one already, and whom the choices leave out."""

    as_of: date
    rows: tuple[PlanRow, ...]
    left_out: int
    exponent: int
    today: date

    @property
    def total_cents(self) -> int:
        return sum(row.balance_cents for row in self.rows)

    @property
    def exceptions(self) -> int:
        return sum(1 for row in self.rows if row.exceptions)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a new run begins with: the office's day, the kind of the settings, the currency, and whether one may."""

    today: date
    kind: str
    exponent: int
    may_bill: bool


def ground(tx: Tx) -> Ground:
    """What a new run begins with."""
    tx.require(Right.LOOK)
    return Ground(tx.today, str(setting(tx, "money.statements")), tx.company.currency_exponent, Right.BILLING in tx.actor.rights)


def plan_run(tx: Tx, kind: str, as_of: date, choices: Choices | None = None) -> Plan:
    """Everybody with an account, less whom terms and choices leave out; those with exceptions first, then by name."""
    tx.require(Right.LOOK)
    choices = choices or Choices()
    late = {row.customer_id: row for row in aged(tx, as_of).rows}
    has, disputed = have_one(tx, as_of), _disputed(tx)
    default, way = str(setting(tx, "money.statements")), str(setting(tx, "money.delivery"))
    wanted, left = list[PlanRow](), 0
    for customer, cents, terms in _accounts(tx, as_of):
        wants = (terms.statements if terms else "") or default
        mine = late.get(customer.id)
        if wants == "none" or (customer.id in has and not choices.again) or _left_out(cents, mine, choices):
            left += 1
            continue
        own = terms.statements if terms and terms.statements in KINDS else kind
        delivery = (terms.delivery if terms else "") or way
        why = _exceptions(customer, cents, delivery, mine, disputed=customer.id in disputed, again=customer.id in has)
        wanted.append(PlanRow(customer.id, customer.number, customer.name, own, delivery if customer.email else "print", cents,
                              mine.sums.overdue if mine else 0, mine.days if mine else 0, why))  # fmt: skip
    wanted.sort(key=lambda row: (not row.exceptions, row.name.casefold(), row.id))
    return Plan(as_of, tuple(wanted), left, tx.company.currency_exponent, tx.today)


def _left_out(cents: int, mine: AgedRow | None, choices: Choices) -> bool:
    if not cents and not choices.include_zero:
        return True
    if choices.min_cents and cents < choices.min_cents:
        return True
    return bool(choices.min_days) and (mine is None or mine.days < choices.min_days)


def _exceptions(customer: Customer, cents: int, delivery: str, mine: AgedRow | None, *, disputed: bool, again: bool) -> tuple[str, ...]:
    found = [(delivery != "print" and not customer.email, NO_EMAIL), (cents < 0, NEGATIVE), (disputed, DISPUTED),
             (mine is not None and mine.days > 90, VERY_LATE), (again, HAS_ONE)]  # fmt: skip
    return tuple(words for holds, words in found if holds)


def _accounts(tx: Tx, as_of: date) -> list[tuple[Customer, int, BillingTerms | None]]:
    sums = select(ArItem.bill_to_id, func.sum(ArItem.amount_cents).label("cents")).where(ArItem.on_date <= as_of)
    per = sums.group_by(ArItem.bill_to_id).subquery()
    query = select(Customer, per.c.cents, BillingTerms).join(per, per.c.bill_to_id == Customer.id)
    query = query.outerjoin(BillingTerms, BillingTerms.customer_id == Customer.id)
    return [(customer, int(cents), terms) for customer, cents, terms in tx.session.execute(query)]


def _disputed(tx: Tx) -> set[int]:
    query = select(Invoice.bill_to_id).where(Invoice.disputed_on.is_not(None), Invoice.state == PaperState.POSTED).distinct()
    return set(tx.all(query))
