"""A field of a form that holds another customer: found as you type, named once chosen, or empty."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.services.customers import CustomerRow, find
from fieldoffice.ui.customers.words import translate
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.picker import Give, Picker
from fieldoffice.ui.parts.buttons import IconButton
from fieldoffice.ui.parts.labels import ElidedLabel


class CustomerField(QWidget):
    """`value()` is a customer's id or None. Ids that were given without a name are named when the database answers."""

    value_changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self._id = desk, None
        self._id: int | None
        self._names: dict[int, str] = {}
        self.picker = Picker(self._find, line, translate("Customers", "Nobody; type to find a customer"))
        self.said = ElidedLabel("")
        self.drop = IconButton("close", translate("Customers", "Leave empty"), lambda: self._take(None))
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.said, 1)
        row.addWidget(self.drop, 0, Qt.AlignmentFlag.AlignRight)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.picker)
        box.addLayout(row)
        self.setFocusProxy(self.picker)
        self.picker.chosen.connect(self._chosen)
        self._show()

    def value(self) -> int | None:
        return self._id

    def set_value(self, id: int | None, name: str = "") -> None:
        """Show a customer without telling anybody; `name` where it is known."""
        self._id = id
        if id is not None and name:
            self._names[id] = name
        self._show()

    def know(self, names: Sequence[tuple[int, str]]) -> None:
        """Names of customers that may be shown."""
        self._names.update(names)
        self._show()

    def _find(self, text: str, give: Give) -> None:
        self.desk.see(self, find, text, limit=20, then=lambda rows: give(text, rows))

    def _chosen(self, row: CustomerRow) -> None:
        self._names[row.id] = row.name
        self._take(row.id)

    def _take(self, id: int | None) -> None:
        self.set_value(id)
        self.value_changed.emit()
        if id is None:
            self.picker.setFocus()

    def _show(self) -> None:
        chosen = self._id is not None
        self.said.setText(self._names.get(self._id or 0, f"#{self._id}") if chosen else "")
        self.picker.setVisible(not chosen)
        self.said.setVisible(chosen)
        self.drop.setVisible(chosen)


def line(row: CustomerRow) -> str:
    """A customer in one line of a list to choose from."""
    return "  ·  ".join(part for part in (row.name, row.number, row.phone or row.email, row.city) if part)
