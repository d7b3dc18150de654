"""The list of customers: found as you type, narrowed by chips, sorted by the database, opened with Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.office import Tx
from fieldoffice.services.customers.bulk import Sought, Switched, count_all, look_for_places, selected_rows, set_active
from fieldoffice.services.customers.editing import switch_customer
from fieldoffice.services.customers.filtering import Filter
from fieldoffice.services.customers.listing import ListedCustomer, Page, customer_page
from fieldoffice.services.customers.selection import Selection, selected_ids
from fieldoffice.services.exchange.lists import export_customers
from fieldoffice.services.exchange.out import Listing, write_list
from fieldoffice.services.fields import FieldRow, custom_fields
from fieldoffice.ui import actions
from fieldoffice.ui.customers.chips import FilterBar
from fieldoffice.ui.customers.choosing import Chosen
from fieldoffice.ui.customers.columns import MENU, columns
from fieldoffice.ui.customers.rows import CustomerRows
from fieldoffice.ui.customers.table import CustomerTable
from fieldoffice.ui.customers.words import counted
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange.gate import gate
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import SearchField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.requests.customer import send_link

TOPICS = frozenset({"customer", "location", "appointment", "job"})


@dataclass(frozen=True, slots=True)
class Ground:
    """What the page needs beside the rows: `everybody` counts all customers, in use or not."""

    zone: str
    today: date
    everybody: int
    fields: tuple[FieldRow, ...]


class CustomersPage(QWidget):
    """⋮ → Edit, double click and Enter do the same: they open the customer with its form."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.zone, self.arrived, self.everybody = desk, ZoneInfo("UTC"), False, 0
        self.calls = actions.bind(self, {
            "new_customer": lambda: desk.open("edit_customer"), "edit_customer": self.edit_current,
            "duplicates": lambda: desk.open("duplicates")})
        self.calls["new_customer"].setProperty("primary", True)
        self.search, self.total = SearchField(self.tr("Name, phone, e-mail, number, street or city")), PlainLabel("", "muted")
        self.filters = FilterBar(date.today())
        self.empty = EmptyState("", "group", self.tr("New customer"), self._press_empty)
        self.rows = CustomerRows(columns(lambda: self.zone), self._fetch)
        self.table = CustomerTable(self.rows, "Customers", self.empty, memory=desk.memory)
        self.chosen = Chosen(desk, self.table, self.rows, self.filter)
        self.gate = gate(desk, self, self.table, "customers", self.tr("Customers"), zone=lambda: self.zone)
        self._build()
        self._connect()
        self.refresh()

    # what the window asks for

    def head(self) -> Sequence[QAction | QWidget]:
        return [self.gate, self.calls["duplicates"], self.calls["new_customer"]]

    def ready(self) -> bool:
        return self.arrived and self.rows.loaded

    def refresh(self) -> None:
        """Ask again; place and selection stay where the same customers stand."""
        self.desk.see(self, _ground, then=self._ground_came)
        self.rows.refresh()

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def open(self, text: str | None = None, customer_id: int | None = None, **_: Any) -> None:
        """Show what matches `text`, or the form of one customer beside the list."""
        if customer_id is not None:
            self.desk.open("edit_customer", customer_id=customer_id)
        if text is not None:
            self.search.setText(text)

    # acts

    def filter(self) -> Filter:
        """What is asked for now."""
        return self.filters.filter(self.search.text())

    def edit(self, row: ListedCustomer) -> None:
        """The one thing that the menu, a double click and Enter do."""
        self.desk.open("customer", customer_id=row.id, edit=True)

    def edit_current(self) -> None:
        """Edit the selected customer, else the first."""
        row: ListedCustomer | None = self.table.current() or self.rows.row(0)
        if row is not None:
            self.edit(row)

    def menu_of(self, row: ListedCustomer) -> QMenu:
        """All that can be done with one customer."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        self._item(menu, self.tr("Edit"), lambda: self.edit(row))
        self._item(menu, self.tr("New job"), lambda: self.desk.open("new_job", customer_id=row.id))
        self._item(menu, self.tr("Bookings"), lambda: self.desk.open("customer", customer_id=row.id, section="Bookings"))
        self._item(menu, self.tr("Send request link"), lambda: send_link(self.desk, self, row.id)).setEnabled(bool(row.email))
        menu.addSeparator()
        for words, text in ((self.tr("Copy the phone number"), row.phone), (self.tr("Copy the e-mail address"), row.email)):
            self._item(menu, words, lambda text=text: QGuiApplication.clipboard().setText(text)).setEnabled(bool(text))
        menu.addSeparator()
        here = Selection(frozenset({row.id}))
        self._item(menu, self.tr("Find coordinates"), lambda: self.look_for_places(here)).setEnabled(bool(row.places))
        self._item(menu, self.tr("Merge with another…"), lambda: self.desk.open("duplicates", customer_id=row.id))
        words = self.tr("Take out of use") if row.active else self.tr("Take into use")
        self._item(menu, words, lambda: self.switch(row))
        return menu

    def switch(self, row: ListedCustomer) -> None:
        """Take one customer into use or out of it."""
        said = self.tr("%1 is out of use") if row.active else self.tr("%1 is in use again")
        self.desk.act(self, said.replace("%1", row.name), switch_customer, row.id, version=row.version, active=not row.active)

    def act_on_chosen(self, what: str) -> None:
        """Do something with all that are selected."""
        self.chosen.give({"copy": self._copy, "export": self._export, "places": self.look_for_places,
                          "off": lambda s: self._switch_all(s, False), "on": lambda s: self._switch_all(s, True)}[what])

    def _switch_all(self, selection: Selection, active: bool) -> None:
        def told(done: Switched) -> None:
            words = self.tr("in use again") if active else self.tr("out of use")
            back = Selection(frozenset(done.ids))
            self.desk.toast(f"{counted(len(done.ids))} {words}", undo=(
                lambda: self.desk.do(self, set_active, back, not active)) if done.ids else None)

        self.desk.do(self, set_active, selection, active, then=told)

    def look_for_places(self, selection: Selection) -> None:
        """Have the addresses of these customers placed on the map."""
        def told(sought: Sought) -> None:
            many = counted(sought.addresses, "address", "addresses")
            if not sought.addresses:
                self.desk.toast(self.tr("These addresses have good coordinates already."))
            elif sought.source:
                self.desk.toast(f"{many} {self.tr('will be looked for with')} {sought.source}")
            else:
                words = self.tr("Nobody is asked where addresses lie: %1 get a place by postal code at best. See Settings → Connections.")
                self.desk.toast(words.replace("%1", many), kind="warn")

        self.desk.do(self, look_for_places, selection, then=told)

    def _copy(self, selection: Selection) -> None:
        work = self.desk.work(self.tr("Copying customers"))

        def refused(error: Refused) -> None:
            work.end()
            self.desk.refuse(error)

        def came(rows: Sequence[ListedCustomer]) -> None:
            work.end()
            QGuiApplication.clipboard().setText(self.as_text(rows))
            self.desk.toast(f"{counted(len(rows))} {self.tr('copied')}")

        self.desk.see(self, selected_rows, selection, then=came, otherwise=refused)

    def _export(self, selection: Selection) -> None:
        kinds = self.tr("Workbook (*.xlsx);;CSV (*.csv)")
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Export"), "Customers.xlsx", kinds)
        if path:
            self.export_to(selection, Path(path if Path(path).suffix else f"{path}.xlsx"))

    def export_to(self, selection: Selection, path: Path) -> None:
        """Write the customers of a selection to `path`, as an import reads them; a toast says how many, or why not."""
        work = self.desk.work(self.tr("Exporting customers"))

        def refused(error: Refused) -> None:
            work.end()
            self.desk.refuse(error)

        def written(rows: int) -> None:
            work.end()
            self.desk.toast(f"{counted(rows, 'row')} {self.tr('written to')} {path.name}")

        def listed(found: Listing) -> None:
            self.desk.background.ask(self, lambda: write_list(found, path), written, refused)

        self.desk.see(self, _listed, selection, then=listed, otherwise=refused)

    def as_text(self, rows: Sequence[ListedCustomer]) -> str:
        """Rows as a table for a spreadsheet: the columns in sight."""
        shown = [self.rows.columns[n] for n in self.table.in_sight()]
        lines = [[column.title for column in shown], *([column.text(row) for column in shown] for row in rows)]
        return "\n".join("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in line) for line in lines)

    # inside

    def _fetch(self, offset: int, limit: int, sort: str, down: bool, give: Callable[[int, Sequence[Any]], None]) -> None:
        def came(page: Page) -> None:
            give(page.total, page.rows)
            self._show_count(page.total)

        self.desk.see(self, customer_page, self.filter(), offset=offset, limit=limit, sort=sort or "name", descending=down, then=came)

    def _ground_came(self, ground: Ground) -> None:
        self.zone, self.everybody, self.arrived = ZoneInfo(ground.zone), ground.everybody, True
        self.filters.offer(ground.fields)
        self._show_count(self.rows.rowCount())

    def _show_count(self, total: int) -> None:
        self.total.setText(counted(total))
        fresh = self.arrived and not self.everybody
        self.empty.say(self.tr("There are no customers yet. Enter the first one.") if fresh else self.tr("No customer matches."))
        if self.empty.button is not None:
            self.empty.button.setText(self.tr("New customer") if fresh else self.tr("Show all customers"))

    def _press_empty(self) -> None:
        if not self.everybody:
            self.desk.open("edit_customer")
            return
        self.search.clear()
        self.filters.clear_all()

    def _clicked(self, index: QModelIndex) -> None:
        if self.rows.columns[index.column()].id == MENU:
            self._menu_at(index, self.table.visualRect(index).bottomLeft())

    def _menu_wanted(self, spot: QPoint) -> None:
        index = self.table.indexAt(spot)
        self._menu_at(index if index.isValid() else self.table.currentIndex(), spot)

    def _menu_at(self, index: QModelIndex, spot: QPoint) -> None:
        row: ListedCustomer | None = self.table.row_at(index)
        if row is not None:
            self.menu_of(row).popup(self.table.viewport().mapToGlobal(spot))

    def _opened(self, row: ListedCustomer) -> None:
        if self.rows.columns[max(0, self.table.currentIndex().column())].id != MENU or not self.table.underMouse():
            self.edit(row)

    def _item(self, menu: QMenu, words: str, press: Callable[[], object]) -> QAction:
        item = QAction(words, menu)
        item.triggered.connect(lambda _checked=False: press())
        menu.addAction(item)
        return item

    def _connect(self) -> None:
        self.search.searched.connect(lambda _text: self.rows.reload())
        self.search.returnPressed.connect(self.edit_current)
        self.filters.changed.connect(self.rows.reload)
        self.chosen.wanted.connect(self.act_on_chosen)
        self.table.opened.connect(self._opened)
        self.table.clicked.connect(self._clicked)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu_wanted)
        self.table.calls["copy"].triggered.disconnect()
        self.table.calls["copy"].triggered.connect(lambda _checked=False: self.act_on_chosen("copy"))
        self.desk.live.watch(self, TOPICS, self.refresh)

    def _build(self) -> None:
        self.calls["edit_customer"].setShortcuts([])  # Enter belongs to the table, and to the field while one types
        self.search.setMinimumWidth(320)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.search)
        row.addStretch(1)
        row.addWidget(self.total)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 8, 16, 16)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.filters)
        box.addWidget(self.chosen)
        box.addWidget(self.table, 1)
        self.setTabOrder(self.search, self.table)


def _listed(tx: Tx, selection: Selection) -> Listing:
    return export_customers(tx, selected_ids(tx, selection))


def _ground(tx: Tx) -> Ground:
    return Ground(tx.company.zone, tx.today, count_all(tx), custom_fields(tx, "customer"))
