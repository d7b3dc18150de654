"""The third step: what would happen with each row. Errors by line and column, to be filtered and taken away as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.services.exchange.drafts import Does, Outcome
from fieldoffice.services.exchange.out import Head, Listing
from fieldoffice.services.exchange.running import Ready
from fieldoffice.ui import icons, theme
from fieldoffice.ui.exchange.words import DOES, counted
from fieldoffice.ui.memory import Memory
from fieldoffice.ui.parts.buttons import Segmented, button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import Chip, PlainLabel
from fieldoffice.ui.parts.rows import Column, Index, Rows
from fieldoffice.ui.parts.table import Table

GROUPS = {"all": frozenset(Does), "errors": frozenset({Does.ERROR}), "work": frozenset({Does.ADD, Does.CHANGE}),
          "left": frozenset({Does.SAME, Does.SKIP, Does.JOIN})}  # fmt: skip


class OutcomeRows(Rows[Outcome]):
    """Rows whose second column wears its icon and color."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index.row()) if index.isValid() else None
        if row is not None and index.column() == 1 and role in (Qt.ItemDataRole.DecorationRole, Qt.ItemDataRole.ForegroundRole):
            _, icon, color = DOES[row.does]
            ink = theme.color(color)
            return icons.pixmap(icon, 16, ink) if role == Qt.ItemDataRole.DecorationRole else ink
        return super().data(index, role)


class CheckStep(QWidget):
    """`wanted(leave_out_errors)` to import, `left` to go back to the columns, `errors_wanted(path)` for the errors as a file."""

    wanted = Signal(bool)
    left = Signal()
    errors_wanted = Signal(str)

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.outcomes: list[Outcome] = []
        self.chips = {does: Chip() for does in Does}
        self.show_only = Segmented((("all", self.tr("All rows")), ("errors", self.tr("Only errors")), ("work", self.tr("New and changed")),
                                    ("left", self.tr("Left alone"))), self.tr("Which rows are shown"))  # fmt: skip
        self.rows = OutcomeRows(_columns())
        self.empty = EmptyState(self.tr("No such row."), "check")
        self.table = Table(self.rows, "Rows of the file", self.empty, memory=memory)
        self.leave_out = QCheckBox()
        self.errors = button(self.tr("Errors as CSV…"), self._save_errors, icon="download")
        self.go = button(self.tr("Import"), lambda: self.wanted.emit(self.leave_out.isChecked()), icon="upload", primary=True)
        self.note = PlainLabel("", "muted", wrap=True)
        self._build()
        self.show_only.chosen.connect(lambda _key: self._show_rows())
        self.leave_out.toggled.connect(lambda _on: self._show_go())

    def show_ready(self, ready: Ready) -> None:
        """The answer of the dry run; errors first when there are any."""
        self.outcomes, self.counts = ready.outcomes, ready.counts
        for does, chip in self.chips.items():
            n = ready.counts[does]
            word, icon, color = DOES[does]
            words = counted(n, "error", "errors") if does is Does.ERROR else f"{n:,} {word.lower()}"
            chip.show_words(words, icon, "danger_ground" if does is Does.ERROR else "hover", color)
            chip.setVisible(bool(n))
        wrong = ready.counts[Does.ERROR]
        self.leave_out.setText(self.tr("Leave out %1").replace("%1", counted(wrong, "row with an error", "rows with errors")))
        self.leave_out.setChecked(False)
        for part in (self.leave_out, self.errors):
            part.setVisible(bool(wrong))
        self.show_only.set_enabled("errors", bool(wrong))
        self.show_only.set_value("errors" if wrong else "all")
        self._show_rows()
        self._show_go()

    def errors_list(self) -> Listing:
        """The rows with errors as a list that goes out."""
        heads = (Head("Line", "number"), Head("Column"), Head("Error"), Head("Name"))
        wrong = [o for o in self.outcomes if o.does is Does.ERROR]
        return Listing("Errors", heads, [[o.line, o.column, o.words, o.title] for o in wrong])

    def _show_rows(self) -> None:
        wanted = GROUPS[self.show_only.value()]
        self.rows.show([outcome for outcome in self.outcomes if outcome.does in wanted])

    def _show_go(self) -> None:
        work, wrong = self.counts[Does.ADD] + self.counts[Does.CHANGE], self.counts[Does.ERROR]
        held = bool(wrong) and not self.leave_out.isChecked()
        self.go.setText(self.tr("Import %1").replace("%1", counted(work, "row", "rows")) if work else self.tr("Nothing to import"))
        self.go.setEnabled(bool(work) and not held)
        if not work:
            self.note.setText(self.tr("Everything is here already, or has an error. Nothing would change."))
        elif held:
            self.note.setText(self.tr("Mend the errors in the file and choose it again, or leave these rows out."))
        else:
            self.note.setText(self.tr("All of it is imported, or nothing. You can undo it afterwards."))

    def _save_errors(self) -> None:
        kinds = self.tr("CSV (*.csv);;Workbook (*.xlsx)")
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save errors"), self.tr("Errors.csv"), kinds)
        if path:
            self.errors_wanted.emit(path)

    def _build(self) -> None:
        chips = QHBoxLayout()
        chips.setSpacing(8)
        for chip in self.chips.values():
            chips.addWidget(chip)
        chips.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(self.show_only)
        top.addStretch(1)
        top.addWidget(self.errors)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        foot.addWidget(button(self.tr("Back to the columns"), self.left.emit, icon="arrow_back"))
        foot.addWidget(self.note, 1)
        foot.addWidget(self.leave_out)
        foot.addWidget(self.go)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(chips)
        box.addLayout(top)
        box.addWidget(self.table, 1)
        box.addLayout(foot)


def _columns() -> Sequence[Column[Outcome]]:
    order = {does: n for n, does in enumerate(DOES)}
    return [
        Column("line", "Line", lambda o: f"{o.line:,}", lambda o: o.line, right=True, width=64),
        Column("does", "What happens", lambda o: DOES[o.does][0], lambda o: order[o.does], width=184),
        Column("title", "Name", lambda o: o.title, lambda o: o.title.casefold(), width=232, tip=lambda o: o.title),
        Column("column", "Column", lambda o: o.column, lambda o: o.column.casefold(), width=144),
        Column("words", "Details", lambda o: o.words, lambda o: o.words.casefold(), width=420, tip=lambda o: o.words),
    ]
