"""Bringing visits through their states, with corrected times and reasons, and looking at the timeline."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from fieldoffice.models.errors import Refused
from fieldoffice.models.states import APPOINTMENT_MOVES, AppointmentState
from fieldoffice.services.dispatch import progress
from fieldoffice.services.dispatch.progress import NEEDS_REASON, Entry, Timeline
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.ui.schedule.commands import step_words
from fieldoffice.ui.schedule.popover import WhenPopover
from fieldoffice.ui.schedule.words import translate

if TYPE_CHECKING:
    from fieldoffice.ui.schedule.page import SchedulePage

S = AppointmentState
AT_ONCE = frozenset({S.SCHEDULED, S.DISPATCHED})
"""Decisions of the office: there is no other time at which they really happened."""


class Steps:
    """Asks when and why, then asks the service; the services decide what is allowed."""

    def __init__(self, page: SchedulePage) -> None:
        self.page = page

    def ask(self, to: AppointmentState) -> None:
        """Bring the selected cards into `to`, as far as their state allows."""
        cards = [card for card in self.page.view.selected() if to in APPOINTMENT_MOVES[card.state]]
        if not cards:
            self._say_why_not(to)
        elif to in AT_ONCE:
            self._go(cards, to, None, "")
        else:
            self._ask_when(cards, to)

    def ask_timeline(self) -> None:
        """Show what happened to the job of the selected card."""
        card = next(iter(self.page.view.selected()), None)
        if card is not None:
            self.page.desk.see(self.page, progress.timeline, card.job_id, then=self._show_timeline)

    def ask_correction(self, entry: Entry) -> None:
        """When a step really happened."""
        card = self.page.peek.card
        if card is None:
            return
        hint = translate("Board", "The time entered first stays in the log.")
        title = translate("Board", "When did “%1” happen?").replace("%1", entry.words)
        ask = WhenPopover(
            self.page,
            title,
            translate("Board", "Correct"),
            now=self._now(),
            zone=self.page.view.canvas.look.zone,
            when=entry.occurred_at,
            hint=hint,
            then=lambda at, _reason: self._correct(entry, at),
        )
        self.page.asking.ask(ask, [card.id])

    # inside

    def _ask_when(self, cards: list[Card], to: AppointmentState) -> None:
        card, zone, now = cards[0], self.page.view.canvas.look.zone, self._now()
        who = card.customer if len(cards) == 1 else translate("Board", "%1 visits").replace("%1", str(len(cards)))
        words = step_words(card.state, to)
        ask = WhenPopover(
            self.page,
            f"{words}: {who}",
            words,
            now=now,
            zone=zone,
            when=self._planned(card, to, now),
            needs_reason=to in NEEDS_REASON,
            hint=self._hint(to),
            then=lambda at, reason: self._go(cards, to, at, reason),
        )
        self.page.asking.ask(ask, [c.id for c in cards])

    def _hint(self, to: AppointmentState) -> str:
        if to is S.PARTLY_DONE:
            return translate("Board", "The rest becomes a new visit in the tray.")
        return translate("Board", "Another time than now is kept beside the time of entry.")

    def _planned(self, card: Card, to: AppointmentState, now: datetime) -> datetime | None:
        """For a visit of a past day the planned time is nearer to the truth than the present one."""
        zone = self.page.view.canvas.look.zone
        if (
            card.starts_at is None
            or card.ends_at is None
            or card.starts_at.astimezone(zone).date() >= now.astimezone(zone).date()
        ):
            return None
        return card.ends_at if to in {S.COMPLETED, S.PARTLY_DONE} else card.starts_at

    def _go(self, cards: list[Card], to: AppointmentState, at: datetime | None, reason: str) -> None:
        for card in cards:
            self.page.deeds.step(card, to, at, reason)

    def _correct(self, entry: Entry, at: datetime | None) -> None:
        if at is not None and at != entry.occurred_at:
            self.page.desk.do(
                self.page, progress.correct_time, entry.id, at=at, then=self._corrected, otherwise=self._refused
            )

    def _corrected(self, found: Timeline) -> None:
        self._show_timeline(found)
        self.page.desk.toast(translate("Board", "Time corrected"))

    def _refused(self, error: Refused) -> None:
        self.page.desk.refuse(error)

    def _show_timeline(self, found: Timeline) -> None:
        self.page.peek.show_timeline(found, self.page.view.canvas.look.zone)

    def _say_why_not(self, to: AppointmentState) -> None:
        card = next(iter(self.page.view.selected()), None)
        if card is not None:
            words = translate("Board", "%1 is %2 and cannot become %3.")
            for n, part in enumerate((card.customer, card.state.word, to.word), start=1):
                words = words.replace(f"%{n}", part)
            self.page.view.noted.emit(words)

    def _now(self) -> datetime:
        return self.page.now()
