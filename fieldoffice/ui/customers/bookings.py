"""The visits of a customer in one place: upcoming and past as a list, or by day; and a new job for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldoffice.services.customers.bookings import BookedMonth, Bookings, Which, booked_month, bookings, month_span
from fieldoffice.services.customers.profile import CustomerSheet
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.ui.customers.month import Month
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
        self.on = date.today()
        self.view = Segmented(VIEWS, self.tr("What is shown"))
        self.view.set_value("upcoming")
        self.rows: PagedRows[Card] = PagedRows(self._columns(), self._fetch)
        self.empty = EmptyState("", "event_available", self.tr("New job"), self.new_job)
        self.table, self.month = Table(self.rows, "Bookings", self.empty, memory=desk.memory), Month()
        self.words, self.title = PlainLabel("", "muted"), PlainLabel("", "strong")
        self.new = button(self.tr("New job"), self.new_job, icon="add")
        self._build()
        self.view.chosen.connect(lambda _key: self.show_view())
        self.table.opened.connect(self._open)
        self.month.opened.connect(self._open)

    def show_customer(self, sheet: CustomerSheet) -> None:
        if sheet.id != self.customer_id:
            self.view.set_value("upcoming")
            self.on = sheet.now.astimezone(ZoneInfo(sheet.zone)).date()
        self.customer_id, self.zone, self._stale = sheet.id, ZoneInfo(sheet.zone), True
        self.new.setEnabled(sheet.merged_into is None)
        if self.isVisible():
            self.show_view()

    def show_view(self) -> None:
        """Read what the chosen view shows."""
        if not self.customer_id:
            return
        self._stale, calendar = False, self.view.value() in ("month", "week")
        self.stack.setCurrentWidget(self.days if calendar else self.table)
        for part in (self.back, self.title, self.forth, self.now):
            part.setVisible(calendar)
        if calendar:
            first_on, count = self.span()
            self.desk.see(self, booked_month, self.customer_id, first_on, count, then=self._days_came)
        else:
            self.rows.reload()

    def span(self) -> tuple[date, int]:
        """The first day in sight and how many."""
        if self.view.value() == "week":
            return self.on - timedelta(days=self.on.weekday()), 7
        return month_span(self.on)

    def go(self, step: int) -> None:
        """A month or a week earlier or later; 0 comes back to today."""
        if not step:
            self.on = self.month.today
        elif self.view.value() == "week":
            self.on += timedelta(days=7 * step)
        else:
            self.on = (self.on.replace(day=1) + timedelta(days=32 if step > 0 else -1)).replace(day=1)
        self.show_view()

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

    def _days_came(self, found: BookedMonth) -> None:
        first_on, count = self.span()
        self.zone = ZoneInfo(found.zone)
        month = self.on.month if self.view.value() == "month" else 0
        self.month.show_days(first_on, count, found.days, today=found.today, zone=self.zone, month=month)
        last = first_on + timedelta(days=count - 1)
        self.title.setText(f"{self.on:%B %Y}" if month else f"{first_on:%b} {first_on.day} – {last:%b} {last.day}, {last.year}")
        self._say(found.upcoming, found.unplanned, "upcoming")

    def _say(self, total: int, unplanned: int, which: Which) -> None:
        words = counted(total, "past visit" if which == "past" else "upcoming visit")
        waits = f", {unplanned} {self.tr('without a day yet')}" if unplanned and which == "upcoming" else ""
        self.words.setText(words + waits)
        self.empty.say(self.tr("No visit has taken place yet.") if which == "past" else self.tr("Nothing is booked for this customer."))

    def _open(self, card: Card) -> None:
        self.desk.open("job", job_id=card.job_id, back="customer", section="Visits")

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
        self.stack, self.days = QStackedWidget(), QWidget()
        inside = QVBoxLayout(self.days)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.month)
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.days)
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
