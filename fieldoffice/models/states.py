"""State machines: an enum, a table of allowed moves, one function that moves. Nobody else assigns a status."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from fieldoffice.models.errors import NotAllowed


class AppointmentState(StrEnum):
    """One visit, from wish to outcome. `waiting` is a visit nobody has been given yet."""

    WAITING = "waiting"
    HELD = "held"
    SCHEDULED = "scheduled"
    DISPATCHED = "dispatched"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    WORKING = "working"
    PAUSED = "paused"
    COMPLETED = "completed"
    PARTLY_DONE = "partly_done"
    NOT_DONE = "not_done"
    CANCELLED = "cancelled"

    @property
    def word(self) -> str:
        """The word a dispatcher uses."""
        return {"waiting": "unscheduled", "cancelled": "canceled"}.get(self.value, self.value.replace("_", " "))


E = TypeVar("E", bound=StrEnum)
S = AppointmentState
OPEN_STATES = frozenset({S.HELD, S.SCHEDULED, S.DISPATCHED, S.EN_ROUTE, S.ARRIVED, S.WORKING, S.PAUSED})
"""A provider's time is taken while an appointment is in one of these."""
RUNNING_STATES = frozenset({S.EN_ROUTE, S.ARRIVED, S.WORKING, S.PAUSED})
FINAL_STATES = frozenset({S.COMPLETED, S.PARTLY_DONE, S.NOT_DONE, S.CANCELLED})
MOVABLE_STATES = frozenset({S.WAITING, S.HELD, S.SCHEDULED, S.DISPATCHED})
"""Time and provider may still be changed."""

APPOINTMENT_MOVES: Mapping[AppointmentState, frozenset[AppointmentState]] = {
    S.WAITING: frozenset({S.HELD, S.SCHEDULED, S.CANCELLED}),
    S.HELD: frozenset({S.WAITING, S.SCHEDULED, S.CANCELLED}),
    S.SCHEDULED: frozenset({S.WAITING, S.DISPATCHED, S.EN_ROUTE, S.NOT_DONE, S.CANCELLED}),
    S.DISPATCHED: frozenset({S.WAITING, S.SCHEDULED, S.EN_ROUTE, S.NOT_DONE, S.CANCELLED}),
    S.EN_ROUTE: frozenset({S.ARRIVED, S.NOT_DONE, S.CANCELLED}),
    S.ARRIVED: frozenset({S.WORKING, S.NOT_DONE, S.CANCELLED}),
    S.WORKING: frozenset({S.PAUSED, S.COMPLETED, S.PARTLY_DONE, S.NOT_DONE}),
    S.PAUSED: frozenset({S.WORKING, S.COMPLETED, S.PARTLY_DONE, S.NOT_DONE}),
    S.COMPLETED: frozenset(),
    S.PARTLY_DONE: frozenset(),
    S.NOT_DONE: frozenset(),
    S.CANCELLED: frozenset(),
}


class RequestState(StrEnum):
    """What a customer asked for, from sent to answered."""

    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    CONFIRMED = "confirmed"
    COUNTER_PROPOSED = "counter_proposed"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    @property
    def word(self) -> str:
        """The word a dispatcher uses."""
        return {"submitted": "new", "counter_proposed": "proposed", "cancelled": "canceled"}.get(self.value, self.value.replace("_", " "))


Q = RequestState
UNANSWERED = frozenset({Q.SUBMITTED, Q.UNDER_REVIEW})
"""The office owes an answer while a request is in one of these."""
PENDING = UNANSWERED | {Q.COUNTER_PROPOSED}
"""Nothing is agreed yet: the customer may still withdraw."""

REQUEST_MOVES: Mapping[RequestState, frozenset[RequestState]] = {
    Q.SUBMITTED: frozenset({Q.UNDER_REVIEW, Q.CANCELLED}),
    Q.UNDER_REVIEW: frozenset({Q.CONFIRMED, Q.COUNTER_PROPOSED, Q.DECLINED, Q.CANCELLED}),
    Q.COUNTER_PROPOSED: frozenset({Q.CONFIRMED, Q.UNDER_REVIEW, Q.EXPIRED, Q.CANCELLED}),
    Q.CONFIRMED: frozenset(),
    Q.DECLINED: frozenset(),
    Q.EXPIRED: frozenset(),
    Q.CANCELLED: frozenset(),
}


class ProposalState(StrEnum):
    """The office's other time for a request."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


P = ProposalState
PROPOSAL_MOVES: Mapping[ProposalState, frozenset[ProposalState]] = {
    P.OPEN: frozenset({P.ACCEPTED, P.DECLINED, P.EXPIRED, P.WITHDRAWN}),
    P.ACCEPTED: frozenset(),
    P.DECLINED: frozenset(),
    P.EXPIRED: frozenset(),
    P.WITHDRAWN: frozenset(),
}


class PaperState(StrEnum):
    """An invoice, credit memo or finance charge. Open, partial, paid and overdue are derived from the ledger."""

    DRAFT = "draft"
    POSTED = "posted"
    VOID = "void"


PAPER_MOVES: Mapping[PaperState, frozenset[PaperState]] = {
    PaperState.DRAFT: frozenset({PaperState.POSTED}),
    PaperState.POSTED: frozenset({PaperState.VOID}),
    PaperState.VOID: frozenset(),
}


class MoneyState(StrEnum):
    """A payment, deposit, refund or write-off. A pending one counts for nothing yet."""

    PENDING = "pending"
    RECEIVED = "received"
    REVERSED = "reversed"
    FAILED = "failed"


M = MoneyState
MONEY_MOVES: Mapping[MoneyState, frozenset[MoneyState]] = {
    M.PENDING: frozenset({M.RECEIVED, M.FAILED}),
    M.RECEIVED: frozenset({M.REVERSED}),
    M.REVERSED: frozenset(),
    M.FAILED: frozenset(),
}


class RunState(StrEnum):
    """One run over many customers: statements or finance charges."""

    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    REVERSED = "reversed"


RUN_MOVES: Mapping[RunState, frozenset[RunState]] = {
    RunState.RUNNING: frozenset({RunState.STOPPED, RunState.DONE}),
    RunState.STOPPED: frozenset({RunState.RUNNING}),
    RunState.DONE: frozenset({RunState.REVERSED}),
    RunState.REVERSED: frozenset(),
}


def check_move(moves: Mapping[E, frozenset[E]], old: E, new: E, thing: str) -> None:
    """Raise NotAllowed unless `moves` lets a thing go from `old` to `new`."""
    if new not in moves[old]:
        raise NotAllowed(f"This {thing} is {_word(old)} and cannot become {_word(new)}.", key="bad_move")


def _word(state: StrEnum) -> str:
    return getattr(state, "word", state.value.replace("_", " "))
