"""How the rows of a paper fall onto its pages: heads are repeated, sums are carried, what belongs together stays together.

Pages are laid out before anything is drawn, so every page knows its number and how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

Draw = Callable[[Any, float, float], None]
"""Draws on (canvas, left edge, top edge); y grows upward."""


@dataclass(frozen=True)
class Table:
    """What a table repeats on each of its pages: its head, and the sum so far at a page's end and beginning."""

    high: float
    head: Draw
    carry_high: float = 0.0
    carried: Callable[[Any, float, float, str, int], None] | None = None  # … and the words and the sum

    def __hash__(self) -> int:
        return id(self)


@dataclass(frozen=True)
class Item:
    """A piece that is never torn apart. `sum_so_far` is what is carried when a page ends after it.

    `keep` holds it on one page with the next item, as long as all that is held together fits on one; `foot` sets it at the
    end of its page.
    """

    high: float
    draw: Draw
    table: Table | None = None
    sum_so_far: int | None = None
    keep: bool = False
    foot: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """The y of the upper edge on the first and the later pages, and of the lower edge on all."""

    first: float
    later: float
    bottom: float


@dataclass
class Page:
    """What is drawn on one page, each with the y of its upper edge."""

    top: float
    placed: list[tuple[float, Draw]] = field(default_factory=list[tuple[float, Draw]])


def pages(items: Sequence[Item], room: Room) -> list[Page]:
    """All items in their order. An item higher than a page is set on one of its own and runs over its lower edge."""
    return _Layout(room).fill(items)


class _Layout:
    def __init__(self, room: Room) -> None:
        self.room = room
        self.done = [Page(room.first)]
        self.y, self.table, self.sum = room.first, None, None
        self.table: Table | None
        self.sum: int | None

    def fill(self, items: Sequence[Item]) -> list[Page]:
        for group in _groups(items):
            self._set(group)
        return self.done

    def _set(self, group: Sequence[Item]) -> None:
        """Here, else on a new page, else piece by piece: an empty page is not left for another one as long as a part fits."""
        alone, empty = len(group) == 1, not self.done[-1].placed
        fresh = self._need(group, new=True) <= self.room.later - self.room.bottom
        if self._need(group) > self.y - self.room.bottom + 0.01:
            if not alone and (empty or not fresh):
                for item in group:
                    self._set([item])
                return
            if not empty or (fresh and self.room.later > self.room.first):
                self._turn(group[0])
        for item in group:
            self._put(item)

    def _need(self, group: Sequence[Item], *, new: bool = False) -> float:
        """With the head that it needs, always on a `new` page, and, within a table that carries, the lines for the sums."""
        need = sum(item.high for item in group)
        table, last = group[0].table, group[-1]
        if table is not None and (new or table is not self.table):
            need += table.high + (table.carry_high if new else 0)
        if last.table is not None and last.sum_so_far is not None:
            need += last.table.carry_high
        return need

    def _turn(self, first: Item) -> None:
        """End the page; inside one table its sum goes along."""
        within = first.table is not None and first.table is self.table and self.sum is not None
        if within:
            self._carry("Carried forward")
        self.done.append(Page(self.room.later))
        self.y = self.room.later
        self.table = None
        if within:
            self._head(first.table)
            self._carry("Brought forward")

    def _carry(self, words: str) -> None:
        table, so_far = self.table, self.sum
        if table is not None and table.carried is not None and so_far is not None:
            carried = table.carried
            self._place(table.carry_high, lambda canvas, left, top: carried(canvas, left, top, words, so_far))

    def _head(self, table: Table | None) -> None:
        self.table = table
        if table is not None:
            self._place(table.high, table.head)

    def _put(self, item: Item) -> None:
        if item.table is not self.table:
            self._head(item.table)
            self.sum = None
        if item.foot:
            self.y = self.room.bottom + item.high
        self._place(item.high, item.draw)
        self.sum = item.sum_so_far if item.table is not None else None

    def _place(self, high: float, draw: Draw) -> None:
        self.done[-1].placed.append((self.y, draw))
        self.y -= high


def _groups(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Items that must share a page, together."""
    group: list[Item] = []
    for item in items:
        group.append(item)
        if not item.keep:
            yield group
            group = []
    if group:
        yield group
