"""What a page is given: questions and changes off the Qt thread, toasts, undo, live refresh, navigation.

A page asks, shows and passes on a refusal; it never waits and never decides. A Refused that a page does not take itself
becomes a toast in the danger color.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import uuid6
from PySide6.QtCore import QObject, Signal

from fieldoffice.engine import UNREACHABLE
from fieldoffice.models.errors import Refused, WorldFault
from fieldoffice.ui import theme
from fieldoffice.ui.background import Background
from fieldoffice.ui.drafts.shelf import Shelf
from fieldoffice.ui.live import EVERY_MS, Live
from fieldoffice.ui.memory import Memory
from fieldoffice.ui.undo import Left, Step, UndoStack, Way
from fieldoffice.ui.works import Work, Works

Kind = Literal["plain", "warn", "danger"]
Then = Callable[[Any], object] | None
Otherwise = Callable[[Refused], object] | None
FAULT = "This could not be done because of a fault in the program."
"""What an asker is told, beside the crash dialog, that does not say by itself what to do then: nobody waits for ever."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A toast: words, how they are meant, and one thing that a button can do."""

    words: str
    kind: Kind = "plain"
    button: str = ""
    press: Callable[[], object] | None = None


class Desk(QObject):
    """One per window; the window shows what the signals say, tests listen to the same signals."""

    toasted = Signal(object)  # Notice
    opened = Signal(str, dict)  # a page or panel of ui/pages.py, and what to open there
    panel_wanted = Signal(object)  # a SidePanel that a page made itself
    landed = Signal(str)  # the operation id of a change that was committed
    _drafts_failed = Signal(str)
    cut = Signal(object)  # who asked for a change that met a broken line to the database

    def __init__(self, office: Any, *, user_id: int | None = None, known: dict[str, int] | None = None,
                 every_ms: int = EVERY_MS, drafts: Path | None = None) -> None:
        """`drafts` is the folder in which unfinished forms are kept; without it they end with the program."""
        super().__init__()
        self.office, self.user_id, self.seat = office, user_id, office.seat(user_id)
        self.theme, self.memory, self._told_drafts = theme, Memory(), False
        self.shelf = Shelf(drafts, getattr(office, "name", ""), user_id)
        self.shelf.failed = self._drafts_failed.emit
        self._drafts_failed.connect(self.tell_drafts_fail)
        self.background = Background()
        self.live = Live(office, self.background, known=known, every_ms=every_ms)
        self.works = Works(self)
        self.undo_stack = UndoStack(self._put_back, self)
        self.undo_stack.ended.connect(self._tell_undone)
        self.background.refused.connect(self.refuse)

    def start(self) -> None:
        """Begin live refresh; a test that does not call this has no thread of its own."""
        self.live.start()

    def close(self) -> None:
        """End live refresh and background work; nobody is answered afterwards."""
        self.live.stop()
        self.background.stop()
        self.shelf.close()

    def see(self, asker: QObject, query: Callable[..., Any], *args: Any, then: Then,
            otherwise: Otherwise = None, **kw: Any) -> None:
        """Read; `then(value)` comes on the Qt thread unless `asker` is gone. A refusal, and a fault, go to `otherwise`.

        Asked again with the same asker, query and `then` (a bound method), an answer older than one already given is
        dropped: whoever pages quickly through days sees the last day.
        """
        def work() -> Any:
            return self.seat.see(query, *args, **kw)

        def refused(error: Refused) -> None:
            cut = error.key == UNREACHABLE
            if cut:
                self.live.lost()  # says so across the window; whoever watches is told when it is back
            if otherwise is not None or not cut:
                (otherwise or self.refuse)(error)

        self.background.ask(asker, work, then, refused, broken=_broken(None, otherwise), series=(id(asker), query, then))

    def do(self, asker: QObject, service: Callable[..., Any], *args: Any, then: Then = None,
           otherwise: Otherwise = None, broken: Callable[[], object] | None = None, op_id: str = "", **kw: Any) -> None:
        """Change; in the order asked for. Views that watch what changed are told before `then(value)`.

        Every change carries an operation id, so that it is never done twice; a form gives that of its draft. After a
        fault of ours the crash dialog speaks; `broken()` is called, else `otherwise(FAULT)`.
        """
        op = op_id or str(uuid6.uuid7())

        def work() -> Any:
            return self.seat.done_as(op, service, *args, **kw)

        def answered(done: Any) -> None:
            self.landed.emit(op)
            self.background.changed.emit(done.topics)
            if then is not None:
                then(done.value)

        def refused(error: Refused) -> None:
            if error.key == UNREACHABLE:
                self.live.lost()
                self.cut.emit(asker)
            (otherwise or self.refuse)(error)

        self.background.ask(asker, work, answered, refused, broken=_broken(broken, otherwise), writes=True)

    def act(self, asker: QObject, label: str, service: Callable[..., Any], *args: Any, then: Then = None,
            otherwise: Otherwise = None, op_id: str = "", **kw: Any) -> None:
        """Like `do` for a service that returns a Change or an Edit: it can be undone, and a toast says so."""
        def answered(change: Left) -> None:
            self.note(label, change)
            if then is not None:
                then(change)

        self.do(asker, service, *args, then=answered, otherwise=otherwise, op_id=op_id, **kw)

    def note(self, label: str, change: Left) -> None:
        """Put `change` on the undo stack and tell about it, with what was refused and what to mind."""
        step = self.undo_stack.push(label, change)
        words = "\n".join((label, *change.warnings, *(why for _, why in change.refused)))
        kind: Kind = "warn" if change.refused or change.warnings else "plain"
        self.toast(words, undo=None if step is None else lambda: self.undo(step), kind=kind)

    def toast(self, words: str, *, undo: Callable[[], object] | None = None, kind: Kind = "plain") -> None:
        """Say `words` at the bottom of the window for a few seconds; `undo` adds the button."""
        self.tell(Notice(words, kind, "" if undo is None else "Undo", undo))

    def tell(self, notice: Notice) -> None:
        """Say it with any button."""
        self.toasted.emit(notice)

    def refuse(self, error: Refused) -> None:
        """Say why something was refused."""
        self.toast(str(error), kind="danger")

    def tell_drafts_fail(self, why: str) -> None:
        """Unfinished forms cannot be kept on this computer: said once."""
        if not self._told_drafts:
            self._told_drafts = True
            self.toast(f"Unfinished forms cannot be kept on this computer ({why}). Save what you type soon.", kind="warn")

    def undo(self, step: Step | None = None) -> None:
        """Take back `step`, else this window's newest action."""
        self.undo_stack.undo(step)

    def redo(self) -> None:
        self.undo_stack.redo()

    def open(self, page: str, **args: Any) -> None:
        """Go to a page or open a panel by its id in ui/pages.py, with what to show there."""
        self.opened.emit(page, args)

    def show_panel(self, panel: QObject) -> None:
        """Show a SidePanel at the window's right side."""
        self.panel_wanted.emit(panel)

    def work(self, words: str, cancel: Callable[[], object] | None = None) -> Work:
        """Show long work in the status line; the caller reports and ends it."""
        return self.works.start(words, cancel)

    def _put_back(self, step: Step, done: Callable[[Left], None], failed: Callable[[], None]) -> None:
        from fieldoffice.services.dispatch.moves import put_back  # only windows that undo need them
        from fieldoffice.services.edits import put_rows_back

        def refused(error: Refused) -> None:
            self.refuse(error)
            failed()

        service = put_back if step.of_visits else put_rows_back
        self.do(self, service, target=step.target, expected=step.expected, then=done, otherwise=refused, broken=failed)

    def _tell_undone(self, way: Way, step: Step, change: Left) -> None:
        verb = "Undone" if way == "undo" else "Done again"
        left = [why for _, why in change.refused]
        head = f"{verb}: {step.label}" if change.before else f"Nothing to put back: {step.label}"
        self.toast("\n".join((head, *left, *change.warnings)), kind="warn" if left else "plain")


def _broken(broken: Callable[[], object] | None, otherwise: Otherwise) -> Callable[[], object] | None:
    if broken is not None or otherwise is None:
        return broken
    return lambda: otherwise(WorldFault(FAULT, key="fault"))
