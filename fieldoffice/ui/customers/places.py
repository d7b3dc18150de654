"""The addresses of a customer: a list, and a map on which each has a pin to drag."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.services.customers.places import pin_place, switch_place
from fieldoffice.services.customers.profile import CustomerSheet, PlaceRow
from fieldoffice.ui.customers.lists import text
from fieldoffice.ui.customers.small_forms import PlacePanel
from fieldoffice.ui.customers.words import PLACE_KINDS, placed_words
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.rows import Rows
from fieldoffice.ui.parts.table import Table


class PlacesSection(QWidget):
    """The map is made when the section is first in sight. Dropping a pin is a change of its own that can be undone."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.sheet, self.map = desk, None, None
        self.sheet: CustomerSheet | None
        self.map: Any
        self.panel: PlacePanel | None = None
        self.rows: Rows[PlaceRow] = Rows([
            text("line", "Address", lambda p: p.line, 240), text("label", "Name", lambda p: p.label, 80),
            text("kind", "For", lambda p: str(dict(PLACE_KINDS).get(p.kind, p.kind)), 64),
            text("placed", "On the map", self._placed, 136), text("jobs", "Jobs", lambda p: str(p.jobs or "–"), 52, right=True)])
        self.empty = EmptyState(self.tr("No address yet. Visits need one."), "add_location", self.tr("New address"), self.add)
        self.table = Table(self.rows, "Addresses", self.empty, memory=desk.memory)
        self.bare = Banner("warn", narrow=True)
        self.bare.hide()
        self.locate = self.bare.add_button(self.tr("Place it on the map"), self.ask_spot)
        self._build()
        self.table.opened.connect(self.show_form)
        self.table.picked.connect(lambda _row: self._picked())
        self._show_enabled()

    def show_customer(self, sheet: CustomerSheet) -> None:
        other = self.sheet is None or self.sheet.id != sheet.id
        self.sheet = sheet
        self.rows.show(sheet.places)
        if other:
            self.stop_asking()
        if (other or self.table.current() is None) and sheet.places:
            self.table.selectRow(0)
        self._show_bare()
        self._show_pins()
        self._show_enabled()

    # acts

    def add(self) -> None:
        self.show_form(None)

    def edit_current(self) -> None:
        if (row := self.table.current()) is not None:
            self.show_form(row)

    def switch_current(self) -> None:
        """Take the selected address out of use, or back."""
        row: PlaceRow | None = self.table.current()
        if row is not None:
            words = self.tr("%1 is out of use") if row.active else self.tr("%1 is in use again")
            self.desk.act(self, words.replace("%1", row.street), switch_place, row.id, version=row.version, active=not row.active)

    def drop(self, id: int, lat: float, lon: float) -> None:
        """A pin was dragged, or put down for the first time."""
        row = next((p for p in self.sheet.places if p.id == id), None) if self.sheet else None
        if row is None:
            return
        self.stop_asking()
        self.desk.act(self, self.tr("%1 is placed by hand").replace("%1", row.street), pin_place, id, version=row.version,
                      place=(lat, lon), otherwise=self._refused)

    def ask_spot(self) -> None:
        """Let the next click on the map place the address that has no coordinates."""
        row = self._unplaced()
        if row is not None and self.map is not None:
            self._select(row.id)
            self.map.ask_spot(self.tr("Click where %1 lies").replace("%1", row.street))

    def stop_asking(self) -> None:
        if self.map is not None:
            self.map.ask_spot("")

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        if self.map is None:
            self._make_map()

    # inside

    def _make_map(self) -> None:
        from fieldoffice.ui.customers.pin_map import PinMap  # brings the web engine, which few other pages need

        self.map = PinMap()
        self.map.dropped.connect(self.drop)
        self.map.picked.connect(self._select)
        self.map.spotted.connect(self._spotted)
        self.split.addWidget(self.map)
        self.split.setSizes([560, 440])
        self._show_pins()

    def _spotted(self, lat: float, lon: float) -> None:
        row: PlaceRow | None = self.table.current()
        if row is not None and row.place is None:
            self.drop(row.id, lat, lon)

    def _refused(self, error: Refused) -> None:
        self.desk.refuse(error)
        self._show_pins()  # the pin goes back to where the address lies

    def show_form(self, row: PlaceRow | None) -> None:
        self.panel = self.panel or PlacePanel(self.desk)
        if self.sheet is not None and self.panel.free():
            self.panel.show_place(self.sheet.id, row)
            self.panel.show_in(self.desk)

    def _select(self, id: int) -> None:
        found = next((n for n, row in enumerate(self.rows.rows) if row.id == id), None)
        if found is not None:
            self.table.selectRow(found)

    def _picked(self) -> None:
        self._show_enabled()
        self._show_pins()

    def _show_pins(self) -> None:
        if self.map is None or self.sheet is None:
            return
        from fieldoffice.ui.customers.pin_map import Pin

        chosen, fixed = self.table.current(), self.sheet.merged_into is not None
        self.map.show_pins([
            Pin(p.id, *p.place, p.label or p.street, chosen is not None and chosen.id == p.id, not fixed)
            for p in self.sheet.places if p.active and p.place is not None], near=self.sheet.near)  # fmt: skip

    def _show_bare(self) -> None:
        """What an address without coordinates costs, in words."""
        row = self._unplaced()
        if row is None:
            self.bare.hide()
            return
        words = self.tr("%1 has no coordinates. Its visits can be planned by hand; they get no drive times and no place on a route.")
        self.bare.show_words(words.replace("%1", row.street))

    def _unplaced(self) -> PlaceRow | None:
        chosen: PlaceRow | None = self.table.current()
        if chosen is not None and chosen.active and chosen.place is None:
            return chosen
        return next((p for p in self.sheet.places if p.active and p.place is None), None) if self.sheet else None

    def _placed(self, row: PlaceRow) -> str:
        if not row.active:
            return self.tr("out of use")
        return placed_words(row.placed_by) if row.place else self.tr("no coordinates")

    def _show_enabled(self) -> None:
        row: PlaceRow | None = self.table.current()
        alive = self.sheet is not None and self.sheet.merged_into is None
        self.new.setEnabled(alive)
        self.edit.setEnabled(alive and row is not None)
        self.switch.setEnabled(alive and row is not None)
        self.switch.setText(self.tr("Take out of use") if row is None or row.active else self.tr("Take into use"))

    def _build(self) -> None:
        self.new = button(self.tr("New address"), self.add, icon="add_location")
        self.edit = button(self.tr("Edit"), self.edit_current, icon="edit")
        self.switch = button(self.tr("Take out of use"), self.switch_current, icon="location_off")
        left, self.split = QWidget(), QSplitter(Qt.Orientation.Horizontal)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.new)
        row.addStretch(1)
        for part in (self.edit, self.switch):
            row.addWidget(part)
        inner = QVBoxLayout(left)
        inner.setContentsMargins(0, 0, 8, 0)
        inner.setSpacing(8)
        inner.addLayout(row)
        inner.addWidget(self.bare)
        inner.addWidget(self.table, 1)
        self.split.addWidget(left)
        self.split.setChildrenCollapsible(False)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 8, 16, 16)
        box.addWidget(self.split)

