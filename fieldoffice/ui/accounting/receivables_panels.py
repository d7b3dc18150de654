"""What is done with ticked items beside the list: marked as paid, written off, small ones given up together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtWidgets import QCheckBox, QLineEdit

from fieldoffice.models.errors import Invalid
from fieldoffice.services.books.aging_items import AgedItem
from fieldoffice.services.books.receipts import METHODS
from fieldoffice.services.books.settling import Booked, Small, give_up_item, give_up_items, pay_items, small_ones
from fieldoffice.ui.accounting.deedpanel import Deed, DeedPanel
from fieldoffice.ui.accounting.receivables_columns import shown, tr
from fieldoffice.ui.accounting.ticking import TickRows, TickTable
from fieldoffice.ui.desk import Desk, Notice
from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import DateField, MoneyField
from fieldoffice.ui.parts.reading import show_date
from fieldoffice.ui.parts.rows import Column


def many(items: Sequence[object]) -> str:
    """ "1 item", "3 items"."""
    return tr("1 item") if len(items) == 1 else tr("%1 items").replace("%1", f"{len(items):,}")


class PaidPanel(DeedPanel):
    """Marking as paid writes a real payment for each payer."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Mark as paid"), tr("Mark as paid"))
        self.items: tuple[int, ...] = ()
        self.today, self.exponent = date.today(), 2
        self.method = Segmented(tuple((key, tr(words)) for key, words in METHODS.items()), tr("How it was paid"))
        self.on, self.reference = DateField(today=lambda: self.today), QLineEdit()
        self.form.add("method", tr("How it was paid"), self.method)
        self.form.add("received_on", tr("Received"), self.on, required=True)
        self.form.add("reference", tr("Reference"), self.reference, hint=tr("A check number, or the text of a transfer."))

    def open_items(self, items: Sequence[AgedItem], today: date, exponent: int) -> None:
        self.items, self.today, self.exponent = tuple(row.id for row in items), today, exponent
        self.method.set_value("check")
        self.on.set_value(today)
        self.reference.clear()
        cents = shown(sum(row.open_cents for row in items), exponent)
        words = tr("%1, %2 in all. A payment is written for each payer; it can be reversed later.")
        self.begin(words.replace("%1", many(items)).replace("%2", cents))

    def deed(self) -> Deed:
        kw = {"method": self.method.value(), "on": self.on.value(), "reference": self.reference.text()}
        return Deed(pay_items, (self.items,), kw)

    def done(self, value: Booked) -> None:
        words = tr("Paid: %1 by %2").replace("%1", shown(value.cents, self.exponent)).replace("%2", value.words)
        id = value.ids[0]
        self.desk.tell(Notice(words, button=tr("Show"), press=lambda: self.desk.open("payment", payment_id=id)))


class WriteOffPanel(DeedPanel):
    """One debt may be given up in part; several are given up whole."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Write off"), tr("Write off"))
        self.items: tuple[AgedItem, ...] = ()
        self.today = date.today()
        self.amount, self.on, self.reason = MoneyField(), DateField(today=lambda: self.today), QLineEdit()
        self.tax_back = QCheckBox(tr("The tax in it is no longer owed to the state"))
        self.form.add("amount", tr("Amount"), self.amount)
        self.form.add("on", tr("Date"), self.on, required=True)
        self.form.add("reason", tr("Why"), self.reason, required=True)
        self.form.add_widget(self.tax_back)

    def open_items(self, items: Sequence[AgedItem], today: date, exponent: int) -> None:
        self.items, self.today = tuple(items), today
        cents = sum(row.open_cents for row in items)
        self.amount.exponent = exponent
        self.amount.set_value(cents)
        self.amount.setEnabled(len(items) == 1)
        self.on.set_value(today)
        self.reason.clear()
        self.tax_back.setChecked(False)
        what = items[0].number if len(items) == 1 else many(items)
        words = tr("%1: %2 becomes bad debt. The invoice stays as it is; a write-off can be taken back.")
        self.begin(words.replace("%1", what).replace("%2", shown(cents, exponent)))

    def deed(self) -> Deed:
        kw = {"on": self.on.value(), "reason": self.reason.text(), "tax_back": self.tax_back.isChecked()}
        if len(self.items) == 1:
            cents = self.amount.value()
            if cents is None:
                raise Invalid(amount=tr("Enter an amount."))
            return Deed(give_up_item, (self.items[0].id,), {**kw, "cents": cents})
        return Deed(give_up_items, (tuple(row.id for row in self.items),), kw)

    def done(self, value: Booked) -> None:
        cents = shown(value.cents, self.amount.exponent)
        self.desk.toast(tr("Written off: %1 by %2").replace("%1", cents).replace("%2", value.words))


class SmallDebtsPanel(DeedPanel):
    """Small debts that are due, all ticked at first, given up in one go."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, tr("Small balances"), tr("Write off"), width=480)
        self.today, self.exponent = date.today(), 2
        self.most, self.due, self.reason = MoneyField(), DateField(today=lambda: self.today), QLineEdit()
        self.form.add("most", tr("Up to"), self.most, required=True)
        self.form.add("due", tr("Due by"), self.due, required=True)
        self.form.add("reason", tr("Why"), self.reason, required=True)
        self.rows: TickRows[Small] = TickRows(_small_columns(lambda: self.exponent))
        self.table = TickTable(self.rows, "Small balances", EmptyState(tr("No debt is as small as that."), "task_alt"))
        self.table.setMinimumHeight(240)
        self.box.insertWidget(2, self.table, 1)
        self.rows.ticked_changed.connect(self._follow)
        for field in (self.most, self.due):
            field.value_changed.connect(self.look)

    def open_small(self, today: date, exponent: int) -> None:
        self.today, self.exponent, self.most.exponent = today, exponent, exponent
        self.most.set_value(5 * 10**exponent)
        self.due.set_value(today)
        self.reason.setText(tr("Too small to collect"))
        self.begin(tr("Each of the ticked debts is written off whole, with a write-off of its own."))
        self.look()

    def look(self) -> None:
        """Ask which debts are as small as that."""
        most, due = self.most.value(), self.due.value()
        if most is not None and due is not None:
            self.desk.see(self, small_ones, most, due_by=due, then=self._came)

    def deed(self) -> Deed:
        ids = tuple(row.id for row in self.rows.chosen())
        if not ids:
            raise Invalid(most=tr("Tick at least one debt."))
        return Deed(give_up_items, (ids,), {"on": self.today, "reason": self.reason.text(), "tax_back": False})

    def done(self, value: Booked) -> None:
        cents = shown(value.cents, self.exponent)
        self.desk.toast(tr("Written off: %1 by %2").replace("%1", cents).replace("%2", value.words))

    def _came(self, found: tuple[Small, ...]) -> None:
        known = {row.id for row in self.rows.rows}
        self.rows.show(found)
        self.rows.tick(row.id for row in found if row.id not in known)
        self._follow()

    def _follow(self) -> None:
        here = self.rows.chosen()
        cents = shown(sum(row.open_cents for row in here), self.exponent)
        self.press.setText(tr("Write off %1, %2").replace("%1", many(here)).replace("%2", cents) if here else tr("Write off"))


def _small_columns(exponent: Callable[[], int]) -> list[Column[Small]]:
    return [
        Column("number", tr("Number"), lambda r: r.number, lambda r: r.number, width=108),
        Column("customer", tr("Customer"), lambda r: r.customer, lambda r: r.customer.casefold(), width=118, tip=lambda r: r.customer),
        Column("open", tr("Open"), lambda r: shown(r.open_cents, exponent()), lambda r: r.open_cents, right=True, width=76),
        Column("due", tr("Due"), lambda r: show_date(r.due_on), lambda r: r.due_on, width=132),
    ]
