"""A quiet look at one card: who, where, when, how it stands, the steps it can take, its timeline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fieldoffice.models.states import APPOINTMENT_MOVES, AppointmentState
from fieldoffice.services.dispatch.progress import Timeline
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.ui.parts.buttons import IconButton, button
from fieldoffice.ui.parts.labels import ElidedLabel, PlainLabel, StateChip, hairline
from fieldoffice.ui.schedule.commands import ORDER, step_words
from fieldoffice.ui.schedule.timeline import TimelineView
from fieldoffice.ui.schedule.words import from_to, lasting, markers, promised_day, short_day, window


class Peek(QFrame):
    """Shows one card. The steps are asked for by `step_wanted`; nothing is decided here."""

    step_wanted = Signal(object)  # AppointmentState
    open_wanted = Signal()
    timeline_wanted = Signal()
    closed = Signal()
    correct_wanted = Signal(object)  # Entry of the timeline

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card: Card | None = None
        self._providers = ""
        self.setAccessibleName(self.tr("Selected visit"))
        self.title, self.chip = ElidedLabel("", "section"), StateChip(AppointmentState.SCHEDULED)
        self.lines = QGridLayout()
        self.lines.setHorizontalSpacing(8)
        self.lines.setVerticalSpacing(3)
        self.lines.setColumnStretch(1, 1)
        self.steps = QVBoxLayout()
        self.steps.setSpacing(4)
        self.timeline = TimelineView()
        self.timeline.hide()
        self.timeline.correct_wanted.connect(self.correct_wanted)
        self.timeline_button = button(self.tr("Timeline"), self._toggle_timeline, icon="history")
        self._build()

    def show_card(self, card: Card, providers: str, zone: ZoneInfo) -> None:
        """Show another card, or the same one as it is now; an open timeline is asked for again."""
        if (card, providers) == (self.card, self._providers):
            return
        other = self.card is None or self.card.id != card.id
        stale, self._providers = self.card != card, providers
        self.card = card
        self.title.setText(card.customer)
        self.chip.show_state(card.state)
        self._fill(card, providers, zone)
        self._fill_steps(card)
        if other:
            self.timeline.hide()
        elif stale and self.timeline.isVisible():
            self.timeline_wanted.emit()

    def show_timeline(self, found: Timeline, zone: ZoneInfo) -> None:
        if self.card is not None and found.job_id == self.card.job_id:
            self.timeline.show_timeline(found, self.card.id, zone)
            self.timeline.show()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        head.addWidget(IconButton("close", self.tr("Close"), self.closed.emit))
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(12, 0, 12, 12)
        box.setSpacing(8)
        box.addWidget(self.chip)
        box.addLayout(self.lines)
        box.addLayout(self.steps)
        box.addLayout(self._below())
        box.addWidget(self.timeline)
        box.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        scroll.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        all_of_it = QVBoxLayout(self)
        all_of_it.setContentsMargins(0, 0, 0, 0)
        all_of_it.setSpacing(8)
        all_of_it.addWidget(hairline())
        head.setContentsMargins(12, 0, 8, 0)
        all_of_it.addLayout(head)
        all_of_it.addWidget(scroll, 1)

    def _below(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(button(self.tr("Open job"), self.open_wanted.emit, icon="open_in_new"))
        row.addWidget(self.timeline_button)
        row.addStretch(1)
        return row

    def _fill(self, card: Card, providers: str, zone: ZoneInfo) -> None:
        _clear(self.lines)
        for n, (name, words) in enumerate(facts(card, providers, zone)):
            self.lines.addWidget(PlainLabel(name, "muted"), n, 0, Qt.AlignmentFlag.AlignTop)
            self.lines.addWidget(PlainLabel(words, "small", wrap=True), n, 1)

    def _fill_steps(self, card: Card) -> None:
        """The steps in the order of the day, two in a row."""
        _clear(self.steps)
        for pair in _pairs(steps(card)):
            row = QHBoxLayout()
            row.setSpacing(4)
            for to in pair:
                row.addWidget(button(step_words(card.state, to), self._step(to)), 1)
            self.steps.addLayout(row)

    def _step(self, to: AppointmentState) -> Callable[[], object]:
        return lambda: self.step_wanted.emit(to)

    def _toggle_timeline(self) -> None:
        if self.timeline.isVisible():
            self.timeline.hide()
        else:
            self.timeline_wanted.emit()


def steps(card: Card) -> list[AppointmentState]:
    """The states a visit can be brought into, in the order of the day; placing and unassigning are the board's."""
    if card.state is AppointmentState.WAITING:
        return [AppointmentState.CANCELLED]
    allowed = APPOINTMENT_MOVES[card.state]
    return [state for state in ORDER if state in allowed]


def facts(card: Card, providers: str, zone: ZoneInfo) -> list[tuple[str, str]]:
    """(name, words) of what the peek says."""
    when = ""
    if card.starts_at is not None and card.ends_at is not None:
        when = f"{short_day(_local(card.starts_at, zone))}, {from_to(card.starts_at, card.ends_at, zone)} ({lasting(card.duration_s)})"
    promised = ", ".join(p for p in (promised_day(card, zone), window(card, zone)) if p)
    found = [
        ("Service", card.service),
        ("When", when or lasting(card.duration_s)),
        ("Promised", promised),
        ("Where", f"{card.street}, {card.city}".strip(", ")),
        ("Who", providers),
        ("Needs", ", ".join(sorted(card.skills))),
        ("Notes", ", ".join(words for _, words in markers(card))),
        ("Rule", card.overridden),
        ("Job", card.job_number),
    ]
    return [(name, words) for name, words in found if words]


def _local(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _pairs(states: list[AppointmentState]) -> list[list[AppointmentState]]:
    return [states[n : n + 2] for n in range(0, len(states), 2)]


def _clear(layout: QGridLayout | QVBoxLayout | QHBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()  # a layout shows what was added a moment later, and must not show what is gone by then
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            _clear(inner)  # type: ignore[arg-type]
