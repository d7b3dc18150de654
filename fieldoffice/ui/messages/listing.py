"""A list of messages: narrowed by state, searched as one types; the page shows all, a customer and a job show theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.services.messages.outbox import MOST, MessageLine, Outbox, call_arrived, call_off, outbox, send_again
from fieldoffice.ui import icons
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.messages import words
from fieldoffice.ui.messages.delegate import StateCell
from fieldoffice.ui.messages.sheet import MessagePanel
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import Segmented, button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import SearchField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table

TOPICS = frozenset({"outbox_message", "customer", "job", "setting", "secret"})
ROOM = 520  # for the search, the count and Retry beside the states
NOTHING = {
    "all": "No message yet. E-mails and SMS will be listed here.",
    "attention": "Nothing needs your attention.", "waiting": "Nothing waits to be sent.", "sent": "Nothing was sent yet.",
    "withdrawn": "Nothing was withdrawn.",
}  # fmt: skip


class MessageList(QWidget):
    """Double click or Enter shows a message; `of` is whose messages: {} for all, or customer_id or job_id."""

    def __init__(self, desk: Desk, name: str, *, whose: bool = True, edge: int = 16) -> None:
        super().__init__()
        self.desk, self.of, self.found = desk, dict[str, int](), None
        self.found: Outbox | None
        self.panel: MessagePanel | None = None
        self.group, self.search, self.count = Segmented(words.GROUPS, self.tr("Which messages")), SearchField(), PlainLabel("", "muted")
        self.search.setPlaceholderText(self.tr("Recipient, customer or words"))
        self.group.set_value("all")
        self.retry = button(self.tr("Retry"), self.retry_chosen, icon="send")
        self.why = {channel: Banner("warn") for channel in words.CHANNELS}
        self.empty = EmptyState(self.tr(NOTHING["all"]), "mail")
        self.rows: Rows[MessageLine] = Rows(self._columns(whose))
        self.table = Table(self.rows, name, self.empty, memory=desk.memory)
        self._state = StateCell(self.table)
        self.table.setItemDelegateForColumn([column.id for column in self.rows.columns].index("state"), self._state)
        self._build(edge)
        self.table.opened.connect(lambda line: self.show_message(line.id))
        self.table.picked.connect(lambda _line: self._enable())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        self.group.chosen.connect(lambda _group: self.reload())
        self.search.searched.connect(lambda _text: self._narrow())
        desk.live.watch(self, TOPICS, self.reload)

    def reload(self) -> None:
        """Ask again; the selection stays."""
        self.desk.see(self, outbox, self.group.value(), then=self._came, otherwise=self._failed, **self.of)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside a panel the states fold into a menu."""
        super().resizeEvent(event)
        self.group.fold(self.width() < self.group.room() + ROOM)

    def show_group(self, group: str) -> None:
        if group in self.group.choices():
            self.group.set_value(group)
        self.reload()

    def show_message(self, id: int) -> None:
        """The message in the panel beside the list."""
        self.panel = self.panel or MessagePanel(self.desk)
        self.panel.show_message(id)

    def retry_chosen(self) -> None:
        """Send the selected ones again that failed; of those that may have arrived, each asks for its own press."""
        lines = [line for line in self.table.selected() if line.state == "failed"]
        for line in lines:
            self.desk.do(self, send_again, line.id, version=line.version)
        if lines:
            one = lines[0].recipient if len(lines) == 1 else self.tr("%1 messages").replace("%1", str(len(lines)))
            self.desk.toast(self.tr("On its way again: %1").replace("%1", one))

    def menu_for(self, line: MessageLine) -> QMenu:
        """What can be done with a row."""
        menu, may = QMenu(self), self.found is not None and self.found.may_edit
        menu.addAction(icons.icon("visibility"), self.tr("Show"), lambda: self.show_message(line.id))
        if may and line.state in {"failed", "unknown", "withdrawn"}:
            said = {"failed": self.tr("Retry"), "unknown": self.tr("Send again"), "withdrawn": self.tr("Send after all")}[line.state]
            menu.addAction(icons.icon("send"), said, lambda: self._act(send_again, line))
        if may and line.state == "unknown":
            menu.addAction(icons.icon("check_circle"), self.tr("It arrived"), lambda: self._act(call_arrived, line))
        if may and line.state == "queued":
            menu.addAction(icons.icon("block"), self.tr("Do not send"), lambda: self._act(call_off, line))
        menu.addSeparator()
        if line.customer_id is not None:
            menu.addAction(icons.icon("person"), self.tr("Customer"), lambda: self.desk.open("customer", customer_id=line.customer_id))
        if line.job_id is not None:
            menu.addAction(icons.icon("assignment"), self.tr("Job"), lambda: self.desk.open("job", job_id=line.job_id))
        return menu

    # inside

    def _act(self, service: Any, line: MessageLine) -> None:
        self.desk.do(self, service, line.id, version=line.version)

    def _came(self, found: Outbox) -> None:
        self.found = found
        for channel, banner in self.why.items():
            banner.show_words(found.why.get(channel, ""))
            waits = any(line.channel == channel and line.state == "queued" for line in found.lines)
            banner.setVisible(channel in found.why and waits)
        self._narrow()

    def _failed(self, error: Refused) -> None:
        self.desk.refuse(error)

    def _narrow(self) -> None:
        if self.found is None:
            return
        text = self.search.text().strip()
        lines = [line for line in self.found.lines if words.matches(line, text)]
        self.empty.say(self.tr("Nothing matches “%1”.").replace("%1", text) if text else self.tr(NOTHING[self.group.value() or "all"]))
        self.rows.show(lines)
        more = self.tr(", the newest") if len(self.found.lines) == MOST else ""
        total = len(lines)
        self.count.setText((self.tr("1 message") if total == 1 else self.tr("%1 messages").replace("%1", f"{total:,}")) + more)
        self._enable()

    def _enable(self) -> None:
        may = self.found is not None and self.found.may_edit
        self.retry.setEnabled(may and any(line.state == "failed" for line in self.table.selected()))

    def _columns(self, whose: bool) -> Sequence[Column[MessageLine]]:
        def zone() -> ZoneInfo:
            return ZoneInfo(self.found.zone if self.found else "UTC")

        named = [Column[MessageLine]("customer", self.tr("Customer"), lambda m: m.customer, lambda m: m.customer.casefold(), width=160)]
        return [
            Column("when", self.tr("When"), lambda m: words.when(m, zone()), lambda m: m.sent_at or m.created_at, width=200),
            Column("state", self.tr("State"), words.state, lambda m: words.state(m), width=128, tip=lambda m: m.last_error),
            Column("kind", self.tr("Message"), lambda m: m.words, lambda m: m.words, width=168),
            *(named if whose else []),
            Column("to", self.tr("To"), lambda m: m.recipient, lambda m: m.recipient.casefold(), width=208),
            Column("subject", self.tr("Words"), lambda m: m.last_error if m.needs_attention else m.subject, None, width=200,
                   tip=lambda m: m.last_error if m.needs_attention else m.subject),
        ]  # fmt: skip

    def _build(self, edge: int) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        for widget, stretch in ((self.group, 0), (self.search, 1), (self.count, 0), (self.retry, 0)):
            top.addWidget(widget, stretch)
        self.search.setMaximumWidth(320)
        top.insertStretch(2, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(edge, 8, edge, 16)
        box.setSpacing(8)
        box.addLayout(top)
        for banner in self.why.values():
            banner.add_button(self.tr("Settings"), lambda: self.desk.open("settings", section="messages"))
            banner.hide()
            box.addWidget(banner)
        box.addWidget(self.table, 1)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu)

    def _menu(self, where: QPoint) -> None:
        line = self.table.row_at(self.table.indexAt(where))
        if line is not None:
            menu = self.menu_for(line)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.table.viewport().mapToGlobal(where))


class OwnMessages(MessageList):
    """The messages of one thing, read when they come into sight."""

    def show_of(self, **of: int) -> None:
        """Whose messages: customer_id or job_id."""
        if of != self.of:
            self.of, self.found = of, None
            self.rows.show([])
        if self.isVisible():
            self.reload()

    def reload(self) -> None:
        if self.of:
            super().reload()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()


class CustomerMessages(OwnMessages):
    """The messages of one customer, on its page."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "Messages of the customer", whose=False)

    def show_customer(self, sheet: Any) -> None:
        self.show_of(customer_id=sheet.id)


class JobMessages(OwnMessages):
    """The messages about one job, on its page."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "Messages about the job", whose=False)

    def show_job(self, job: Any, _choices: Any = None) -> None:
        self.show_of(job_id=job.id)
