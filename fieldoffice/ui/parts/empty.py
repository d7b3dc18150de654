"""What an empty place says: one sentence and the one thing to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QPushButton, QVBoxLayout, QWidget

from fieldoffice.ui import icons
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import PlainLabel

NARROWEST, WIDEST = 120, 420


class EmptyState(QWidget):
    """Stands in the middle of the room it is given."""

    def __init__(self, sentence: str, icon: str = "", words: str = "", press: Callable[[], object] | None = None,
                 parent: QWidget | None = None) -> None:
        """With `words` and `press` there is a button for the one thing to do."""
        super().__init__(parent)
        self.sentence = PlainLabel(sentence, "muted", wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button: QPushButton | None = None
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(8)
        box.addStretch(1)
        if icon:
            box.addWidget(_picture(icon), 0, Qt.AlignmentFlag.AlignHCenter)
        box.addWidget(self.sentence, 0, Qt.AlignmentFlag.AlignHCenter)
        if press is not None:
            self.button = button(words, press)
            box.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(1)

    def say(self, sentence: str) -> None:
        """Change the sentence, e.g. to "Nothing matches." while a filter is on."""
        self.sentence.setText(sentence)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sentence.setFixedWidth(max(NARROWEST, min(WIDEST, self.width() - 32)))  # so that no wrapped line is cut

    def cover(self, area: QAbstractScrollArea) -> None:
        """Lie over `area` (a table, a list) and keep its size; the caller shows and hides."""
        self.setParent(area.viewport())
        area.viewport().installEventFilter(self)
        self.setGeometry(area.viewport().rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False


def _picture(icon: str) -> QLabel:
    label = QLabel()
    icons.dress(label, icon, "muted", 32)
    return label
