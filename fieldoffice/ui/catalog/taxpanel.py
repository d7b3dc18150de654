"""One tax rate in a side panel."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtWidgets import QLineEdit

from fieldoffice.models.errors import NotFound
from fieldoffice.office import Tx
from fieldoffice.services.catalog import TaxFacts, TaxRow, edit_tax_rate, new_tax_rate, tax_rates
from fieldoffice.ui.catalog.fields import RateField
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.words import shown_rate
from fieldoffice.ui.parts.arranging import side_by_side
from fieldoffice.ui.parts.fields import DateField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.rowpanel import RowPanel, Values, Wish


class TaxPanel(RowPanel):
    """`open_new` and `open_rate` fill it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "tax_rate")
        self.today = date.today()
        self.name, self.region, self.rate = QLineEdit(), QLineEdit(), RateField()
        self.first, self.last = (DateField(today=lambda: self.today) for _ in range(2))
        form = self.form
        form.add("name", self.tr("Name"), self.name, required=True)
        form.add("rate", self.tr("Rate"), self.rate, required=True)
        side_by_side(form, ("name", "rate"), (2, 1))
        form.add("region", self.tr("Region"), self.region, hint=self.tr("Left empty: everywhere."))
        form.add("valid_from", self.tr("Holds from"), self.first, required=True)
        form.add("valid_to", self.tr("Holds to"), self.last, hint=self.tr("Left empty: until further notice."))
        side_by_side(form, ("valid_from", "valid_to"), (1, 1))
        note = self.tr("Lines on existing jobs keep the tax that they were written with. When a rate changes, end the old one and "
                       "add the new one, then let it take the items over.")  # fmt: skip
        form.add_widget(PlainLabel(note, "muted", wrap=True))

    def open_new(self, today: date) -> None:
        if not self.free():
            return
        self.today = today
        facts = {"name": "", "rate": None, "region": "", "valid_from": today.isoformat(), "valid_to": None}
        self.show_row(self.tr("New tax rate"), None, 0, facts)
        self.show_in(self.desk)

    def open_rate(self, today: date, row: TaxRow) -> None:
        if not self.free():
            return
        self.today = today
        self.show_row(f"{row.facts.name} {shown_rate(row.facts.ppm)}", row.id, row.version, values_of(row.facts))
        self.show_in(self.desk)

    def wanted(self) -> Wish:
        first, rate = self.first.value(), self.rate.value()
        assert first is not None
        assert rate is not None
        facts = TaxFacts(self.name.text(), rate, first, self.last.value(), self.region.text())
        if self.row_id is None:
            return Wish(self.tr("%1 added").replace("%1", facts.name), new_tax_rate, (facts,))
        return Wish(self.tr("%1 saved").replace("%1", facts.name), edit_tax_rate, (self.row_id, facts))

    def now(self, tx: Tx, row_id: int) -> tuple[int, Values]:
        row = next((one for one in tax_rates(tx) if one.id == row_id), None)
        if row is None:
            raise NotFound(self.tr("This tax rate was removed meanwhile."))
        return row.version, values_of(row.facts)


def values_of(facts: TaxFacts) -> dict[str, Any]:
    """A rate in the form's terms."""
    return {"name": facts.name, "rate": facts.ppm, "region": facts.region, "valid_from": facts.valid_from.isoformat(),
            "valid_to": facts.valid_to.isoformat() if facts.valid_to else None}  # fmt: skip
