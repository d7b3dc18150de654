"""How a heading and a move are drawn: tick, customer, from and to, the reason; all reasons where it is unfolded."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from fieldoffice.ui import icons, theme
from fieldoffice.ui.planning.rows import OPEN, OUTCOME, ROW
from fieldoffice.ui.planning.words import Group, Line
from fieldoffice.ui.schedule.ink import Ink

Index = QModelIndex | QPersistentModelIndex
HEAD, LINE, STEP = 36, 64, 18
LEFT, RIGHT = 40, 36
WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class MoveFace(QStyledItemDelegate):
    """Draws for one view; its width decides how reasons wrap."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self.view, self.ink = view, Ink(theme)  # type: ignore[arg-type]
        theme.changed.connect(self._retheme)

    def _retheme(self, _name: str = "") -> None:
        self.ink = Ink(theme)  # type: ignore[arg-type]

    # where things are

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Asked for every row at once, so it looks only at what it must."""
        row = index.data(ROW)
        if isinstance(row, Group):
            return QSize(LEFT, HEAD)
        return QSize(LEFT, max(LINE, self._unfolded(row, self.view.viewport().width())) if index.data(OPEN) else LINE)

    def ticks(self, rect: QRect, spot: QPoint) -> bool:
        """Whether a click there is meant for the tick."""
        return spot.x() < rect.left() + LEFT

    def folds(self, rect: QRect, spot: QPoint) -> bool:
        """Whether a click there is meant for the arrow at the right."""
        return spot.x() > rect.right() - RIGHT

    def _unfolded(self, line: Line, width: int) -> int:
        room = width - LEFT - RIGHT
        return round(6 + _first(line) * STEP + sum(self._height(words, room) for words in line.reasons)) + 8

    def _height(self, words: str, room: int) -> float:
        return QFontMetricsF(self.ink.small).boundingRect(QRectF(0, 0, room, 1000), WRAP, words).height() + 3

    # drawing

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW)
        painter.save()
        self._ground(painter, option, row)
        if isinstance(row, Group):
            self._head(painter, option, index, row)
        else:
            self._line(painter, option, index, row)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(self.ink.colors["accent"], 2))
            painter.drawRect(QRectF(option.rect).adjusted(1, 1, -1, -2))
        painter.restore()

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, row: Group | Line) -> None:
        area = QRectF(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        plain = "ground" if isinstance(row, Group) else "surface"
        painter.fillRect(area, theme.color("selected" if selected else "hover" if hovered else plain))
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), self.ink.colors["line"])

    def _head(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, group: Group) -> None:
        area = QRectF(option.rect)
        check = index.data(Qt.ItemDataRole.CheckStateRole)
        self._tick(painter, option, check, area.center().y())
        left = LEFT if check is not None else 16
        text = area.adjusted(left, 0, -16, -1)
        width = self.ink.width(group.words, self.ink.bold)
        self.ink.write(painter, text, group.words, self.ink.bold, self.ink.colors["text"])
        self.ink.write(painter, text.adjusted(width + 8, 0, 0, 0), str(len(group.lines)), self.ink.body, self.ink.colors["muted"])

    def _line(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, line: Line) -> None:
        area = QRectF(option.rect)
        self._mark(painter, option, index, line, area.top() + 17)
        room = QRectF(area.left() + LEFT, area.top() + 6, area.width() - LEFT - RIGHT, STEP)
        self._title(painter, line, room)
        if any(line.way):
            self._way(painter, line, room.translated(0, STEP))
        self._reasons(painter, line, index, room.translated(0, _first(line) * STEP))
        self._arrow(painter, area, bool(index.data(OPEN)))

    def _title(self, painter: QPainter, line: Line, room: QRectF) -> None:
        ink = self.ink
        if line.aside:
            wide = min(ink.width(line.aside, ink.small), room.width() / 2)
            right = QRectF(room.right() - wide, room.top(), wide + 1, room.height())
            ink.write(painter, right, line.aside, ink.small, ink.colors["muted"])
            room = room.adjusted(0, 0, -wide - 8, 0)
        ink.write(painter, room, line.title, ink.bold, ink.colors["text"])
        if line.sign:
            left = room.left() + min(ink.width(line.title, ink.bold), room.width() - 18) + 4
            painter.drawPixmap(round(left), round(room.center().y() - 7), ink.icon(line.sign, ink.colors["warn"], self._ratio()))

    def _way(self, painter: QPainter, line: Line, room: QRectF) -> None:
        """ "Ben 13:00 → Ana 09:30": where it goes is what one reads. Where room is scarce, both give."""
        ink = self.ink
        (before, after), left = line.way, room.left()
        wide = min(ink.width(before, ink.body), max(room.width() - 24 - ink.width(after, ink.small_bold), room.width() * 0.45))
        if before:
            ink.write(painter, QRectF(left, room.top(), wide + 1, room.height()), before, ink.body, ink.colors["muted"])
            left += wide + 6
        painter.drawPixmap(round(left), round(room.center().y() - 7), ink.icon("arrow_forward", ink.colors["muted"], self._ratio()))
        ink.write(painter, QRectF(left + 20, room.top(), room.right() - left - 20, room.height()), after, ink.body, ink.colors["text"])

    def _reasons(self, painter: QPainter, line: Line, index: Index, room: QRectF) -> None:
        """As many as there is room for, one line each; all of them in full where the line is unfolded."""
        warned = bool(index.data(OUTCOME))
        if not index.data(OPEN):
            for n, words in enumerate(line.reasons[: 3 - _first(line)]):
                color = self.ink.colors["warn" if warned and not n else "muted"]
                self.ink.write(painter, room.translated(0, n * (STEP - 1)), words, self.ink.small, color)
            return
        painter.setFont(self.ink.small)
        top = room.top() + 2
        for n, words in enumerate(line.reasons):
            height = self._height(words, round(room.width()))
            painter.setPen(self.ink.colors["warn" if warned and not n else "text"])
            painter.drawText(QRectF(room.left(), top, room.width(), height), WRAP, words)
            top += height

    def _mark(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, line: Line, middle: float) -> None:
        """A tick box; afterwards what became of it; beside what cannot be ticked, its icon."""
        outcome = index.data(OUTCOME)
        check = index.data(Qt.ItemDataRole.CheckStateRole)
        if check is not None:
            self._tick(painter, option, check, middle)
            return
        name, color = (line.icon, "muted") if outcome is None else ("warning", "warn") if outcome else ("check_circle", "ok")
        if name:
            picture = icons.pixmap(name, 16, self.ink.colors[color], self._ratio())
            painter.drawPixmap(option.rect.left() + 14, round(middle - 8), picture)

    def _tick(self, painter: QPainter, option: QStyleOptionViewItem, check: Qt.CheckState | None, middle: float) -> None:
        if check is None:
            return
        box = QStyleOptionViewItem(option)
        box.rect = QRect(option.rect.left() + 14, round(middle - 8), 16, 16)
        state = {Qt.CheckState.Checked: QStyle.StateFlag.State_On, Qt.CheckState.Unchecked: QStyle.StateFlag.State_Off}
        box.state = QStyle.StateFlag.State_Enabled | state.get(check, QStyle.StateFlag.State_NoChange)
        element = QStyle.PrimitiveElement.PE_IndicatorItemViewItemCheck
        self.view.style().drawPrimitive(element, box, painter, self.view)

    def _arrow(self, painter: QPainter, area: QRectF, opened: bool) -> None:
        picture = icons.pixmap("expand_less" if opened else "expand_more", 16, self.ink.colors["muted"], self._ratio())
        painter.drawPixmap(round(area.right() - 26), round(area.top() + 9), picture)

    def _ratio(self) -> float:
        return self.view.devicePixelRatioF()


def _first(line: Line) -> int:
    """The row of text on which the reasons begin."""
    return 2 if any(line.way) else 1
