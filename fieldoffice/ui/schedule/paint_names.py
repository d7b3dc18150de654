"""One provider at the head of a row: color, name, skills, load; while dragging why the card fits or does not."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from fieldoffice.ui.schedule.carry import Carry
from fieldoffice.ui.schedule.fits import Verdict
from fieldoffice.ui.schedule.ink import Ink
from fieldoffice.ui.schedule.layout import Row
from fieldoffice.ui.schedule.load import Load
from fieldoffice.ui.schedule.words import at_the_head, minutes_up, translate

PAD = 12.0
DOT = 10.0
NAME_FROM = PAD + DOT + 8
LOAD_WIDTH = 34.0
TALL = 40.0


def paint_name(painter: QPainter, ink: Ink, row: Row, area: QRectF, carry: Carry | None, ratio: float) -> None:
    """The head of `row` in `area` (pixels of the head)."""
    verdict = carry.verdicts.get(row.provider.id) if carry is not None else None
    best = carry is not None and carry.best_id == row.provider.id
    painter.fillRect(area, ink.colors["surface"])
    painter.fillRect(QRectF(0, area.bottom() - 1, area.width(), 1), ink.colors["line"])
    if best:
        painter.fillRect(QRectF(0, area.top(), 4, area.height() - 1), ink.colors["accent"])
    _dot(painter, ink, row, area)
    if verdict is None:
        _quiet(painter, ink, row, area)
    elif area.height() >= TALL:
        _tall_verdict(painter, ink, row, area, verdict, best, ratio)
    else:
        _flat_verdict(painter, ink, row, area, verdict, best, ratio)


def _dot(painter: QPainter, ink: Ink, row: Row, area: QRectF) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(ink.color("edge"))
    painter.setBrush(QColor(row.provider.color))
    top = area.top() + (9 if area.height() >= TALL else (area.height() - DOT) / 2)
    painter.drawEllipse(QRectF(PAD, top, DOT, DOT))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _first_line(area: QRectF) -> QRectF:
    height = 18.0 if area.height() >= TALL else area.height() - 1
    top = area.top() + (5 if area.height() >= TALL else 0)
    return QRectF(NAME_FROM, top, area.width() - NAME_FROM - 8, height)


def _quiet(painter: QPainter, ink: Ink, row: Row, area: QRectF) -> None:
    line = _first_line(area)
    total = sum(row.loads[1:], row.loads[0])
    right = _percent(painter, ink, line, total)
    name = QRectF(line.left(), line.top(), right - line.left() - 6, line.height())
    ink.write(painter, name, row.provider.name, ink.bold, ink.colors["text"])
    if area.height() >= TALL:
        bars = QRectF(area.width() - 8 - LOAD_WIDTH, area.top() + 28, LOAD_WIDTH, 10)
        _bars(painter, ink, row.loads, bars)
        under = QRectF(line.left(), area.top() + 23, bars.left() - line.left() - 8, 18)
        ink.write(painter, under, _skills(row), ink.small, ink.colors["muted"])


def _percent(painter: QPainter, ink: Ink, line: QRectF, total: Load) -> float:
    """The load in percent at the right; gives where it begins."""
    share = total.share
    text = translate("Board", "off") if share is None else f"{round(share * 100)}%"
    color = ink.colors["warn" if share is not None and share > 1 else "muted"]
    width = ink.width(text, ink.small)
    ink.write(painter, QRectF(line.right() - width, line.top(), width + 1, line.height()), text, ink.small, color)
    return line.right() - width


def _bars(painter: QPainter, ink: Ink, loads: list[Load], box: QRectF) -> None:
    """One day: a bar that fills from the left. More days: one upright bar a day."""
    if len(loads) == 1:
        track = QRectF(box.left(), box.center().y() - 2, box.width(), 4)
        painter.fillRect(track, ink.colors["line"])
        _fill(painter, ink, loads[0], track, flat=True)
        return
    step = box.width() / len(loads)
    for n, load in enumerate(loads):
        track = QRectF(box.left() + n * step, box.top(), step - 1.5, box.height())
        painter.fillRect(track, ink.colors["line"])
        _fill(painter, ink, load, track, flat=False)


def _fill(painter: QPainter, ink: Ink, load: Load, track: QRectF, *, flat: bool) -> None:
    """Work in full, driving lighter behind it; all in the warning color once it is more than the shift."""
    if not load.shift_s:
        return
    name = "warn" if (load.share or 0) > 1 else "muted"
    work = min(1.0, load.work_s / load.shift_s)
    both = min(1.0, (load.work_s + load.drive_s) / load.shift_s)
    for share, alpha in ((both, 0.45), (work, 1.0)):
        if flat:
            part = QRectF(track.left(), track.top(), track.width() * share, track.height())
        else:
            part = QRectF(track.left(), track.bottom() - track.height() * share, track.width(), track.height() * share)
        painter.fillRect(part, ink.color(name, alpha))


def _skills(row: Row) -> str:
    if row.provider.kind == "contractor":
        return ", ".join([translate("Board", "contractor"), *(s.name for s in row.provider.skills)])
    return ", ".join(s.name for s in row.provider.skills)


def _verdict_words(row: Row, verdict: Verdict, best: bool) -> tuple[str, str, str]:
    """(icon, color name, words) of the answer for this row."""
    if verdict.first is not None:
        words = at_the_head(verdict.first, row.provider)
        return ("block", "danger", words) if verdict.first.blocks else ("warning", "warn", words)
    added = translate("Board", "adds %1 min of driving").replace("%1", str(minutes_up(verdict.added_s)))
    if best:
        return "check", "accent", translate("Board", "Best: %1").replace("%1", added)
    return "check", "ok", translate("Board", "Fits, %1").replace("%1", added)


def _tall_verdict(
    painter: QPainter, ink: Ink, row: Row, area: QRectF, verdict: Verdict, best: bool, ratio: float
) -> None:
    icon, color, words = _verdict_words(row, verdict, best)
    ink.write(painter, _first_line(area).translated(0, -2), row.provider.name, ink.bold, ink.colors["text"])
    shade = ink.colors[color]
    painter.drawPixmap(round(PAD - 2), round(area.top() + 22), ink.icon(icon, shade, ratio))
    box = QRectF(NAME_FROM, area.top() + 19, area.width() - NAME_FROM - 6, area.height() - 21)
    _wrapped(painter, ink, box, words, shade)


def _flat_verdict(
    painter: QPainter, ink: Ink, row: Row, area: QRectF, verdict: Verdict, best: bool, ratio: float
) -> None:
    icon, color, words = _verdict_words(row, verdict, best)
    line = _first_line(area)
    name = ink.short(row.provider.name, ink.bold, line.width() * 0.36)
    ink.write(painter, line, name, ink.bold, ink.colors["text"])
    shade = ink.colors[color]
    left = line.left() + ink.width(name, ink.bold) + 6
    painter.drawPixmap(round(left), round(line.center().y() - 7), ink.icon(icon, shade, ratio))
    _wrapped(
        painter,
        ink,
        QRectF(left + 17, area.top() + 1, area.right() - left - 19, area.height() - 2),
        words,
        shade,
        height=12.5,
    )


def _wrapped(painter: QPainter, ink: Ink, box: QRectF, words: str, color: QColor, *, height: float = 14.0) -> None:
    """Up to two lines; the second is cut where it does not fit."""
    lines = two_lines(ink, words, box.width())
    most = max(1, int(box.height() // height))
    lines = lines if len(lines) <= most else [" ".join(lines)]
    top = box.top() if height >= 14 else box.center().y() - height * len(lines) / 2
    for n, text in enumerate(lines):
        ink.write(painter, QRectF(box.left(), top + n * height, box.width(), height), text, ink.tiny, color)


def two_lines(ink: Ink, words: str, width: float) -> list[str]:
    """Break `words` once, at the last blank that leaves the first line narrow enough."""
    if ink.width(words, ink.tiny) <= width:
        return [words]
    parts = words.split(" ")
    fits = [n for n in range(1, len(parts)) if ink.width(" ".join(parts[:n]), ink.tiny) <= width]
    if not fits:
        return [words]
    return [" ".join(parts[: fits[-1]]), " ".join(parts[fits[-1] :])]
