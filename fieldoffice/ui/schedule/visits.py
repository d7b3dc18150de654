"""The actions on the selected visits: by shortcut, by menu, by button, all the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction

from fieldoffice.models.states import APPOINTMENT_MOVES, MOVABLE_STATES, AppointmentState
from fieldoffice.services.dispatch.rows import Card
from fieldoffice.ui import actions
from fieldoffice.ui.schedule.carry import Carry, Kind, Move
from fieldoffice.ui.schedule.commands import STEPS
from fieldoffice.ui.schedule.hand import why_fixed
from fieldoffice.ui.schedule.hours import snapped

if TYPE_CHECKING:
    from fieldoffice.ui.schedule.page import SchedulePage

S = AppointmentState


class Visits:
    """Bound to the board and to the tray's list, so that letters typed into a field stay letters."""

    def __init__(self, page: SchedulePage) -> None:
        self.page = page
        self.calls: dict[str, QAction] = {}

    def bind(self) -> dict[str, QAction]:
        """Make the actions and give them to both lists of cards."""
        canvas, waiting = self.page.view.canvas, self.page.view.tray.list
        self.calls = actions.bind(canvas, self._wanted())
        waiting.addActions(list(self.calls.values()))
        return self.calls

    def show_enabled(self, cards: Sequence[Card]) -> None:
        """Gray out what none of the selected cards can do; tick what they are."""
        allowed = {to for card in cards for to in APPOINTMENT_MOVES[card.state]}
        for id, to in STEPS.items():
            self.calls[id].setEnabled(to in allowed)
        self.calls["confirm"].setEnabled(any(S.SCHEDULED in APPOINTMENT_MOVES[c.state] and c.starts_at for c in cards))
        self.calls["pause"].setEnabled(any(card.state in (S.WORKING, S.PAUSED) for card in cards))
        placed = [card for card in cards if card.starts_at is not None]
        movable = [card for card in placed if card.state in MOVABLE_STATES]
        for id in ("move_earlier", "move_later", "move_up", "move_down", "unassign"):
            self.calls[id].setEnabled(bool(movable))
        for id in ("open_job", "customer", "lock", "assign", "timeline"):
            self.calls[id].setEnabled(bool(cards))
        self.calls["correct_time"].setEnabled(len(cards) == 1)
        self.calls["lock"].setChecked(bool(cards) and all(card.locked for card in cards))

    def open_job(self, card: Card | None = None) -> None:
        """Open the job of a card, or of the first selected one."""
        card = card or next(iter(self.page.view.selected()), None)
        if card is not None:
            self.page.desk.open("job", job_id=card.job_id)

    def open_customer(self) -> None:
        """Open the customer of the first selected card."""
        card = next(iter(self.page.view.selected()), None)
        if card is not None:
            self.page.desk.open("customer", customer_id=card.customer_id, back="schedule")

    def _wanted(self) -> dict[str, Callable[..., object]]:
        steps = {id: self._step(to) for id, to in STEPS.items()}
        return {
            "select_all": self.page.view.canvas.select_all,
            "open_job": self.open_job,
            "customer": self.open_customer,
            "assign": self._assign,
            "move_earlier": lambda: self._shift(-1),
            "move_later": lambda: self._shift(1),
            "move_up": lambda: self._change_row(-1),
            "move_down": lambda: self._change_row(1),
            "lock": lambda _on: self._lock(),
            "unassign": self._unassign,
            **steps,
            "confirm": lambda: self.page.steps.ask(S.SCHEDULED),
            "pause": self._pause,
            "correct_time": self.page.steps.ask_timeline,
            "timeline": self.page.steps.ask_timeline,
        }

    def _step(self, to: AppointmentState) -> Callable[[], object]:
        return lambda: self.page.steps.ask(to)

    def _pause(self) -> None:
        paused = any(card.state is S.PAUSED for card in self.page.view.selected())
        self.page.steps.ask(S.WORKING if paused else S.PAUSED)

    def _assign(self) -> None:
        """Steer the selected cards with the arrows: from the tray, or to somebody else."""
        waiting = self.page.view.tray.list.selected()
        self.page.view.canvas.keys.pick_up(waiting)

    def _lock(self) -> None:
        cards = self.page.view.selected()
        self.page.deeds.lock(cards, not all(card.locked for card in cards))

    def _unassign(self) -> None:
        cards = [card for card in self.page.view.selected() if card.starts_at is not None]
        free = [card for card in cards if not why_fixed(card)]
        if len(free) < len(cards):
            self.page.view.noted.emit(why_fixed(next(card for card in cards if why_fixed(card))))
        if free:
            self.page.deeds.unassign(free)

    def _free(self) -> list[Card]:
        """The selected cards that may be moved; says why when none may."""
        cards = self.page.view.canvas.selected_cards()
        free = [card for card in cards if not why_fixed(card)]
        if cards and not free:
            self.page.view.noted.emit(why_fixed(cards[0]))
        return free

    def _shift(self, steps: int) -> None:
        """Earlier or later by one step of the board, onto its grid."""
        minutes = self.page.view.canvas.step
        wanted: list[Move] = []
        for card in self._free():
            assert card.starts_at is not None
            at = card.starts_at + timedelta(minutes=minutes * steps)
            at = snapped(at, minutes) if snapped(card.starts_at, minutes) != card.starts_at else at
            wanted.append(Move(card, card.provider_ids, at, card.duration_s))
        if wanted:
            self.page.deeds.place(wanted)

    def _change_row(self, rows: int) -> None:
        """To the provider above or below, all of the selection alike."""
        cards, board = self._free(), self.page.board
        if not cards:
            return
        row_id = self.page.view.canvas.keys.row_id
        sources = {c.id: row_id if row_id in c.provider_ids else c.provider_ids[0] for c in cards}
        carry = Carry(
            board, tuple(cards), Kind.MOVE, sources[cards[0].id], {k: v for k, v in sources.items() if v is not None}
        )
        here = next((n for n, row in enumerate(board.providers) if row.id == carry.source_id), 0)
        assert cards[0].starts_at is not None
        carry.aim(here + rows, cards[0].starts_at)
        wanted = [move for move in carry.moves() if move.changes]
        if wanted:
            self.page.view.canvas.keys.row_id = board.providers[carry.row or 0].id
            self.page.deeds.place(wanted)

    def set_team(self, card: Card, provider_ids: tuple[int, ...]) -> None:
        """Give a placed card other providers at its time."""
        if card.starts_at is not None and provider_ids != card.provider_ids:
            self.page.deeds.place([Move(replace(card), provider_ids, card.starts_at, card.duration_s)])
