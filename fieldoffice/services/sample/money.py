"""The sample's money: each evening the finished jobs are billed and what customers pay is booked, as the services would.

Most is written as rows, many at a time, with the same frozen words, hashes and entries that the services write; the proof of
the books finds nothing in them. What is rare (a bounced check, a credit memo, a write-off, a deposit, a close) is done by
the services themselves.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.billing import BankDeposit, Invoice, InvoiceJob, InvoiceLine, InvoiceTax, Payment
from fieldoffice.models.books import Allocation, ArItem, JournalEntry, JournalLine
from fieldoffice.models.customer import Customer, Location
from fieldoffice.models.job import Job, Line
from fieldoffice.models.log import Counter, Event
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.books.chart import account, income, money_account
from fieldoffice.services.books.freezing import Frozen, frozen_invoice, frozen_receipt
from fieldoffice.services.books.journal import GENESIS, Side, chain, sha256_of
from fieldoffice.services.books.periods import hold_books
from fieldoffice.services.books.reckoning import Priced, reckon
from fieldoffice.services.books.taxes import Taxes
from fieldoffice.services.calendar import day_span
from fieldoffice.services.company.numbering import FIRST
from fieldoffice.services.company.values import setting
from fieldoffice.services.sample.rows import Ledger, last_ids

TABLES = (Invoice, Payment, BankDeposit, InvoiceLine, InvoiceTax, InvoiceJob, JournalEntry, JournalLine, ArItem, Allocation, Event)
"""In the order in which they are written: each after what it names."""
SERIES = ("invoice", "payment", "bank_deposit", "ledger")
TERMS = 30
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Debt:
    """A posted invoice that somebody will pay, and how."""

    item_id: int
    number: str
    bill_to_id: int
    on: date
    cents: int
    method: str


@dataclass
class Bookkeeper:
    """Keeps the books of a sample company: `since` is the first day that is billed. The same days give the same books."""

    dice: random.Random
    since: date
    plans: dict[date, list[Debt]] = field(default_factory=dict[date, list[Debt]])
    parties: dict[int, Frozen] = field(default_factory=dict[int, Frozen])
    incomes: dict[tuple[str, int | None], str] = field(default_factory=dict[tuple[str, int | None], str])
    ids: dict[str, int] = field(default_factory=dict[str, int])

    def evening(self, tx: Tx, on: date) -> None:
        """Bill what was finished on a day, book what came in, and on Fridays go to the bank."""
        if on < self.since:
            return
        hold_books(tx)
        page = _Page(tx, on, self)
        page.bill()
        for debt in self.plans.pop(on, []):
            page.receive(debt)
        page.write()
        if on.weekday() == FRIDAY:
            page.bank()

    def plan(self, item_id: int, number: str, bill_to_id: int, on: date, total: int) -> None:
        """Decide when and how a customer pays: mostly soon, some late, some a part, some not at all."""
        roll, method = self.dice.random(), self.dice.choices(("check", "card", "cash", "bank"), (45, 35, 8, 12))[0]
        days = self.dice.randint(1, 20) if roll < 0.62 else self.dice.randint(21, 42)
        cents = total // 2 if 0.88 <= roll < 0.92 else total
        if roll < 0.92 and cents:
            day = on + timedelta(days=days)
            self.plans.setdefault(day, []).append(Debt(item_id, number, bill_to_id, day, cents, method))

    def known(self, tx: Tx, ids: Iterable[int]) -> None:
        """Read who is billed, in two questions however many they are."""
        wanted = set(ids) - set(self.parties)
        if not wanted:
            return
        places: dict[int, Location] = {}
        query = select(Location).where(Location.customer_id.in_(wanted), Location.active, Location.kind != "pickup")
        for place in tx.all(query.order_by(Location.kind != "billing", Location.id)):
            places.setdefault(place.customer_id, place)
        for row in tx.all(select(Customer).where(Customer.id.in_(wanted))):
            self.parties[row.id] = {"name": row.name, "number": row.number, "email": row.email, "language": row.language,
                                    "tax_number": "", "buyer_reference": "", **address_of(places.get(row.id))}  # fmt: skip


class _Page:
    """One evening in the books."""

    def __init__(self, tx: Tx, on: date, keeper: Bookkeeper) -> None:
        self.tx, self.on, self.keeper = tx, on, keeper
        self.rows = Ledger(last_ids(tx, TABLES), {table: [] for table in TABLES})
        counted = tx.session.execute(select(Counter.name, Counter.last).where(Counter.name.in_(SERIES)))
        self.last: dict[str, int] = {name: 0 if name == "ledger" else FIRST - 1 for name in SERIES} | {n: last for n, last in counted}
        self.before = tx.session.scalar(select(JournalEntry.hash).where(JournalEntry.seq == self.last["ledger"])) or GENESIS
        self.like: dict[str, Frozen] = {}
        self.rounding = setting(tx, "money.rounding")

    def bill(self) -> None:
        """An invoice for most jobs whose last visit was made today."""
        tx, span = self.tx, day_span(self.on, self.tx.zone)
        done = select(Appointment.job_id).where(Appointment.state == AppointmentState.COMPLETED.value, Appointment.entered_at >= span.start,
                                                Appointment.entered_at < span.end)  # fmt: skip
        billed = select(InvoiceJob.job_id)
        jobs = tx.all(select(Job).where(Job.id.in_(done), Job.id.not_in(billed), Job.cancelled_at.is_(None)).order_by(Job.id))
        jobs = [job for job in jobs if self.keeper.dice.random() < 0.94]
        if not jobs:
            return
        lines: dict[int, list[Line]] = {}
        for line in tx.all(select(Line).where(Line.job_id.in_([job.id for job in jobs])).order_by(Line.position, Line.id)):
            lines.setdefault(line.job_id, []).append(line)
        served = {job.customer_id for job in jobs}
        payers = dict(tx.session.execute(select(Customer.id, Customer.bill_to_id).where(Customer.id.in_(served))).all())
        places = {row.id: row for row in tx.all(select(Location).where(Location.id.in_({job.location_id for job in jobs})))}
        bill_to = {job.id: job.bill_to_id or payers[job.customer_id] or job.customer_id for job in jobs}
        self.keeper.known(tx, {*bill_to.values(), *served})
        taxes = {region: Taxes(tx, (), region, self.on) for region in {place.region for place in places.values()}}
        for job in jobs:
            if job.id in lines:
                place = places[job.location_id]
                self._invoice(job, bill_to[job.id], place, lines[job.id], taxes[place.region])

    def _invoice(self, job: Job, bill_to: int, place: Location, lines: Sequence[Line], taxes: Taxes) -> None:
        borne = [taxes.of_item(line.item_id) if line.item_id else (("Tax", line.tax_ppm) if line.tax_ppm else ("", 0)) for line in lines]
        priced = [Priced(line.quantity_milli, line.unit_price_cents, *tax) for line, tax in zip(lines, borne, strict=True)]
        sums = reckon(priced, self.rounding)
        if sums.total_cents <= 0:
            return
        number, due = self._number("invoice", "INV-"), self.on + timedelta(days=TERMS)
        shown = [{"name": line.name, "description": "", "quantity_milli": line.quantity_milli, "price": line.unit_price_cents, "net": net,
                  "tax": tax, "tax_name": name, "tax_ppm": ppm, "kind": line.kind, "job": job.number}
                 for line, (name, ppm), (net, tax) in zip(lines, borne, sums.lines, strict=True)]  # fmt: skip
        frozen = self._frozen_invoice(job, bill_to, place, number, due, shown, sums)
        id = self.rows.add(
            Invoice, number=number, customer_id=job.customer_id, bill_to_id=bill_to, location_id=place.id, state="posted",
            issued_on=self.on, due_on=due, rounding=self.rounding, net_cents=sums.net_cents, tax_cents=sums.tax_cents,
            total_cents=sums.total_cents, frozen=frozen, sha256=sha256_of(frozen), posted_at=self.tx.now, created_at=self.tx.now,
            version=1)  # fmt: skip
        for n, (line, one) in enumerate(zip(lines, shown, strict=True), 1):
            self.rows.add(InvoiceLine, invoice_id=id, position=n, job_id=job.id, item_id=line.item_id, kind=line.kind, name=line.name,
                          quantity_milli=line.quantity_milli, unit_price_cents=line.unit_price_cents, net_cents=one["net"],
                          tax_name=one["tax_name"], tax_ppm=one["tax_ppm"], tax_cents=one["tax"])  # fmt: skip
        for n, row in enumerate(sums.taxes, 1):
            self.rows.add(InvoiceTax, invoice_id=id, position=n, name=row.name, ppm=row.ppm, net_cents=row.net_cents,
                          tax_cents=row.tax_cents)  # fmt: skip
        self.rows.add(InvoiceJob, invoice_id=id, job_id=job.id, order_version_id=None)
        sides: list[Side] = [("receivable", sums.total_cents)]
        sides += [(self._income(line), -net) for line, (net, _tax) in zip(lines, sums.lines, strict=True)]
        entry = self._entry("invoice", f"Invoice {number}", [*sides, ("tax", -sums.tax_cents)], frozen, invoice_id=id)
        item = self.rows.add(ArItem, kind="invoice", number=number, customer_id=job.customer_id, bill_to_id=bill_to, invoice_id=id,
                             payment_id=None, entry_id=entry, on_date=self.on, due_on=due, amount_cents=sums.total_cents)  # fmt: skip
        self._event("invoice.posted", "invoice", id, bill_to, f"invoice {number}", {"total_cents": sums.total_cents}, job.id)
        self.keeper.plan(item, number, bill_to, self.on, sums.total_cents)

    def _frozen_invoice(self, job: Job, bill_to: int, place: Location, number: str, due: date, shown: list[Frozen], sums: Any) -> Frozen:
        return self._paper_like(bill_to) | {
            "number": number, "due_on": due.isoformat(), "terms_days": TERMS, "bill_to": self.keeper.parties[bill_to],
            "served": self.keeper.parties[job.customer_id], "service_to": address_of(place), "rounding": self.rounding, "lines": shown,
            "taxes": [{"name": r.name, "ppm": r.ppm, "net": r.net_cents, "tax": r.tax_cents} for r in sums.taxes],
            "net": sums.net_cents, "tax": sums.tax_cents, "total": sums.total_cents, "jobs": [job.number],
        }  # fmt: skip

    def _paper_like(self, bill_to: int) -> Frozen:
        """What every invoice of today says, by the words of an empty one."""
        if "paper" not in self.like:
            empty = Invoice(kind="invoice", number="", issued_on=self.on, bill_to_id=bill_to, customer_id=bill_to, rounding=self.rounding,
                            net_cents=0, tax_cents=0, total_cents=0, reference="", notes="", reason="", photos=False)  # fmt: skip
            self.like["paper"] = frozen_invoice(self.tx, empty, [])
        return self.like["paper"]

    def _receipt_like(self, debt: Debt) -> Frozen:
        if "receipt" not in self.like:
            empty = Payment(kind="payment", number="", received_on=self.on, method="", reference="", amount_cents=0, reason="", notes="",
                            customer_id=debt.bill_to_id)  # fmt: skip
            self.like["receipt"] = frozen_receipt(self.tx, empty, [])
        return self.like["receipt"]

    def receive(self, debt: Debt) -> None:
        """Book a payment that settles one invoice."""
        number = self._number("payment", "P-")
        said = f"check {self.keeper.dice.randint(1000, 9999)}" if debt.method == "check" else ""
        frozen = self._receipt_like(debt) | {
            "number": number, "on": debt.on.isoformat(), "method": debt.method, "reference": said, "amount": debt.cents,
            "bill_to": self.keeper.parties[debt.bill_to_id], "parts": [{"number": debt.number, "cents": debt.cents}],
        }  # fmt: skip
        id = self.rows.add(Payment, kind="payment", number=number, customer_id=debt.bill_to_id, state="received", method=debt.method,
                           reference=said, amount_cents=debt.cents, received_on=debt.on, frozen=frozen, sha256=sha256_of(frozen),
                           created_at=self.tx.now, version=1)  # fmt: skip
        sides = [(money_account(debt.method), debt.cents), ("receivable", -debt.cents)]
        entry = self._entry("payment", f"Payment {number}", sides, frozen, payment_id=id)
        item = self.rows.add(ArItem, kind="payment", number=number, customer_id=debt.bill_to_id, bill_to_id=debt.bill_to_id,
                             invoice_id=None, payment_id=id, entry_id=entry, on_date=debt.on, due_on=debt.on,
                             amount_cents=-debt.cents)  # fmt: skip
        part = self.rows.add(Allocation, source_id=item, target_id=debt.item_id, amount_cents=debt.cents, on_date=debt.on,
                             by_name=self.tx.actor.name, created_at=self.tx.now)  # fmt: skip
        self._event("books.allocated", "allocation", part, debt.bill_to_id, f"{number}, {debt.number}",
                    {"cents": debt.cents, "on": debt.on.isoformat()})  # fmt: skip
        self._event("payment.received", "payment", id, debt.bill_to_id, f"{number}, {debt.method}",
                    {"cents": debt.cents, "settles": {debt.number: debt.cents}})  # fmt: skip

    def bank(self) -> None:
        """Take what was collected to the bank."""
        waits = (Payment.state == "received", Payment.bank_deposit_id.is_(None), Payment.method.in_(("cash", "check")),
                 Payment.kind.in_(("payment", "deposit")))  # fmt: skip
        total = sum(self.tx.all(select(Payment.amount_cents).where(*waits)))
        if not total:
            return
        number = self._number("bank_deposit", "BD-")
        id = self.rows.add(BankDeposit, number=number, on_date=self.on, amount_cents=total, reference="", by_name=self.tx.actor.name,
                           created_at=self.tx.now)  # fmt: skip
        self._entry("bank_deposit", f"Bank deposit {number}", [("bank", total), ("undeposited", -total)], None, bank_deposit_id=id)
        self._event("money.banked", "bank_deposit", id, None, number, {"cents": total})
        self.write()
        self.tx.session.execute(update(Payment.__table__).where(*waits).values(bank_deposit_id=id))  # type: ignore[arg-type]

    def write(self) -> None:
        """Everything at once, and the counters after it."""
        connection = self.tx.session.connection()
        self.rows.write(connection)
        for series in SERIES:
            if connection.execute(update(Counter).where(Counter.name == series).values(last=self.last[series])).rowcount == 0:
                self.tx.add(Counter(name=series, last=self.last[series]))
        for table in TABLES[:-1]:
            self.tx.ring(table.__tablename__)

    def _number(self, series: str, prefix: str) -> str:
        self.last[series] += 1
        return f"{prefix}{self.last[series]}"

    def _income(self, line: Line) -> str:
        key = (line.kind, line.item_id)
        if key not in self.keeper.incomes:
            self.keeper.incomes[key] = income(self.tx, *key)
        return self.keeper.incomes[key]

    def _entry(self, kind: str, memo: str, sides: Sequence[Side], frozen: Frozen | None, **about: int) -> int:
        added: dict[str, int] = {}
        for key, cents in sides:
            added[key] = added.get(key, 0) + cents
        lines = [(key, cents) for key, cents in added.items() if cents]
        self.last["ledger"] += 1
        facts: dict[str, Any] = {"seq": self.last["ledger"], "on_date": self.on, "kind": kind, "memo": memo, "override": "",
                                 "document": sha256_of(frozen) if frozen else "", "before": self.before}  # fmt: skip
        self.before = chain(JournalEntry(**facts), lines)
        books: dict[str, int | None] = {"invoice_id": None, "payment_id": None, "bank_deposit_id": None}
        id = self.rows.add(JournalEntry, **facts, **(books | about), hash=self.before, by_name=self.tx.actor.name, posted_at=self.tx.now)
        for n, (key, cents) in enumerate(lines, 1):
            if key not in self.keeper.ids:
                self.keeper.ids[key] = account(self.tx, key)
            self.rows.add(JournalLine, entry_id=id, position=n, account_id=self.keeper.ids[key], amount_cents=cents)
        return id

    def _event(self, kind: str, entity: str, id: int, customer: int | None, note: str, after: dict[str, Any],
               job: int | None = None) -> None:  # fmt: skip
        self.rows.add(Event, at=self.tx.now, occurred_at=self.tx.now, by_name=self.tx.actor.name, kind=kind, entity=entity,
                      entity_id=id, job_id=job,
                      customer_id=customer, before={}, after=after, note=note, no_fix="desktop", op_id=self.tx.op_id)  # fmt: skip


def address_of(place: Location | None) -> Frozen:
    """A place as papers name it."""
    return {fact: getattr(place, fact) if place else "" for fact in ("street", "city", "region", "postal_code", "country")}
