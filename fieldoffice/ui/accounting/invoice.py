"""The page of one paper: a draft is a form that is saved and posted; what is posted is shown, paid, credited, voided, disputed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.services.books.sheets import InvoiceSheet, Settled
from fieldoffice.services.books.writing import Offered, offered
from fieldoffice.ui import actions
from fieldoffice.ui.accounting.draftform import DraftForm
from fieldoffice.ui.accounting.invoicedeeds import InvoiceDeeds
from fieldoffice.ui.accounting.invoicehead import InvoiceHeader, InvoiceTools
from fieldoffice.ui.accounting.invoicekeeping import InvoiceKeeping
from fieldoffice.ui.accounting.looking import Answer, look
from fieldoffice.ui.accounting.posted import PostedView
from fieldoffice.ui.accounting.words import tr
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.empty import EmptyState

TOPICS = frozenset({"invoice", "allocation", "ar_item", "payment", "customer", "location", "job"})
OFFERED = frozenset({"catalog_item", "tax_rate", "billing_terms", "setting"})


class InvoicePage(QWidget):
    """`open(invoice_id=…)` shows a paper, `open(invoice_id=0, customer_id=…)` a new one. What is typed is a draft on disk."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.back = desk, "invoices"
        self.sheet: InvoiceSheet | None = None
        self.offer: Offered | None = None
        self.wanted: int | None = None  # 0 is a new one, None nothing
        self.form, self.posted, self.header = DraftForm(desk), PostedView(desk), InvoiceHeader()
        self.keeping, self.deeds = InvoiceKeeping(self), InvoiceDeeds(self)
        do = self.deeds
        self.calls = actions.bind(self, {
            "save": self.save, "save_close": self.save_and_close, "close_panel": self.leave, "post_invoice": do.post,
            "take_payment": do.take_payment, "credit_invoice": do.ask_credit, "void_invoice": do.ask_void,
            "dispute_invoice": do.dispute, "drop_draft": do.drop, "new_invoice": lambda: desk.open("invoice", invoice_id=0),
            "use_credit": do.use_credit, "refund_payment": do.ask_refund,
            "print_invoice": do.print_it, "mail_invoice": do.mail_it, "add_line": self.find,
            "remove_line": lambda: self.form.lines.remove_selected()})  # fmt: skip
        self.tools = InvoiceTools(self.calls)
        self._build()
        self._connect()

    # what the window asks for

    def head(self) -> Sequence[QAction | QWidget]:
        return [self.tools]

    def open(self, invoice_id: int = 0, customer_id: int | None = None, back: str = "invoices", **_: Any) -> None:
        """Show a paper, or the form of a new invoice; something unsaved is asked about first."""
        if invoice_id != self.wanted or (not invoice_id and customer_id):
            if self.dirty():
                self.keeping.warn(lambda: self.open(invoice_id, customer_id, back))
                return
            self._show_nothing()
            self.wanted = invoice_id
        self.back = back
        if invoice_id:
            self.refresh()
        elif not self.writing():
            self.desk.see(self, offered, customer_id, then=self._show_new, otherwise=self.failed)

    def ready(self) -> bool:
        return self.wanted is None or self.stack.currentWidget() is not self.empty

    def may_leave(self) -> bool:
        if self.dirty():
            self.keeping.warn(None)
            return False
        return True

    def refresh(self) -> None:
        """Read again; what is typed stays."""
        if self.wanted:
            self.desk.see(self, look, self.wanted, then=self._arrived, otherwise=self.failed)

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Where a line is added."""
        if self.writing():
            self.form.lines.picker.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Who comes here without a paper writes a new one; what was left unfinished of it comes back."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._new_unless_asked)

    # what is entered

    def writing(self) -> bool:
        """Whether the form of a draft is in sight."""
        return self.stack.currentWidget() is self.form

    def dirty(self) -> bool:
        """Whether something is entered that is not saved."""
        return self.writing() and self.keeping.draft.dirty()

    def save(self) -> None:
        """Save what is entered and stay."""
        self.keeping.save()

    def save_and_close(self) -> None:
        """Save what is entered, then go back to where it was opened."""
        self.keeping.save(self._go_back)

    def leave(self) -> None:
        """Back to where it was opened; asks first when something is not saved."""
        if self.dirty():
            self.keeping.warn(self._go_back)
        else:
            self._go_back()

    def forget_typed(self) -> None:
        """Show what is stored in place of what was typed."""
        if self.sheet is not None and self.offer is not None:
            self.keeping.show_stored(self.sheet, self.offer)
            self.show_tools()
        else:
            self._show_nothing()

    def gone(self, words: str) -> None:
        """The draft is no more."""
        self._show_nothing()
        self.desk.toast(words)
        self._go_back()

    # inside

    def _arrived(self, answer: Answer) -> None:
        sheet, offer = answer
        late = self.sheet is not None and sheet.row.version < self.sheet.row.version  # asked before our own save was answered
        if sheet.row.id != self.wanted or late:
            return
        first, same = self.sheet is None, (sheet, offer) == (self.sheet, self.offer)
        typed = (self.dirty() or self.form.lines.editing()) and sheet.row.state == "draft"
        self.offer = offer
        if self.dirty() and not self.keeping.busy:
            self.keeping.tell_meanwhile(sheet)
        if not typed and not same:  # what is being typed is kept over the version that it began with; saving will say so
            self.sheet = sheet
            if sheet.row.state == "draft":
                self.stack.setCurrentWidget(self.form)
                self.keeping.show_stored(sheet, offer)
            else:
                self.posted.show_sheet(sheet)
                self.stack.setCurrentWidget(self.posted)
        self.show_header()
        if first and self.writing():
            self.find()

    def _show_new(self, offer: Offered) -> None:
        if self.wanted != 0:
            return
        self.offer = offer
        self.stack.setCurrentWidget(self.form)
        self.keeping.show_new(offer)
        self.show_header()
        (self.form.lines.picker if offer.customer_id else self.form.customer_id).setFocus()

    def failed(self, error: Refused) -> None:
        """It could not be read."""
        if self.sheet is None:
            self._show_nothing()
        self.desk.refuse(error)

    def show_header(self) -> None:
        """The line above and the tools follow what is stored."""
        self.header.show_sheet(self.sheet)
        self.header.show()
        self.show_tools()

    def show_tools(self) -> None:
        """What can be done now, and whether something is not saved."""
        self.tools.show_sheet(self.sheet, writing=self.writing(), busy=self.keeping.busy)
        dirty = self.dirty()
        self.calls["save"].setEnabled((dirty or self.wanted == 0) and not self.keeping.busy)
        self.header.dot.setVisible(dirty)
        if not dirty:
            self.keeping.warning.hide()

    def _new_unless_asked(self) -> None:
        if self.wanted is None and self.isVisible():
            self.open(invoice_id=0)

    def _show_nothing(self) -> None:
        self.wanted, self.sheet, self.offer = None, None, None
        self.stack.setCurrentWidget(self.empty)
        self.header.hide()
        self.show_tools()

    def _go_back(self) -> None:
        self.desk.open(self.back)

    def _open_other(self, row: Settled) -> None:
        if row.payment_id is not None:
            self.desk.open("payment", payment_id=row.payment_id)
        elif row.invoice_id is not None:
            self.desk.open("invoice", invoice_id=row.invoice_id, back=self.back)

    def _build(self) -> None:
        self.empty = EmptyState(tr("No invoice is open."), "receipt_long", tr("Go to the invoices"), lambda: self.desk.open("invoices"))
        self.stack, room = QStackedWidget(), QVBoxLayout()
        for part in (self.empty, self.form, self.posted):
            self.stack.addWidget(part)
        room.setContentsMargins(16, 0, 16, 4)
        room.addWidget(self.keeping.warning)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.header)
        box.addLayout(room)
        box.addWidget(self.stack, 1)
        self._show_nothing()

    def _connect(self) -> None:
        self.form.changed.connect(self.show_tools)
        self.posted.opened.connect(self._open_other)
        self.posted.release_wanted.connect(self.deeds.release)
        self.desk.live.watch(self, TOPICS, self.refresh)
        self.desk.live.watch(self, OFFERED, self.refresh)
