"""What happened to a job and how long each phase took; steps of the visit can be corrected in time."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.models.states import AppointmentState
from fieldoffice.services.dispatch.progress import Entry, Timeline
from fieldoffice.ui.parts.buttons import IconButton
from fieldoffice.ui.parts.labels import PlainLabel, hairline
from fieldoffice.ui.schedule.words import clock, lasting, short_day, translate

PER_ROW = 3
STEPS = frozenset(f"visit.{state.value}" for state in AppointmentState)


class TimelineView(QWidget):
    """The sums of the phases on top, then the entries, newest last."""

    correct_wanted = Signal(object)  # Entry

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(4)

    def show_timeline(self, found: Timeline, appointment_id: int, zone: ZoneInfo) -> None:
        """Show the entries of the whole job; steps of this visit get a button to correct their time."""
        while (item := self.box.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.box.addWidget(hairline())
        self.box.addWidget(_sums(found))
        for entry in found.entries:
            self.box.addWidget(self._line(entry, appointment_id, zone))

    def _line(self, entry: Entry, appointment_id: int, zone: ZoneInfo) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        when = PlainLabel(
            f"{short_day(entry.occurred_at.astimezone(zone).date())}\n{clock(entry.occurred_at, zone)}", "muted"
        )
        words = PlainLabel(_words(entry, zone), "small", wrap=True)
        row.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(words, 1, Qt.AlignmentFlag.AlignTop)
        if entry.appointment_id == appointment_id and entry.kind in STEPS:
            name = translate("Board", "Correct the time of “%1”").replace("%1", entry.words)
            row.addWidget(
                IconButton("edit_calendar", name, lambda: self.correct_wanted.emit(entry)), 0, Qt.AlignmentFlag.AlignTop
            )
        return line


def _words(entry: Entry, zone: ZoneInfo) -> str:
    """What happened and who says so; both times where it was entered later."""
    later = abs((entry.at - entry.occurred_at).total_seconds()) >= 60
    noted = translate("Board", "entered %1").replace("%1", clock(entry.at, zone)) if later else ""
    return "\n".join((entry.words, ", ".join(part for part in (entry.who, noted) if part)))


def _sums(found: Timeline) -> QWidget:
    """Each phase that took any time, three in a row."""
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 4, 0, 4)
    grid.setVerticalSpacing(0)
    shown = [(name, seconds) for name, seconds in found.sums.items() if seconds] or [
        (translate("Board", "no time yet"), 0)
    ]
    for n, (name, seconds) in enumerate(shown):
        row, column = 2 * (n // PER_ROW), n % PER_ROW
        grid.addWidget(PlainLabel(name, "muted"), row, column)
        grid.addWidget(PlainLabel(lasting(seconds) if seconds else "–", "strong"), row + 1, column)
    return holder
