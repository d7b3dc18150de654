"""Making and drawing statements beside the screen, with how far it is and Cancel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from fieldoffice.services.collecting.working import carry_out
from fieldoffice.services.exchange.ledger import Progress
from fieldoffice.ui.accounting.statements_words import tr
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange.working import Working


class StatementWork(QObject):
    """One run at a time; others are refused in words meanwhile."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self.desk, self.working = desk, Working(desk, self)

    @property
    def busy(self) -> bool:
        return self.working.busy

    def start(self, run_id: int, then: Callable[[bool], object]) -> None:
        """Carry a run out; `then(whole)` says whether it came to its end."""
        if self.busy:
            self.desk.toast(tr("Other statements are being made. Please wait until they are done."), kind="warn")
            return
        seat = self.desk.seat

        def work(progress: Progress) -> bool:
            from fieldoffice.services.documents.press import Press  # imports the whole of paper: not on the Qt thread

            press = Press()
            try:
                return carry_out(seat, run_id, lambda paper: press.draw("statement", paper).result(), progress)
            finally:
                press.close()

        self.working.start(tr("Making statements"), work, then)

    def cancel(self) -> Any:
        self.working.cancel()
