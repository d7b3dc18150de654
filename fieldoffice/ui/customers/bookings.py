"""The visits of a customer in one place: upcoming and past as a list, or by day; and a new job for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldoffice.services.calendars.rows import Entry, Whose
from fieldoffice.services.customers.bookings import Bookings, Which, bookings
from fieldoffice.services.customers.profile import CustomerSheet
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.ui.calendar.book import Book, known_view
from fieldoffice.ui.calendar.daypanel import DayPanel
from fieldoffice.ui.customers.words import counted, translate
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs.words import planned, promise
from fieldoffice.ui.parts.buttons import IconButton, Segmented, button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.rows import Column, PagedRows
from fieldoffice.ui.parts.table import Table

VIEWS = (("upcoming", "Upcoming"), ("past", "Past"), ("month", "Month"), ("week", "Week"))


class BookingsSection(QWidget):
    """`view` is upcoming, past, month or week; what is counted in the calendar is what the list counts."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.customer_id, self.zone, self._stale = desk, 0, ZoneInfo("UTC"), True
        self.view = Segmented(VIEWS, self.tr("What is shown"))
        self.view.set_value("upcoming")
        self.rows: PagedRows[Card] = PagedRows(self._columns(), self._fetch)
        self.empty = EmptyState("", "event_available", self.tr("New job"), self.new_job)
        self.table, self.book = Table(self.rows, "Bookings", self.empty, memory=desk.memory), Book(desk)
        self.panel: DayPanel | None = None
        self.words, self.title = PlainLabel("", "muted"), PlainLabel("", "strong")
        self.new = button(self.tr("New job"), self.new_job, icon="add")
        self._build()
        self.view.chosen.connect(lambda _key: self.show_view())
        self.table.opened.connect(self._open)
        self.book.shown.connect(lambda: self.title.setText(self.book.title))
        self.book.opened.connect(self._open)
        self.book.day_opened.connect(self._open_day)
        self.book.empty_opened.connect(lambda on: self.desk.open("new_job", customer_id=self.customer_id, on=on))

    def show_customer(self, sheet: CustomerSheet) -> None:
        if sheet.id != self.customer_id:
            self.view.set_value("upcoming")
            self.book.on = sheet.now.astimezone(ZoneInfo(sheet.zone)).date()
        self.customer_id, self.zone, self._stale = sheet.id, ZoneInfo(sheet.zone), True
        self.new.setEnabled(sheet.merged_into is None)
        if self.isVisible():
            self.show_view()

    def show_view(self) -> None:
        """Read what the chosen view shows."""
        if not self.customer_id:
            return
        self._stale, calendar = False, self.view.value() in ("month", "week")
        self.stack.setCurrentWidget(self.book if calendar else self.table)
        for part in (self.back, self.title, self.forth, self.now):
            part.setVisible(calendar)
        if calendar:
            self._show_book()
        else:
            self.rows.reload()

    def go(self, step: int) -> None:
        """A month or a week earlier or later; 0 comes back to today."""
        if step:
            self.book.step(step)
        else:
            self.book.go(None)

    def new_job(self) -> None:
        self.desk.open("new_job", customer_id=self.customer_id)

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        if self._stale:
            self.show_view()

    # inside

    def _fetch(self, offset: int, limit: int, _sort: str, _down: bool, give: Callable[[int, Sequence[Any]], None]) -> None:
        wanted, which = self.customer_id, self._which()

        def came(page: Bookings) -> None:
            if (wanted, which) == (self.customer_id, self._which()):
                self._say(page.total, page.unplanned, which)
                give(page.total, page.rows)

        self.desk.see(self, bookings, wanted, which, offset=offset, limit=limit, then=came)

    def _which(self) -> Which:
        return "past" if self.view.value() == "past" else "upcoming"

    def _show_book(self) -> None:
        """The days that were shown stay where only something changed on them."""
        view, whose = known_view(self.view.value()), Whose(customer_id=self.customer_id)
        if (view, whose) == (self.book.view, self.book.whose) and self.book.arrived:
            self.book.reload()
        else:
            self.book.go(self.book.on, view=view, whose=whose)
        self.desk.see(self, bookings, self.customer_id, "upcoming", limit=1, then=self._counted)

    def _counted(self, page: Bookings) -> None:
        if self.stack.currentWidget() is self.book:
            self._say(page.total, page.unplanned, "upcoming")

    def _open_day(self, on: date) -> None:
        if self.panel is None:
            self.panel = DayPanel(self.desk)
        self.panel.show_day(on, self.book.whose, back="customer")
        self.desk.show_panel(self.panel)

    def _say(self, total: int, unplanned: int, which: Which) -> None:
        words = counted(total, "past visit" if which == "past" else "upcoming visit")
        waits = f", {unplanned} {self.tr('without a day yet')}" if unplanned and which == "upcoming" else ""
        self.words.setText(words + waits)
        self.empty.say(self.tr("No visit has taken place yet.") if which == "past" else self.tr("Nothing is booked for this customer."))

    def _open(self, visit: Card | Entry) -> None:
        self.desk.open("job", job_id=visit.job_id, back="customer", section="Visits")

    def _columns(self) -> list[Column[Card]]:
        def column(id: str, title: str, read: Callable[[Card], str], width: int) -> Column[Card]:
            return Column(id, translate("Customers", title), read, None, False, width, read)

        return [
            column("when", "When", lambda c: planned(c, self.zone), 224),
            column("what", "What", lambda c: c.service, 240),
            column("state", "State", lambda c: c.state.word.capitalize(), 104),
            column("where", "Where", lambda c: c.street, 200),
            column("job", "Job", lambda c: c.job_number, 80),
            column("promised", "Promised", lambda c: promise(c, self.zone), 280),
        ]

    def _build(self) -> None:
        self.back = IconButton("chevron_left", self.tr("Earlier"), lambda: self.go(-1))
        self.forth = IconButton("chevron_right", self.tr("Later"), lambda: self.go(1))
        self.now = button(self.tr("Today"), lambda: self.go(0))
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.book)
        row = QHBoxLayout()
        row.setSpacing(8)
        for part in (self.view, self.back, self.title, self.forth, self.now, self.words):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
            part.setVisible(part in (self.view, self.words))
        row.addStretch(1)
        row.addWidget(self.new)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 8, 16, 16)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.stack, 1)
