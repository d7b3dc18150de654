"""What the pages of statements and finance charges say in words, and their columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication

from fieldoffice.services.collecting.listing import StatementLine
from fieldoffice.services.collecting.planning import PlanRow
from fieldoffice.services.collecting.reminders import DueReminder
from fieldoffice.services.collecting.runs import RunRow
from fieldoffice.ui.accounting.words import counted, money
from fieldoffice.ui.parts.reading import show_date
from fieldoffice.ui.parts.rows import Column

KINDS = (("open", "Open item"), ("forward", "Balance forward"))
DELIVERIES = {"email": "E-mail", "print": "Paper", "both": "E-mail and paper"}
STATES = {"running": "not finished", "done": "done", "stopped": "stopped"}
LEVELS = {1: "First", 2: "Second", 3: "Last"}
Exponent = Callable[[], int]
AMOUNT = 112


def tr(words: str) -> str:
    return QCoreApplication.translate("Statements", words)


def shown(cents: int, exponent: int) -> str:
    """An amount in a column: "–" for nothing."""
    return money(cents, exponent) if cents else "–"


def kind_words(kind: str) -> str:
    return tr(dict(KINDS).get(kind, kind))


def many(n: int) -> str:
    """ "1 statement", "12 statements"."""
    return counted(n, tr("statement"), tr("statements"))


def stamp(at: datetime | None, zone: str) -> str:
    """The day of a moment in the office's zone, "–" for none."""
    return show_date(at.astimezone(ZoneInfo(zone)).date()) if at else "–"


def why(row: PlanRow) -> str:
    """What somebody should look at before a statement goes out."""
    return ", ".join(tr(words) for words in row.exceptions)


def plan_columns(exponent: Exponent) -> list[Column[PlanRow]]:
    """Ticked in the first one."""
    return [
        Column("name", tr("Customer"), lambda r: r.name, lambda r: r.name.casefold(), width=200, tip=lambda r: r.name),
        Column("number", tr("Number"), lambda r: r.number, lambda r: r.number, width=80),
        Column("kind", tr("Kind"), lambda r: kind_words(r.kind), lambda r: r.kind, width=120),
        Column("delivery", tr("Goes by"), lambda r: tr(DELIVERIES[r.delivery]), lambda r: r.delivery, width=124),
        Column("balance", tr("Balance"), lambda r: shown(r.balance_cents, exponent()), lambda r: r.balance_cents, right=True, width=104),
        Column("overdue", tr("Overdue"), lambda r: shown(r.overdue_cents, exponent()), lambda r: r.overdue_cents, right=True, width=104),
        Column("days", tr("Oldest"), lambda r: counted(r.days, tr("day")) if r.days else "–", lambda r: r.days, right=True, width=88),
        Column("look", tr("Look at"), lambda r: why(r) or "–", lambda r: (not r.exceptions, r.exceptions), width=280, tip=why),
    ]  # fmt: skip


def run_columns(exponent: Exponent, zone: Callable[[], str]) -> list[Column[RunRow]]:
    def state(row: RunRow) -> str:
        return tr("not drawn yet") if row.state == "done" and row.drawn < row.made else tr(STATES[row.state])

    return [
        Column("as_of", tr("As of"), lambda r: show_date(r.as_of), lambda r: r.as_of, width=148),
        Column("kind", tr("Kind"), lambda r: kind_words(r.kind), lambda r: r.kind, width=128),
        Column("made", tr("Statements"), lambda r: f"{r.made:,} of {r.count:,}" if r.made < r.count else f"{r.made:,}", lambda r: r.made,
               right=True, width=104),
        Column("total", tr("Total"), lambda r: shown(r.total_cents, exponent()), lambda r: r.total_cents, right=True, width=AMOUNT),
        Column("mailed", tr("E-mailed"), lambda r: f"{r.mailed:,}" if r.mailed else "–", lambda r: r.mailed, right=True, width=88),
        Column("printed", tr("Printed"), lambda r: f"{r.printed:,} of {r.to_print:,}" if r.to_print else "–", lambda r: r.printed,
               right=True, width=100),
        Column("state", tr("State"), state, lambda r: r.state, width=112),
        Column("by", tr("Made by"), lambda r: r.by_name, lambda r: r.by_name.casefold(), width=140, tip=lambda r: r.by_name),
        Column("at", tr("On"), lambda r: stamp(r.created_at, zone()), lambda r: r.created_at, width=148),
    ]  # fmt: skip


def statement_columns(exponent: Exponent, zone: Callable[[], str]) -> list[Column[StatementLine]]:
    def opening(row: StatementLine) -> str:
        return shown(row.opening_cents, exponent()) if row.kind == "forward" else "–"

    return [
        Column("name", tr("Customer"), lambda r: r.name, lambda r: r.name.casefold(), width=196, tip=lambda r: r.name),
        Column("number", tr("Number"), lambda r: r.number, lambda r: r.number, width=80),
        Column("kind", tr("Kind"), lambda r: kind_words(r.kind), lambda r: r.kind, width=132),
        Column("opening", tr("Opening"), opening, lambda r: r.opening_cents, right=True, width=96),
        Column("closing", tr("Balance"), lambda r: shown(r.closing_cents, exponent()), lambda r: r.closing_cents, right=True, width=96),
        Column("delivery", tr("Goes by"), lambda r: tr(DELIVERIES[r.delivery]), lambda r: r.delivery, width=112),
        Column("mailed", tr("E-mailed"), lambda r: stamp(r.mailed_at, zone()), lambda r: r.mailed_at, width=140),
        Column("printed", tr("Printed"), lambda r: stamp(r.printed_at, zone()), lambda r: r.printed_at, width=140),
        Column("note", tr("Note"), lambda r: tr("a newer one stands for it") if r.superseded else "" if r.drawn else tr("not drawn yet"),
               lambda r: r.superseded, width=120),
    ]  # fmt: skip


def reminder_columns(exponent: Exponent, zone: Callable[[], str]) -> list[Column[DueReminder]]:
    """Ticked in the first one."""
    return [
        Column("number", tr("Invoice"), lambda r: r.number, lambda r: r.number, width=136),
        Column("name", tr("Customer"), lambda r: r.name, lambda r: r.name.casefold(), width=240, tip=lambda r: r.name),
        Column("level", tr("Reminder"), lambda r: tr(LEVELS[r.level]), lambda r: r.level, width=96),
        Column("due", tr("Due"), lambda r: show_date(r.due_on), lambda r: r.due_on, width=148),
        Column("days", tr("Late"), lambda r: counted(r.days, tr("day")), lambda r: r.days, right=True, width=88),
        Column("open", tr("Open"), lambda r: shown(r.open_cents, exponent()), lambda r: r.open_cents, right=True, width=AMOUNT),
        Column("last", tr("Last reminded"), lambda r: stamp(r.last_at, zone()), lambda r: r.last_at, width=148),
        Column("reach", tr("Goes to"), lambda r: r.reach or tr("nowhere: no address is known"), lambda r: r.reach.casefold(), width=240,
               tip=lambda r: r.reach),
    ]  # fmt: skip
