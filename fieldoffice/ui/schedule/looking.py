"""Actions that change what the schedule page shows, and no data: days, zoom, options of the view, finding."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction

from fieldoffice.ui import actions

if TYPE_CHECKING:
    from fieldoffice.ui.schedule.page import SchedulePage

COARSE, FINE = 15, 5  # minutes


def bind(page: SchedulePage) -> dict[str, QAction]:
    """All actions of the page by id, those on visits included."""
    canvas = page.view.canvas

    def by(days: int) -> Callable[[], None]:
        return lambda: page.show_days(page.first_on + timedelta(days=days * page.days), page.days)

    def over(days: int) -> Callable[[bool], None]:
        return lambda _on: page.show_days(page.first_on, days)

    calls = actions.bind(
        page,
        {
            "today": lambda: page.show_days(page.today(), page.days),
            "day_before": by(-1),
            "day_after": by(1),
            "go_to_day": lambda: page.bar.day.setFocus(Qt.FocusReason.TabFocusReason),
            "view_1": over(1),
            "view_3": over(3),
            "view_7": over(7),
            "zoom_in": lambda: canvas.zoom_by(1.25),
            "zoom_out": lambda: canvas.zoom_by(0.8),
            "zoom_reset": lambda: canvas.zoom(0),
            "toggle_tray": page.view.set_tray,
        },
    )
    return calls | page.visits.bind()


def options(page: SchedulePage) -> list[QAction | None]:
    """The menu of the view; None draws a line."""
    canvas = page.view.canvas
    toggles: dict[str, Callable[[bool], None]] = {
        "compact_rows": lambda on: canvas.set_lane(compact=on),
        "whole_days": canvas.set_whole_days,
        "fine_steps": lambda on: setattr(canvas, "step", FINE if on else COARSE),
    }
    for id, call in toggles.items():
        page.calls[id] = actions.make(page, id)
        page.calls[id].toggled.connect(call)
    zoom = [page.calls[id] for id in ("zoom_in", "zoom_out", "zoom_reset")]
    return [*zoom, None, *(page.calls[id] for id in toggles), None, page.calls["toggle_tray"], page.calls["select_all"]]


def search(page: SchedulePage, text: str) -> None:
    """Let the cards that match stand out, and bring the first into the middle."""
    found = page.view.search(text)
    if found:
        page.view.canvas.center_on_card(found[0])


def next_found(page: SchedulePage) -> None:
    """Enter in the search field goes from one found card to the next."""
    found = page.view.search(page.bar.search.text())
    if found:
        here = page.view.canvas.look.focus
        there = found[(found.index(here) + 1) % len(found)] if here in found else found[0]
        page.view.canvas.set_focus_card(there)
        page.select([there], center=True)
