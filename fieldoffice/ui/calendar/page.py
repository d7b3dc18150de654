"""The calendar: a month or a week, of everybody or of one provider. Visits are dragged to other days and times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldoffice.services.calendar import local
from fieldoffice.services.calendars.month import month as ask_month
from fieldoffice.services.calendars.rows import Entry, Month, later_month, moved
from fieldoffice.services.calendars.week import Person, Week, people
from fieldoffice.services.calendars.week import week as ask_week
from fieldoffice.ui import actions
from fieldoffice.ui.calendar.bar import Bar
from fieldoffice.ui.calendar.daypanel import DayPanel
from fieldoffice.ui.calendar.deeds import Deeds
from fieldoffice.ui.calendar.monthview import MonthView
from fieldoffice.ui.calendar.moving import week_moved, with_entry
from fieldoffice.ui.calendar.weekview import WeekView
from fieldoffice.ui.calendar.words import figures, month_words, span_words
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.labels import PlainLabel

TOPICS = frozenset({"appointment", "assignment", "job", "customer", "absence", "shift", "shift_exception", "holiday", "company"})
MINUTE_MS = 60_000


class CalendarPage(QWidget):
    """`on` is a day of what is shown; `whose` the provider, None for everybody."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.on = desk, date.today()
        self.whose: int | None = None
        self.view = "week" if desk.memory.get("calendar", "view") == "week" else "month"
        self.month: Month | None = None
        self.week: Week | None = None
        self.arrived, self._placed, self._told_at = False, False, datetime.now(UTC)
        self.deeds = Deeds(self)
        self.months, self.weeks = MonthView(desk.theme), WeekView(desk.theme)
        self.title, self.figures = PlainLabel("", "section"), PlainLabel("", "muted")
        self.panel: DayPanel | None = None
        self.calls = actions.bind(self, self._calls())
        self.bar, self.stack = Bar(self.calls), QStackedWidget()
        self.clock = QTimer(self, interval=MINUTE_MS)
        self._arrange()
        self._connect()
        desk.live.watch(self, TOPICS, self.reload)
        desk.live.watch(self.bar, frozenset({"provider"}), self._ask_people)
        self._ask_people()
        self.go(None)

    # what the window asks for

    def head(self) -> Sequence[QAction | QWidget]:
        return [self.bar]

    def open(self, on: date | str | None = None, whose: int | None = None, view: str = "", **_: Any) -> None:
        """Show a day, a provider's calendar, the month or the week."""
        self.whose = whose
        self.bar.whose.show_whose(whose)
        self.view = view or self.view
        self.go(date.fromisoformat(on) if isinstance(on, str) else on or self.on)

    def ready(self) -> bool:
        return self.arrived

    def refresh(self) -> None:
        self.reload()

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.bar.whose.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # going about

    def go(self, on: date | None) -> None:
        """Show the month or week of a day; without one, of the office's today."""
        self.arrived, self._wish = False, on
        self.on = on or self.on
        self.stack.setCurrentWidget(self.months if self.view == "month" else self.weeks)
        self.setFocusProxy(self.months if self.view == "month" else self.weeks)
        self.bar.show_state(self.on, self.view, self.today())
        self.reload()

    def step(self, n: int) -> None:
        """So many months or weeks on."""
        if self.view == "week":
            self.go(self.on + timedelta(days=7 * n))
            return
        first = later_month(self.on.replace(day=1), n)
        self.go(first if first != self.today().replace(day=1) else self.today())

    def set_view(self, view: str) -> None:
        self.desk.memory.set("calendar", "view", view)
        if view != self.view:
            shown = self.months.look.day if self.view == "month" else self.weeks.look.day
            self.view = view
            self.go(shown or self.on)
        self.bar.show_state(self.on, view, self.today())

    def set_whose(self, whose: int | None) -> None:
        self.whose = whose
        self.go(self.on)

    def today(self) -> date:
        """The office's day, this machine's until it is known."""
        known = self.month or self.week
        return known.today if known is not None else date.today()

    def zone(self) -> ZoneInfo:
        known = self.month or self.week
        return ZoneInfo(known.zone if known is not None else "UTC")

    def reload(self) -> None:
        """Ask anew for what is shown."""
        if self.view == "month":
            self.desk.see(self, ask_month, self._wish, self.whose, then=self._month_arrived)
        else:
            self.desk.see(self, ask_week, self._wish, self.whose, then=self._week_arrived)

    def _month_arrived(self, month: Month) -> None:
        if self.view != "month" or month.whose != self.whose or not self._is_wanted(month.first_on, month.days[-1].on):
            return
        self.month, self.week = month, None
        self._came(month.today)

    def _week_arrived(self, week: Week) -> None:
        if self.view != "week" or week.whose != self.whose or not self._is_wanted(week.days[0].on, week.days[-1].on):
            return
        self.week, self.month = week, None
        self._came(week.today)

    def _is_wanted(self, first: date, last: date) -> bool:
        return self._wish is None or first <= self._wish <= last

    def _came(self, today: date) -> None:
        if self._wish is None:
            self.on = self._wish = today
        first, self.arrived, self._told_at = not self.arrived, True, datetime.now(UTC)
        self.show_again()
        if first:
            self._focus_day()
        self.bar.show_state(self.on, self.view, today)

    def _focus_day(self) -> None:
        if self.view == "month":
            self.months.go_to(self.on)
        else:
            self.weeks.focus_on(self.on)

    # showing, with what is under way

    def show_again(self) -> None:
        if self.month is not None:
            days = self.month.days
            for entry, starts_at in self.deeds.under_way.values():
                days = moved(days, entry, starts_at, self.zone())
            self.months.show_month(replace(self.month, days=days))
            self.title.setText(month_words(self.month.first_on))
            inside = [day for day in days if day.on.month == self.month.first_on.month]
            self.figures.setText(figures(inside))
        elif self.week is not None:
            week = self.week
            for entry, starts_at in self.deeds.under_way.values():
                week = week_moved(week, entry, starts_at)
            self.weeks.show_week(week)
            self.title.setText(span_words(week.days[0].on, week.days[-1].on))
            self.figures.setText(figures(week.days))

    def take(self, was: Entry, now: Entry) -> None:
        """A change that the services granted, before the next answer of the database tells of it."""
        if self.month is not None:
            self.month = replace(self.month, days=moved(self.month.days, was, now.starts_at, self.zone()))
            self.month = replace(self.month, days=with_entry(self.month.days, now))
        elif self.week is not None:
            self.week = week_moved(self.week, was, now.starts_at, now)

    def slide_back(self, entry: Entry, area: QRectF) -> None:
        (self.months if self.month is not None else self.weeks).slide_from(entry.id, area)

    def area_of(self, id: int) -> QRectF:
        return (self.months if self.month is not None else self.weeks).area_of(id)

    def anchor_of(self, id: int) -> QRect:
        """Where an entry stands on the page; the middle of the calendar for one that is not in sight."""
        view = self.months if self.month is not None else self.weeks
        area = self.area_of(id).toAlignedRect() if self.month is not None else self.weeks.anchor_of(id)
        if area.isEmpty():
            area = QRect(view.rect().center(), QSize(1, 1))
        return QRect(view.mapTo(self, area.topLeft()), area.size())

    def _minute_passed(self) -> None:
        """The line of the present moment moves on; at midnight today moves on."""
        if not self.arrived or not self.isVisible():
            return
        shown = self.week or self.month
        assert shown is not None
        now = shown.now + (datetime.now(UTC) - self._told_at)
        if now.astimezone(self.zone()).date() != shown.today:
            self.reload()
        elif self.week is not None:
            self.weeks.show_week(replace(self.week, now=now))

    # doing

    def _move_day(self, entry: Entry, on: date) -> None:
        """To another day at the same time of the wall clock."""
        here = entry.starts_at.astimezone(self.zone())
        self.deeds.move(entry, local(on, here.hour * 60 + here.minute, self.zone()).replace(second=here.second))

    def _open_job(self, entry: Entry) -> None:
        self.desk.open("job", job_id=entry.job_id, back="calendar")

    def _open_day(self, on: date) -> None:
        if self.panel is None:
            self.panel = DayPanel(self.desk)
        self.panel.show_day(on, self.whose)
        self.desk.show_panel(self.panel)

    def _open_empty(self, on: date) -> None:
        self.desk.open("new_job", on=on)

    def _ask_people(self) -> None:
        self.desk.see(self, people, then=self._people_arrived)

    def _people_arrived(self, found: tuple[Person, ...]) -> None:
        self.bar.whose.offer(found, self.whose)

    # building

    def _calls(self) -> dict[str, Any]:
        return {
            "today": lambda: self.go(None), "day_before": lambda: self.step(-1), "day_after": lambda: self.step(1),
            "go_to_day": lambda: self.bar.day.setFocus(Qt.FocusReason.TabFocusReason),
            "view_month": lambda _on: self.set_view("month"), "view_7": lambda _on: self.set_view("week"),
        }  # fmt: skip

    def _arrange(self) -> None:
        self._wish: date | None = None
        for view in (self.months, self.weeks):
            view.can_move = True
            self.stack.addWidget(view)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(12)
        row.addWidget(self.title)
        row.addWidget(self.figures, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.stack, 1)

    def _connect(self) -> None:
        for view in (self.months, self.weeks):
            view.opened.connect(self._open_job)
            view.day_opened.connect(self._open_day)
            view.empty_opened.connect(self._open_empty)
            view.today_wanted.connect(lambda: self.go(None))
            view.noted.connect(lambda words: self.desk.toast(words, kind="warn"))
        self.months.moved.connect(self._move_day)
        self.months.month_wanted.connect(self._turn_to)
        self.weeks.moved.connect(self.deeds.move)
        self.weeks.week_wanted.connect(self.step)
        self.bar.day_chosen.connect(self.go)
        self.bar.view_chosen.connect(self.set_view)
        self.bar.whose_chosen.connect(self.set_whose)
        self.clock.timeout.connect(self._minute_passed)
        self.clock.start()

    def _turn_to(self, first_on: date) -> None:
        """Another month; arrows that walked out of the present one go on where they were."""
        day = self.months.look.day
        self.go(day if day is not None and day.replace(day=1) == first_on else first_on)


