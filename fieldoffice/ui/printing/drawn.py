"""Any paper of a page: asked for, drawn in a child process, shown before it is printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from fieldoffice.models.errors import Refused

if TYPE_CHECKING:
    from fieldoffice.services.documents.press import Press
    from fieldoffice.ui.desk import Desk
    from fieldoffice.ui.printing.preview import PrintPreview
    from fieldoffice.ui.works import Work


class Drawn(QObject):
    """Owned by a page; its press is started with the first paper and ended with the page."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self.desk, self.page = desk, page
        self.press: Press | None = None
        self.preview: PrintPreview | None = None
        self._work: Work | None = None
        page.destroyed.connect(self.close)

    def show(self, kind: str, query: Callable[..., tuple[str, Any]], *args: Any) -> None:
        """`query(tx, *args)` gives a title and the frozen sheet that the press draws as `kind`. One paper at a time."""
        if self.begin():
            self.desk.see(self, query, *args, then=lambda found: self._found(kind, *found), otherwise=self.failed)

    def draw(self, kind: str, sheet: Any, then: Callable[[bytes], None]) -> None:
        """Draw a sheet in the child process after `begin`, and go on with its bytes."""
        known = self.press

        def work() -> tuple[Press, bytes]:
            press = known or _press()  # imports the whole of paper: not on the Qt thread
            return press, press.draw(kind, sheet).result()

        def drawn(made: tuple[Press, bytes]) -> None:
            self.press = made[0]
            self.end()
            then(made[1])

        self.desk.background.ask(self, work, drawn, self.failed)

    def preview_of(self, title: str, pdf: bytes) -> None:
        """Show a paper before it is printed."""
        from fieldoffice.ui.printing.preview import PrintPreview

        self.preview = PrintPreview(pdf, title, self.page.window())
        self.preview.open()

    def close(self) -> None:
        if self.press is not None:
            self.press.close()

    def begin(self) -> bool:
        """Say that a paper is being drawn; False while another one is."""
        if self._work is not None:
            return False
        self._work = self.desk.work(self.tr("Drawing the page"))
        return True

    def end(self) -> None:
        if self._work is not None:
            self._work.end()
            self._work = None

    def failed(self, error: Refused) -> None:
        self.end()
        self.desk.refuse(error)

    def _found(self, kind: str, title: str, sheet: Any) -> None:
        self.draw(kind, sheet, lambda pdf: self.preview_of(title, pdf))


def _press() -> Press:
    from fieldoffice.services.documents.press import Press

    return Press()
