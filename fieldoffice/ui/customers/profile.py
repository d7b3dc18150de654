"""The page of one customer: overview, locations, contacts, sub customers, bookings, money, notes, files, history."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.services.customers.editing import switch_customer
from fieldoffice.services.customers.merging import Merged, unmerge
from fieldoffice.services.customers.profile import CustomerSheet, customer_of, customer_sheet
from fieldoffice.ui import actions
from fieldoffice.ui.customers.bookings import BookingsSection
from fieldoffice.ui.customers.lists import ContactsSection, HistorySection, SubsSection
from fieldoffice.ui.customers.money import MoneySection
from fieldoffice.ui.customers.overview import Overview
from fieldoffice.ui.customers.papers import CustomerFiles, CustomerNotes
from fieldoffice.ui.customers.places import PlacesSection
from fieldoffice.ui.customers.sections import SECTIONS, Sections
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.messages.listing import CustomerMessages
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import menu_button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.requests.customer import RequestDeeds

TOPICS = frozenset({"customer", "contact", "location", "job", "appointment", "assignment", "note", "attachment", "custom_field"})


class CustomerPage(QWidget):
    """`open(customer_id=…, section=…, edit=…)`; Esc leads back to where it was opened."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.back, self._wanted = desk, "customers", 0
        self.sheet: CustomerSheet | None = None
        self._small: tuple[str, int] | None = None
        self.calls = actions.bind(self, {
            "customer_form": self.edit, "new_job": self.new_job, "close_panel": self.leave,
            "new_customer": lambda: desk.open("edit_customer")})
        self.calls["new_job"].setProperty("primary", True)
        self.overview, self.places = Overview(desk), PlacesSection(desk)
        self.contacts, self.subs, self.bookings = ContactsSection(desk), SubsSection(desk), BookingsSection(desk)
        self.notes, self.files, self.history = CustomerNotes(desk), CustomerFiles(desk), HistorySection(desk)
        self.messages, self.money = CustomerMessages(desk), MoneySection(desk)
        self.parts = (self.overview, self.places, self.contacts, self.subs, self.bookings, self.money, self.notes, self.files,
                      self.history, self.messages)  # fmt: skip
        firsts = (self.overview, self.places.table, self.contacts.table, self.subs.table, self.bookings.table, self.money.table,
                  self.notes.text, self.files.list, self.history.table, self.messages.table)
        self.merged = Banner("warn")
        self.body = Sections(dict(zip(SECTIONS, zip(self.parts, firsts, strict=True), strict=True)), (self.merged,))
        self._build()
        self.body.listen(self)
        for section in (self.notes, self.files):
            section.saved.connect(lambda _value: self.refresh())
        desk.live.watch(self, TOPICS, self.refresh)

    # what the window asks for

    def head(self) -> Sequence[QAction | QWidget]:
        return [self.calls["customer_form"], self.calls["new_job"], self.more]

    def open(self, customer_id: int = 0, section: str = "", edit: bool = False, back: str = "customers",
             contact_id: int | None = None, location_id: int | None = None, **_: Any) -> None:
        """Show a customer, at a section if one is named, with its form beside it if `edit`.

        A contact or an address that is named is opened beside it; 0 is a new one. Without a customer it is found by that.
        """
        small = {"contact": contact_id, "location": location_id}
        table = next((name for name, id in small.items() if id is not None), "")
        if table and not customer_id:
            go = partial(self.open, section=section, back=back, contact_id=contact_id, location_id=location_id)
            self.desk.see(self, customer_of, table, small[table], then=lambda id: go(customer_id=id))
            return
        self._small = (table, small[table] or 0) if table else None
        if customer_id and customer_id != self._wanted:
            if not self.may_leave():
                return
            self._wanted, self.sheet = customer_id, None
            self.body.choose("Overview")
            self._show_empty()
        self.back = back
        self.body.choose(section)
        self.refresh()
        if edit and self._wanted:
            self.edit()

    def ready(self) -> bool:
        return not self._wanted or self.sheet is not None

    def may_leave(self) -> bool:
        """A note that was typed and not added holds the page."""
        if self.notes.dirty():
            self.body.choose("Notes")
            self.desk.toast(self.tr("The note is not added yet: add it, or clear it."), kind="warn")
            return False
        return True

    def refresh(self) -> None:
        """Read again; what is being typed stays."""
        if self._wanted:
            self.desk.see(self, customer_sheet, self._wanted, then=self._arrived, otherwise=self._failed)

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Searching customers happens on their list."""
        self.desk.open("customers")

    # acts

    def edit(self) -> None:
        """Open the form beside the page."""
        if self._wanted:
            self.desk.open("edit_customer", customer_id=self._wanted)

    def new_job(self) -> None:
        self.desk.open("new_job", customer_id=self._wanted)

    def leave(self) -> None:
        self.desk.open(self.back)

    def switch(self) -> None:
        """Take the customer out of use, or back."""
        if self.sheet is not None:
            words = self.tr("%1 is out of use") if self.sheet.active else self.tr("%1 is in use again")
            self.desk.act(self, words.replace("%1", self.sheet.name), switch_customer, self.sheet.id, version=self.sheet.version,
                          active=not self.sheet.active)

    def undo_merge(self) -> None:
        """Take a merge back: what came from this customer comes back to it."""
        def told(done: Merged) -> None:
            self.desk.toast(self.tr("The merge is undone"))
            self.refresh()

        self.desk.do(self, unmerge, self._wanted, then=told)

    # inside

    def _arrived(self, sheet: CustomerSheet) -> None:
        if sheet.id != self._wanted:
            return
        self.sheet = sheet
        self.body.show_customer(sheet)
        self._open_small(sheet)
        for part in self.parts:
            part.show_customer(sheet)
        self._show_empty()
        self._show_merged(sheet)
        self.requests.show_customer(sheet.id)
        words = self.tr("Take out of use") if sheet.active else self.tr("Take into use")
        self.off.setText(words)
        for one in (self.off, self.calls["customer_form"], self.calls["new_job"], self.join):
            one.setEnabled(sheet.merged_into is None)

    def _open_small(self, sheet: CustomerSheet) -> None:
        """The form of a contact or an address that was asked for, once its customer is there."""
        if self._small is None:
            return
        (table, id), self._small = self._small, None
        if table == "contact":
            self.contacts.show_customer(sheet)
            self.contacts.show_form(next((row for row in sheet.contacts if row.id == id), None))
        else:
            self.places.show_customer(sheet)
            self.places.show_form(next((row for row in sheet.places if row.id == id), None))

    def _failed(self, error: Refused) -> None:
        if self.sheet is None:
            self._wanted = 0
            self._show_empty()
        self.desk.refuse(error)

    def _show_merged(self, sheet: CustomerSheet) -> None:
        if sheet.merged_into is None:
            self.merged.hide()
            return
        into = sheet.merged_into
        self.merged.show_words(self.tr("%1 was merged into %2. Its jobs, addresses and papers are there.")
                               .replace("%1", sheet.name).replace("%2", f"{into.name} ({into.number})"))

    def _open_kept(self) -> None:
        if self.sheet is not None and self.sheet.merged_into is not None:
            self.desk.open("customer", customer_id=self.sheet.merged_into.id)

    def _show_empty(self) -> None:
        self.body.setVisible(self.sheet is not None)
        self.empty.setVisible(self.sheet is None and not self._wanted)

    def _build(self) -> None:
        self.merged.add_button(self.tr("Open that one"), self._open_kept)
        self.merged.add_button(self.tr("Undo the merge"), self.undo_merge)
        self.merged.hide()
        self.off, self.join = QAction(self.tr("Take out of use"), self), QAction(self.tr("Merge with another…"), self)
        self.off.triggered.connect(lambda _checked=False: self.switch())
        self.join.triggered.connect(lambda _checked=False: self.desk.open("duplicates", customer_id=self._wanted))
        self.requests = RequestDeeds(self.desk, self)
        inside = [self.calls["new_customer"], self.join, None, *self.requests.actions, None, self.off]
        self.more = menu_button("more_vert", self.tr("More about this customer"), inside, self)
        self.empty = EmptyState(self.tr("No customer is open."), "group", self.tr("Find a customer"), lambda: self.desk.open("customers"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.body)
        box.addWidget(self.empty)
        self._show_empty()
