"""What the page of finance charges says in words, and its columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QCoreApplication

from fieldoffice.services.collecting.charging import ChargeLine, Preview
from fieldoffice.services.collecting.interest import YEAR, percent, said
from fieldoffice.services.collecting.listing import ChargePartLine, ChargeRunLine
from fieldoffice.services.collecting.rules import RuleFacts, RuleRow
from fieldoffice.ui.accounting.statements_words import AMOUNT, Exponent, shown, stamp
from fieldoffice.ui.accounting.words import counted
from fieldoffice.ui.parts.reading import show_date
from fieldoffice.ui.parts.rows import Column

STATES = {"done": "posted", "reversed": "reversed"}


def tr(words: str) -> str:
    return QCoreApplication.translate("Charges", words)


@dataclass(frozen=True, slots=True)
class Row:
    """One item of the preview with its customer, and its reckoning in words."""

    line: ChargeLine
    name: str
    words: str

    @property
    def id(self) -> int:
        return self.line.item_id


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a proof sheet."""

    id: int
    from_on: date
    to_on: date
    days: int
    base_cents: int
    ppm: int
    exact: str


def rows_of(preview: Preview) -> list[Row]:
    """The items of a preview, by customer."""
    return [Row(line, one.name, "; ".join(part.words(preview.exponent) for part in line.parts))
            for one in preview.customers for line in one.lines]  # fmt: skip


def steps_of(line: ChargeLine) -> list[Step]:
    """The proof of one item, step by step."""
    segments = [segment for part in line.parts for segment in part.proof]
    return [Step(n, one.from_on, one.to_on, one.days, one.base_cents, one.ppm, str(one.plain()[5])) for n, one in enumerate(segments)]


def rule_words(facts: RuleFacts, exponent: int = 2) -> str:
    """A rule in one line: "12% a year from the due day, after 5 days of grace"."""
    if facts.kind == "tiers":
        steps = [f"{percent(value) if kind == 'percent' else shown(value, exponent)} {tr('at')} {counted(days, tr('day'))}"
                 for days, kind, value in facts.tiers]  # fmt: skip
        head = ", ".join(steps) or tr("nothing")
    else:
        head = tr("%1 a year").replace("%1", percent(facts.annual_ppm)) if facts.annual_ppm else tr("nothing")
    since = tr("from the due day") if facts.counts_from == "due" else tr("from the invoice day")
    grace = f", {counted(facts.grace_days, tr('day'))} {tr('of grace')}" if facts.grace_days else ""
    return f"{head} {since}{grace}"


def preview_columns(exponent: Exponent) -> list[Column[Row]]:
    """Ticked in the first one."""
    return [
        Column("number", tr("Item"), lambda r: r.line.number, lambda r: r.line.number, width=136),
        Column("name", tr("Customer"), lambda r: r.name, lambda r: r.name.casefold(), width=200, tip=lambda r: r.name),
        Column("due", tr("Due"), lambda r: show_date(r.line.due_on), lambda r: r.line.due_on, width=148),
        Column("days", tr("Late"), lambda r: counted(r.line.days, tr("day")), lambda r: r.line.days, right=True, width=88),
        Column("open", tr("Open"), lambda r: shown(r.line.open_cents, exponent()), lambda r: r.line.open_cents, right=True, width=AMOUNT),
        Column("charge", tr("Charge"), lambda r: shown(r.line.amount_cents, exponent()), lambda r: r.line.amount_cents, right=True,
               width=96),
        Column("words", tr("How it is reckoned"), lambda r: r.words, None, width=320, tip=lambda r: r.words),
    ]  # fmt: skip


def step_columns(exponent: Exponent, tiers: Callable[[], bool]) -> list[Column[Step]]:
    def exact(row: Step) -> str:
        whole = float(row.exact) / 10 ** exponent()
        return f"{whole:,.{exponent() + 4}f}"

    def formula(row: Step) -> str:
        base = shown(row.base_cents, exponent())
        if not row.ppm:
            return tr("a fixed amount")
        return f"{base} × {percent(row.ppm)}" if tiers() else f"{base} × {row.days} × {percent(row.ppm)} ÷ {YEAR}"

    return [
        Column("from", tr("From"), lambda r: show_date(r.from_on), None, width=148),
        Column("to", tr("Until before"), lambda r: show_date(r.to_on), None, width=148),
        Column("days", tr("Days"), lambda r: f"{r.days:,}", None, right=True, width=64),
        Column("base", tr("On"), lambda r: shown(r.base_cents, exponent()), None, right=True, width=AMOUNT),
        Column("rate", tr("Rate"), lambda r: percent(r.ppm) if r.ppm else tr("fixed"), None, right=True, width=80),
        Column("exact", tr("Not rounded"), exact, None, right=True, width=112),
        Column("formula", tr("Reckoned as"), formula, None, width=280, tip=formula),
    ]  # fmt: skip


def run_columns(exponent: Exponent, zone: Callable[[], str]) -> list[Column[ChargeRunLine]]:
    return [
        Column("number", tr("Run"), lambda r: r.number, lambda r: r.id, width=112),
        Column("as_of", tr("As of"), lambda r: show_date(r.as_of), lambda r: r.as_of, width=148),
        Column("rule", tr("Rule"), lambda r: r.rule, lambda r: r.rule.casefold(), width=180, tip=lambda r: r.rule),
        Column("charges", tr("Charges"), lambda r: f"{r.charges:,}", lambda r: r.charges, right=True, width=88),
        Column("total", tr("Total"), lambda r: shown(r.total_cents, exponent()), lambda r: r.total_cents, right=True, width=AMOUNT),
        Column("state", tr("State"), lambda r: tr(STATES.get(r.state, r.state)), lambda r: r.state, width=100),
        Column("by", tr("Posted by"), lambda r: r.by_name, lambda r: r.by_name.casefold(), width=140),
        Column("at", tr("On"), lambda r: stamp(r.created_at, zone()), lambda r: r.created_at, width=148),
    ]  # fmt: skip


def part_columns(exponent: Exponent) -> list[Column[ChargePartLine]]:
    def words(row: ChargePartLine) -> str:
        return said(row.proof, row.tier, exponent())

    return [
        Column("charge", tr("Charge"), lambda r: r.charge, lambda r: r.charge, width=112),
        Column("customer", tr("Customer"), lambda r: r.customer, lambda r: r.customer.casefold(), width=200, tip=lambda r: r.customer),
        Column("number", tr("On"), lambda r: r.number, lambda r: r.number, width=112),
        Column("from", tr("From"), lambda r: show_date(r.from_on), lambda r: r.from_on, width=148),
        Column("to", tr("Until before"), lambda r: show_date(r.to_on), lambda r: r.to_on, width=148),
        Column("amount", tr("Amount"), lambda r: shown(r.amount_cents, exponent()), lambda r: r.amount_cents, right=True, width=96),
        Column("words", tr("How it was reckoned"), words, None, width=280, tip=words),
    ]  # fmt: skip


def rule_columns(exponent: Exponent) -> list[Column[RuleRow]]:
    def words(row: RuleRow) -> str:
        return rule_words(row.facts, exponent())

    def least(row: RuleRow) -> str:
        return shown(row.facts.min_charge_cents, exponent())

    def threshold(row: RuleRow) -> str:
        return shown(row.facts.charge_threshold_cents, exponent())

    return [
        Column("name", tr("Name"), lambda r: r.facts.name, lambda r: r.facts.name.casefold(), width=200),
        Column("words", tr("Charges"), words, None, width=360, tip=words),
        Column("least", tr("At least"), least, lambda r: r.facts.min_charge_cents, right=True, width=96),
        Column("threshold", tr("Nothing below"), threshold, lambda r: r.facts.charge_threshold_cents, right=True, width=120),
        Column("cap", tr("At most"), lambda r: percent(r.facts.cap_ppm) if r.facts.cap_ppm else "–", lambda r: r.facts.cap_ppm, right=True,
               width=88),
        Column("state", tr("State"), lambda r: tr("in use") if r.active else tr("ended"), lambda r: not r.active, width=88),
        Column("runs", tr("Runs"), lambda r: f"{r.runs:,}" if r.runs else "–", lambda r: r.runs, right=True, width=72),
    ]  # fmt: skip
