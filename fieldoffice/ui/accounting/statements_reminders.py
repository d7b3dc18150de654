"""Which overdue papers may be reminded of today; ticked ones are written into the outbox."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.models.staff import Right
from fieldoffice.office import Tx
from fieldoffice.services.collecting.reminders import DueReminder, due_reminders, levels, send_reminders
from fieldoffice.ui import actions
from fieldoffice.ui.accounting.statements_words import reminder_columns, shown, tr
from fieldoffice.ui.accounting.ticking import TickRows, TickTable
from fieldoffice.ui.accounting.words import counted
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange import exporting
from fieldoffice.ui.parts.buttons import action_button, button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import PlainLabel

TOPICS = frozenset({"reminder", "invoice", "ar_item", "allocation", "billing_terms", "setting"})


@dataclass(frozen=True, slots=True)
class Found:
    rows: tuple[DueReminder, ...]
    days: dict[int, int]
    exponent: int
    zone: str
    may_bill: bool


class RemindersView(QWidget):
    """Everything that can be reached is ticked at first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.found, self._sending = desk, None, False
        self.found: Found | None
        self.rows: TickRows[DueReminder] = TickRows(reminder_columns(self.exponent, self.zone), can=lambda row: bool(row.reach))
        self.empty = EmptyState(tr("Nobody is to be reminded today."), "task_alt")
        self.table = TickTable(self.rows, "Reminders", self.empty, memory=desk.memory)
        self.calls = actions.bind(self, {"send_reminders": self.send})
        self.hint, self.count = PlainLabel("", "muted", wrap=True), PlainLabel("", "muted")
        self.texts = button(tr("Change the texts"), lambda: desk.open("templates", kind="reminder_1"), link=True)
        self.all = button(tr("Tick all"), self.tick_all, link=True)
        exporting.attach(desk, self.table, tr("Reminders"))
        self._build()
        desk.live.watch(self, TOPICS, self.refresh)

    def exponent(self) -> int:
        return self.found.exponent if self.found else 2

    def zone(self) -> str:
        return self.found.zone if self.found else "UTC"

    def refresh(self) -> None:
        self.desk.see(self, _found, then=self._came)

    def tick_all(self) -> None:
        ids = [row.id for row in self.rows.rows if row.reach]
        self.rows.tick(ids, not set(ids) <= self.rows.ticked)

    def send(self) -> None:
        """Write the ticked reminders; who has paid meanwhile is passed over."""
        chosen = [row.id for row in self.rows.chosen()]
        if chosen and not self._sending:
            self._sending = True
            self._follow()
            self.desk.do(self, send_reminders, chosen, then=self._sent, otherwise=self._refused)

    # inside

    def _sent(self, count: int) -> None:
        self._sending = False
        self.desk.toast(tr("%1 written into the outbox.").replace("%1", counted(count, tr("reminder"))))
        self.refresh()

    def _refused(self, error: Refused) -> None:
        self._sending = False
        self._follow()
        self.desk.refuse(error)

    def _came(self, found: Found) -> None:
        known = {row.id for row in self.rows.rows} if self.found else set[int]()
        self.found = found
        self.rows.show(found.rows)
        self.rows.tick(row.id for row in found.rows if row.id not in known)
        steps = ", ".join(counted(days, tr("day")) for _level, days in sorted(found.days.items()))
        self.hint.setText(tr("Reminders go out after %1 overdue; each once.").replace("%1", steps) if steps else
                          tr("Reminders are switched off in Organization → Settings → Money."))  # fmt: skip
        self._follow()

    def _follow(self) -> None:
        chosen = self.rows.chosen()
        cents = shown(sum(row.open_cents for row in chosen), self.exponent())
        self.count.setText(tr("%1 ticked: %2 open").replace("%1", counted(len(chosen), tr("reminder"))).replace("%2", cents))
        reached = [row for row in self.rows.rows if row.reach]
        self.all.setText(tr("Tick none") if reached and len(chosen) == len(reached) else tr("Tick all"))
        self.all.setEnabled(bool(reached))
        may = self.found is not None and self.found.may_bill
        self.calls["send_reminders"].setEnabled(may and bool(chosen) and not self._sending)

    def _build(self) -> None:
        top, foot = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.hint, 1)
        top.addWidget(self.texts)
        foot.setSpacing(12)
        foot.addWidget(self.count)
        foot.addWidget(self.all)
        foot.addStretch(1)
        foot.addWidget(action_button(self.calls["send_reminders"], primary=True))
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 0, 16, 16)
        box.setSpacing(8)
        box.addLayout(top)
        box.addWidget(self.table, 1)
        box.addLayout(foot)
        self.rows.ticked_changed.connect(self._follow)
        self.table.opened.connect(lambda row: self.desk.open("receivables", customer_id=row.customer_id))


def _found(tx: Tx) -> Found:
    return Found(due_reminders(tx), levels(tx), tx.company.currency_exponent, tx.company.zone, Right.BILLING in tx.actor.rights)
