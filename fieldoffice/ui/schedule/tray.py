"""The tray of visits that wait for a provider: count, search, filter, order, list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from fieldoffice.services.dispatch.rows import Board, Card
from fieldoffice.ui.parts.buttons import IconButton
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import SearchField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.schedule import waiting
from fieldoffice.ui.schedule.tray_list import TrayList
from fieldoffice.ui.schedule.waiting import Filter, Order
from fieldoffice.ui.schedule.words import short_day


class Tray(QFrame):
    """`list` tells of drags, opening and menus. While cards from the board hang over it, it says what letting go does."""

    collapse_wanted = Signal()
    order_changed = Signal(str)

    def __init__(self, theme: ModuleType, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.cards: tuple[Card, ...] = ()
        self.zone, self.filter = ZoneInfo("UTC"), Filter()
        self.setMinimumWidth(200)
        self.list = TrayList(theme, self.zone)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.search = SearchField(self.tr("Search unscheduled"))
        self.search.searched.connect(lambda text: self.set_filter(replace(self.filter, text=text)))
        self.empty = EmptyState("", "done_all")
        self.empty.cover(self.list)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(self._head())
        box.addWidget(self.list, 1)
        self.frame_ = _Frame(theme, self)
        self.frame_.hide()
        self.set_filter(self.filter)

    def show_board(self, board: Board) -> None:
        self.cards, self.zone = board.tray, ZoneInfo(board.zone)
        self.set_filter(self.filter)

    def set_filter(self, wanted: Filter) -> None:
        """Show what passes; the count tells how many there are in all."""
        self.filter = wanted
        found = waiting.shown(self.cards, wanted, self.zone)
        self.list.show_cards(found, self.zone)
        of_all = self.tr("%1 of %2") if wanted.narrows else "%2"
        self.count.setText(of_all.replace("%1", str(len(found))).replace("%2", str(len(self.cards))))
        self.empty.say(self.tr("Nothing matches.") if self.cards else self.tr("Every visit has a provider."))
        self.empty.setVisible(not found)
        self.filters.setChecked(bool(wanted.skill or wanted.priority or wanted.on))

    def invite(self, inviting: bool) -> None:
        """While cards from the board hang over the tray it is framed in the accent."""
        self.frame_.setVisible(inviting)
        self.title.setText(self.tr("Let go to unassign") if inviting else self.tr("Unscheduled"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.frame_.setGeometry(self.rect())
        self.frame_.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.theme.color("surface"))

    def _head(self) -> QVBoxLayout:
        self.title, self.count = PlainLabel(self.tr("Unscheduled"), "strong"), PlainLabel("0", "muted")
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.title)
        row.addSpacing(4)
        row.addWidget(self.count)
        row.addStretch(1)
        self.filters = self._button("filter_alt", self.tr("Filter unscheduled visits"), self._filter_menu)
        self.filters.setCheckable(True)
        self.orders = self._button("sort", self.tr("Sort unscheduled visits"), self._order_menu)
        row.addWidget(self.filters)
        row.addWidget(self.orders)
        row.addWidget(IconButton("right_panel_close", self.tr("Hide the tray (U)"), self.collapse_wanted.emit))
        box = QVBoxLayout()
        box.setContentsMargins(12, 8, 8, 8)
        box.setSpacing(6)
        box.addLayout(row)
        box.addWidget(self.search)
        return box

    def _button(self, icon: str, name: str, fill: Callable[[QMenu], None]) -> IconButton:
        made = IconButton(icon, name, parent=self)
        menu = QMenu(made)
        menu.aboutToShow.connect(lambda: fill(menu))
        made.setMenu(menu)
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        made.setIconSize(QSize(18, 18))
        return made

    def _filter_menu(self, menu: QMenu) -> None:
        menu.clear()
        now = self.filter
        urgency = [(0, self.tr("Any priority")), (2, self.tr("High and urgent")), (3, self.tr("Urgent only"))]
        self._choices(menu, urgency, now.priority, lambda v: replace(now, priority=v))
        days = [(None, self.tr("Any day")), *((d, short_day(d)) for d in waiting.days(self.cards, self.zone))]
        self._choices(menu, days, now.on, lambda v: replace(now, on=v))
        skills = [("", self.tr("Any skill")), *((s, s) for s in waiting.skills(self.cards))]
        self._choices(menu, skills, now.skill, lambda v: replace(now, skill=v))
        if now.narrows:
            clear = menu.addAction(self.tr("Show all"))
            clear.triggered.connect(self.show_all)

    def show_all(self) -> None:
        """Drop search and filter."""
        self.search.clear()
        self.set_filter(Filter(order=self.filter.order))

    def _order_menu(self, menu: QMenu) -> None:
        menu.clear()
        words = {
            Order.PROMISED: self.tr("By promised time"),
            Order.PRIORITY: self.tr("By priority"),
            Order.AGE: self.tr("Oldest first"),
        }
        self._choices(menu, list(words.items()), self.filter.order, self._ordered)

    def set_order(self, order: Order) -> None:
        self.set_filter(replace(self.filter, order=order))

    def _ordered(self, order: Order) -> Filter:
        self.order_changed.emit(order.value)
        return replace(self.filter, order=order)

    def _choices(
        self, menu: QMenu, choices: Sequence[tuple[Any, str]], now: object, then: Callable[[Any], Filter]
    ) -> None:
        """A group of which one is ticked; choosing applies the filter that `then(value)` gives."""
        group = QActionGroup(menu)
        for value, words in choices:
            action = QAction(words.replace("&", "&&"), menu, checkable=True, checked=value == now)
            action.triggered.connect(lambda _=False, value=value: self.set_filter(then(value)))
            group.addAction(action)
            menu.addAction(action)
        menu.addSeparator()


class _Frame(QWidget):
    """The frame over the tray while letting go means unassigning."""

    def __init__(self, theme: ModuleType, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QPen(self.theme.color("accent"), 2))
        painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
