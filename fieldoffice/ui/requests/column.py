"""One column of the inbox: its title with the count, and its cards, painted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from fieldoffice.services.requests.rows import RequestCard
from fieldoffice.ui import icons, theme
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import Chip, PlainLabel, plain_tip
from fieldoffice.ui.requests import words
from fieldoffice.ui.requests.thumbs import Thumbs

CARD = Qt.ItemDataRole.UserRole
LINE, GAP, PHOTO, PAD = 18, 8, 48, 10
NARROWEST = 206
Index = QModelIndex | QPersistentModelIndex


class Cards(QAbstractListModel):
    """The cards of one column."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.cards: tuple[RequestCard, ...] = ()
        self.now, self.zone = datetime.now(UTC), ZoneInfo("UTC")

    def show(self, cards: Sequence[RequestCard], now: datetime, zone: ZoneInfo) -> None:
        self.beginResetModel()
        self.cards, self.now, self.zone = tuple(cards), now, zone
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.cards):
            return None
        card = self.cards[index.row()]
        if role == CARD:
            return card
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return words.spoken(card, self.zone, self.now)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip("\n".join(part for part in (card.service, words.wished(card)) if part))
        return None


class CardPainter(QStyledItemDelegate):
    """Customer and age, service, days, outcome, photos."""

    def __init__(self, thumbs: Thumbs, parent: QWidget) -> None:
        super().__init__(parent)
        self.thumbs = thumbs

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        card: RequestCard = index.data(CARD)
        return QSize(NARROWEST - 20, 2 * PAD + 3 * LINE + _extra(card) + (PHOTO + 6 if card.photos else 0) + GAP)

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        card: RequestCard = index.data(CARD)
        model: Any = index.model()
        box = QRect(option.rect).adjusted(1, 1, -1, -GAP)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        focus = chosen and bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("accent" if chosen else "line"), 2 if focus else 1))
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(box.toRectF().translated(0.5, 0.5).adjusted(0, 0, -1, -1), 4, 4)
        if card.fresh:
            painter.fillRect(QRect(box.left(), box.top() + 3, 4, box.height() - 6), theme.color("accent"))
        self._words(painter, box.adjusted(PAD + 2, PAD, -PAD, -PAD), card, model.now, model.zone)
        painter.restore()

    def _words(self, painter: QPainter, box: QRect, card: RequestCard, now: datetime, zone: ZoneInfo) -> None:
        late = card.reminded and card.waits
        said = words.age(card.waits_since_at or card.created_at, now)
        width = _line(painter, box, 0, said, "danger" if late else "muted", right=True)
        if late:
            painter.drawPixmap(QPoint(box.right() - width - 18, box.top() + 1), icons.pixmap("warning", 16, "danger", _ratio(painter)))
            width += 20
        _line(painter, box.adjusted(0, 0, -width - 8, 0), 0, card.customer, "text", bold=True)
        _line(painter, box, 1, " · ".join(part for part in (card.service, card.city) if part), "text")
        _line(painter, box, 2, words.when(card, zone), "muted")
        line = 3
        if _extra(card):
            name, color = words.OUTCOMES[card.state]
            painter.drawPixmap(QPoint(box.left(), box.top() + line * LINE + 2), icons.pixmap(name, 16, color, _ratio(painter)))
            by = f" · {card.answered_by}" if card.answered_by and card.kind == "request" else ""
            _line(painter, box.adjusted(20, 2, 0, 2), line, f"{words.outcome(card)}{by}", color)
            line += 1
        self._photos(painter, QPoint(box.left(), box.top() + line * LINE + (6 if _extra(card) else 4)), card)

    def _photos(self, painter: QPainter, at: QPoint, card: RequestCard) -> None:
        for n, id in enumerate(card.photos):
            spot = QRect(at.x() + n * (PHOTO + 6), at.y(), PHOTO, PHOTO)
            picture = self.thumbs.square(id, PHOTO, _ratio(painter))
            if picture is None:
                painter.fillRect(spot, theme.color("hover"))
            else:
                painter.drawPixmap(spot.topLeft(), picture)


class CardList(QListView):
    """Enter and a click open; left and right go to the next column."""

    wanted = Signal(object, bool)  # a card, and whether by Enter
    aside = Signal(int)  # -1 or 1

    def __init__(self, thumbs: Thumbs, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.cards = Cards(self)
        self.setModel(self.cards)
        self.setItemDelegate(CardPainter(thumbs, self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("QListView { background: transparent; border: none; } QListView::item:hover { background: transparent; }")
        self.clicked.connect(lambda index: self.wanted.emit(index.data(CARD), False))
        thumbs.arrived.connect(self.viewport().update)
        theme.changed.connect(self._dressed)

    def card(self) -> RequestCard | None:
        """The selected card."""
        return self.currentIndex().data(CARD) if self.currentIndex().isValid() else None

    def select(self, request_id: int) -> bool:
        """Select the card of that request, if it is here."""
        for n, card in enumerate(self.cards.cards):
            if card.id == request_id:
                self.setCurrentIndex(self.cards.index(n, 0))
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self.aside.emit(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.card() is not None:
            self.wanted.emit(self.card(), True)
        else:
            super().keyPressEvent(event)

    def _dressed(self, _theme: str) -> None:
        self.viewport().update()


class Column(QFrame):
    """A title, its count, and its list."""

    def __init__(self, key: str, title: str, nothing: str, thumbs: Thumbs) -> None:
        super().__init__()
        self.key, self.nothing = key, nothing
        self.setMinimumWidth(NARROWEST)
        self.count, self.list, self.empty = Chip("0"), CardList(thumbs, title, self), EmptyState(nothing)
        self.empty.cover(self.list)
        head = QHBoxLayout()
        head.setContentsMargins(2, 0, 8, 0)
        head.addWidget(PlainLabel(title, "strong"))
        head.addStretch(1)
        head.addWidget(self.count)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(head)
        box.addWidget(self.list, 1)

    def show_cards(self, cards: Sequence[RequestCard], now: datetime, zone: ZoneInfo, *, filtered: bool) -> None:
        """Show these; the selection stays where its card still is."""
        chosen, where = self.list.card(), self.list.verticalScrollBar().value()
        self.list.cards.show(cards, now, zone)
        if chosen is not None:
            self.list.select(chosen.id)
        self.list.verticalScrollBar().setValue(where)
        fresh = self.key == "new" and bool(cards)
        self.count.show_words(str(len(cards)), "", "accent" if fresh else "hover", "on_accent" if fresh else "muted")
        self.empty.say("No match here." if filtered else self.nothing)
        self.empty.setVisible(not cards)


def _extra(card: RequestCard) -> int:
    """Room for the line that says how it ended: where the column does not say it already."""
    return LINE + 2 if words.column_of(card) in ("answered", "booked") else 0


def _line(painter: QPainter, box: QRect, n: int, text: str, color: str, *, bold: bool = False, right: bool = False) -> int:
    """Write one line, cut off with … where there is no room; answers how wide it is."""
    painter.setFont(theme.font(theme.BODY if n < 2 and not right else theme.SMALL, bold=bold))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.setPen(theme.color(color))
    spot = QRect(box.left(), box.top() + n * LINE, box.width(), LINE)
    painter.drawText(spot, Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft), shown)
    return painter.fontMetrics().horizontalAdvance(shown)


def _ratio(painter: QPainter) -> float:
    return painter.device().devicePixelRatio()
