"""What is owed by how late it is: one reckoning for the screen, for papers, mails and the web.

The open amounts of each bill-to as of a day are put into buckets by the database: not due, 1–30, 31–60, 61–90 and over 90 days
past their due day (day 30 is within 1–30, day 31 within 31–60). Credit that settles nothing yet stands in a column of its own,
or is taken off the oldest debts first, as the company's setting `money.credits` says. Either way the row sums to the balance of
that day. Deposits are held for work that is not billed yet and are no part of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, Subquery, case, func, literal, select, true

from fieldoffice.models.books import Allocation, ArItem
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.books.ledger import settled
from fieldoffice.services.company.values import setting
from fieldoffice.services.customers.searching import matches

By = Literal["due", "issued"]
BUCKETS = ("current", "d30", "d60", "d90", "older")
LABELS = ("Current", "1–30 days", "31–60 days", "61–90 days", "Over 90 days")
"""How people read the buckets."""
SUMS = ("credits", *BUCKETS, "total")
Strip = tuple[int, int, int, int, int, int]
"""Cents of one bill-to: current, 1–30, 31–60, 61–90, over 90 days, and credits (zero or below); they sum to its balance."""
NOTHING: Strip = (0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class AgedSums:
    """Cents by bucket; `credits` is zero or below; `total` is the sum of them all."""

    credits: int = 0
    current: int = 0
    d30: int = 0
    d60: int = 0
    d90: int = 0
    older: int = 0
    total: int = 0

    @property
    def buckets(self) -> tuple[int, int, int, int, int]:
        return self.current, self.d30, self.d60, self.d90, self.older

    @property
    def overdue(self) -> int:
        return self.d30 + self.d60 + self.d90 + self.older


@dataclass(frozen=True, slots=True)
class AgedRow:
    """What one bill-to owes. `days` is how late its oldest open debt is, 0 where nothing is late; `debts` counts open debts."""

    customer_id: int
    name: str
    number: str
    sums: AgedSums
    days: int
    debts: int

    @property
    def id(self) -> int:
        return self.customer_id


@dataclass(frozen=True, slots=True)
class Aged:
    """`rows` from the asked offset on, of `count` that match; `totals` are of all that match. `netted`: credits are taken off
    the oldest debts."""

    as_of: date
    by: By
    netted: bool
    rows: tuple[AgedRow, ...]
    totals: AgedSums
    count: int


def aged(tx: Tx, as_of: date, *, by: By = "due", search: str = "", sort: str = "name", descending: bool = False, offset: int = 0,
         limit: int | None = None) -> Aged:  # fmt: skip
    """Every bill-to with something open as of a day. `by` counts days from the due day or from the paper's own day; `sort` is one
    of `SORTS`; `limit` None is all."""
    tx.require(Right.LOOK)
    if sort not in SORTS:
        raise Invalid(sort="The list cannot be sorted by this.")
    netted = setting(tx, "money.credits") == "net"
    rows = _named(tx, _per_payer(open_as_of(as_of), as_of, by, netted), search)
    page = _page(rows, sort, descending=descending).offset(offset).limit(limit).subquery()
    whole = select(*(func.coalesce(func.sum(rows.c[name]), 0).label(name) for name in SUMS), func.count().label("n")).subquery()
    found = tx.session.execute(select(whole, page).outerjoin(page, true()).order_by(page.c.place)).all()
    first = found[0]  # the totals stand beside each row, and alone where there is none
    listed = tuple(_row(one, as_of) for one in found if one.bill_to_id is not None)
    return Aged(as_of, by, netted, listed, AgedSums(*(int(cents) for cents in first[: len(SUMS)])), int(first.n))


def aging_strips(tx: Tx, bill_to_ids: Collection[int], as_of: date, *, by: By = "due") -> dict[int, Strip]:
    """The strips of some bill-tos as of a day, by id; who owes nothing and is owed nothing is left out."""
    tx.require(Right.LOOK)
    netted = setting(tx, "money.credits") == "net"
    per = _per_payer(open_as_of(as_of, set(bill_to_ids)), as_of, by, netted)
    found = tx.session.execute(select(per.c.bill_to_id, *(per.c[name] for name in BUCKETS), per.c.credits))
    return {one.bill_to_id: _strip(one) for one in found}


def aging_strip(tx: Tx, bill_to_id: int, as_of: date, *, by: By = "due") -> Strip:
    """The strip of one bill-to, as statements print it."""
    return aging_strips(tx, (bill_to_id,), as_of, by=by).get(bill_to_id, NOTHING)


def open_as_of(as_of: date, bill_to_ids: Collection[int] | None = None) -> Subquery:
    """The items with something open as of a day: (id, bill_to_id, on_date, due_on, open).

    For everybody the allocations are added up once; for some, each item asks for its own.
    """
    if bill_to_ids is None:
        done = settled(as_of)
        left = ArItem.amount_cents + func.coalesce(done.c.cents, 0)
        query = select(ArItem.id, ArItem.bill_to_id, ArItem.on_date, ArItem.due_on, left.label("open"))
        query = query.outerjoin(done, done.c.item_id == ArItem.id)
    else:
        left = ArItem.amount_cents + _moved(Allocation.source_id, as_of) - _moved(Allocation.target_id, as_of)
        query = select(ArItem.id, ArItem.bill_to_id, ArItem.on_date, ArItem.due_on, left.label("open"))
        query = query.where(ArItem.bill_to_id.in_(bill_to_ids))
    every = query.where(ArItem.on_date <= as_of).subquery()
    return select(every).where(every.c.open != 0).subquery()


def edges(as_of: date) -> tuple[date, date, date, date]:
    """The earliest days that still count as current, 1–30, 31–60 and 61–90; what is earlier is over 90."""
    first, second, third = (as_of - timedelta(days=days) for days in (30, 60, 90))
    return as_of, first, second, third


def _moved(side: Any, as_of: date) -> ColumnElement[int]:
    part = select(func.sum(Allocation.amount_cents)).where(side == ArItem.id, Allocation.on_date <= as_of)
    return func.coalesce(part.correlate(ArItem).scalar_subquery(), 0)


def _per_payer(items: Subquery, as_of: date, by: By, netted: bool) -> Subquery:
    """One row for each bill-to: the sums, its oldest due day, and how many debts are open."""
    day = items.c.due_on if by == "due" else items.c.on_date
    owed = items.c.open > 0
    bounds = edges(as_of)
    upper = (None, *bounds)
    within = [owed & _between(day, low, high) for low, high in zip((*bounds, None), upper, strict=True)]
    sums = [func.sum(case((one, items.c.open), else_=0)).label(name) for one, name in zip(within, BUCKETS, strict=True)]
    per = (
        select(
            items.c.bill_to_id, *sums, func.sum(case((owed, 0), else_=items.c.open)).label("credits"),
            func.sum(items.c.open).label("total"), func.min(case((owed, day))).label("oldest"),
            func.sum(case((owed, 1), else_=0)).label("debts"),
        )
        .group_by(items.c.bill_to_id).subquery()
    )  # fmt: skip
    return _netted(per) if netted else per


def _between(day: ColumnElement[date], low: date | None, high: date | None) -> ColumnElement[bool]:
    above: ColumnElement[bool] = day >= low if low is not None else literal(True)
    return above & (day < high) if high is not None else above


def _netted(per: Subquery) -> Subquery:
    """Credits taken off the oldest bucket first; what is left of them after the last stays credit.

    What is left of the k oldest buckets together is max(their sum − credit, 0), so one bucket is the difference of two of these.
    """
    kept: list[ColumnElement[int]] = []
    before: ColumnElement[int] = literal(0)
    debt: ColumnElement[int] = literal(0)
    for name in reversed(BUCKETS):
        debt = debt + per.c[name]
        left = case((debt + per.c.credits > 0, debt + per.c.credits), else_=0)
        kept.append((left - before).label(name))
        before = left
    rest = case((debt + per.c.credits < 0, debt + per.c.credits), else_=0).label("credits")
    return select(per.c.bill_to_id, *reversed(kept), rest, per.c.total, per.c.oldest, per.c.debts).subquery()


def _named(tx: Tx, per: Subquery, search: str) -> Any:
    """The rows with their customers, those that match what is searched for; reckoned once, though read for page and totals."""
    query = select(per, Customer.name, Customer.number, Customer.search).join(Customer, Customer.id == per.c.bill_to_id)
    found = query.where(*matches(search, shared=tx.office.shared)).cte("aged_rows")
    return found.prefix_with("MATERIALIZED")  # both engines; SQLite would reckon it twice


def _page(rows: Any, sort: str, *, descending: bool) -> Select[*tuple[Any, ...]]:
    by = [func.length(rows.c.number), rows.c.number] if sort == "number" else [rows.c[SORTS[sort]]]
    falling = descending is not (sort == "days")  # the earliest day is the most days
    order = [one.desc() if falling else one.asc() for one in (*by, rows.c.bill_to_id)]
    if sort == "days":
        order.insert(0, rows.c.oldest.is_(None))
    columns = [rows.c[name].label(f"row_{name}") for name in SUMS]
    place = func.row_number().over(order_by=order).label("place")
    shown = select(rows.c.bill_to_id, rows.c.name, rows.c.number, rows.c.oldest, rows.c.debts, *columns, place)
    return shown.order_by(place)


SORTS: Mapping[str, str] = {"name": "search", "number": "number", **{name: name for name in SUMS}, "days": "oldest", "debts": "debts"}
"""What the list can be sorted by, and by which column; those without a debt come last by days."""


def _strip(one: Any) -> Strip:
    return int(one.current), int(one.d30), int(one.d60), int(one.d90), int(one.older), int(one.credits)


def _row(one: Any, as_of: date) -> AgedRow:
    cents = (int(getattr(one, f"row_{name}")) for name in SUMS)
    days = max((as_of - one.oldest).days, 0) if one.oldest else 0
    return AgedRow(one.bill_to_id, one.name, one.number, AgedSums(*cents), days, int(one.debts))
