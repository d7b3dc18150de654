"""The line above a paper, and its tools in the head of the window: what can be done follows how it stands."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from fieldoffice.services.books.sheets import InvoiceSheet
from fieldoffice.ui import icons
from fieldoffice.ui.accounting.words import money, state_look, title_of, tr
from fieldoffice.ui.parts.buttons import action_button, menu_button
from fieldoffice.ui.parts.labels import Chip, ElidedLabel, PlainLabel

WIDTH = 212
"""Pixels of the tools at their widest: the head of the window asks once how much room they need."""


class InvoiceHeader(QWidget):
    """Number, state, customer, what is open, and whether something is not saved."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.customer = PlainLabel("", "section"), ElidedLabel("", "muted")
        self.state, self.owed = Chip(), PlainLabel("", "strong")
        self.disputed, self.dot = Chip(tr("disputed"), "flag", "warn_ground", "warn"), QLabel()
        self.dot.setAccessibleName(tr("Not saved yet"))
        self.dot.setToolTip(tr("Not saved yet"))
        icons.dress(self.dot, "circle-fill", "accent", 10)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 4)
        row.setSpacing(8)
        for part in (self.title, self.state, self.disputed):
            row.addWidget(part)
        row.addWidget(self.customer, 1)
        row.addWidget(self.owed)
        row.addWidget(self.dot)

    def show_sheet(self, sheet: InvoiceSheet | None) -> None:
        """A stored paper; None for a new one."""
        self.title.setText(title_of(sheet) if sheet else tr("New invoice"))
        self.customer.setText(sheet.row.customer if sheet else "")
        self.state.setVisible(sheet is not None)
        self.disputed.setVisible(sheet is not None and sheet.disputed_on is not None)
        self.owed.setText("")
        if sheet is not None:
            row = sheet.row
            self.state.show_words(*state_look(row.kind, row.state))
            if row.state in ("open", "partial", "overdue"):
                left = tr("%1 left to use") if row.kind == "credit" else tr("%1 open")
                self.owed.setText(left.replace("%1", money(abs(row.open_cents), sheet.exponent)))


class InvoiceTools(QWidget):
    """Save and Post for a draft, Take payment where something is open; the rest in a menu."""

    def __init__(self, calls: Mapping[str, QAction]) -> None:
        super().__init__()
        self.calls = calls
        self.save = action_button(calls["save"], parent=self)
        self.post = action_button(calls["post_invoice"], primary=True, parent=self)
        self.pay = action_button(calls["take_payment"], primary=True, parent=self)
        inside = [calls[id] for id in ("print_invoice", "mail_invoice")]
        more = [calls[id] for id in ("use_credit", "refund_payment", "credit_invoice", "dispute_invoice", "void_invoice", "drop_draft")]
        self.more = menu_button("more_vert", tr("More about this invoice"), [*inside, None, *more, None, calls["new_invoice"]], self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addStretch(1)
        for part in (self.save, self.post, self.pay, self.more):
            row.addWidget(part)
        self.setMinimumWidth(WIDTH)

    def show_sheet(self, sheet: InvoiceSheet | None, *, writing: bool, busy: bool) -> None:
        """What can be done with it now; `writing` while the form of a draft is in sight."""
        row = sheet.row if sheet else None
        posted = row is not None and row.state not in ("draft", "void")
        owed = posted and row is not None and row.open_cents > 0
        for widget, shown in ((self.save, writing), (self.post, writing), (self.pay, owed)):
            widget.setVisible(shown)
        credit = posted and row is not None and row.kind == "credit" and bool(row.open_cents)
        may = {"use_credit": credit, "refund_payment": credit,
               "post_invoice": writing and not busy, "take_payment": owed, "drop_draft": writing, "void_invoice": posted,
               "credit_invoice": posted and row is not None and row.kind != "credit", "dispute_invoice": owed,
               "print_invoice": row is not None and row.state != "draft", "mail_invoice": posted}  # fmt: skip
        for id, allowed in may.items():
            self.calls[id].setEnabled(allowed)
            if id not in ("post_invoice", "take_payment"):
                self.calls[id].setVisible(allowed)
        settled = sheet is not None and sheet.disputed_on is not None
        self.calls["dispute_invoice"].setText(tr("No longer disputed") if settled else tr("Disputed by the customer"))
