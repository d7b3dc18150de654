"""The list of waiting cards: drawn rows that can be selected, found by keyboard and dragged onto the board."""

from __future__ import annotations

from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from fieldoffice.services.dispatch.rows import Card
from fieldoffice.ui.schedule.ink import SMALL_ICON, Ink
from fieldoffice.ui.schedule.words import card_tip, lasting, promised_day, sign_icons, spoken, window

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 62
CARD = Qt.ItemDataRole.UserRole


class Waiting(QAbstractListModel):
    """The cards shown, in order."""

    def __init__(self, zone: ZoneInfo, parent: QWidget) -> None:
        super().__init__(parent)
        self.cards: list[Card] = []
        self.zone = zone

    def show(self, cards: list[Card], zone: ZoneInfo) -> None:
        if (cards, zone) != (self.cards, self.zone):
            self.beginResetModel()
            self.cards, self.zone = cards, zone
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        card = self.cards[index.row()]
        if role == CARD:
            return card
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return spoken(card, "", self.zone)
        if role == Qt.ItemDataRole.ToolTipRole:
            return card_tip(card, None, "", self.zone)
        return None


class TrayList(QListView):
    """Selection may hold several; a drag with the mouse is told step by step, so that the board can show the ghost."""

    carried = Signal(tuple)  # Cards taken by the mouse
    carry_moved = Signal(QPoint, object)  # place on the screen, keyboard modifiers
    carry_dropped = Signal()
    carry_canceled = Signal()
    opened = Signal(object)  # Card
    chosen = Signal(tuple)  # ids
    menu_wanted = Signal(QPoint)

    def __init__(self, theme: ModuleType, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model_ = Waiting(zone, self)
        self.setModel(self.model_)
        self.setItemDelegate(_Face(theme, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setProperty("frameless", True)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Unscheduled visits"))
        self._press: QPointF | None = None
        self._carrying = False
        self.selectionModel().selectionChanged.connect(lambda: self.chosen.emit(tuple(c.id for c in self.selected())))

    def selected(self) -> tuple[Card, ...]:
        """The selected cards in the order of the list."""
        return tuple(self.model_.cards[i.row()] for i in sorted(self.selectedIndexes(), key=lambda i: i.row()))

    def show_cards(self, cards: list[Card], zone: ZoneInfo) -> None:
        """Show these cards; what was selected stays selected."""
        kept, current = {c.id for c in self.selected()}, self.currentIndex().row()
        self.model_.show(cards, zone)
        self.select(kept)
        if cards and current >= 0 and not self.currentIndex().isValid():
            self.selectionModel().setCurrentIndex(
                self.model_.index(min(current, len(cards) - 1)), self.selectionModel().SelectionFlag.NoUpdate
            )

    def select(self, ids: set[int] | frozenset[int]) -> None:
        wanted = [n for n, card in enumerate(self.model_.cards) if card.id in ids]
        if {c.id for c in self.selected()} == {self.model_.cards[n].id for n in wanted}:
            return
        model = self.selectionModel()
        model.clearSelection()
        for n in wanted:
            model.select(self.model_.index(n), model.SelectionFlag.Select)
        if wanted:
            model.setCurrentIndex(self.model_.index(wanted[0]), model.SelectionFlag.NoUpdate)
            self.scrollTo(self.model_.index(wanted[0]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press on a selected card keeps the selection, for it may become a drag of all of them."""
        index = self.indexAt(event.position().toPoint())
        self._press = event.position() if event.button() == Qt.MouseButton.LeftButton and index.isValid() else None
        if not (self._press is not None and index in self.selectedIndexes() and not event.modifiers()):
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._carrying:
            self.carry_moved.emit(event.globalPosition().toPoint(), event.modifiers())
        elif self._press is not None and event.buttons() & Qt.MouseButton.LeftButton:
            if (
                event.position() - self._press
            ).manhattanLength() >= QApplication.startDragDistance() and self.selected():
                self._carrying = True
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
                self.carried.emit(self.selected())
                self.carry_moved.emit(event.globalPosition().toPoint(), event.modifiers())
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        carrying, press, self._press = self._carrying, self._press, None
        self._carrying = False
        self.viewport().unsetCursor()
        if carrying:
            self.carry_dropped.emit()
            return
        index = self.indexAt(event.position().toPoint())
        if press is not None and index.isValid() and not event.modifiers():
            self.selectionModel().setCurrentIndex(index, self.selectionModel().SelectionFlag.ClearAndSelect)
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.opened.emit(self.model_.cards[index.row()])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc lets go of what the mouse carries; Enter and the rest are shortcuts of the page."""
        if event.key() == Qt.Key.Key_Escape and self._carrying:
            self._carrying = False
            self._press = None
            self.carry_canceled.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.clearSelection()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._carrying:
            event.accept()
            return True
        return super().event(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            self.menu_wanted.emit(self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft()))
        elif self.indexAt(event.pos()).isValid():
            self.menu_wanted.emit(event.globalPos())


class _Face(QStyledItemDelegate):
    """Three lines: customer and length; service and street; day, window, skills."""

    def __init__(self, theme: ModuleType, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme, self.ink = theme, Ink(theme)
        theme.changed.connect(self._retheme)

    def _retheme(self, _name: str = "") -> None:
        self.ink = Ink(self.theme)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        card: Card = index.data(CARD)
        area = QRectF(option.rect)
        ink, zone = self.ink, index.model().zone  # type: ignore[attr-defined]
        self._ground(painter, area, option)
        room = area.adjusted(12, 4, -10, -4)
        ratio = self.parent().devicePixelRatioF()  # type: ignore[attr-defined]
        first = QRectF(room.left(), room.top(), room.width(), 18)
        text = lasting(card.duration_s)
        width = ink.width(text, ink.small)
        ink.write(
            painter, QRectF(first.right() - width, first.top(), width + 1, 18), text, ink.small, ink.colors["muted"]
        )
        ink.write(painter, first.adjusted(0, 0, -width - 8, 0), card.customer, ink.bold, ink.colors["text"])
        line = first.translated(0, 18)
        ink.write(painter, line, " · ".join(p for p in (card.service, card.street) if p), ink.small, ink.colors["text"])
        self._last(painter, card, line.translated(0, 18), zone, ratio)

    def _last(self, painter: QPainter, card: Card, line: QRectF, zone: ZoneInfo, ratio: float) -> None:
        """When it was promised, urgent in the warning color; skills; the signs at the right."""
        ink = self.ink
        for icon in sign_icons(card)[:4]:
            line.setRight(line.right() - SMALL_ICON - 2)
            strong = icon in ("priority_high", "keyboard_arrow_up")
            picture = ink.icon(icon, ink.colors["warn" if strong else "muted"], ratio)
            painter.drawPixmap(round(line.right() + 2), round(line.center().y() - SMALL_ICON / 2), picture)
        parts = [
            p
            for p in (
                promised_day(card, zone),
                window(card, zone) if card.window else "",
                ", ".join(sorted(card.skills)),
            )
            if p
        ]
        ink.write(painter, line, " · ".join(parts), ink.small, ink.colors["muted"])

    def _ground(self, painter: QPainter, area: QRectF, option: QStyleOptionViewItem) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        name = "selected" if selected else "hover" if hovered else "surface"
        painter.fillRect(area, self.theme.color(name))
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), self.ink.colors["line"])
        if selected:
            painter.fillRect(QRectF(area.left(), area.top(), 3, area.height() - 1), self.ink.colors["accent"])
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(self.ink.colors["text"], 1, Qt.PenStyle.DashLine))
            painter.drawRect(area.adjusted(1.5, 1.5, -1.5, -2.5))
