"""The list below the field: headings and choices, painted as plain text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from fieldoffice.ui import icons, theme
from fieldoffice.ui.launcher.choices import Choice

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
HEADING, LINE, EDGE, GAP = 28, 36, 16, 8
CHOICE = int(Qt.ItemDataRole.UserRole)


class Choices(QAbstractListModel):
    """Lines in groups: a string is a heading, which cannot be chosen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lines: list[str | Choice] = []

    def show(self, choices: Sequence[Choice]) -> None:
        self.beginResetModel()
        self.lines, group = [], ""
        for choice in choices:
            if choice.group != group:
                group = choice.group
                self.lines.append(group)
            self.lines.append(choice)
        self.endResetModel()

    def choice(self, n: int) -> Choice | None:
        line = self.lines[n] if 0 <= n < len(self.lines) else ""
        return line if isinstance(line, Choice) else None

    def next(self, n: int, step: int) -> int:
        """The row of the next choice from `n` in that direction, round the ends; -1 when there is none."""
        count = len(self.lines)
        tried = [(n + step * k) % count for k in range(1, count + 1)] if count else []
        return next((row for row in tried if self.choice(row)), -1)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        chosen = self.choice(index.row()) is not None
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if chosen else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        if role == CHOICE:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line if isinstance(line, str) else f"{line.title}, {line.detail}"
        return None


class Painter(QStyledItemDelegate):
    """Icon, title, what it belongs to, and the shortcut at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        heading = isinstance(index.data(CHOICE), str)
        return QSize(200, HEADING if heading else LINE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line, area = index.data(CHOICE), QRect(option.rect)  # type: ignore[attr-defined]
        painter.save()
        if isinstance(line, str):
            self._heading(painter, area, line)
        else:
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
            self._choice(painter, area, line, chosen)
        painter.restore()

    def _heading(self, painter: QPainter, area: QRect, words: str) -> None:
        painter.setFont(theme.font(12, bold=True))
        painter.setPen(theme.color("muted"))
        painter.drawText(area.adjusted(EDGE, 4, -EDGE, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

    def _choice(self, painter: QPainter, area: QRect, line: Choice, chosen: bool) -> None:
        if chosen:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawRoundedRect(area.adjusted(8, 1, -8, -1), 4, 4)
        text, muted = ("on_accent", "on_accent") if chosen else ("text", "muted")
        self._icon(painter, area, line.icon, text)
        room = area.adjusted(EDGE + 16 + GAP, 0, -EDGE, 0)
        room = self._right(painter, room, line.keys, muted)
        used = self._text(painter, room, line.title, theme.font(13), text)
        self._text(painter, room.adjusted(used + 12, 0, 0, 0), line.detail, theme.font(12), muted)

    def _icon(self, painter: QPainter, area: QRect, name: str, color: str) -> None:
        ratio = painter.device().devicePixelRatioF()
        picture = icons.pixmap(name, 16, color, ratio)
        painter.drawPixmap(area.left() + EDGE, area.center().y() - 7, 16, 16, picture)

    def _right(self, painter: QPainter, room: QRect, keys: str, color: str) -> QRect:
        if not keys:
            return room
        painter.setFont(theme.font(12))
        painter.setPen(theme.color(color))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, keys)
        return room.adjusted(0, 0, -QFontMetrics(theme.font(12)).horizontalAdvance(keys) - 16, 0)

    def _text(self, painter: QPainter, room: QRect, words: str, font: Any, color: str) -> int:
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0, room.width()))
        painter.setFont(font)
        painter.setPen(theme.color(color))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
        return metrics.horizontalAdvance(shown)
