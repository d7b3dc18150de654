"""The three answers to a request: accept, another time, decline; each with the message as the customer will read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPlainTextEdit, QRadioButton, QSpinBox, QVBoxLayout, QWidget

from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.services.requests.answering import (
    Answered,
    Choice,
    accept_request,
    decline_request,
    preview_answer,
    propose_time,
)
from fieldoffice.services.requests.best import Answer, best_answers, other_times
from fieldoffice.services.requests.rows import RequestSheet
from fieldoffice.services.requests.rules import DAY_PARTS
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.arranging import side_by_side
from fieldoffice.ui.parts.buttons import Segmented, button
from fieldoffice.ui.parts.fields import DateField
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import ElidedLabel, PlainLabel
from fieldoffice.ui.requests import words

KINDS = (("accept", "Accept"), ("propose", "Another time"), ("decline", "Decline"))
SEND = {"accept": "Accept and send", "propose": "Propose and send", "decline": "Decline and send"}
REST_MS = 250


class Times(QWidget):
    """Times to choose from, one of them chosen; `chosen` whenever a person picks."""

    chosen = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.group, self.values = QButtonGroup(self), list[Any]()
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(2)
        self.group.buttonClicked.connect(lambda _button: self.chosen.emit())

    def show_times(self, rows: list[tuple[Any, str, str]], nothing: str) -> None:
        """(value, words, note) each; the first is chosen, unless the value chosen before is still there."""
        before = self.value()
        while (item := self.box.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for old_button in self.group.buttons():
            self.group.removeButton(old_button)
        self.values = [value for value, _, _ in rows]
        for n, (_, said, note) in enumerate(rows):
            made = QRadioButton(said.replace("&", "&&"))
            made.setAccessibleDescription(note)
            self.group.addButton(made, n)
            self.box.addWidget(made)
            under = ElidedLabel(note, "muted")
            under.setContentsMargins(22, 0, 0, 4)
            self.box.addWidget(under)
        if not rows:
            self.box.addWidget(PlainLabel(nothing, "muted", wrap=True))
        elif (again := self.group.button(self.values.index(before) if before in self.values else 0)) is not None:
            again.setChecked(True)

    def value(self) -> Any:
        """What is chosen; None without any."""
        n = self.group.checkedId()
        return self.values[n] if 0 <= n < len(self.values) else None


class AnswerBox(QWidget):
    """`answered(Answered, kind)` after the office has taken an answer; `refused(error)` when it has not."""

    answered = Signal(object, str)
    refused = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.request_id, self.zone = desk, 0, ZoneInfo("UTC")
        self.later: list[tuple[Any, str, str]] = []
        self.today: date | None = None
        self.kind = Segmented(KINDS, self.tr("What to answer"))
        self.best, self.others = Times(self.tr("Best answers")), Times(self.tr("Other times"))
        self.hours, self.from_on = QSpinBox(), DateField(today=lambda: self.today or date.today())
        self.note, self.reason = QPlainTextEdit(), QPlainTextEdit()
        self.proposing, self.declining = Form(), Form()
        self.pages, self.to, self.preview = dict[str, QWidget](), ElidedLabel("", "muted"), QPlainTextEdit()
        self.send = button("", self.answer, icon="send", primary=True)
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._ask_preview)
        self._build()
        self.kind.chosen.connect(self.choose)
        for times in (self.best, self.others):
            times.chosen.connect(self._ask_preview)
        for text in (self.note, self.reason):
            text.textChanged.connect(self._rest.start)
        self.hours.valueChanged.connect(lambda _hours: self._rest.start())
        self.from_on.editingFinished.connect(self._ask_others)
        self.choose("accept")

    def show_request(self, sheet: RequestSheet) -> None:
        """Answer this request; what was typed for another one is gone."""
        fresh = sheet.card.id != self.request_id
        self.request_id, self.zone = sheet.card.id, ZoneInfo(sheet.zone)
        self.today = sheet.now.astimezone(self.zone).date()
        if fresh:
            self.note.clear()
            self.reason.clear()
            self.hours.setValue(sheet.proposal_hours)
            self.choose("accept")
        self.later = [(Choice(on=on, kind=DAY_PARTS[sheet.card.day_part]), f"{words.day(on)}, {words.PARTS[sheet.card.day_part]}",
                       self.tr("No provider yet: it waits among the unscheduled jobs"))
                      for on in sheet.card.wished if on >= self.today]  # fmt: skip
        self.desk.see(self, best_answers, self.request_id, then=self._best_came)
        self._ask_others()

    def choose(self, kind: str) -> None:
        """Show one of the three answers."""
        self.kind.set_value(kind)
        for key, page in self.pages.items():
            page.setVisible(key == kind)
        self.send.setText(SEND[kind])
        self._ask_preview()

    def focus(self) -> None:
        """Put the keyboard where this answer begins."""
        first: QWidget = {"accept": self.send, "propose": self.note, "decline": self.reason}[self.kind.value()]
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def answer(self) -> None:
        """Send the answer that is shown."""
        kind = self.kind.value()
        service, args, more = self._call(kind)
        if service is None:
            return
        self.send.setEnabled(False)
        self.desk.do(self, service, self.request_id, *args, then=lambda done: self._done(done, kind), otherwise=self._refused, **more)

    # inside

    def _call(self, kind: str) -> tuple[Callable[..., Any] | None, tuple[Any, ...], dict[str, Any]]:
        if kind == "decline":
            return decline_request, (), {"message": self.reason.toPlainText()}
        if kind == "accept":
            choice = self._choice()
            return (accept_request, (choice,), {}) if choice is not None else (None, (), {})
        slot = self.others.value()
        if slot is None:
            return None, (), {}
        said = {"message": self.note.toPlainText(), "hours": self.hours.value()}
        return propose_time, (), {"provider_id": slot.provider_id, "starts_at": slot.starts_at, **said}

    def _choice(self) -> Choice | None:
        picked = self.best.value()
        return Choice(picked.provider_id, picked.starts_at) if isinstance(picked, Answer) else picked

    def _best_came(self, found: tuple[Answer, ...]) -> None:
        rows: list[tuple[Any, str, str]] = [(a, words.slot_words(a, self.zone), words.slot_note(a)) for a in found]
        self.best.show_times([*rows, *self.later], self.tr("No provider is free around the wished days. Propose another time."))
        self._ask_preview()

    def _ask_others(self) -> None:
        if self.request_id:
            self.desk.see(self, other_times, self.request_id, from_on=self.from_on.value(), then=self._others_came)

    def _others_came(self, found: tuple[Answer, ...]) -> None:
        rows: list[tuple[Any, str, str]] = [(a, words.slot_words(a, self.zone), words.slot_note(a)) for a in found]
        self.others.show_times(rows, self.tr("Nobody is free in that week."))
        self._ask_preview()

    def _ask_preview(self) -> None:
        kind = self.kind.value()
        service, args, more = self._call(kind)
        self.send.setEnabled(service is not None and bool(self.request_id))
        if not self.request_id or service is None:
            self._show_preview({"channel": "", "recipient": "", "problem": "", "subject": "", "text": ""})
            return
        asked = {"accept": {"choice": args[0] if args else None}, "propose": {k: v for k, v in more.items() if k != "provider_id"},
                 "decline": more}[kind]  # fmt: skip
        self.desk.see(self, preview_answer, self.request_id, kind, then=self._show_preview, otherwise=self._no_preview, **asked)

    def _show_preview(self, made: dict[str, Any]) -> None:
        self.proposing.clear_errors()
        way = {"email": self.tr("E-mail to %1"), "sms": self.tr("SMS to %1")}.get(made["channel"], "")
        self.to.setText(made["problem"] or way.replace("%1", made["recipient"]))
        self.to.set_role("warn" if made["problem"] else "muted")
        subject = f"{made['subject']}\n\n" if made["subject"] else ""
        self.preview.setPlainText(f"{subject}{made['text']}")

    def _no_preview(self, error: Refused) -> None:
        if isinstance(error, Invalid):
            self.proposing.show_errors(error)
        self.preview.setPlainText(str(error))

    def _done(self, done: Answered, kind: str) -> None:
        self.send.setEnabled(True)
        self.note.clear()
        self.reason.clear()
        self.answered.emit(done, kind)

    def _refused(self, error: Refused) -> None:
        self.send.setEnabled(True)
        if isinstance(error, Invalid):
            (self.declining if self.kind.value() == "decline" else self.proposing).show_errors(error)
        self.refused.emit(error)

    def _build(self) -> None:
        for text, words_, height in ((self.note, self.tr("A few words to the customer (optional)"), 56),
                                     (self.reason, self.tr("Why, and what else the customer could do"), 72),
                                     (self.preview, "", 190)):  # fmt: skip
            text.setPlaceholderText(words_)
            text.setTabChangesFocus(True)
            text.setFixedHeight(height)
        self.preview.setReadOnly(True)
        self.preview.setAccessibleName(self.tr("The message as the customer gets it"))
        self.hours.setRange(1, 336)
        self.hours.setSuffix(self.tr(" hours"))
        self.proposing.add("from_on", self.tr("From day"), self.from_on)
        self.proposing.add("hours", self.tr("Held for"), self.hours)
        side_by_side(self.proposing, ("from_on", "hours"), (1, 1))
        self.proposing.add("message", self.tr("Message"), self.note)
        self.declining.add("message", self.tr("Message"), self.reason, required=True)
        propose = QWidget()
        column = QVBoxLayout(propose)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.others)
        column.addWidget(self.proposing)
        self.pages |= {"accept": self.best, "propose": propose, "decline": self.declining}
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        for widget in (self.kind, *self.pages.values(), PlainLabel(self.tr("The customer gets"), "strong"), self.preview):
            box.addWidget(widget)
        self.foot = QWidget()  # stands below what scrolls: whoever holds this box puts it there
        row = QHBoxLayout(self.foot)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        row.addWidget(self.to, 1)
        row.addWidget(self.send)
