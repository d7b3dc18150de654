"""Below notes about a customer: what looks like a gate or alarm code is offered to be kept as an access code of an address."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from fieldoffice.services.access import LocationCodes
from fieldoffice.services.customers.profile import PlaceRow
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.access import AccessCodes, CodeOffer
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.labels import PlainLabel


class UnseenCodes(AccessCodes):
    """The codes of the address to which one is moved; they are listed where the address is. `known` once they are read."""

    known = Signal()

    def show_location(self, location_id: int) -> None:
        super().show_location(location_id)
        self.hide()

    def _came(self, found: LocationCodes) -> None:
        super()._came(found)
        self.hide()
        self.known.emit()


class NotesCodes(QWidget):
    """`show_places` says to which addresses a code may belong; where there are several, one is chosen."""

    def __init__(self, desk: Desk, notes: QPlainTextEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notes, self.codes, self.place = notes, UnseenCodes(desk), Choice()
        self.offer = CodeOffer(self.codes, notes)
        self.which = QWidget()
        self._rest = QTimer(self, interval=300, singleShot=True)
        self._rest.timeout.connect(self._look)
        row = QHBoxLayout(self.which)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(PlainLabel(self.tr("It opens"), "muted"))
        row.addWidget(self.place, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        for part in (self.offer, self.which, self.codes):
            box.addWidget(part)
        self.codes.hide()
        self.which.hide()
        self.place.value_changed.connect(lambda: self.codes.show_location(self.place.value() or 0))
        notes.textChanged.connect(self._rest.start)
        self.codes.known.connect(self._look)

    def show_places(self, places: Sequence[PlaceRow]) -> None:
        """The addresses of the customer whose notes these are."""
        used = [p for p in places if p.active and p.kind == "service"] or [p for p in places if p.active]
        self.place.set_choices([(p.id, p.label or p.line) for p in used])
        self.codes.show_location(self.place.value() or 0)
        self._rest.start()

    def _look(self) -> None:
        """Offer it now; the codes of the address have come by then or come soon, and then it is looked again."""
        self.offer.look()
        self.which.setVisible(self.offer.offered is not None and self.place.count() > 1)
