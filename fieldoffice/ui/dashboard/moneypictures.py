"""The money in four pictures, each with its finding and its numbers. Plain data until matplotlib draws it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QLocale

from fieldoffice.services.books.aging import BUCKETS, LABELS
from fieldoffice.services.overview.money import MoneyFigures
from fieldoffice.ui.charts import Cell, Colors, Picture
from fieldoffice.ui.charts.drawing import mixed
from fieldoffice.ui.parts.reading import show_money

Draw = Callable[[Any, Colors], None]
MOST_BARS, FEWEST_BARS = 8, 5


def money_pictures(seen: MoneyFigures) -> list[Picture | None]:
    """Earned by month, earned by service, owed by age over time, days to pay."""
    return [month_picture(seen), service_picture(seen), aging_picture(seen), days_picture(seen)]


def month_picture(seen: MoneyFigures) -> Picture | None:
    """What was earned in each month."""
    if not any(seen.earned):
        return None
    best = max(range(len(seen.earned)), key=lambda n: seen.earned[n])
    most, whole = _round(seen.earned[best], seen), _round(sum(seen.earned), seen)
    title = f"{_long(seen.months[best])} was the best month: {most} of {whole} in a year"
    rows = [(_long(on), _money(cents, seen)) for on, cents in zip(seen.months, seen.earned, strict=True)]
    return Picture(title, _draw_months(seen), ("Month", "Earned, without tax"), rows)


def service_picture(seen: MoneyFigures) -> Picture | None:
    """What was earned with each service."""
    if not seen.services or seen.services[0][1] <= 0:
        return None
    whole = sum(cents for _name, cents in seen.services)
    name, first = seen.services[0]
    title = f"{name} brings {100 * first / whole:.0f} % of what is earned" if whole > 0 else f"{name} brings the most"
    rows = [(name, _money(cents, seen), _share(cents, whole)) for name, cents in seen.services]
    return Picture(title, _draw_services(seen), ("Service", "Earned, without tax", "Share"), rows)


def aging_picture(seen: MoneyFigures) -> Picture | None:
    """What was owed at the ends of the months, by age."""
    if not any(row.sums.total for row in seen.standings):
        return None
    now, before = seen.now.sums, seen.standings[-2].sums if len(seen.standings) > 1 else seen.now.sums
    owed = sum(now.buckets)
    if owed:
        change = now.overdue - before.overdue
        way = "as before" if not change else f"{_round(abs(change), seen)} {'more' if change > 0 else 'less'} than a month ago"
        title = f"{_round(now.overdue, seen)} of {_round(owed, seen)} owed is overdue, {way}"
    else:
        title = "Nobody owes anything now"
    rows = [(_day(row.on, seen.today), *(_money(cents, seen) for cents in row.sums.buckets), _money(row.sums.credits, seen),
             _money(row.sums.total, seen)) for row in seen.standings]  # fmt: skip
    heads = ("End of", *(label.removesuffix(" days") for label in LABELS), "Credit", "Total")
    return Picture(title, _draw_aging(seen), heads, rows)


def days_picture(seen: MoneyFigures) -> Picture | None:
    """How many days of sales are owed."""
    known = [row for row in seen.standings if row.days is not None]
    if not known:
        return None
    now = seen.now.days
    title = f"Customers owe {now:.0f} days of sales" if now is not None else "Nothing was billed in the last 90 days"
    rows = [(_day(row.on, seen.today), Cell(row.days if row.days is not None else -1, f"{row.days:.0f}" if row.days is not None else "–"),
             _money(row.sums.total, seen), _money(row.sold_cents, seen)) for row in seen.standings]  # fmt: skip
    return Picture(title, _draw_days(seen), ("End of", "Days", "Owed", "Billed in 90 days"), rows)


# drawing: on a worker thread, without Qt


def _draw_months(seen: MoneyFigures) -> Draw:
    labels, scale = _labels(seen.months), 10**seen.exponent

    def draw(axes: Any, colors: Colors) -> None:
        heights = [cents / scale for cents in seen.earned]
        axes.bar(range(len(heights)), heights, width=0.62, color=[colors.accent if n == len(heights) - 1 else mixed(
            colors.accent, colors.surface, 0.55) for n in range(len(heights))])  # fmt: skip
        for n, height in enumerate(heights):
            if height:
                axes.text(n, max(height, 0), _short(height), ha="center", va="bottom", color=colors.text)
        _months(axes, labels, heights)

    return draw


def _draw_services(seen: MoneyFigures) -> Draw:
    found, scale = [row for row in seen.services if row[1] > 0][:MOST_BARS], 10**seen.exponent

    def draw(axes: Any, colors: Colors) -> None:
        names = [name if len(name) <= 22 else f"{name[:21]}…" for name, _ in found]
        widths = [cents / scale for _, cents in found]
        axes.barh(range(len(found)), widths, height=0.62, color=mixed(colors.accent, colors.surface, 0.75))
        for n, width in enumerate(widths):
            axes.text(width + max(widths) * 0.01, n, _short(width), va="center", ha="left", color=colors.text)
        axes.set_yticks(range(len(found)), names, color=colors.text)
        axes.set_xticks([])
        axes.set_xlim(0, max(widths) * 1.14)
        axes.set_ylim(max(len(found), FEWEST_BARS) - 0.5, -0.5)
        axes.grid(visible=False)

    return draw


def _draw_aging(seen: MoneyFigures) -> Draw:
    labels, scale = _labels([row.on for row in seen.standings]), 10**seen.exponent

    def draw(axes: Any, colors: Colors) -> None:
        shades = (mixed(colors.accent, colors.surface, 0.3), mixed(colors.accent, colors.surface, 0.6), colors.accent,
                  mixed(colors.warn, colors.surface, 0.6), colors.warn)  # fmt: skip
        base = [0.0] * len(seen.standings)
        for name, label, shade in zip(BUCKETS, LABELS, shades, strict=True):
            heights = [getattr(row.sums, name) / scale for row in seen.standings]
            axes.bar(range(len(base)), heights, bottom=base, width=0.62, color=shade, label=label)
            base = [a + b for a, b in zip(base, heights, strict=True)]
        for n, height in enumerate(base):
            if height:
                axes.text(n, height, _short(height), ha="center", va="bottom", color=colors.text)
        _months(axes, labels, base)
        axes.figure.legend(loc="outside upper left", ncols=5, frameon=False, fontsize=11, handlelength=0.9, handleheight=0.9,
                           columnspacing=1.2, handletextpad=0.5, borderpad=0, borderaxespad=0.2)  # fmt: skip

    return draw


def _draw_days(seen: MoneyFigures) -> Draw:
    labels = _labels([row.on for row in seen.standings])

    def draw(axes: Any, colors: Colors) -> None:
        known = [(n, row.days) for n, row in enumerate(seen.standings) if row.days is not None]
        axes.plot([n for n, _ in known], [days for _, days in known], color=colors.accent, linewidth=2, marker="o", markersize=5)
        for n, days in (known[0], known[-1]) if len(known) > 1 else known:
            axes.annotate(f"{days:.0f}", (n, days), textcoords="offset points", xytext=(0, 8), ha="center", color=colors.text)
        _months(axes, labels, [days for _, days in known], room=1.3)
        axes.set_xlim(-0.5, len(labels) - 0.5)

    return draw


def _months(axes: Any, labels: Sequence[str], heights: Sequence[float], room: float = 1.14) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_xticks(range(len(labels)), labels)
    axes.margins(x=0.02)
    low = min(0.0, *heights) if heights else 0.0
    axes.set_ylim(low * room, max(1.0, *heights) * room if heights else 1.0)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: _tick(value, max(heights, default=0.0))))


# words


def _labels(days: Sequence[date]) -> list[str]:
    """Months, with the year where it begins."""
    names = [QLocale().monthName(on.month, QLocale.FormatType.ShortFormat) for on in days]
    return [f"{name}\n{on.year}" if n == 0 or on.month == 1 else name for n, (on, name) in enumerate(zip(days, names, strict=True))]


def _long(on: date) -> str:
    return f"{QLocale().monthName(on.month, QLocale.FormatType.LongFormat)} {on.year}"


def _day(on: date, today: date) -> str:
    return "Today" if on == today else _long(on)


def _money(cents: int, seen: MoneyFigures) -> Cell:
    return Cell(cents, show_money(cents, exponent=seen.exponent) if cents else "–")


def _share(cents: int, whole: int) -> Cell:
    share = cents / whole if whole > 0 else 0.0
    return Cell(share, f"{100 * share:.0f} %")


def _round(cents: int, seen: MoneyFigures) -> str:
    return f"{round(cents / 10**seen.exponent):,}"


def _tick(value: float, most: float) -> str:
    """An amount on the axis, in the unit of the highest."""
    unit, letter = (1e6, "M") if most >= 1e6 else (1e3, "k") if most >= 1e4 else (1.0, "")
    return f"{value / unit:,.1f}".removesuffix(".0") + (letter if value else "")


def _short(value: float) -> str:
    """An amount beside a bar: 940, 12.4k, 1.2M."""
    for least, letter in ((1e6, "M"), (1e4, "k")):
        if abs(value) >= least:
            part = value / (1e6 if letter == "M" else 1e3)
            return f"{part:.1f}{letter}" if abs(part) < 100 else f"{part:.0f}{letter}"
    return f"{value:,.0f}"
