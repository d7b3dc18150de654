"""What an empty day says, at the foot of the board: one sentence and the one thing to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QHBoxLayout

from fieldoffice.ui import icons
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import PlainLabel


class Hint(QFrame):
    """Stays at the foot of `area`; rows above it remain free to drop on."""

    def __init__(self, area: QAbstractScrollArea, icon: str, words: str, press: Callable[[], object]) -> None:
        super().__init__(area.viewport())
        self.setProperty("box", "info")
        picture, self.sentence, self.button = PlainLabel(), PlainLabel(), button(words, press)
        icons.dress(picture, icon, "muted", 20)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        for widget in (picture, self.sentence, self.button):
            row.addWidget(widget)
        area.viewport().installEventFilter(self)
        self.hide()

    def say(self, sentence: str, *, offering: bool) -> None:
        """Show `sentence`, with the button or without; an empty one hides all."""
        self.sentence.setText(sentence)
        self.button.setVisible(offering)
        self.setVisible(bool(sentence))
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        self.adjustSize()
        room = self.parentWidget()
        assert room is not None
        self.move(max(8, (room.width() - self.width()) // 2), max(8, room.height() - self.height() - 24))
