"""An absence in a side panel: from when to when, why, and which planned visits it hits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from fieldoffice.models.errors import Invalid, NotFound
from fieldoffice.office import Tx
from fieldoffice.services.availability import Span
from fieldoffice.services.calendar import local
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.providers import edit_absence, new_absence, person, visits_hit
from fieldoffice.services.providers.rows import AbsenceRow, Person
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.arranging import side_by_side
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.fields import DateField, TimeField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.rowpanel import RowPanel, Values, Wish
from fieldoffice.ui.providers.fields import minutes
from fieldoffice.ui.providers.words import visit_line

SHOWN = 6
TOPICS = frozenset({"appointment", "assignment"})


class AbsencePanel(RowPanel):
    """`open_new` and `open_absence` fill it. The visits that are hit follow what is typed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "absence")
        self.seen: Person | None = None
        self.first, self.last = (DateField(today=lambda: self._seen().today) for _ in range(2))
        self.whole = QCheckBox(self.tr("Whole days"))
        self.start, self.end, self.reason = TimeField(), TimeField(), QLineEdit()
        self.hit = Hits(desk, self._free_day)
        self._asked: Span | None = None
        self._fill_form()
        desk.live.watch(self, TOPICS, self._ask_hits)

    def open_new(self, seen: Person, on: date | None = None) -> None:
        if not self.free():
            return
        self.seen = seen
        day = (on or seen.today).isoformat()
        title = self.tr("Absence of %1").replace("%1", seen.facts.name)
        self.show_row(title, None, 0, {"first": day, "last": day, "whole": True, "start": None, "end": None, "reason": ""},
                      of=str(seen.id))  # fmt: skip
        self.show_in(self.desk)

    def open_absence(self, seen: Person, row: AbsenceRow) -> None:
        if not self.free():
            return
        self.seen = seen
        title = self.tr("Absence of %1").replace("%1", seen.facts.name)
        self.show_row(title, row.id, row.version, values_of(row, ZoneInfo(seen.zone)))
        self.show_in(self.desk)

    def entered(self) -> None:
        self.times.setVisible(not self.whole.isChecked())
        self._ask_hits()

    def wanted(self) -> Wish:
        seen, span = self._seen(), self._span()
        if span is None:
            raise Invalid(until=self.tr("Please give the times."))
        facts: dict[str, Any] = {"starts_at": span.start, "ends_at": span.end, "reason": self.reason.text()}
        if self.row_id is None:
            return Wish(self.tr("Absence of %1 added").replace("%1", seen.facts.name), new_absence, (seen.id,), facts)
        return Wish(self.tr("Absence of %1 saved").replace("%1", seen.facts.name), edit_absence, (self.row_id,), facts)

    def now(self, tx: Tx, row_id: int) -> tuple[int, Values]:
        seen = person(tx, self._seen().id)
        row = next((one for one in seen.absences if one.id == row_id), None)
        if row is None:
            raise NotFound(self.tr("This absence was removed meanwhile."))
        return row.version, values_of(row, ZoneInfo(seen.zone))

    # inside

    def _span(self) -> Span | None:
        """What is entered, as two instants; None while a day or a time is missing."""
        first, last, zone = self.first.value(), self.last.value(), ZoneInfo(self._seen().zone)
        if first is None or last is None:
            return None
        if self.whole.isChecked():
            return Span(local(first, 0, zone), local(last + timedelta(days=1), 0, zone))
        start, end = self.start.value(), self.end.value()
        if start is None or end is None:
            return None
        return Span(local(first, minutes(start), zone), local(last, minutes(end, ends=True), zone))

    def _ask_hits(self) -> None:
        span = self._span() if self.seen is not None else None
        if span is None or span.end <= span.start:
            self.hit.show_cards((), ZoneInfo("UTC"))
            return
        self.desk.see(self, visits_hit, self._seen().id, span.start, span.end, then=self._show_hits)

    def _show_hits(self, cards: Sequence[Card]) -> None:
        self.hit.show_cards(cards, ZoneInfo(self._seen().zone))

    def _free_day(self, on: date, ids: tuple[int, ...]) -> None:
        self.desk.open("schedule", on=on, select=ids)

    def _fill_form(self) -> None:
        form = self.form
        form.add("first", self.tr("First day"), self.first, required=True)
        form.add("last", self.tr("Last day"), self.last, required=True)
        side_by_side(form, ("first", "last"), (1, 1))
        form.add("whole", self.tr("How long"), self.whole)
        form.add("start", self.tr("From, on the first day"), self.start)
        form.add("end", self.tr("To, on the last day"), self.end)
        self.times = side_by_side(form, ("start", "end"), (1, 1))
        form.add("reason", self.tr("Reason"), self.reason, hint=self.tr("Everybody who sees the board can read it."))
        self.box.insertWidget(1, self.hit)

    def _seen(self) -> Person:
        assert self.seen is not None
        return self.seen


class Hits(QWidget):
    """The planned visits that lie within, with a way to the board on that day."""

    def __init__(self, desk: Desk, go: Any) -> None:
        super().__init__()
        self.desk, self.go = desk, go
        self.banner = Banner("warn", narrow=True)
        self.show_button = self.banner.add_button(self.tr("Show on the board"), self._go)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(4)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.banner)
        box.addLayout(self.lines)
        self._cards: tuple[Card, ...] = ()
        self._zone = ZoneInfo("UTC")
        self.hide()

    def show_cards(self, cards: Sequence[Card], zone: ZoneInfo) -> None:
        self._cards, self._zone = tuple(cards), zone
        while (item := self.lines.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        n = len(cards)
        several = self.tr("%1 planned visits lie in this time.").replace("%1", str(n))
        self.banner.show_words(self.tr("1 planned visit lies in this time.") if n == 1 else several)
        for card in self._cards[:SHOWN]:
            self.lines.addWidget(PlainLabel(visit_line(card, zone), "muted", wrap=True))
        if n > SHOWN:
            self.lines.addWidget(PlainLabel(self.tr("and %1 more").replace("%1", str(n - SHOWN)), "muted"))
        self.setVisible(n > 0)

    def _go(self) -> None:
        starts = [card.starts_at for card in self._cards if card.starts_at is not None]
        if starts:
            self.go(min(starts).astimezone(self._zone).date(), tuple(card.id for card in self._cards))


def values_of(row: AbsenceRow, zone: ZoneInfo) -> dict[str, Any]:
    """An absence in the form's terms; from midnight to midnight it is one of whole days."""
    start, end = row.span.start.astimezone(zone), row.span.end.astimezone(zone)
    whole = start.time() == end.time() == time()
    last = end - timedelta(days=1) if end.time() == time() else end
    times = (None, None) if whole else tuple(at.time().isoformat(timespec="minutes") for at in (start, end))
    return {"first": start.date().isoformat(), "last": last.date().isoformat(), "whole": whole, "reason": row.reason,
            "start": times[0], "end": times[1]}  # fmt: skip
