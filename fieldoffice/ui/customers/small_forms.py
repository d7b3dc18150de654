"""The forms of a contact and of an address beside the page of their customer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from fieldoffice.models.customer import Contact, Location
from fieldoffice.models.errors import Refused, Stale
from fieldoffice.office import Tx
from fieldoffice.services.customers.contacts import ContactFacts, edit_contact, new_contact
from fieldoffice.services.customers.places import PlaceFacts, edit_place, new_place
from fieldoffice.services.customers.profile import ContactRow, PlaceRow, place_row
from fieldoffice.services.edits import Edit
from fieldoffice.ui.customers.words import PLACE_KINDS
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.drafts import Draft
from fieldoffice.ui.jobs.caller import PointField
from fieldoffice.ui.parts.arranging import side_by_side
from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.panel import SidePanel


class RowPanel(SidePanel):
    """The form of one row that belongs to a customer: `show_row` with the row, None for a new one."""

    KIND = ""

    def __init__(self, desk: Desk) -> None:
        super().__init__("")
        self.desk, self.form, self.customer_id = desk, Form(), 0
        self.row: Any = None
        self._saving = False
        self._add_fields()
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(16, 12, 16, 16)
        box.addWidget(self.form)
        box.addStretch(1)
        self.set_body(body)
        self.draft = Draft(desk, self.KIND, self.form)
        self.form.changed.connect(lambda: self.set_dirty(True))

    def show_row(self, customer_id: int, row: Any | None) -> None:
        """Fill the form; what was typed here and not saved is put back."""
        self.customer_id, self.row = customer_id, row
        self.form.clear_errors()
        self.form.set_values(self.values_of(row))
        self.set_title(self.title_of(row))
        self.set_dirty(False)
        assert self.draft is not None
        self.draft.kind = self.KIND if row else f"{self.KIND} of {customer_id}"  # what is new at one customer stays there
        self.draft.open(row.id if row else None, row.version if row else 0)

    def save(self, then: Callable[[], object]) -> None:
        if self._saving or not self.form.check():
            return
        self._saving = True
        self._send(self.row.version if self.row else 0, self.form.values(), then)

    def discard(self) -> None:
        self.form.clear_errors()

    def _send(self, version: int, values: dict[str, Any], then: Callable[[], object]) -> None:
        assert self.draft is not None
        service, args, words = self.service(values, version)
        self.desk.act(self, words, service, *args[0], **args[1], op_id=self.draft.op(),
                      then=lambda edit: self._landed(edit, then), otherwise=lambda error: self._refused(error, then))

    def _landed(self, _edit: Edit, then: Callable[[], object]) -> None:
        self._saving = False
        then()
        self.closed.emit()  # a new one begins with its button; the row itself is on the page

    def _refused(self, error: Refused, then: Callable[[], object]) -> None:
        self._saving = False
        if isinstance(error, Stale) and self.row is not None and self.draft is not None:
            def again(version: int, values: dict[str, Any]) -> None:
                self._saving = True
                self._send(version, values, then)

            self.draft.stale(error, self.asker(self.row.id), again)
        else:
            self.form.show_errors(error)

    # what each kind fills in

    def _add_fields(self) -> None:
        raise NotImplementedError

    def values_of(self, row: Any | None) -> dict[str, Any]:
        raise NotImplementedError

    def title_of(self, row: Any | None) -> str:
        raise NotImplementedError

    def service(self, values: dict[str, Any], version: int) -> tuple[Callable[..., Edit], tuple[tuple[Any, ...], dict[str, Any]], str]:
        raise NotImplementedError

    def asker(self, id: int) -> Callable[[Tx], tuple[int, dict[str, Any]]]:
        raise NotImplementedError


class ContactPanel(RowPanel):
    """A person to call."""

    KIND = "contact"

    def _add_fields(self) -> None:
        said = {"name": self.tr("Name"), "role": self.tr("Role"), "phone": self.tr("Phone"), "email": self.tr("E-mail")}
        for name, words in said.items():
            self.form.add(name, words, QLineEdit(), required=name == "name")

    def values_of(self, row: ContactRow | None) -> dict[str, Any]:
        return {name: getattr(row, name) if row else "" for name in ("name", "role", "phone", "email")}

    def title_of(self, row: ContactRow | None) -> str:
        return self.tr("Edit %1").replace("%1", row.name) if row else self.tr("New contact")

    def service(self, values: dict[str, Any], version: int) -> Any:
        facts = ContactFacts(**{name: values[name] for name in ("name", "role", "phone", "email")})
        if self.row is None:
            return new_contact, ((self.customer_id, facts), {}), self.tr("%1 added").replace("%1", facts.name)
        return edit_contact, ((self.row.id,), {"version": version, "facts": facts}), self.tr("%1 changed").replace("%1", facts.name)

    def asker(self, id: int) -> Callable[[Tx], tuple[int, dict[str, Any]]]:
        def ask(tx: Tx) -> tuple[int, dict[str, Any]]:
            c = tx.get(Contact, id)
            return c.version, {"name": c.name, "role": c.role, "phone": c.phone, "email": c.email}

        return ask


TEXTS = ("street", "city", "region", "postal_code", "label", "notes")


class PlacePanel(RowPanel):
    """An address."""

    KIND = "location"

    def _add_fields(self) -> None:
        self.kind, self.notes = Segmented(PLACE_KINDS, "For"), QPlainTextEdit()
        self.notes.setTabChangesFocus(True)
        self.notes.setFixedHeight(76)
        add = self.form.add
        add("street", self.tr("Street and number"), QLineEdit(), required=True)
        add("city", self.tr("City"), QLineEdit())
        add("region", self.tr("Region"), QLineEdit())
        add("postal_code", self.tr("Postal code"), QLineEdit())
        side_by_side(self.form, ("city", "region", "postal_code"), (4, 2, 2))
        add("label", self.tr("What it is called"), QLineEdit(), hint=self.tr("Such as Summer house, Warehouse; may stay empty."))
        add("kind", self.tr("For"), self.kind)
        add("place", self.tr("Coordinates (latitude, longitude)"), PointField(),
            hint=self.tr("Or drag the pin on the map. Without coordinates visits here can be planned by hand, but not routed."))
        add("notes", self.tr("Notes for whoever goes there"), self.notes)

    def values_of(self, row: PlaceRow | None) -> dict[str, Any]:
        texts = {name: getattr(row, name) if row else "" for name in TEXTS}
        return {**texts, "kind": row.kind if row else "service", "place": list(row.place) if row and row.place else None}

    def title_of(self, row: PlaceRow | None) -> str:
        return self.tr("Edit address") if row else self.tr("New address")

    def service(self, values: dict[str, Any], version: int) -> Any:
        place = values.get("place")
        facts = PlaceFacts(**{name: values[name] for name in TEXTS}, kind=values["kind"], place=(place[0], place[1]) if place else None)
        if self.row is None:
            return new_place, ((self.customer_id, facts), {}), self.tr("Address added")
        return edit_place, ((self.row.id,), {"version": version, "facts": facts}), self.tr("Address changed")

    def asker(self, id: int) -> Callable[[Tx], tuple[int, dict[str, Any]]]:
        def ask(tx: Tx) -> tuple[int, dict[str, Any]]:
            row = place_row(tx.get(Location, id))
            return row.version, self.values_of(row)

        return ask
