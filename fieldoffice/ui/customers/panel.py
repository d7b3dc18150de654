"""The form of a customer beside the page: a new one, or the facts of one that is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused, Stale
from fieldoffice.office import Tx
from fieldoffice.services.customers.duplicates import Pair, alike
from fieldoffice.services.customers.editing import CustomerFacts, edit_customer, new_customer
from fieldoffice.services.customers.profile import CustomerSheet, customer_sheet
from fieldoffice.services.edits import Edit
from fieldoffice.services.fields import FieldRow, custom_fields
from fieldoffice.ui.customers.codes import NotesCodes
from fieldoffice.ui.customers.field import CustomerField
from fieldoffice.ui.customers.words import CHANNELS, KINDS, LANGUAGES
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.drafts import Draft
from fieldoffice.ui.parts.arranging import side_by_side
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.custom import OwnFields, row_name
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.panel import SidePanel

PLAIN = ("name", "email", "phone", "kind", "channel", "language", "notes", "parent_id", "bill_to_id", "requests_allowed")
FRESH = CustomerFacts("")


class CustomerPanel(SidePanel):
    """`open()` is a new customer, `open(customer_id=…)` the form of one. What was typed is kept as a draft."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("New customer")
        self.desk, self.sheet, self.form = desk, None, Form()
        self.sheet: CustomerSheet | None
        self._wanted, self._saving = 0, False
        self.name, self.email, self.phone, self.notes = QLineEdit(), QLineEdit(), QLineEdit(), QPlainTextEdit()
        self.kind, self.channel, self.language = Segmented(tuple(KINDS.items()), "Kind"), Choice(), Choice()
        self.parent_id, self.bill_to_id = CustomerField(desk), CustomerField(desk)
        self.requests = QCheckBox(self.tr("May ask for visits online"))
        self.twin = Banner("warn", narrow=True)
        self.twin.hide()
        self._near: tuple[Pair, ...] = ()
        self._arrange()
        self.own = OwnFields(self.form)
        self.draft = Draft(desk, "customer", self.form)
        self.form.changed.connect(lambda: self.set_dirty(True))
        for field in (self.name, self.email, self.phone):
            field.editingFinished.connect(self._compare)
        desk.live.watch(self, {"custom_field"}, self._ask_fields)

    def open(self, customer_id: int = 0, **_: Any) -> None:
        """Show the form of a customer, an empty one for a new customer."""
        self._wanted, self.sheet = customer_id, None
        self.twin.hide()
        self.form.clear_errors()
        self.set_title(self.tr("Edit customer") if customer_id else self.tr("New customer"))
        if customer_id:
            self.desk.see(self, customer_sheet, customer_id, then=self._arrived)
        else:
            self.codes.show_places(())
            self._ask_fields()
            self._fill(FRESH)
            self.draft.open(None, 0)  # type: ignore[union-attr]
        self.name.setFocus()

    def facts(self) -> CustomerFacts:
        """What is entered."""
        kept = self.sheet.custom if self.sheet else {}
        return _facts(self.form.values(), self.own.value(kept))

    def save(self, then: Callable[[], object]) -> None:
        if self._saving or not self.form.check():
            return
        self._saving = True
        self._send(self.sheet.version if self.sheet else 0, self.facts(), then)

    def discard(self) -> None:
        self.form.clear_errors()

    # inside

    def _send(self, version: int, facts: CustomerFacts, then: Callable[[], object]) -> None:
        assert self.draft is not None
        calls = {"then": lambda edit: self._saved_as(edit, then), "otherwise": lambda error: self._refused(error, then),
                 "op_id": self.draft.op()}
        if self.sheet is None:
            self.desk.act(self, self.tr("%1 entered").replace("%1", facts.name.strip()), new_customer, facts, **calls)
        else:
            self.desk.act(self, self.tr("%1 changed").replace("%1", facts.name.strip()), edit_customer, self.sheet.id,
                          version=version, facts=facts, **calls)

    def _saved_as(self, edit: Edit, then: Callable[[], object]) -> None:
        self._saving = False
        new = self.sheet is None
        then()
        if new:
            self.desk.open("customer", customer_id=edit.value)
        elif self.isVisible():
            self.desk.see(self, customer_sheet, edit.value, then=self._arrived)

    def _refused(self, error: Refused, then: Callable[[], object]) -> None:
        self._saving = False
        if isinstance(error, Stale) and self.sheet is not None and self.draft is not None:
            self.draft.stale(error, _asker(self.sheet.id), lambda version, values: self._again(version, values, then))
            return
        self.form.show_errors(error)

    def _again(self, version: int, values: dict[str, Any], then: Callable[[], object]) -> None:
        self._saving = True
        own = {key.removeprefix("custom."): value for key, value in values.items() if key.startswith("custom.")}
        kept = dict(self.sheet.custom) if self.sheet else {}
        self._send(version, _facts(values, {k: v for k, v in (kept | own).items() if v not in (None, "")}), then)

    def _arrived(self, sheet: CustomerSheet) -> None:
        if sheet.id != self._wanted:
            return
        self.sheet = sheet
        self.set_title(self.tr("Edit %1").replace("%1", sheet.name))
        for field, kin in ((self.parent_id, sheet.parent), (self.bill_to_id, sheet.bill_to)):
            field.know([(kin.id, kin.name)] if kin else [])
        self._offer(sheet.fields)
        self.codes.show_places(sheet.places)
        self._fill(facts_of(sheet))
        self.own.show(sheet.custom)
        self.set_dirty(False)
        self.draft.open(sheet.id, sheet.version, title=sheet.name)  # type: ignore[union-attr]

    def _fill(self, facts: CustomerFacts) -> None:
        self.form.set_values({name: getattr(facts, name) for name in PLAIN})
        self.own.show(facts.custom)
        self.set_dirty(False)

    def _ask_fields(self) -> None:
        self.desk.see(self, custom_fields, "customer", then=self._offer)

    def _offer(self, fields: tuple[FieldRow, ...]) -> None:
        dirty = self.dirty
        self.own.offer(fields)
        self.set_dirty(dirty)

    def _compare(self) -> None:
        """Say before it is saved that somebody like this is there already."""
        if self.sheet is None and self.isVisible() and (self.phone.text().strip() or self.email.text().strip()):
            self.desk.see(self, alike, name=self.name.text(), phone=self.phone.text(), email=self.email.text(), then=self._compared)

    def _compared(self, found: tuple[Pair, ...]) -> None:
        self._near = found
        if not found:
            self.twin.hide()
            return
        pair = found[0]
        self.twin.show_words(self.tr("%1 is there already: %2.").replace("%1", f"{pair.second.name} ({pair.second.number})")
                             .replace("%2", ", ".join(pair.reasons)))

    def _open_twin(self) -> None:
        if self._near:
            self.desk.open("customer", customer_id=self._near[0].second.id)

    def _arrange(self) -> None:
        self.notes.setTabChangesFocus(True)
        self.notes.setFixedHeight(96)
        self.channel.set_choices(CHANNELS)
        self.language.set_choices(LANGUAGES)
        self.twin.add_button(self.tr("Open"), self._open_twin)
        add = self.form.add
        add("name", self.tr("Name"), self.name, required=True)
        add("kind", self.tr("Kind"), self.kind)
        add("phone", self.tr("Phone"), self.phone)
        add("email", self.tr("E-mail"), self.email)
        add("channel", self.tr("Messages by"), self.channel)
        add("language", self.tr("Language"), self.language)
        side_by_side(self.form, ("channel", "language"), (1, 1))
        add("parent_id", self.tr("Belongs to (the customer above)"), self.parent_id)
        add("bill_to_id", self.tr("Bills are paid by"), self.bill_to_id)
        add("notes", self.tr("Notes"), self.notes, hint=self.tr("What everybody who deals with this customer should know."))
        self.codes = NotesCodes(self.desk, self.notes)
        self.form.add_widget(self.codes)
        add("requests_allowed", self.tr("Online requests"), self.requests)
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(16, 12, 16, 16)
        box.setSpacing(12)
        box.addWidget(self.twin)
        box.addWidget(self.form)
        box.addStretch(1)
        self.set_body(body)


def facts_of(sheet: CustomerSheet) -> CustomerFacts:
    """The form of a customer as the database has it."""
    return CustomerFacts(sheet.name, sheet.kind, sheet.email, sheet.phone, sheet.channel, sheet.language, sheet.notes,
                         sheet.parent.id if sheet.parent else None, sheet.bill_to.id if sheet.bill_to else None,
                         sheet.requests_allowed, dict(sheet.custom))


def _facts(values: dict[str, Any], own: dict[str, Any]) -> CustomerFacts:
    """The form's values as facts; a language that the form does not offer is read from it as it stands there."""
    plain = {name: values[name] for name in PLAIN if name in values}
    return CustomerFacts(**{**plain, "requests_allowed": bool(plain.get("requests_allowed", True))}, custom=own)


def _asker(customer_id: int) -> Callable[[Tx], tuple[int, dict[str, Any]]]:
    """What the database holds now, in the form's terms."""
    def ask(tx: Tx) -> tuple[int, dict[str, Any]]:
        sheet = customer_sheet(tx, customer_id)
        facts = facts_of(sheet)
        own = {row_name(key): value for key, value in sheet.custom.items()}
        return sheet.version, {**{name: getattr(facts, name) for name in PLAIN}, **own}

    return ask
