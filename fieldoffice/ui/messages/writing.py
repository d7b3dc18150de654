"""Where a message's text is typed, and the fields that can be put into it with one press."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLayout, QLayoutItem, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from fieldoffice.services.messages.editing import FieldRow
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import PlainLabel, plain_tip

LEAST = 180


class TextField(QPlainTextEdit):
    """Lines of text; Tab leaves it. `focused` when the keyboard comes here."""

    focused = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setMinimumHeight(LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()


class FieldBar(QWidget):
    """A button for each field; `give(name)` when one is pressed."""

    def __init__(self, give: Callable[[str], object]) -> None:
        super().__init__()
        self.give, self._names = give, tuple[str, ...]()
        self.flow = Flow()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(PlainLabel(self.tr("Fields: press one to put it where the cursor is"), "muted"))
        box.addLayout(self.flow)

    def show_fields(self, fields: Sequence[FieldRow]) -> None:
        if tuple(field.name for field in fields) == self._names:
            return
        self._names = tuple(field.name for field in fields)
        while (item := self.flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for field in fields:
            made = button(f"{{{field.name}}}", lambda name=field.name: self.give(name))
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a press must not take the cursor out of the text
            made.setToolTip(plain_tip(f"{field.words}, such as {field.example}"))
            made.setAccessibleName(self.tr("Insert %1").replace("%1", field.words))
            self.flow.addWidget(made)


class Flow(QLayout):
    """Widgets from left to right, in as many lines as they need."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setSpacing(4)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        widest = max((item.minimumSize().width() for item in self._items), default=0)
        return QSize(widest, max((item.minimumSize().height() for item in self._items), default=0))

    def _place(self, rect: QRect, *, move: bool) -> int:
        x, y, tallest = rect.x(), rect.y(), 0
        for item in self._items:
            size = item.sizeHint()
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, tallest = rect.x(), y + tallest + self.spacing(), 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x, tallest = x + size.width() + self.spacing(), max(tallest, size.height())
        return y + tallest - rect.y()
