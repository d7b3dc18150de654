"""Where a message's text is typed, and the fields that can be put into it with one press."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from fieldoffice.services.messages.editing import FieldRow
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.flow import Flow
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
        self.flow = Flow(gap=4)
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
