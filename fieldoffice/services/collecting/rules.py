"""Rules of finance charges: each option under a name of its own. A rule that was used is ended, never removed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select

from fieldoffice.models.collecting import ChargePart, ChargeRule, ChargeRun
from fieldoffice.models.errors import Invalid
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.collecting.interest import MILLION, Basis, Tier
from fieldoffice.services.edits import Edit, Keeper

MOST_CENTS = 10**9
LONGEST = 80
MOST_TIERS = 12


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """A rule as it is written. Rates are parts per million; a rate of zero, or no tiers, charges nothing."""

    name: str
    kind: str = "interest"  # interest | tiers
    annual_ppm: int = 0
    tiers: tuple[Tier, ...] = ()
    counts_from: str = "due"  # due | issued
    grace_days: int = 0
    grace: str = "shift"  # shift | waive
    min_charge_cents: int = 0  # the least, when anything is charged
    charge_threshold_cents: int = 0  # below it nothing is charged
    cap_ppm: int = 0  # the law's highest annual rate; 0: none
    on_charges: bool = False
    without_tax: bool = False
    net_of_credits: bool = True
    closed_items: bool = False
    terms_days: int = 0

    @property
    def basis(self) -> Basis:
        return Basis(self.kind, self.annual_ppm, self.tiers, self.counts_from, self.grace_days, self.grace, self.cap_ppm,
                     self.closed_items)  # fmt: skip

    @property
    def charges_nothing(self) -> bool:
        return not self.tiers if self.kind == "tiers" else not self.annual_ppm


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule with the number of its posted runs."""

    id: int
    version: int
    facts: RuleFacts
    active: bool
    runs: int


def charge_rules(tx: Tx) -> tuple[RuleRow, ...]:
    """All rules: those that hold first, by name."""
    tx.require(Right.BILLING)
    tally = tx.session.execute(select(ChargeRun.rule_id, func.count()).group_by(ChargeRun.rule_id))
    runs = {rule_id: int(count) for rule_id, count in tally}
    rows = tx.all(select(ChargeRule).order_by(ChargeRule.active.desc(), func.lower(ChargeRule.name)))
    return tuple(RuleRow(row.id, row.version, facts_of(row), row.active, runs.get(row.id, 0)) for row in rows)


def add_rule(tx: Tx, facts: RuleFacts) -> Edit:
    """A new rule; the Edit's value is its id."""
    tx.require(Right.BILLING)
    _check(tx, facts, None)
    keep, row = Keeper(tx), ChargeRule(active=True)
    _write(row, facts)
    tx.add(row)
    keep.new(row)
    tx.event("charge_rule.added", row, note=row.name, after=_plain(facts))
    return keep.edit(row.id)


def edit_rule(tx: Tx, rule_id: int, facts: RuleFacts, *, version: int, active: bool = True) -> Edit:
    """Write a rule anew. What was charged by it stays; its kind stays once it was used."""
    tx.require(Right.BILLING)
    row, keep = tx.get(ChargeRule, rule_id, version=version), Keeper(tx)
    _check(tx, facts, rule_id)
    used = select(func.count()).select_from(ChargePart).where(ChargePart.rule_id == rule_id, ChargePart.live)
    if row.kind != facts.kind and tx.session.scalar(used):
        raise Invalid(kind="Charges were posted by this rule, so its kind stays. End it and add another one.")
    before = _plain(facts_of(row))
    keep.before(row)
    _write(row, facts)
    row.active = active
    tx.event("charge_rule.edited", row, note=row.name, before=before, after=_plain(facts))
    return keep.edit(rule_id)


def end_rule(tx: Tx, rule_id: int, *, version: int) -> Edit:
    """Charge no more by this rule; what was charged stays."""
    tx.require(Right.BILLING)
    row, keep = tx.get(ChargeRule, rule_id, version=version), Keeper(tx)
    keep.before(row)
    row.active = False
    tx.event("charge_rule.ended", row, note=row.name)
    return keep.edit(rule_id)


def facts_of(row: ChargeRule) -> RuleFacts:
    """A stored rule as it is written."""
    tiers = tuple((int(days), str(kind), int(value)) for days, kind, value in row.tiers)
    return RuleFacts(row.name, row.kind, row.annual_ppm, tiers, row.counts_from, row.grace_days, row.grace, row.min_charge_cents,
                     row.charge_threshold_cents, row.cap_ppm, row.on_charges, row.without_tax, row.net_of_credits,
                     row.closed_items, row.terms_days)  # fmt: skip


def _write(row: ChargeRule, facts: RuleFacts) -> None:
    for name, value in asdict(facts).items():
        setattr(row, name, value)
    row.name, row.tiers = facts.name.strip(), [list(tier) for tier in sorted(facts.tiers)]


def _plain(facts: RuleFacts) -> dict[str, Any]:
    return asdict(facts) | {"tiers": [list(tier) for tier in facts.tiers]}


def _check(tx: Tx, facts: RuleFacts, rule_id: int | None) -> None:
    wrong: dict[str, str] = {}
    if not facts.name.strip():
        wrong["name"] = "Give the rule a name."
    elif len(facts.name) > LONGEST:
        wrong["name"] = f"At most {LONGEST} letters."
    elif tx.session.scalar(select(ChargeRule.id).where(ChargeRule.name == facts.name.strip(), ChargeRule.id != (rule_id or 0))):
        wrong["name"] = "Another rule has this name."
    if facts.kind not in ("interest", "tiers") or facts.counts_from not in ("due", "issued") or facts.grace not in ("shift", "waive"):
        wrong["kind"] = "There is no such way."
    for field in ("annual_ppm", "cap_ppm"):
        if not 0 <= getattr(facts, field) <= MILLION:
            wrong[field] = "Between 0 and 100 percent."
    for field in ("grace_days", "terms_days"):
        if not 0 <= getattr(facts, field) <= 365:
            wrong[field] = "Between 0 and 365 days."
    for field in ("min_charge_cents", "charge_threshold_cents"):
        if not 0 <= getattr(facts, field) <= MOST_CENTS:
            wrong[field] = "This amount is not possible."
    if words := _wrong_tiers(facts.tiers):
        wrong["tiers"] = words
    if wrong:
        raise Invalid(**wrong)


def _wrong_tiers(tiers: tuple[Tier, ...]) -> str:
    if len(tiers) > MOST_TIERS:
        return f"At most {MOST_TIERS} tiers."
    if len({days for days, _kind, _value in tiers}) != len(tiers):
        return "Two tiers have the same number of days."
    for days, kind, value in tiers:
        if not 0 < days <= 3650 or kind not in ("percent", "amount"):
            return "A tier begins after 1 to 3,650 days."
        if not 0 < value <= (MILLION if kind == "percent" else MOST_CENTS):
            return "A tier charges up to 100 percent, or an amount above zero."
    return ""
