"""Tells the window by itself: a count on the sidebar while requests wait to be opened, and a toast when a new one comes."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from fieldoffice.services.requests.inbox import Waiting, waiting
from fieldoffice.ui import theme
from fieldoffice.ui.desk import Desk, Notice

TOPICS = frozenset({"booking_request"})
PAGE = "requests"


class Badge(QWidget):
    """A number on a button, in the accent color; nothing while it is zero. The mouse goes through to the button."""

    def __init__(self, on: QWidget) -> None:
        super().__init__(on)
        self.on, self.count, self.what = on, 0, on.accessibleName()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        on.installEventFilter(self)
        theme.changed.connect(self._dressed)
        self.show_count(0)

    def show_count(self, count: int) -> None:
        self.count = count
        self.setVisible(count > 0)
        self.on.setAccessibleName(f"{self.what}, {count} new" if count else self.what)
        self._settle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._settle()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(self.rect(), 9, 9)
        painter.setFont(theme.font(11, bold=True))
        painter.setPen(theme.color("on_accent"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words())

    def _words(self) -> str:
        return str(self.count) if self.count < 100 else "99+"

    def _settle(self) -> None:
        """At the right of a wide button, on the corner of a narrow one."""
        width = 18 if len(self._words()) < 2 else 26
        wide = self.on.width() > 80
        at = QPoint(self.on.width() - width - 8, (self.on.height() - 18) // 2) if wide else QPoint(self.on.width() - width, 0)
        self.setGeometry(QRect(at, QPoint(at.x() + width - 1, at.y() + 17)))
        self.raise_()

    def _dressed(self, _theme: str) -> None:
        self.update()


class RequestBell(QObject):
    """Lives as long as its window. The first look tells nothing: what was there before is no news."""

    def __init__(self, desk: Desk, window: Any) -> None:
        super().__init__(window)
        self.desk, self.window, self.newest = desk, window, -1
        section = window.entries[PAGE].section if PAGE in window.entries else ""
        on = window.sidebar.buttons.get(section)
        self.badge = None if on is None else Badge(on)
        if self.badge is not None:
            desk.live.watch(window, TOPICS, self.look)
            self.look()

    def look(self) -> None:
        """Count again."""
        self.desk.see(self, waiting, then=self._came, otherwise=lambda _error: None)  # who may not look is told nothing

    def _came(self, found: Waiting) -> None:
        if self.badge is not None:
            self.badge.show_count(found.fresh)
        if 0 <= self.newest < found.newest:
            what = "Booked online" if found.kind == "booking" else "New request"
            said = f"{what}: {found.customer}, {' '.join(found.service.split())[:60]}"
            self.desk.tell(Notice(said, "plain", "Show", lambda: self.desk.open(PAGE, request_id=found.newest)))
        self.newest = max(self.newest, found.newest)
