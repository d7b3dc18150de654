"""Board and tray together. It is pure: it shows a frozen `Board`, and its signals say what a person wants."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from fieldoffice.services.dispatch.rows import Board, Card
from fieldoffice.ui.parts.buttons import IconButton
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.schedule import waiting
from fieldoffice.ui.schedule.canvas import Canvas
from fieldoffice.ui.schedule.carry import Carry
from fieldoffice.ui.schedule.tray import Tray

TRAY_WIDTH = 264


class BoardView(QWidget):
    """`canvas` at the left, `column` at the right with the tray on top; a page may add more to the column."""

    selection_changed = Signal(tuple)  # appointment ids, of the board or of the tray
    moved = Signal(tuple)  # Moves
    unassigned = Signal(tuple)  # Cards
    opened = Signal(object)  # Card
    menu_wanted = Signal(QPoint)
    noted = Signal(str)
    tray_toggled = Signal(bool)

    def __init__(self, theme: ModuleType, board: Board) -> None:
        super().__init__()
        self.board = board
        self.canvas, self.tray = Canvas(theme, board), Tray(theme)
        self.empty = EmptyState("", "engineering")
        self.empty.cover(self.canvas)
        self.column, self.split = QSplitter(Qt.Orientation.Vertical), QSplitter(Qt.Orientation.Horizontal)
        self.strip = self._strip()
        self._arrange()
        self._connect()
        self.show_board(board)

    def show_board(self, board: Board) -> None:
        """Show another state; selection, scroll, zoom and filter stay."""
        self.board = board
        self.canvas.show_board(board)
        self.tray.show_board(board)
        self.strip_count.setText(str(len(board.tray)))
        self._show_empty()

    def selected(self) -> tuple[Card, ...]:
        """The selected cards of the board, else of the tray."""
        return tuple(self.canvas.selected_cards()) or self.tray.list.selected()

    def select(self, ids: Iterable[int], *, center: bool = False) -> None:
        """Select cards on the board and in the tray; `center` brings the first into the middle."""
        wanted = tuple(ids)
        self.tray.list.select(frozenset(wanted) - self.canvas.layout_.boxes.keys())
        self.canvas.select(wanted, center=center)

    def set_tray(self, shown: bool) -> None:
        """Show the tray, or only a strip with its count."""
        self.column.setVisible(shown)
        self.strip.setVisible(not shown)
        self.tray_toggled.emit(shown)

    def search(self, text: str) -> list[int]:
        """Fade all cards but those that match; gives their ids in order of time."""
        if not text.strip():
            self.canvas.stand_out(None)
            return []
        found = sorted(
            (c for c in self.board.cards if waiting.matches(c, text)),
            key=lambda c: (c.starts_at or self.board.now, c.id),
        )
        self.canvas.stand_out(c.id for c in found)
        return [c.id for c in found]

    # cards that another widget holds under the mouse: the tray here, the map elsewhere

    def bring(self, cards: Iterable[Card]) -> bool:
        """Begin to carry waiting cards; follow with `carry_to` and `canvas.drop()` or `canvas.cancel()`."""
        return self.canvas.pointer.bring(tuple(cards))

    def carry_to(self, spot: QPoint, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Aim what is carried at a place on the screen."""
        self.canvas.pointer.carry_to(spot, modifiers)

    # inside

    def _arrange(self) -> None:
        self.column.addWidget(self.tray)
        self.column.setChildrenCollapsible(False)
        self.split.setChildrenCollapsible(False)
        for widget in (self.canvas, self.column, self.strip):
            self.split.addWidget(widget)
        self.split.setStretchFactor(0, 1)
        self.split.setStretchFactor(1, 0)
        self.split.setSizes([2000, TRAY_WIDTH, 36])
        self.strip.hide()
        self.canvas.pointer.trays = (self.tray, self.strip)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.split)

    def _strip(self) -> QWidget:
        strip = QWidget()
        strip.setFixedWidth(36)
        self.strip_count = PlainLabel("0", "strong")
        self.strip_count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box = QVBoxLayout(strip)
        box.setContentsMargins(4, 8, 4, 8)
        box.addWidget(
            IconButton(
                "right_panel_open", self.tr("Show the tray of unscheduled visits (U)"), lambda: self.set_tray(True)
            )
        )
        box.addWidget(self.strip_count)
        box.addStretch(1)
        return strip

    def _connect(self) -> None:
        canvas, waiting_list = self.canvas, self.tray.list
        canvas.selection_changed.connect(self._board_chosen)
        waiting_list.chosen.connect(self._tray_chosen)
        canvas.carry_changed.connect(self._carry_changed)
        for name in ("moved", "unassigned", "opened", "menu_wanted", "noted"):
            getattr(canvas, name).connect(getattr(self, name))
        waiting_list.opened.connect(self.opened)
        waiting_list.menu_wanted.connect(self.menu_wanted)
        waiting_list.carried.connect(self.bring)
        waiting_list.carry_moved.connect(self.carry_to)
        waiting_list.carry_dropped.connect(canvas.drop)
        waiting_list.carry_canceled.connect(canvas.cancel)
        self.tray.collapse_wanted.connect(lambda: self.set_tray(False))

    def _board_chosen(self, ids: tuple[int, ...]) -> None:
        if ids and self.tray.list.selected():
            self.tray.list.clearSelection()
        self.selection_changed.emit(ids or tuple(c.id for c in self.tray.list.selected()))

    def _tray_chosen(self, ids: tuple[int, ...]) -> None:
        if ids and self.canvas.look.selected:
            self.canvas.select([])
        self.selection_changed.emit(ids or tuple(sorted(self.canvas.look.selected)))

    def _carry_changed(self, carry: Carry | None) -> None:
        self.tray.invite(carry is not None and carry.over_tray)

    def _show_empty(self) -> None:
        """A board without providers says so; without visits it shows its rows, and the page says what to do."""
        self.empty.say(self.tr("There are no providers yet."))
        self.empty.setVisible(not self.board.providers)
