"""Closed periods: nothing is posted into them. A closed one may be opened with a reason; a sealed one never."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select, text

from fieldoffice.models.base import Table
from fieldoffice.models.books import Allocation, JournalEntry, PeriodLock
from fieldoffice.models.errors import Invalid, NotAllowed
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx

HOLD = text("update counter set last = last where name = 'ledger' returning last")
BEGIN = text("insert into counter (name, last) values ('ledger', 0) on conflict (name) do nothing")


@dataclass(frozen=True, slots=True)
class Closed:
    """Up to which day the books are closed, and up to which for good; None: not at all."""

    closed_on: date | None = None
    sealed_on: date | None = None

    def why_not(self, on: date, override: str = "") -> str:
        """Why nothing may be posted on this day, or ""."""
        if self.sealed_on and on <= self.sealed_on:
            return f"The books are sealed up to {self.sealed_on:%b} {self.sealed_on.day}, {self.sealed_on.year}; use a later date."
        if self.closed_on and on <= self.closed_on and not override:
            return f"The books are closed up to {self.closed_on:%b} {self.closed_on.day}, {self.closed_on.year}; use a later date."
        return ""


def hold_books(tx: Tx) -> None:
    """Take the one lock of the books until the end of the transaction; every change of money takes it first."""
    if tx.session.connection().execute(HOLD).scalar() is None:
        tx.session.connection().execute(BEGIN)
        tx.session.connection().execute(HOLD)


def closed(tx: Tx) -> Closed:
    """What is closed now."""
    newest = tx.session.execute(
        select(PeriodLock.closed_on, PeriodLock.sealed_on).order_by(PeriodLock.id.desc()).limit(1)
    ).first()
    return Closed(*newest) if newest else Closed()


def open_day(tx: Tx, on: date) -> date:
    """The day itself, or the first one after what is closed: where a posting into a closed period was allowed, what follows
    from it (an allocation, a deposit that is taken off) is still dated in the open one."""
    shut = closed(tx).closed_on
    return max(on, shut + timedelta(days=1)) if shut else on


def check_open(tx: Tx, on: date, override: str = "") -> None:
    """Refuse a day in a closed period. Who sets the company up may override a closed one, with a reason, never a sealed one."""
    if override.strip():
        tx.require(Right.ORGANIZATION)
    if words := closed(tx).why_not(on, override.strip()):
        raise NotAllowed(words, key="closed_period", on=on.isoformat())


def close_period(tx: Tx, until: date, *, reason: str = "") -> Closed:
    """Close the books up to and including a day. Opening them again (an earlier day) wants a reason and the owner."""
    tx.require(Right.BILLING)
    hold_books(tx)
    now = closed(tx)
    if until >= tx.today:
        raise Invalid(until="Only days that are over can be closed.")
    if now.closed_on and until < now.closed_on:
        tx.require(Right.ORGANIZATION)
        if not reason.strip():
            raise Invalid(reason="Say why the books are opened again.")
    if now.sealed_on and until < now.sealed_on:
        raise Invalid(until="The books are sealed up to a later day.")
    return _write(tx, Closed(until, now.sealed_on), reason, "books.closed")


def seal_period(tx: Tx, until: date) -> Closed:
    """Close the books for good: not even the owner posts up to that day again."""
    tx.require(Right.ORGANIZATION)
    hold_books(tx)
    now = closed(tx)
    if until >= tx.today:
        raise Invalid(until="Only days that are over can be sealed.")
    if now.sealed_on and until <= now.sealed_on:
        raise Invalid(until="The books are sealed up to that day already.")
    return _write(tx, Closed(max(until, now.closed_on or until), until), "", "books.sealed")


def _write(tx: Tx, new: Closed, reason: str, kind: str) -> Closed:
    def last(table: type[Table]) -> int | None:
        return tx.session.scalar(select(func.max(table.id)))

    row = tx.add(PeriodLock(closed_on=new.closed_on, sealed_on=new.sealed_on, reason=reason.strip(), by_name=tx.actor.name,
                            created_at=tx.now, last_entry_id=last(JournalEntry), last_allocation_id=last(Allocation)))  # fmt: skip
    tx.event(kind, row, note=reason.strip(), after={"closed_on": str(new.closed_on or ""), "sealed_on": str(new.sealed_on or "")})
    return new
