"""Pens, brushes, fonts and shortened texts of the board, made once for each theme."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QStaticText

from fieldoffice.models.states import AppointmentState
from fieldoffice.ui import icons
from fieldoffice.ui.palette import STATE_ICONS

MOST_TEXTS = 20_000
SMALL_ICON = 14


class Ink:
    """What painters dip into. Thrown away and made anew when the theme changes."""

    def __init__(self, theme: ModuleType) -> None:
        self.theme = theme
        names = ("ground", "surface", "line", "text", "muted", "accent", "danger", "warn", "shade", "now", "edge", "ok")
        self.colors: dict[str, QColor] = {name: theme.color(name) for name in names}
        self.grounds: dict[AppointmentState, QBrush] = {}
        self.texts: dict[AppointmentState, QColor] = {}
        self.borders: dict[AppointmentState, QPen] = {}
        for state in AppointmentState:
            self._state(state)
        self.body, self.bold = theme.font(13), theme.font(13, bold=True)
        self.small, self.small_bold, self.tiny = theme.font(12), theme.font(12, bold=True), theme.font(11)
        self._metrics = {
            id(f): QFontMetricsF(f) for f in (self.body, self.bold, self.small, self.small_bold, self.tiny)
        }
        self._short: dict[tuple[str, int, int], str] = {}
        self._wide: dict[tuple[str, int], float] = {}
        self._laid: dict[tuple[str, int], QStaticText] = {}
        self._tinted: dict[tuple[str, float], QColor] = {}
        self._icons: dict[tuple[str, int, int, float], QPixmap] = {}

    def _state(self, state: AppointmentState) -> None:
        ground, text = self.theme.state(state)
        self.grounds[state], self.texts[state] = QBrush(ground), text
        edge = QColor(text)
        edge.setAlphaF(0.34)
        self.borders[state] = QPen(edge, 1)
        if state is AppointmentState.HELD:
            edge.setAlphaF(0.8)
            self.borders[state] = QPen(edge, 1, Qt.PenStyle.DashLine)

    def color(self, name: str, alpha: float = 1.0) -> QColor:
        found = self._tinted.get((name, alpha))
        if found is None:
            found = self._tinted[name, alpha] = QColor(self.colors[name])
            found.setAlphaF(alpha)
        return found

    def hatch(self, name: str, alpha: float) -> QBrush:
        return QBrush(self.color(name, alpha), Qt.BrushStyle.BDiagPattern)

    def width(self, text: str, font: QFont) -> float:
        key = (text, id(font))
        found = self._wide.get(key)
        if found is None:
            self._room(self._wide)
            found = self._wide[key] = self._metrics[id(font)].horizontalAdvance(text)
        return found

    def ascent(self, font: QFont) -> float:
        return self._metrics[id(font)].ascent()

    def height(self, font: QFont) -> float:
        return self._metrics[id(font)].height()

    def short(self, text: str, font: QFont, width: float) -> str:
        """`text` cut with an ellipsis so that it fits; empty where not even one letter would."""
        key = (text, id(font), int(width))
        found = self._short.get(key)
        if found is None:
            self._room(self._short)
            cut = self._metrics[id(font)].elidedText(text, Qt.TextElideMode.ElideRight, int(width))
            found = self._short[key] = "" if cut == "…" else cut
        return found

    def icon(self, name: str, color: QColor, ratio: float, size: int = SMALL_ICON) -> QPixmap:
        key = (name, color.rgba(), size, ratio)
        found = self._icons.get(key)
        if found is None:
            found = self._icons[key] = icons.pixmap(name, size, color, ratio)
        return found

    def state_icon(self, state: AppointmentState, ratio: float) -> QPixmap:
        return self.icon(STATE_ICONS[state], self.texts[state], ratio)

    def write(self, painter: QPainter, box: QRectF, text: str, font: QFont, color: QColor) -> None:
        """One line of text at the left, in the middle of the height of `box`; cut where it does not fit."""
        shown = self.short(text, font, box.width())
        if shown:
            self.put(
                painter,
                round(box.left()),
                round(box.top() + (box.height() - self.height(font)) / 2),
                shown,
                font,
                color,
            )

    def put(self, painter: QPainter, left: int, top: int, text: str, font: QFont, color: QColor) -> None:
        """`text` as it is, from its upper left corner; its glyphs are laid out once and kept."""
        key = (text, id(font))
        found = self._laid.get(key)
        if found is None:
            self._room(self._laid)
            found = self._laid[key] = QStaticText(text)
            found.setTextFormat(Qt.TextFormat.PlainText)
            found.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            found.prepare(font=font)
        painter.setFont(font)
        painter.setPen(color)
        painter.drawStaticText(left, top, found)

    def _room(self, kept: dict[Any, Any]) -> None:
        if len(kept) > MOST_TEXTS:
            kept.clear()
