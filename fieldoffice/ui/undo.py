"""Undo and redo: a new service call against the version that was left, never a rollback.

Each window has its own stack, gone at exit. A step says where things stood before (`target`) and where our action left
them (`expected`); what somebody else changed since is left alone and named in words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Literal, cast

from PySide6.QtCore import QObject, Signal

from fieldoffice.services.dispatch.rows import Change, Placement
from fieldoffice.services.edits import Edit, RowState

LIMIT = 100
Way = Literal["undo", "redo"]
States = tuple[Placement, ...] | tuple[RowState, ...]
Left = Change | Edit
"""What an action left: visits that moved, or rows that were edited."""


@dataclass(frozen=True, slots=True)
class Step:
    """`label` in the past tense of the toast: "Moved to Ann". The number stays the same from undo to redo and back."""

    number: int
    label: str
    target: States
    expected: States

    @property
    def of_visits(self) -> bool:
        """Whether visits are put back, which rules decide, or rows as they were."""
        return isinstance(next(iter((*self.target, *self.expected)), None), Placement)


PutBack = Callable[[Step, Callable[[Left], None], Callable[[], None]], None]
"""Runs the service and answers with done(change), or failed() when it was refused as a whole."""


class UndoStack(QObject):
    """The steps of one window. `ended(way, step, change)` follows each undo and redo."""

    changed = Signal()
    ended = Signal(str, object, object)

    def __init__(self, put_back: PutBack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._put_back, self._running, self._numbers = put_back, False, count(1)
        self._steps: dict[Way, list[Step]] = {"undo": [], "redo": []}
        self._wishes: list[tuple[Way, Step | None]] = []

    def push(self, label: str, change: Left) -> Step | None:
        """Remember an action that moved something; it ends what could be redone."""
        if not change.before and not change.after:
            return None
        step = Step(next(self._numbers), label, change.before, change.after)
        self._steps["redo"].clear()
        self._keep("undo", step)
        return step

    def undo(self, step: Step | None = None) -> None:
        """Take back `step`, else the newest. While one runs, further wishes wait their turn."""
        self._wish("undo", step)

    def redo(self) -> None:
        self._wish("redo", None)

    def label(self, way: Way) -> str:
        """What the next undo or redo would take back, "" when there is nothing."""
        steps = self._steps[way]
        return steps[-1].label if steps else ""

    def clear(self) -> None:
        for steps in self._steps.values():
            steps.clear()
        self.changed.emit()

    def _wish(self, way: Way, step: Step | None) -> None:
        self._wishes.append((way, step))
        self._next()

    def _next(self) -> None:
        while self._wishes and not self._running:
            way, step = self._wishes.pop(0)
            step = self._latest(way, step)
            if step is not None:
                self._run(way, step)

    def _latest(self, way: Way, step: Step | None) -> Step | None:
        """The step to run as it stands now: versions may have moved since a toast was shown."""
        steps = self._steps[way]
        if step is None:
            return steps[-1] if steps else None
        return next((kept for kept in steps if kept.number == step.number), None)

    def _run(self, way: Way, step: Step) -> None:
        self._running = True
        self._steps[way].remove(step)
        self.changed.emit()
        self._put_back(step, lambda change: self._done(way, step, change), self._failed)

    def _done(self, way: Way, step: Step, change: Left) -> None:
        self._running = False
        self._rebase(step, change)
        if change.before:
            back = Step(step.number, step.label, change.before, change.after)
            self._keep("redo" if way == "undo" else "undo", back)
        self.ended.emit(way, step, change)
        self._next()

    def _failed(self) -> None:
        self._running = False
        self._wishes.clear()
        self.changed.emit()

    def _keep(self, way: Way, step: Step) -> None:
        steps = self._steps[way]
        steps.append(step)
        del steps[:-LIMIT]
        self.changed.emit()

    def _rebase(self, step: Step, change: Left) -> None:
        """Other steps that left the row at the version now restored meet it under its new version."""
        now = {_key(state): state.version for state in change.after}
        moved = {(_key(old), old.version): now[_key(old)] for old in step.target if _key(old) in now}
        for steps in self._steps.values():
            steps[:] = [_with_versions(kept, moved) for kept in steps]


Key = tuple[str, int]


def _key(state: Placement | RowState) -> Key:
    return ("appointment" if isinstance(state, Placement) else state.table, state.id)


def _with_versions(step: Step, moved: dict[tuple[Key, int], int]) -> Step:
    def new(states: States) -> States:
        rows = (replace(s, version=moved.get((_key(s), s.version), s.version)) for s in states)
        return cast(States, tuple(rows))

    return replace(step, target=new(step.target), expected=new(step.expected))
