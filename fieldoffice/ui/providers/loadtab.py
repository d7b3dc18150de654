"""How full the next four weeks of a provider are: a picture, with its numbers behind it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.services.providers import work_days
from fieldoffice.services.providers.load import Load, summed
from fieldoffice.services.providers.rows import Person, WorkDays
from fieldoffice.ui.charts import Cell, Chart, Picture
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.reading import show_date
from fieldoffice.ui.providers.overview import Card
from fieldoffice.ui.providers.words import hours_of, tr

WEEKS = 4


class LoadTab(QWidget):
    """Above one card a week, below the days."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.seen, self.found = desk, None, None
        self.seen: Person | None
        self.found: WorkDays | None
        self.chart = Chart(desk, name=self.tr("Load of the next four weeks"))
        self.weeks = [Card("") for _ in range(WEEKS)]
        row = QHBoxLayout()
        row.setSpacing(16)
        for card in self.weeks:
            card.grid.setColumnMinimumWidth(0, 72)
            row.addWidget(card, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 12, 16, 16)
        box.setSpacing(16)
        box.addLayout(row)
        box.addWidget(self.chart, 1)

    def show_person(self, seen: Person) -> None:
        if self.seen is None or self.seen.id != seen.id:
            self.found = None
        self.seen = seen
        self.desk.see(self, work_days, seen.id, first_day(seen), 7 * WEEKS, then=self._arrived)

    def ready(self) -> bool:
        return self.found is not None and (not self.isVisible() or self.chart.drawn())

    def take_keyboard(self) -> None:
        self.chart.turn.setFocus()

    def _arrived(self, found: WorkDays) -> None:
        if self.seen is None or found.row.id != self.seen.id:
            return
        self.found = found
        for n, card in enumerate(self.weeks):
            self._show_week(card, found.days[7 * n], summed(found.loads[7 * n : 7 * n + 7]))
        if summed(found.loads).shift_s or summed(found.loads).visits:
            self.chart.show_picture(picture(found, self.seen.facts.name))
        else:
            self.chart.say(self.tr("No hours in the next four weeks."))

    def _show_week(self, card: Card, first: date, load: Load) -> None:
        last = first + timedelta(days=6)
        words = f"{first:%b} {first.day} – {last:%b} {last.day}"
        card.heading.setText(words)
        card.setAccessibleName(words)
        share = "–" if load.share is None else f"{round(load.share * 100)} %"
        card.show_facts(((self.tr("Load"), share), (self.tr("Visits"), str(load.visits)),
                         (self.tr("Work"), hours_of(load.work_s)), (self.tr("Driving"), hours_of(_tenth(load.drive_s))),
                         (self.tr("On shift"), hours_of(load.shift_s))))  # fmt: skip


def first_day(seen: Person) -> date:
    """Weeks begin where the company begins them."""
    return seen.today - timedelta(days=(seen.today.weekday() - seen.first_weekday) % 7)


def picture(found: WorkDays, name: str) -> Picture:
    """Work and driving in hours a day, under a line for the hours on shift."""
    rows = tuple((show_date(on), *_cells(load)) for on, load in zip(found.days, found.loads, strict=True))
    heads = (tr("Day"), tr("Visits"), tr("Work"), tr("Driving"), tr("On shift"), tr("Load"))
    return Picture(finding(found, name), lambda axes, colors: draw(axes, colors, found), heads, rows)


def _cells(load: Load) -> tuple[Cell, ...]:
    hours = (Cell(s, hours_of(_tenth(s))) for s in (load.work_s, load.drive_s, load.shift_s))
    share = Cell(-1, "–") if load.share is None else Cell(load.share, f"{round(load.share * 100)} %")
    return (Cell(load.visits, str(load.visits)), *hours, share)


def finding(found: WorkDays, name: str) -> str:
    """What the picture says, in one sentence."""
    whole = summed(found.loads)
    if whole.share is None or not whole.visits:
        return tr("%1 has no visits in these four weeks yet").replace("%1", name)
    full = [(load.share, on) for on, load in zip(found.days, found.loads, strict=True) if load.share is not None and load.visits]
    words = tr("%1 is booked %2 % over four weeks").replace("%1", name).replace("%2", str(round(whole.share * 100)))
    if not full:
        return words
    share, on = max(full, key=lambda one: (one[0], -one[1].toordinal()))
    fullest = tr("the fullest day is %1 with %2 %").replace("%1", show_date(on, year=False)).replace("%2", str(round(share * 100)))
    return f"{words}; {fullest}"


def draw(axes: Any, colors: Any, found: WorkDays) -> None:
    """On a worker thread: plain data only."""
    days = list(range(len(found.loads)))
    work = [load.work_s / 3600 for load in found.loads]
    drive = [load.drive_s / 3600 for load in found.loads]
    shift = [load.shift_s / 3600 for load in found.loads]
    axes.bar(days, shift, width=0.86, color=colors.line, zorder=1)
    axes.bar(days, work, width=0.6, color=colors.accent, zorder=3)
    axes.bar(days, drive, width=0.6, bottom=work, color=colors.muted, zorder=3)
    for n, (hours, target) in enumerate(zip(shift, [h * found.target_percent / 100 for h in shift], strict=True)):
        if hours:
            axes.plot([n - 0.43, n + 0.43], [target, target], color=colors.text, linewidth=1, zorder=4)
    starts = [n for n in days if n % 7 == 0]
    axes.set_xticks(starts, [f"{found.days[n]:%b} {found.days[n].day}" for n in starts], ha="left")
    axes.set_ylim(0, 1.08 * max(1.0, *shift, *(a + b for a, b in zip(work, drive, strict=True))))
    axes.set_xlim(-0.7, len(days) - 0.3)
    axes.yaxis.set_major_formatter(lambda value, _place: f"{value:g} h")
    _name_the_parts(axes, colors, found)


def _name_the_parts(axes: Any, colors: Any, found: WorkDays) -> None:
    """In words above the picture, each in the color of its part."""
    parts = ((tr("■ work"), colors.accent), (tr("■ driving"), colors.muted), (tr("■ on shift, without breaks"), colors.edge),
             (tr("— target %1 %").replace("%1", str(found.target_percent)), colors.text))  # fmt: skip
    place = 0.0
    for words, color in parts:
        axes.annotate(words, (0, 1), (place, 4), xycoords="axes fraction", textcoords="offset points", color=color, va="bottom")
        place += 7 * len(words) + 18


def _tenth(seconds: int) -> int:
    """Rounded to a tenth of an hour."""
    return round(seconds / 360) * 360
