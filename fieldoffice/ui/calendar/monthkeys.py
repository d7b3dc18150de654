"""The keyboard in a month: arrows walk over days and their entries, Alt+arrows move the entry in focus."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from fieldoffice.ui.calendar.monthpaint import day_tip
from fieldoffice.ui.calendar.monthplan import Cell
from fieldoffice.ui.calendar.words import entry_tip

if TYPE_CHECKING:
    from fieldoffice.ui.calendar.monthview import MonthView

K = Qt.Key
ALT, PLAIN = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.NoModifier
DAYS = {K.Key_Left: -1, K.Key_Right: 1, K.Key_Up: -7, K.Key_Down: 7}
IGNORED = Qt.KeyboardModifier.KeypadModifier


def press(view: MonthView, event: QKeyEvent) -> bool:
    """True when the key was meant for the month."""
    key, modifiers = K(event.key()), event.modifiers() & ~IGNORED
    if view.month is None:
        return False
    if key == K.Key_Escape and view.look.carried is not None:
        view.cancel()
        return True
    if key in DAYS and modifiers == ALT:
        return _move(view, DAYS[key])
    if modifiers != PLAIN:
        return False
    if key in DAYS:
        _walk(view, key)
        return True
    return _other(view, key)


def spoken(view: MonthView) -> str:
    """What is in focus, in one line."""
    entry = view.focus_entry()
    if entry is not None:
        return entry_tip(entry, view.zone).replace("\n", ", ")
    cell = _here(view)
    return "" if cell is None else day_tip(cell.day).replace("\n", ", ")


def _other(view: MonthView, key: K) -> bool:
    if key in (K.Key_PageUp, K.Key_PageDown):
        view.turn(-1 if key == K.Key_PageUp else 1)
    elif key in (K.Key_Return, K.Key_Enter):
        _open(view)
    elif key == K.Key_T:
        view.today_wanted.emit()
    elif key in (K.Key_Home, K.Key_End) and view.month is not None:
        view.go_to(view.month.days[0 if key == K.Key_Home else -1].on)
    elif key == K.Key_Escape and view.look.entry is not None:
        view.look.entry = None
        view.update()
        view.speak()
    else:
        return False
    return True


def _open(view: MonthView) -> None:
    entry = view.focus_entry()
    if entry is not None:
        view.opened.emit(entry)
    elif view.look.day is not None:
        view.day_opened.emit(view.look.day)


def _move(view: MonthView, days: int) -> bool:
    entry, on = view.focus_entry(), view.look.day
    if entry is not None and on is not None and view.can_move:
        view.ask_move(entry, on + timedelta(days=days))
    return entry is not None


def _walk(view: MonthView, key: K) -> None:
    """Up and Down go through the entries of a day before they leave it."""
    cell = _here(view)
    ids = [] if cell is None else [spot.entry.id for spot in cell.spots]
    at = ids.index(view.look.entry) if view.look.entry in ids else -1
    if key == K.Key_Down and at + 1 < len(ids):
        _focus(view, ids[at + 1])
    elif key == K.Key_Up and at > 0:
        _focus(view, ids[at - 1])
    elif key == K.Key_Up and at == 0:
        _focus(view, None)
    else:
        _leave(view, DAYS[key], from_below=key == K.Key_Up)


def _leave(view: MonthView, days: int, *, from_below: bool) -> None:
    assert view.month is not None
    on = (view.look.day or view.month.today) + timedelta(days=days)
    first, last = view.month.days[0].on, view.month.days[-1].on
    if not first <= on <= last:
        view.look.day = on
        view.turn(-1 if on < first else 1)
        return
    view.go_to(on)
    cell = _here(view)
    if from_below and cell is not None and cell.spots:
        _focus(view, cell.spots[-1].entry.id)


def _focus(view: MonthView, id: int | None) -> None:
    view.look.entry = id
    view.update()
    view.speak()


def _here(view: MonthView) -> Cell | None:
    return view.plan.cell_of(view.look.day) if view.look.day is not None else None
