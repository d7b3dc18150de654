"""One row in a form beside its page: shown with its version, kept as a draft, saved, and merged when others were first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from fieldoffice.models.errors import Invalid, Refused, Stale
from fieldoffice.office import Tx
from fieldoffice.services.edits import Edit
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.drafts import Draft
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.panel import NARROW, SidePanel

Values = Mapping[str, Any]
ROOM = 440
"""What two fields side by side need."""


@dataclass(frozen=True)
class Wish:
    """What saving asks for: a service that answers with an Edit, and what the toast says afterwards."""

    label: str
    service: Callable[..., Edit]
    args: tuple[Any, ...] = ()
    kw: dict[str, Any] = field(default_factory=dict[str, Any])


class RowPanel(SidePanel):
    """Whoever fills it adds rows to `form` and overrides `wanted` and `now`. `row_id` is None for something new.

    Before it is filled anew it is asked whether it is `free()`.
    """

    def __init__(self, desk: Desk, kind: str, *, width: int = NARROW) -> None:
        """`kind` is the table's name: drafts are kept under it."""
        self.row_id: int | None = None
        self.version, self._saving = 0, False
        super().__init__("", width=width)
        self.setMinimumWidth(min(width, ROOM))
        self.desk, self.kind, self.form = desk, kind, Form()
        body = QWidget()
        self.box = QVBoxLayout(body)
        self.box.setContentsMargins(16, 12, 16, 16)
        self.box.setSpacing(12)
        self.box.addWidget(self.form)
        self.box.addStretch(1)
        self.set_body(body)
        self.draft = Draft(desk, kind, self.form, self)
        self.form.changed.connect(self._entered)

    # what those who fill it say

    def wanted(self) -> Wish:
        """What is entered, as a call; may raise Invalid by the field. New rows have `row_id` None."""
        raise NotImplementedError

    def now(self, tx: Tx, row_id: int) -> tuple[int, Values]:
        """Version and values (as the form gives them) of the row as the database has it; raises NotFound."""
        raise NotImplementedError

    def entered(self) -> None:
        """Something was typed or chosen: show or hide what depends on it."""

    # what pages call

    def show_row(self, title: str, row_id: int | None, version: int, values: Values, *, of: str = "") -> None:
        """Fill the form; what was left unsaved for this row comes back. `of` tells apart what new rows belong to."""
        self.row_id, self.version = row_id, version
        self.set_title(title)
        self.form.clear_errors()
        self.form.set_values(values)
        for row in self.form.rows.values():
            if isinstance(row.field, QLineEdit):
                row.field.setCursorPosition(0)  # a long text shows its beginning
        self.entered()
        self.set_dirty(False)
        assert self.draft is not None
        self.draft.kind = f"{self.kind}.{of}" if row_id is None and of else self.kind
        self.draft.open(row_id, version, None, title)

    def free(self) -> bool:
        """Whether another row may be shown here; else the panel asks what to do with what is typed."""
        if self.dirty and not self.may_close():
            self.desk.show_panel(self)
            return False
        return True

    def show_in(self, desk: Desk) -> None:
        """Come out beside the page, with the keyboard in the first field."""
        desk.show_panel(self)
        first = next(iter(self.form.rows.values()), None)
        if first is not None and self.isVisible():
            first.field.setFocus()

    def set_dirty(self, dirty: bool = True) -> None:
        """Something new can be saved as it is offered, without a change."""
        super().set_dirty(dirty)
        if self.row_id is None:
            for id in ("save", "save_close"):
                self.calls[id].setEnabled(True)
            self._save.setEnabled(True)
            self._save_close.setEnabled(True)

    def save_now(self) -> None:
        if self.dirty or self.row_id is None:
            self.save(self._saved)

    def save_and_close(self) -> None:
        if self.row_id is None:
            self.save(self._saved_and_close)
        else:
            super().save_and_close()

    def save(self, then: Callable[[], object]) -> None:
        if self._saving or not self.form.check():
            return
        try:
            wish = self.wanted()
        except Invalid as error:
            self.form.show_errors(error)
            return
        self._send(wish, self.version, then)

    # inside

    def _send(self, wish: Wish, version: int, then: Callable[[], object]) -> None:
        assert self.draft is not None
        kw = dict(wish.kw) if self.row_id is None else {**wish.kw, "version": version}
        self._saving = True

        def saved(edit: Edit) -> None:
            self._saving = False
            self.form.clear_errors()
            new = self.row_id is None
            then()
            self._keep_version(edit)
            if new:
                self._now_stored()

        def refused(error: Refused) -> None:
            self._saving = False
            self._refused(error, then)

        self.desk.act(self, wish.label, wish.service, *wish.args, **kw, then=saved, otherwise=refused, op_id=self.draft.op())

    def _refused(self, error: Refused, then: Callable[[], object]) -> None:
        row_id = self.row_id
        if not isinstance(error, Stale) or row_id is None:
            self.form.show_errors(error)
            return

        def again(version: int, _values: dict[str, Any]) -> None:
            self.version = version
            self.save(then)

        assert self.draft is not None
        self.draft.stale(error, lambda tx: self.now(tx, row_id), again, otherwise=self.form.show_errors)

    def _keep_version(self, edit: Edit) -> None:
        """Saved and still open: the next save is against what this one left; something new is now a row of its own."""
        if self.row_id is None and isinstance(edit.value, int):
            self.row_id = edit.value
        mine = next((state for state in edit.after if (state.table, state.id) == (self.kind, self.row_id)), None)
        self.version = mine.version if mine is not None else self.version

    def _now_stored(self) -> None:
        """What was new is a row of its own by now; several rows at once are nothing to go on editing."""
        if self.row_id is None:
            self.closed.emit()
            return
        assert self.draft is not None
        self.draft.kind = self.kind
        self.draft.open(self.row_id, self.version)
        self.entered()
        self.set_dirty(False)

    def _entered(self) -> None:
        self.entered()
        assert self.draft is not None
        self.set_dirty(self.draft.dirty())
