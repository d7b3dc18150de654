"""Other hours on one day, or none, in a side panel."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtWidgets import QLineEdit

from fieldoffice.models.errors import Invalid, NotFound
from fieldoffice.office import Tx
from fieldoffice.services.providers import add_day, edit_day, person
from fieldoffice.services.providers.rows import DayRow, Person
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.arranging import side_by_side
from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.fields import DateField, TimeField
from fieldoffice.ui.parts.reading import show_date
from fieldoffice.ui.parts.rowpanel import RowPanel, Values, Wish
from fieldoffice.ui.providers.fields import clock_time, minutes

WORKS = (("other", "Works other hours"), ("none", "Does not work"))


class DayPanel(RowPanel):
    """`open_new` and `open_day` fill it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "shift_exception")
        self.seen: Person | None = None
        self.on = DateField(today=lambda: self._seen().today)
        self.works, self.reason = Segmented(WORKS, self.tr("On this day")), QLineEdit()
        self.start, self.end = TimeField(), TimeField()
        form = self.form
        form.add("on_date", self.tr("Day"), self.on, required=True)
        form.add("works", self.tr("On this day"), self.works)
        form.add("start_min", self.tr("From"), self.start)
        form.add("end_min", self.tr("To"), self.end, hint=self.tr("00:00 is the end of the day."))
        self.times = side_by_side(form, ("start_min", "end_min"), (1, 1))
        form.add("reason", self.tr("Reason"), self.reason)

    def open_new(self, seen: Person, on: date | None = None) -> None:
        if not self.free():
            return
        self.seen = seen
        title = self.tr("A day of %1 with other hours").replace("%1", seen.facts.name)
        self.show_row(title, None, 0, values_of(DayRow(0, 0, on or seen.today, (8 * 60, 12 * 60), "")), of=str(seen.id))
        self.show_in(self.desk)

    def open_day(self, seen: Person, row: DayRow) -> None:
        if not self.free():
            return
        self.seen = seen
        self.show_row(f"{seen.facts.name}: {show_date(row.on)}", row.id, row.version, values_of(row))
        self.show_in(self.desk)

    def entered(self) -> None:
        self.times.setVisible(self.works.value() != "none")

    def wanted(self) -> Wish:
        seen, on = self._seen(), self.on.value()
        assert on is not None
        facts: dict[str, Any] = {"on": on, "hours": self._hours(), "reason": self.reason.text()}
        label = f"{seen.facts.name}: {show_date(on)}"
        if self.row_id is None:
            return Wish(self.tr("%1 added").replace("%1", label), add_day, (seen.id,), facts)
        return Wish(self.tr("%1 saved").replace("%1", label), edit_day, (self.row_id,), facts)

    def now(self, tx: Tx, row_id: int) -> tuple[int, Values]:
        row = next((one for one in person(tx, self._seen().id).days if one.id == row_id), None)
        if row is None:
            raise NotFound(self.tr("This exception was removed meanwhile."))
        return row.version, values_of(row)

    def _hours(self) -> tuple[int, int] | None:
        if self.works.value() == "none":
            return None
        start, end = self.start.value(), self.end.value()
        if start is None or end is None:
            raise Invalid(**{"start_min" if start is None else "end_min": self.tr("Please give the time.")})
        return minutes(start), minutes(end, ends=True)

    def _seen(self) -> Person:
        assert self.seen is not None
        return self.seen


def values_of(row: DayRow) -> dict[str, Any]:
    """An exception in the form's terms."""
    start, end = (clock_time(minute).isoformat() for minute in row.hours) if row.hours else (None, None)
    return {"on_date": row.on.isoformat(), "works": "other" if row.hours else "none", "start_min": start, "end_min": end,
            "reason": row.reason}  # fmt: skip
