"""The access codes of a location: labels in sight, a code only when somebody asks for it, and for a minute.

`AccessCodes(desk)` is put where the location is shown; `show_location(id)` fills it. `CodeOffer(codes, notes)` stands below a
field for notes and offers to keep what looks like a code there.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from fieldoffice.services.access import (
    AccessCodeRow,
    CodeInNotes,
    KeptCode,
    LocationCodes,
    add_access_code,
    change_access_code,
    codes_in,
    location_codes,
    put_code_back,
    remove_access_code,
    see_access_code,
    without_code,
)
from fieldoffice.ui import icons
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import IconButton, button
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import ElidedLabel, PlainLabel
from fieldoffice.ui.parts.panel import SidePanel

DOTS = "••••"
SHOWN_MS = 60_000
REST_MS = 600


class AccessCodes(QWidget):
    """A line for each code; without the right, the labels only."""

    def __init__(self, desk: Desk, location_id: int = 0) -> None:
        super().__init__()
        self.desk, self.location_id, self.found = desk, 0, LocationCodes((), False)
        self.lines: dict[int, CodeLine] = {}
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.none = PlainLabel(self.tr("None kept."), "muted")
        self.add = button(self.tr("Add access code…"), lambda: self.edit(None), icon="key", link=True)
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(PlainLabel(self.tr("Access codes"), "muted"))
        head.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(head)
        box.addWidget(self.none)
        box.addLayout(self._list)
        foot = QHBoxLayout()
        foot.addWidget(self.add)
        foot.addStretch(1)
        box.addLayout(foot)
        desk.live.watch(self, {"access_code"}, self.reload)
        self.hide()
        self.show_location(location_id)

    def show_location(self, location_id: int) -> None:
        """Show the codes of a location; 0 for none. What was in sight of another one is hidden at once."""
        if location_id != self.location_id:
            self.location_id = location_id
            self._came(LocationCodes((), False))
            self.setVisible(bool(location_id))
            self.reload()

    def reload(self) -> None:
        if self.location_id:
            self.desk.see(self, location_codes, self.location_id, then=self._came)

    def edit(self, row: AccessCodeRow | None) -> None:
        """Open the panel for a code, or a new one."""
        self.desk.show_panel(CodePanel(self.desk, self.location_id, row))

    def remove(self, row: AccessCodeRow) -> None:
        def gone(kept: KeptCode) -> None:
            self.desk.toast(self.tr("Access code %1 removed").replace("%1", row.label), undo=lambda: self._put_back(kept))

        self.desk.do(self, remove_access_code, row.id, version=row.version, then=gone)

    def _put_back(self, kept: KeptCode) -> None:
        self.desk.do(self, put_code_back, kept)

    def _came(self, found: LocationCodes) -> None:
        if any(row.location_id != self.location_id for row in found.rows):
            return  # the answer for a location that was left meanwhile
        self.found = found
        self.add.setVisible(found.may_see)
        self.none.setVisible(not found.rows)
        kept = {line.row.id: line for line in self.lines.values() if line.row in found.rows and line.may_see == found.may_see}
        for line in self.lines.values():
            if line.row.id not in kept:
                line.hide_code()
                line.setParent(None)
                line.deleteLater()
        self.lines = {row.id: kept.get(row.id) or CodeLine(self, row, found.may_see) for row in found.rows}
        for line in self.lines.values():
            self._list.addWidget(line)


class CodeLine(QWidget):
    """One code: its label, dots, and what can be done with it."""

    def __init__(self, codes: AccessCodes, row: AccessCodeRow, may_see: bool) -> None:
        super().__init__()
        self.codes, self.row, self.may_see = codes, row, may_see
        self.shown = PlainLabel(DOTS, "strong")
        self._hide = QTimer(self, interval=SHOWN_MS, singleShot=True)
        self._hide.timeout.connect(self.hide_code)
        self.look = IconButton("visibility", self.tr("Show the code of %1").replace("%1", row.label), self.toggle, color="muted")
        self.copy = IconButton("content_copy", self.tr("Copy the code"), self._copy, color="muted")
        more = (IconButton("edit", self.tr("Edit %1").replace("%1", row.label), lambda: codes.edit(row), color="muted"),
                IconButton("delete", self.tr("Remove %1").replace("%1", row.label), lambda: codes.remove(row), color="muted"))  # fmt: skip
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(ElidedLabel(row.label), 1)
        line.addWidget(self.shown)
        for one in (self.look, self.copy, *more):
            line.addWidget(one)
            one.setVisible(may_see)
        self.copy.setEnabled(False)

    def toggle(self) -> None:
        """Show the code for a minute, or hide it again. Each look is written down."""
        if self.shown.text() == DOTS:
            self.codes.desk.do(self, see_access_code, self.row.id, then=self._came)
        else:
            self.hide_code()

    def hide_code(self) -> None:
        self._hide.stop()
        self.shown.setText(DOTS)
        self.copy.setEnabled(False)
        icons.dress(self.look, "visibility", "muted")

    def _came(self, code: str) -> None:
        self.shown.setText(code)
        icons.dress(self.look, "visibility_off", "muted")
        self.copy.setEnabled(True)
        self._hide.start()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.shown.text())
        self.codes.desk.toast(self.tr("Code copied"))


class CodePanel(SidePanel):
    """One access code. What is typed here is kept in no draft."""

    def __init__(self, desk: Desk, location_id: int, row: AccessCodeRow | None) -> None:
        super().__init__("Access code" if row else "New access code")
        self.desk, self.location_id, self.row, self.form = desk, location_id, row, Form()
        self.label, self.code = QLineEdit(row.label if row else ""), QLineEdit()
        self.code.setPlaceholderText("Kept. Type to replace it" if row else "")
        self.form.add("label", "What it opens", self.label, required=True, hint="Shown to everybody: Gate, Alarm, Lockbox.")
        self.form.add("code", "Code", self.code, required=row is None,
                      hint="Sealed, on no paper and in no message. Each look is written down.")  # fmt: skip
        body = QWidget()
        box = QVBoxLayout(body)
        box.setContentsMargins(16, 12, 16, 16)
        box.addWidget(self.form)
        box.addStretch(1)
        self.set_body(body)
        self.form.changed.connect(self.set_dirty)

    def save(self, then: Callable[[], object]) -> None:
        if not self.form.check():
            return
        label, code = self.label.text(), self.code.text()

        def added(_row: AccessCodeRow) -> None:
            self.desk.toast(f"Access code {label.strip()} kept")
            self._ready(then)

        def changed(kept: KeptCode) -> None:
            self.desk.toast(f"Access code {label.strip()} saved", undo=lambda: self.desk.do(self.desk, put_code_back, kept))
            self.row = AccessCodeRow(kept.row.id, kept.version, kept.row.location_id, label.strip(), kept.row.created_at)
            self._ready(then)

        if self.row is None:
            self.desk.do(self, add_access_code, self.location_id, label=label, code=code, then=added, otherwise=self.form.show_errors)
        else:
            self.desk.do(self, change_access_code, self.row.id, version=self.row.version, label=label, code=code, then=changed,
                         otherwise=self.form.show_errors)  # fmt: skip

    def _ready(self, then: Callable[[], object]) -> None:
        self.code.clear()
        if self.row is None:
            self.label.clear()
        self.form.clear_errors()
        then()


class CodeOffer(Banner):
    """Below a field for notes: what looks like an access code there can be kept as one, with one press."""

    def __init__(self, codes: AccessCodes, notes: QPlainTextEdit) -> None:
        super().__init__("warn", narrow=True)
        self.codes, self.notes, self.offered = codes, notes, None
        self.offered: CodeInNotes | None
        self._left: set[str] = set()
        self.take = self.add_button(self.tr("Keep it as an access code"), self.move_code)
        self.add_button(self.tr("Leave it"), self._leave)
        self.hide()
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self.look)
        notes.textChanged.connect(self._rest.start)

    def look(self) -> None:
        """Look at the notes now."""
        self._rest.stop()
        hits = [one for one in codes_in(self.notes.toPlainText()) if one.code not in self._left]
        self.offered = hits[0] if hits and self.codes.location_id and self.codes.found.may_see else None
        if self.offered is None:
            self.hide()
        else:
            words = self.notes.toPlainText()[self.offered.start : self.offered.end].strip()
            said = self.tr("“%1” looks like an access code. Notes are printed on day sheets; access codes never are.")
            self.show_words(said.replace("%1", words))

    def move_code(self) -> None:
        """Keep the code sealed, and take it out of the notes; the notes are saved with their form."""
        found = self.offered
        if found is None:
            return

        def kept(_row: AccessCodeRow) -> None:
            now = [one for one in codes_in(self.notes.toPlainText()) if one.code == found.code]
            if now:
                self.notes.setPlainText(without_code(self.notes.toPlainText(), now[0]))
            self.codes.desk.toast(self.tr("Kept as access code %1. Save the notes without it.").replace("%1", found.label))
            self.look()

        self.codes.desk.do(self, add_access_code, self.codes.location_id, label=found.label, code=found.code, then=kept)

    def _leave(self) -> None:
        if self.offered is not None:
            self._left.add(self.offered.code)
        self.look()
