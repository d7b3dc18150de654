"""The rules of finance charges, each in a form where every option has a name and a word about what it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from fieldoffice.models.errors import NotFound
from fieldoffice.office import Tx
from fieldoffice.services.collecting.interest import Tier, percent
from fieldoffice.services.collecting.rules import RuleFacts, RuleRow, add_rule, charge_rules, edit_rule, end_rule
from fieldoffice.ui.accounting.charges_words import rule_columns, rule_words, tr
from fieldoffice.ui.catalog.fields import RateField
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.organization.making import WholeField
from fieldoffice.ui.parts import reading
from fieldoffice.ui.parts.arranging import side_by_side
from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.fields import MoneyField, ReadField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.panel import WIDE
from fieldoffice.ui.parts.reading import Unreadable
from fieldoffice.ui.parts.rowpanel import RowPanel, Values, Wish
from fieldoffice.ui.providers.rowtab import RowList

KINDS = (("interest", "Interest by the day"), ("tiers", "Steps by age"))
SINCE = (("due", "Due day"), ("issued", "Invoice day"))
GRACE = (("shift", "The count begins after them"), ("waive", "Later than that, all days count"))
CHECKS = {"on_charges": "Charges on charges", "without_tax": "Taxes", "net_of_credits": "Free credit", "closed_items": "Paid late",
          "active": "State"}  # fmt: skip
"""What can be ticked, by field: the words above it."""


class TiersField(ReadField[tuple[Tier, ...]]):
    """Steps typed as "30: 10 %; 60: 25.00": days old, then a percentage or an amount."""

    def __init__(self) -> None:
        super().__init__()
        self.exponent = 2

    def read(self, text: str) -> tuple[Tier, ...]:
        return tuple(self._step(part) for part in text.split(";") if part.strip())

    def shown(self, value: tuple[Tier, ...]) -> str:
        return "; ".join(f"{days}: {self._charge(kind, amount)}" for days, kind, amount in value)

    def stepped(self, value: tuple[Tier, ...], steps: int) -> tuple[Tier, ...]:
        return value

    def _charge(self, kind: str, amount: int) -> str:
        if kind == "percent":
            return percent(amount)
        return reading.show_money(amount, exponent=self.exponent, decimal=QLocale().decimalPoint())

    def _step(self, part: str) -> Tier:
        days, colon, charge = part.partition(":")
        if not colon or not days.strip().isdecimal():
            raise Unreadable(tr("Write days and charge, such as 30: 10 %; 60: 25.00."))
        if charge.strip().endswith("%"):
            return int(days), "percent", RateField().read(charge)
        return int(days), "amount", reading.read_money(charge, exponent=self.exponent, decimal=QLocale().decimalPoint())


class RulePanel(RowPanel):
    """`open_new` and `open_rule` fill it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "charge_rule", width=WIDE)
        self.name, self.kind_field = QLineEdit(), Segmented([(key, tr(words)) for key, words in KINDS], tr("How it is reckoned"))
        self.annual, self.tiers, self.cap = RateField(), TiersField(), RateField()
        self.since = Segmented([(key, tr(words)) for key, words in SINCE], tr("Days count from"))
        self.grace_days, self.terms, self.grace = WholeField(), WholeField(), Choice()
        self.least, self.threshold = MoneyField(), MoneyField()
        self.grace.set_choices([(key, tr(words)) for key, words in GRACE])
        self.on_charges = QCheckBox(tr("Also on overdue finance charges"))
        self.without_tax = QCheckBox(tr("Only on the amount without tax"))
        self.net_of_credits = QCheckBox(tr("Take off credit that settles nothing yet"))
        self.closed_items = QCheckBox(tr("Also on what was paid late and is settled by now"))
        self.active = QCheckBox(tr("In use"))
        self._fill_form()

    def open_new(self, exponent: int) -> None:
        if self.free():
            self._exponent(exponent)
            self.show_row(tr("New rule"), None, 0, values_of(RuleFacts("")) | {"active": True})
            self.show_in(self.desk)

    def open_rule(self, row: RuleRow, exponent: int) -> None:
        if self.free():
            self._exponent(exponent)
            self.show_row(row.facts.name, row.id, row.version, values_of(row.facts) | {"active": row.active})
            self.show_in(self.desk)

    def entered(self) -> None:
        """Only what the kind of rule asks for is shown."""
        tiers = self.kind_field.value() == "tiers"
        self.form.rows["annual_ppm"].setVisible(not tiers)
        self.form.rows["tiers"].setVisible(tiers)
        self.form.rows["active"].setVisible(self.row_id is not None)
        self.says.setText(tr("It charges %1.").replace("%1", rule_words(self._facts(), self.least.exponent)))

    def wanted(self) -> Wish:
        facts = self._facts()
        if self.row_id is None:
            return Wish(tr("%1 added").replace("%1", facts.name), add_rule, (facts,))
        return Wish(tr("%1 saved").replace("%1", facts.name), edit_rule, (self.row_id, facts), {"active": self.active.isChecked()})

    def now(self, tx: Tx, row_id: int) -> tuple[int, Values]:
        row = next((one for one in charge_rules(tx) if one.id == row_id), None)
        if row is None:
            raise NotFound(tr("This rule was removed meanwhile."))
        return row.version, values_of(row.facts) | {"active": row.active}

    def _facts(self) -> RuleFacts:
        facts = RuleFacts(self.name.text(), self.kind_field.value(), self.annual.value() or 0, self.tiers.value() or (), self.since.value(),
                          self.grace_days.value() or 0, self.grace.value() or "shift", self.least.value() or 0,
                          self.threshold.value() or 0, self.cap.value() or 0, terms_days=self.terms.value() or 0)  # fmt: skip
        tiers = tuple((int(days), str(kind), int(value)) for days, kind, value in facts.tiers)
        return replace(facts, tiers=tiers, **{name: getattr(self, name).isChecked() for name in CHECKS if name != "active"})

    def _exponent(self, exponent: int) -> None:
        for field in (self.least, self.threshold, self.tiers):
            field.exponent = exponent

    def _fill_form(self) -> None:
        form = self.form
        self.says = PlainLabel("", "muted", wrap=True)
        form.add("name", tr("Name"), self.name, required=True)
        form.add("kind", tr("How it is reckoned"), self.kind_field)
        form.add("annual_ppm", tr("Rate a year"), self.annual, hint=tr("Left empty, nothing is charged. A year has 365 days."))
        form.add("tiers", tr("Steps"), self.tiers, hint=tr("Days old and charge: 30: 10 %; 60: 25.00. Each once, on what is left then."))
        form.add_widget(self.says)
        form.add("counts_from", tr("Days count from"), self.since, hint=tr("Nothing is charged before it is overdue."))
        form.add("grace_days", tr("Days of grace"), self.grace_days)
        form.add("grace", tr("Days of grace mean"), self.grace)
        side_by_side(form, ("grace_days", "grace"), (1, 2))
        form.add("min_charge_cents", tr("At least"), self.least, hint=tr("The least a customer is charged, when anything is."))
        form.add("charge_threshold_cents", tr("Nothing below"), self.threshold, hint=tr("Less is left for the next run."))
        side_by_side(form, ("min_charge_cents", "charge_threshold_cents"), (1, 1))
        form.add("cap_ppm", tr("At most a year"), self.cap, hint=tr("The highest rate that the law allows; empty: none."))
        form.add("terms_days", tr("Charges are due after"), self.terms, hint=tr("Days; 0 is at once."))
        side_by_side(form, ("cap_ppm", "terms_days"), (1, 1))
        for name, words in CHECKS.items():
            form.add(name, tr(words), getattr(self, name))


class ChargeRules(QWidget):
    """Enter edits, Ins adds, Del ends a rule; what it charged stays."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self._exponent = desk, 2
        self.panel: RulePanel | None = None
        self.list = RowList(desk, "Charge rules", "", rule_columns(lambda: self._exponent), add=self.add, edit=self.edit, remove=self.end,
                            empty=tr("No rule yet: nobody is charged anything."), icon="percent", add_words=tr("Add a rule"),
                            can_remove=lambda row: row.active)  # fmt: skip
        self.list.calls["row_remove"].setText(tr("End"))
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 0, 16, 16)
        box.addWidget(self.list)

    def show_rules(self, rules: Sequence[RuleRow], exponent: int) -> None:
        self._exponent = exponent
        self.list.show_rows(rules)

    def add(self) -> None:
        self._panel().open_new(self._exponent)

    def edit(self, row: RuleRow) -> None:
        self._panel().open_rule(row, self._exponent)

    def end(self, row: RuleRow) -> None:
        self.desk.act(self, tr("%1 ended").replace("%1", row.facts.name), end_rule, row.id, version=row.version)

    def _panel(self) -> RulePanel:
        if self.panel is None:
            self.panel = RulePanel(self.desk)
        return self.panel


def values_of(facts: RuleFacts) -> dict[str, Any]:
    """A rule in the form's terms: empty where nothing is set."""
    return {name: value if value or isinstance(value, bool) else None for name, value in asdict(facts).items()} | {
        "name": facts.name, "kind": facts.kind, "grace": facts.grace, "counts_from": facts.counts_from,
    }  # fmt: skip
