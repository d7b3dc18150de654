"""How some columns of the lists are painted: a color before a name, a bar behind a load, an icon before a warning, ⋮."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from fieldoffice.ui import icons, theme

Index = QModelIndex | QPersistentModelIndex
PAD = 10


class Cell(QStyledItemDelegate):
    """Paints the ground as the style does and leaves the words to `fill`."""

    def __init__(self, row_at: Callable[[Any], Any], parent: QTableView) -> None:
        """`row_at(index)` gives the row behind a cell."""
        super().__init__(parent)
        self.row_at = row_at

    def fill(self, painter: QPainter, box: QRect, row: Any, text: str) -> None:
        raise NotImplementedError

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = QStyleOptionViewItem(option)
        self.initStyleOption(look, index)
        text, look.text = look.text, ""  # type: ignore[attr-defined]
        widget = look.widget  # type: ignore[attr-defined]
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, look, painter, widget)
        row = self.row_at(index)
        if row is not None:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.color("text"))
            self.fill(painter, look.rect.adjusted(PAD, 0, -PAD, -1), row, text)  # type: ignore[attr-defined]
            painter.restore()

    def words(self, painter: QPainter, box: QRect, text: str, flags: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> None:
        """One line that ends in … when there is no room."""
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(flags | Qt.AlignmentFlag.AlignVCenter), shown)


class Dotted(Cell):
    """The color of a provider before the name; hollow for those who left."""

    def fill(self, painter: QPainter, box: QRect, row: Any, text: str) -> None:
        pen = painter.pen()
        painter.setPen(QColor(row.color))
        painter.setBrush(QColor(row.color) if row.active else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(box.left(), box.center().y() - 4.5, 10, 10))
        painter.setPen(pen if row.active else theme.color("muted"))
        self.words(painter, box.adjusted(18, 0, 0, 0), text)


class LoadBar(Cell):
    """A thin bar with a mark at the target; beyond the target in the color of warnings, beyond all hours in that of danger."""

    NUMBER = 48

    def fill(self, painter: QPainter, box: QRect, row: Any, text: str) -> None:
        number = QRect(box.right() - self.NUMBER, box.top(), self.NUMBER, box.height())
        if row.percent is None:
            painter.setPen(theme.color("muted"))
        self.words(painter, number, text, Qt.AlignmentFlag.AlignRight)
        bar = QRectF(box.left(), box.center().y() - 2, box.width() - self.NUMBER - 8, 6)
        if row.percent is None or bar.width() < 24:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("line"))
        painter.drawRoundedRect(bar, 3, 3)
        full = QRectF(bar.left(), bar.top(), bar.width() * min(1.0, row.percent / 100), bar.height())
        painter.setBrush(theme.color(load_color(row.percent, row.target_percent)))
        painter.drawRoundedRect(full, 3, 3)
        at = bar.left() + bar.width() * min(1.0, row.target_percent / 100)
        painter.fillRect(QRectF(at - 0.5, bar.top() - 3, 1.5, bar.height() + 6), theme.color("text"))


class Warned(Cell):
    """The most pressing warning with its icon in its color."""

    def fill(self, painter: QPainter, box: QRect, row: Any, text: str) -> None:
        if not row.warnings:
            return
        level = row.warnings[0].level
        icon = icons.pixmap("error" if level == "danger" else "warning", 16, level, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPoint(box.left(), box.center().y() - 7), icon)
        painter.setPen(theme.color(level))
        self.words(painter, box.adjusted(22, 0, 0, 0), text)


class Dots(Cell):
    """⋮ at the end of a row: `pressed(row, where)` on a click."""

    pressed = Signal(object, QPoint)

    def fill(self, painter: QPainter, box: QRect, row: Any, text: str) -> None:
        icon = icons.pixmap("more_vert", 20, "muted", painter.device().devicePixelRatioF())
        painter.drawPixmap(QPoint(box.center().x() - 9, box.center().y() - 9), icon)

    def editorEvent(self, event: QEvent, model: Any, option: QStyleOptionViewItem, index: Index) -> bool:
        if not isinstance(event, QMouseEvent) or event.type() != QEvent.Type.MouseButtonRelease:
            return super().editorEvent(event, model, option, index)
        row = self.row_at(index)
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(row, event.globalPosition().toPoint())
        return True


def load_color(percent: int, target: int) -> str:
    """The theme's color for a load: calm up to the target, a warning above it, danger above all hours."""
    return "danger" if percent > 100 else "warn" if percent > target else "accent"
