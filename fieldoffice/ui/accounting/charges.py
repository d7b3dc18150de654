"""Accounting → Finance charges: what would be charged, what was, and the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.collecting.listing import ChargeRunLine, charge_runs
from fieldoffice.services.collecting.rules import RuleRow, charge_rules
from fieldoffice.ui.accounting.charges_posted import ChargesPosted
from fieldoffice.ui.accounting.charges_preview import ChargesPreview
from fieldoffice.ui.accounting.charges_rules import ChargeRules
from fieldoffice.ui.accounting.charges_words import tr
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import Segmented, button

VIEWS = (("preview", "To charge"), ("posted", "Posted"), ("rules", "Rules"))
TOPICS = frozenset({"charge_rule", "charge_run", "charge_part", "ar_item", "allocation", "invoice", "billing_terms"})


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that the page shows but for the preview."""

    rules: tuple[RuleRow, ...]
    runs: tuple[ChargeRunLine, ...]
    today: date
    exponent: int
    zone: str
    may_bill: bool


class ChargesPage(QWidget):
    """`open(view="posted")`, `open(view="rules")`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.found = desk, None
        self.found: Found | None
        self.view = Segmented([(key, tr(words)) for key, words in VIEWS], tr("What is shown"))
        self.preview, self.posted, self.rules = ChargesPreview(desk), ChargesPosted(desk), ChargeRules(desk)
        self.parts: dict[str, QWidget] = {"preview": self.preview, "posted": self.posted, "rules": self.rules}
        self.new = button(tr("Add a rule"), self._new_rule, icon="add")
        self.stack = QStackedWidget()
        self._build()
        self.preview.posted.connect(lambda: self._show("posted"))
        self.preview.wanted.connect(self._new_rule)
        self.posted.changed.connect(self.refresh)
        desk.live.watch(self, TOPICS, self.refresh)
        self.refresh()

    # what the window asks for

    def head(self) -> Sequence[QAction | QWidget]:
        return [self.new]

    def open(self, view: str = "", **_: Any) -> None:
        if view in self.parts:
            self._show(view)

    def ready(self) -> bool:
        return self.found is not None and (self.preview.preview is not None or not self.preview.rules)

    def refresh(self) -> None:
        """Ask again; selections and ticks stay."""
        self.desk.see(self, _found, then=self._came)

    # inside

    def _came(self, found: Found) -> None:
        self.found = found
        self.preview.show_rules(found.rules, found.today)
        self.posted.show_runs(found.runs, found.exponent, found.zone)
        self.rules.show_rules(found.rules, found.exponent)

    def _new_rule(self) -> None:
        self._show("rules")
        self.rules.add()

    def _show(self, view: str) -> None:
        self.view.set_value(view)
        self.stack.setCurrentWidget(self.parts[view])
        self.refresh()

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(16, 4, 16, 0)
        row.addWidget(self.view)
        row.addStretch(1)
        for part in self.parts.values():
            self.stack.addWidget(part)
        self.view.set_value("preview")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.stack, 1)
        self.view.chosen.connect(self._show)


def _found(tx: Tx) -> Found:
    """Without the right to bill there is nothing to see: rules and charges are the bookkeeper's."""
    may = Right.BILLING in tx.actor.rights
    rules, runs = (charge_rules(tx), charge_runs(tx)) if may else ((), ())
    return Found(rules, runs, tx.today, tx.company.currency_exponent, tx.company.zone, may)
