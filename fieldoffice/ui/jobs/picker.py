"""Type-ahead: a field that finds as you type and gives the row that was chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from fieldoffice.ui import icons

Give = Callable[[str, Sequence[Any]], None]
Ask = Callable[[str, Give], None]
"""ask(text, give): find rows for the text, then give(text, rows); late answers to older texts are ignored."""
ROW = Qt.ItemDataRole.UserRole
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Picker(QLineEdit):
    """`chosen(row)` on Enter or a click in the list below; Down opens the list, Esc closes it."""

    chosen = Signal(object)

    def __init__(self, ask: Ask, words: Callable[[Any], str], hint: str = "", parent: QWidget | None = None, *,
                 rest_ms: int = 150) -> None:
        super().__init__(parent)
        self._ask, self._words = ask, words
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        glass = QAction(self)
        icons.dress(glass, "search", "muted")
        self.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        self.found = QStandardItemModel(self)
        self._list = QCompleter(self.found, self)
        self._list.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._list.setMaxVisibleItems(12)
        self._list.setWidget(self)
        self._list.activated[QModelIndex].connect(self._activated)  # type: ignore[index]
        popup = self._list.popup()
        assert popup is not None
        self.popup = popup
        self._rest = QTimer(self, interval=rest_ms, singleShot=True)
        self._rest.timeout.connect(self.search)
        self.textEdited.connect(lambda _text: self._rest.start())

    def search(self) -> None:
        """Look now for what is typed."""
        self._rest.stop()
        self._ask(self.text(), self._given)

    def rows(self) -> list[Any]:
        """What is offered."""
        items = (self.found.item(n) for n in range(self.found.rowCount()))
        return [item.data(ROW) for item in items if item.isEnabled()]

    def choose(self, row: Any) -> None:
        """Take a row; the field is empty again, its owner shows what was chosen."""
        self._rest.stop()
        self.popup.hide()
        self.clear()
        self.found.clear()
        self.chosen.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, open_ = event.key(), self.popup.isVisible()
        if open_ and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            event.ignore()  # the list takes them
        elif key == Qt.Key.Key_Down or (key in ENTER and self.text() and not event.modifiers()):
            self.search()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._rest.stop()
        super().focusOutEvent(event)

    def _given(self, text: str, rows: Sequence[Any]) -> None:
        if text != self.text() or not self.hasFocus():
            return
        self.found.clear()
        for row in rows:
            item = QStandardItem(self._words(row))
            item.setData(row, ROW)
            self.found.appendRow(item)
        if not rows:
            nothing = QStandardItem(self.tr("Nothing matches."))
            nothing.setEnabled(False)
            self.found.appendRow(nothing)
        self._list.complete()
        self.popup.setCurrentIndex(self._list.completionModel().index(0, 0) if rows else QModelIndex())

    def _activated(self, index: QModelIndex) -> None:
        row = index.data(ROW)
        if row is not None:
            QTimer.singleShot(0, self, lambda: self.choose(row))  # after the list has closed
