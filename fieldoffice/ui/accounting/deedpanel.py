"""A side panel that does one thing with the books: a short form, what it will do in words, and the button that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import uuid6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.panel import NARROW, SidePanel


@dataclass(frozen=True)
class Deed:
    """A call of a service."""

    service: Callable[..., Any]
    args: tuple[Any, ...] = ()
    kw: dict[str, Any] = field(default_factory=dict[str, Any])


class DeedPanel(SidePanel):
    """Whoever fills it adds rows to `form` and overrides `deed` and `done`. Ctrl+Enter presses the button.

    The same press sent twice, after the line to the database broke, is done once.
    """

    def __init__(self, desk: Desk, title: str, words: str, *, width: int = NARROW) -> None:
        super().__init__(title, can_save=False, width=width)
        self.desk, self.form, self.note = desk, Form(), PlainLabel("", "muted", wrap=True)
        self.press = button(words, self.carry_out, primary=True)
        self._op, self._sending = "", False
        body = QWidget()
        self.box = QVBoxLayout(body)
        self.box.setContentsMargins(16, 12, 16, 16)
        self.box.setSpacing(12)
        self.box.addWidget(self.note)
        self.box.addWidget(self.form)
        self.box.addWidget(self.press, 0, Qt.AlignmentFlag.AlignLeft)
        self.box.addStretch(1)
        self.set_body(body)
        for id in ("save", "save_close"):
            self.calls[id].setEnabled(True)

    def deed(self) -> Deed:
        """What is entered, as a call; may raise Invalid by the field."""
        raise NotImplementedError

    def done(self, value: Any) -> None:
        """The service agreed; the panel goes by itself."""

    def begin(self, note: str) -> None:
        """Come out beside the page with a fresh form; `note` says what is at stake."""
        self._op = str(uuid6.uuid7())
        self.form.clear_errors()
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.desk.show_panel(self)
        first = next(iter(self.form.rows.values()), None)
        if first is not None and self.isVisible():
            first.field.setFocus()

    def carry_out(self) -> None:
        """Do what the form says."""
        if self._sending or not self.form.check():
            return
        try:
            deed = self.deed()
        except Invalid as error:
            self.form.show_errors(error)
            return
        self._sending = True
        self.press.setEnabled(False)
        self.desk.do(self, deed.service, *deed.args, **deed.kw, op_id=self._op, then=self._done, otherwise=self._refused)

    def save_now(self) -> None:
        self.carry_out()

    def save_and_close(self) -> None:
        self.carry_out()

    def _done(self, value: Any) -> None:
        self._rest()
        self._op = str(uuid6.uuid7())
        self.done(value)
        self.closed.emit()

    def _refused(self, error: Refused) -> None:
        self._rest()
        self.form.show_errors(error)

    def _rest(self) -> None:
        self._sending = False
        self.press.setEnabled(True)
