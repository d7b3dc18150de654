"""What a month and a week share: the entry in focus and in the hand, the glide of a refused move, words for screen readers."""

from __future__ import annotations

from types import ModuleType
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QPointF, QRectF, QVariantAnimation
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFocusEvent
from PySide6.QtWidgets import QWidget

from fieldoffice.services.calendars.rows import Entry
from fieldoffice.ui.calendar.monthpaint import Look
from fieldoffice.ui.schedule.ink import Ink

SLIDE_MS = 180


class Placed(Protocol):
    """An entry where it is painted."""

    @property
    def entry(self) -> Entry: ...
    @property
    def area(self) -> QRectF: ...


class Sight:
    """Stands before the Qt class among the bases of a view; `begin` comes first.

    The view has a `plan` with `spot_of(id)`, and gives `spoken()`, what is in focus in one line, `fresh()`, to paint anew, and
    `ground()`, the widget that shows the entries and the cursor.
    """

    plan: Any
    _pressed: Any

    def begin(self, theme: ModuleType, name: str) -> None:
        self.theme, self.ink = theme, Ink(theme)
        self.look, self.can_move = Look(), False
        self._spot = QPointF()
        self._slide: tuple[int, QPointF] | None = None
        self._me().setAccessibleName(name)
        theme.changed.connect(self._retheme)

    def spoken(self) -> str:
        raise NotImplementedError

    def fresh(self) -> None:
        raise NotImplementedError

    def ground(self) -> QWidget:
        raise NotImplementedError

    # what an owner calls

    def area_of(self, id: int) -> QRectF:
        """Where an entry stands, in a week counted from midnight; empty when it is not in sight."""
        spot: Placed | None = self.plan.spot_of(id)
        return QRectF() if spot is None else QRectF(spot.area)

    def focus_entry(self) -> Entry | None:
        """The entry on which the keyboard stands."""
        spot: Placed | None = self.plan.spot_of(self.look.entry) if self.look.entry is not None else None
        return None if spot is None else spot.entry

    def slide_from(self, id: int, area: QRectF) -> None:
        """Let an entry glide from `area` (as `area_of` gave it) to where it stands now: a move that was refused."""
        spot: Placed | None = self.plan.spot_of(id)
        if spot is None or not self._me().isVisible():
            return
        apart = area.topLeft() - spot.area.topLeft()
        slide = QVariantAnimation(self._me(), startValue=1.0, endValue=0.0, duration=SLIDE_MS)
        slide.valueChanged.connect(lambda share: self._slid(id, apart * float(share)))
        slide.finished.connect(self._slid_home)
        slide.start(QVariantAnimation.DeletionPolicy.DeleteWhenStopped)

    def speak(self) -> None:
        """Tell assistive technology what is in focus."""
        words, me = self.spoken(), self._me()
        if words != me.accessibleDescription():
            me.setAccessibleDescription(words)
            if words and me.hasFocus():
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(me, words))

    def cancel(self) -> None:
        """Let go of what is in the hand."""
        self.look.carried = self.look.target = self._pressed = None
        self.ground().unsetCursor()
        self.fresh()

    def forget_gone(self) -> None:
        """After another plan: what it does not show is neither in focus nor in the hand."""
        if self.look.entry is not None and self.plan.spot_of(self.look.entry) is None:
            self.look.entry = None
        if self.look.carried is not None and self.plan.spot_of(self.look.carried) is None:
            self.cancel()
        self.speak()

    # inside

    def sliding(self) -> tuple[Entry, QRectF] | None:
        """The entry that glides back, and where it is now."""
        spot: Placed | None = self.plan.spot_of(self._slide[0]) if self._slide is not None else None
        return None if spot is None or self._slide is None else (spot.entry, spot.area.translated(self._slide[1]))

    def _slid(self, id: int, apart: QPointF) -> None:
        self._slide, self.look.carried = (id, apart), id
        self.fresh()

    def _slid_home(self) -> None:
        self._slide = None
        if self._pressed is None:
            self.look.carried = None
        self.fresh()

    def _retheme(self, _name: str) -> None:
        self.ink = Ink(self.theme)
        self.fresh()

    def _me(self) -> QWidget:
        assert isinstance(self, QWidget)
        return self

    # Qt asks these of the view

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self.look.carried is not None:
            event.accept()
            return True
        return super().event(event)  # type: ignore[misc]

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)  # type: ignore[misc]
        self.look.focused = True
        self.fresh()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)  # type: ignore[misc]
        self.look.focused = False
        self.fresh()
