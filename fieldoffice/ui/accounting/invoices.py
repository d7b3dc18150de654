"""Accounting → Invoices: all papers in one list, and the finished jobs that wait to be billed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldoffice.ui import actions, icons
from fieldoffice.ui.accounting.invoicelist import InvoiceList
from fieldoffice.ui.accounting.tobill import ToBillList
from fieldoffice.ui.accounting.words import counted, tr
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import Segmented, menu_button

VIEWS = (("invoices", "Invoices"), ("to_bill", "To bill"))


class InvoicesPage(QWidget):
    """`open(view="to_bill")`, `open(state="overdue")`, `open(customer_id=…, name=…)`, `open(text=…)`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.calls = actions.bind(self, {
            "new_invoice": lambda: desk.open("invoice", invoice_id=0), "take_payment": self.take_payment,
            "mark_paid": lambda: self.list.picked.mark_paid(), "bill_jobs": lambda: self.open(view="to_bill")})
        self.calls["new_invoice"].setProperty("primary", True)
        self.view = Segmented([(key, tr(words)) for key, words in VIEWS], tr("What is shown"))
        self.view.set_value("invoices")
        self.list, self.to_bill = InvoiceList(desk), ToBillList(desk, self._billed)
        self.stack = QStackedWidget()
        self._build()
        self.list.opened.connect(lambda row: desk.open("invoice", invoice_id=row.id, back="invoices"))
        self.list.reload()

    # what the window asks for

    def head(self) -> Sequence[QAction | QWidget]:
        return [self.more, self.calls["take_payment"], self.calls["new_invoice"]]

    def open(self, view: str = "", state: str = "", customer_id: int | None = None, name: str = "", text: str | None = None,
             **_: Any) -> None:  # fmt: skip
        if view or state or customer_id is not None or text is not None:
            self._show("to_bill" if view == "to_bill" else "invoices")
        if state:
            self.list.show_state(state)
        if customer_id is not None:
            self.list.show_customer(customer_id, name)
        if text is not None:
            self.list.search.setText(text)

    def ready(self) -> bool:
        return self.list.arrived if self._here() is self.list else self.to_bill.arrived

    def refresh(self) -> None:
        if self._here() is self.list:
            self.list.refresh()
        else:
            self.to_bill.rows.refresh()

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        field = self.list.search if self._here() is self.list else self.to_bill.search
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field.selectAll()

    # acts

    def take_payment(self) -> None:
        """Money came in: from the customer of the selected invoice, if there is one."""
        row = self.list.table.current() if self._here() is self.list else None
        self.desk.open("take_payment", **({"customer_id": row.bill_to_id} if row is not None else {}))

    # inside

    def _here(self) -> QWidget | None:
        return self.stack.currentWidget()

    def _show(self, view: str) -> None:
        self.view.set_value(view)
        self.stack.setCurrentWidget(self.to_bill if view == "to_bill" else self.list)
        self.list.sums.setVisible(view != "to_bill")
        self.to_bill.count.setVisible(view == "to_bill")
        if view == "to_bill":
            self.to_bill.rows.refresh()

    def _billed(self, ids: Sequence[int]) -> None:
        """One draft is opened at once; several wait among the drafts."""
        if len(ids) == 1:
            self.desk.open("invoice", invoice_id=ids[0], back="invoices")
            return
        self._show("invoices")
        self.list.show_state("draft")
        self.desk.toast(tr("%1 made. Look at them, then post them.").replace("%1", counted(len(ids), "draft")))

    def _build(self) -> None:
        export = QAction(tr("Export this list…"), self)
        icons.dress(export, "download")
        export.triggered.connect(lambda _checked=False: self.list.export.ask())
        self.more = menu_button("more_vert", tr("More about invoices"), [self.calls["bill_jobs"], export], self)
        row = QHBoxLayout()
        row.setContentsMargins(16, 4, 16, 0)
        row.addWidget(self.view)
        row.addStretch(1)
        row.addWidget(self.list.sums)
        row.addWidget(self.to_bill.count)
        self.to_bill.count.hide()
        for part in (self.list, self.to_bill):
            self.stack.addWidget(part)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.stack, 1)
        self.view.chosen.connect(self._show)
