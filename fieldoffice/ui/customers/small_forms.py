"""The forms of a contact and of an address beside the page of their customer."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from fieldoffice.models.customer import Contact, Location
from fieldoffice.office import Tx
from fieldoffice.services.customers.contacts import ContactFacts, edit_contact, new_contact
from fieldoffice.services.customers.places import PlaceFacts, edit_place, new_place
from fieldoffice.services.customers.profile import ContactRow, PlaceRow, place_row
from fieldoffice.ui.customers.on_map import OnMap
from fieldoffice.ui.customers.words import PLACE_KINDS
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.caller import PointField
from fieldoffice.ui.parts.access import AccessCodes, CodeOffer
from fieldoffice.ui.parts.arranging import side_by_side
from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.rowpanel import RowPanel, Values, Wish

FACTS = ("name", "role", "phone", "email")


class ContactPanel(RowPanel):
    """A person to call."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "contact")
        self.customer_id = 0
        said = {"name": self.tr("Name"), "role": self.tr("Role"), "phone": self.tr("Phone"), "email": self.tr("E-mail")}
        for name, words in said.items():
            self.form.add(name, words, QLineEdit(), required=name == "name")

    def show_contact(self, customer_id: int, row: ContactRow | None) -> None:
        """The form of a contact; None for a new one of this customer."""
        self.customer_id = customer_id
        title = self.tr("Edit %1").replace("%1", row.name) if row else self.tr("New contact")
        values = {name: getattr(row, name) if row else "" for name in FACTS}
        self.show_row(title, row.id if row else None, row.version if row else 0, values, of=str(customer_id))

    def wanted(self) -> Wish:
        facts = ContactFacts(**{name: self.form.values()[name] for name in FACTS})
        if self.row_id is None:
            return Wish(self.tr("%1 added").replace("%1", facts.name), new_contact, (self.customer_id, facts))
        return Wish(self.tr("%1 changed").replace("%1", facts.name), edit_contact, (self.row_id,), {"facts": facts})

    def now(self, tx: Tx, row_id: int) -> tuple[int, Values]:
        c = tx.get(Contact, row_id)
        return c.version, {name: getattr(c, name) for name in FACTS}


TEXTS = ("street", "city", "region", "postal_code", "label", "notes")


class PlacePanel(RowPanel):
    """An address."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "location")
        self.customer_id = 0
        self.kind_field, self.notes = Segmented(PLACE_KINDS, "For"), QPlainTextEdit()
        self.notes.setTabChangesFocus(True)
        self.notes.setFixedHeight(76)
        point = PointField()
        OnMap(desk, point, self.tr("Where the address lies"))
        add = self.form.add
        add("street", self.tr("Street and number"), QLineEdit(), required=True)
        add("city", self.tr("City"), QLineEdit())
        add("region", self.tr("Region"), QLineEdit())
        add("postal_code", self.tr("Postal code"), QLineEdit())
        side_by_side(self.form, ("city", "region", "postal_code"), (4, 2, 2))
        add("label", self.tr("What it is called"), QLineEdit(), hint=self.tr("Such as Summer house, Warehouse; may stay empty."))
        add("kind", self.tr("For"), self.kind_field)
        add("place", self.tr("Coordinates (latitude, longitude)"), point,
            hint=self.tr("Or drag the pin on the map. Without coordinates visits here can be planned by hand, but not routed."))
        add("notes", self.tr("Notes for whoever goes there"), self.notes)
        self.codes = AccessCodes(desk)
        for below in (CodeOffer(self.codes, self.notes), self.codes):
            self.form.add_widget(below)

    def show_place(self, customer_id: int, row: PlaceRow | None) -> None:
        """The form of an address; None for a new one of this customer."""
        self.customer_id = customer_id
        self.codes.show_location(row.id if row else 0)
        title = self.tr("Edit address") if row else self.tr("New address")
        self.show_row(title, row.id if row else None, row.version if row else 0, values_of(row), of=str(customer_id))

    def wanted(self) -> Wish:
        values = self.form.values()
        place = values.get("place")
        facts = PlaceFacts(**{name: values[name] for name in TEXTS}, kind=values["kind"], place=(place[0], place[1]) if place else None)
        if self.row_id is None:
            return Wish(self.tr("Address added"), new_place, (self.customer_id, facts))
        return Wish(self.tr("Address changed"), edit_place, (self.row_id,), {"facts": facts})

    def now(self, tx: Tx, row_id: int) -> tuple[int, Values]:
        row = place_row(tx, tx.get(Location, row_id))
        return row.version, values_of(row)


def values_of(row: PlaceRow | None) -> dict[str, Any]:
    """An address in the form's terms."""
    texts = {name: getattr(row, name) if row else "" for name in TEXTS}
    return {**texts, "kind": row.kind if row else "service", "place": list(row.place) if row and row.place else None}
