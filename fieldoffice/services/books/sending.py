"""An invoice left the house: printed or mailed. By the company's policy its jobs count as completed from then on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.billing import Invoice, InvoiceJob, PaperState
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.job import Job, JobStatus, status_of
from fieldoffice.models.staff import Right
from fieldoffice.models.states import FINAL_STATES, AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.company.values import setting

How = Literal["email", "print", "hand"]
WAYS = {"email": "by e-mail", "print": "on paper", "hand": "by hand"}
CAUSE = "invoice_sent"


@dataclass(frozen=True, slots=True)
class Sent:
    """When it was first sent, the numbers of jobs that this completed, and what to mind in words."""

    invoice_id: int
    sent_at: datetime
    completed: tuple[str, ...]
    warnings: tuple[str, ...]


def invoice_sent(tx: Tx, invoice_id: int, how: How) -> Sent:
    """Note that a posted invoice was sent; the first time counts. Completes its jobs where the company wants that."""
    tx.require(Right.BILLING)
    paper = tx.get(Invoice, invoice_id, lock=True)
    if paper.state != PaperState.POSTED:
        raise NotAllowed("Only a posted invoice can be sent.", key="not_posted")
    if paper.sent_at is None:
        paper.sent_at = tx.now
        tx.session.flush()
    tx.event("invoice.sent", paper, customer_id=paper.bill_to_id, note=f"{paper.number} {WAYS[how]}", after={"how": how})
    done, warnings = _complete(tx, paper) if setting(tx, "money.sent_completes_job") and paper.kind == "invoice" else ((), ())
    return Sent(paper.id, paper.sent_at, tuple(done), tuple(warnings))


def _complete(tx: Tx, paper: Invoice) -> tuple[Sequence[str], Sequence[str]]:
    mine = select(InvoiceJob.job_id).where(InvoiceJob.invoice_id == paper.id)
    jobs = tx.all(select(Job).where(Job.id.in_(mine)).order_by(Job.id).with_for_update(key_share=True))
    states: dict[int, list[AppointmentState]] = {}
    query = select(Appointment.job_id, Appointment.state).where(Appointment.job_id.in_([job.id for job in jobs]))
    for job_id, state in tx.session.execute(query):
        states.setdefault(job_id, []).append(AppointmentState(state))
    done: list[str] = []
    warnings: list[str] = []
    for job in jobs:
        seen = states.get(job.id, [])
        status = status_of(job.on_hold, job.cancelled_at is not None, job.completed_by, seen)
        if status in (JobStatus.COMPLETED, JobStatus.CANCELLED):
            continue
        job.completed_by = CAUSE
        tx.session.flush()
        tx.event("job.completed", job, job_id=job.id, customer_id=job.customer_id, note=f"invoice {paper.number} was sent",
                 before={"status": status.value}, after={"cause": CAUSE, "invoice": paper.number})  # fmt: skip
        done.append(job.number)
        if left := sum(state not in FINAL_STATES for state in seen):
            warnings.append(f"{job.number} is completed, but {left} of its visits {'is' if left == 1 else 'are'} still open.")
        if job.on_hold:
            warnings.append(f"{job.number} is on hold: take the hold off to see it completed.")
    return done, warnings
