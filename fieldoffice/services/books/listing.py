"""The list of invoices, credit memos and finance charges: counted, summed, sorted and cut by the database.

What is open of a paper, and whether it is partly paid, paid or overdue, is derived from the ledger within the query.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

from sqlalchemy import CTE, BigInteger, ColumnElement, and_, case, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from fieldoffice.models.billing import Invoice, InvoiceJob, Paper, PaperState
from fieldoffice.models.books import Allocation, ArItem
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import Invalid
from fieldoffice.models.job import Job
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.customers.searching import matches

State = Literal["all", "draft", "open", "overdue", "paid", "void"]
STATES: tuple[State, ...] = ("all", "draft", "open", "overdue", "paid", "void")
Payer = aliased(Customer)


@dataclass(frozen=True, slots=True)
class InvoiceFilter:
    """All of it must hold. `open` are all posted papers with something open, those that are overdue among them.

    `text` are words of the number, the customer, the customer's reference or the number of a job; `customer_id` is who was
    served or who pays; `since` and `until` are days of issue.
    """

    text: str = ""
    state: State = "all"
    kind: str = ""  # invoice | credit | charge | "" for all
    customer_id: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """A paper as a list shows it. `state` is draft, open, partial, paid, overdue or void; amounts of credit memos are negative.

    `open_cents` is what is left to be paid, or of a credit memo what is left to be used. `item_id` is its item in the ledger.
    """

    id: int
    version: int
    number: str
    kind: str
    state: str
    customer_id: int
    customer: str
    bill_to_id: int
    payer: str
    issued_on: date
    due_on: date | None
    total_cents: int
    open_cents: int
    reference: str
    sent: bool
    disputed: bool
    item_id: int | None
    jobs: str = ""


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """`rows` from the asked offset on, of `total` that match."""

    total: int
    rows: tuple[InvoiceRow, ...]


@dataclass(frozen=True, slots=True)
class InvoiceSums:
    """How many match, what they come to without what is void, and what of it is open."""

    count: int
    total_cents: int
    open_cents: int


def invoices(tx: Tx, filter: InvoiceFilter | None = None, *, sort: str = "newest", descending: bool = True, offset: int = 0,
             count: int = 200) -> InvoicePage:  # fmt: skip
    """One page of the papers that match, at first the newest. `sort` is one of `SORTS`."""
    tx.require(Right.LOOK)
    if sort not in SORTS:
        raise Invalid(sort="The list cannot be sorted by this.")
    asked = filter or InvoiceFilter()
    total, ids = _ids(tx, asked, sort, descending, offset, count)
    return InvoicePage(total, invoice_rows(tx, ids))


def invoice_sums(tx: Tx, filter: InvoiceFilter | None = None) -> InvoiceSums:
    """The sums of all papers that match."""
    tx.require(Right.LOOK)
    asked = filter or InvoiceFilter()
    owed = _owed(asked)
    standing = case((Invoice.state == PaperState.VOID.value, 0), else_=_signed())
    query = select(func.count(), func.coalesce(func.sum(standing), 0), func.coalesce(func.sum(_OPEN), 0)).select_from(Invoice)
    found = tx.session.execute(query.outerjoin(owed, owed.c.invoice_id == Invoice.id).where(*conditions(tx, asked))).one()
    return InvoiceSums(*(int(one) for one in found))


def invoice_rows(tx: Tx, ids: Sequence[int]) -> tuple[InvoiceRow, ...]:
    """The rows of these papers in this order; those that are gone are left out."""
    tx.require(Right.LOOK)
    item = and_(ArItem.invoice_id == Invoice.id, ArItem.reverses_id.is_(None))
    query: Any = select(Invoice, ArItem.id, _left(), Customer.name, Payer.name).select_from(Invoice).outerjoin(ArItem, item)
    query = query.join(Customer, Customer.id == Invoice.customer_id).join(Payer, Payer.id == Invoice.bill_to_id)
    jobs = _jobs(tx, ids)
    found = cast("list[Any]", tx.session.execute(query.where(Invoice.id.in_(ids))).all())
    known = {row[0].id: _row(tx.today, row, jobs.get(row[0].id, "")) for row in found}
    return tuple(known[id] for id in ids if id in known)


def state_of(state: str, kind: str, total_cents: int, open_cents: int, due_on: date | None, today: date) -> str:
    """The one word for how a paper stands: draft, void, paid, overdue, partial or open."""
    if state != PaperState.POSTED:
        return state
    if not open_cents:
        return "paid"
    if kind != Paper.CREDIT and due_on is not None and due_on < today:
        return "overdue"
    return "open" if abs(open_cents) == total_cents else "partial"


def conditions(tx: Tx, filter: InvoiceFilter) -> list[ColumnElement[bool]]:
    """The conditions on `Invoice` joined to what is owed on it."""
    found = [_mentions(word, shared=tx.office.shared) for word in filter.text.split()]
    if filter.kind:
        found.append(Invoice.kind == filter.kind)
    if filter.customer_id is not None:
        found.append(or_(Invoice.customer_id == filter.customer_id, Invoice.bill_to_id == filter.customer_id))
    if filter.since is not None:
        found.append(Invoice.issued_on >= filter.since)
    if filter.until is not None:
        found.append(Invoice.issued_on <= filter.until)
    return [*found, *_of_state(filter.state, tx.today)]


def _left() -> ColumnElement[int]:
    """What is open of an item: a debit is only ever settled, a credit only ever used."""
    taken = select(func.sum(Allocation.amount_cents)).where(Allocation.target_id == ArItem.id).correlate(ArItem).scalar_subquery()
    given = select(func.sum(Allocation.amount_cents)).where(Allocation.source_id == ArItem.id).correlate(ArItem).scalar_subquery()
    return ArItem.amount_cents + case((ArItem.amount_cents > 0, -func.coalesce(taken, 0)), else_=func.coalesce(given, 0))


OWED = "owed"


def _owed(filter: InvoiceFilter) -> CTE:
    """(invoice_id, cents) of all papers with something open; read once for a query, however often it is asked."""
    query = select(ArItem.invoice_id, _left().label("cents")).where(ArItem.invoice_id.is_not(None), ArItem.reverses_id.is_(None))
    if filter.customer_id is not None:
        query = query.where(or_(ArItem.customer_id == filter.customer_id, ArItem.bill_to_id == filter.customer_id))
    every = query.subquery()
    return select(every.c.invoice_id, every.c.cents).where(every.c.cents != 0).cte(OWED).prefix_with("MATERIALIZED")


_OPEN = literal_column(f"{OWED}.cents", BigInteger)


def _signed() -> ColumnElement[int]:
    return case((Invoice.kind == Paper.CREDIT.value, -Invoice.total_cents), else_=Invoice.total_cents)


def _state(today: date) -> ColumnElement[str]:
    """`state_of`, said to the database."""
    late = and_(Invoice.due_on < today, Invoice.kind != Paper.CREDIT.value)
    return case((Invoice.state != PaperState.POSTED.value, Invoice.state), (_OPEN.is_(None), "paid"), (late, "overdue"),
                (func.abs(_OPEN) != Invoice.total_cents, "partial"), else_="open")  # fmt: skip


def _of_state(state: State, today: date) -> list[ColumnElement[bool]]:
    if state not in STATES:
        raise Invalid(state="There is no such state.")
    if state in ("draft", "void"):
        return [Invoice.state == state]
    posted, owed = Invoice.state == PaperState.POSTED.value, _OPEN.is_not(None)
    late = [posted, owed, Invoice.due_on < today, Invoice.kind != Paper.CREDIT.value]
    return {"all": [], "open": [posted, owed], "overdue": late, "paid": [posted, _OPEN.is_(None)]}[state]


def _mentions(word: str, *, shared: bool) -> ColumnElement[bool]:
    where = func.strpos if shared else func.instr
    folded = word.casefold()
    jobs = select(InvoiceJob.invoice_id).join(Job, Job.id == InvoiceJob.job_id).where(where(func.lower(Job.number), folded) > 0)
    people = select(Customer.id).where(*matches(word, shared=shared))
    return or_(where(func.lower(Invoice.number), folded) > 0, where(func.lower(Invoice.reference), folded) > 0,
               Invoice.customer_id.in_(people), Invoice.bill_to_id.in_(people), Invoice.id.in_(jobs))  # fmt: skip


def _ids(tx: Tx, filter: InvoiceFilter, sort: str, descending: bool, offset: int, count: int) -> tuple[int, list[int]]:
    """How many match, and the ids of one page of them."""
    where, by = conditions(tx, filter), SORTS[sort](tx.today) if sort in DERIVED else SORTS[sort]
    order = [one.desc() if descending else one.asc() for one in by]
    if sort in MAY_BE_EMPTY:
        order.insert(0, by[0].is_(None).asc())
    order.append(Invoice.id.desc() if descending else Invoice.id)
    base = _ground(filter, sort)
    if not where:  # all of them: counted without looking at each
        ids = tx.all(base(select(Invoice.id)).order_by(*order).offset(offset).limit(count))
        return int(tx.session.scalar(select(func.count()).select_from(Invoice)) or 0), ids
    narrow = base(select(Invoice.id, func.count().over())).where(*where)
    found = cast("list[Any]", tx.session.execute(narrow.order_by(*order).offset(offset).limit(count)).all())
    if not found and offset:
        return int(tx.session.scalar(base(select(func.count())).where(*where)) or 0), []
    return (int(found[0][1]) if found else 0), [row[0] for row in found]


def _ground(filter: InvoiceFilter, sort: str) -> Callable[[Any], Any]:
    """Joins to a query of invoices what its conditions and its order need."""
    def base(query: Any) -> Any:
        owed = _owed(filter)
        if filter.state in ("open", "overdue"):  # the few that are open lead to their papers
            query = query.select_from(owed).join(Invoice, Invoice.id == owed.c.invoice_id)
        else:
            query = query.select_from(Invoice)
            if sort in DERIVED or filter.state == "paid":
                query = query.outerjoin(owed, owed.c.invoice_id == Invoice.id)
        if sort in ("customer", "payer"):
            query = query.join(Customer, Customer.id == (Invoice.customer_id if sort == "customer" else Invoice.bill_to_id))
        return query

    return base


def _by_state(today: date) -> tuple[Any, ...]:
    return (_state(today),)


def _by_open(_today: date) -> tuple[Any, ...]:
    return (func.coalesce(_OPEN, 0),)


SORTS: Mapping[str, Any] = {
    "newest": (Invoice.issued_on,), "issued": (Invoice.issued_on,), "number": (func.length(Invoice.number), Invoice.number),
    "kind": (Invoice.kind,), "customer": (Customer.search,), "payer": (Customer.search,), "due": (Invoice.due_on,),
    "total": (_signed(),), "reference": (func.lower(Invoice.reference),),
    "state": _by_state, "open": _by_open,
}  # fmt: skip
"""What the list can be sorted by."""
DERIVED, MAY_BE_EMPTY = frozenset({"state", "open"}), frozenset({"number", "due"})


def _jobs(tx: Tx, ids: Sequence[int]) -> dict[int, str]:
    """The numbers of the jobs that each paper bills."""
    query = select(InvoiceJob.invoice_id, Job.number).join(Job, Job.id == InvoiceJob.job_id)
    found: dict[int, list[str]] = {}
    for id, number in tx.session.execute(query.where(InvoiceJob.invoice_id.in_(ids)).order_by(InvoiceJob.id)):
        found.setdefault(id, []).append(number)
    return {id: ", ".join(numbers) for id, numbers in found.items()}


def _row(today: date, row: Any, jobs: str) -> InvoiceRow:
    p: Invoice = row[0]
    item_id, left, customer, payer = row[1:]
    cents = -p.total_cents if p.kind == Paper.CREDIT else p.total_cents
    open_cents = int(left or 0) if p.state == PaperState.POSTED else 0
    state = state_of(p.state, p.kind, p.total_cents, open_cents, p.due_on, today)
    return InvoiceRow(p.id, p.version, p.number or "", p.kind, state, p.customer_id, customer, p.bill_to_id, payer, p.issued_on, p.due_on,
                      cents, open_cents, p.reference, p.sent_at is not None, p.disputed_on is not None, item_id, jobs)  # fmt: skip
