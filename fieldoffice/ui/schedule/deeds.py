"""What a dispatcher does with cards, as service calls: the card changes at once, a refusal slides it back.

A card whose change is under way waits with the next one until the first is answered: the next call then carries the
version that the first one left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from fieldoffice.models.errors import Refused
from fieldoffice.models.states import AppointmentState
from fieldoffice.services.availability import Conflict
from fieldoffice.services.dispatch import moves, progress
from fieldoffice.services.dispatch.rows import Board, Card, Change
from fieldoffice.ui.schedule.carry import Move
from fieldoffice.ui.schedule.changes import known, merged
from fieldoffice.ui.schedule.words import clock, translate


class Ground(Protocol):
    """What the page gives: the desk, showing, and asking back."""

    desk: Any
    asking: Any

    def show_cards(self, *, sliding: bool) -> None: ...
    def reload(self) -> None: ...
    def name_of(self, provider_id: int) -> str: ...


@dataclass(frozen=True, slots=True)
class _Wish:
    """One change asked for: which cards it expects, and how it is sent once they are free."""

    ids: frozenset[int]
    expected: tuple[Card, ...]
    send: Callable[[], None]


class Deeds:
    """Keeps the board as the database last told it, and what is expected of the changes under way."""

    def __init__(self, ground: Ground, board: Board) -> None:
        self.ground, self.base = ground, board
        self.under_way: dict[int, Card] = {}
        self.wishes: list[_Wish] = []

    # what is shown

    @property
    def board(self) -> Board:
        """The last known board with the changes under way and those that wait."""
        expected = dict(self.under_way)
        for wish in self.wishes:
            expected.update({card.id: card for card in wish.expected})
        return merged(self.base, expected.values())

    def arrived(self, board: Board) -> None:
        """A fresh board from the database."""
        self.base = board

    # deeds

    def place(self, wanted: Sequence[Move], *, override: str = "", promise: bool = False) -> None:
        """Give visits their new providers and times, all of them or none."""
        self._ask(
            _Wish(
                frozenset(m.card.id for m in wanted),
                tuple(_placed(m) for m in wanted),
                lambda: self._send_place(tuple(wanted), override, promise),
            )
        )

    def unassign(self, cards: Iterable[Card]) -> None:
        """Put visits back into the tray."""
        found = tuple(cards)
        waits = tuple(replace(c, state=AppointmentState.WAITING, starts_at=None, provider_ids=()) for c in found)
        label = _counted(found, translate("Board", "Unassigned %1"))
        self._ask(
            _Wish(
                frozenset(c.id for c in found),
                waits,
                lambda: self._act(found, label, moves.unassign, self._versions(found)),
            )
        )

    def lock(self, cards: Iterable[Card], locked: bool) -> None:
        """Pin visits to their place, or free them."""
        found = tuple(c for c in cards if c.locked != locked)
        if not found:
            return
        label = _counted(found, translate("Board", "Locked %1" if locked else "Unlocked %1"))
        self._ask(
            _Wish(
                frozenset(c.id for c in found),
                tuple(replace(c, locked=locked) for c in found),
                lambda: self._act(found, label, moves.lock, self._versions(found), locked),
            )
        )

    def step(self, card: Card, to: AppointmentState, at: datetime | None, reason: str) -> None:
        """Bring a visit into its next state; `at` when it really happened."""
        label = f"{card.customer}: {to.word}"
        self._ask(
            _Wish(
                frozenset({card.id}),
                (replace(card, state=to),),
                lambda: self._act(
                    (card,),
                    label,
                    progress.move_on,
                    card.id,
                    version=self._now(card).version,
                    to=to,
                    at=at,
                    reason=reason,
                ),
            )
        )

    # inside

    def _ask(self, wish: _Wish) -> None:
        """Send it, or let it wait; of several that wait for the same cards only the newest counts."""
        if wish.ids & self.under_way.keys():
            self.wishes = [w for w in self.wishes if not (w.ids == wish.ids and _same_kind(w, wish))]
            self.wishes.append(wish)
        else:
            self._send(wish)
        self.ground.show_cards(sliding=False)

    def _send(self, wish: _Wish) -> None:
        self.under_way.update({card.id: card for card in wish.expected})
        wish.send()

    def _send_place(self, wanted: tuple[Move, ...], override: str, promise: bool) -> None:
        cards, label = tuple(m.card for m in wanted), self._place_label(wanted)

        def refused(error: Refused) -> None:
            self._failed(cards, error, conflict=lambda c: self._anyway(wanted, c))

        if len(wanted) == 1:
            move = wanted[0]
            self._act(
                cards,
                label,
                moves.place,
                move.card.id,
                version=self._now(move.card).version,
                provider_ids=move.provider_ids,
                starts_at=move.starts_at,
                duration_s=move.duration_s,
                override=override,
                promise=promise,
                otherwise=refused,
            )
            return
        items = tuple(
            moves.Placing(m.card.id, self._now(m.card).version, m.provider_ids, m.starts_at, m.duration_s)
            for m in wanted
        )
        self._act(cards, label, moves.place_many, items, override=override, promise=promise, otherwise=refused)

    def _anyway(self, wanted: tuple[Move, ...], conflict: Conflict) -> None:
        label = translate("Board", "%1 does not fit").replace("%1", _counted([m.card for m in wanted], "%1"))
        self.ground.asking.anyway(
            label,
            [m.card.id for m in wanted],
            conflict.reasons,
            lambda reason, promise: self.place(self._renewed(wanted), override=reason, promise=promise),
        )

    def _act(
        self,
        cards: Sequence[Card],
        label: str,
        service: Callable[..., Change],
        *args: Any,
        otherwise: Callable[[Refused], None] | None = None,
        **kw: Any,
    ) -> None:
        self.ground.desk.act(
            self.ground,
            label,
            service,
            *args,
            **kw,
            then=lambda change: self._done(cards, change),
            otherwise=otherwise or (lambda error: self._failed(cards, error)),
            broken=lambda: self._failed(cards, None),
        )

    def _done(self, cards: Sequence[Card], change: Change) -> None:
        self.base = merged(self.base, change.cards)
        self._free(cards)
        self.ground.show_cards(sliding=False)
        self._next()

    def _failed(
        self, cards: Sequence[Card], error: Refused | None, conflict: Callable[[Conflict], None] | None = None
    ) -> None:
        """Slide the cards back, drop what waited on them, say why."""
        gone = {c.id for c in cards}
        self._free(cards)
        self.wishes = [w for w in self.wishes if not w.ids & gone]
        self.ground.show_cards(sliding=True)
        if isinstance(error, Conflict) and conflict is not None:
            conflict(error)
        elif error is not None:
            self.ground.desk.refuse(error)
            self.ground.reload()  # what was refused may have been changed by somebody else
        self._next()

    def _free(self, cards: Sequence[Card]) -> None:
        for card in cards:
            self.under_way.pop(card.id, None)

    def _next(self) -> None:
        for wish in list(self.wishes):
            if not wish.ids & self.under_way.keys():
                self.wishes.remove(wish)
                self._send(wish)

    def _now(self, card: Card) -> Card:
        return known(self.base, card.id) or card

    def _renewed(self, wanted: tuple[Move, ...]) -> tuple[Move, ...]:
        return tuple(replace(m, card=self._now(m.card)) for m in wanted)

    def _versions(self, cards: Sequence[Card]) -> tuple[tuple[int, int], ...]:
        return tuple((c.id, self._now(c).version) for c in cards)

    def _place_label(self, wanted: Sequence[Move]) -> str:
        """ "Okafor: Dana Cruz, 10:15", or how many were moved."""
        if len(wanted) > 1:
            return translate("Board", "Moved %1 visits").replace("%1", str(len(wanted)))
        move = wanted[0]
        names = ", ".join(self.ground.name_of(i) for i in move.provider_ids)
        return f"{move.card.customer}: {names}, {clock(move.starts_at, self._zone())}"

    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.base.zone)


def _placed(move: Move) -> Card:
    """How a card looks once it is placed: a running visit stays as it is, another is scheduled."""
    waits = {AppointmentState.WAITING, AppointmentState.HELD, AppointmentState.DISPATCHED}
    return replace(move.done, state=AppointmentState.SCHEDULED) if move.card.state in waits else move.done


def _same_kind(one: _Wish, other: _Wish) -> bool:
    """Two wishes for the same cards where the newer makes the older pointless: both only place."""
    return all(a.state == b.state and a.locked == b.locked for a, b in zip(one.expected, other.expected, strict=True))


def _counted(cards: Sequence[Card], words: str) -> str:
    many = translate("Board", "%1 visits").replace("%1", str(len(cards)))
    return words.replace("%1", next(iter(cards)).customer if len(cards) == 1 else many)
