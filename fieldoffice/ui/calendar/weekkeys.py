"""The keyboard in a week: arrows walk over visits and days, Alt+arrows move the visit in focus, Shift+Up and Down resize it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from fieldoffice.services.calendar import local
from fieldoffice.ui.calendar.monthpaint import day_tip
from fieldoffice.ui.calendar.weekplan import STEP, Column
from fieldoffice.ui.calendar.words import entry_tip

if TYPE_CHECKING:
    from fieldoffice.ui.calendar.weekview import WeekView

K = Qt.Key
ALT, SHIFT, PLAIN = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
IGNORED = Qt.KeyboardModifier.KeypadModifier
WALK = {K.Key_Left: (-1, 0), K.Key_Right: (1, 0), K.Key_Up: (0, -1), K.Key_Down: (0, 1)}


def press(view: WeekView, event: QKeyEvent) -> bool:
    """True when the key was meant for the week."""
    key, modifiers = K(event.key()), event.modifiers() & ~IGNORED
    if view.week is None:
        return False
    if key == K.Key_Escape and view.look.carried is not None:
        view.cancel()
        return True
    if key in WALK and modifiers == ALT:
        return _move(view, *WALK[key])
    if key in (K.Key_Up, K.Key_Down) and modifiers == SHIFT:
        return _stretch(view, WALK[key][1])
    if modifiers != PLAIN:
        return False
    if key in WALK:
        _walk(view, *WALK[key])
        return True
    return _other(view, key)


def spoken(view: WeekView) -> str:
    """What is in focus, in one line."""
    entry = view.focus_entry()
    if entry is not None:
        return entry_tip(entry, view.plan.zone).replace("\n", ", ")
    day = next((d for d in view.week.days if d.on == view.look.day), None) if view.week is not None else None
    return "" if day is None else day_tip(day).replace("\n", ", ")


def _other(view: WeekView, key: K) -> bool:
    entry, on = view.focus_entry(), view.look.day
    if key in (K.Key_PageUp, K.Key_PageDown):
        view.week_wanted.emit(-1 if key == K.Key_PageUp else 1)
    elif key in (K.Key_Return, K.Key_Enter) and entry is not None:
        view.opened.emit(entry)
    elif key in (K.Key_Return, K.Key_Enter) and on is not None:
        view.day_opened.emit(on)
    elif key == K.Key_T:
        view.today_wanted.emit()
    elif key == K.Key_Escape and entry is not None and on is not None:
        view.focus_on(on)
    else:
        return False
    return True


def _move(view: WeekView, days: int, steps: int) -> bool:
    """By the wall clock: a day on, the visit begins at the same time."""
    entry = view.focus_entry()
    if entry is not None and view.can_move:
        here = entry.starts_at.astimezone(view.plan.zone)
        on, minutes = here.date() + timedelta(days=days), here.hour * 60 + here.minute + steps * STEP
        view.ask_move(entry, local(on, minutes, view.plan.zone))
    return entry is not None


def _stretch(view: WeekView, steps: int) -> bool:
    """To the next or previous full quarter of an hour at its end."""
    entry = view.focus_entry()
    if entry is not None and view.can_move:
        low = view.plan.y(entry.starts_at) + entry.duration_s / 3600 * view.plan.per_hour
        view.ask_length(entry, view.plan.length(entry, low + steps * STEP / 60 * view.plan.per_hour, STEP))
    return entry is not None


def _walk(view: WeekView, dx: int, dy: int) -> None:
    column = view.plan.column_of(view.look.day) if view.look.day is not None else None
    if column is None:
        return
    if dx:
        _across(view, column, dx)
        return
    ids = [box.entry.id for box in column.boxes]
    at = ids.index(view.look.entry) if view.look.entry in ids else -1
    if 0 <= at + dy < len(ids):
        view.focus_on(column.on, ids[at + dy])
    elif at + dy < 0:
        view.focus_on(column.on)


def _across(view: WeekView, column: Column, dx: int) -> None:
    """The nearest visit in time of the next day; beyond the week, the next week."""
    n = view.plan.columns.index(column) + dx
    if not 0 <= n < len(view.plan.columns):
        view.look.day, view.look.entry = column.on + timedelta(days=dx), None
        view.week_wanted.emit(dx)
        return
    there, box = view.plan.columns[n], view.plan.spot_of(view.look.entry) if view.look.entry is not None else None
    if box is None or not there.boxes:
        view.focus_on(there.on)
        return
    nearest = min(there.boxes, key=lambda b: abs(b.area.top() - box.area.top()))
    view.focus_on(there.on, nearest.entry.id)
