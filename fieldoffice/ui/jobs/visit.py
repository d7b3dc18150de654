"""One visit on the page of its job: how it stands, what was promised, who goes there, and what can be done next."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from fieldoffice.models.states import MOVABLE_STATES, AppointmentState
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.jobs.choices import Choices
from fieldoffice.ui import icons
from fieldoffice.ui.jobs import words
from fieldoffice.ui.jobs.inline import Inline
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import ElidedLabel, PlainLabel, StateChip
from fieldoffice.ui.parts.reading import show_duration
from fieldoffice.ui.schedule.commands import step_words
from fieldoffice.ui.schedule.peek import steps

FACTS = 640
"""Pixels within which a fact and the way to change it stay together."""


class VisitBox(QFrame):
    """Shows one card; what is wanted goes out by signals. An open form stays while the card changes around it."""

    plan_wanted = Signal()
    promise_wanted = Signal()
    unassign_wanted = Signal()
    lock_wanted = Signal(bool)
    step_wanted = Signal(object)  # AppointmentState
    board_wanted = Signal()

    def __init__(self, card: Card, number: int, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("box", "surface")
        self.card, self.choices, self.number = card, choices, number
        self.inline: Inline | None = None
        self._shown: tuple[Card, int, Choices] | None = None
        self.chip, self.when = StateChip(card.state), ElidedLabel("", "section")
        self.pin = PlainLabel()
        icons.dress(self.pin, "lock", "muted")
        self.pin.setAccessibleName(self.tr("Locked"))
        self.facts, self.doing = QGridLayout(), QHBoxLayout()
        self._build()
        self.show_card(card, number, choices)

    def show_card(self, card: Card, number: int, choices: Choices) -> None:
        """The same visit as it is now; the keyboard stays in this box."""
        if (card, number, choices) == self._shown:
            return
        here = self.inline is None and self.isAncestorOf(QApplication.focusWidget() or self)
        if here:
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # while its buttons are made anew
        self._shown = (card, number, choices)
        self.card, self.choices, self.number = card, choices, number
        zone = ZoneInfo(choices.zone)
        self.setAccessibleName(self.tr("Visit %1").replace("%1", str(number)))
        self.chip.show_state(card.state)
        self.when.setText(words.planned(card, zone))
        self.pin.setVisible(card.locked)
        self._fill_facts(zone)
        self._fill_doing()
        if here and self.steps:
            self.steps[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_inline(self, form: Inline) -> None:
        """Open a form below the facts; one that is open gives way."""
        self.close_inline()
        self.inline = form
        form.closed.connect(self.close_inline)
        self.box.addWidget(form)
        form.show()
        first = form.focusProxy() or next((row.field for row in form.form.rows.values() if not row.isHidden()), form.ok)
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def close_inline(self) -> None:
        if self.inline is not None:
            old, self.inline = self.inline, None
            self.box.removeWidget(old)
            old.hide()
            old.deleteLater()

    # inside

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.chip)
        head.addWidget(self.when, 1)
        head.addWidget(self.pin)
        self.facts.setHorizontalSpacing(8)
        self.facts.setVerticalSpacing(2)
        self.facts.setColumnMinimumWidth(0, 128)
        self.facts.setColumnStretch(1, 1)
        room = QWidget()
        room.setMaximumWidth(FACTS)
        room.setLayout(self.facts)
        self.facts.setContentsMargins(0, 0, 0, 0)
        self.doing.setSpacing(8)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(16, 12, 16, 12)
        self.box.setSpacing(8)
        self.box.addLayout(head)
        self.box.addWidget(room)
        self.box.addLayout(self.doing)

    def _fill_facts(self, zone: ZoneInfo) -> None:
        _clear(self.facts)
        movable = self.card.state in MOVABLE_STATES
        for n, (name, said, change, call) in enumerate(self._lines(zone)):
            self.facts.setRowMinimumHeight(n, 28)
            self.facts.addWidget(PlainLabel(name, "muted"), n, 0)
            self.facts.addWidget(PlainLabel(words.breakable(said), wrap=True), n, 1)
            if movable and change:
                link = button(self.tr("Change…"), call, link=True)
                link.setAccessibleName(change)
                self.facts.addWidget(link, n, 2)

    def _lines(self, zone: ZoneInfo) -> list[tuple[str, str, str, Callable[[], object] | None]]:
        card = self.card
        found: list[tuple[str, str, str, Callable[[], object] | None]] = [
            (self.tr("Promised"), words.promise(card, zone), self.tr("Change what was promised"), self.promise_wanted.emit),
            (self.tr("Team"), self._team(), self.tr("Change team and time"), self.plan_wanted.emit),
            (self.tr("Duration"), show_duration(card.duration_s), "", None),
        ]
        if card.skills:
            found.append((self.tr("Needs"), ", ".join(sorted(card.skills)), "", None))
        if card.overridden:
            found.append((self.tr("Booked anyway"), card.overridden, "", None))
        return found

    def _team(self) -> str:
        names = [self.choices.names.get(id, self.tr("somebody")) for id in self.card.provider_ids]
        if len(names) > 1:
            names[0] = self.tr("%1 (lead)").replace("%1", names[0])
        return ", ".join(names) or self.tr("Nobody yet")

    def _fill_doing(self) -> None:
        _clear(self.doing)
        self.steps: list[QPushButton] = []
        card, S = self.card, AppointmentState
        if card.state is S.WAITING:
            self._add(self.tr("Assign…"), self.plan_wanted.emit)
        for to in steps(card):
            if to is not S.SCHEDULED or card.state is S.HELD:
                self._add(step_words(card.state, to), lambda to=to: self.step_wanted.emit(to))
        if card.state in MOVABLE_STATES and card.starts_at is not None:
            if not card.locked:
                self._add(self.tr("Unassign"), self.unassign_wanted.emit)
            self._add(self.tr("Unlock") if card.locked else self.tr("Lock"), lambda: self.lock_wanted.emit(not card.locked))
        self._add(self.tr("Show on the board"), self.board_wanted.emit)
        self.doing.addStretch(1)

    def _add(self, said: str, call: Callable[[], object]) -> None:
        made = button(said, call)
        self.steps.append(made)
        self.doing.addWidget(made)
        made.show()  # at once: only what is in sight can take the keyboard


def _clear(layout: QGridLayout | QHBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.setParent(None)
            widget.deleteLater()
