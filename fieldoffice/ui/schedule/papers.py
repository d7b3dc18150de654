"""Day sheets from the board: asked for, drawn in a child process, previewed and printed."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction

from fieldoffice.ui import actions

if TYPE_CHECKING:
    from fieldoffice.office import Tx
    from fieldoffice.services.documents.daysheet import DaySheet
    from fieldoffice.services.documents.press import Press
    from fieldoffice.ui.schedule.page import SchedulePage
    from fieldoffice.ui.works import Work

IDLE_MS = 4_000


class Papers(QObject):
    """Owned by the page; its press is started with the first paper and ended with the page."""

    def __init__(self, page: SchedulePage) -> None:
        super().__init__(page)
        self.page = page
        self.press: Press | None = None
        self._work: Work | None = None
        self.action: QAction = actions.bind(page, {"day_sheet": self.show})["day_sheet"]
        page.destroyed.connect(self.close)
        QTimer.singleShot(IDLE_MS, self, self._warm)

    def show(self) -> None:
        """The sheets of the selected visits' providers, or of everybody on the first day shown."""
        page = self.page
        ids = {i for card in page.view.selected() for i in card.provider_ids}
        page.desk.see(self, _sheets, page.first_on, tuple(sorted(ids)), then=self._draw)

    def close(self) -> None:
        if self.press is not None:
            self.press.close()

    def _warm(self) -> None:
        """Start the press while nobody waits for it: the first paper then takes a second rather than ten."""
        if self.press is None and self.page.isVisible():
            self.page.desk.background.ask(self, _press, self._warmed)

    def _warmed(self, press: Press) -> None:
        if self.press is None:
            self.press = press
            self.press.warm()
        else:
            press.close()

    def _draw(self, sheets: tuple[DaySheet, ...]) -> None:
        if not sheets:
            self.page.desk.toast(self.tr("Nobody works on this day, so there is no day sheet."), kind="warn")
            return
        if self.press is None:
            self.press = _press()
        self._title = sheets[0].title if len(sheets) == 1 else f"Day sheets, {sheets[0].on.isoformat()}"
        self._work = self.page.desk.work(self.tr("Drawing day sheets"))
        drawn: Future[bytes] = self.press.draw("day sheets", sheets)
        self.page.desk.background.ask(self, drawn.result, self._preview, self._failed)

    def _preview(self, pdf: bytes) -> None:
        from fieldoffice.ui.printing.preview import PrintPreview

        self._end()
        self.preview = PrintPreview(pdf, self._title, self.page.window())
        self.preview.open()

    def _failed(self, error: Exception) -> None:
        self._end()
        self.page.desk.refuse(error)  # type: ignore[arg-type]

    def _end(self) -> None:
        if self._work is not None:
            self._work.end()
            self._work = None


def _sheets(tx: Tx, on: date, provider_ids: tuple[int, ...]) -> tuple[DaySheet, ...]:
    from fieldoffice.services.daysheets import day_sheets  # brings the whole of paper with it, off the Qt thread

    return day_sheets(tx, on, provider_ids)


def _press() -> Press:
    from fieldoffice.services.documents.press import Press

    return Press()
