"""Taking an answer back, as long as the customer has not been told: the message is withdrawn while nobody has claimed it."""

from __future__ import annotations

from sqlalchemy import select, update

from fieldoffice.models.appointment import Appointment
from fieldoffice.models.booking import BookingRequest, Proposal
from fieldoffice.models.customer import AccessCode
from fieldoffice.models.errors import NotAllowed
from fieldoffice.models.files import Attachment
from fieldoffice.models.job import Job
from fieldoffice.models.log import Event
from fieldoffice.models.staff import Right
from fieldoffice.models.states import MOVABLE_STATES, ProposalState, RequestState
from fieldoffice.office import Tx
from fieldoffice.services import messages
from fieldoffice.services.jobs.calls import MISTAKE
from fieldoffice.services.jobs.editing import cancel_job
from fieldoffice.services.links import revoke_links
from fieldoffice.services.requests import holding, telling
from fieldoffice.services.requests.answering import Answered, answer_key
from fieldoffice.services.requests.mine import open_proposal
from fieldoffice.services.requests.reminding import remind_later

TOO_LATE = "The customer has been told already. Please call them, and answer anew from there."
BY_CUSTOMER = "The customer has answered in the meantime."
ANSWERS = (RequestState.CONFIRMED, RequestState.COUNTER_PROPOSED, RequestState.DECLINED)


def take_answer_back(tx: Tx, request_id: int) -> Answered:
    """Undo the last answer: the request is under review again, its job is canceled or its held time given back, nothing is sent."""
    tx.require(Right.DISPATCH)
    tx.require(Right.EDIT_JOBS)
    row = tx.get(BookingRequest, request_id, lock=True)
    if row.status not in ANSWERS or row.kind != "request":
        raise NotAllowed(f"This request is {row.status.word}; there is no answer to take back.")
    proposal = open_proposal(tx, row)
    if row.status is RequestState.CONFIRMED and _accepted(tx, row):
        raise NotAllowed(BY_CUSTOMER)
    key = telling.proposal_key(proposal) if proposal else answer_key(row, row.state)
    if not messages.withdraw(tx, key):
        raise NotAllowed(TOO_LATE, key="message_sent")
    if proposal is not None:
        _withdraw(tx, row, proposal)
    if row.job_id is not None:
        _close_job(tx, row, row.job_id)
    was = row.status
    row.take_back(RequestState.UNDER_REVIEW)
    row.answer, row.answered_by, row.answered_at = "", "", None
    row.waits_since_at = row.created_at  # the silence goes on as if nothing had been said
    row.details = {**row.details, "taken_back": int(row.details.get("taken_back", 0)) + 1}
    tx.session.flush()
    tx.event("request.taken_back", row, customer_id=row.customer_id, note=was.word)
    remind_later(tx, row)
    return Answered(row.id, row.number, row.status)


def _accepted(tx: Tx, row: BookingRequest) -> bool:
    query = select(Proposal.id).where(Proposal.request_id == row.id, Proposal.state == ProposalState.ACCEPTED)
    return tx.session.scalar(query.limit(1)) is not None


def _withdraw(tx: Tx, row: BookingRequest, proposal: Proposal) -> None:
    holding.let_go(tx, row)
    proposal.become(ProposalState.WITHDRAWN)
    proposal.answered_at = tx.now
    revoke_links(tx, proposal)


def _close_job(tx: Tx, row: BookingRequest, job_id: int) -> None:
    """Cancel what the answer made, unless somebody has worked with it since."""
    states = [visit.status for visit in tx.all(select(Appointment).where(Appointment.job_id == job_id))]
    if any(state not in MOVABLE_STATES for state in states):
        raise NotAllowed("The visit has begun; the answer stays.")
    job = tx.get(Job, job_id)
    cancel_job(tx, job_id, version=job.version, reason=MISTAKE)
    tx.session.execute(update(Attachment).where(Attachment.request_id == row.id).values(job_id=None))
    if row.sealed_code is not None:
        for code in _moved_codes(tx, row):
            tx.session.delete(code)
    if row.address:
        row.location_id = None  # the other address stays with the customer, the request goes on without it
    row.job_id = row.appointment_id = None


def _moved_codes(tx: Tx, row: BookingRequest) -> list[AccessCode]:
    """The codes that the answer kept with the address, by what the log says."""
    added = (Event.entity == "access_code", Event.kind == "access_code.added", Event.customer_id == row.customer_id)
    events = select(Event.entity_id).where(*added, Event.at == row.answered_at)
    return tx.all(select(AccessCode).where(AccessCode.id.in_(tx.all(events)), AccessCode.location_id == row.location_id))
