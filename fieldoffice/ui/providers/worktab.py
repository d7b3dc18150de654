"""The work calendar of a provider: month by month, with a way to the board of each day."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.services.calendar import day_span
from fieldoffice.services.providers import work_days
from fieldoffice.services.providers.load import summed
from fieldoffice.services.providers.rows import Person, WorkDays
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import IconButton, button
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.providers.fields import month_name
from fieldoffice.ui.providers.month import Day, Month, month_after, weeks_of
from fieldoffice.ui.providers.panels import Panels
from fieldoffice.ui.providers.words import counted, hours_of
from fieldoffice.ui.schedule.words import from_to


class WorkTab(QWidget):
    """A click or Enter on a day opens the board there."""

    def __init__(self, desk: Desk, panels: Panels) -> None:
        super().__init__()
        self.desk, self.panels, self.seen, self.found = desk, panels, None, None
        self.seen: Person | None
        self.found: WorkDays | None
        self.first = date(2000, 1, 1)
        self.title, self.sums, self.month = PlainLabel("", "section"), PlainLabel("", "muted"), Month()
        self._build()

    def show_person(self, seen: Person) -> None:
        """Another provider begins with this month; the same one stays where it is."""
        if self.seen is None or self.seen.id != seen.id:
            self.first, self.found = seen.today.replace(day=1), None
        self.seen = seen
        self._ask()

    def ready(self) -> bool:
        return self.found is not None

    def take_keyboard(self) -> None:
        self.month.setFocus()

    def go(self, by: int) -> None:
        """Some months further on, or back."""
        self.first = month_after(self.first, by)
        self._ask()

    def go_to_today(self) -> None:
        if self.seen is not None:
            self.first = self.seen.today.replace(day=1)
            self._ask()

    def _ask(self) -> None:
        if self.seen is not None:
            first, days = weeks_of(self.first, self.seen.first_weekday)
            self.desk.see(self, work_days, self.seen.id, first, days, then=self._arrived)

    def _arrived(self, found: WorkDays) -> None:
        if self.seen is None or found.row.id != self.seen.id or found.first_on != weeks_of(self.first, self.seen.first_weekday)[0]:
            return
        self.found = found
        self.month.show_days(self.first, days_of(found), found.today, self.seen.first_weekday)
        self.title.setText(month_name(self.first))
        mine = summed([load for on, load in zip(found.days, found.loads, strict=True) if on.month == self.first.month])
        visits = counted(mine.visits, self.tr("visit"), self.tr("visits"))
        percent = "" if mine.share is None else f", {round(mine.share * 100)} %"
        self.sums.setText(self.tr("%1 on shift, %2").replace("%1", hours_of(mine.shift_s)).replace("%2", visits) + percent)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconButton("chevron_left", self.tr("Month before (Page Up)"), lambda: self.go(-1)))
        head.addWidget(IconButton("chevron_right", self.tr("Month after (Page Down)"), lambda: self.go(1)))
        head.addWidget(button(self.tr("This month"), self.go_to_today))
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.sums)
        self.month.chosen.connect(lambda on: self.desk.open("schedule", on=on))
        self.month.left.connect(self.go)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 16)
        box.setSpacing(8)
        box.addLayout(head)
        box.addWidget(self.month, 1)


def days_of(found: WorkDays) -> list[Day]:
    """What the cells show."""
    zone, made = ZoneInfo(found.zone), list[Day]()
    for on, load in zip(found.days, found.loads, strict=True):
        span = day_span(on, zone)
        shifts = [from_to(s.start, s.end, zone) for s in found.row.shifts if span.start <= s.start < span.end]
        away = [absence for absence in found.row.absences if absence.span.meets(span.start, span.end)]
        notes = [_absence(absence.reason, absence.span.start, absence.span.end, on, zone) for absence in away]
        notes += [found.holidays[on]] if on in found.holidays else []
        notes += [found.special[on]] if found.special.get(on) else []
        percent = None if load.share is None else round(load.share * 100)
        made.append(Day(on, ", ".join(shifts), tuple(notes), bool(away), load.visits, percent, found.target_percent))
    return made


def _absence(reason: str, start: datetime, end: datetime, on: date, zone: ZoneInfo) -> str:
    """The reason, with times on a day of which only a part is missed."""
    here, there = start.astimezone(zone), end.astimezone(zone)
    begins = here.time() if here.date() == on else time()
    ends = there.time() if there.date() == on else time()
    if begins == ends == time():
        return reason
    return f"{reason} {begins:%H:%M}–{'24:00' if ends == time() else f'{ends:%H:%M}'}"


