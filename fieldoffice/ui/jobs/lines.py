"""The lines of a job: added from the price book, changed in place, removed with Undo; net, tax and total in sight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldoffice.models.errors import Invalid, NotFound, Refused, Stale
from fieldoffice.services.catalog import ItemRow
from fieldoffice.services.jobs.choices import Choices
from fieldoffice.services.jobs.editing import add_line, edit_line, put_line_back, remove_line
from fieldoffice.services.jobs.money import totals
from fieldoffice.services.jobs.sheet import JobSheet, LineRow, job_sheet
from fieldoffice.ui.desk import Desk
from fieldoffice.ui.jobs import words
from fieldoffice.ui.jobs.linetable import NAME, PRICE, QUANTITY, Edit, LineRows, LineTable, QuantityField
from fieldoffice.ui.jobs.picker import Picker
from fieldoffice.ui.jobs.sums import Sums
from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.labels import PlainLabel


class LinesSection(QWidget):
    """`saved(JobSheet)` after each change. Changes go out one by one, each with the version that the last one left."""

    saved = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.job: JobSheet | None = None
        self.choices: Choices | None = None
        self.item: ItemRow | None = None
        self.rows = LineRows()
        empty = EmptyState(self.tr("No lines yet. Add the first one from the price book above."), "receipt_long")
        self.table = LineTable(self.rows, empty, desk.memory)
        self.trouble = Banner("warn")
        self.trouble.hide()
        self.picker = Picker(self._find, self._item_words, self.tr("Add a service, material or charge…"))
        self.quantity = QuantityField(self.tr("Quantity"))
        self.sums = Sums()
        self._versions: dict[int, int] = {}
        self._waiting: list[Edit] = []
        self._under_way = self._late = False
        self._build()

    def show_job(self, job: JobSheet, choices: Choices) -> None:
        """Show the lines as they are now; a cell that is being typed in is left alone."""
        if self.job is None or self.job.id != job.id:
            self.trouble.hide()
            self._set_item(None)
        self.job, self.choices = job, choices
        self.rows.exponent = self.sums.exponent = choices.exponent
        typed_in = self.table.cells.line_id
        self._late = bool(typed_in) and typed_in not in {row.id for row in job.lines}
        if self._late:  # somebody removed the line that is being typed in: the service will say so
            return
        self.rows.show(job.lines)
        self.remove.setEnabled(self.table.current() is not None)
        self._show_totals()

    def start_adding(self) -> None:
        """The keyboard goes to where a line is added."""
        self.picker.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def remove_selected(self) -> None:
        """Take the selected line off; the toast brings it back."""
        line: LineRow | None = self.table.current()
        if line is None:
            return
        words_ = self.tr("Removed %1").replace("%1", line.name)

        def removed(job: JobSheet) -> None:
            self._saved(job)
            self.desk.toast(words_, undo=lambda: self.desk.do(self, put_line_back, line.id, then=self._saved))

        self.desk.do(self, remove_line, line.id, version=line.version, then=removed, otherwise=self._say)

    def add_item(self) -> None:
        """Add what is chosen in the quantity that is entered."""
        milli = self.quantity.value()
        if self.job is None or self.item is None:
            self.start_adding()
        elif milli is None:
            self._say(Invalid(quantity=self.quantity.problem() or self.tr("Enter a quantity.")))
        else:
            self.add_button.setEnabled(False)
            self.desk.do(self, add_line, self.job.id, item_id=self.item.id, quantity_milli=milli, then=self._added,
                         otherwise=self._not_added)

    # inside

    def _added(self, job: JobSheet) -> None:
        self._set_item(None)
        self._saved(job)
        self.start_adding()

    def _not_added(self, error: Refused) -> None:
        self.add_button.setEnabled(True)
        self._say(error)

    def _saved(self, job: JobSheet) -> None:
        self.trouble.hide()
        self.saved.emit(job)

    def _say(self, error: Refused) -> None:
        self.trouble.show_words(str(error))

    def _edited(self, edit: Edit) -> None:
        self._waiting.append(edit)
        self._send_next()

    def _unreadable(self, line_id: int, column: int, text: str, why: str) -> None:
        """The cell opens again with what was typed."""
        self._say(Invalid(cell=why))
        QTimer.singleShot(0, self, lambda: self.table.edit_again(line_id, column, text))

    def _send_next(self) -> None:
        if self._under_way or not self._waiting:
            return
        edit = self._waiting.pop(0)
        line = next((row for row in self.rows.rows if row.id == edit.line_id), None)
        if line is None:
            self._failed(edit, NotFound(self.tr("This line no longer exists.")))
            return
        self._under_way = True
        version = max(edit.version, self._versions.get(edit.line_id, 0))
        self.desk.do(self, edit_line, edit.line_id, version=version, then=lambda job: self._answered(edit, job),
                     otherwise=lambda error: self._failed(edit, error), broken=self._broken, **_after(line, edit))

    def _answered(self, edit: Edit, job: JobSheet) -> None:
        self._under_way = False
        self._versions.update({row.id: row.version for row in job.lines if row.id == edit.line_id})
        self._saved(job)
        self._send_next()

    def _failed(self, edit: Edit, error: Refused) -> None:
        """Say why; after somebody else's change the cell opens again with what was typed, over the line as it is now."""
        self._under_way = False
        self._say(error)
        if isinstance(error, Stale) and self.job is not None:
            self.desk.see(self, job_sheet, self.job.id, then=lambda job: self._type_again(edit, job))
        self._send_next()

    def _type_again(self, edit: Edit, job: JobSheet) -> None:
        self.saved.emit(job)
        self.table.edit_again(edit.line_id, edit.column, edit.value)

    def _broken(self) -> None:
        self._under_way = False

    def _find(self, text: str, give: Any) -> None:
        items = self.choices.items if self.choices else ()
        give(text, [item for item in items if all(w in f"{item.code} {item.name}".casefold() for w in text.casefold().split())][:50])

    def _item_words(self, item: ItemRow) -> str:
        return f"{item.name}  ·  {item.code}  ·  {words.shown_amount(item.price_cents, self.rows.exponent)}"

    def _chosen(self, item: ItemRow) -> None:
        self._set_item(item)
        self.quantity.setFocus(Qt.FocusReason.TabFocusReason)

    def _set_item(self, item: ItemRow | None) -> None:
        self.item = item
        self.quantity.set_value(1000)
        self.chosen.setText("" if item is None else self._item_words(item))
        for widget in (self.chosen, self.quantity_label, self.quantity, self.add_button, self.forget):
            widget.setVisible(item is not None)
        self.add_button.setEnabled(True)
        self._show_totals()

    def _typing(self, what: object) -> None:
        self._show_totals(self.rows.with_edit(*what) if isinstance(what, tuple) else None)
        if what is None and self._late:
            QTimer.singleShot(0, self, self._show_late)

    def _show_late(self) -> None:
        if self._late and self.job is not None and self.choices is not None:
            self.show_job(self.job, self.choices)

    def _show_totals(self, rows: Sequence[LineRow] | None = None) -> None:
        now = totals(_money(row) for row in self.rows.rows)
        after = [_money(row) for row in (self.rows.rows if rows is None else rows)]
        if self.item is not None and self.quantity.value() is not None:
            after.append((self.quantity.value() or 0, self.item.price_cents, self.item.tax_ppm))
        self.sums.show_totals(now, totals(after))

    def _build(self) -> None:
        self.chosen, self.quantity_label = PlainLabel("", "strong"), PlainLabel(self.tr("Quantity"), "muted")
        self.quantity.setFixedWidth(80)
        self.add_button = button(self.tr("Add"), self.add_item)
        self.forget = button(self.tr("Not this one"), lambda: self._set_item(None), link=True)
        self.remove = button(self.tr("Remove"), self.remove_selected, icon="delete")
        row = QHBoxLayout()
        row.setSpacing(8)
        self.picker.setMinimumWidth(320)
        for part in (self.picker, self.chosen, self.quantity_label, self.quantity, self.add_button, self.forget):
            row.addWidget(part)
        row.setStretchFactor(self.picker, 1)
        row.addStretch(1)
        row.addWidget(self.remove)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 4, 16, 16)
        box.setSpacing(8)
        box.addLayout(row)
        for part in (self.trouble, self.table, self.sums):
            box.addWidget(part)
        box.setStretchFactor(self.table, 1)
        self.picker.chosen.connect(self._chosen)
        self.quantity.value_changed.connect(lambda: self._show_totals())
        self.quantity.returnPressed.connect(self.add_item)
        self.rows.edited.connect(self._edited)
        self.rows.unreadable.connect(self._unreadable)
        self.table.cells.typing.connect(self._typing)
        self.table.picked.connect(lambda line: self.remove.setEnabled(line is not None))
        self._set_item(None)


def _money(row: LineRow) -> tuple[int, int, int]:
    return row.quantity_milli, row.unit_price_cents, row.tax_ppm


def _after(line: LineRow, edit: Edit) -> dict[str, Any]:
    """What `edit_line` is asked for: the line with the one changed cell."""
    asked = {"quantity_milli": line.quantity_milli, "unit_price_cents": line.unit_price_cents, "name": line.name}
    return asked | {{NAME: "name", QUANTITY: "quantity_milli", PRICE: "unit_price_cents"}[edit.column]: edit.value}
