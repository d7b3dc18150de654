"""Choosing one or several of a few: a drop-down that the mouse wheel leaves alone, and a list of ticks behind a button."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QMenu, QPushButton, QSizePolicy, QWidget

from fieldoffice.ui import icons
from fieldoffice.ui.parts.labels import plain_tip


class Choice(QComboBox):
    """One value of a few. `value()` is what stands behind the words; None while nothing is chosen."""

    value_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.activated.connect(lambda _n: self._chosen())

    def set_choices(self, choices: Sequence[tuple[Any, str]]) -> None:
        """Offer these (value, words); what was chosen stays chosen while it is offered."""
        kept = self.value()
        self.clear()
        for value, words in choices:
            self.addItem(words, value)
        self.set_value(kept)

    def value(self) -> Any:
        return self.currentData()

    def set_value(self, value: Any) -> None:
        """Show `value` without telling anybody; the first choice where it is not offered."""
        found = next((n for n in range(self.count()) if self.itemData(n) == value), 0)
        self.setCurrentIndex(found if self.count() else -1)
        self._show_tip()

    def _chosen(self) -> None:
        self._show_tip()
        self.value_changed.emit()

    def _show_tip(self) -> None:
        """A long address does not fit into the box."""
        self.setToolTip(plain_tip(self.currentText()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling over a form must not change it."""
        event.ignore()


class Ticks(QPushButton):
    """Several of a few, ticked in a menu that stays open; the button names them."""

    value_changed = Signal()

    def __init__(self, nothing: str, parent: QWidget | None = None) -> None:
        """`nothing` is what the button says while nothing is ticked."""
        super().__init__(parent)
        self._nothing, self._ticked, self._words = nothing, list[Any](), dict[Any, str]()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)
        self.setStyleSheet("QPushButton { text-align: left; padding: 4px 24px 4px 7px; } QPushButton:focus { padding: 3px 23px 3px 6px; }")
        self._menu = QMenu(self)
        self._menu.installEventFilter(self)
        self.clicked.connect(lambda _checked=False: self.open_menu())

    def set_choices(self, choices: Iterable[tuple[Any, str]]) -> None:
        """Offer these (value, words); what is ticked and no longer offered stays ticked under its old words."""
        offered = dict(choices)
        self._words = {value: self._words.get(value, str(value)) for value in self._ticked} | offered
        self._menu.clear()
        for value, words in self._words.items():
            self._menu.addAction(self._item(value, words))
        self._show()

    def value(self) -> tuple[Any, ...]:
        """The ticked values in the order in which they were ticked."""
        return tuple(self._ticked)

    def choices(self) -> dict[Any, str]:
        """What is offered or ticked, with its words."""
        return dict(self._words)

    def set_value(self, values: Iterable[Any]) -> None:
        """Tick exactly these without telling anybody."""
        self._ticked = list(dict.fromkeys(values))
        for item in self._menu.actions():
            item.blockSignals(True)
            item.setChecked(item.data() in self._ticked)
            item.blockSignals(False)
        self._show()

    def open_menu(self) -> None:
        """Show the ticks below the button, as wide as it is."""
        self._menu.setMinimumWidth(self.width())
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.open_menu()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ticking with the mouse or Space leaves the menu open; Enter and Esc close it."""
        released = event.type() == QEvent.Type.MouseButtonRelease
        space = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space
        item = self._menu.activeAction() if watched is self._menu and (released or space) else None
        if item is not None:
            item.trigger()
        return item is not None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        arrow = icons.pixmap("keyboard_arrow_down", 16, "text" if self.isEnabled() else "disabled", self.devicePixelRatioF())
        QPainter(self).drawPixmap(self.width() - 22, (self.height() - 16) // 2, arrow)

    def _item(self, value: Any, words: str) -> QAction:
        item = QAction(words.replace("&", "&&"), self._menu, checkable=True)
        item.setData(value)
        item.setChecked(value in self._ticked)
        item.toggled.connect(lambda on: self._tick(value, on))
        return item

    def _tick(self, value: Any, on: bool) -> None:
        self._ticked = [v for v in self._ticked if v != value] + [value] * on
        self._show()
        self.value_changed.emit()

    def _show(self) -> None:
        words = ", ".join(self._words.get(value, str(value)) for value in self._ticked) or self._nothing
        self.setText(self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, max(40, self.width() - 36)).replace("&", "&&"))
        self.setToolTip(plain_tip(words))
        self.setAccessibleDescription(words)
