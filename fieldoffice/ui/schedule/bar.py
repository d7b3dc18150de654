"""The line above the board: which days, how many, find, zoom, the view's menu; room at the right for more tools."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fieldoffice.ui.parts.buttons import Segmented, action_button, menu_button
from fieldoffice.ui.parts.fields import DateField, SearchField

VIEWS = (("1", "Day"), ("3", "3 days"), ("7", "Week"))


class Bar(QWidget):
    """It only tells: `day_chosen`, `view_chosen`, `searched`; buttons are the page's actions."""

    day_chosen = Signal(object)  # date
    view_chosen = Signal(int)  # days

    def __init__(self, calls: Mapping[str, QAction], menu: list[QAction | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.today = date.today()
        self.day = DateField(self.tr("Day"), today=lambda: self.today)
        self.day.setFixedWidth(164)
        self.day.value_changed.connect(self._picked)
        self.views = Segmented(VIEWS, self.tr("Days shown"))
        self.views.chosen.connect(lambda key: self.view_chosen.emit(int(key)))
        self.search = SearchField(self.tr("Find on the board"))
        self.search.setMinimumWidth(86)
        self.search.setMaximumWidth(200)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(8)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._days(row, calls)
        row.addWidget(self.views)
        row.addWidget(self.search, 1)
        row.addWidget(menu_button("tune", self.tr("View options"), menu))
        row.addLayout(self.tools)

    def show_days(self, first_on: date, days: int, today: date) -> None:
        """Show where the board stands, without telling anybody."""
        self.today = today
        self.day.set_value(first_on)
        self.views.set_value(str(days))

    def _days(self, row: QHBoxLayout, calls: Mapping[str, QAction]) -> None:
        group = QHBoxLayout()
        group.setSpacing(2)
        group.addWidget(action_button(calls["day_before"], words=False))
        group.addWidget(self.day)
        group.addWidget(action_button(calls["day_after"], words=False))
        group.addWidget(action_button(calls["today"]))
        row.addLayout(group)

    def _picked(self) -> None:
        if self.day.value() is not None:
            self.day_chosen.emit(self.day.value())
