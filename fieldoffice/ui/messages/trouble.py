"""In the status line: how many messages failed, until somebody has looked after them."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from fieldoffice.services.messages.outbox import troubled
from fieldoffice.ui.parts.buttons import button


class Trouble(QWidget):
    """Hidden while every message is well; a press leads to those that are not."""

    def __init__(self, desk: Any) -> None:
        super().__init__()
        self.desk = desk
        self.link = button("", self._open, icon="mail", link=True)
        self.link.setAccessibleName("Messages that need attention")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 12, 0)
        row.addWidget(self.link)
        self.hide()
        if desk is not None:
            desk.live.watch(self, {"outbox_message"}, self.reload)

    def reload(self) -> None:
        self.desk.see(self, troubled, then=self._came, otherwise=lambda _refused: None)

    def _came(self, count: int) -> None:
        self.link.setText("1 message needs attention" if count == 1 else f"{count} messages need attention")
        self.link.setToolTip("Messages that failed, or of which nobody knows whether they arrived.")
        self.setVisible(count > 0)

    def _open(self) -> None:
        self.desk.open("messages", group="attention")
