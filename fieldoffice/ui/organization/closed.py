"""Holidays: the days on which nobody works, one by one or from a country's table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.services.company.closed import (
    ClosedDay,
    close,
    closed_days,
    edit_holiday,
    holiday_regions,
    proposed_days,
    reopen,
)
from fieldoffice.ui import places
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.drafts import Draft
from fieldoffice.ui.organization.lists import ListPart
from fieldoffice.ui.organization.making import WholeField
from fieldoffice.ui.parts.choosing import Choice
from fieldoffice.ui.parts.fields import DateField
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.panel import SidePanel
from fieldoffice.ui.parts.reading import show_date
from fieldoffice.ui.parts.rows import Column

COLUMNS = (
    Column[ClosedDay]("on", "Day", lambda d: show_date(d.on), lambda d: d.on, width=160),
    Column[ClosedDay]("name", "Holiday", lambda d: d.name, lambda d: d.name.casefold(), width=320),
)
DAY = Qt.ItemDataRole.UserRole


class HolidaysPart(ListPart):
    """All holidays; changes apply at once and are undone with Ctrl+Z."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(COLUMNS, "Holidays", "No holidays yet: add those of your country.", desk.memory)
        self.desk, self.country = desk, "US"
        self.add_button(self.tr("Add holiday…"), lambda: self.edit(None), icon="add")
        self.add_button(self.tr("Add public holidays…"), self.propose, icon="calendar_month")
        self.add_button(self.tr("Edit…"), lambda: self.edit(self.current()), icon="edit", fits=lambda _day: True)
        self.add_button(self.tr("Remove"), self.remove, icon="delete", fits=lambda _day: True)
        self.table.setSelectionMode(self.table.SelectionMode.ExtendedSelection)
        self.opened.connect(self.edit)

    def reload(self) -> None:
        self.desk.see(self, closed_days, then=self.show_rows)

    def edit(self, day: ClosedDay | None) -> None:
        self.desk.show_panel(HolidayPanel(self.desk, day))

    def propose(self) -> None:
        self.desk.show_panel(PublicPanel(self.desk, self.country))

    def remove(self) -> None:
        days = self.table.selected()
        said = self.tr("%1 is no holiday any more").replace("%1", days[0].name) if len(days) == 1 else f"{len(days)} holidays removed"
        self.desk.act(self, said, reopen, [day.id for day in days])


class HolidayPanel(SidePanel):
    """One holiday: its day and its name."""

    def __init__(self, desk: Desk, day: ClosedDay | None) -> None:
        super().__init__(self.tr("Holiday") if day else self.tr("New holiday"))
        self.desk, self.day, self.form = desk, day, Form()
        self.on, self.name = DateField(), QLineEdit()
        self.form.add("on", self.tr("Day"), self.on, required=True)
        self.form.add("name", self.tr("Name"), self.name, required=True)
        self.set_body(padded(self.form))
        self.draft = Draft(desk, "holiday", self.form)
        self._fill()
        self.form.changed.connect(self.set_dirty)
        self.draft.open(day.id if day else None, 0)

    def save(self, then: Callable[[], object]) -> None:
        on = self.on.value()
        if not self.form.check() or on is None:
            return

        def saved(_edit: object) -> None:
            self.draft.saved()
            self._fill()
            then()

        if self.day is None:
            self.desk.act(self, self.tr("%1 added").replace("%1", self.name.text().strip()), close, ((on, self.name.text()),),
                          then=saved, otherwise=self.form.show_errors, op_id=self.draft.op())  # fmt: skip
        else:
            self.day = ClosedDay(self.day.id, on, self.name.text().strip())
            self.desk.act(self, self.tr("%1 saved").replace("%1", self.day.name), edit_holiday, self.day.id, on=on, name=self.name.text(),
                          then=saved, otherwise=self.form.show_errors, op_id=self.draft.op())  # fmt: skip

    def discard(self) -> None:
        self.draft.discard()

    def _fill(self) -> None:
        self.on.set_value(self.day.on if self.day else None)
        self.name.setText(self.day.name if self.day else "")
        self.set_dirty(False)


class PublicPanel(SidePanel):
    """The public holidays of a country and a year: look, untick what does not apply, save."""

    def __init__(self, desk: Desk, country: str) -> None:
        super().__init__(self.tr("Public holidays"))
        self.desk, self.form = desk, Form()
        self.country, self.region, self.year, self.list = Choice(), Choice(), WholeField(), QListWidget()
        self.said = PlainLabel("", "muted", wrap=True)
        self._compose()
        self.country.set_value(country)
        self.year.set_value(date.today().year)
        self.list.itemChanged.connect(lambda _item: self._count())
        self._ask_regions()

    def save(self, then: Callable[[], object]) -> None:
        days = tuple((day.on, day.name) for day, on in self._days() if on and not day.id)
        self.desk.act(self, self.tr("%1 holidays added").replace("%1", str(len(days))), close, days, then=lambda _edit: self._done(then),
                      otherwise=self.form.show_errors)  # fmt: skip

    def _done(self, then: Callable[[], object]) -> None:
        then()
        self._ask_days()

    def _ask_regions(self) -> None:
        self.desk.see(self, holiday_regions, self.country.value(), then=self._regions_came)

    def _regions_came(self, regions: Sequence[str]) -> None:
        self.region.set_choices([("", self.tr("The whole country")), *((one, one) for one in regions)])
        self.form.rows["region"].setVisible(bool(regions))
        self._ask_days()

    def _ask_days(self) -> None:
        year = self.year.value() or date.today().year
        self.desk.see(self, proposed_days, self.country.value(), self.region.value() or "", (year, year), then=self._days_came,
                      otherwise=self._unknown)  # fmt: skip

    def _unknown(self, error: Refused) -> None:
        self._days_came(())
        self.form.show_errors(error)

    def _days_came(self, days: Sequence[ClosedDay]) -> None:
        self.form.clear_errors()
        self.list.blockSignals(True)
        self.list.clear()
        for day in days:
            item = QListWidgetItem(f"{show_date(day.on, year=False)}   {day.name}", self.list)
            item.setData(DAY, day)
            item.setCheckState(Qt.CheckState.Checked)
            if day.id:
                item.setFlags(Qt.ItemFlag.ItemIsSelectable)
        self.list.blockSignals(False)
        self._count()

    def _days(self) -> list[tuple[ClosedDay, bool]]:
        items = (self.list.item(n) for n in range(self.list.count()))
        return [(item.data(DAY), item.checkState() == Qt.CheckState.Checked) for item in items]

    def _count(self) -> None:
        wanted, known = sum(on and not day.id for day, on in self._days()), sum(bool(day.id) for day, _ in self._days())
        add = self.tr("%1 days will be added.").replace("%1", str(wanted)) if wanted else self.tr("Nothing to add.")
        self.said.setText(add + (self.tr(" Those in gray, %1, are entered already.").replace("%1", str(known)) if known else ""))
        self.set_dirty(wanted > 0)

    def may_close(self) -> bool:
        """Nothing was typed: the preview can be closed."""
        return True

    def _compose(self) -> None:
        self.country.set_choices(places.countries())
        self.form.add("country", self.tr("Country"), self.country)
        self.form.add("region", self.tr("Region"), self.region)
        self.form.add("year", self.tr("Year"), self.year)
        self.form.add("name", self.tr("Holidays"), self.list)
        self.list.setMinimumHeight(360)
        self.country.value_changed.connect(self._ask_regions)
        self.region.value_changed.connect(self._ask_days)
        self.year.value_changed.connect(self._ask_days)
        self.form.add_widget(self.said)
        self.set_body(padded(self.form))


def padded(form: QWidget) -> QWidget:
    """A form with room around it, for the body of a side panel."""
    body = QWidget()
    box = QVBoxLayout(body)
    box.setContentsMargins(16, 12, 16, 16)
    box.addWidget(form)
    box.addStretch(1)
    return body
