"""Customers → Messages: everything that left the office or is on its way, failed ones with Retry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldoffice.ui.desk import Desk
from fieldoffice.ui.messages.listing import MessageList
from fieldoffice.ui.parts.buttons import button


class MessagesPage(QWidget):
    """`open(group=…, message_id=…)`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.list = desk, MessageList(desk, "Messages")
        self.texts = button(self.tr("Message texts"), lambda: desk.open("templates"), icon="edit_note")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.list)
        self.refresh()

    def head(self) -> Sequence[QAction | QWidget]:
        return [self.texts]

    def open(self, group: str = "", message_id: int = 0, **_: Any) -> None:
        if group:
            self.list.show_group(group)
        if message_id:
            self.list.show_message(message_id)

    def ready(self) -> bool:
        return self.list.found is not None

    def refresh(self) -> None:
        self.list.reload()

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.list.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.list.search.selectAll()
