"""When a provider works: regular hours by weekday with breaks, and single days with other hours or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldoffice.services.providers import drop_day, drop_shift
from fieldoffice.services.providers.rows import DayRow, Person, ShiftRow
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.reading import show_date
from fieldoffice.ui.parts.rows import Column
from fieldoffice.ui.providers import words
from fieldoffice.ui.providers.fields import long_weekday
from fieldoffice.ui.providers.panels import Panels
from fieldoffice.ui.providers.rowtab import RowList
from fieldoffice.ui.providers.words import tr


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the week: a shift, or a weekday without any (its id is below zero)."""

    id: int
    weekday: int
    order: tuple[int, int]
    row: ShiftRow | None


class HoursTab(QWidget):
    """Above the week, below the exceptions."""

    def __init__(self, desk: Desk, panels: Panels) -> None:
        super().__init__()
        self.desk, self.panels, self.seen = desk, panels, None
        self.seen: Person | None
        self.week = RowList(desk, "Hours of a provider", self.tr("Regular hours"), _week_columns(), add=self.add_hours,
                            edit=self.edit_hours, remove=self.remove_hours, empty=self.tr("No hours yet."), icon="schedule",
                            add_words=self.tr("Add hours"), can_remove=lambda line: line.row is not None)  # fmt: skip
        self.days = RowList(desk, "Exceptions of a provider", self.tr("Days with other hours"), _day_columns(), add=self.add_day,
                            edit=self.edit_day, remove=self.remove_day, empty=self.tr("No exceptions: the regular hours hold."),
                            icon="edit_calendar", add_words=self.tr("Add a day"))  # fmt: skip
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 16)
        box.setSpacing(16)
        box.addWidget(self.week, 3)
        box.addWidget(self.days, 2)

    def show_person(self, seen: Person) -> None:
        self.seen = seen
        self.week.show_rows(_lines(seen))
        free = [f"{show_date(on)} {name}" for on, name in seen.holidays if on >= seen.today][:3]
        self.days.show_rows(seen.days, self.tr("Holidays ahead: %1").replace("%1", "; ".join(free)) if free else "")

    def take_keyboard(self) -> None:
        self.week.table.setFocus()

    def add_hours(self) -> None:
        if self.seen is not None:
            line = self.week.table.current()
            self.panels.shift().open_new(self.seen, [line.weekday] if line is not None and line.row is None else [])

    def edit_hours(self, line: Line) -> None:
        if self.seen is None:
            return
        if line.row is None:
            self.panels.shift().open_new(self.seen, [line.weekday])
        else:
            self.panels.shift().open_shift(self.seen, line.row)

    def remove_hours(self, line: Line) -> None:
        if self.seen is not None and line.row is not None:
            label = self.tr("Hours of %1 on %2 removed").replace("%1", self.seen.facts.name).replace("%2", long_weekday(line.weekday))
            self.desk.act(self, label, drop_shift, line.row.id, version=line.row.version)

    def add_day(self) -> None:
        if self.seen is not None:
            self.panels.day().open_new(self.seen)

    def edit_day(self, row: DayRow) -> None:
        if self.seen is not None:
            self.panels.day().open_day(self.seen, row)

    def remove_day(self, row: DayRow) -> None:
        if self.seen is not None:
            label = self.tr("%1: the regular hours of %2 hold again").replace("%1", show_date(row.on)).replace("%2", self.seen.facts.name)
            self.desk.act(self, label, drop_day, row.id, version=row.version)


def _lines(seen: Person) -> Sequence[Line]:
    """The week as the company counts it, with the days on which nobody works."""
    found: list[Line] = []
    for place in range(7):
        weekday = (seen.first_weekday + place) % 7
        mine = [row for row in seen.shifts if row.weekday == weekday]
        found += [Line(row.id, weekday, (place, n), row) for n, row in enumerate(mine)] or [Line(-1 - weekday, weekday, (place, 0), None)]
    return found


def _week_columns() -> list[Column[Line]]:
    return [
        Column("day", tr("Day"), lambda r: long_weekday(r.weekday), lambda r: r.order, width=120),
        Column("hours", tr("Hours"), lambda r: words.span(r.row.hours.start_min, r.row.hours.end_min) if r.row else "–",
               lambda r: r.row.hours.start_min if r.row else None, width=128),
        Column("net", tr("Without breaks"), lambda r: words.hours_of(words.net_s(r.row.hours)) if r.row else "",
               lambda r: words.net_s(r.row.hours) if r.row else None, right=True, width=136),
        Column("breaks", tr("Breaks"), lambda r: words.pauses(r.row.hours) if r.row else "", width=360,
               tip=lambda r: "\n".join(words.pause(one) for one in r.row.hours.pauses) if r.row else ""),
        Column("holds", tr("Holds"), lambda r: words.validity(r.row.hours) if r.row else "", width=200),
    ]  # fmt: skip


def _day_columns() -> list[Column[DayRow]]:
    return [
        Column("on", tr("Day"), lambda r: show_date(r.on), lambda r: r.on, width=160),
        Column("hours", tr("Hours"), lambda r: words.span(*r.hours) if r.hours else tr("does not work"), lambda r: r.hours, width=128),
        Column("reason", tr("Reason"), lambda r: r.reason or "–", lambda r: r.reason, width=240),
    ]
