"""Where everything stands in a month, in pixels: cells, entries, and what does not fit. Plain numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from PySide6.QtCore import QPointF, QRectF

from fieldoffice.services.calendars.rows import Day, Entry, Month

HEAD = 28  # the weekdays
TOP, LINE, GAP = 28, 19, 2  # the head of a day, one entry, between two
FOOT = 18  # "+12 more"
SIDE = 4


@dataclass(frozen=True, slots=True)
class Spot:
    """One entry at its place."""

    entry: Entry
    on: date
    area: QRectF


@dataclass(slots=True)
class Cell:
    """One day: its area, the entries that fit, and how many do not."""

    day: Day
    area: QRectF
    spots: list[Spot] = field(default_factory=list[Spot])
    notes: list[tuple[str, QRectF]] = field(default_factory=list[tuple[str, QRectF]])
    more: int = 0
    more_area: QRectF = field(default_factory=QRectF)


@dataclass(slots=True, eq=False)
class Plan:
    """A month laid out for one size."""

    cells: list[Cell]

    def cell_at(self, spot: QPointF) -> Cell | None:
        return next((cell for cell in self.cells if cell.area.contains(spot)), None)

    def spot_at(self, spot: QPointF) -> Spot | None:
        cell = self.cell_at(spot)
        return None if cell is None else next((s for s in cell.spots if s.area.contains(spot)), None)

    def cell_of(self, on: date) -> Cell | None:
        return next((cell for cell in self.cells if cell.day.on == on), None)

    def spot_of(self, id: int) -> Spot | None:
        return next((s for cell in self.cells for s in cell.spots if s.entry.id == id), None)


def laid_out(month: Month, width: float, height: float) -> Plan:
    """Give each day its cell; lines that do not fit are counted, and the last line then says so."""
    tall = max(TOP + LINE + GAP, (height - HEAD) / max(1, month.weeks))
    cells: list[Cell] = []
    for n, day in enumerate(month.days):
        row, column = divmod(n, 7)
        left, right = round(width * column / 7), round(width * (column + 1) / 7)
        top, bottom = round(HEAD + tall * row), round(HEAD + tall * (row + 1))
        cells.append(_cell(day, QRectF(left, top, right - left, bottom - top), month.whose))
    return Plan(cells)


def _cell(day: Day, area: QRectF, whose: int | None) -> Cell:
    cell, lines = Cell(day, area), int((area.height() - TOP - 2) // (LINE + GAP))
    notes = _notes(day, whose)[: max(0, lines - 1)]
    room = lines - len(notes)
    shown = day.total if day.total <= min(room, len(day.entries)) else max(0, min(room - 1, len(day.entries)))
    y = area.top() + TOP
    for words in notes:
        cell.notes.append((words, _line(area, y)))
        y += LINE + GAP
    for entry in day.entries[:shown]:
        cell.spots.append(Spot(entry, day.on, _line(area, y)))
        y += LINE + GAP
    cell.more = day.total - shown
    if cell.more:
        cell.more_area = QRectF(area.left() + SIDE, min(y, area.bottom() - FOOT), area.width() - 2 * SIDE, FOOT)
    return cell


def _line(area: QRectF, y: float) -> QRectF:
    return QRectF(area.left() + SIDE + 0.5, y + 0.5, area.width() - 2 * SIDE - 1, LINE - 1)


def _notes(day: Day, whose: int | None) -> list[str]:
    """Who is away, in one line."""
    if not day.away:
        return []
    if whose is not None:
        return [day.away[0]]
    return [", ".join(day.away) if len(day.away) < 3 else f"{', '.join(day.away[:2])} +{len(day.away) - 2}"]
