"""One payment beside the page: what it is, what it pays, what is left of it; reverse, refund, let it pay something else."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fieldoffice.services.books import deeds
from fieldoffice.services.books.deeds import Money
from fieldoffice.services.books.sheets import CreditItem, PaymentSheet, Settled, payment_sheet
from fieldoffice.ui import actions
from fieldoffice.ui.accounting.creditpanels import Credit, RefundPanel, UseCreditPanel
from fieldoffice.ui.accounting.deedpanel import Deed, DeedPanel
from fieldoffice.ui.accounting.papers import Papers
from fieldoffice.ui.accounting.posted import HistoryList, SettledList
from fieldoffice.ui.accounting.words import METHODS, MONEY_KINDS, MONEY_STATES, day, money, tr
from fieldoffice.ui.customers.overview import Facts
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.fields import DateField, MoneyField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.panel import WIDE, SidePanel

TOPICS = frozenset({"payment", "allocation", "ar_item"})


class PaymentPanel(SidePanel):
    """`open(payment_id=…)`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Payment"), can_save=False, width=WIDE)
        self.desk, self.sheet, self._wanted = desk, None, 0
        self.sheet: PaymentSheet | None
        self.facts, self.settled, self.history = Facts(tr("What came in"), desk), SettledList(tr("It pays nothing yet.")), HistoryList()
        self.left = PlainLabel("", "strong", wrap=True)
        self.use = button(tr("Let it pay…"), self.use_credit, icon="price_check")
        self.refund = button(tr("Refund…"), self.ask_refund, icon="currency_exchange")
        self.reverse = button(tr("Reverse…"), self.ask_reverse, icon="undo")
        self.calls |= actions.bind(self, {"reverse_payment": self.ask_reverse, "refund_payment": self.ask_refund})
        self.panels: dict[str, DeedPanel] = {}
        self.papers = Papers(desk, self)
        self.print = button(tr("Print receipt"), lambda: self.papers.show_receipt(self._wanted), icon="print")
        self.mail = button(tr("E-mail receipt"), lambda: self.papers.mail_receipt(self._wanted, self.reload), icon="mail")
        self.settled.opened.connect(self._open_other)
        self.settled.release_wanted.connect(self.release)
        self._build_body()
        desk.live.watch(self, TOPICS, self.reload)

    def open(self, payment_id: int = 0, **_: Any) -> None:
        """Show a payment; other panels that were open for it come back to it."""
        if payment_id != self._wanted:
            self.sheet = None
        self._wanted = payment_id
        self.reload()

    def reload(self) -> None:
        if self._wanted:
            self.desk.see(self, payment_sheet, self._wanted, then=self._came)

    def use_credit(self) -> None:
        """Choose what the credit settles."""
        if self.sheet is not None and self.sheet.credits:
            panel, sheet = self.panels.setdefault("use", UseCreditPanel(self.desk, self._back)), self.sheet
            assert isinstance(panel, UseCreditPanel)
            panel.ask(Credit(sheet.row.number, sheet.credits[0], sheet.exponent, sheet.today))

    def ask_refund(self) -> None:
        if self.sheet is not None and self.sheet.row.left_cents:
            panel, sheet = self.panels.setdefault("refund", RefundPanel(self.desk, self._back)), self.sheet
            assert isinstance(panel, RefundPanel)
            row, item = sheet.row, max(sheet.credits, key=lambda c: c.left_cents, default=None)
            left = Credit(row.number, item or CreditItem(0, row.customer_id, row.left_cents), sheet.exponent, sheet.today, row.method)
            panel.ask(left, Deed(deeds.give_back, (row.id,), {"version": row.version, "item_id": item.id if item else None}))

    def ask_reverse(self) -> None:
        if self.sheet is not None and self.reverse.isEnabled():
            panel = self.panels.setdefault("reverse", ReversePanel(self.desk, self._back))
            assert isinstance(panel, ReversePanel)
            panel.ask(self.sheet)

    def release(self, row: Settled) -> None:
        """What it paid is open again, and it is credit."""
        words = tr("%1 is open again").replace("%1", row.number)

        def back() -> None:
            self.desk.do(self, deeds.settle, ((row.source_id, row.target_id, row.cents),))

        self.desk.do(self, deeds.release, row.source_id, row.target_id, then=lambda _cents: self.desk.toast(words, undo=back))

    # inside

    def _back(self) -> None:
        self.desk.open("payment", payment_id=self._wanted)

    def _came(self, sheet: PaymentSheet) -> None:
        if sheet.row.id != self._wanted:
            return
        self.sheet = sheet
        row, exponent = sheet.row, sheet.exponent
        state = MONEY_STATES.get(row.state, row.state)
        self.set_title(f"{MONEY_KINDS[row.kind]} {row.number}" + (f", {state}" if state else ""))
        self._show_facts(sheet)
        held = row.state == "received"
        self.settled.show_settled(sheet.settled, exponent, may=held and row.kind == "payment", whose=row.customer)
        words = tr("%1 of it is credit and settles nothing yet.") if row.kind == "payment" else tr("%1 of it is left.")
        self.left.setText(words.replace("%1", money(row.left_cents, exponent)))
        self.left.setVisible(bool(row.left_cents))
        self.use.setVisible(bool(sheet.credits))
        self.refund.setVisible(bool(row.left_cents))
        reversible = held and (row.kind in ("payment", "write_off") or (row.kind == "refund" and bool(sheet.settled)))
        self.reverse.setVisible(reversible)
        self.reverse.setEnabled(reversible)
        self.reverse.setText(tr("Open the debt again…") if row.kind == "write_off" else tr("Reverse…"))
        for part in (self.print, self.mail):
            part.setVisible(held and row.kind != "write_off")
        self.history.show_events(sheet.events, sheet.zone)

    def _show_facts(self, sheet: PaymentSheet) -> None:
        row, go = sheet.row, self.desk.open
        self.facts.show_lines((
            (tr("Customer"), row.customer, lambda: go("customer", customer_id=row.customer_id, section="Money")),
            (tr("Amount"), money(row.amount_cents, sheet.exponent), None), (tr("Date"), day(row.received_on), None),
            (tr("Paid by"), METHODS.get(row.method, row.method) if row.method != "none" else "", None),
            (tr("Reference"), row.reference, None),
            (tr("For the job"), f"{sheet.job.number} {sheet.job.words}" if sheet.job else "",
             lambda: go("job", job_id=sheet.job.id) if sheet.job else None),
            (tr("Gives back"), sheet.source.number if sheet.source else "",
             lambda: go("payment", payment_id=sheet.source.id) if sheet.source else None),
            (tr("At the bank"), tr("paid in") if row.banked else "", None), (tr("Reason"), sheet.reason, None),
            (tr("Notes"), sheet.notes, None),
            (tr("Taken back"), f"{day(sheet.reversed_on)}: {sheet.reversal_reason}" if sheet.reversed_on else "", None),
        ))  # fmt: skip

    def _open_other(self, row: Settled) -> None:
        if row.invoice_id is not None:
            self.desk.open("invoice", invoice_id=row.invoice_id, back="payments")
        elif row.payment_id is not None:
            self.desk.open("payment", payment_id=row.payment_id)

    def _build_body(self) -> None:
        body, deeds_row, paper_row = QWidget(), QHBoxLayout(), QHBoxLayout()
        for row, parts in ((deeds_row, (self.use, self.refund, self.reverse)), (paper_row, (self.print, self.mail))):
            row.setSpacing(8)
            for part in parts:
                row.addWidget(part)
                part.hide()
            row.addStretch(1)
        box = QVBoxLayout(body)
        box.setContentsMargins(16, 12, 16, 16)
        box.setSpacing(12)
        box.addWidget(self.facts)
        box.addWidget(PlainLabel(tr("What it pays"), "section"))
        box.addWidget(self.settled)
        box.addWidget(self.left)
        box.addLayout(deeds_row)
        box.addLayout(paper_row)
        box.addWidget(PlainLabel(tr("History"), "section"))
        box.addWidget(self.history)
        box.addStretch(1)
        self.left.hide()
        self.set_body(body)


class ReversePanel(DeedPanel):
    """Why and when something is taken back; of a bounced payment the fee that the customer owes for it."""

    def __init__(self, desk: Desk, back: Any) -> None:
        super().__init__(desk, tr("Reverse"), tr("Reverse"))
        self.sheet: PaymentSheet | None = None
        self._today, self._back = date.today(), back
        self.on, self.reason, self.fee = DateField(today=lambda: self._today), QLineEdit(), MoneyField()
        self.form.add("on", tr("As of"), self.on, required=True)
        self.form.add("reason", tr("Reason"), self.reason, required=True, hint=tr("Such as: the check bounced."))
        self.form.add("fee", tr("Fee for the customer"), self.fee, hint=tr("An invoice over it is posted; empty for none."))

    def ask(self, sheet: PaymentSheet) -> None:
        self.sheet, self._today = sheet, sheet.today
        self.on.set_value(sheet.today)
        self.reason.clear()
        self.fee.exponent = sheet.exponent
        self.fee.set_value(None)
        self.form.rows["fee"].setVisible(sheet.row.kind == "payment")
        self.set_title(tr("Reverse %1").replace("%1", sheet.row.number))
        numbers = ", ".join(row.number for row in sheet.settled)
        notes = {"payment": tr("What it paid is open again from that day on: %1.").replace("%1", numbers) if numbers else "",
                 "write_off": tr("The debt is open again from that day on."), "refund": tr("Its credit is there again.")}
        self.begin(notes.get(sheet.row.kind, ""))

    def deed(self) -> Deed:
        assert self.sheet is not None
        row = self.sheet.row
        return Deed(deeds.reverse, (row.id,), {"version": row.version, "on": self.on.value(), "reason": self.reason.text().strip(),
                                               "fee_cents": self.fee.value() or 0})  # fmt: skip

    def done(self, value: Money) -> None:
        fee = tr(" The fee is %1.").replace("%1", value.fee.number) if value.fee else ""
        self.desk.toast(tr("%1 is reversed.").replace("%1", value.number) + fee)
        self._back()
