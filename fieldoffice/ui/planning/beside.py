"""The optimizer's place on the page: its button among the tools, its panel at the side, the tray out of the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from fieldoffice.ui import icons
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import plain_tip

if TYPE_CHECKING:
    from fieldoffice.ui.schedule.page import SchedulePage

ROOMY = 1300
"""A page at least so wide keeps its tray beside the panel."""


class Beside:
    """While the panel is shown, its own button is the one to press next: that of the tools steps back."""

    def __init__(self, page: SchedulePage, action: QAction) -> None:
        self.page = page
        self.opener = button(action.text(), action.trigger, icon="wand_stars", primary=True)
        self.opener.setToolTip(plain_tip(action.toolTip()))
        self._lent = False
        page.tools.addWidget(self.opener)

    def show(self, panel: QWidget) -> None:
        self.page.show_side(panel)
        self._dress(primary=False)
        column = self.page.view.column
        if self.page.width() < ROOMY and not column.isHidden():
            self._swap(tray=False)

    def hide(self) -> None:
        self.page.show_side(None)
        self._dress(primary=True)
        if self._lent:
            self._swap(tray=True)

    def _swap(self, *, tray: bool) -> None:
        """Only for the moment: what a person chose for the tray is not changed."""
        self._lent = not tray
        self.page.view.column.setVisible(tray)
        self.page.view.strip.setVisible(not tray)

    def _dress(self, *, primary: bool) -> None:
        self.opener.setProperty("primary", primary)
        self.opener.style().unpolish(self.opener)
        self.opener.style().polish(self.opener)
        icons.dress(self.opener, "wand_stars", "on_accent" if primary else "text")
