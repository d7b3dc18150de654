"""The figures of today as a row of tiles; a tile that is pressed shows the visits behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from fieldoffice.ui import icons, theme
from fieldoffice.ui.dashboard.figures import Figure


@dataclass(frozen=True, slots=True)
class Look:
    """How a figure is called, its icon, and its color once it is not zero."""

    words: str
    icon: str
    color: str = "text"


LOOKS: Mapping[str, Look] = {
    "unassigned": Look("Unassigned", "assignment_late", "warn"),
    "late": Look("Late", "schedule", "danger"),
    "to_come": Look("To come", "event"),
    "on_the_road": Look("On the road", "local_shipping"),
    "at_work": Look("At work", "build"),
    "not_done": Look("Not or partly done", "cancel", "danger"),
    "done": Look("Done", "check_circle", "ok"),
}
"""In the order in which they stand."""


class Tile(QAbstractButton):
    """One figure. Checked while its list is shown."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look, self.count, self.note = look, 0, ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self._theme_changed)
        self.show_figure(0, "")

    def show_figure(self, count: int, note: str) -> None:
        self.count, self.note = count, note
        self.setText(self.look.words)
        self.setAccessibleName(f"{self.look.words}: {count} {note}".strip())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(150, 72)

    def minimumSizeHint(self) -> QSize:
        return QSize(82, 72)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, area = QPainter(self), QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, area)
        ratio = self.devicePixelRatioF()
        painter.drawPixmap(12, 13, icons.pixmap(self.look.icon, 16, theme.color("muted"), ratio))
        painter.setPen(theme.color("muted"))
        painter.setFont(theme.font(12))
        room = area.adjusted(34, 10, -8, 0)
        words = painter.fontMetrics().elidedText(self.look.words, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(QRectF(room.left(), 10, room.width(), 22), Qt.AlignmentFlag.AlignVCenter, words)
        self._figure(painter, area)

    def _ground(self, painter: QPainter, area: QRectF) -> None:
        checked, focused = self.isChecked(), self.hasFocus()
        ground = "selected" if checked else "hover" if self.underMouse() else "surface"
        painter.setBrush(theme.color(ground))
        painter.setPen(QPen(theme.color("accent" if checked or focused else "line"), 2 if focused else 1))
        inset = 1.0 if focused else 0.5
        painter.drawRoundedRect(area.adjusted(inset, inset, -inset, -inset), 4, 4)

    def _figure(self, painter: QPainter, area: QRectF) -> None:
        figure = f"{self.count:,}"
        painter.setFont(theme.font(24, bold=True))
        painter.setPen(theme.color(self.look.color if self.count else "muted"))
        wide = painter.fontMetrics().horizontalAdvance(figure)
        painter.drawText(QRectF(12, 32, area.width() - 20, 32), Qt.AlignmentFlag.AlignVCenter, figure)
        painter.setFont(theme.font(12))
        painter.setPen(theme.color("muted"))
        painter.drawText(QRectF(12 + wide + 6, 37, area.width() - wide - 24, 26), Qt.AlignmentFlag.AlignVCenter, self.note)

    def _theme_changed(self, _name: str) -> None:
        self.update()


class Tiles(QWidget):
    """`chosen(figure id)`; an empty one when the pressed tile was let go again."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.tiles = {id: Tile(look) for id, look in LOOKS.items()}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for id, tile in self.tiles.items():
            row.addWidget(tile, 1)
            tile.clicked.connect(lambda checked, id=id: self.chosen.emit(id if checked else ""))

    def show_figures(self, figures: Mapping[str, Figure]) -> None:
        for id, figure in figures.items():
            self.tiles[id].show_figure(figure.count, figure.note)

    def mark(self, id: str) -> None:
        """Show which list is shown."""
        for other, tile in self.tiles.items():
            tile.setChecked(other == id)
