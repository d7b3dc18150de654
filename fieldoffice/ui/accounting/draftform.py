"""The form of a draft: for whom, when, due, reference, its lines with taxes and sums, and what is printed below them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from fieldoffice.models.errors import Invalid, Refused
from fieldoffice.services.books.drafts import DraftFacts
from fieldoffice.services.books.reckoning import Rounding
from fieldoffice.services.books.sheets import InvoiceSheet
from fieldoffice.services.books.writing import Offered, offered
from fieldoffice.ui.accounting.linesfield import Book, LinesField, plain_lines
from fieldoffice.ui.accounting.sumbox import SumBox
from fieldoffice.ui.accounting.words import day, tr
from fieldoffice.ui.customers.field import CustomerField
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.fields import DateField
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import PlainLabel

NAMES = ("customer_id", "issued_on", "due_on", "reference", "location_id", "lines", "notes", "reason")


class DraftForm(QScrollArea):
    """`changed` whenever something is entered; the sums follow every key by the function that posting uses."""

    changed = Signal()
    offered_came = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.form = desk, Form()
        self.sheet: InvoiceSheet | None = None
        self.offer: Offered | None = None
        self.customer_id, self.lines, self.sums = CustomerField(desk), LinesField(desk.memory), SumBox()
        self.issued_on, self.due_on = DateField(today=self.today), DateField(today=self.today)
        self.reference, self.location_id = QLineEdit(), Choice()
        self.notes, self.reason, self.said = QPlainTextEdit(), QLineEdit(), PlainLabel("", "muted", wrap=True)
        self._asked: tuple[Any, ...] = ()
        self._build()
        self.form.changed.connect(self._entered)

    def today(self) -> date:
        return self.offer.today if self.offer else date.today()

    def who(self) -> int | None:
        """For whom it is."""
        return self.sheet.row.customer_id if self.sheet else self.customer_id.value()

    def show_new(self, offer: Offered) -> None:
        """An empty form, for the customer of `offer` if it names one."""
        self.sheet = None
        self._take_offer(offer)
        self.customer_id.set_value(offer.customer_id, offer.customer)
        self.form.set_values({"issued_on": offer.today.isoformat(), "due_on": None, "reference": "", "location_id": _first(offer),
                              "lines": [], "notes": "", "reason": ""})  # fmt: skip
        self._settle()

    def show_sheet(self, sheet: InvoiceSheet, offer: Offered) -> None:
        """A stored draft."""
        self.sheet = sheet
        self._take_offer(offer)
        self.customer_id.set_value(sheet.row.customer_id, sheet.row.customer)
        self.form.set_values(self.stored(sheet))
        self._settle()

    def stored(self, sheet: InvoiceSheet) -> dict[str, Any]:
        """What a stored draft says, in the terms of the form."""
        usual = self.offer.taxes if self.offer and sheet.row.kind != "credit" else {}
        by_terms = self.offer is not None and sheet.row.due_on == self.offer.due_on
        due = sheet.row.due_on.isoformat() if sheet.row.due_on and not by_terms else None
        return {"customer_id": sheet.row.customer_id, "issued_on": sheet.row.issued_on.isoformat(), "due_on": due,
                "reference": sheet.row.reference, "location_id": sheet.location_id, "notes": sheet.notes, "reason": sheet.reason,
                "lines": plain_lines([line.line for line in sheet.lines], usual)}  # fmt: skip

    def facts(self) -> DraftFacts:
        """What is entered; raises Invalid where a date is missing."""
        issued = self.issued_on.value()
        if issued is None:
            raise Invalid(issued_on=tr("Enter a date."))
        photos = self.sheet.photos if self.sheet else False
        return DraftFacts(self.lines.lines(), issued, self.due_on.value(), self.reference.text(), self.notes.toPlainText(),
                          self.reason.text(), photos, self.location_id.value())  # fmt: skip

    def show_errors(self, error: Refused) -> None:
        """A refusal by its fields; those of a line stand above the lines."""
        fields: Mapping[str, str] = error.fields if isinstance(error, Invalid) else {}
        lines = {name: words for name, words in fields.items() if name.startswith("line") and name != "lines"}
        rest = {name: words for name, words in fields.items() if name not in lines}
        if lines:
            rest.setdefault("lines", tr("Please look at the lines."))
        self.form.show_errors(Invalid(**rest) if fields else error)
        self.lines.show_refused(lines)

    # inside

    def _entered(self) -> None:
        self._ask_offer()
        self._show_sums()
        self.changed.emit()

    def _ask_offer(self) -> None:
        """Another customer, place or day may bring other taxes and terms."""
        wish = (self.who(), self.location_id.value(), self.issued_on.value())
        if wish != self._asked:
            self._asked = wish
            self.desk.see(self, offered, wish[0], wish[1], wish[2], then=self._offer_came)

    def _offer_came(self, offer: Offered) -> None:
        other = self.offer is None or offer.customer_id != self.offer.customer_id
        self._take_offer(offer)
        if offer.customer_id is not None:
            self.customer_id.know([(offer.customer_id, offer.customer)])
        if other and self.sheet is None:
            self.location_id.set_value(_first(offer))
            self._ask_offer()
        self._show_sums()
        self.offered_came.emit()

    def _take_offer(self, offer: Offered) -> None:
        self.offer = offer
        rounding: Rounding = "paper" if (self.sheet.rounding if self.sheet else offer.rounding) == "paper" else "line"
        places = list(offer.places)
        if self.sheet and self.sheet.location_id and self.sheet.location_id not in dict(places):
            places.append((self.sheet.location_id, self.sheet.location))
        self.location_id.set_choices([(None, tr("No address")), *places])
        self.lines.offer(Book(offer.items, offer.taxes, offer.rates, rounding, offer.exponent))
        self.due_on.setPlaceholderText(day(offer.due_on))
        days = tr("on receipt") if not offer.terms_days else tr("in %1 days").replace("%1", str(offer.terms_days))
        payer = tr("Paid by %1. ").replace("%1", offer.payer) if offer.payer and offer.payer != offer.customer else ""
        self.said.setText(payer + tr("By its terms it is due %1.").replace("%1", days))

    def _settle(self) -> None:
        credit = self.sheet is not None and self.sheet.row.kind == "credit"
        self.form.clear_errors()
        self.lines.show_refused({})
        self.form.rows["customer_id"].setVisible(self.sheet is None)
        self.form.rows["reason"].setVisible(credit)
        for name in ("due_on", "reference"):
            self.form.rows[name].setVisible(not credit)
        self.said.setVisible(not credit)
        self._asked = (self.who(), self.location_id.value(), self.issued_on.value())
        self._show_sums()

    def _show_sums(self) -> None:
        sums, exponent = self.lines.reckoned(), self.lines.book.exponent
        deposits = min(self.sheet.deposits, sums.total_cents) if self.sheet else 0
        more = [(tr("Deposit taken off"), -deposits, False), (tr("Left to pay"), sums.total_cents - deposits, True)] if deposits else []
        self.sums.show_sums(sums.net_cents, sums.taxes, sums.total_cents, exponent, more)

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.notes.setTabChangesFocus(True)
        self.notes.setFixedHeight(84)
        add = self.form.add
        add("customer_id", tr("Customer"), self.customer_id, required=False)
        add("issued_on", tr("Date"), self.issued_on, required=True)
        add("due_on", tr("Due"), self.due_on)
        add("location_id", tr("Work done at"), self.location_id)
        add("reference", tr("Customer's reference"), self.reference)
        add("reason", tr("Reason"), self.reason)
        add("lines", tr("Lines"), self.lines)
        add("notes", tr("Printed below the lines"), self.notes)
        self._arrange()

    def _arrange(self) -> None:
        rows, inner = self.form.rows, QWidget()
        first, last = QHBoxLayout(), QHBoxLayout()
        for row in (first, last):
            row.setSpacing(16)
        for name, stretch in (("customer_id", 4), ("issued_on", 3), ("due_on", 3), ("location_id", 4), ("reference", 3), ("reason", 6)):
            first.addWidget(rows[name], stretch, Qt.AlignmentFlag.AlignTop)
        last.addWidget(rows["notes"], 3, Qt.AlignmentFlag.AlignTop)
        last.addWidget(self.sums, 2, Qt.AlignmentFlag.AlignTop)
        box = self.form.layout()
        assert isinstance(box, QVBoxLayout)
        box.addLayout(first)
        box.addWidget(self.said)
        box.addWidget(rows["lines"], 1)
        box.addLayout(last)
        outer = QVBoxLayout(inner)
        outer.setContentsMargins(16, 8, 16, 16)
        outer.addWidget(self.form, 1)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)


def _first(offer: Offered) -> int | None:
    """The customer's only address is meant; of several none before it is chosen."""
    return offer.places[0][0] if len(offer.places) == 1 else None
