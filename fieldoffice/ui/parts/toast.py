"""Toasts: what has just happened, at the bottom, with Undo. They leave by themselves, but never while looked at."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from fieldoffice.ui import icons
from fieldoffice.ui.desk import Notice
from fieldoffice.ui.parts.buttons import IconButton, button
from fieldoffice.ui.parts.labels import PlainLabel

STAY_MS = 6000
MOST = 4
GAP = 8
LOOKS = {"plain": ("toast", "check_circle", "tooltip_text"), "warn": ("warn", "warning", "warn"),
         "danger": ("danger", "error", "danger")}


class Toast(QFrame):
    """One notice. A refusal stays twice as long, because it has to be read."""

    gone = Signal()

    def __init__(self, notice: Notice, stay_ms: int = STAY_MS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        box, icon, color = LOOKS[notice.kind]
        self.notice = notice
        self.setProperty("box", box)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(notice.words)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.leave)
        self._timer.setInterval(stay_ms if notice.kind == "plain" else 2 * stay_ms)
        self._fill(icon, color)
        self._timer.start()

    def leave(self) -> None:
        """Go away now."""
        self._timer.stop()
        self.gone.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A toast that holds the keyboard stays."""
        if event.type() == QEvent.Type.FocusIn:
            self._timer.stop()
        elif event.type() == QEvent.Type.FocusOut:
            self._timer.start()
        return False

    def _fill(self, icon: str, color: str) -> None:
        picture, words = QLabel(), PlainLabel(self.notice.words, wrap=True)
        icons.dress(picture, icon, color, 20)
        words.setFixedWidth(_width_of(words))
        row = self.row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(8)
        row.addWidget(picture)
        row.addWidget(words, 1)
        if self.notice.button:
            row.addWidget(self._button(self.notice.press))
        row.addWidget(self._close(color))
        for part in (self, *self.findChildren(QWidget)):
            part.installEventFilter(self)

    def _button(self, press: Callable[[], object] | None) -> QWidget:
        def pressed() -> None:
            self.leave()
            if press is not None:
                press()

        made = button(self.notice.button, pressed, link=True)
        made.setProperty("on", self.property("box"))
        return made

    def _close(self, color: str) -> QWidget:
        return IconButton("close", "Dismiss", self.leave, color=color)


class Toasts(QWidget):
    """The stack at the bottom of a window: the newest below, at most four at a time."""

    def __init__(self, over: QWidget, *, stay_ms: int = STAY_MS) -> None:
        super().__init__(over)
        self.over, self.stay_ms = over, stay_ms
        self.shown: list[Toast] = []
        over.installEventFilter(self)
        self.setAccessibleName("Messages")
        self.hide()

    def tell(self, notice: Notice) -> None:
        """Show `notice`; the same words again replace the older ones."""
        for old in [toast for toast in self.shown if toast.notice.words == notice.words] or self.shown[: 1 - MOST]:
            self._remove(old)
        toast = Toast(notice, self.stay_ms, self)
        toast.gone.connect(lambda: self._remove(toast))
        self.shown.append(toast)
        self._settle()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, notice.words))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.over and event.type() == QEvent.Type.Resize:
            self._settle()
        return False

    def _remove(self, toast: Toast) -> None:
        if toast in self.shown:
            self.shown.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._settle()

    def _settle(self) -> None:
        """Stack them above the status line, each as wide as its words need."""
        most, below = self.over.width() - 32, 0
        sizes = [_size(toast, most) for toast in self.shown]
        width = max((size.width() for size in sizes), default=0)
        height = sum(size.height() + GAP for size in sizes)
        self.setVisible(bool(self.shown))
        self.setGeometry((self.over.width() - width) // 2, self.over.height() - height - 36, width, height)
        for toast, size in zip(self.shown, sizes, strict=True):
            toast.setGeometry((width - size.width()) // 2, below, size.width(), size.height())
            toast.show()
            below += size.height() + GAP
        self.raise_()


def _width_of(words: PlainLabel) -> int:
    """Of the longest line, as far as it is comfortable to read."""
    return min(440, 8 + max(words.fontMetrics().horizontalAdvance(line) for line in words.text().split("\n")))


def _size(toast: Toast, most: int) -> QSize:
    toast.ensurePolished()
    toast.row.activate()
    width = min(most, toast.sizeHint().width())
    return QSize(width, max(44, toast.row.totalHeightForWidth(width)))
