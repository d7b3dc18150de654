"""Small forms that open beside a card: when did it happen, why, book it anyway. Enter agrees, Esc closes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from fieldoffice.services.availability import Reason
from fieldoffice.ui import icons, theme
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.fields import DateField, TimeField
from fieldoffice.ui.parts.labels import PlainLabel

WIDTH = 320


class Popover(QFrame):
    """Stands over its parent next to `anchor`. Whoever fills it overrides `agree`, which returns what is wrong."""

    closed = Signal()

    def __init__(self, parent: QWidget, title: str, agree_words: str, *, danger: bool = False) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(title)
        self.title = PlainLabel(title, "section", wrap=True)
        self.problem = PlainLabel("", "danger", wrap=True)
        self.problem.hide()
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self.ok = button(agree_words, self.try_agree, primary=not danger, danger=danger)
        self.no = button(self.tr("Cancel"), self.close_it)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.no)
        row.addWidget(self.ok)
        self.page, box = parent, QVBoxLayout(self)
        self.box = box
        box.setContentsMargins(16, 12, 16, 12)
        box.setSpacing(8)
        box.addWidget(self.title)
        box.addLayout(self.body)
        box.addWidget(self.problem)
        box.addLayout(row)

    def agree(self) -> str:
        """Do it; the words of what is wrong leave the popover open."""
        raise NotImplementedError

    def try_agree(self) -> None:
        self.say(self.agree())
        if not self.problem.text():
            self.close_it()

    def say(self, problem: str) -> None:
        """Show what is wrong, or nothing."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.fit()

    def fit(self) -> None:
        """As high as the wrapped words need at this width."""
        self.box.activate()
        wraps = self.box.hasHeightForWidth()
        self.resize(WIDTH, self.box.totalHeightForWidth(WIDTH) if wraps else self.sizeHint().height())

    def open_at(self, anchor: QRect) -> None:
        """Show beside `anchor` (in the parent), wherever there is room."""
        self.ensurePolished()
        self.fit()
        room, size = self.page.rect().adjusted(8, 8, -8, -8), self.size()
        below = anchor.bottom() + 6
        top = below if below + size.height() <= room.bottom() else anchor.top() - size.height() - 6
        left = min(max(anchor.left(), room.left()), room.right() - size.width())
        self.move(QPoint(left, max(room.top(), min(top, room.bottom() - size.height()))))
        self.show()
        self.raise_()
        self.first_field().setFocus(Qt.FocusReason.TabFocusReason)

    def first_field(self) -> QWidget:
        return self.ok

    def close_it(self) -> None:
        """Take it away and give the keyboard back."""
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def event(self, event: QEvent) -> bool:
        """Keys belong to the form, also those that are shortcuts of the page around it."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_it()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            pressed = self.focusWidget()
            pressed.click() if isinstance(pressed, QPushButton) else self.try_agree()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("edge"), 1))
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


class WhenPopover(Popover):
    """When a step really happened; a reason where one is needed. Left as it is, the time is the moment of saving."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        words: str,
        *,
        now: datetime,
        zone: ZoneInfo,
        when: datetime | None = None,
        needs_reason: bool = False,
        hint: str = "",
        then: Callable[[datetime | None, str], None],
    ) -> None:
        """`when` differs from `now` for a visit of a past day. `then(at, reason)`; at is None when it was left alone."""
        super().__init__(parent, title, words)
        self.now, self.zone, self.needs_reason, self.then = now, zone, needs_reason, then
        self.given = when
        start = (when or now).astimezone(zone)
        self.day, self.time = (
            DateField(self.tr("Day"), today=lambda: now.astimezone(zone).date()),
            TimeField(self.tr("Time")),
        )
        self.time.twelve = False
        self.day.set_value(start.date())
        self.time.set_value(time(start.hour, start.minute))
        self._shown = (self.day.value(), self.time.value())
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.time, 2)
        row.addWidget(self.day, 3)
        self.body.addLayout(row)
        if hint:
            self.body.addWidget(PlainLabel(hint, "muted", wrap=True))
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(self.tr("Reason"))
        self.reason.setAccessibleName(self.tr("Reason"))
        self.reason.setVisible(needs_reason)
        self.body.addWidget(self.reason)

    def first_field(self) -> QWidget:
        return self.reason if self.needs_reason else self.time

    def agree(self) -> str:
        problem = self.time.problem() or self.day.problem()
        if problem or self.time.value() is None or self.day.value() is None:
            return problem or self.tr("Enter the time at which it happened.")
        if self.needs_reason and not self.reason.text().strip():
            return self.tr("Please say why.")
        self.then(self.when(), self.reason.text().strip())
        return ""

    def when(self) -> datetime | None:
        """The time entered, None while it is the present one as it was offered."""
        day, at = self.day.value(), self.time.value()
        if (day, at) == self._shown:
            return self.given
        assert day is not None
        assert at is not None
        return datetime.combine(day, at, self.zone)


class AnywayPopover(Popover):
    """Rules stand against a booking: show them, and book with a reason, or because the customer agreed."""

    def __init__(
        self,
        parent: QWidget,
        label: str,
        reasons: tuple[Reason, ...],
        then: Callable[[str, bool], None],
    ) -> None:
        """`then(reason, promise)`: `promise` when the customer agreed to the new time."""
        super().__init__(parent, label, self.tr("Book anyway"), danger=True)
        self.reasons, self.then = reasons, then
        for reason in reasons:
            self.body.addLayout(_line(reason))
        late = any(r.code == "window" for r in reasons)
        self.agreed = QCheckBox(self.tr("The customer agreed to the new time"))
        self.agreed.setVisible(late)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(self.tr("Reason for booking anyway"))
        self.reason.setAccessibleName(self.tr("Reason for booking anyway"))
        self.body.addWidget(self.agreed)
        self.body.addWidget(self.reason)

    def first_field(self) -> QWidget:
        return self.reason

    def agree(self) -> str:
        """A reason is needed for every rule but a window that the customer gave up."""
        left = [r for r in self.reasons if r.blocks and not (r.code == "window" and self.agreed.isChecked())]
        if left and not self.reason.text().strip():
            return self.tr("Please say why; the reason is kept with the visit.")
        self.then(self.reason.text().strip(), self.agreed.isChecked())
        return ""


def _line(reason: Reason) -> QHBoxLayout:
    picture, row = PlainLabel(), QHBoxLayout()
    icons.dress(picture, "block" if reason.blocks else "warning", "danger" if reason.blocks else "warn")
    picture.setFixedWidth(20)
    row.setSpacing(4)
    row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(PlainLabel(reason.words, wrap=True), 1)
    return row
