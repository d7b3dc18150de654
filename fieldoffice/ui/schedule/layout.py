"""Where everything stands on the board, in scene pixels: rows, sub-lanes, boxes. Plain numbers, no Qt."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from fieldoffice.models.states import OPEN_STATES
from fieldoffice.services.availability import Span
from fieldoffice.services.dispatch.rows import Board, Card, ProviderRow
from fieldoffice.ui.schedule.hours import Hours
from fieldoffice.ui.schedule.legs import Leg, board_legs, cards_of, late_s
from fieldoffice.ui.schedule.load import Load, days_of, loads

NORMAL_LANE, COMPACT_LANE = 48, 28
GAP = 3  # between a box and the edges of its lane
LEAST_WIDTH = 5.0


@dataclass(slots=True)
class Box:
    """One card in one provider's row."""

    card: Card
    row: int
    provider_id: int
    left: float
    right: float
    lane: int = 0
    top: float = 0.0
    height: float = 0.0
    late_s: int = 0
    clash: str = ""  # what it collides with, in words

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x < self.right and self.top <= y < self.top + self.height

    def meets(self, left: float, top: float, right: float, bottom: float) -> bool:
        return self.left < right and left < self.right and self.top < bottom and top < self.top + self.height


@dataclass(frozen=True, slots=True)
class Way:
    """One drive on the board: the bar from `left` to `mid`, the wait on to `right`, at height `y`."""

    leg: Leg
    left: float
    mid: float
    right: float
    y: float
    late: bool = False  # the visit it leads to is still to come, and late


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a row's ground, with the words that belong to it and where they may begin."""

    left: float
    right: float
    words: str = ""
    words_from: float = 0.0


@dataclass(slots=True)
class Row:
    """One provider: its stretch of the y axis, its ground, its boxes by time, its drives, its load day by day."""

    provider: ProviderRow
    index: int
    top: float
    height: float
    boxes: list[Box]
    loads: list[Load]
    shifts: list[Stretch]
    absences: list[Stretch]
    breaks: list[Stretch]
    ways: list[Way] = field(default_factory=list)

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass(slots=True)
class Layout:
    """The whole board laid out for one scale. Made afresh when the board, the zoom or the row height changes."""

    board: Board
    hours: Hours
    lane: int
    rows: list[Row] = field(default_factory=list)
    boxes: dict[int, list[Box]] = field(default_factory=dict)  # by appointment id
    _tops: list[float] = field(default_factory=list)

    @property
    def width(self) -> float:
        return self.hours.width

    @property
    def height(self) -> float:
        return self.rows[-1].bottom if self.rows else 0.0

    def row_at(self, y: float) -> Row | None:
        """The row at `y`, None above the first and below the last."""
        n = bisect_right(self._tops, y) - 1
        return self.rows[n] if n >= 0 and y < self.rows[n].bottom else None

    def nearest_row(self, y: float) -> Row | None:
        """The row at `y`, or the first or last one beyond the ends."""
        return self.rows[max(0, bisect_right(self._tops, y) - 1)] if self.rows else None

    def rows_between(self, top: float, bottom: float) -> list[Row]:
        first = max(0, bisect_right(self._tops, top) - 1)
        last = bisect_right(self._tops, bottom)
        return self.rows[first:last]

    def box_at(self, x: float, y: float) -> Box | None:
        """The uppermost box at a place."""
        row = self.row_at(y)
        return next((b for b in reversed(row.boxes) if b.holds(x, y)), None) if row else None

    def boxes_within(self, left: float, top: float, right: float, bottom: float) -> Iterator[Box]:
        """The boxes that meet a rectangle."""
        for row in self.rows_between(top, bottom):
            for box in row.boxes:
                if box.left >= right:
                    break
                if box.meets(left, top, right, bottom):
                    yield box

    def row_of(self, provider_id: int) -> Row | None:
        return next((row for row in self.rows if row.provider.id == provider_id), None)


@dataclass(frozen=True, slots=True)
class Figures:
    """What of a board does not depend on the scale; kept so that zooming stays cheap."""

    cards: dict[int, list[Card]]
    drives: dict[int, tuple[Leg, ...]]
    loads: dict[int, list[Load]]


def figures(board: Board) -> Figures:
    cards, drives, days = cards_of(board), board_legs(board), days_of(board)
    for found in cards.values():
        found.sort(key=lambda c: (c.starts_at or board.now, c.id))
    full = {row.id: loads(row, cards[row.id], drives[row.id], days) for row in board.providers}
    return Figures(cards, drives, full)


def laid_out(board: Board, known: Figures, hours: Hours, lane: int) -> Layout:
    """Give every card its place on the scale `hours` with sub-lanes of `lane` pixels."""
    made, top = Layout(board, hours, lane), 0.0
    for index, provider in enumerate(board.providers):
        row = _row(made, index, provider, known, top)
        made.rows.append(row)
        made._tops.append(top)
        for box in row.boxes:
            made.boxes.setdefault(box.card.id, []).append(box)
        top = row.bottom
    return made


def _row(made: Layout, index: int, provider: ProviderRow, known: Figures, top: float) -> Row:
    boxes = [b for card in known.cards[provider.id] if (b := _box(made, index, provider.id, card)) is not None]
    lanes = _stacked(boxes)
    for box in boxes:
        box.top, box.height = top + GAP + box.lane * made.lane, made.lane - 2 * GAP
    _mark_away(boxes, provider)
    _mark_late(boxes, known.drives[provider.id], made.board)
    shifts, absences, breaks = _ground(made.hours, provider)
    row = Row(provider, index, top, lanes * made.lane + 1.0, boxes, known.loads[provider.id], shifts, absences, breaks)
    row.ways = _ways(made, row, known.drives[provider.id])
    row.absences = [replace(a, words_from=_free_from(row, a)) for a in absences]
    return row


def _free_from(row: Row, piece: Stretch) -> float:
    """Where in a piece of ground nothing covers the words any more."""
    covers = [b.right for b in row.boxes if b.left < piece.right] + [w.right for w in row.ways if w.left < piece.right]
    return max([piece.left, *(right for right in covers if right > piece.left)])


def _ground(hours: Hours, provider: ProviderRow) -> tuple[list[Stretch], list[Stretch], list[Stretch]]:
    shifts = [_stretch(hours, span) for span in provider.shifts]
    absences = [_stretch(hours, absence.span, absence.reason) for absence in provider.absences]
    breaks = [_stretch(hours, lunch.span) for lunch in provider.lunches]
    return tuple([s for s in found if s.right > s.left] for found in (shifts, absences, breaks))  # type: ignore[return-value]


def _stretch(hours: Hours, span: Span, words: str = "") -> Stretch:
    return Stretch(hours.x(span.start), hours.x(span.end), words)


def _ways(made: Layout, row: Row, drives: tuple[Leg, ...]) -> list[Way]:
    """The drives with their places; the bar ends where the next box begins."""
    known = {box.card.id: box for box in row.boxes}
    found: list[Way] = []
    for leg in drives:
        before, after = known.get(leg.before_id or 0), known.get(leg.after_id or 0)
        lane = (after or before).lane if after or before else 0  # type: ignore[union-attr]
        left = made.hours.x(leg.leaves) if before is None else before.right
        if before is not None and after is not None and before.lane != after.lane:
            left = max([left, *(b.right for b in row.boxes if b.lane == after.lane and b.left < after.left)])
        right = made.hours.x(leg.arrives) if after is None else after.left
        if right > left and (after is not None or before is not None):
            mid = min(made.hours.x(leg.arrives), right)
            late = after is not None and after.late_s > 0 and leg.late_s > 0
            found.append(Way(leg, left, max(mid, left), right, row.top + (lane + 0.5) * made.lane, late))
    return found


def _box(made: Layout, index: int, provider_id: int, card: Card) -> Box | None:
    start, end = card.starts_at, card.ends_at
    if start is None or end is None:
        return None
    left, right = made.hours.x(start), made.hours.x(end)
    if right <= left and not made.hours.shows(start):
        return None
    return Box(card, index, provider_id, left, max(right, left + LEAST_WIDTH))


def _stacked(boxes: list[Box]) -> int:
    """Give each box the first lane that is free at its time; tell how many lanes that takes."""
    free: list[float] = []
    for box in boxes:
        lane = next((n for n, until in enumerate(free) if until <= box.left + 0.5), len(free))
        if lane == len(free):
            free.append(0.0)
        free[lane], box.lane = box.right, lane
    _mark_clashes(boxes)
    return max(1, len(free))


def _mark_clashes(boxes: list[Box]) -> None:
    reach: Box | None = None
    for box in (b for b in boxes if b.card.state in OPEN_STATES):
        if reach is not None and _end(reach) > _start(box):
            reach.clash, box.clash = f"Overlaps {box.card.customer}", f"Overlaps {reach.card.customer}"
        if reach is None or _end(box) > _end(reach):
            reach = box


def _mark_away(boxes: list[Box], provider: ProviderRow) -> None:
    for box in boxes:
        start, end = box.card.starts_at, box.card.ends_at
        if not box.clash and box.card.state in OPEN_STATES and start is not None and end is not None:
            box.clash = next((f"Away: {a.reason}" for a in provider.absences if a.span.meets(start, end)), "")


def _mark_late(boxes: list[Box], drives: tuple[Leg, ...], board: Board) -> None:
    to = {leg.after_id: leg for leg in drives if leg.before_id is not None}
    for box in boxes:
        box.late_s = late_s(to.get(box.card.id), box.card, board.now)


def _start(box: Box) -> float:
    assert box.card.starts_at is not None
    return box.card.starts_at.timestamp()


def _end(box: Box) -> float:
    return _start(box) + box.card.duration_s
