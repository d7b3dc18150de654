"""Words on the screen: labels that never read data as markup, headings, chips, hairlines."""

from __future__ import annotations

from html import escape
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from fieldoffice.models.states import AppointmentState
from fieldoffice.ui import icons, theme
from fieldoffice.ui.palette import STATE_ICONS

Role = Literal["", "title", "section", "muted", "small", "danger", "warn", "ok", "strong"]


class PlainLabel(QLabel):
    """A label that shows its text as it is, whatever a customer typed into it."""

    def __init__(self, text: str = "", role: Role = "", parent: QWidget | None = None, *, wrap: bool = False) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setProperty("role", role)
        self.setText(text)

    def set_role(self, role: Role) -> None:
        """Change how it looks."""
        self.setProperty("role", role)
        self.style().polish(self)


class ElidedLabel(PlainLabel):
    """One line that ends in … when there is no room; the whole text is in its tooltip then."""

    def __init__(self, text: str = "", role: Role = "", parent: QWidget | None = None) -> None:
        super().__init__(text, role, parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width())
        self.setToolTip("" if shown == self.text() else plain_tip(self.text()))
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(self.alignment()) | Qt.TextFlag.TextSingleLine, shown)


class Chip(QWidget):
    """A small badge: words on a tinted ground, with an icon so that color is never alone."""

    def __init__(self, words: str = "", icon: str = "", ground: str = "hover", text: str = "text",
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words, self.icon, self._ground, self._text = words, icon, ground, text
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._theme_changed)
        self._named()

    def show_words(self, words: str, icon: str = "", ground: str = "hover", text: str = "text") -> None:
        """Say something else, in two colors of the theme by name."""
        self.words, self.icon, self._ground, self._text = words, icon, ground, text
        self._named()

    def colors(self) -> tuple[QColor, QColor]:
        """(ground, text) in the theme in force."""
        return theme.color(self._ground), theme.color(self._text)

    def sizeHint(self) -> QSize:
        picture = 20 if self.icon else 0
        return QSize(self.fontMetrics().horizontalAdvance(self.words) + picture + 16, 22)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        ground, text = self.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.outline(text))
        painter.setBrush(ground)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1).toRectF().translated(0.5, 0.5), 4, 4)
        left = 8
        if self.icon:
            painter.drawPixmap(6, 3, icons.pixmap(self.icon, 16, text, self.devicePixelRatioF()))
            left = 26
        painter.setPen(text)
        painter.drawText(self.rect().adjusted(left, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, self.words)

    def outline(self, _text: QColor) -> QPen:
        """The pen of the border; none by default."""
        return QPen(Qt.PenStyle.NoPen)

    def _named(self) -> None:
        self.setAccessibleName(self.words)
        self.updateGeometry()
        self.update()

    def _theme_changed(self, _name: str) -> None:
        self.update()


class StateChip(Chip):
    """The state of a visit: its word, its icon, its colors; dashed while it is only held."""

    def __init__(self, state: AppointmentState, parent: QWidget | None = None) -> None:
        self.state = state
        super().__init__(state.word, STATE_ICONS[state], parent=parent)

    def show_state(self, state: AppointmentState) -> None:
        self.state = state
        self.show_words(state.word, STATE_ICONS[state])

    def colors(self) -> tuple[QColor, QColor]:
        return theme.state(self.state)

    def outline(self, text: QColor) -> QPen:
        held = self.state is AppointmentState.HELD
        return QPen(text, 1, Qt.PenStyle.DashLine) if held else QPen(Qt.PenStyle.NoPen)


def hairline(parent: QWidget | None = None) -> QFrame:
    """A horizontal line between groups."""
    line = QFrame(parent)
    line.setProperty("box", "line")
    line.setFixedHeight(1)
    return line


def plain_tip(text: str) -> str:
    """`text` for setToolTip: Qt would read a tooltip that looks like markup as markup."""
    return f'<p style="white-space: pre-wrap; margin: 0">{escape(text)}</p>' if text else ""
