"""What the board remembers on this machine: days shown, zoom of each view, rows, steps, the tray."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fieldoffice.ui.memory import Memory
from fieldoffice.ui.schedule.view import TRAY_WIDTH
from fieldoffice.ui.schedule.waiting import Order

if TYPE_CHECKING:
    from fieldoffice.ui.schedule.page import SchedulePage

PAGE = "schedule"
TOGGLES = ("compact_rows", "whole_days", "fine_steps")


class Remembered:
    """Reads carefully: what another version kept must not break this one."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    def keep(self, name: str, value: Any) -> None:
        self.memory.set(PAGE, name, value)

    def days(self) -> int:
        kept = self.memory.get(PAGE, "days", 1)
        return kept if kept in (1, 3, 7) else 1

    def zoom(self, days: int) -> float:
        """Pixels an hour of the view over so many days, 0 to fit."""
        kept = self.memory.get(PAGE, f"zoom{days}", 0)
        return float(kept) if isinstance(kept, (int, float)) else 0.0

    def restore(self, page: SchedulePage) -> None:
        for id in TOGGLES:
            page.calls[id].setChecked(self.memory.get(PAGE, id, False) is True)
        width = self.memory.get(PAGE, "tray_width", TRAY_WIDTH)
        page.view.split.setSizes([4000, width if isinstance(width, int) else TRAY_WIDTH, 36])
        shown = self.memory.get(PAGE, "tray", True) is not False
        page.view.set_tray(shown)
        page.calls["toggle_tray"].setChecked(shown)
        order = self.memory.get(PAGE, "order", Order.PROMISED.value)
        if order in list(Order):
            page.view.tray.set_order(Order(order))

    def watch(self, page: SchedulePage) -> None:
        """Keep every change from now on."""
        for id in TOGGLES:
            page.calls[id].toggled.connect(lambda on, id=id: self.keep(id, on))
        page.view.canvas.scaled.connect(lambda per_hour: self.keep(f"zoom{page.days}", per_hour))
        page.view.split.splitterMoved.connect(lambda: self.keep("tray_width", page.view.split.sizes()[1]))
        page.view.tray_toggled.connect(page.calls["toggle_tray"].setChecked)
        page.view.tray_toggled.connect(lambda shown: self.keep("tray", shown))
        page.view.tray.order_changed.connect(lambda order: self.keep("order", order))
