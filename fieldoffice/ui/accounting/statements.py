"""Accounting → Statements: the runs of statements, a new one, and the reminders of what is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldoffice.services.collecting.planning import Ground, ground
from fieldoffice.ui import actions
from fieldoffice.ui.accounting.statements_plan import PlanView
from fieldoffice.ui.accounting.statements_reminders import RemindersView
from fieldoffice.ui.accounting.statements_runs import RunsView
from fieldoffice.ui.accounting.statements_words import tr
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import Segmented

VIEWS = (("statements", "Statements"), ("reminders", "Reminders"))


class StatementsPage(QWidget):
    """`open(view="reminders")`, `open(view="new")`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.calls = actions.bind(self, {"new_statements": self.begin})
        self.calls["new_statements"].setProperty("primary", True)
        self.calls["new_statements"].setEnabled(False)
        self.view = Segmented([(key, tr(words)) for key, words in VIEWS], tr("What is shown"))
        self.view.set_value("statements")
        self.runs, self.plan, self.reminders = RunsView(desk, self.begin), PlanView(desk), RemindersView(desk)
        self.stack = QStackedWidget()
        self._build()
        self.plan.started.connect(self._started)
        self.plan.left.connect(lambda: self._show("statements"))
        self.refresh()
        self.reminders.refresh()

    # what the window asks for

    def head(self) -> Sequence[QAction | QWidget]:
        return [self.calls["new_statements"]]

    def open(self, view: str = "", **_: Any) -> None:
        if view == "new":
            self.begin()
        elif view in dict(VIEWS):
            self._show(view)

    def ready(self) -> bool:
        here = self.stack.currentWidget()
        if here is self.plan:
            return self.plan.plan is not None
        return self.reminders.found is not None if here is self.reminders else self.runs.found is not None

    def refresh(self) -> None:
        self.desk.see(self, ground, then=self._ground_came)
        here = self.stack.currentWidget()
        self.plan.look() if here is self.plan else self.reminders.refresh() if here is self.reminders else self.runs.refresh()

    # acts

    def begin(self) -> None:
        """See who would get a statement."""
        self.desk.see(self, ground, then=self._begin)

    # inside

    def _ground_came(self, found: Ground) -> None:
        self.calls["new_statements"].setEnabled(found.may_bill)

    def _begin(self, found: Ground) -> None:
        self.calls["new_statements"].setEnabled(found.may_bill)
        if found.may_bill:
            self.view.set_value("statements")
            self.calls["new_statements"].setVisible(False)  # one primary button: the plan has its own
            self.stack.setCurrentWidget(self.plan)
            self.plan.begin(found.today, found.kind, found.exponent)

    def _started(self, run_id: int) -> None:
        self._show("statements")
        self.runs.make(run_id)

    def _show(self, view: str) -> None:
        self.view.set_value(view)
        self.calls["new_statements"].setVisible(view == "statements")
        self.stack.setCurrentWidget(self.reminders if view == "reminders" else self.runs)
        self.refresh()

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(16, 4, 16, 0)
        row.addWidget(self.view)
        row.addStretch(1)
        for part in (self.runs, self.plan, self.reminders):
            self.stack.addWidget(part)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.stack, 1)
        self.view.chosen.connect(self._show)
