"""Moving and resizing visits on the calendar: the entry changes at once, a refusal slides it back, a rule may be overridden with a reason.

It is the service of the board (`moves.place`), so what is refused here is refused there, and undo is the same.
"""

from __future__ import annotations

from dataclasses import replace
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
from fieldoffice.ui.schedule.words import clock, lasting, short_day


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
    """`under_way` are the visits as they were and as expected once the services agree; a second change of one waits."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.under_way: dict[int, tuple[Entry, Entry]] = {}
        self.waiting: dict[int, Entry] = {}
        self.popover: AnywayPopover | None = None

    def change(self, was: Entry, now: Entry, *, override: str = "", promise: bool = False) -> None:
        """Ask for the start and the length of `now`; the providers stay."""
        if was.id in self.under_way:
            self.waiting[was.id] = now
            return
        self.under_way[was.id] = (was, now)
        self.ground.show_again()
        self.ground.desk.act(
            self.ground, self._label(was, now), moves.place, was.id, version=was.version, provider_ids=was.provider_ids,
            starts_at=now.starts_at, duration_s=now.duration_s, override=override, promise=promise,
            then=lambda change: self._done(was, change), otherwise=lambda error: self._refused(was, now, error),
            broken=lambda: self._back(was))  # fmt: skip

    def _label(self, was: Entry, now: Entry) -> str:
        if now.starts_at == was.starts_at:
            return f"{was.customer}: {lasting(now.duration_s)}"
        zone = self.ground.zone()
        return f"{was.customer}: {short_day(now.starts_at.astimezone(zone).date())}, {clock(now.starts_at, zone)}"

    def _done(self, was: Entry, change: Change) -> None:
        self.under_way.pop(was.id, None)
        card = next((c for c in change.cards if c.id == was.id), None)
        again = self.waiting.pop(was.id, None)
        if card is not None and card.starts_at is not None:
            now = replace(was, version=card.version, state=S(card.state), starts_at=card.starts_at, duration_s=card.duration_s)
            self.ground.take(was, now)
            if again is not None:
                self.change(now, again)
        self.ground.show_again()

    def _refused(self, was: Entry, now: Entry, error: Refused) -> None:
        self._back(was)
        if isinstance(error, Conflict):
            self._ask_anyway(was, now, error)
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

    def _ask_anyway(self, entry: Entry, now: Entry, conflict: Conflict) -> None:
        if self.popover is not None:
            self.popover.close_it()
        title = translate("Calendar", "%1 does not fit").replace("%1", entry.customer)
        assert isinstance(self.ground, QWidget)
        self.popover = AnywayPopover(
            self.ground, title, conflict.reasons, lambda reason, promise: self.change(entry, now, override=reason, promise=promise)
        )
        self.popover.closed.connect(self._closed)
        self.popover.open_at(self.ground.anchor_of(entry.id))

    def _closed(self) -> None:
        self.popover = None
        if isinstance(self.ground, QWidget):
            self.ground.setFocus()
