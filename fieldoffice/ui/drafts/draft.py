"""One form being edited: kept on disk while it is typed, restored when it is opened again, merged when others were first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import uuid6
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from fieldoffice.models.errors import Refused
from fieldoffice.ui.drafts.merging import Merged, differs, merge
from fieldoffice.ui.drafts.shelf import Kept
from fieldoffice.ui.drafts.told import Told, when
from fieldoffice.ui.parts.values import plain, same

if TYPE_CHECKING:
    from fieldoffice.ui.desk import Desk

Values = Mapping[str, Any]
AskNow = Callable[..., tuple[int, Values]]
Again = Callable[[int, dict[str, Any]], object]
REST_MS = 700
"""A change is on the disk within two seconds: this long after the first key, plus the writing."""


class Fillable(Protocol):
    """What a draft needs of a form; `ui.parts.form.Form` is one."""

    changed: Any  # a signal

    def values(self) -> dict[str, Any]: ...
    def set_values(self, given: Values) -> None: ...
    def put_on_top(self, widget: QWidget) -> None: ...
    def words(self, name: str) -> str: ...
    def said(self, name: str, value: Any) -> str: ...


class Draft(QObject):
    """Lives with its panel or page. `kind` is the table's name where the form edits a row ("customer", "job")."""

    def __init__(self, desk: Desk, kind: str, form: Fillable, owner: QWidget | None = None, *, entity: str = "",
                 save: Callable[[], object] | None = None) -> None:
        """`owner` is what saves (the form's panel by itself); `save` is called when the connection is back."""
        super().__init__(owner if owner is not None else form if isinstance(form, QWidget) else None)
        self.desk, self.kind, self.form, self.entity = desk, kind, form, entity or kind
        self._owner, self._save = owner, save
        self.row, self.version, self.title = -1, 0, ""
        self.base: dict[str, Any] = {}
        self._op, self._sent, self._waiting = "", None, False
        self._since: dict[str, Any] = {}  # typed between a save and its answer, until the form shows the answer
        self._sent: dict[str, Any] | None
        self.told = Told(form)
        self._soon = QTimer(self, interval=REST_MS, singleShot=True)
        self._soon.timeout.connect(self.keep_now)
        form.changed.connect(self._changed)
        desk.landed.connect(self._landed)
        desk.cut.connect(self._cut)
        desk.live.state_changed.connect(self._connected)
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]

    # what a panel calls

    def open(self, row: int | None, version: int, values: Values | None = None, title: str = "") -> None:
        """The form now shows `row` (None: something new) as the database has it: `values`, else what stands in the form.

        Call it last, after the form was filled and called clean: what was left unsaved is put back and told about.
        """
        self._soon.stop()
        self.told.hide()
        since = self._since if self.row in (0, row or 0) else {}
        self.row, self.version, self.title = row or 0, version, title
        self.base = plain({**self.form.values(), **(values or {})})
        self._sent, self._waiting = None, False
        kept = self.desk.shelf.get(self.kind, self.row)
        if since:
            self._op = str(uuid6.uuid7())
            self.fill(since)
            self.keep_now()
        elif kept is None:
            self._op = str(uuid6.uuid7())
        else:
            self._op = kept.op_id
            self._restore(kept) if kept.sent is None else self._ask_landed(kept)

    def op(self) -> str:
        """The operation id for saving what is entered now: pass it to `desk.do(…, op_id=…)`. It is on the disk already."""
        self._sent = self.form.values()
        self._put()
        return self._op

    def saved(self) -> bool:
        """The service agreed, and the next save is another operation. False when more was typed while it was on its way.

        What was typed meanwhile stands in the form, even where the form was filled with the answer, and is a draft again.
        """
        since = self._since
        self._forget()
        if not since:
            self.base = plain(self.form.values())
            return True
        self._since = since
        self.fill(since)
        self.keep_now()
        return not self.dirty()

    def discard(self) -> None:
        """The person does not want what was typed."""
        self._forget()

    def dirty(self) -> bool:
        """Whether something is entered that `open` did not give."""
        return self.row >= 0 and differs(self.form.values(), self.base)

    def stale(self, error: Refused, ask_now: AskNow, again: Again, otherwise: Callable[[Refused], object] | None = None) -> None:
        """Somebody saved this row first: ask what it is now, merge, and call `again(version, values)` with all that is kept.

        Fields that only one side changed merge by themselves; where both did, the person chooses in a merge view that says
        who changed what and when. Until then the form keeps what was typed.
        """
        from fieldoffice.ui.drafts.meeting import meet

        meet(self, error, ask_now, again, otherwise)

    # what happens meanwhile

    def keep_now(self) -> None:
        """Write what is typed to the disk, or forget the draft where nothing differs any more."""
        self._soon.stop()
        if self.row < 0:
            return
        if self.dirty():
            self._put()
        elif self._sent is None:
            self.desk.shelf.drop(self.kind, self.row)

    def rebase(self, version: int, values: Values) -> None:
        """The form now holds a merge over this version; saving it is a new operation."""
        self.version, self.base = version, plain({**self.base, **values})
        self._op, self._sent = str(uuid6.uuid7()), None
        self.keep_now()

    def fill(self, values: Values) -> None:
        """Show values as if they had been typed."""
        self.form.set_values(values)
        self.form.changed.emit()

    def panel(self) -> Any:
        """The side panel that the form is in, or whatever saves it; None where there is neither."""
        above: Any = self._owner or (self.form if isinstance(self.form, QWidget) else None)
        while above is not None and not hasattr(above, "save_now"):
            above = above.parentWidget()
        return above

    # inside

    def _changed(self) -> None:
        if self.row >= 0 and not self._soon.isActive():
            self._soon.start()

    def _focus_moved(self, _old: QWidget | None, _now: QWidget | None) -> None:
        if self._soon.isActive():
            self.keep_now()

    def _put(self) -> None:
        self._soon.stop()
        self.desk.shelf.put(Kept(self.kind, self.row, self.title or self._guessed_title(), self.version, self.base,
                                 self.form.values(), self._op, self._sent))

    def _guessed_title(self) -> str:
        values = self.form.values()
        first = (values.get(name) for name in ("name", "title", "subject", "number"))
        return next((one.strip() for one in first if isinstance(one, str) and one.strip()), "")

    def _forget(self) -> None:
        self._soon.stop()
        self._since = {}
        self.told.hide()
        self.desk.shelf.drop(self.kind, self.row)
        self._op, self._sent, self._waiting = str(uuid6.uuid7()), None, False

    def _ask_landed(self, kept: Kept) -> None:
        """The program ended while this was being saved: was it?"""
        from fieldoffice.services.history import landed

        def answered(done: bool) -> None:
            if done and kept.values == kept.sent:
                self._forget()
                self.desk.toast(f"What you typed {when(kept.at)} had been saved.")
            else:
                self._restore(kept)

        self.desk.see(self, landed, kept.op_id, then=answered, otherwise=lambda _error: self._restore(kept))

    def _restore(self, kept: Kept) -> None:
        if not differs(kept.values, self.base):
            self._forget()
            return
        if kept.version == self.version:
            self._sent = kept.sent
            self.fill({name: value for name, value in kept.values.items() if name in self.base})
            self.told.say(f"Restored what you typed {when(kept.at)}.", ("Discard", self._drop_restored))
        else:
            self._restore_over_a_newer_row(kept, merge(kept.base, kept.values, self.base))

    def _restore_over_a_newer_row(self, kept: Kept, merged: Merged) -> None:
        self._op = str(uuid6.uuid7())
        self.fill(merged.values)
        changed = ", ".join(self.form.words(name) for name in (*merged.theirs, *merged.conflicts))
        words = f"Restored what you typed {when(kept.at)}. Somebody changed {changed} meanwhile." if changed else \
            f"Restored what you typed {when(kept.at)}."
        buttons = [("Compare", lambda: self._compare(kept))] if merged.conflicts else []
        self.told.say(words, *buttons, ("Discard", self._drop_restored))
        self.keep_now()

    def _compare(self, kept: Kept) -> None:
        from fieldoffice.ui.drafts.meeting import compare

        compare(self, kept.base, self.form.values(), self.base, then=self.fill)

    def _drop_restored(self) -> None:
        self.form.set_values(self.base)
        self._forget()
        self.form.changed.emit()
        self._soon.stop()
        if hasattr(panel := self.panel(), "set_dirty"):
            panel.set_dirty(False)

    def _landed(self, op_id: str) -> None:
        """The answer to a save arrived: the same id must not carry another one. Whoever asked is told right after this."""
        if op_id != self._op:
            return
        sent, mine = self._sent or {}, self.form.values()
        self._since = {name: value for name, value in mine.items() if name in sent and not same(value, sent[name])}
        self.base = plain({**self.base, **sent})
        self._op, self._sent, self._waiting = str(uuid6.uuid7()), None, False
        QTimer.singleShot(0, self, self._since_is_shown)

    def _since_is_shown(self) -> None:
        self._since = {}

    def _cut(self, asker: QObject) -> None:
        """A change was refused because the line is cut: was it ours?"""
        if self._is_ours(asker) and self.dirty():
            self.keep_now()
            self._waiting = True
            self.told.say("Not saved yet: the database is out of reach. What you typed is kept on this computer and is saved "
                          "when the connection is back.", ("Do not save by itself", self._stop_waiting), kind="warn")

    def _is_ours(self, asker: QObject) -> bool:
        form: Any = self.form
        return asker in (self._owner, form) or (isinstance(asker, QWidget) and isinstance(form, QWidget) and asker.isAncestorOf(form))

    def _stop_waiting(self) -> None:
        self._waiting = False
        self.told.hide()

    def _connected(self, connected: bool) -> None:
        if not (connected and self._waiting):
            return
        self._stop_waiting()
        save = self._save or getattr(self.panel(), "save_now", None)
        if save is not None and self.dirty():
            save()


