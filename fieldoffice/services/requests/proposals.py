"""The customer answers a proposal by a private link or by phone, or lets it expire."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fieldoffice.models.booking import BookingRequest, Proposal
from fieldoffice.models.customer import Customer
from fieldoffice.models.errors import NotAllowed, NotFound, Stale
from fieldoffice.models.staff import Right
from fieldoffice.models.states import ProposalState, RequestState
from fieldoffice.office import Tx
from fieldoffice.services.dispatch.hands import hold_still
from fieldoffice.services.jobs.opening import Opened
from fieldoffice.services.requests import holding, telling
from fieldoffice.services.requests.answering import Answered, Choice, agreed, answer_key
from fieldoffice.services.requests.mine import MyRequest, my_row, open_proposal
from fieldoffice.services.requests.reminding import remind_later
from fieldoffice.services.requests.wording import moment_words
from fieldoffice.services.words import marked

PASSED = marked("The proposed time has passed. Ask for another.")
ANSWERED = marked("This proposal has been answered already.")


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """What the page of a proposal shows; `open` says that it can be answered now."""

    request: MyRequest
    state: ProposalState
    open: bool
    customer: str


def see_proposal(tx: Tx, proposal_id: int, customer_id: int) -> ProposalPage:
    """A proposal as its customer sees it. Looking changes nothing: mail scanners look too."""
    tx.require(Right.ONLINE)
    proposal, row = _of(tx, proposal_id, customer_id)
    live = proposal.state == ProposalState.OPEN and proposal.expires_at > tx.now and row.status is RequestState.COUNTER_PROPOSED
    mine = my_row(tx, row)
    return ProposalPage(
        mine if live else replace(mine, proposal=None), ProposalState(proposal.state), live, tx.get(Customer, customer_id).name
    )


def accept_proposal(tx: Tx, proposal_id: int, customer_id: int) -> int:
    """The customer agrees: the held time becomes the visit, in this transaction; answers the request's id."""
    tx.require(Right.ONLINE)
    proposal, row = _locked(tx, proposal_id, customer_id)
    _agree(tx, proposal, row, "request.accepted_by_customer")
    return row.id


def agree_by_phone(tx: Tx, request_id: int) -> Answered:
    """The customer has agreed by phone: the same as `accept_proposal`, and the log says who of the staff noted it."""
    tx.require(Right.DISPATCH)
    tx.require(Right.EDIT_JOBS)
    row = tx.get(BookingRequest, request_id, lock=True)
    if row.status is RequestState.CONFIRMED:
        raise Stale("This request is confirmed already.", key="answered")
    found = open_proposal(tx, row)
    if found is None:
        raise NotAllowed(f"This request is {row.status.word}; no time is proposed now.")
    proposal, row = _locked(tx, found.id, row.customer_id)
    opened = _agree(tx, proposal, row, "request.accepted_by_phone")
    row.answered_by = tx.actor.name
    return Answered(row.id, row.number, row.status, opened.job_id, opened.number, opened.appointment_id)


def _agree(tx: Tx, proposal: Proposal, row: BookingRequest, kind: str) -> Opened:
    """The held time becomes the visit, and the customer is told."""
    provider_id = holding.provider_of(tx, row)
    if provider_id is not None:
        hold_still(tx, (), [provider_id])
    holding.let_go(tx, row)
    here = proposal.starts_at.astimezone(tx.zone)
    choice = (
        Choice(provider_id, proposal.starts_at)
        if provider_id is not None
        else Choice(on=here.date(), kind="am" if here.hour < 12 else "pm")
    )
    opened = agreed(tx, row, choice)
    proposal.become(ProposalState.ACCEPTED)
    proposal.answered_at, proposal.appointment_id, row.answered_at = tx.now, opened.appointment_id, tx.now
    tx.session.flush()
    tx.event(kind, row, job_id=opened.job_id, customer_id=row.customer_id, note=opened.number)
    telling.confirmed(tx, row, holding.window_of(tx, proposal.starts_at), answer_key(row, "confirmed"))
    return opened


def decline_proposal(tx: Tx, proposal_id: int, customer_id: int, *, reason: str = "") -> int:
    """The customer cannot at that time: the office looks for another; answers the request's id."""
    tx.require(Right.ONLINE)
    proposal, row = _locked(tx, proposal_id, customer_id)
    holding.let_go(tx, row)
    proposal.become(ProposalState.DECLINED)
    proposal.answered_at = tx.now
    row.become(RequestState.UNDER_REVIEW)
    row.waits_since_at, row.reminded_at = tx.now, None
    tx.session.flush()
    tx.event("request.proposal_declined", row, customer_id=customer_id, note=reason.strip()[:500])
    remind_later(tx, row)
    what = "declined the proposed time" + (f": {reason.strip()[:500]}" if reason.strip() else "")
    telling.to_office(tx, row, what, moment_words(proposal.starts_at, tx.zone, "en"), f"proposal_declined:{proposal.id}")
    return row.id


def expire_proposal(tx: Tx, proposal_id: int) -> None:
    """Background work: nobody answered in time, so the time is given back. Answered ones stay as they are."""
    proposal = tx.session.get(Proposal, proposal_id)
    if proposal is None:
        return
    row = tx.get(BookingRequest, proposal.request_id, lock=True)
    tx.session.refresh(proposal)
    if proposal.state != ProposalState.OPEN or proposal.expires_at > tx.now:
        return
    holding.let_go(tx, row)
    proposal.become(ProposalState.EXPIRED)
    proposal.answered_at = tx.now
    row.become(RequestState.EXPIRED)
    tx.session.flush()
    tx.event("request.expired", row, customer_id=row.customer_id)
    telling.to_office(
        tx, row, "did not answer the proposed time", moment_words(proposal.starts_at, tx.zone, "en"), f"proposal_expired:{proposal.id}"
    )


def _of(tx: Tx, proposal_id: int, customer_id: int) -> tuple[Proposal, BookingRequest]:
    proposal = tx.session.get(Proposal, proposal_id)
    row = tx.session.get(BookingRequest, proposal.request_id) if proposal else None
    if proposal is None or row is None or row.customer_id != customer_id:
        raise NotFound("This page no longer exists.")
    return proposal, row


def _locked(tx: Tx, proposal_id: int, customer_id: int) -> tuple[Proposal, BookingRequest]:
    """Both under the request's lock, while the proposal can be answered."""
    proposal, row = _of(tx, proposal_id, customer_id)
    row = tx.get(BookingRequest, row.id, lock=True)
    tx.session.refresh(proposal)
    if proposal.state != ProposalState.OPEN:
        raise Stale(PASSED if proposal.state == ProposalState.EXPIRED else ANSWERED, key="proposal_closed")
    if proposal.expires_at <= tx.now:
        raise Stale(PASSED, key="proposal_closed")
    return proposal, row
