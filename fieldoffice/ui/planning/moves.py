"""The list of moves as a view: arrows walk, Space ticks, right and left unfold; what is current is shown on the board."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from fieldoffice.ui.planning.face import MoveFace
from fieldoffice.ui.planning.rows import ROW, MoveRows
from fieldoffice.ui.planning.words import Line

REST_MS = 200
"""The mouse rests on a line for so long before the board shows its card."""


class MoveList(QListView):
    """`pointed(appointment id)`: the line that is current or under the resting mouse; 0 for none."""

    pointed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = MoveRows(self)
        self.setModel(self.rows)
        self.face = MoveFace(self)
        self.setItemDelegate(self.face)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("frameless", True)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Changes of the plan"))
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._rested)
        self._under = QPersistentModelIndex()
        self.entered.connect(self._enter)
        self.selectionModel().currentChanged.connect(self._current)
        self._quiet = False

    def current_id(self) -> int:
        """The appointment of the current line, 0 for none."""
        return _card(self.currentIndex())

    def show_card(self, card_id: int) -> None:
        """Make the line of that appointment current, because it was chosen elsewhere; nobody is told."""
        row = next((n for n, row in enumerate(self.rows.rows) if isinstance(row, Line) and row.card_id == card_id), None)
        if row is not None and _card(self.currentIndex()) != card_id:
            self.start_at(row)

    def start_at(self, row: int) -> None:
        """Make a row current without showing anything on the board."""
        self._quiet = True
        self.setCurrentIndex(self.rows.index(row))
        self._quiet = False

    def unfold(self, index: QModelIndex, on: bool | None = None) -> None:
        if self.rows.unfold(index, on):
            self.face.sizeHintChanged.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index, key = self.currentIndex(), event.key()
        if key == Qt.Key.Key_Space:
            self.rows.turn(index)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            self.unfold(index, key == Qt.Key.Key_Right)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.unfold(index)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot, index = event.position().toPoint(), self.indexAt(event.position().toPoint())
        super().mousePressEvent(event)
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            if self.face.ticks(self.visualRect(index), spot):
                self.rows.turn(index)
            elif self.face.folds(self.visualRect(index), spot):
                self.unfold(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        spot, index = event.position().toPoint(), self.indexAt(event.position().toPoint())
        if self.face.ticks(self.visualRect(index), spot):
            self.rows.turn(index)
        else:
            self.unfold(index)

    def leaveEvent(self, event: QEvent) -> None:
        self._rest.stop()
        self._under = QPersistentModelIndex()
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Reasons wrap anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()

    def _enter(self, index: QModelIndex) -> None:
        self._under = QPersistentModelIndex(index)
        self._rest.start()

    def _rested(self) -> None:
        if card := _card(self._under):
            self.pointed.emit(card)

    def _current(self, now: QModelIndex, _before: QModelIndex) -> None:
        self._rest.stop()
        if not self._quiet:
            self.pointed.emit(_card(now))


def _card(index: QModelIndex | QPersistentModelIndex) -> int:
    row = index.data(ROW) if index.isValid() else None
    return row.card_id if isinstance(row, Line) else 0
