"""Who would get a statement: what somebody should look at comes first, ticks say who gets one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.services.collecting.planning import Plan, PlanRow, plan_run
from fieldoffice.services.collecting.runs import Choices, start_run
from fieldoffice.ui.accounting.statements_words import KINDS, many, plan_columns, shown, tr
from fieldoffice.ui.accounting.ticking import TickRows, TickTable
from fieldoffice.ui.accounting.words import counted
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import Segmented, button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import DateField, MoneyField
from fieldoffice.ui.parts.labels import PlainLabel

MONTH_END = 10
"""Up to this day of a month, statements are wanted as of the end of the month before."""


class PlanView(QWidget):
    """`begin` fills it; `started(run_id)` when statements are wanted, `left()` when they are not."""

    started = Signal(int)
    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.today, self.plan = desk, date.today(), None
        self.plan: Plan | None
        self.kind = Segmented([(key, tr(words)) for key, words in KINDS], tr("Kind of statement"))
        self.on = DateField(tr("As of"), today=lambda: self.today)
        self.least, self.days = MoneyField(tr("From this balance on")), QLineEdit()
        self.zero, self.again = QCheckBox(tr("Zero balances, too")), QCheckBox(tr("Again, who has one"))
        self.told, self.count = Banner("warn"), PlainLabel("", "muted")
        self.rows: TickRows[PlanRow] = TickRows(plan_columns(self.exponent))
        self.table = TickTable(self.rows, "Statement plan", EmptyState(tr("Nobody would get a statement.")), memory=desk.memory)
        self.all = button(tr("Tick none"), self.tick_all, link=True)
        self.make = button(tr("Make the statements"), self.carry_out, primary=True)
        self._sending, self._fresh = False, True
        self._build()

    def exponent(self) -> int:
        return self.plan.exponent if self.plan else 2

    def begin(self, today: date, kind: str, exponent: int) -> None:
        """A fresh plan: as of the month's end when that is not long ago."""
        self.today, self.least.exponent = today, exponent
        self.kind.set_value(kind if kind in dict(KINDS) else "open")
        end = today.replace(day=1) - timedelta(days=1)
        self.on.set_value(end if today.day <= MONTH_END else today)
        self._fresh = True
        self.look()

    def look(self) -> None:
        """Ask who would get one, as it is chosen now."""
        if self.on.value() is not None:
            self.desk.see(self, plan_run, self.kind.value(), self.on.value(), self.choices(), then=self._came)

    def choices(self) -> Choices:
        days = self.days.text().strip()
        return Choices(self.zero.isChecked(), self.least.value() or 0, int(days) if days.isdigit() else 0, self.again.isChecked())

    def tick_all(self) -> None:
        ids = [row.id for row in self.rows.rows]
        self.rows.tick(ids, not set(ids) <= self.rows.ticked)

    def carry_out(self) -> None:
        """Begin the run for those who are ticked."""
        chosen, on = [row.id for row in self.rows.chosen()], self.on.value()
        if chosen and on is not None and not self._sending:
            self._sending = True
            self._follow()
            self.desk.do(self, start_run, self.kind.value(), on, chosen, choices=self.choices(), then=self._begun, otherwise=self._refused)

    # inside

    def _begun(self, run_id: int) -> None:
        self._sending = False
        self.started.emit(run_id)

    def _refused(self, error: Refused) -> None:
        self._sending = False
        self._follow()
        self.desk.refuse(error)

    def _came(self, plan: Plan) -> None:
        known = {row.id for row in self.rows.rows}
        self.plan = plan
        self.rows.show(plan.rows)
        new = [row.id for row in plan.rows if row.id not in known or self._fresh]
        self._fresh = False
        self.rows.tick(new)
        words = tr("%1 to look at: they stand first.").replace("%1", counted(plan.exceptions, tr("customer")))
        self.told.show_words(words) if plan.exceptions else self.told.hide()
        self._follow()

    def _follow(self) -> None:
        chosen = self.rows.chosen()
        left = counted(self.plan.left_out, tr("customer")) if self.plan and self.plan.left_out else ""
        cents = shown(sum(row.balance_cents for row in chosen), self.exponent())
        words = tr("%1 ticked: %2 in all").replace("%1", many(len(chosen))).replace("%2", cents)
        self.count.setText(f"{words}  ·  {tr('%1 left out').replace('%1', left)}" if left else words)
        self.all.setText(tr("Tick none") if self.rows.rows and len(chosen) == len(self.rows.rows) else tr("Tick all"))
        self.make.setText(tr("Make %1").replace("%1", many(len(chosen))) if chosen else tr("Make the statements"))
        self.make.setEnabled(bool(chosen) and not self._sending)

    def _build(self) -> None:
        self.told.hide()
        self.on.setFixedWidth(164)
        self.least.setFixedWidth(96)
        self.days.setFixedWidth(64)
        self.days.setValidator(QIntValidator(0, 9999, self.days))
        self.days.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.days.setAccessibleName(tr("Days late at least"))
        top, foot = QHBoxLayout(), QHBoxLayout()
        top.setSpacing(8)
        labeled: tuple[tuple[str, QWidget], ...] = (("", self.kind), (tr("As of"), self.on), (tr("Balance from"), self.least),
                                                    (tr("Days late"), self.days), ("", self.zero), ("", self.again))  # fmt: skip
        for words, part in labeled:
            if words:
                top.addSpacing(8)
                top.addWidget(PlainLabel(words, "muted"))
            top.addWidget(part)
        top.addStretch(1)
        foot.setSpacing(12)
        foot.addWidget(self.count)
        foot.addWidget(self.all)
        foot.addStretch(1)
        foot.addWidget(button(tr("Cancel"), self.left.emit))
        foot.addWidget(self.make)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 0, 16, 16)
        box.setSpacing(8)
        box.addLayout(top)
        box.addWidget(self.told)
        box.addWidget(self.table, 1)
        box.addLayout(foot)
        self._connect()

    def _connect(self) -> None:
        look: Callable[..., Any] = lambda *_: self.look()
        self.kind.chosen.connect(look)
        self.on.value_changed.connect(look)
        self.least.value_changed.connect(look)
        self.days.textChanged.connect(look)
        for box in (self.zero, self.again):
            box.toggled.connect(look)
        self.rows.ticked_changed.connect(self._follow)
        self.table.opened.connect(lambda row: self.desk.open("receivables", customer_id=row.id))
