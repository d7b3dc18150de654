"""The calendar of a large company (100 providers, 1,000 visits a day): the query of a month and a week, a frame, the dashboard.

Queries are told as a ratio to the plain SELECT of all visits of that month (no joins, no objects) in the same run; a frame as a
ratio to 42 filled rectangles. The company is made once in a folder of its own, from today's day.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from fieldoffice import schema
from fieldoffice.engine import open_engine
from fieldoffice.models.appointment import Appointment
from fieldoffice.office import Office, Tx
from fieldoffice.services.calendar import day_span
from fieldoffice.services.calendars.month import month
from fieldoffice.services.calendars.rows import Month, Whose, grid
from fieldoffice.services.calendars.week import day, week
from fieldoffice.services.overview.today import this_week, today
from fieldoffice.services.sample import bulk
from fieldoffice.services.sample.opening import clock_of

ROUNDS, SIZE = 9, (1400, 860)
COMPANY = bulk.Size(100, 5_000, 1_000, 28, 28, pace=0.4)
ADDRESS = "FIELDOFFICE_BENCH_LARGE"
"""The address of a large sample that is there already; without it one of eight weeks is made."""


def measures() -> Iterator[tuple[str, float, str]]:
    """(name, ratio, words) of each measure."""
    with tempfile.TemporaryDirectory(prefix="fieldoffice-bench-") as folder:
        office = _office(Path(folder))
        try:
            yield from _queries(office)
            yield from _frames(office.see(month))
        finally:
            office.close()


def _queries(office: Office) -> Iterator[tuple[str, float, str]]:
    visits = office.see(_plain)
    plain = _median(lambda: office.see(_plain))
    yield "plain SELECT of the month", 1.0, f"{plain * 1000:.0f} ms for {visits:,} visits"
    someone = 7
    for name, ask in (
        ("month, everybody", lambda: office.see(month)), ("month, one provider", lambda: office.see(month, None, Whose(someone))),
        ("week, everybody", lambda: office.see(week)), ("week, one provider", lambda: office.see(week, None, Whose(someone))),
        ("a day's list", lambda: office.see(lambda tx: day(tx, tx.today))), ("dashboard, today", lambda: office.see(today)),
        ("dashboard, week", lambda: office.see(this_week)),
    ):  # fmt: skip
        took = _median(ask)
        yield name, took / plain, f"{took * 1000:.0f} ms, median of {ROUNDS}"


def _frames(found: Month) -> Iterator[tuple[str, float, str]]:
    app = QApplication.instance() or QApplication(["bench"])
    assert isinstance(app, QApplication)
    from fieldoffice.ui import theme
    from fieldoffice.ui.calendar.monthview import MonthView

    theme.apply(app, "light")
    bare = _median(_rectangles, cpu=True)
    yield "42 bare rectangles", 1.0, f"{bare * 1000:.2f} ms"
    view = MonthView(theme)
    view.resize(*SIZE)
    view.show_month(found)
    view.show()
    app.processEvents()
    frame = _median(view.repaint, cpu=True)
    yield "month, a frame", frame / bare, f"{frame * 1000:.1f} ms of processor time, as when a visit is dragged"
    shown = _median(lambda: (view.show_month(found), view.repaint()), cpu=True)
    yield "month, laid out and painted", shown / bare, f"{shown * 1000:.1f} ms of processor time"
    view.close()


def _plain(tx: Tx) -> int:
    start, count = grid(tx.today.replace(day=1), tx.company.first_weekday)
    span = day_span(start, tx.zone, count)
    columns = (Appointment.id, Appointment.job_id, Appointment.state, Appointment.starts_at, Appointment.duration_s)
    query = select(*columns).where(Appointment.starts_at >= span.start, Appointment.starts_at < span.end)
    return len(tx.session.execute(query.order_by(Appointment.starts_at)).all())


def _rectangles() -> None:
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    for n in range(42):
        painter.fillRect(n % 7 * 200, n // 7 * 140, 199, 139, QColor("#FFFFFF"))
    painter.end()


def _office(folder: Path) -> Office:
    address = os.environ.get(ADDRESS, "") or f"sqlite:///{folder / 'large.db'}"
    if not os.environ.get(ADDRESS):
        engine = open_engine(address)
        schema.upgrade(engine)
        engine.dispose()
    office = Office(address)
    if not os.environ.get(ADDRESS):
        bulk._make(office, datetime.now(UTC), lambda what, share: None, COMPANY)
    ahead = clock_of(office) or timedelta(0)
    office.clock = lambda: datetime.now(UTC) + ahead
    return office


def _median(work: Callable[[], Any], *, cpu: bool = False) -> float:
    clock = time.process_time if cpu else time.perf_counter
    work()
    took: list[float] = []
    for _ in range(ROUNDS):
        began = clock()
        work()
        took.append(clock() - began)
    return statistics.median(took)
