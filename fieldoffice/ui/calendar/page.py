"""The calendar: a month or a week, of everybody or of one provider."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.office import Tx
from fieldoffice.services.calendars.rows import Entry, Whose
from fieldoffice.services.calendars.week import Person, people
from fieldoffice.ui import actions
from fieldoffice.ui.calendar.bar import Bar
from fieldoffice.ui.calendar.book import TOPICS, Book, View, known_view
from fieldoffice.ui.calendar.daypanel import DayPanel
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.buttons import action_button
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.printing.drawn import Drawn


class CalendarPage(QWidget):
    """`whose` is the provider shown, None for everybody."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.book = desk, Book(desk, known_view(desk.memory.get("calendar", "view")))
        self.whose: int | None = None
        self.title, self.figures = PlainLabel("", "section"), PlainLabel("", "muted")
        self.panel: DayPanel | None = None
        self.papers = Drawn(desk, self)
        self.calls = actions.bind(self, self._calls())
        self.bar = Bar(self.calls)
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
        self.book.view = known_view(view) if view else self.book.view
        self.go(date.fromisoformat(on) if isinstance(on, str) else on or self.book.on)

    def ready(self) -> bool:
        return self.book.arrived

    def refresh(self) -> None:
        self.reload()

    def find(self) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.bar.whose.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # going about

    def go(self, on: date | None) -> None:
        """Show the month or week of a day; without one, of the office's today."""
        self.book.go(on, whose=Whose(self.whose))
        self._show_state()

    def step(self, n: int) -> None:
        """So many months or weeks on."""
        self.book.step(n)
        self._show_state()

    def set_view(self, view: str) -> None:
        self.desk.memory.set("calendar", "view", view)
        if view != self.book.view:
            self.book.turn_into(known_view(view))
        self._show_state()

    def set_whose(self, whose: int | None) -> None:
        self.whose = whose
        self.go(self.book.on)

    def reload(self) -> None:
        """Ask anew for what is shown."""
        self.book.reload()

    def _show_state(self) -> None:
        self.bar.show_state(self.book.on, self.book.view, self.book.today())

    def _shown(self) -> None:
        self.title.setText(self.book.title)
        self.figures.setText(self.book.figures)
        self._show_state()

    # doing

    def print(self) -> None:
        """The month or week that is shown, on paper."""
        self.papers.show("calendar", _sheet, self.book.view, self.book.on, self.book.whose)

    def _open_job(self, entry: Entry) -> None:
        self.desk.open("job", job_id=entry.job_id, back="calendar")

    def _open_day(self, on: date) -> None:
        if self.panel is None:
            self.panel = DayPanel(self.desk)
        self.panel.show_day(on, Whose(self.whose))
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
            "print_calendar": self.print, "view_month": lambda _on: self.set_view("month"), "view_7": lambda _on: self.set_view("week"),
        }  # fmt: skip

    def _arrange(self) -> None:
        self.setFocusProxy(self.book)
        self.book.setParent(self)  # before the buttons: the keyboard begins in the calendar
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(12)
        row.addWidget(self.title)
        row.addWidget(self.figures, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        row.addWidget(action_button(self.calls["print_calendar"], words=False))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.book, 1)

    def _connect(self) -> None:
        self.book.shown.connect(self._shown)
        self.book.stepped.connect(self._show_state)
        self.book.opened.connect(self._open_job)
        self.book.day_opened.connect(self._open_day)
        self.book.empty_opened.connect(self._open_empty)
        self.bar.day_chosen.connect(self.go)
        self.bar.view_chosen.connect(self.set_view)
        self.bar.whose_chosen.connect(self.set_whose)


def _sheet(tx: Tx, view: View, on: date, whose: Whose) -> tuple[str, Any]:
    from fieldoffice.services.calendars.papers import (
        calendar_sheet,  # brings the whole of paper with it, off the Qt thread
    )

    sheet = calendar_sheet(tx, view, on, whose)
    return f"{sheet.title}, {sheet.whose}", sheet
