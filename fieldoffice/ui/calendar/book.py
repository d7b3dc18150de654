"""One calendar as a month or a week: of everybody, of a provider or of a customer. Visits are dragged to other days and times.

It asks the desk for what it shows, and moves visits with the service of the board. Its owner builds the buttons around it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from PySide6.QtCore import QRect, QRectF, QSize, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from fieldoffice.services.calendar import local
from fieldoffice.services.calendars.month import month as ask_month
from fieldoffice.services.calendars.rows import EVERYBODY, Entry, Month, Whose, later_month, moved
from fieldoffice.services.calendars.week import Week
from fieldoffice.services.calendars.week import week as ask_week
from fieldoffice.ui.calendar.deeds import Deeds
from fieldoffice.ui.calendar.monthview import MonthView
from fieldoffice.ui.calendar.moving import week_moved, with_entry
from fieldoffice.ui.calendar.weekview import WeekView
from fieldoffice.ui.calendar.words import figures, month_words, span_words
from fieldoffice.ui.desk import Desk

MINUTE_MS = 60_000
TOPICS = frozenset({"appointment", "assignment", "job", "customer", "absence", "shift", "shift_exception", "holiday", "company"})
View = Literal["month", "week"]


class Book(QWidget):
    """`on` is a day of what is shown. `title` and `figures` are words for above it, told anew with `shown`."""

    shown = Signal()
    stepped = Signal()  # went to other days by itself: keys, the wheel
    opened = Signal(object)  # Entry
    day_opened = Signal(object)  # date
    empty_opened = Signal(object)  # date

    def __init__(self, desk: Desk, view: View = "month") -> None:
        super().__init__()
        self.desk, self.view, self.whose, self.on = desk, view, EVERYBODY, date.today()
        self.month: Month | None = None
        self.week: Week | None = None
        self.title = self.figures = ""
        self.arrived, self._told_at, self._wish = False, datetime.now(UTC), date.today()
        self._wish: date | None
        self.deeds = Deeds(self)
        self.months, self.weeks, self.stack = MonthView(desk.theme), WeekView(desk.theme), QStackedWidget()
        self.clock = QTimer(self, interval=MINUTE_MS)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.stack)
        self._connect()

    # going about

    def go(self, on: date | None, *, view: View | None = None, whose: Whose | None = None) -> None:
        """Show the month or week of a day; without one, of the office's today."""
        self.view, self.whose = view or self.view, whose or self.whose
        self.arrived, self._wish, self.on = False, on, on or self.on
        sight, focused = self.sight(), any(one.hasFocus() for one in (self.months, self.weeks))
        self.stack.setCurrentWidget(sight)
        self.setFocusProxy(sight)
        if focused:
            sight.setFocus()
        self.reload()

    def step(self, n: int) -> None:
        """So many months or weeks on."""
        if self.view == "week":
            self.go(self.on + timedelta(days=7 * n))
            return
        first = later_month(self.on.replace(day=1), n)
        self.go(first if first != self.today().replace(day=1) else self.today())

    def turn_into(self, view: View) -> None:
        """The week or the month of the day on which the keyboard stands."""
        shown = self.sight().look.day
        self.go(shown or self.on, view=view)

    def reload(self) -> None:
        """Ask anew for what is shown."""
        if self.view == "month":
            self.desk.see(self, ask_month, self._wish, self.whose, then=self._month_arrived)
        else:
            self.desk.see(self, ask_week, self._wish, self.whose, then=self._week_arrived)

    def sight(self) -> MonthView | WeekView:
        return self.months if self.view == "month" else self.weeks

    def today(self) -> date:
        """The office's day, this machine's until it is known."""
        known = self.month or self.week
        return known.today if known is not None else date.today()

    def zone(self) -> ZoneInfo:
        known = self.month or self.week
        return ZoneInfo(known.zone if known is not None else "UTC")

    def _month_arrived(self, month: Month) -> None:
        if self.view == "month" and self._is_wanted(month, month.first_on, month.days[-1].on):
            self.month, self.week = month, None
            self._came(month.today)

    def _week_arrived(self, week: Week) -> None:
        if self.view == "week" and self._is_wanted(week, week.days[0].on, week.days[-1].on):
            self.week, self.month = week, None
            self._came(week.today)

    def _is_wanted(self, found: Month | Week, first: date, last: date) -> bool:
        return Whose(found.whose, found.customer_id) == self.whose and (self._wish is None or first <= self._wish <= last)

    def _came(self, today: date) -> None:
        if self._wish is None:
            self.on = self._wish = today
        first, self.arrived, self._told_at = not self.arrived, True, datetime.now(UTC)
        self.show_again()
        if first and self.view == "month":
            self.months.go_to(self.on)
        elif first:
            self.weeks.focus_on(self.on)
        self.shown.emit()

    # showing, with what is under way

    def show_again(self) -> None:
        if self.month is not None:
            days = self.month.days
            for was, now in self.deeds.under_way.values():
                days = moved(days, was, now.starts_at, self.zone())
            self.months.show_month(replace(self.month, days=days))
            inside = [day for day in days if day.on.month == self.month.first_on.month]
            self.title, self.figures = month_words(self.month.first_on), figures(inside)
        elif self.week is not None:
            week = self.week
            for was, now in self.deeds.under_way.values():
                week = week_moved(week, was, now)
            self.weeks.show_week(week)
            self.title, self.figures = span_words(week.days[0].on, week.days[-1].on), figures(week.days)

    def take(self, was: Entry, now: Entry) -> None:
        """A change that the services granted, before the next answer of the database tells of it."""
        if self.month is not None:
            days = moved(self.month.days, was, now.starts_at, self.zone())
            self.month = replace(self.month, days=with_entry(days, now))
        elif self.week is not None:
            self.week = week_moved(self.week, was, now)

    def slide_back(self, entry: Entry, area: QRectF) -> None:
        self._known().slide_from(entry.id, area)

    def area_of(self, id: int) -> QRectF:
        return self._known().area_of(id)

    def anchor_of(self, id: int) -> QRect:
        """Where an entry stands on the calendar; the middle of it for one that is not in sight."""
        view = self._known()
        area = self.area_of(id).toAlignedRect() if view is self.months else self.weeks.anchor_of(id)
        if area.isEmpty():
            area = QRect(view.rect().center(), QSize(1, 1))
        return QRect(view.mapTo(self, area.topLeft()), area.size())

    def _known(self) -> MonthView | WeekView:
        return self.months if self.month is not None else self.weeks

    def _minute_passed(self) -> None:
        """The line of the present moment moves on; at midnight today moves on."""
        shown = self.week or self.month
        if not self.arrived or not self.isVisible() or shown is None:
            return
        now = shown.now + (datetime.now(UTC) - self._told_at)
        if now.astimezone(self.zone()).date() != shown.today:
            self.reload()
        elif self.week is not None:
            self.weeks.show_week(replace(self.week, now=now))

    # doing

    def _move_day(self, entry: Entry, on: date) -> None:
        """To another day at the same time of the wall clock."""
        here = entry.starts_at.astimezone(self.zone())
        starts_at = local(on, here.hour * 60 + here.minute, self.zone()).replace(second=here.second)
        self.deeds.change(entry, replace(entry, starts_at=starts_at))

    def _connect(self) -> None:
        for view in (self.months, self.weeks):
            view.can_move = True
            self.stack.addWidget(view)
            for told, on in ((view.opened, self.opened), (view.day_opened, self.day_opened), (view.empty_opened, self.empty_opened)):
                told.connect(on)
            view.today_wanted.connect(lambda: self._stepped(None))
            view.noted.connect(lambda words: self.desk.toast(words, kind="warn"))
        self.months.moved.connect(self._move_day)
        self.months.month_wanted.connect(self._turn_to)
        self.weeks.moved.connect(lambda entry, at: self.deeds.change(entry, replace(entry, starts_at=at)))
        self.weeks.resized.connect(lambda entry, length: self.deeds.change(entry, replace(entry, duration_s=length)))
        self.weeks.week_wanted.connect(lambda n: self._stepped(self.on + timedelta(days=7 * n)))
        self.clock.timeout.connect(self._minute_passed)
        self.clock.start()

    def _stepped(self, on: date | None) -> None:
        self.go(on)
        self.stepped.emit()

    def _turn_to(self, first_on: date) -> None:
        """Another month; arrows that walked out of the present one go on where they were."""
        day = self.months.look.day
        inside = day is not None and day.replace(day=1) == first_on
        today = self.today()
        self._stepped(day if inside else today if first_on == today.replace(day=1) else first_on)


def known_view(wanted: Any) -> View:
    return "week" if wanted == "week" else "month"
