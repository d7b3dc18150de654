"""The way in and out of a list, in the head of its page: import from a file, export what the list shows."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget

from fieldoffice.ui import icons
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange import exporting
from fieldoffice.ui.parts.buttons import menu_button
from fieldoffice.ui.parts.table import Table

UTC = ZoneInfo("UTC")


def tr(words: str) -> str:
    return QCoreApplication.translate("Exchange", words)


def gate(desk: Desk, page: QWidget, table: Table, kind: str, title: str, *,
         zone: Callable[[], ZoneInfo] = lambda: UTC) -> QToolButton:  # fmt: skip
    """A menu for `page`'s head. `kind` is what the import page calls this list; `title` names the exported one."""
    export = exporting.attach(desk, table, title, zone=zone)
    bring = QAction(tr("Import %1…").replace("%1", title.lower()), page)
    icons.dress(bring, "upload")
    bring.triggered.connect(lambda _checked=False: desk.open("import", kind=kind))
    take = QAction(tr("Export this list…"), page)
    icons.dress(take, "download")
    take.triggered.connect(lambda _checked=False: export.ask())
    return menu_button("swap_vert", tr("Import and export"), [bring, take], page)
