"""What a customer is promised: a day with a part of it or a time, or any day between two. Rows for any form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal

from fieldoffice.services.calendar import EXACT_SLACK
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.jobs.opening import Promise
from fieldoffice.ui.jobs.words import KINDS, translate
from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.fields import DateField, TimeField
from fieldoffice.ui.parts.form import Form

TIMED = frozenset({"two_hours", "exact"})


class Promising(QObject):
    """Adds its rows to `form` under the names that the services use, and shows those that the choice needs."""

    changed = Signal()

    def __init__(self, form: Form, today: Callable[[], date]) -> None:
        super().__init__(form)
        self.form = form
        modes = (("day", translate("Jobs", "On a day")), ("any", translate("Jobs", "Any day")))
        self.mode = Segmented(modes, translate("Jobs", "Promised"))
        self.on, self.first, self.last = DateField(today=today), DateField(today=today), DateField(today=today)
        self.kind, self.at = Segmented(KINDS, translate("Jobs", "Arrival")), TimeField()
        self.at.twelve = False
        for name, words, field in (
            ("mode", translate("Jobs", "Promised"), self.mode), ("on", translate("Jobs", "Day"), self.on),
            ("window_kind", translate("Jobs", "Arrival"), self.kind), ("window_at", translate("Jobs", "At"), self.at),
            ("earliest_on", translate("Jobs", "Not before"), self.first), ("latest_on", translate("Jobs", "Not after"), self.last),
        ):
            form.add(name, words, field)
        self.mode.chosen.connect(lambda _key: self._show_rows())
        self.kind.chosen.connect(lambda _key: self._show_rows())
        form.changed.connect(self.changed)
        self.set_value(Promise())

    def value(self) -> Promise:
        """What is entered."""
        if self.mode.value() == "any":
            return Promise("all_day", None, None, self.first.value(), self.last.value())
        kind, at = self.kind.value(), self.at.value()
        minutes = at.hour * 60 + at.minute if at is not None and kind in TIMED else None
        return Promise(kind, self.on.value(), minutes)

    def set_value(self, promise: Promise) -> None:
        """Show a promise."""
        self.mode.set_value("any" if promise.on is None else "day")
        self.kind.set_value(promise.kind)
        self.on.set_value(promise.on)
        self.at.set_value(None if promise.at_min is None else time(promise.at_min // 60, promise.at_min % 60))
        self.first.set_value(promise.earliest_on)
        self.last.set_value(promise.latest_on)
        self._show_rows()

    def problems(self) -> dict[str, str]:
        """A day that was promised must be named; the rest the services say."""
        if self.mode.value() == "day" and self.on.value() is None and not self.on.problem():
            return {"on": translate("Jobs", "Choose the day, or promise any day.")}
        return {}

    def _show_rows(self) -> None:
        day = self.mode.value() != "any"
        timed = day and self.kind.value() in TIMED
        shown = {"on": day, "window_kind": day, "window_at": timed, "earliest_on": not day, "latest_on": not day}
        for name, wanted in shown.items():
            self.form.rows[name].setVisible(wanted)
        for field in (self.first, self.last) if day else (self.on, self.at):
            if field.problem():  # what is out of sight must not stand in the way
                field.set_value(None)


def promise_of(card: Card, zone: ZoneInfo) -> Promise:
    """What was promised for a visit, as the form shows it."""
    if card.window is None:
        return Promise("all_day", None, None, card.earliest_on, card.latest_on)
    start = card.window.start.astimezone(zone)
    exact = (card.window.start + EXACT_SLACK).astimezone(zone)
    at = exact if card.window_kind == "exact" else start
    return Promise(card.window_kind, at.date(), at.hour * 60 + at.minute if card.window_kind in TIMED else None)
