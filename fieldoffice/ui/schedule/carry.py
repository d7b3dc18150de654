"""What is in the dispatcher's hand while a card is dragged, by mouse or by keyboard. Plain numbers, no Qt.

A `Carry` is aimed at a row and a moment; it tells where each card would land, which rows fit and which is best, and
in the end gives the moves to ask the services for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from fieldoffice.services.availability import Reason, Wanted
from fieldoffice.services.dispatch.rows import Board, Card
from fieldoffice.ui.schedule.fits import Judge, Verdict

MOST_JUDGED = 400  # pairs of card and row that are judged at each step; beyond it other rows answer for one card


class Kind(StrEnum):
    MOVE = "move"
    RESIZE = "resize"
    PLACE = "place"  # from the tray


@dataclass(frozen=True, slots=True)
class Move:
    """One card, and where it is to stand."""

    card: Card
    provider_ids: tuple[int, ...]
    starts_at: datetime
    duration_s: int

    @property
    def changes(self) -> bool:
        card = self.card
        return (card.provider_ids, card.starts_at, card.duration_s) != (
            self.provider_ids,
            self.starts_at,
            self.duration_s,
        )

    @property
    def done(self) -> Card:
        """The card as it will look when the move is granted."""
        return replace(
            self.card,
            provider_ids=self.provider_ids,
            starts_at=self.starts_at,
            duration_s=self.duration_s,
        )


@dataclass(slots=True)
class Carry:
    """Cards in the hand. `source_id` is the provider from whose row the anchor was taken, None from the tray."""

    board: Board
    cards: tuple[Card, ...]  # the anchor, which was grabbed, first
    kind: Kind
    source_id: int | None = None
    sources: dict[int, int] = field(default_factory=dict)  # appointment id to the provider it was taken from
    row: int | None = None
    at: datetime | None = None
    duration_s: int = 0
    over_tray: bool = False
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    best_id: int | None = None
    _judge: Judge | None = None
    _rows: dict[int, int] = field(default_factory=dict)
    _wanted: dict[int, Wanted] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.duration_s = self.anchor.duration_s
        self._wanted = {card.id: card.wanted for card in self.cards}
        self._rows = {row.id: n for n, row in enumerate(self.board.providers)}
        self._judge = Judge(self.board, (card.id for card in self.cards))

    @property
    def anchor(self) -> Card:
        return self.cards[0]

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(card.id for card in self.cards)

    def aim(self, row: int, at: datetime) -> bool:
        """Point at a row and a moment; True when that changed anything and all rows were judged anew."""
        row = self._held_inside(row)
        if (row, at, False) == (self.row, self.at, self.over_tray):
            return False
        judged = at != self.at or not self.verdicts or len(self.cards) > 1
        self.row, self.at, self.over_tray = row, at, False
        if judged:
            self._judge_all()
        return True

    def stretch(self, duration_s: int) -> bool:
        """Give the anchor another length; its start stays."""
        if duration_s == self.duration_s and self.at is not None:
            return False
        self.duration_s, self.at = duration_s, self.anchor.starts_at
        self.row = self._row_of(self.source_id)
        self._judge_all()
        return True

    def aim_tray(self) -> bool:
        """Hold the cards over the tray: letting go takes them from their providers."""
        if self.over_tray:
            return False
        self.over_tray, self.verdicts, self.best_id = True, {}, None
        self.at = self.row = None
        return True

    def moves(self) -> tuple[Move, ...]:
        """Where every card would land now; empty while nothing is aimed at."""
        if self.row is None or self.at is None or self.over_tray:
            return ()
        return self._landing(self.row)

    def landing_row(self, card: Card) -> int:
        """The index of the row in which `card` would stand."""
        assert self.row is not None
        return self.row if self.kind is Kind.PLACE else self._shifted(card, self.row)

    def verdict_here(self) -> Verdict | None:
        return None if self.row is None else self.verdicts.get(self.board.providers[self.row].id)

    def _landing(self, row: int) -> tuple[Move, ...]:
        if self.kind is Kind.PLACE:
            return tuple(self._one_after_another(row))
        if self.kind is Kind.RESIZE:
            assert self.anchor.starts_at is not None
            return (Move(self.anchor, self.anchor.provider_ids, self.anchor.starts_at, self.duration_s),)
        return tuple(self._moved(card, self._shifted(card, row)) for card in self.cards)

    def _one_after_another(self, row: int) -> Iterable[Move]:
        """Cards from the tray follow each other, with the drive between them."""
        assert self.at is not None
        at, last = self.at, self.anchor
        for card in self.cards:
            at += timedelta(seconds=self.board.drives.seconds(last.place, card.place)) if card is not self.anchor else timedelta(0)
            at = _full_minutes(at, self.at)
            yield Move(card, (self.board.providers[row].id,), at, card.duration_s)
            at, last = at + timedelta(seconds=card.duration_s), card

    def _moved(self, card: Card, row: int) -> Move:
        assert self.at is not None
        assert self.anchor.starts_at is not None
        assert card.starts_at is not None
        start = card.starts_at + (self.at - self.anchor.starts_at)
        return Move(card, self._team(card, self.board.providers[row].id), start, card.duration_s)

    def _team(self, card: Card, target_id: int) -> tuple[int, ...]:
        """The team with the one it was taken from replaced by the target; members trade places when both are on it."""
        source = self.sources.get(card.id, card.provider_ids[0] if card.provider_ids else target_id)
        trade = {source: target_id, target_id: source}
        if target_id in card.provider_ids:
            return tuple(trade.get(member, member) for member in card.provider_ids)
        return tuple(target_id if member == source else member for member in card.provider_ids) or (target_id,)

    def _judge_all(self) -> None:
        rows = range(len(self.board.providers))
        deep = len(self.cards) * len(rows) <= MOST_JUDGED
        self.verdicts = {self.board.providers[n].id: self._judged(n, deep or n == self.row) for n in rows}
        clean = [(v.added_s, i) for i, v in self.verdicts.items() if v.clean]
        self.best_id = min(clean)[1] if clean and self.kind is not Kind.RESIZE else None

    def _judged(self, row: int, deep: bool) -> Verdict:
        moves = self._landing(self._held_inside(row))
        found = [self._verdict(move) for move in (moves if deep else moves[:1])]
        reasons = tuple(r for v in found for r in v.reasons)
        return Verdict(_blocking_first(reasons), sum(v.added_s for v in found))

    def _verdict(self, move: Move) -> Verdict:
        """The row's own answer first, then what stands against the rest of the team at that time."""
        assert self._judge is not None
        wanted = self._wanted[move.card.id]
        if move.duration_s != wanted.duration_s:
            wanted = replace(wanted, duration_s=move.duration_s)
        known = sorted(
            (i for i in move.provider_ids if i in self._judge.diaries), key=move.card.provider_ids.__contains__
        )
        found = [self._judge.verdict(i, wanted, move.starts_at) for i in known]
        return Verdict(tuple(r for v in found for r in v.reasons), sum(v.added_s for v in found))

    def _shifted(self, card: Card, row: int) -> int:
        """Cards taken from several rows keep their distance from the anchor's row."""
        own, anchors = self._row_of(self.sources.get(card.id)), self._row_of(self.source_id)
        return row if own is None or anchors is None else row + own - anchors

    def _held_inside(self, row: int) -> int:
        """The nearest row that leaves every card of the hand on the board."""
        if self.kind is Kind.PLACE:
            return min(max(row, 0), len(self.board.providers) - 1)
        offsets = [self._shifted(card, 0) for card in self.cards]
        return min(max(row, -min(offsets)), len(self.board.providers) - 1 - max(offsets))

    def _row_of(self, provider_id: int | None) -> int | None:
        return None if provider_id is None else self._rows.get(provider_id)


def _full_minutes(at: datetime, grid: datetime) -> datetime:
    """Round up to the next five minutes counted from `grid`."""
    apart = int((at - grid).total_seconds())
    return grid + timedelta(seconds=-(-apart // 300) * 300)


def _blocking_first(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=lambda r: not r.blocks))
