"""A place set on a map: one pin to drag, or a click where there is none yet."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.office import Tx
from fieldoffice.services.company import company
from fieldoffice.services.geo import Point
from fieldoffice.ui.customers.pin_map import Pin, PinMap
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import PlainLabel

ONE = 1


class PinDialog(QDialog):
    """`placed(point)` when a person agreed to a place; a map without a pin begins near the office."""

    placed = Signal(object)

    def __init__(self, desk: Desk, title: str, place: Point | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.title, self.place = desk, title, place
        self.setWindowTitle(title)
        self.map, self.words = PinMap(self), PlainLabel("", "muted", wrap=True)
        self.take = button(self.tr("Use this place"), self._agree, primary=True)
        self.take.setDefault(True)
        self._build()
        self.map.dropped.connect(lambda _id, lat, lon: self.put(lat, lon))
        self.map.spotted.connect(self.put)
        self._show(fit=True)
        if place is None:
            desk.see(self, _office_place, then=self._near)

    def put(self, lat: float, lon: float) -> None:
        """The pin was dragged or put down."""
        self.place = (lat, lon)
        self._show(fit=False)

    def _near(self, place: Point | None) -> None:
        if self.place is None:
            self.map.show_pins((), near=place, fit=True)

    def _show(self, *, fit: bool) -> None:
        place = self.place
        self.take.setEnabled(place is not None)
        self.map.ask_spot("" if place else self.tr("Click where it lies"))
        self.words.setText(f"{place[0]:.5f}, {place[1]:.5f}" if place else self.tr("Zoom in with the wheel, then click where it lies."))
        if place is not None:
            self.map.show_pins([Pin(ONE, *place, self.title, True, True)], fit=fit)

    def _agree(self) -> None:
        if self.place is not None:
            self.placed.emit(self.place)
        self.accept()

    def _build(self) -> None:
        self.resize(760, 560)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(button(self.tr("Cancel"), self.reject))
        row.addWidget(self.take)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(12)
        box.addWidget(self.map, 1)
        box.addLayout(row)


def _office_place(tx: Tx) -> Point | None:
    return company(tx).place
