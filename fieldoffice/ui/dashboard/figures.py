"""Today's figures with the visits behind each of them, computed as the board computes them. Plain data, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fieldoffice.models.states import AppointmentState as S
from fieldoffice.office import Tx
from fieldoffice.services.dispatch.rows import Board, Card
from fieldoffice.services.overview.today import Today
from fieldoffice.services.overview.today import today as ask_today
from fieldoffice.ui.schedule.hours import Hours
from fieldoffice.ui.schedule.layout import NORMAL_LANE, figures, laid_out

TO_COME = frozenset({S.HELD, S.SCHEDULED, S.DISPATCHED})
AT_WORK = frozenset({S.ARRIVED, S.WORKING, S.PAUSED})
UNSERVED = frozenset({S.NOT_DONE, S.PARTLY_DONE})
OVERRUN_S = 15 * 60
HOLD_ENDS = timedelta(hours=1)
NEAR = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Item:
    """One visit in a list of the dashboard: what is the matter with it, and how urgent that is (the lowest first)."""

    id: tuple[str, int]
    kind: str  # clash | late | overrun | unassigned | hold | not_done | state
    words: str
    card: Card
    who: str
    rank: tuple[int, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of today and the visits behind it. `note` adds to it in a few words."""

    id: str
    items: tuple[Item, ...]
    note: str = ""

    @property
    def count(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class Standing:
    """How today stands: the figures by id, and what needs somebody now, the most urgent first."""

    today: Today
    figures: dict[str, Figure]
    needs: tuple[Item, ...]


def standing(tx: Tx) -> Standing:
    """Ask and compute, on the thread that asks."""
    return stand(ask_today(tx))


def stand(today: Today) -> Standing:
    """The figures of a day."""
    board, names = today.board, {row.id: row.name for row in today.board.providers}
    late, clash = late_and_clash(board)

    def item(card: Card, kind: str, words: str, *rank: float) -> Item:
        who = ", ".join(names.get(id, "") for id in card.provider_ids)
        return Item((kind, card.id), kind, words, card, who, (int(rank[0]), rank[1]))

    def of(states: Iterable[S]) -> tuple[Item, ...]:
        wanted = frozenset(states)
        return tuple(item(c, "state", c.state.word.capitalize(), 0, _start(c)) for c in board.cards if c.state in wanted)

    overdue = sorted((item(c, "late", f"Late {_by(late[c.id])}", 1, -late[c.id]) for c in board.cards if late.get(c.id)), key=_rank)
    free = sorted((_unassigned(c, board.now, item) for c in board.tray), key=_rank)
    over, planned = of((S.COMPLETED,)), len(board.cards)
    found = [
        Figure("unassigned", tuple(free), "at least" if len(free) >= 500 else ""),
        Figure("late", tuple(overdue)),
        Figure("to_come", of(TO_COME)),
        Figure("on_the_road", of((S.EN_ROUTE,))),
        Figure("at_work", of(AT_WORK)),
        Figure("not_done", of(UNSERVED)),
        Figure("done", over, f"of {planned}" if planned else ""),
    ]
    clashes = [item(c, "clash", clash[c.id], 0, _start(c)) for c in board.cards if clash.get(c.id)]
    only_late = [one for one in overdue if not clash.get(one.card.id)]  # a visit is named once, by the worst
    needs = [*clashes, *only_late, *free, *_running_over(board, item), *_ending_holds(board, item), *_to_call(board, item)]
    return Standing(today, {figure.id: figure for figure in found}, tuple(sorted(needs, key=_rank)))


def late_and_clash(board: Board) -> tuple[dict[int, int], dict[int, str]]:
    """By how many seconds visits are late, and what they collide with, as the board draws it."""
    scale = Hours(board.first_on, board.days, board.zone, per_hour=60)
    boxes = laid_out(board, figures(board), scale, NORMAL_LANE).boxes
    late = {id: max(box.late_s for box in mine) for id, mine in boxes.items()}
    clash = {id: next((box.clash for box in mine if box.clash), "") for id, mine in boxes.items()}
    return late, clash


Make = Callable[..., Item]


def _unassigned(card: Card, now: datetime, item: Make) -> Item:
    """The sooner the promise ends the more urgent; an urgent job goes before others of its kind."""
    if card.window is None:
        return item(card, "unassigned", "Unassigned", 5 - (card.priority == 3), float(card.id))
    ends = card.window.end
    if ends < now:
        return item(card, "unassigned", "Unassigned, overdue", 1, ends.timestamp() - now.timestamp())
    near = card.window.start <= now + NEAR
    return item(card, "unassigned", "Unassigned", (2 if near else 4) - (card.priority == 3), ends.timestamp())


def _running_over(board: Board, item: Make) -> list[Item]:
    found: list[Item] = []
    for card in board.cards:
        if card.state in AT_WORK and card.ends_at is not None:
            over = int((board.now - card.ends_at).total_seconds())
            if over >= OVERRUN_S:
                found.append(item(card, "overrun", f"Over time {_by(over)}", 3, -over))
    return found


def _ending_holds(board: Board, item: Make) -> list[Item]:
    soon = board.now + HOLD_ENDS
    held = (c for c in board.cards if c.state is S.HELD and c.held_until is not None and c.held_until <= soon)
    return [item(c, "hold", "The held place runs out", 2, c.held_until.timestamp() if c.held_until else 0.0) for c in held]


def _to_call(board: Board, item: Make) -> list[Item]:
    """Visits that came to nothing: somebody has to find another day."""
    return [item(c, "not_done", "Not done: find another day", 6, _start(c)) for c in board.cards if c.state is S.NOT_DONE]


def _by(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return f"+{minutes} min" if minutes < 180 else f"+{minutes // 60} h"


def _start(card: Card) -> float:
    return card.starts_at.timestamp() if card.starts_at is not None else 0.0


def _rank(item: Item) -> tuple[int, float]:
    return item.rank
