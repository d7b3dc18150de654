"""Moving visits on the calendar: the entry changes at once, a refusal slides it back, a rule may be overridden with a reason.

It is the service of the board (`moves.place`), so what is refused here is refused there, and undo is the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from PySide6.QtCore import QRect, QRectF
from PySide6.QtWidgets import QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.models.states import AppointmentState as S
from fieldoffice.services.availability import Conflict
from fieldoffice.services.calendars.rows import Entry
from fieldoffice.services.dispatch import moves
from fieldoffice.services.dispatch.rows import Change
from fieldoffice.ui.calendar.words import translate
from fieldoffice.ui.schedule.popover import AnywayPopover
from fieldoffice.ui.schedule.words import clock, short_day


class Ground(Protocol):
    """What the page gives."""

    desk: Any

    def show_again(self) -> None: ...
    def slide_back(self, entry: Entry, area: QRectF) -> None: ...
    def area_of(self, id: int) -> QRectF: ...
    def anchor_of(self, id: int) -> QRect: ...
    def reload(self) -> None: ...
    def take(self, was: Entry, now: Entry) -> None: ...
    def zone(self) -> ZoneInfo: ...


class Deeds:
    """`under_way` are the visits as expected once the services agree; a second move of one waits for the first."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.under_way: dict[int, tuple[Entry, datetime]] = {}
        self.waiting: dict[int, datetime] = {}
        self.popover: AnywayPopover | None = None

    def move(self, entry: Entry, starts_at: datetime, *, override: str = "", promise: bool = False) -> None:
        """Ask for another start; provider and length stay."""
        if entry.id in self.under_way:
            self.waiting[entry.id] = starts_at
            return
        self.under_way[entry.id] = (entry, starts_at)
        self.ground.show_again()
        zone = self.ground.zone()
        label = f"{entry.customer}: {short_day(starts_at.astimezone(zone).date())}, {clock(starts_at, zone)}"
        self.ground.desk.act(
            self.ground, label, moves.place, entry.id, version=entry.version, provider_ids=entry.provider_ids, starts_at=starts_at,
            duration_s=entry.duration_s, override=override, promise=promise, then=lambda change: self._done(entry, change),
            otherwise=lambda error: self._refused(entry, starts_at, error), broken=lambda: self._back(entry))  # fmt: skip

    def _done(self, entry: Entry, change: Change) -> None:
        self.under_way.pop(entry.id, None)
        card = next((c for c in change.cards if c.id == entry.id), None)
        again = self.waiting.pop(entry.id, None)
        if card is not None and card.starts_at is not None:
            now = replace(entry, version=card.version, state=S(card.state), starts_at=card.starts_at)
            self.ground.take(entry, now)
            if again is not None:
                self.move(now, again)
        self.ground.show_again()

    def _refused(self, entry: Entry, starts_at: datetime, error: Refused) -> None:
        self._back(entry)
        if isinstance(error, Conflict):
            self._ask_anyway(entry, starts_at, error)
        else:
            self.ground.desk.refuse(error)
            self.ground.reload()  # what was refused may have been changed by somebody else

    def _back(self, entry: Entry) -> None:
        there = self.ground.area_of(entry.id)
        self.under_way.pop(entry.id, None)
        self.waiting.pop(entry.id, None)
        self.ground.show_again()
        if not there.isEmpty():
            self.ground.slide_back(entry, there)

    def _ask_anyway(self, entry: Entry, starts_at: datetime, conflict: Conflict) -> None:
        if self.popover is not None:
            self.popover.close_it()
        title = translate("Calendar", "%1 does not fit").replace("%1", entry.customer)
        assert isinstance(self.ground, QWidget)
        self.popover = AnywayPopover(
            self.ground, title, conflict.reasons, lambda reason, promise: self.move(entry, starts_at, override=reason, promise=promise)
        )
        self.popover.closed.connect(self._closed)
        self.popover.open_at(self.ground.anchor_of(entry.id))

    def _closed(self) -> None:
        self.popover = None
        if isinstance(self.ground, QWidget):
            self.ground.setFocus()
