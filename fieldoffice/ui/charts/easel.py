"""One picture at a time: drawing takes a tenth of a second of processor time, and other questions of the desk go on beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import shiboken6
from PySide6.QtCore import QObject

from fieldoffice.ui.desk import Desk


class Sitter(Protocol):
    """A widget that wants to be drawn."""

    def sitting(self) -> tuple[Callable[[], Any], Callable[[Any], object]] | None:
        """What to do on a thread and who takes the answer, as things are now; None when there is nothing to draw."""
        ...


class Easel(QObject):
    """One for a desk, found by `easel_of`. Whoever asks twice while waiting is drawn once."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.desk, self.busy = desk, False
        self.waiting: list[Any] = []

    def want(self, sitter: Any) -> None:
        """Draw `sitter` when its turn comes."""
        if not any(other is sitter for other in self.waiting):
            self.waiting.append(sitter)
        self._next()

    def _next(self) -> None:
        while self.waiting and not self.busy:
            sitter = self.waiting.pop(0)
            found = sitter.sitting() if shiboken6.isValid(sitter) else None
            if found is not None:
                self._draw(sitter, *found)

    def _draw(self, sitter: Any, work: Callable[[], Any], take: Callable[[Any], object]) -> None:
        def drawn(answer: Any) -> None:
            self._free()
            if shiboken6.isValid(sitter):
                take(answer)

        self.busy = True
        self.desk.background.ask(self, work, drawn, broken=self._free)

    def _free(self) -> None:
        self.busy = False
        self._next()


def easel_of(desk: Desk) -> Easel:
    """The desk's easel, made when first asked for."""
    found = desk.findChild(Easel)
    return found if isinstance(found, Easel) else Easel(desk)
