"""The week in three pictures, each with its finding and its numbers. Plain data until matplotlib draws it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QLocale

from fieldoffice.models.states import RUNNING_STATES, AppointmentState
from fieldoffice.office import Tx
from fieldoffice.services.overview.today import this_week
from fieldoffice.ui.charts import Cell, Colors, Picture
from fieldoffice.ui.dashboard.figures import TO_COME, UNSERVED
from fieldoffice.ui.schedule.layout import figures
from fieldoffice.ui.schedule.load import Load
from fieldoffice.ui.schedule.words import lasting

S = AppointmentState
GROUPS: tuple[tuple[str, frozenset[AppointmentState], AppointmentState], ...] = (
    ("Done", frozenset({S.COMPLETED}), S.COMPLETED),
    ("Running", RUNNING_STATES, S.WORKING),
    ("To come", TO_COME, S.SCHEDULED),
    ("Not or partly done", UNSERVED, S.NOT_DONE),
)
TO_ASSIGN = "To assign"
MOST_BARS = 10


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """The numbers behind the pictures. `counts[n][group]`; loads by provider, over the week, and by day, over everybody."""

    first_on: date
    today: date
    counts: tuple[dict[str, int], ...]
    by_provider: tuple[tuple[str, Load], ...]
    by_day: tuple[Load, ...]

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first_on + timedelta(days=n) for n in range(len(self.counts)))


def week_figures(tx: Tx) -> WeekFigures:
    """Ask and compute, on the thread that asks; loads as the board shows them beside the names."""
    found = this_week(tx)
    board, zone = found.board, ZoneInfo(found.board.zone)
    counts: list[dict[str, int]] = [{TO_ASSIGN: free} for free in found.waiting]
    for card in board.cards:
        if card.starts_at is not None:
            day = counts[(card.starts_at.astimezone(zone).date() - board.first_on).days]
            group = next(name for name, states, _ in GROUPS if card.state in states)
            day[group] = day.get(group, 0) + 1
    loads = figures(board).loads
    nothing = Load(0, 0, 0)
    people = tuple((row.name, sum(loads[row.id], nothing)) for row in board.providers)
    by_day = tuple(sum((loads[row.id][n] for row in board.providers), nothing) for n in range(board.days))
    return WeekFigures(board.first_on, board.now.astimezone(zone).date(), tuple(counts), people, by_day)


def visits_picture(week: WeekFigures) -> Picture | None:
    """Visits of each day by state."""
    totals = [sum(day.get(name, 0) for name, _, _ in GROUPS) for day in week.counts]
    free = sum(day.get(TO_ASSIGN, 0) for day in week.counts)
    if not sum(totals) and not free:
        return None
    best = totals.index(max(totals))
    title = f"{_long(week.days[best])} is the fullest day: {_visits(totals[best])}" if sum(totals) else "Nothing is planned yet"
    title += f"; {free} still to assign" if free else ""
    names = [*(name for name, _, _ in GROUPS), TO_ASSIGN]
    rows = [(_long(on), Cell(totals[n], str(totals[n])), *(_count(week.counts[n].get(name, 0)) for name in names))
            for n, on in enumerate(week.days)]  # fmt: skip
    return Picture(title, _draw_visits(week, totals), ("Day", "Visits", *names), rows)


def load_picture(week: WeekFigures) -> Picture | None:
    """How full each provider's week is."""
    found = sorted(((name, load) for name, load in week.by_provider if load.share is not None), key=_fullest)
    if not found or not any(load.work_s for _, load in found):
        return None
    over = [name for name, load in found if (load.share or 0) > 1]
    whole = sum((load for _, load in found), Load(0, 0, 0))
    name, first = found[0]
    if over:
        title = f"{len(over)} of {len(found)} providers are booked beyond their shifts, {name} the most: {_percent(first.share)}"
    else:
        title = f"Providers are booked to {_percent(whole.share)} of their shifts, {name} the most: {_percent(first.share)}"
    rows = [(name, _share(load.share), _time(load.work_s), _time(load.drive_s), _time(load.shift_s)) for name, load in found]
    return Picture(title, _draw_load(found[:MOST_BARS]), ("Provider", "Booked", "Work", "Driving", "On shift"), rows)


def drive_picture(week: WeekFigures) -> Picture | None:
    """Driving beside work, day by day."""
    whole = sum(week.by_day, Load(0, 0, 0))
    if not whole.work_s:
        return None
    shares = [_part(load) for load in week.by_day]
    worst = shares.index(max(shares))
    title = f"Driving takes {_percent(_part(whole))} of the booked time, most on {_long(week.days[worst])}: {_percent(shares[worst])}"
    rows = [(_long(on), _time(load.work_s), _time(load.drive_s), _share(_part(load)), _time(load.shift_s))
            for on, load in zip(week.days, week.by_day, strict=True)]  # fmt: skip
    return Picture(title, _draw_drive(week, shares), ("Day", "Work", "Driving", "Share driving", "On shift"), rows)


# drawing: on a worker thread, without Qt

Draw = Callable[[Any, Colors], None]


def _draw_visits(week: WeekFigures, totals: Sequence[int]) -> Draw:
    labels = _labels(week)

    def draw(axes: Any, colors: Colors) -> None:
        at, base = range(len(labels)), [0.0] * len(labels)
        for name, _, state in GROUPS:
            heights = [float(day.get(name, 0)) for day in week.counts]
            if any(heights):
                axes.bar(at, heights, bottom=base, width=0.62, color=colors.state(state), label=name)
            base = [a + b for a, b in zip(base, heights, strict=True)]
        free = [float(day.get(TO_ASSIGN, 0)) for day in week.counts]
        if any(free):
            axes.bar(at, free, bottom=base, width=0.62, facecolor=colors.surface, edgecolor=colors.warn, hatch="////", label=TO_ASSIGN)
        for n, total in enumerate(totals):
            if total or free[n]:
                words = f"{total} + {free[n]:.0f}" if free[n] and max(totals) < 100 else str(total)
                axes.text(n, base[n] + free[n], words, ha="center", va="bottom", color=colors.text)
        _days(axes, week, labels, colors)
        _whole_numbers(axes, max(a + b for a, b in zip(base, free, strict=True)))
        _legend(axes)

    return draw


def _draw_load(found: Sequence[tuple[str, Load]]) -> Draw:
    def draw(axes: Any, colors: Colors) -> None:
        names = [name if len(name) <= 18 else f"{name[:17]}…" for name, _ in found]
        work = [100 * load.work_s / load.shift_s for _, load in found]
        drive = [100 * load.drive_s / load.shift_s for _, load in found]
        at = range(len(found))
        axes.barh(at, work, height=0.62, color=colors.state(S.WORKING), label="Work")
        axes.barh(at, drive, left=work, height=0.62, color=colors.state(S.EN_ROUTE), label="Driving")
        for n in at:
            share = work[n] + drive[n]
            axes.text(share + 1, n, f"{share:.0f} %", va="center", ha="left", color=colors.danger if share > 100 else colors.text)
        axes.axvline(100, color=colors.edge, linewidth=1)
        axes.set_yticks(at, names, color=colors.text)
        axes.set_xticks([100], ["100 %"])
        axes.set_xlim(0, max(112.0, 1.14 * max(a + b for a, b in zip(work, drive, strict=True))))
        axes.invert_yaxis()
        axes.grid(visible=False)
        _legend(axes)

    return draw


def _draw_drive(week: WeekFigures, shares: Sequence[float]) -> Draw:
    labels = _labels(week)

    def draw(axes: Any, colors: Colors) -> None:
        at = range(len(labels))
        work, drive = [load.work_s / 3600 for load in week.by_day], [load.drive_s / 3600 for load in week.by_day]
        axes.bar(at, work, width=0.62, color=colors.state(S.WORKING), label="Work, hours")
        axes.bar(at, drive, bottom=work, width=0.62, color=colors.state(S.EN_ROUTE), label="Driving, hours")
        for n in at:
            if work[n] + drive[n]:
                axes.text(n, work[n] + drive[n], f"{100 * shares[n]:.0f} %", ha="center", va="bottom", color=colors.text)
        _days(axes, week, labels, colors)
        _whole_numbers(axes, max(a + b for a, b in zip(work, drive, strict=True)))
        _legend(axes)

    return draw


def _days(axes: Any, week: WeekFigures, labels: Sequence[str], colors: Colors) -> None:
    axes.set_xticks(range(len(labels)), labels)
    axes.margins(x=0.02)
    for on, label in zip(week.days, axes.get_xticklabels(), strict=True):
        if on == week.today:
            label.set_color(colors.text)
            label.set_fontweight("bold")


def _whole_numbers(axes: Any, most: float) -> None:
    """A few full steps on the left, with room for the figure above the highest bar."""
    from matplotlib.ticker import MaxNLocator

    axes.set_ylim(0, max(1.0, most * 1.14))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))


def _legend(axes: Any) -> None:
    """One quiet line above the picture."""
    axes.figure.legend(loc="outside upper left", ncols=5, frameon=False, fontsize=11, handlelength=0.9, handleheight=0.9,
                       columnspacing=1.2, handletextpad=0.5, borderpad=0, borderaxespad=0.2)  # fmt: skip


# words


def _labels(week: WeekFigures) -> list[str]:
    locale = QLocale()
    return [locale.toString(QDate(on.year, on.month, on.day), "ddd\nd") for on in week.days]


def _long(on: date) -> str:
    return QLocale().dayName(on.isoweekday(), QLocale.FormatType.LongFormat)


def _visits(n: int) -> str:
    return "1 visit" if n == 1 else f"{n} visits"


def _count(n: int) -> Cell:
    return Cell(n, str(n) if n else "–")


def _time(seconds: int) -> Cell:
    return Cell(seconds, lasting(seconds) if seconds else "–")


def _percent(share: float | None) -> str:
    return f"{100 * (share or 0):.0f} %"


def _share(share: float | None) -> Cell:
    return Cell(share or 0.0, _percent(share))


def _part(load: Load) -> float:
    booked = load.work_s + load.drive_s
    return load.drive_s / booked if booked else 0.0


def _fullest(found: tuple[str, Load]) -> tuple[float, str]:
    return -(found[1].share or 0.0), found[0]
