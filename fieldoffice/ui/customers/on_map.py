"""The way to the map from a field for coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit

from fieldoffice.services.geo import Point
from fieldoffice.ui import icons
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.fields import ReadField

if TYPE_CHECKING:
    from fieldoffice.ui.customers.pin_dialog import PinDialog


class OnMap(QAction):
    """The sign in a field for coordinates that opens the map; the dialog is made when it is pressed."""

    def __init__(self, desk: Desk, field: ReadField[Point], title: str) -> None:
        super().__init__(QCoreApplication.translate("Customers", "Set it on the map…"), field)
        self.desk, self.field, self.heading = desk, field, title
        self.dialog: PinDialog | None = None
        icons.dress(self, "add_location")
        self.triggered.connect(lambda _checked=False: self.open())
        field.addAction(self, QLineEdit.ActionPosition.TrailingPosition)

    def open(self) -> None:
        """Show the map, with the pin at what the field says."""
        from fieldoffice.ui.customers.pin_dialog import PinDialog  # brings the web engine

        self.dialog = PinDialog(self.desk, self.heading, self.field.value(), self.field.window())
        self.dialog.placed.connect(self._take)
        self.dialog.finished.connect(self._closed)
        self.dialog.open()

    def _take(self, place: Any) -> None:
        self.field.set_value(place)
        self.field.setModified(True)
        self.field.value_changed.emit()

    def _closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
        self.field.setFocus()
