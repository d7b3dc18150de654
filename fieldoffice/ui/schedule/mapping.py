"""The map beside the board: one selection for both, and a marker dropped on a provider is placed where it fits best."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAction

from fieldoffice.models.errors import Refused
from fieldoffice.services.calendar import day_span
from fieldoffice.services.company import CompanyRow
from fieldoffice.services.company import company as ask_company
from fieldoffice.services.dispatch.fitting import best_start, first_reason
from fieldoffice.services.dispatch.rows import Board, Card
from fieldoffice.ui import actions
from fieldoffice.ui.map.scene import MapScene
from fieldoffice.ui.map.streets import HINT, streets
from fieldoffice.ui.schedule.carry import Move
from fieldoffice.ui.schedule.remembered import PAGE
from fieldoffice.ui.schedule.scenes import scene_of
from fieldoffice.ui.schedule.view import TRAY_WIDTH

if TYPE_CHECKING:
    from fieldoffice.ui.map.view import MapView
    from fieldoffice.ui.schedule.page import SchedulePage

IDLE_MS = 2_000


class Mapping(QObject):
    """Owned by the page. The map is made when it is first shown: its engine takes a second to start."""

    def __init__(self, page: SchedulePage, *, shown: bool = False) -> None:
        super().__init__(page)
        self.page, self.fixed = page, shown
        self.map: MapView | None = None
        self.depot: tuple[float, float] | None = None
        self._lent: MapScene | None = None
        calls = actions.bind(page, {"toggle_map": self.set_shown, "show_on_map": self.show_selection})
        self.action: QAction = calls["toggle_map"]
        page.board_changed.connect(self._show_board)
        page.selection_changed.connect(self._select)
        page.desk.see(self, ask_company, then=self._company_came)
        if shown or page.kept.memory.get(PAGE, "map", False) is True:
            QTimer.singleShot(0, self, lambda: self.set_shown(True))
        else:
            QTimer.singleShot(IDLE_MS, self, self._prepare)

    def set_shown(self, shown: bool) -> None:
        """Show or hide the map."""
        if shown and self.map is None:
            self._make()
        if self.map is not None:
            self.map.setVisible(shown)
        self.action.setChecked(shown)
        if not self.fixed:
            self.page.kept.keep("map", shown)
        if shown:
            self._show_board(self.page.board)

    def lend(self, scene: MapScene | None) -> None:
        """Show another scene (a proposed plan) instead of the board's; None gives the map back."""
        self._lent = scene
        self._show_board(self.page.board)

    def show_selection(self) -> None:
        """Center the map on the selected visits."""
        self.set_shown(True)
        assert self.map is not None
        self.map.zoom_to_selection()

    def ready(self) -> bool:
        """Whether what is to be seen of the map has been painted."""
        return self.map is None or self.map.isHidden() or self.map.is_ready()

    def _make(self) -> None:
        from fieldoffice.ui.map.view import MapView  # its engine is loaded when somebody wants a map

        self.map = made = MapView(self.page)
        made.setMinimumSize(320, 200)
        self._use_streets()
        streets().changed.connect(self._use_streets)
        made.marker_clicked.connect(self._clicked)
        made.marker_dropped.connect(self._dropped)
        made.box_selected.connect(self.page.select)
        area = self.page.map_area
        if self.fixed:
            area.setOrientation(Qt.Orientation.Horizontal)
            area.insertWidget(0, made)
            self.page.view.canvas.hide()
            self.page.view.setMaximumWidth(TRAY_WIDTH + 36)
        else:
            area.addWidget(made)
            height = area.height() or 600
            area.setSizes([height * 11 // 20, height * 9 // 20])

    def _use_streets(self) -> None:
        if self.map is not None:
            try:
                self.map.use_tiles(streets().current(), hint=HINT)
            except Refused as error:
                self.page.desk.refuse(error)

    def _prepare(self) -> None:
        """Load the map's parts while nobody waits for them."""
        if self.map is None:
            from fieldoffice.ui.map.web import web

            web().prepare()

    def _company_came(self, row: CompanyRow) -> None:
        self.depot = row.place
        self._show_board(self.page.board)

    def _show_board(self, board: Board) -> None:
        if self.map is not None and not self.map.isHidden():
            chosen = self.page.selection
            scene = scene_of(board, self.depot, chosen) if self._lent is None else self._lent.select(frozenset(chosen))
            if scene != self.map.scene:
                self.map.show_scene(scene)

    def _select(self, ids: tuple[int, ...]) -> None:
        if self.map is not None and not self.map.isHidden():
            self.map.select(ids)

    def _clicked(self, id: int, additive: bool) -> None:
        now = self.page.selection
        if additive:
            self.page.select([i for i in now if i != id] if id in now else [*now, id])
        else:
            self.page.select([id], center=True)

    def _dropped(self, id: int, provider_id: int) -> None:
        """Place a visit with a provider at the time that adds the least driving; say why where nothing fits."""
        board = self.page.board
        card = next((c for c in (*board.cards, *board.tray) if c.id == id), None)
        row = next((r for r in board.providers if r.id == provider_id), None)
        if card is None or row is None:
            return
        diary = row.diary((c for c in board.cards if c.id != id), board.drives)
        day = day_span(board.first_on, ZoneInfo(board.zone))
        at = best_start(diary, card.wanted, day)
        if at is None:
            reason = first_reason(diary, card.wanted, day)
            self.page.desk.toast(f"{card.customer} does not fit: {reason.words if reason else 'no time'}.", kind="warn")
            self._again()
            return
        self.page.deeds.place([_move(card, provider_id, at)])

    def _again(self) -> None:
        """A marker that may not stay where it was dropped goes back."""
        if self.map is not None:
            self.map.show_scene(self.map.scene)


def _move(card: Card, provider_id: int, at: datetime) -> Move:
    return Move(card, (provider_id,), at, card.duration_s)
