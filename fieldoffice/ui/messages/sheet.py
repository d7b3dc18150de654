"""One message in a side panel: whom it went to, when, every word of it, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.services.messages.outbox import MessageSheet, call_arrived, call_off, message, send_again
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.words import breakable, moment
from fieldoffice.ui.messages import words
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import Chip, PlainLabel, hairline
from fieldoffice.ui.parts.panel import WIDE, SidePanel


class MessagePanel(SidePanel):
    """`show_message(id)` fills it; it follows what happens to the message."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("Message", can_save=False, width=WIDE)
        self.desk, self.message_id = desk, 0
        self.sheet: MessageSheet | None = None
        self.state, self.subject = Chip(), PlainLabel("", "section", wrap=True)
        self.failed, self.perhaps, self.later = Banner("danger", narrow=True), Banner("warn", narrow=True), Banner("info", narrow=True)
        self.facts, self.text = QGridLayout(), PlainLabel("", wrap=True)
        self.text.setAccessibleName(self.tr("Text of the message"))
        self._buttons()
        self.set_body(self._body())
        desk.live.watch(self, {"outbox_message"}, self.reload)

    def show_message(self, id: int) -> None:
        self.message_id = id
        self.desk.show_panel(self)
        self.reload()

    def reload(self) -> None:
        if self.message_id:
            self.desk.see(self, message, self.message_id, then=self._came)

    # what can be done

    def again(self) -> None:
        """Send it, or send it once more."""
        self._do(send_again, self.tr("The message is on its way"))

    def arrived(self) -> None:
        self._do(call_arrived, self.tr("Noted: it arrived"))

    def call_off(self) -> None:
        self._do(call_off, self.tr("The message will not be sent"))

    def copy(self) -> None:
        """Put subject and text on the clipboard."""
        if self.sheet is not None:
            subject = self.sheet.line.subject if self.sheet.line.channel == "email" else ""
            QGuiApplication.clipboard().setText(f"{subject}\n\n{self.sheet.text}".strip())
            self.desk.toast(self.tr("Copied"))

    # inside

    def _do(self, service: Callable[..., MessageSheet], said: str) -> None:
        if self.sheet is None:
            return

        def done(sheet: MessageSheet) -> None:
            self.desk.toast(said)
            self._came(sheet)

        self.desk.do(self, service, self.sheet.line.id, version=self.sheet.line.version, then=done)

    def _came(self, sheet: MessageSheet) -> None:
        if sheet.line.id != self.message_id:
            return
        self.sheet, line = sheet, sheet.line
        self.set_title(line.words)
        said, icon, ground, ink = words.STATES.get(line.state, (line.state, "", "hover", "text"))
        self.state.show_words(said, icon, ground, ink)
        self.subject.setText(breakable(line.subject) if line.channel == "email" else "")
        self.subject.setVisible(line.channel == "email")
        self.text.setText("\n".join(breakable(part) for part in sheet.text.strip().split("\n")))
        self._show_trouble(sheet)
        self._show_facts(sheet)
        may = sheet.may_edit
        self.off.setVisible(line.state == "queued" and may)
        self.anew.setVisible(line.state == "withdrawn" and may)
        self.customer.setVisible(line.customer_id is not None)
        self.job.setVisible(line.job_id is not None)

    def _show_trouble(self, sheet: MessageSheet) -> None:
        line = sheet.line
        for banner, mine in ((self.failed, "failed"), (self.perhaps, "unknown"), (self.later, "queued")):
            banner.show_words(breakable(line.last_error))
            banner.setVisible(line.state == mine and bool(line.last_error))
        for one in (self.retry, self.again_button, self.arrived_button):
            one.setVisible(sheet.may_edit)

    def _show_facts(self, sheet: MessageSheet) -> None:
        line, zone = sheet.line, ZoneInfo(sheet.zone)
        while (item := self.facts.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        facts = [(self.tr("To"), f"{line.recipient or '–'} ({words.CHANNELS.get(line.channel, line.channel)})"),
                 (self.tr("Customer"), line.customer), (self.tr("Job"), line.job),
                 (self.tr("Written"), moment(line.created_at, zone)),
                 (self.tr("Sent"), moment(line.sent_at, zone) if line.sent_at else ""),
                 (self.tr("Next try"), moment(line.due_at, zone) if line.state == "queued" else ""),
                 (self.tr("Tries"), str(line.tries) if line.tries > 1 else ""),
                 (self.tr("With it"), self.tr("a calendar file") if sheet.calendar else "")]  # fmt: skip
        for n, (name, value) in enumerate((name, value) for name, value in facts if value):
            self.facts.addWidget(PlainLabel(name, "muted"), n, 0, Qt.AlignmentFlag.AlignTop)
            self.facts.addWidget(PlainLabel(breakable(value), wrap=True), n, 1)

    def _buttons(self) -> None:
        self.retry = self.failed.add_button(self.tr("Retry"), self.again, primary=True)
        self.again_button = self.perhaps.add_button(self.tr("Send again"), self.again)
        self.arrived_button = self.perhaps.add_button(self.tr("It arrived"), self.arrived)
        self.off = button(self.tr("Do not send"), self.call_off, icon="block")
        self.anew = button(self.tr("Send after all"), self.again, icon="send")
        self.copy_button = button(self.tr("Copy"), self.copy, icon="content_copy")
        self.customer = button(self.tr("Customer"), self._open_customer, icon="person")
        self.job = button(self.tr("Job"), self._open_job, icon="assignment")

    def _open_customer(self) -> None:
        if self.sheet is not None and self.sheet.line.customer_id is not None:
            self.desk.open("customer", customer_id=self.sheet.line.customer_id)

    def _open_job(self) -> None:
        if self.sheet is not None and self.sheet.line.job_id is not None:
            self.desk.open("job", job_id=self.sheet.line.job_id)

    def _body(self) -> QWidget:
        body = QWidget()
        box: Any = QVBoxLayout(body)
        box.setContentsMargins(16, 8, 16, 16)
        box.setSpacing(12)
        box.addWidget(self.state, 0, Qt.AlignmentFlag.AlignLeft)
        for banner in (self.failed, self.perhaps, self.later):
            banner.hide()
            box.addWidget(banner)
        self.facts.setHorizontalSpacing(16)
        self.facts.setVerticalSpacing(4)
        self.facts.setColumnStretch(1, 1)
        box.addLayout(self.facts)
        row = QHBoxLayout()
        row.setSpacing(8)
        for one in (self.off, self.anew, self.copy_button, self.customer, self.job):
            row.addWidget(one)
        row.addStretch(1)
        box.addLayout(row)
        box.addWidget(hairline())
        box.addWidget(self.subject)
        box.addWidget(self.text)
        box.addStretch(1)
        return body
