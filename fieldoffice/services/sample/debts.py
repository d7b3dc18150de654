"""What does not go smoothly in the sample's money, done by the services: old debts, a bounced check, a credit memo, a
write-off, a deposit; and the last month closed."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.billing import Invoice, Payment
from fieldoffice.models.customer import Customer
from fieldoffice.models.job import Job
from fieldoffice.models.states import AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.books.deposits import receive_deposit
from fieldoffice.services.books.drafts import DraftFacts, DraftLine, credit_invoice, lines_of, new_sale
from fieldoffice.services.books.ledger import open_items
from fieldoffice.services.books.payments import receive_payment, reverse_payment
from fieldoffice.services.books.periods import close_period
from fieldoffice.services.books.posting import post_invoice
from fieldoffice.services.books.receipts import Receipt
from fieldoffice.services.books.writeoffs import write_off

LATE = (10, 40, 70, 100)  # days overdue today
AHEAD = 14  # days from the paper to its due day
WORK = ("Bathroom renovation, first part", "Water heater for the pool house", "Repiping of the basement", "Winter service contract")
CENTS = (184_000, 96_500, 231_250, 48_000)
FEE = 3_500


def old_debts(tx: Tx, on: date, today: date, *, first: bool) -> None:
    """Post, on its day, each invoice that will be late by one of `LATE` days; on the first day what lies before it."""
    who = tx.all(select(Customer.id).where(Customer.kind == "commercial").order_by(Customer.id).limit(len(LATE)))
    for n, days in enumerate(LATE):
        issued = today - timedelta(days=days + AHEAD)
        if who and (issued == on or (first and issued < on)):
            line = DraftLine(WORK[n], 1000, CENTS[n], tax=("DC sales tax", 60_000))
            facts = DraftFacts((line,), on, max(on, today - timedelta(days=days)))
            id = new_sale(tx, who[n % len(who)], facts)
            post_invoice(tx, id, version=tx.get(Invoice, id).version)


def troubles(tx: Tx, today: date) -> None:
    """One of each thing that a bookkeeper deals with, as far as there is something to deal with; then the month is closed."""
    _bounced(tx, today)
    _credited(tx, today)
    _given_up(tx, today)
    _held(tx, today)
    last = today.replace(day=1) - timedelta(days=1)
    close_period(tx, last)


def _bounced(tx: Tx, today: date) -> None:
    checks = select(Payment).where(Payment.kind == "payment", Payment.method == "check", Payment.state == "received")
    row = tx.session.scalars(checks.order_by(Payment.received_on.desc(), Payment.id).limit(1)).first()
    if row:
        reverse_payment(tx, row.id, version=row.version, on=today, reason="Returned by the bank: insufficient funds", fee_cents=FEE)


def _credited(tx: Tx, today: date) -> None:
    paper = tx.session.scalars(select(Invoice).where(Invoice.kind == "invoice").order_by(Invoice.id.desc()).limit(1)).first()
    if paper:
        id = credit_invoice(tx, paper.id, reason="The customer supplied the part", lines=lines_of(tx, paper.id)[:1], issued_on=today)
        post_invoice(tx, id, version=tx.get(Invoice, id).version)


def _given_up(tx: Tx, today: date) -> None:
    """The smallest debt of all is given up."""
    debts = [item for item in open_items(tx) if item.open_cents > 0 and item.kind == "invoice"]
    if debts:
        small = min(debts, key=lambda item: (item.open_cents, item.id))
        receive_payment(tx, Receipt(small.bill_to_id, small.open_cents - 150, "card", today, parts=((small.id, small.open_cents - 150),)))
        write_off(tx, small.id, on=today, reason="Small balance", tax_back=True)


def _held(tx: Tx, today: date) -> None:
    ahead = select(Job).join(Appointment, Appointment.job_id == Job.id).where(Appointment.state == AppointmentState.SCHEDULED.value)
    job = tx.session.scalars(ahead.where(Job.cancelled_at.is_(None)).order_by(Appointment.starts_at.desc(), Job.id).limit(1)).first()
    if job:
        payer = job.bill_to_id or tx.get(Customer, job.customer_id).bill_to_id or job.customer_id
        receive_deposit(tx, Receipt(payer, 15_000, "check", today, reference="check 2207"), job_id=job.id)
