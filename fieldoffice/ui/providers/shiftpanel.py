"""Regular hours with their breaks in a side panel: new ones for several days of the week at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fieldoffice.models.errors import Invalid, NotFound
from fieldoffice.office import Tx
from fieldoffice.services.providers import add_shifts, edit_shift, person
from fieldoffice.services.providers.hours import Hours, Pause
from fieldoffice.services.providers.rows import Person, ShiftRow
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.arranging import side_by_side
from fieldoffice.ui.parts.fields import DateField, TimeField
from fieldoffice.ui.parts.panel import WIDE
from fieldoffice.ui.parts.rowpanel import RowPanel, Values, Wish
from fieldoffice.ui.providers.fields import Breaks, Weekdays, clock_time, long_weekday, minutes

USUAL = Hours(8 * 60, 17 * 60, (Pause(30, 11 * 60 + 30, 13 * 60),))


class ShiftPanel(RowPanel):
    """`open_new` and `open_shift` fill it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "shift", width=WIDE)
        self.seen: Person | None = None
        self.weekdays, self.breaks = Weekdays(), Breaks()
        self.start, self.end = TimeField(), TimeField()
        self.first, self.last = (DateField(today=lambda: self._seen().today) for _ in range(2))
        form = self.form
        form.add("weekdays", self.tr("Days of the week"), self.weekdays)
        form.add("start_min", self.tr("From"), self.start, required=True)
        form.add("end_min", self.tr("To"), self.end, required=True, hint=self.tr("00:00 is the end of the day."))
        side_by_side(form, ("start_min", "end_min"), (1, 1))
        form.add("pauses", self.tr("Breaks"), self.breaks)
        form.add("valid_from", self.tr("Holds from"), self.first, hint=self.tr("Left empty: since ever."))
        form.add("valid_to", self.tr("Holds to"), self.last, hint=self.tr("Left empty: until further notice."))
        side_by_side(form, ("valid_from", "valid_to"), (1, 1))

    def open_new(self, seen: Person, weekdays: Sequence[int] = ()) -> None:
        """`weekdays` are ticked already; without any, those of Monday to Friday that have no hours yet."""
        if not self.free():
            return
        self.seen = seen
        taken = {row.weekday for row in seen.shifts}
        self.weekdays.begin_with(seen.first_weekday)
        self._show_weekdays(True)
        chosen = list(weekdays) or [n for n in range(5) if n not in taken]
        title = self.tr("New hours of %1").replace("%1", seen.facts.name)
        self.show_row(title, None, 0, values_of(USUAL, chosen), of=str(seen.id))
        self.show_in(self.desk)

    def open_shift(self, seen: Person, row: ShiftRow) -> None:
        if not self.free():
            return
        self.seen = seen
        self._show_weekdays(False)
        title = f"{seen.facts.name}: {long_weekday(row.weekday)}"
        self.show_row(title, row.id, row.version, values_of(row.hours, [row.weekday]))
        self.show_in(self.desk)

    def wanted(self) -> Wish:
        seen, hours = self._seen(), self._hours()
        if self.row_id is not None:
            return Wish(self.tr("Hours of %1 saved").replace("%1", seen.facts.name), edit_shift, (self.row_id, hours))
        label = self.tr("Hours of %1 added").replace("%1", seen.facts.name)
        return Wish(label, add_shifts, (seen.id, self.weekdays.value(), hours))

    def now(self, tx: Tx, row_id: int) -> tuple[int, Values]:
        row = next((one for one in person(tx, self._seen().id).shifts if one.id == row_id), None)
        if row is None:
            raise NotFound(self.tr("These hours were removed meanwhile."))
        return row.version, values_of(row.hours, [row.weekday])

    def _hours(self) -> Hours:
        if self.breaks.problem():
            raise Invalid(pauses=self.breaks.problem())
        start, end = self.start.value(), self.end.value()
        assert start is not None
        assert end is not None
        pauses = tuple(Pause(*one) for one in self.breaks.value())
        return Hours(minutes(start), minutes(end, ends=True), pauses, self.first.value(), self.last.value())

    def _show_weekdays(self, shown: bool) -> None:
        self.form.rows["weekdays"].setVisible(shown)

    def _seen(self) -> Person:
        assert self.seen is not None
        return self.seen


def values_of(hours: Hours, weekdays: Sequence[int]) -> dict[str, Any]:
    """Hours in the form's terms."""
    return {
        "weekdays": list(weekdays), "start_min": clock_time(hours.start_min).isoformat(),
        "end_min": clock_time(hours.end_min).isoformat(), "pauses": [[p.length_min, p.from_min, p.to_min] for p in hours.pauses],
        "valid_from": hours.valid_from.isoformat() if hours.valid_from else None,
        "valid_to": hours.valid_to.isoformat() if hours.valid_to else None,
    }  # fmt: skip
