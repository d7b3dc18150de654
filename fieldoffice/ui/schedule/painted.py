"""The drawn board: a frozen `Board` laid out on a time scale and painted, with frozen heads, zoom and gliding cards.

It is painted straight, without an item per card: a thousand cards cost one layout of plain numbers, and a frame costs
only what shows. What a person does with it is in `canvas`.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

from PySide6.QtCore import QRect, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView

from fieldoffice.services.dispatch.rows import Board, Card
from fieldoffice.ui.schedule.carry import Carry
from fieldoffice.ui.schedule.heads import HEAD_HEIGHT, NAMES_WIDTH, Corner, HoursHead, NamesHead
from fieldoffice.ui.schedule.hours import Hours, waking
from fieldoffice.ui.schedule.ink import Ink
from fieldoffice.ui.schedule.layout import COMPACT_LANE, NORMAL_LANE, Box, Layout, figures, laid_out
from fieldoffice.ui.schedule.paint_cards import Look, paint_card, paint_mark
from fieldoffice.ui.schedule.paint_ground import paint_ground, paint_ways
from fieldoffice.ui.schedule.paint_hand import paint_carry, paint_now

LEAST_PER_HOUR, MOST_PER_HOUR = 6.0, 480.0
READABLE = 36.0  # pixels an hour; several days, or a day with its night, are not squeezed below it by themselves
SLIDE_MS = 180


class Painted(QGraphicsView):
    """Shows; the selection, the focus and the hand are only painted here."""

    row_chosen = Signal(int)  # the id of a provider whose head was double-clicked
    scaled = Signal(float)  # pixels an hour; 0 while the hours fit the window

    def __init__(self, theme: ModuleType, board: Board) -> None:
        super().__init__()
        self.theme, self.board, self.ink = theme, board, Ink(theme)
        self.carry: Carry | None = None
        self.per_hour, self.lane, self.whole_days = 0.0, NORMAL_LANE, False
        self._figures, self._slides = figures(board), dict[int, tuple[float, float]]()
        self._set_up()
        self.hours_head, self.names_head, self.corner = HoursHead(self), NamesHead(self), Corner(self)
        self.layout_ = self._laid_out()
        self.look = Look(self.layout_.hours.zone)
        self.setSceneRect(0, 0, self.layout_.width, self.layout_.height)
        theme.changed.connect(self._retheme)

    def _set_up(self) -> None:
        self.setScene(QGraphicsScene(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheBackground)
        self.setViewportMargins(NAMES_WIDTH, HEAD_HEIGHT, 0, 0)
        self.setMinimumSize(NAMES_WIDTH + 200, HEAD_HEIGHT + 80)

    # what is shown

    def put(self, board: Board) -> None:
        """Take another state of the board; scroll stays where it is as long as the days are the same."""
        days_changed = (board.first_on, board.days) != (self.board.first_on, self.board.days)
        self.board, self._figures = board, figures(board)
        self.relayout()
        if days_changed:
            self.scroll_to_start()

    def set_lane(self, *, compact: bool) -> None:
        """Compact rows show one line a card, normal ones two; the uppermost row stays."""
        row = self.layout_.nearest_row(self.verticalScrollBar().value() + 1)
        self.lane = COMPACT_LANE if compact else NORMAL_LANE
        self.relayout()
        if row is not None and self.layout_.rows:
            self.verticalScrollBar().setValue(int(self.layout_.rows[row.index].top))

    def set_whole_days(self, whole: bool) -> None:
        """Show the nights too, or only the hours in which somebody is at work."""
        self.whole_days = whole
        self.relayout()
        self.scroll_to_start()

    def zoom(self, per_hour: float, at_x: float | None = None) -> None:
        """Set the pixels an hour, 0 to fit the window; the moment at `at_x` (viewport) stays where it is."""
        at_x = self.viewport().width() / 2 if at_x is None else at_x
        kept = self.layout_.hours.at(at_x + self.horizontalScrollBar().value())
        self.per_hour = min(max(per_hour, LEAST_PER_HOUR), MOST_PER_HOUR) if per_hour else 0.0
        self.relayout()
        self.horizontalScrollBar().setValue(round(self.layout_.hours.x(kept) - at_x))
        self.scaled.emit(self.per_hour)

    def zoom_by(self, factor: float, at_x: float | None = None) -> None:
        self.zoom(self.layout_.hours.per_hour * factor, at_x)

    def set_edges(self, edges: dict[int, QColor]) -> None:
        """Route colors by provider id for the left edge of the cards; empty for the color of the state."""
        self.look.edges = edges
        self.repaint_all()

    def stand_out(self, ids: Iterable[int] | None) -> None:
        """Let everything but these cards fade; None shows all alike."""
        self.look.found = None if ids is None else frozenset(ids)
        self.repaint_all()

    def scroll_to_start(self) -> None:
        """Bring the first shift or visit of the days shown to the left edge."""
        rows = self.layout_.rows
        lefts = [s.left for row in rows for s in row.shifts] + [b.left for row in rows for b in row.boxes]
        self.horizontalScrollBar().setValue(int(max(0.0, min(lefts, default=0.0) - self.layout_.hours.per_hour)))

    # places

    def places(self) -> dict[int, tuple[float, float]]:
        """Where the first box of each card stands, in scene pixels."""
        return {i: (boxes[0].left, boxes[0].top) for i, boxes in self.layout_.boxes.items()}

    def slide_from(self, before: dict[int, tuple[float, float]]) -> None:
        """Let cards glide from where they stood (`places`) to where they stand now."""
        now = self.places()
        start = {i: (x - now[i][0], y - now[i][1]) for i, (x, y) in before.items() if i in now and (x, y) != now[i]}
        self._slid(start, 1.0)
        if start:
            slide = QVariantAnimation(self, startValue=1.0, endValue=0.0, duration=SLIDE_MS)
            slide.valueChanged.connect(lambda share: self._slid(start, float(share)))
            slide.start(QVariantAnimation.DeletionPolicy.DeleteWhenStopped)

    def visible_area(self) -> QRectF:
        """What shows, in scene pixels."""
        view = self.viewport().rect()
        return QRectF(self.horizontalScrollBar().value(), self.verticalScrollBar().value(), view.width(), view.height())

    def viewport_rect(self, box: Box) -> QRect:
        """Where a box stands in the viewport."""
        area = self.visible_area()
        return QRectF(box.left - area.left(), box.top - area.top(), box.right - box.left, box.height).toAlignedRect()

    def center_on_card(self, appointment_id: int) -> None:
        for box in self.layout_.boxes.get(appointment_id, [])[:1]:
            view = self.viewport().rect()
            self.horizontalScrollBar().setValue(int((box.left + box.right - view.width()) / 2))
            self.verticalScrollBar().setValue(int(box.top + box.height / 2 - view.height() / 2))

    def show_box(self, box: Box) -> None:
        """Scroll as little as it takes to see `box`, its beginning at least."""
        view = self.visible_area()
        right = min(box.right + 12 - view.right(), box.left - 12 - view.left())
        dx = min(0.0, box.left - 12 - view.left()) or max(0.0, right)
        dy = min(0.0, box.top - 8 - view.top()) or max(0.0, box.top + box.height + 8 - view.bottom())
        self.horizontalScrollBar().setValue(round(self.horizontalScrollBar().value() + dx))
        self.verticalScrollBar().setValue(round(self.verticalScrollBar().value() + dy))

    def team(self, card: Card) -> str:
        """The names of the providers of a card, the lead first."""
        names = {row.id: row.name for row in self.board.providers}
        return ", ".join(names[i] for i in card.provider_ids if i in names)

    def ratio(self) -> float:
        return self.devicePixelRatioF()

    # inside

    def relayout(self) -> None:
        """Lay everything out afresh and paint it."""
        self.layout_ = self._laid_out()
        self.look.zone = self.layout_.hours.zone
        fits = not self.per_hour and self.layout_.width <= self.viewport().width() + 1
        never, needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setHorizontalScrollBarPolicy(never if fits else needed)
        self.setSceneRect(0, 0, self.layout_.width, self.layout_.height)
        self.repaint_all()

    def repaint_all(self) -> None:
        """Paint everything afresh; for selection, focus and hand `repaint_marks` is enough."""
        self.resetCachedContent()
        self.repaint_marks()
        self.corner.update()

    def repaint_marks(self) -> None:
        """Paint what lies over the cards, and the heads."""
        for widget in (self.viewport(), self.hours_head, self.names_head):
            widget.update()

    def _laid_out(self) -> Layout:
        board = self.board
        opens, closes = (0, 24) if self.whole_days else waking(board)
        hours = Hours(board.first_on, board.days, board.zone, per_hour=1.0, opens=opens, closes=closes)
        least = READABLE if board.days > 1 or self.whole_days else LEAST_PER_HOUR
        hours.per_hour = self.per_hour or max((self.viewport().width() - 1) / hours.shown_hours, least)
        return laid_out(board, self._figures, hours, self.lane)

    def _retheme(self, _name: str = "") -> None:
        self.ink = Ink(self.theme)
        self.repaint_all()

    def _slid(self, start: dict[int, tuple[float, float]], share: float) -> None:
        before = self._slides.keys()
        self._slides = {i: (dx * share, dy * share) for i, (dx, dy) in start.items()} if share > 0 else {}
        if before != self._slides.keys():
            self.resetCachedContent()
        self.viewport().update()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        self.look.ratio = self.ratio()
        super().paintEvent(event)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """Ground, drives and cards. Kept as a picture until `repaint_all`; scrolling paints only what comes in."""
        area = QRectF(rect)
        painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
        paint_ground(painter, self.ink, self.layout_, area)
        paint_now(painter, self.ink, self.layout_, area, 1.0)
        paint_ways(painter, self.ink, self.layout_, area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for box in self.layout_.boxes_within(area.left(), area.top(), area.right(), area.bottom()):
            if box.card.id not in self._slides:
                paint_card(painter, self.ink, self.look, box)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        paint_now(painter, self.ink, self.layout_, area, 0.25)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """What changes by the moment: gliding cards, selection, focus, the hand."""
        area = QRectF(rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for appointment_id, (dx, dy) in self._slides.items():
            for box in self.layout_.boxes.get(appointment_id, []):
                paint_card(painter, self.ink, self.look, box, dx, dy)
        for appointment_id in self.look.marked:
            for box in self.layout_.boxes.get(appointment_id, []):
                paint_mark(painter, self.ink, self.look, box)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self.carry is not None:
            paint_carry(painter, self.ink, self.look, self.layout_, self.carry, area)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width, height = self.viewport().width(), self.viewport().height()
        self.corner.setGeometry(0, 0, NAMES_WIDTH, HEAD_HEIGHT)
        self.hours_head.setGeometry(NAMES_WIDTH, 0, width, HEAD_HEIGHT)
        self.names_head.setGeometry(0, HEAD_HEIGHT, NAMES_WIDTH, height)
        if not self.per_hour and event.size().width() != event.oldSize().width():
            self.relayout()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if dx:
            self.hours_head.update()
        if dy:
            self.names_head.update()
