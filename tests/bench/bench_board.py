"""The dispatch board at 100 providers and 1,000 visits in a day: first paint, a scroll frame, a drag frame.

Each is told in processor time and as a ratio to painting 1,000 bare rectangles in an empty QGraphicsView in the same run.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPen
from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView

from fieldoffice.models.states import AppointmentState
from fieldoffice.services.availability import Lunch, SkillHeld, Span
from fieldoffice.services.dispatch.rows import Board, Card, ProviderRow

PROVIDERS, VISITS, SIZE, ROUNDS = 100, 1000, (1600, 900), 40
DAY, ZONE = date(2026, 11, 24), ZoneInfo("America/New_York")
SKILLS = ("HVAC", "Gas fitter", "Electrical", "Plumbing")


def measures() -> Iterator[tuple[str, float, str]]:
    """(name, ratio to the bare rectangles, words) of each measure."""
    app = QApplication.instance() or QApplication(["bench"])
    assert isinstance(app, QApplication)
    from fieldoffice.ui import theme
    from fieldoffice.ui.schedule.canvas import Canvas

    theme.apply(app, "light")
    bare = _bare(app)
    yield "1,000 bare rectangles", 1.0, f"{bare * 1000:.1f} ms a frame in an empty QGraphicsView"
    board = crowded_board()
    began = time.process_time()
    canvas = Canvas(theme, board)
    canvas.resize(*SIZE)
    canvas.show()
    canvas.grab()
    first = time.process_time() - began
    yield "first paint", first / bare, f"{first * 1000:.0f} ms from the frozen board to the first picture"
    for name, frame in (("scroll frame", _scroll(app, canvas)), ("drag frame", _drag(app, canvas))):
        yield name, frame / bare, f"{frame * 1000:.1f} ms, median of {ROUNDS}"
    whole = _median(lambda _n: (canvas.repaint_all(), app.processEvents()))
    yield "whole repaint", whole / bare, f"{whole * 1000:.1f} ms, median of {ROUNDS}"
    canvas.close()


def crowded_board(providers: int = PROVIDERS, visits: int = VISITS, seed: int = 1) -> Board:
    """A day on which every provider has as many visits as fit, strewn round Washington."""
    strewn = random.Random(seed)
    rows = tuple(_provider(n, strewn) for n in range(1, providers + 1))
    cards = [_card(1000 + n, n % providers + 1, n // providers, strewn) for n in range(visits)]
    tray = tuple(_card(90_000 + n, 0, 0, strewn) for n in range(60))
    return Board(DAY, 1, ZONE.key, _at(11 * 60 + 20), rows, tuple(cards), tray)


def _at(minutes: int) -> datetime:
    return (datetime(DAY.year, DAY.month, DAY.day, tzinfo=ZONE) + timedelta(minutes=minutes)).astimezone(UTC)


def _point(strewn: random.Random) -> tuple[float, float]:
    return 38.9 + strewn.uniform(-0.1, 0.1), -77.03 + strewn.uniform(-0.12, 0.12)


def _provider(n: int, strewn: random.Random) -> ProviderRow:
    home = _point(strewn)
    return ProviderRow(
        n,
        f"Provider {n:03d}",
        "#44AA99",
        ZONE.key,
        shifts=(Span(_at(480), _at(1080)),),
        lunches=(Lunch(Span(_at(720), _at(780)), 1800),),
        skills=tuple(SkillHeld(s) for s in strewn.sample(SKILLS, 2)),
        start_place=home,
        end_place=home,
        overtime_s=1800,
    )


def _card(id: int, provider: int, n: int, strewn: random.Random) -> Card:
    start = _at(480 + n * 55 + strewn.randrange(0, 10)) if provider else None
    state = AppointmentState.SCHEDULED if provider else AppointmentState.WAITING
    window = Span(_at(540), _at(1020)) if not provider else None
    return Card(
        id,
        1,
        id,
        f"J-{id}",
        id,
        f"Customer {id}",
        "Heat pump maintenance",
        "1220 19th St NW",
        "Washington",
        _point(strewn),
        state,
        start,
        strewn.choice((1800, 2100, 2400)),
        (provider,) if provider else (),
        window=window,
        skills=frozenset([strewn.choice(SKILLS)]),
        recurring=strewn.random() < 0.2,
        locked=strewn.random() < 0.1,
    )


def _bare(app: QApplication) -> float:
    scene = QGraphicsScene()
    pen, brush = QPen(QColor("#24476B")), QBrush(QColor("#E6EEF8"))
    for n in range(1000):
        scene.addRect(QRectF(n % 40 * 39, n // 40 * 35, 34, 30), pen, brush)
    view = QGraphicsView(scene)
    view.resize(*SIZE)
    view.show()
    app.processEvents()
    found = _median(lambda _n: (view.viewport().update(), app.processEvents()))
    view.close()
    return found


def _scroll(app: QApplication, canvas: Any) -> float:
    """One turn of the wheel: 60 pixels of rows."""
    bar = canvas.verticalScrollBar()
    return _median(lambda n: (bar.setValue(60 * (n % 30)), app.processEvents()))


def _drag(app: QApplication, canvas: Any) -> float:
    """One move of the mouse to another time and row, with the rule asked for all rows, and its picture."""
    canvas.pointer.bring(canvas.board.tray[:1])
    origin = canvas.viewport().mapToGlobal(QPoint(0, 0))

    def frame(n: int) -> None:
        spot = origin + QPoint(200 + 30 * n, 120 + 11 * n)
        canvas.pointer.carry_to(spot, Qt.KeyboardModifier.NoModifier)
        app.processEvents()

    found = _median(frame)
    canvas.cancel()
    return found


def _median(frame: Callable[[int], object]) -> float:
    took: list[float] = []
    for n in range(ROUNDS):
        began = time.process_time()
        frame(n)
        took.append(time.process_time() - began)
    return statistics.median(took)


if __name__ == "__main__":
    for name, ratio, words in measures():
        print(f"{name:24} {ratio:7.2f} x   {words}")
