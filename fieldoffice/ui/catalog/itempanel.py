"""One entry of the price book in a side panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit

from fieldoffice.models.errors import Invalid, NotFound
from fieldoffice.office import Tx
from fieldoffice.services.catalog import ItemFacts, ItemLine, SkillRow, TaxRow, edit_item, new_item, price_book
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.words import shown_rate
from fieldoffice.ui.parts.arranging import side_by_side
from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.choosing import Choice, Ticks
from fieldoffice.ui.parts.fields import DurationField, MoneyField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.panel import WIDE
from fieldoffice.ui.parts.rowpanel import RowPanel, Values, Wish

KINDS = (("service", "Service"), ("material", "Material"), ("charge", "Charge"))
BOOKABLE = (("instant", "At once"), ("request", "On request"), ("both", "Both"), ("no", "No"))


@dataclass(frozen=True, slots=True)
class Offer:
    """What the form offers: tax rates, skills, and the decimals of the currency."""

    taxes: tuple[TaxRow, ...]
    skills: tuple[SkillRow, ...]
    exponent: int


class ItemPanel(RowPanel):
    """`open_new` and `open_item` fill it; what belongs to services only hides for the others."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "catalog_item", width=WIDE)
        self.kind_field, self.bookable = Segmented(KINDS, self.tr("Kind")), Segmented(BOOKABLE, self.tr("Customers can book it"))
        self.name, self.code, self.text = QLineEdit(), QLineEdit(), QPlainTextEdit()
        self.price, self.tax, self.skills = MoneyField(), Choice(), Ticks(self.tr("None needed"))
        self.duration, self.buffer, self.outdoor = DurationField(), DurationField(), QCheckBox(self.tr("Done outdoors"))
        self.price_from = QCheckBox(self.tr("Customers are told “from”: it is the least it costs"))
        self._fill_form()

    def offer(self, offer: Offer) -> None:
        """Offer other rates and skills; what is chosen stays."""
        self.price.exponent = offer.exponent
        self.tax.set_choices([(None, self.tr("No tax")), *((row.id, _tax(row)) for row in offer.taxes)])
        self.skills.set_choices([(row.id, row.name) for row in offer.skills])

    def open_new(self, offer: Offer, kind: str = "service") -> None:
        if not self.free():
            return
        self.offer(offer)
        tax = max(offer.taxes, key=lambda row: row.items, default=None)
        facts = ItemFacts(kind, "", "", 0, duration_s=3600, tax_rate_id=tax and tax.id)
        self.show_row(self.tr("New item of the price book"), None, 0, values_of(facts) | {"price": None})
        self.show_in(self.desk)

    def open_item(self, offer: Offer, line: ItemLine) -> None:
        if not self.free():
            return
        self.offer(offer)
        self.show_row(f"{line.facts.code} {line.facts.name}", line.id, line.version, values_of(line.facts))
        self.show_in(self.desk)

    def entered(self) -> None:
        service = self.kind_field.value() == "service"
        self.times.setVisible(service)
        for name in ("skill_ids", "outdoor", "bookable", "price_from"):
            self.form.rows[name].setVisible(service)

    def wanted(self) -> Wish:
        facts = self._facts()
        if self.row_id is None:
            return Wish(self.tr("%1 added").replace("%1", facts.name), new_item, (facts,))
        return Wish(self.tr("%1 saved").replace("%1", facts.name), edit_item, (self.row_id, facts))

    def now(self, tx: Tx, row_id: int) -> tuple[int, Values]:
        line = next((one for one in price_book(tx) if one.id == row_id), None)
        if line is None:
            raise NotFound(self.tr("This item was removed meanwhile."))
        return line.version, values_of(line.facts)

    def _facts(self) -> ItemFacts:
        price = self.price.value()
        if price is None:
            raise Invalid(price=self.tr("Please give the price; 0 where there is none."))
        return ItemFacts(
            self.kind_field.value(), self.code.text(), self.name.text(), price, self.text.toPlainText(),
            self.duration.value() or 0, self.buffer.value() or 0, self.tax.value(), self.outdoor.isChecked(),
            self.bookable.value() or "no", tuple(self.skills.value()), self.price_from.isChecked(),
        )  # fmt: skip

    def _fill_form(self) -> None:
        form = self.form
        form.add("kind", self.tr("Kind"), self.kind_field)
        form.add("name", self.tr("Name"), self.name, required=True)
        form.add("code", self.tr("Code"), self.code, required=True)
        side_by_side(form, ("name", "code"), (3, 1))
        form.add("price", self.tr("Price without tax"), self.price, required=True)
        form.add("tax_rate_id", self.tr("Tax"), self.tax)
        side_by_side(form, ("price", "tax_rate_id"), (1, 1))
        form.add("duration", self.tr("Takes"), self.duration)
        form.add("buffer", self.tr("Time after it"), self.buffer, hint=self.tr("Added to each visit, not paid for."))
        self.times = side_by_side(form, ("duration", "buffer"), (1, 1))
        form.add("skill_ids", self.tr("Skills needed"), self.skills)
        form.add("outdoor", self.tr("Weather"), self.outdoor)
        form.add("bookable", self.tr("Customers can book it"), self.bookable)
        form.add("price_from", self.tr("Price online"), self.price_from)
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(76)
        form.add("description", self.tr("Description"), self.text)
        note = self.tr("Lines on existing jobs keep what they were written with.")
        form.add_widget(PlainLabel(note, "muted", wrap=True))


def values_of(facts: ItemFacts) -> dict[str, Any]:
    """An item in the form's terms."""
    return {
        "kind": facts.kind, "name": facts.name, "code": facts.code, "price": facts.price_cents, "tax_rate_id": facts.tax_rate_id,
        "duration": facts.duration_s or None, "buffer": facts.buffer_s, "skill_ids": list(facts.skill_ids), "outdoor": facts.outdoor,
        "bookable": facts.bookable, "price_from": facts.price_from, "description": facts.description,
    }  # fmt: skip


def _tax(row: TaxRow) -> str:
    region = f" {row.facts.region}" if row.facts.region and row.facts.region not in row.facts.name else ""
    return f"{row.facts.name}{region}, {shown_rate(row.facts.ppm)}"
