"""Reads a board's first day into a route problem. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fieldoffice.models.states import FINAL_STATES, MOVABLE_STATES, AppointmentState
from fieldoffice.services.calendar import day_span, local
from fieldoffice.services.dispatch.rows import Board, Card, ProviderRow
from fieldoffice.services.geo import Point
from fieldoffice.services.planning.blocks import Block, as_visits, joined, stretched
from fieldoffice.services.planning.breaks import still_to_come, with_breaks_that_fit
from fieldoffice.services.planning.cards import overlap, preferred_of
from fieldoffice.services.planning.day import DayPlan, Scope, for_day
from fieldoffice.services.planning.given import Given, Person
from fieldoffice.services.planning.hours import Hours, hours_of
from fieldoffice.services.planning.places import Places
from fieldoffice.services.planning.standing import standing_plan
from fieldoffice.services.routing.problem import Problem, ProviderShift, Visit, Window
from fieldoffice.services.weather.effects import weather_for

NOON = 12 * 60
STANDING_WEIGHT = 100
"""What stands on the board does not give way to what waits: nobody likes to call a customer off."""
NOW_STEP_S = 300
NO_PLACE = "Has no coordinates, so it stays where it is."


@dataclass
class _Day:
    """One provider's day in the making."""

    row: ProviderRow
    hours: Hours
    begins: Point
    fresh: bool = True  # nothing of this day has begun
    blocks: list[Block] = field(default_factory=list[Block])
    visits: list[Visit] = field(default_factory=list[Visit])

    @property
    def ends(self) -> Point:
        return self.row.end_place or self.row.start_place or self.begins


class Reader:
    """`plan()` once; the wall clock's noon is the anchor, so that hours read right on days when the clocks change."""

    def __init__(self, seen: Board, scope: Scope, given: Given) -> None:
        self.seen, self.scope, self.given = seen, scope, given
        zone = ZoneInfo(seen.zone)
        self.day = day_span(seen.first_on, zone)
        self.midnight = local(seen.first_on, NOON, zone) - timedelta(minutes=NOON)
        self.now_s = -(-self.seconds(seen.now) // NOW_STEP_S) * NOW_STEP_S if seen.now > self.day.start else 0
        self.places = Places(given.drives)
        self.cards: dict[str, Card] = {}
        self.left_out: list[tuple[Card, str]] = []
        self.notes: list[str] = []

    def seconds(self, at: datetime) -> int:
        return int((at - self.midnight).total_seconds())

    def plan(self) -> DayPlan:
        days = self._days()
        standing = [card for card in self.seen.cards if card.busy is not None]
        free, fixed = self._sorted(standing, days)
        for id, day in days.items():
            self._stay(day, [card for card in fixed if id in card.provider_ids], days.keys())
        self.cards.update({str(card.id): card for card in (*fixed, *free)})
        visits = [visit for day in days.values() for visit in day.visits]
        visits += [self._free(card, days) for card in (*free, *self._waiting())]
        shifts = tuple(self._shift(day) for day in days.values())
        problem = with_breaks_that_fit(self._problem(shifts, tuple(visits)))
        today = standing_plan(problem, self._sequences(days, free))
        return DayPlan(self.seen.first_on, self.seen.zone, self.midnight, self.scope, problem, today, self.cards,
                       self.seen.providers, frozenset(str(card.id) for card in fixed),
                       tuple(self.left_out), tuple(self.notes), self.given, self._later(free), (), self.seen)  # fmt: skip

    def _problem(self, shifts: tuple[ProviderShift, ...], visits: tuple[Visit, ...]) -> Problem:
        """Pairs count where both visits are in the plan."""
        there, given = {visit.id for visit in visits}, self.given
        return Problem(
            self.places.all() or ((0.0, 0.0),), shifts, visits, self.places.travel(), given.weights,
            weather=weather_for(given.weather), traffic=given.traffic,
            precedences=tuple(pair for pair in given.precedences if {pair.before, pair.after} <= there),
            same_day=tuple(ids for ids in given.same_day if {*ids} <= there),
        )  # fmt: skip

    def _later(self, free: Iterable[Card]) -> dict[str, str]:
        """The visits that could be put off to the next working day."""
        on = self.given.later
        if on is None or self.scope is Scope.UNASSIGNED:
            return {}
        return {str(card.id): f"{on:%A}" for card in free if card.latest_on is None or card.latest_on >= on}

    # who works

    def _days(self) -> dict[int, _Day]:
        found: dict[int, _Day] = {}
        for row in self.seen.providers:
            hours = hours_of(row, self.day, self.seconds)
            if hours is None:
                continue
            if row.start_place is None:
                self.notes.append(f"{row.name} has no start place, so the plan leaves this row as it is.")
                continue
            found[row.id] = _Day(row, hours, row.start_place)
        return found

    def _shift(self, day: _Day) -> ProviderShift:
        row, hours = day.row, day.hours
        held = frozenset(s.name for s in row.skills if s.expires_on is None or s.expires_on >= self.seen.first_on)
        person = self.given.people.get(row.id, Person())
        start = self.places.unpaid(day.begins, "out") if person.starts_at_first_job and day.fresh else self.places.at(day.begins)
        end = self.places.unpaid(day.ends, "back") if person.ends_at_last_job else self.places.at(day.ends)
        return ProviderShift(
            str(row.id), start, end, hours.shift, next(iter(hours.breaks), None), held, hours.overtime_s, row.name,
            more_breaks=hours.breaks[1:], experience_percent=person.work_percent, travel_percent=person.drive_percent,
        )  # fmt: skip

    # what stays

    def _sorted(self, standing: Iterable[Card], days: dict[int, _Day]) -> tuple[list[Card], list[Card]]:
        """The visits that may move and those that stay; the others are left out with a reason."""
        placeless = {row.id for row in self.seen.providers if row.start_place is None}
        free: list[Card] = []
        fixed: list[Card] = []
        for card in standing:
            mine = set(card.provider_ids) & days.keys()
            stays = self._stays(card) or (mine and self._hopeless(card, days.values()))
            if stays and mine:
                fixed.append(card)
                if card.place is None:
                    self.left_out.append((card, NO_PLACE))
            elif not stays and (mine or self._away(card, placeless)):
                free.append(card)
        under = {card.id for card in free if any(overlap(card, other) for other in fixed)}
        return [c for c in free if c.id not in under], fixed + [c for c in free if c.id in under]

    def _stays(self, card: Card) -> bool:
        begun = card.state not in MOVABLE_STATES or (card.starts_at or self.seen.now) < self.seen.now
        crew, held = len(card.provider_ids) > 1, card.held_until is not None
        out = self.scope is Scope.UNASSIGNED or card.place is None
        return begun or crew or held or out or card.locked or bool(card.overridden)

    def _hopeless(self, card: Card, days: Iterable[_Day]) -> bool:
        """Nobody may do it any more: better as it stands than off the board."""
        if not self._windows(card):
            return True
        on = self.seen.first_on
        able = (
            card.skills <= {s.name for s in day.row.skills if s.expires_on is None or s.expires_on >= on}
            for day in days
            if day.row.id not in card.excluded
        )
        return not any(able)

    def _away(self, card: Card, placeless: set[int]) -> bool:
        """Whether a visit whose provider is away today is looked after by the plan."""
        if placeless & set(card.provider_ids):
            return False
        if self.scope is Scope.KEEP_PROVIDER:
            self.left_out.append((card, "Its provider does not work on this day."))
            return False
        return bool(self._windows(card))

    def _stay(self, day: _Day, cards: list[Card], working: Collection[int]) -> None:
        """Put what stays into a provider's day, and let the day begin now where it has begun."""
        blocks = [self._block(card, day) for card in cards]
        self._catch_up(day, blocks)
        blocks += [self._gap(day, n, gap) for n, gap in enumerate(day.hours.gaps)]
        self._begin(day, begun=any(block.cards and block.start <= self.now_s for block in blocks))
        day.hours, day.blocks = stretched(day.hours, joined(blocks))
        day.visits = as_visits(day.blocks, self.places, str(day.row.id), day.hours, (day.begins, day.ends))
        for n, block in enumerate(day.blocks):
            if len(block.cards) == 1 and "@" not in block.id:
                day.visits[n] = replace(day.visits[n], preferred=preferred_of(block.cards[0], working))

    def _block(self, card: Card, day: _Day) -> Block:
        start, place = self.seconds(card.starts_at or self.day.start), card.place or day.begins
        id = f"{card.id}@{day.row.id}" if len(card.provider_ids) > 1 else str(card.id)
        self.cards[id] = card
        return Block(id, start, start + card.duration_s, place, place, (card,))

    def _gap(self, day: _Day, n: int, gap: Window) -> Block:
        """Away for a while: to be back where the day begins is the safe guess."""
        id, home = f"away{n}@{day.row.id}", day.row.start_place or day.begins
        self.cards[id] = Card(0, 0, 0, "", 0, "away", "", "", "", home, AppointmentState.SCHEDULED, self.midnight
                              + timedelta(seconds=gap[0]), gap[1] - gap[0], (day.row.id,))  # fmt: skip
        return Block(id, gap[0], gap[1], home, home)

    def _catch_up(self, day: _Day, blocks: list[Block]) -> None:
        """The newest visit that has begun is not over before now; what is done tells where the provider is."""
        begun = [n for n, block in enumerate(blocks) if block.start <= self.now_s]
        if begun:
            last = max(begun, key=lambda n: (blocks[n].start, blocks[n].id))
            blocks[last] = replace(blocks[last], end=max(blocks[last].end, self.now_s))
        first = min((blocks[n].start for n in begun), default=self.now_s + 1)
        done = [c for c in self.seen.cards if c.state in FINAL_STATES and day.row.id in c.provider_ids and c.place]
        before = [c for c in done if c.starts_at is not None and self.seconds(c.starts_at) < first]
        newest = max(before, key=lambda c: (c.starts_at or self.day.start, c.id), default=None)
        day.begins = (newest and newest.place) or day.begins
        day.fresh = not begun and newest is None

    def _begin(self, day: _Day, *, begun: bool) -> None:
        hours = day.hours
        if begun or self.now_s <= hours.shift[0]:
            return
        start = min(self.now_s, hours.shift[1] - 1)
        gaps = tuple((max(start, a), b) for a, b in hours.gaps if b > start)
        day.hours = replace(hours, shift=(start, hours.shift[1]), gaps=gaps, breaks=still_to_come(hours.breaks, start))

    # what may move

    def _waiting(self) -> Iterable[Card]:
        for card in self.seen.tray:
            if for_day(card, self.seen):
                self.cards[str(card.id)] = card
                yield card

    def _free(self, card: Card, days: dict[int, _Day]) -> Visit:
        """To keep its provider, all others are excluded: a pin would be held as dearly as what is fixed."""
        keep = self.scope is Scope.KEEP_PROVIDER and bool(card.provider_ids)
        others = days.keys() - set(card.provider_ids)
        barred = card.excluded | others if keep else card.excluded
        weight = STANDING_WEIGHT + self.given.weights.unserved.get(card.priority, 1) if card.provider_ids else None
        return Visit(
            id=str(card.id), place=self.places.at(card.place) if card.place else None, duration_s=card.duration_s,
            windows=self._windows(card),
            skills=card.skills, priority=card.priority, weight=weight, preferred=preferred_of(card, days.keys()),
            excluded=frozenset(str(id) for id in barred),
            outdoor=card.outdoor, name=card.customer, crew=self.given.crews.get(card.id, 1),
            current=str(card.provider_ids[0]) if card.provider_ids else None,
        )  # fmt: skip

    def _windows(self, card: Card) -> tuple[Window, ...]:
        window = card.window or self.day
        first = max(self.seconds(window.start), self.now_s, 0)
        last = min(self.seconds(window.end), self.seconds(self.day.end) - 1)
        return ((first, last),) if first <= last else ()

    def _sequences(self, days: dict[int, _Day], free: Sequence[Card]) -> dict[str, list[tuple[str, int]]]:
        """The day as it stands: visit ids with their starts, by provider, in order."""
        found: dict[str, list[tuple[str, int]]] = {}
        for id, day in days.items():
            mine = [(self.seconds(c.starts_at or self.day.start), str(c.id)) for c in free if id in c.provider_ids]
            stops = sorted([*mine, *((block.start, block.id) for block in day.blocks)])
            found[str(id)] = [(visit, start) for start, visit in stops]
        return found
