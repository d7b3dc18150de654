"""The line above a provider: color, name, kind, and whether somebody has to look after something."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from fieldoffice.services.providers.rows import Person
from fieldoffice.ui.parts.labels import Chip, PlainLabel
from fieldoffice.ui.providers import words


class Dot(QWidget):
    """A round spot of a provider's color."""

    def __init__(self, color: str = "#6E6E6E", size: int = 14) -> None:
        super().__init__()
        self._color, self._size = color, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_color(self, color: str) -> None:
        self._color = color
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._color))
        painter.setBrush(QColor(self._color))
        painter.drawEllipse(self.rect().adjusted(0, 0, -1, -1).toRectF())


class Header(QWidget):
    """Follows the stored provider."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dot, self.name, self.kind = Dot(), PlainLabel("", "section"), Chip()
        self.state, self.warning = Chip(), Chip()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 4)
        row.setSpacing(8)
        for part in (self.dot, self.name, self.kind, self.state, self.warning):
            row.addWidget(part)
        row.addStretch(1)

    def show_person(self, seen: Person, *, warn: bool) -> None:
        """`warn`: here, because what is below does not say it."""
        self.dot.show_color(seen.facts.color)
        self.name.setText(seen.facts.name)
        self.kind.show_words(words.KINDS.get(seen.facts.kind, seen.facts.kind), "badge")
        self.state.show_words(self.tr("Inactive"), "person_off", "hover", "muted")
        self.state.setVisible(not seen.active)
        self.warning.setVisible(warn and bool(seen.warnings))
        if seen.warnings:
            level = seen.warnings[0].level
            self.warning.show_words(seen.warnings[0].words, "error" if level == "danger" else "warning", f"{level}_ground", level)
        self.setAccessibleName(", ".join(part for part in (seen.facts.name, self.kind.words, words.warned(seen.warnings)) if part))
