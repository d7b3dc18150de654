"""F6: the keyboard goes round the parts of a window, and comes back to where it was in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget


class Panes(QObject):
    """Asks for the parts each time, because panels come and go."""

    def __init__(self, parts: Callable[[], Sequence[QWidget]], parent: QObject) -> None:
        super().__init__(parent)
        self._parts = parts
        self._last: dict[QWidget, QWidget] = {}
        QApplication.instance().focusChanged.connect(self._note)  # type: ignore[union-attr]

    def go(self, step: int) -> None:
        """To the next part that can take the keyboard (+1), or the one before (-1)."""
        parts = [part for part in self._parts() if part.isVisible() and _first(part) is not None]
        if not parts:
            return
        here = self.where()
        place = parts.index(here) + step if here in parts else 0
        self.enter(parts[place % len(parts)])

    def where(self) -> QWidget | None:
        """The part that holds the keyboard."""
        now = QApplication.focusWidget()
        return next((part for part in self._parts() if now is part or (now and part.isAncestorOf(now))), None)

    def enter(self, part: QWidget) -> None:
        """Put the keyboard where it was in `part`, else on its first field."""
        last = self._last.get(part)
        wanted = last if last is not None and _usable(part, last) else _first(part)
        if wanted is not None:
            wanted.setFocus(Qt.FocusReason.TabFocusReason)

    def _note(self, _old: QWidget | None, now: QWidget | None) -> None:
        here = self.where() if now is not None else None
        if here is not None and now is not None:
            self._last[here] = now
            now.destroyed.connect(lambda: self._last.pop(here, None))


def _usable(part: QWidget, widget: QWidget) -> bool:
    return part.isAncestorOf(widget) and widget.isVisible() and widget.isEnabled()


def _first(part: QWidget) -> QWidget | None:
    if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isEnabled():
        return part
    step = part.nextInFocusChain()
    while step is not None and step is not part:
        if part.isAncestorOf(step) and step.focusPolicy() & Qt.FocusPolicy.TabFocus and _usable(part, step):
            return step
        step = step.nextInFocusChain()
    return None
