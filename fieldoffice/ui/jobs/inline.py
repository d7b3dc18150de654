"""A small form that opens within a page: Enter agrees, Esc closes, a refusal leaves everything as it was typed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import PlainLabel, hairline


class Inline(QWidget):
    """Whoever fills it adds rows to `form` and overrides `agree`; `closed` is emitted when it is to be taken away."""

    closed = Signal()

    def __init__(self, title: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.form = Form(beside=True)
        self.form.setMaximumWidth(640)
        self.ok, self.no = button(words, self.try_agree), button(self.tr("Cancel"), self.closed.emit)
        row = QHBoxLayout()
        row.setContentsMargins(136, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.ok)
        row.addWidget(self.no)
        row.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 4, 0, 4)
        box.setSpacing(12)
        box.addWidget(hairline())
        box.addWidget(PlainLabel(title, "strong"))
        box.addWidget(self.form)
        box.addLayout(row)

    def agree(self) -> None:
        """Ask the service; `done` or `refused` follows."""
        raise NotImplementedError

    def try_agree(self) -> None:
        if self.ok.isEnabled() and self.form.check():
            self.ok.setEnabled(False)
            self.agree()

    def done(self, _value: object = None) -> None:
        """The service agreed."""
        self.closed.emit()

    def refused(self, error: Refused) -> None:
        """The service refused: say why, by the field where there is one."""
        self.ok.setEnabled(True)
        self.form.show_errors(error)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        inside, enter = self.focusWidget(), event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif enter and isinstance(inside, (QPushButton, QToolButton)):
            inside.click()
        elif enter and not event.modifiers():
            self.try_agree()
        else:
            super().keyPressEvent(event)
