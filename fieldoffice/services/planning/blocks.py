"""What stays in a provider's day, as visits with a fixed start: cards that may not move, and times away. Pure.

Dispatchers may override rules, so what stays may overlap, leave no time to drive or lie beyond the shift. It stays all the
same and must not break the planner's day: it is taken as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from fieldoffice.services.dispatch.rows import Card
from fieldoffice.services.geo import Point
from fieldoffice.services.planning.hours import Hours
from fieldoffice.services.planning.places import Places
from fieldoffice.services.routing.problem import Visit


@dataclass(frozen=True)
class Block:
    """A stretch of time that stays: entered at `arrive`, left at `leave`. Without a card the provider is away."""

    id: str
    start: int
    end: int
    arrive: Point
    leave: Point
    cards: tuple[Card, ...] = ()


def joined(blocks: Iterable[Block]) -> list[Block]:
    """In order of time; blocks that overlap are one, left where the later one ends."""
    found: list[Block] = []
    for block in sorted(blocks, key=lambda block: (block.start, block.end, block.id)):
        if found and block.start < found[-1].end:
            found[-1] = _both(found[-1], block)
        else:
            found.append(block)
    return found


def _both(first: Block, second: Block) -> Block:
    leave = second.leave if second.end >= first.end else first.leave
    name = first if first.cards or not second.cards else second
    return Block(name.id, first.start, max(first.end, second.end), first.arrive, leave, first.cards + second.cards)


def stretched(hours: Hours, blocks: Sequence[Block]) -> tuple[Hours, list[Block]]:
    """Hours that hold every block which reaches into them; blocks wholly before or after them are let go."""
    inside = [block for block in blocks if block.end > hours.shift[0] and block.start < hours.last_end]
    if not inside:
        return hours, []
    start, end = min(hours.shift[0], inside[0].start), max(hours.last_end, inside[-1].end)
    return replace(hours, shift=(start, hours.shift[1]), overtime_s=end - hours.shift[1]), inside


def as_visits(blocks: Sequence[Block], places: Places, owner: str, hours: Hours, ends: tuple[Point, Point]) -> list[Visit]:
    """The blocks as visits of one provider, whose day begins and ends at `ends`. A drive without room is cut to its gap."""
    stops = [Block("", hours.shift[0], hours.shift[0], ends[0], ends[0]), *blocks,
             Block("", hours.last_end, hours.last_end, ends[1], ends[1])]  # fmt: skip
    short = [places.drives.seconds(a.leave, b.arrive) > b.start - a.end for a, b in pairwise(stops)]
    inner = [_place(places, block, short[n] or short[n + 1]) for n, block in enumerate(blocks)]
    numbers = [places.at(ends[0]), *inner, places.at(ends[1])]
    for n, (a, b) in enumerate(pairwise(stops)):
        if short[n] and blocks:
            places.cut(numbers[n], numbers[n + 1], b.start - a.end)
    return [_visit(block, place, owner) for block, place in zip(blocks, inner, strict=True)]


def _place(places: Places, block: Block, own: bool) -> int:
    if own or block.arrive != block.leave:
        return places.own(block.arrive, block.leave)
    return places.at(block.arrive)


def _visit(block: Block, place: int, owner: str) -> Visit:
    card = block.cards[0] if block.cards else None
    return Visit(block.id, place, block.end - block.start, ((block.start, block.start),), priority=card.priority if card else 1,
                 pinned=owner, fixed_start=block.start, name=card.customer if card else "away")  # fmt: skip
