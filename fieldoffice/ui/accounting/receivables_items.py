"""The open items of one customer below the aged list: ticked, they are collected, marked as paid or written off."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from fieldoffice.services.books.aging_items import AgedItem
from fieldoffice.ui.accounting.receivables_columns import item_columns, shown, tr
from fieldoffice.ui.accounting.ticking import TickRows, TickTable
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import IconButton, action_button, button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import ElidedLabel, PlainLabel


class ItemsPane(QWidget):
    """`wanted(what)` is one of collect, paid, give_up; `closed()` when it is put away."""

    wanted = Signal(str)
    closed = Signal()

    def __init__(self, desk: Desk, calls: dict[str, QAction], exponent: Callable[[], int]) -> None:
        super().__init__()
        self.desk, self.calls, self.exponent = desk, calls, exponent
        self.customer_id, self.allowed = 0, False
        self.rows: TickRows[AgedItem] = TickRows(item_columns(exponent), can=lambda row: row.open_cents > 0)
        self.table = TickTable(self.rows, "Open items", EmptyState(tr("Nothing is open."), "task_alt"), memory=desk.memory)
        self.title, self.said = ElidedLabel("", "section"), PlainLabel("", "muted")
        self.all = button(tr("Tick all"), self.tick_all, link=True)
        self._build()
        self.rows.ticked_changed.connect(self.follow)
        self.table.opened.connect(self.open_item)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu_wanted)

    def show_items(self, customer_id: int, name: str, items: Sequence[AgedItem]) -> None:
        """The items of a customer; ticks stay while it is the same one."""
        if customer_id != self.customer_id:
            self.rows.ticked = set()
        self.customer_id = customer_id
        self.title.setText(name)
        self.rows.show(items)
        self.follow()

    def chosen(self) -> list[AgedItem]:
        """The ticked debts, else all that are owed."""
        return self.rows.chosen() or [row for row in self.rows.rows if row.open_cents > 0]

    def tick_all(self) -> None:
        """Tick every debt, or take all ticks away."""
        owed = [row.id for row in self.rows.rows if row.open_cents > 0]
        self.rows.tick(owed, not set(owed) <= self.rows.ticked)

    def open_item(self, row: AgedItem) -> None:
        """The paper or the payment behind an item."""
        if row.invoice_id is not None:
            self.desk.open("invoice", invoice_id=row.invoice_id, back="receivables")
        elif row.payment_id is not None:
            self.desk.open("payment", payment_id=row.payment_id)

    def menu_of(self, row: AgedItem) -> QMenu:
        """What can be opened from an item."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        group = QActionGroup(menu)
        words = tr("Open %1").replace("%1", row.number)
        places: list[tuple[str, Callable[[], object]]] = [(words, lambda: self.open_item(row))]
        places += [(tr("Open job %1").replace("%1", number), lambda id=id: self.desk.open("job", job_id=id, back="receivables"))
                   for id, number in row.jobs]  # fmt: skip
        places.append((tr("Open %1").replace("%1", row.customer), lambda: self.desk.open("customer", customer_id=row.customer_id)))
        for said, press in places:
            item = QAction(said, group)
            item.triggered.connect(lambda _checked=False, press=press: press())
            menu.addAction(item)
        return menu

    def _menu_wanted(self, spot: QPoint) -> None:
        index = self.table.indexAt(spot)
        row: AgedItem | None = self.table.row_at(index if index.isValid() else QModelIndex(self.table.currentIndex()))
        if row is not None:
            self.menu_of(row).popup(self.table.viewport().mapToGlobal(spot))

    def follow(self) -> None:
        """Say what would be collected, and let the buttons do it where that is `allowed`."""
        ticked, owed = self.rows.chosen(), [row for row in self.rows.rows if row.open_cents > 0]
        here = ticked or owed
        cents = shown(sum(row.open_cents for row in here), self.exponent())
        words = tr("%1 of %2 ticked: %3") if ticked else tr("%2 owed: %3")
        self.said.setText(words.replace("%1", str(len(ticked))).replace("%2", str(len(owed))).replace("%3", cents))
        self.all.setText(tr("Tick none") if owed and len(ticked) == len(owed) else tr("Tick all"))
        self.all.setEnabled(bool(owed))
        for id in ("collect_payment", "mark_paid", "write_off"):
            self.calls[id].setEnabled(self.allowed and bool(owed) and not self.isHidden())

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.title, 1)
        row.addWidget(self.said)
        row.addWidget(self.all)
        row.addSpacing(8)
        row.addWidget(action_button(self.calls["write_off"]))
        row.addWidget(action_button(self.calls["mark_paid"]))
        row.addWidget(action_button(self.calls["collect_payment"], primary=True))
        row.addWidget(IconButton("close", tr("Close (Esc)"), self.closed.emit))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 8, 0, 0)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.table, 1)
