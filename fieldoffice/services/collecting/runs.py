"""A run of statements: looked at first, then made a few at a time, so that one that was stopped or killed goes on where it was.

Each customer gets one statement for a day, however often the run is started again and whoever runs it. A corrected statement
supersedes the one before; both stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from fieldoffice.models.collecting import Statement, StatementRun
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.models.states import RunState
from fieldoffice.office import Tx
from fieldoffice.services.books.journal import sha256_of
from fieldoffice.services.books.periods import hold_books
from fieldoffice.services.books.terms import terms_of
from fieldoffice.services.collecting.statements import KINDS, statement_of


@dataclass(frozen=True, slots=True)
class Choices:
    """Who gets a statement. Amounts are of the balance; days count from when the oldest open debt was due."""

    include_zero: bool = False
    min_cents: int = 0
    min_days: int = 0
    again: bool = False  # also who has one of that day already: the new one supersedes it


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run and how far it is."""

    id: int
    version: int
    kind: str
    from_on: date | None
    as_of: date
    state: str
    count: int
    made: int
    drawn: int
    mailed: int
    to_print: int
    printed: int
    total_cents: int
    by_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: statements made, and of how many; `done` when nothing is left."""

    made: int
    count: int
    done: bool


def start_run(tx: Tx, kind: str, as_of: date, customers: Collection[int], *, from_on: date | None = None,
              choices: Choices | None = None) -> int:  # fmt: skip
    """Begin a run for these bill-tos; returns its id. Nothing is made yet."""
    tx.require(Right.BILLING)
    choices = choices or Choices()
    if kind not in KINDS:
        raise Invalid(kind="There is no such kind of statement.")
    if as_of > tx.today:
        raise Invalid(as_of="This day lies ahead.")
    if from_on is not None and from_on > as_of:
        raise Invalid(from_on="It begins after it ends.")
    if not customers:
        raise NotAllowed("Nobody is chosen, so there is no statement to make.", key="nobody")
    options = {"customers": sorted(set(customers)), "again": choices.again, "include_zero": choices.include_zero,
               "min_cents": choices.min_cents, "min_days": choices.min_days}  # fmt: skip
    run = tx.add(StatementRun(kind=kind, from_on=from_on, as_of=as_of, options=options, state=RunState.RUNNING.value, by_name=tx.actor.name,
                              created_at=tx.now))  # fmt: skip
    tx.event("statements.started", run, note=f"{len(set(customers))} statements as of {as_of.isoformat()}")
    return run.id


def make_next(tx: Tx, run_id: int, n: int = 10) -> Progress:
    """Make the next statements of a run, at most `n`. Whoever else makes some of the same run or day waits meanwhile."""
    tx.require(Right.BILLING)
    hold_books(tx)  # nobody posts or makes statements meanwhile: what a statement knew is all up to its newest item
    run = tx.get(StatementRun, run_id, lock=True)
    if run.state == RunState.STOPPED:
        return Progress(_made(tx, run_id), len(run.options["customers"]), done=True)
    left = _left(tx, run)
    for bill_to_id in left[:n]:
        _make(tx, run, bill_to_id)
    if (done := len(left) <= n) and run.state == RunState.RUNNING:
        run.become(RunState.DONE)
        run.ended_at = tx.now
        tx.event("statements.done", run, after={"made": _made(tx, run_id)})
    return Progress(_made(tx, run_id), len(run.options["customers"]), done)


def stop_run(tx: Tx, run_id: int) -> None:
    """Make no more statements in a run; those that were made stay. It can go on later."""
    tx.require(Right.BILLING)
    run = tx.get(StatementRun, run_id, lock=True)
    if run.state == RunState.RUNNING:
        run.become(RunState.STOPPED)
        tx.event("statements.stopped", run, after={"made": _made(tx, run_id)})


def go_on(tx: Tx, run_id: int) -> None:
    """Let a run that was stopped go on."""
    tx.require(Right.BILLING)
    run = tx.get(StatementRun, run_id, lock=True)
    if run.state == RunState.STOPPED:
        run.become(RunState.RUNNING)
        tx.event("statements.resumed", run)


def correct_statement(tx: Tx, statement_id: int) -> int:
    """A run that makes one statement anew, with what is booked by now; returns the run's id. The old one stays, superseded."""
    tx.require(Right.BILLING)
    old = tx.get(Statement, statement_id)
    if old.superseded_id is not None:
        raise NotAllowed("A newer statement stands for this one already.", key="superseded")
    return start_run(tx, old.kind, old.as_of, [old.bill_to_id], from_on=old.from_on, choices=Choices(again=True))


def statement_runs(tx: Tx, *, most: int = 100) -> tuple[RunRow, ...]:
    """The newest runs first."""
    tx.require(Right.LOOK)
    runs = tx.all(select(StatementRun).order_by(StatementRun.id.desc()).limit(most))
    printed = Statement.delivery != "email"
    tally = select(Statement.run_id, func.count(), func.count(Statement.paper_id), func.count(Statement.mailed_at),
                   func.count().filter(printed), func.count(Statement.printed_at),
                   func.sum(Statement.closing_cents)).group_by(Statement.run_id)  # fmt: skip
    sums = {row[0]: row[1:] for row in tx.session.execute(tally.where(Statement.run_id.in_([run.id for run in runs])))}
    return tuple(_row(run, *(int(n or 0) for n in sums.get(run.id, (0,) * 6))) for run in runs)


def _row(run: StatementRun, made: int, drawn: int, mailed: int, to_print: int, printed: int, cents: int) -> RunRow:
    return RunRow(run.id, run.version, run.kind, run.from_on, run.as_of, run.state, len(run.options["customers"]), made, drawn, mailed,
                  to_print, printed, cents, run.by_name, run.created_at)  # fmt: skip


def _left(tx: Tx, run: StatementRun) -> list[int]:
    """Whom the run has not made a statement for yet, in its order."""
    done = set(tx.all(select(Statement.bill_to_id).where(Statement.run_id == run.id)))
    if not run.options["again"]:
        done |= _have_one(tx, run.as_of, run.options["customers"])
    return [id for id in run.options["customers"] if id not in done]


def have_one(tx: Tx, as_of: date) -> set[int]:
    """Who has a statement of that day."""
    return set(tx.all(select(Statement.bill_to_id).where(Statement.as_of == as_of, Statement.superseded_id.is_(None))))


def _have_one(tx: Tx, as_of: date, ids: Iterable[int]) -> set[int]:
    return have_one(tx, as_of) & set(ids)


def _made(tx: Tx, run_id: int) -> int:
    return int(tx.session.scalar(select(func.count()).select_from(Statement).where(Statement.run_id == run_id)) or 0)


def _make(tx: Tx, run: StatementRun, bill_to_id: int) -> None:
    terms = terms_of(tx, bill_to_id)
    kind = terms.own_statements if terms.own_statements in KINDS else run.kind
    frozen = statement_of(tx, bill_to_id, kind, run.from_on, run.as_of)
    delivery = terms.delivery if frozen["bill_to"]["email"] else "print"
    old = tx.all(select(Statement).where(Statement.bill_to_id == bill_to_id, Statement.kind == kind, Statement.as_of == run.as_of,
                                         Statement.superseded_id.is_(None)))  # fmt: skip
    row = tx.add(Statement(run_id=run.id, bill_to_id=bill_to_id, kind=kind, as_of=run.as_of, opening_cents=frozen["opening"],
                           from_on=date.fromisoformat(frozen["from_on"]) if frozen["from_on"] else None, delivery=delivery,
                           closing_cents=frozen["closing"], frozen=frozen, sha256=sha256_of(frozen), created_at=tx.now))  # fmt: skip
    for other in old:
        other.superseded_id = row.id
    tx.event("statement.made", row, customer_id=bill_to_id, note=f"{KINDS[kind].lower()}, as of {run.as_of.isoformat()}",
             after={"closing_cents": row.closing_cents})  # fmt: skip
