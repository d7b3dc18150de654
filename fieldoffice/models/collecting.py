"""What is done about what is owed: finance charges, statements, reminders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fieldoffice.models.base import Cents, PublicId, Table, Versioned, link
from fieldoffice.models.states import RUN_MOVES, RunState, check_move


class ChargeRule(Versioned, Table):
    """How finance charges are computed: interest by the day, or tiers by age. Each option has a name of its own."""

    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(String(8))  # interest | tiers
    annual_ppm: Mapped[int] = mapped_column(default=0)
    tiers: Mapped[Any] = mapped_column(JSON, default=list)  # [days old, "percent" | "amount", ppm or cents]
    counts_from: Mapped[str] = mapped_column(String(8), default="due")  # due | issued
    grace_days: Mapped[int] = mapped_column(default=0)
    grace: Mapped[str] = mapped_column(String(8), default="shift")  # shift: days of grace are free | waive: they count once over
    min_charge_cents: Mapped[Cents] = mapped_column(default=0)  # the least that is charged when anything is
    charge_threshold_cents: Mapped[Cents] = mapped_column(default=0)  # below it nothing is charged
    cap_ppm: Mapped[int] = mapped_column(default=0)  # the law's highest annual rate; 0: none
    on_charges: Mapped[bool] = mapped_column(default=False)  # charges on overdue charges
    without_tax: Mapped[bool] = mapped_column(default=False)
    net_of_credits: Mapped[bool] = mapped_column(default=True)
    closed_items: Mapped[bool] = mapped_column(default=False)  # also on what was paid late and is settled now
    terms_days: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class ChargeRun(Versioned, Table):
    """One assessment of finance charges: posted as a whole, reversed as a whole."""

    number: Mapped[str] = mapped_column(String(20), unique=True)
    rule_id: Mapped[int] = link("charge_rule.id", index=False)
    as_of: Mapped[date]
    state: Mapped[str] = mapped_column(String(8))  # done | reversed
    total_cents: Mapped[Cents]
    by_name: Mapped[str]
    created_at: Mapped[datetime]
    reversed_at: Mapped[datetime | None]

    def become(self, new: RunState) -> None:
        """Move to `new`, or refuse in words. Nobody else assigns `state`."""
        check_move(RUN_MOVES, RunState(self.state), new, "run")
        self.state = new.value


class ChargePart(Table):
    """What one overdue item was charged for one interval, with its proof. A reversed one frees its interval."""

    __table_args__ = (
        Index("uq_charge_part_live", "item_id", "rule_id", "tier", "from_on", unique=True,
              sqlite_where=text("live"), postgresql_where=text("live")),
    )  # fmt: skip

    run_id: Mapped[int] = link("charge_run.id")
    rule_id: Mapped[int] = link("charge_rule.id", index=False)
    item_id: Mapped[int] = link("ar_item.id")
    invoice_id: Mapped[int] = link("invoice.id")  # the finance charge that asks for it
    tier: Mapped[int] = mapped_column(default=0)  # days old; 0 for interest
    from_on: Mapped[date]
    to_on: Mapped[date]  # the day after the last one that counts
    amount_cents: Mapped[Cents]
    proof: Mapped[Any] = mapped_column(JSON, default=list)  # [from, to, days, base cents, rate ppm, exact amount]
    live: Mapped[bool] = mapped_column(default=True)


class StatementRun(Versioned, Table):
    """One run of statements: it goes on where it was stopped, and makes none twice."""

    kind: Mapped[str] = mapped_column(String(8))  # open | forward
    from_on: Mapped[date | None]
    as_of: Mapped[date]
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(8))  # running | stopped | done
    by_name: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    def become(self, new: RunState) -> None:
        """Move to `new`, or refuse in words. Nobody else assigns `state`."""
        check_move(RUN_MOVES, RunState(self.state), new, "run")
        self.state = new.value


class Statement(Versioned, Table):
    """A statement as it was made: its lines frozen, its PDF kept. A corrected one supersedes it; this one stays."""

    __table_args__ = (UniqueConstraint("bill_to_id", "kind", "as_of", "run_id"),)

    public_id: Mapped[PublicId]
    run_id: Mapped[int] = link("statement_run.id")
    bill_to_id: Mapped[int] = link("customer.id")
    kind: Mapped[str] = mapped_column(String(8))
    from_on: Mapped[date | None]
    as_of: Mapped[date]
    opening_cents: Mapped[Cents]
    closing_cents: Mapped[Cents]
    delivery: Mapped[str] = mapped_column(String(6))  # email | print | both
    frozen: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    paper_id: Mapped[int | None] = link("blob.id", null=True, index=False)
    superseded_id: Mapped[int | None] = link("statement.id", null=True, index=False)  # by this one
    mailed_at: Mapped[datetime | None]
    printed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Reminder(Table):
    """A reminder of an overdue paper that was sent: each level once."""

    __table_args__ = (UniqueConstraint("invoice_id", "level"),)

    invoice_id: Mapped[int] = link("invoice.id", index=False)
    level: Mapped[int]
    open_cents: Mapped[Cents]
    sent_at: Mapped[datetime]
