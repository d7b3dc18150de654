"""Lists on a customer's page: contacts, sub customers, history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.services.customers.contacts import remove_contact
from fieldoffice.services.customers.history import HistoryPage, HistoryRow, history
from fieldoffice.services.customers.profile import ContactRow, CustomerSheet, Kin
from fieldoffice.ui.customers.small_forms import ContactPanel
from fieldoffice.ui.customers.words import counted, translate
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.words import moment
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.rows import Column, PagedRows, Rows
from fieldoffice.ui.parts.table import Table


def framed(section: QWidget, top: Sequence[QWidget], body: QWidget) -> None:
    """Buttons above, the list below."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for n, part in enumerate(top):
        if n == 1:
            row.addStretch(1)
        row.addWidget(part)
    if len(top) < 2:
        row.addStretch(1)
    box = QVBoxLayout(section)
    box.setContentsMargins(16, 8, 16, 16)
    box.setSpacing(8)
    box.addLayout(row)
    box.addWidget(body, 1)


def text(id: str, title: str, read: Callable[[Any], str], width: int, *, right: bool = False) -> Column[Any]:
    """A column that sorts by what it says."""
    return Column(id, translate("Customers", title), read, lambda row: read(row).casefold(), right, width, read)


class ContactsSection(QWidget):
    """The people to call; double click and Enter edit."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.customer_id = desk, 0
        self.panel: ContactPanel | None = None
        self.rows: Rows[ContactRow] = Rows([
            text("name", "Name", lambda c: c.name, 220), text("role", "Role", lambda c: c.role, 180),
            text("phone", "Phone", lambda c: c.phone, 160), text("email", "E-mail", lambda c: c.email, 260)])
        self.empty = EmptyState(self.tr("Nobody to call yet but the customer itself."), "contacts", self.tr("New contact"), self.add)
        self.table = Table(self.rows, "Contacts", self.empty, memory=desk.memory)
        self.new = button(self.tr("New contact"), self.add, icon="person_add")
        self.edit, self.remove = button(self.tr("Edit"), self.edit_current, icon="edit"), \
            button(self.tr("Remove"), self.remove_current, icon="delete")
        framed(self, (self.new, self.edit, self.remove), self.table)
        self.table.opened.connect(self.show_form)
        self.table.picked.connect(lambda row: self._show_enabled())
        self._show_enabled()

    def show_customer(self, sheet: CustomerSheet) -> None:
        self.customer_id = sheet.id
        self.rows.show(sheet.contacts)
        self.new.setEnabled(sheet.merged_into is None)
        self._show_enabled()

    def add(self) -> None:
        self.show_form(None)

    def edit_current(self) -> None:
        if (row := self.table.current()) is not None:
            self.show_form(row)

    def remove_current(self) -> None:
        if (row := self.table.current()) is not None:
            self.desk.act(self, self.tr("%1 removed").replace("%1", row.name), remove_contact, row.id, version=row.version)

    def show_form(self, row: ContactRow | None) -> None:
        self.panel = self.panel or ContactPanel(self.desk)
        if self.panel.free():
            self.panel.show_contact(self.customer_id, row)
            self.panel.show_in(self.desk)

    def _show_enabled(self) -> None:
        for one in (self.edit, self.remove):
            one.setEnabled(self.table.current() is not None)


class SubsSection(QWidget):
    """The customers below this one; Enter opens one."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.sheet: CustomerSheet | None = None
        self.rows: Rows[Kin] = Rows([
            text("name", "Name", lambda k: k.name, 240), text("number", "Number", lambda k: k.number, 88),
            text("phone", "Phone", lambda k: k.phone, 144),
            Column("open", translate("Customers", "Open visits"), lambda k: str(k.open_visits) if k.open_visits else "–",
                   lambda k: k.open_visits, True, 104),
            text("pays", "Bills", lambda k: self.tr("pays itself") if k.pays_itself else self.tr("paid from above"), 136),
            text("state", "State", lambda k: "" if k.active else self.tr("out of use"), 104)])
        self.empty = EmptyState(self.tr("No customer belongs to this one. Choose it as “Belongs to” in another's form."), "account_circle")
        self.table = Table(self.rows, "Sub customers", self.empty, memory=desk.memory)
        self.words = PlainLabel("", "muted")
        framed(self, (self.words,), self.table)
        self.table.opened.connect(lambda kin: self.desk.open("customer", customer_id=kin.id))

    def show_customer(self, sheet: CustomerSheet) -> None:
        self.sheet = sheet
        self.rows.show(sheet.subs)
        self.words.setText(counted(len(sheet.subs), "sub customer"))


class HistorySection(QWidget):
    """Everything that happened, the newest first; Enter opens the job of an entry."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.customer_id, self.zone, self._stale = desk, 0, ZoneInfo("UTC"), True
        columns: list[Column[HistoryRow]] = [
            Column("when", translate("Customers", "When"), lambda r: moment(r.occurred_at, self.zone), None, width=192),
            Column("what", translate("Customers", "What"), lambda r: r.words, None, width=520, tip=lambda r: r.words),
            Column("job", translate("Customers", "Job"), lambda r: r.job, None, width=80),
            Column("who", translate("Customers", "Who"), lambda r: r.who, None, width=160)]  # fmt: skip
        self.rows: PagedRows[HistoryRow] = PagedRows(columns, self._fetch)
        self.empty = EmptyState(self.tr("Nothing happened yet."), "history")
        self.table = Table(self.rows, "History of the customer", self.empty, memory=desk.memory)
        self.words = PlainLabel("", "muted")
        framed(self, (self.words,), self.table)
        self.table.opened.connect(self._open)

    def show_customer(self, sheet: CustomerSheet) -> None:
        self.customer_id, self.zone, self._stale = sheet.id, ZoneInfo(sheet.zone), True
        if self.isVisible():
            self.reload()

    def reload(self) -> None:
        """Read the newest entries, where something may have come since."""
        if self._stale and self.customer_id:
            self._stale = False
            self.rows.reload()

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self.reload()

    def _fetch(self, offset: int, limit: int, _sort: str, _down: bool, give: Callable[[int, Sequence[Any]], None]) -> None:
        wanted = self.customer_id

        def came(page: HistoryPage) -> None:
            if wanted == self.customer_id:
                give(page.total, page.rows)
                self.words.setText(counted(page.total, "entry", "entries"))

        self.desk.see(self, history, wanted, offset=offset, limit=limit, then=came)

    def _open(self, row: HistoryRow) -> None:
        if row.job_id is not None:
            self.desk.open("job", job_id=row.job_id, back="customer")
