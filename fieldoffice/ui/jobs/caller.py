"""Who calls and where the work is: found as you type, or entered anew. Rows for the form of a new job."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldoffice.services import customers
from fieldoffice.services.customers import CustomerRow, LocationRow
from fieldoffice.services.geo import Point
from fieldoffice.services.jobs.calls import NewCustomer, NewPlace
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.picker import Give, Picker
from fieldoffice.ui.jobs.words import breakable
from fieldoffice.ui.parts.arranging import side_by_side
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.fields import ReadField
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.reading import Unreadable

NEW = 0


class PointField(ReadField[Point]):
    """Latitude and longitude as maps give them: "38.9072, -77.0369"."""

    def read(self, text: str) -> Point:
        found = re.fullmatch(r"\s*([+-]?\d+(?:\.\d+)?)\s*[,; ]\s*([+-]?\d+(?:\.\d+)?)\s*", text)
        if found is None:
            raise Unreadable(self.tr("Enter latitude and longitude such as 38.9072, -77.0369."))
        return float(found[1]), float(found[2])

    def shown(self, value: Point) -> str:
        return f"{value[0]:.6f}, {value[1]:.6f}"

    def stepped(self, value: Point, steps: int) -> Point:
        return value


class Chooser(QWidget):
    """Find a customer, or press New customer; what was chosen stands there with a way back."""

    find_again = Signal()
    new_wanted = Signal()

    def __init__(self, picker: Picker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picker, self.said = picker, PlainLabel("", wrap=True)
        self.entered: Callable[[], dict[str, Any]] = dict
        self.restore: Callable[[dict[str, Any]], object] = dict
        self.new, self.other = button(self.tr("New customer"), self.new_wanted.emit, icon="person_add"), \
            button(self.tr("Change"), self.find_again.emit, link=True)
        top, chosen = QHBoxLayout(), QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(picker, 1)
        top.addWidget(self.new)
        chosen.setSpacing(8)
        chosen.addWidget(self.said, 1)
        chosen.addWidget(self.other, 0, Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(top)
        box.addLayout(chosen)
        self.setFocusProxy(picker)
        self.show_words("")

    def value(self) -> dict[str, Any]:
        """Who is chosen or about to be entered, to be kept with a draft."""
        return self.entered()

    def set_value(self, given: dict[str, Any] | None) -> None:
        """Show what `value` gave."""
        self.restore(given or {})

    def show_words(self, words: str) -> None:
        """Words of what was chosen; none to search again."""
        self.said.setText(breakable(words))
        for widget, shown in ((self.picker, not words), (self.new, not words), (self.said, bool(words)), (self.other, bool(words))):
            widget.setVisible(shown)


class Caller(QObject):
    """Adds its rows to `form`. What is neither chosen nor entered is None; the service says what is missing."""

    changed = Signal()
    placed = Signal()  # which rows are in sight, and so perhaps the address, has changed

    def __init__(self, desk: Desk, form: Form) -> None:
        super().__init__(form)
        self.desk, self.form = desk, form
        self.row: CustomerRow | None = None
        self.is_new = False
        self._wished_place: int | None = None
        self.places: tuple[LocationRow, ...] = ()
        self.picker = Picker(self._find, _line, self.tr("Name, phone, e-mail or city"))
        self.chooser = Chooser(self.picker)
        self.chooser.entered, self.chooser.restore = self.entered, self.restore
        self.name, self.phone, self.email = QLineEdit(), QLineEdit(), QLineEdit()
        self.place = Choice()
        self.street, self.city, self.region, self.postal_code, self.point = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit(), PointField()
        self._add_rows()
        self.picker.chosen.connect(self.choose)
        self.chooser.new_wanted.connect(self.enter_new)
        self.chooser.find_again.connect(self.find_again)
        self.place.value_changed.connect(self._show_rows)
        self.point.value_changed.connect(self._show_rows)
        self.find_again()

    # what is entered

    @property
    def customer_id(self) -> int:
        return self.row.id if self.row is not None and not self.is_new else 0

    @property
    def location_id(self) -> int:
        """The chosen address, 0 for a new one or none."""
        return (self.place.value() or 0) if self.customer_id else 0

    def new_customer(self) -> NewCustomer | None:
        return NewCustomer(self.name.text(), self.phone.text(), self.email.text()) if self.is_new else None

    def new_place(self) -> NewPlace | None:
        if self._fixed():
            return None
        return NewPlace(self.street.text(), self.city.text(), self.region.text(), self.postal_code.text(), self.point.value())

    def entered(self) -> dict[str, Any]:
        """Who is chosen, in JSON terms; {} for nobody."""
        if self.is_new:
            return {"new": True}
        return {} if self.row is None else {"row": asdict(self.row), "place": self.place.value()}

    def restore(self, given: dict[str, Any]) -> None:
        """Show what `entered` gave."""
        if "row" in given:
            self._wished_place = given.get("place")
            self.choose(CustomerRow(**given["row"]))
        elif given.get("new"):
            self.enter_new()
        else:
            self.find_again()

    # acts

    def choose(self, row: CustomerRow) -> None:
        """Take a known customer; its addresses are asked for."""
        self.row, self.is_new, self.places = row, False, ()
        self.place.set_choices([])
        self.chooser.show_words(_line(row))
        self._show_rows()
        self.desk.see(self, customers.locations, row.id, then=self._arrived)
        self.changed.emit()

    def enter_new(self) -> None:
        """Enter a new customer; what was searched for becomes the name, unless it is a number or an address."""
        typed = self.picker.text().strip()
        self.row, self.is_new, self.places = None, True, ()
        if typed and not self.name.text():
            self._take_over(typed)
        self.chooser.show_words(self.tr("A new customer"))
        self._show_rows()
        self.name.setFocus(Qt.FocusReason.TabFocusReason)
        self.changed.emit()

    def find_again(self) -> None:
        """Nobody is chosen."""
        self.row, self.is_new, self.places = None, False, ()
        self.chooser.show_words("")
        self._show_rows()
        self.picker.setFocus(Qt.FocusReason.TabFocusReason)

    def clear(self) -> None:
        for field in (self.name, self.phone, self.email, self.street, self.city, self.region, self.postal_code, self.picker):
            field.clear()
        self.point.set_value(None)
        self.find_again()

    # inside

    def _take_over(self, typed: str) -> None:
        field = self.email if "@" in typed else self.phone if re.fullmatch(r"[\d ()+./-]{4,}", typed) else self.name
        field.setText(typed)
        self.picker.clear()

    def _arrived(self, places: tuple[LocationRow, ...]) -> None:
        self.places = places
        self.place.set_choices([*((place.id, place.line) for place in places), (NEW, self.tr("New address…"))])
        offered = {NEW, *(place.id for place in places)}
        wished, self._wished_place = self._wished_place, None
        self.place.set_value(wished if wished in offered else places[0].id if places else NEW)
        self._show_rows()

    def _fixed(self) -> bool:
        """Whether a known address is chosen, or there is nobody yet whose address it could be."""
        return not self.is_new and (self.row is None or self.place.value() != NEW)

    def _show_rows(self) -> None:
        self.placed.emit()
        for row in (self.form.rows["name"], self.reach):
            row.setVisible(self.is_new)
        self.form.rows["location"].setVisible(self.row is not None)
        for row in (self.form.rows["street"], self.town, self.form.rows["place"]):
            row.setVisible(not self._fixed())
        here = next((place for place in self.places if place.id == self.place.value()), None)
        entered = not self._fixed() and self.point.value() is None
        self.unplaced.setVisible(entered or (here is not None and here.place is None and self._fixed()))
        if self._fixed() and self.point.problem():
            self.point.set_value(None)

    def _find(self, text: str, give: Give) -> None:
        def found(rows: Sequence[CustomerRow]) -> None:
            give(text, rows)

        self.desk.see(self, customers.find, text, limit=20, then=found)

    def _add_rows(self) -> None:
        add = self.form.add
        add("customer", self.tr("Customer"), self.chooser)
        add("name", self.tr("Name"), self.name)
        add("phone", self.tr("Phone"), self.phone)
        add("email", self.tr("E-mail"), self.email)
        self.reach = side_by_side(self.form, ("phone", "email"), (2, 3))
        add("location", self.tr("Address"), self.place)
        add("street", self.tr("Street and number"), self.street)
        add("city", self.tr("City"), self.city)
        add("region", self.tr("Region"), self.region)
        add("postal_code", self.tr("Postal code"), self.postal_code)
        self.town = side_by_side(self.form, ("city", "region", "postal_code"), (4, 2, 2))
        add("place", self.tr("Coordinates (latitude, longitude)"), self.point)
        self.point.setPlaceholderText("38.9072, -77.0369")
        words = self.tr("Without coordinates this visit can be planned by hand, but not routed, until the address is placed.")
        self.unplaced = PlainLabel(words, "warn", wrap=True)
        self.form.add_widget(self.unplaced)


def _line(row: CustomerRow) -> str:
    found: list[Any] = [row.name, row.phone or row.email, row.city]
    return "  ·  ".join(part for part in found if part)
