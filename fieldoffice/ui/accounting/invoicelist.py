"""The list of invoices: found as you type, narrowed by state, kind and date, with what they come to and what is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.office import Tx
from fieldoffice.services.books.listing import (
    InvoiceFilter,
    InvoicePage,
    InvoiceRow,
    InvoiceSums,
    invoice_sums,
    invoices,
)
from fieldoffice.ui.accounting.cells import StateCell
from fieldoffice.ui.accounting.filling import Filling
from fieldoffice.ui.accounting.filters import PeriodChip
from fieldoffice.ui.accounting.picked import PickedBar
from fieldoffice.ui.accounting.words import KINDS, counted, day, late, money, state_words, tr
from fieldoffice.ui.customers.chips import Chip
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.exchange import exporting
from fieldoffice.ui.parts.buttons import Segmented, button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import SearchField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.liverows import LiveRows
from fieldoffice.ui.parts.rows import Column
from fieldoffice.ui.parts.table import Table

TOPICS = frozenset({"invoice", "allocation", "ar_item", "customer"})
STATES = (("all", "All"), ("draft", "Drafts"), ("open", "Open"), ("overdue", "Overdue"), ("paid", "Paid"), ("void", "Void"))
HIDDEN = ("kind", "payer", "reference")
NOTHING = {
    "all": "There are no invoices yet. Bill finished jobs, or write the first one.", "draft": "No draft waits to be posted.",
    "open": "Nothing is open: all that was invoiced is paid.", "overdue": "Nothing is overdue.", "paid": "Nothing was paid in full yet.",
    "void": "Nothing was voided.",
}  # fmt: skip


class InvoiceList(QWidget):
    """`opened(row)` on double click and Enter; `picked` is the bar over what is selected."""

    opened = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.today, self.exponent, self.arrived = desk, date.today(), 2, False
        self.customer_id: int | None = None
        self.search = SearchField(tr("Number, customer, reference or job"))
        self.state = Segmented([(key, tr(words)) for key, words in STATES], tr("Which invoices"))
        self.state.set_value("all")
        self.kind = Chip(tr("Kind"), [("", tr("All kinds"), ""), *((key, words, words) for key, words in KINDS.items())])
        self.period, self.sums = PeriodChip(), PlainLabel("", "muted")
        self.only = button("", lambda: self.show_customer(None), icon="close", link=True)
        self.empty = EmptyState(tr(NOTHING["all"]), "receipt_long", tr("New invoice"), lambda: desk.open("invoice", invoice_id=0))
        self.rows: LiveRows[InvoiceRow] = LiveRows(self._columns(), self._fetch)
        self.table = Table(self.rows, "Invoices", self.empty, memory=desk.memory)
        self.picked = PickedBar(desk, self)
        self.export = exporting.attach(desk, self.table, tr("Invoices"))
        self._build()
        desk.live.watch(self, TOPICS, self.refresh)

    def filter(self) -> InvoiceFilter:
        """What is asked for now."""
        since, until = self.period.span(self.today)
        state: Any = self.state.value()
        return InvoiceFilter(self.search.text().strip(), state, self.kind.value(), self.customer_id, since, until)

    def show_state(self, state: str) -> None:
        self.state.set_value(state)
        self.reload()

    def show_customer(self, customer_id: int | None, name: str = "") -> None:
        """Only the invoices of one customer, or those of all again."""
        self.customer_id = customer_id
        self.only.setText(tr("Only %1").replace("%1", name or f"#{customer_id}").replace("&", "&&"))
        self.only.setVisible(customer_id is not None)
        self.reload()

    def reload(self) -> None:
        """Read the list from its beginning."""
        self.rows.reload()
        self._ask_sums()

    def refresh(self) -> None:
        """Ask again; place and selection stay where the same invoices stand."""
        self.rows.refresh()
        self._ask_sums()

    def open_current(self) -> None:
        """Open the selected invoice, else the first."""
        row: InvoiceRow | None = self.table.current() or self.rows.row(0)
        if row is not None:
            self.opened.emit(row)

    # inside

    def _fetch(self, offset: int, limit: int, sort: str, down: bool, give: Callable[[int, Sequence[Any]], None]) -> None:
        def came(answer: tuple[date, int, InvoicePage]) -> None:
            self.today, self.exponent, page = answer
            self.arrived = True
            self._say_empty()
            give(page.total, page.rows)

        by = {"sort": sort, "descending": down} if sort else {}
        self.desk.see(self, _found, self.filter(), offset=offset, count=limit, then=came, **by)

    def _ask_sums(self) -> None:
        self.desk.see(self, invoice_sums, self.filter(), then=self._show_sums)

    def _show_sums(self, found: InvoiceSums) -> None:
        parts = [counted(found.count, "invoice")]
        if found.count:
            parts.append(tr("%1 in all").replace("%1", money(found.total_cents, self.exponent)))
        if found.open_cents:
            parts.append(tr("%1 open").replace("%1", money(found.open_cents, self.exponent)))
        self.sums.setText("  ·  ".join(parts))

    def _say_empty(self) -> None:
        narrowed = bool(self.search.text().strip() or self.kind.narrows or self.period.narrows or self.customer_id)
        self.empty.say(tr("No invoice matches.") if narrowed else tr(NOTHING[self.state.value()]))
        if self.empty.button is not None:
            self.empty.button.setVisible(not narrowed and self.state.value() == "all")

    def _columns(self) -> list[Column[InvoiceRow]]:
        def column(id: str, title: str, text: Callable[[InvoiceRow], str], width: int, *, right: bool = False,
                   tip: Callable[[InvoiceRow], str] | None = None, sort: Callable[[InvoiceRow], Any] | None = None) -> Column[InvoiceRow]:
            return Column(id, tr(title), text, sort or (lambda row: row.id), right, width, tip)

        return [
            column("number", "Number", lambda r: r.number or tr("draft"), 112),
            column("state", "State", lambda r: state_words(r.kind, r.state).capitalize(), 132, tip=self._state_tip),
            column("customer", "Customer", lambda r: r.customer, 232, tip=lambda r: r.customer),
            column("issued", "Date", lambda r: day(r.issued_on), 144, sort=lambda r: r.issued_on),
            column("due", "Due", lambda r: day(r.due_on), 144, sort=lambda r: r.due_on),
            column("total", "Total", lambda r: money(r.total_cents, self.exponent), 112, right=True),
            column("open", "Open", lambda r: money(r.open_cents, self.exponent) if r.open_cents else "–", 112, right=True),
            Column("jobs", tr("Jobs"), lambda r: r.jobs or "–", None, width=112, tip=lambda r: r.jobs),
            column("kind", "Kind", lambda r: KINDS.get(r.kind, r.kind), 120),
            column("payer", "Paid by", lambda r: r.payer, 200),
            column("reference", "Reference", lambda r: r.reference, 120),
        ]

    def _state_tip(self, row: InvoiceRow) -> str:
        more = (late(row, self.today), tr("disputed") if row.disputed else "", tr("sent") if row.sent else "")
        return ", ".join(part for part in (state_words(row.kind, row.state), *more) if part)

    def _build(self) -> None:
        ids = [column.id for column in self.rows.columns]
        Filling(self.table, "customer", 180)  # before columns are hidden: the head would keep room for them
        self.table.setItemDelegateForColumn(ids.index("state"), StateCell(self.table))
        if not self.desk.memory.get("Invoices", "columns"):
            for id in HIDDEN:
                self.table.horizontalHeader().setSectionHidden(ids.index(id), True)
        self.only.hide()
        top = QHBoxLayout()
        top.setSpacing(8)
        for part in (self.search, self.state, self.kind, self.period, self.only):
            top.addWidget(part)
        top.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 0, 16, 16)
        box.setSpacing(8)
        box.addLayout(top)
        box.addWidget(self.picked)
        box.addWidget(self.table, 1)
        self.search.searched.connect(lambda _text: self.reload())
        self.search.returnPressed.connect(self.open_current)
        self.state.chosen.connect(lambda _key: self.reload())
        for chip in (self.kind, self.period):
            chip.changed.connect(self.reload)
        self.table.opened.connect(self.opened)
        self.setTabOrder(self.search, self.table)


def _found(tx: Tx, filter: InvoiceFilter, **more: Any) -> tuple[date, int, InvoicePage]:
    return tx.today, tx.company.currency_exponent, invoices(tx, filter, **more)
