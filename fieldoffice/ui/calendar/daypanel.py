"""All visits of one day, beside the calendar: found as you type, opened with Enter."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QLocale
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.office import Tx
from fieldoffice.services.calendars.rows import EVERYBODY, Entry, Whose
from fieldoffice.services.calendars.week import day as ask_day
from fieldoffice.ui.calendar.words import translate
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import SearchField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.panel import WIDE, SidePanel
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table
from fieldoffice.ui.schedule.words import clock

TOPICS = frozenset({"appointment", "assignment", "job", "customer"})


class DayPanel(SidePanel):
    """`show_day(on, whose)` before it is shown."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("", can_save=False, width=WIDE)
        self.desk, self.on, self.whose, self.zone = desk, date.today(), EVERYBODY, ZoneInfo("UTC")
        self.back = "calendar"
        self.entries: tuple[Entry, ...] = ()
        self.search, self.count = SearchField(self.tr("Customer, provider or service")), PlainLabel("", "muted")
        self.rows: Rows[Entry] = Rows(_columns(self))
        self.empty = EmptyState(self.tr("Nothing is planned on this day."), "event_available")
        self.table = Table(self.rows, "Visits of the day", self.empty, memory=desk.memory)
        self._arrange()
        desk.live.watch(self, TOPICS, self._ask)

    def show_day(self, on: date, whose: Whose = EVERYBODY, *, back: str = "calendar") -> None:
        """`back` is the page to which a job that is opened here leads back."""
        self.on, self.whose, self.back = on, whose, back
        self.set_title(QLocale().toString(QDate(on.year, on.month, on.day), "dddd, MMMM d"))
        self.search.clear()
        self._ask()

    def _ask(self) -> None:
        self.desk.see(self, _of_day, self.on, self.whose, then=self._arrived)

    def _arrived(self, answer: tuple[date, str, tuple[Entry, ...]]) -> None:
        on, zone, entries = answer
        if on == self.on:
            self.zone, self.entries = ZoneInfo(zone), entries
            self._show()

    def _show(self) -> None:
        words = self.search.text().casefold().split()
        found = [e for e in self.entries if all(word in _searched(e) for word in words)]
        self.empty.say(self.tr("No visit matches.") if words else self.tr("Nothing is planned on this day."))
        self.rows.show(found)
        many, all_of_them = len(found), len(self.entries)
        self.count.setText(f"{many} of {all_of_them}" if many < all_of_them else "1 visit" if many == 1 else f"{many} visits")

    def _open(self, entry: Entry) -> None:
        self.desk.open("job", job_id=entry.job_id, back=self.back)

    def _arrange(self) -> None:
        body = QWidget()
        box, row = QVBoxLayout(body), QHBoxLayout()
        box.setContentsMargins(16, 12, 16, 16)
        box.setSpacing(8)
        row.setSpacing(8)
        row.addWidget(self.search, 1)
        row.addWidget(self.count)
        box.addLayout(row)
        box.addWidget(self.table, 1)
        box.addWidget(button(self.tr("Show on the board"), self._to_board, icon="calendar_month"))
        self.set_body(body)
        self.setMinimumWidth(420)
        self.search.searched.connect(lambda _text: self._show())
        self.table.opened.connect(self._open)

    def _to_board(self) -> None:
        chosen: Entry | None = self.table.current()
        self.desk.open("schedule", on=self.on, select=() if chosen is None else (chosen.id,))


def _of_day(tx: Tx, on: date, whose: Whose) -> tuple[date, str, tuple[Entry, ...]]:
    return on, tx.company.zone, ask_day(tx, on, whose)


def _searched(entry: Entry) -> str:
    return " ".join((entry.customer, entry.service, entry.street, *entry.providers, entry.state.word)).casefold()


def _columns(panel: DayPanel) -> list[Column[Entry]]:
    return [
        Column("time", translate("Calendar", "Time"), lambda e: clock(e.starts_at, panel.zone), lambda e: e.starts_at, width=58),
        Column("customer", translate("Calendar", "Customer"), lambda e: e.customer, lambda e: e.customer.casefold(), width=126,
               tip=lambda e: f"{e.customer}\n{e.service}\n{e.street}"),
        Column("provider", translate("Calendar", "Provider"), lambda e: ", ".join(e.providers), lambda e: e.providers, width=104,
               tip=lambda e: ", ".join(e.providers)),
        Column("state", translate("Calendar", "State"), lambda e: e.state.word.capitalize(), lambda e: e.state.word, width=80),
    ]  # fmt: skip
