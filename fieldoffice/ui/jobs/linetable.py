"""The table of a job's lines: name, quantity and price are changed in place, and the totals follow every key."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from fieldoffice.services.jobs.money import net_cents
from fieldoffice.services.jobs.sheet import LineRow
from fieldoffice.ui.jobs import words
from fieldoffice.ui.memory import Memory
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import MoneyField, ReadField
from fieldoffice.ui.parts.reading import Unreadable
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table

NAME, QUANTITY, PRICE = 1, 2, 3
EDITABLE = (NAME, QUANTITY, PRICE)
Index = QModelIndex | QPersistentModelIndex


class QuantityField(ReadField[int]):
    """Thousandths of a unit, shown as "2.5"."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def read(self, text: str) -> int:
        try:
            return words.read_quantity(text)
        except ValueError:
            raise Unreadable(words.translate("Jobs", "Enter a quantity such as 1 or 2.5.")) from None

    def shown(self, value: int) -> str:
        return words.shown_quantity(value)

    def stepped(self, value: int, steps: int) -> int:
        return max(1000, value + 1000 * steps)


@dataclass(frozen=True, slots=True)
class Edit:
    """One changed cell: `version` is the one of the line when the typing began."""

    line_id: int
    version: int
    column: int
    value: Any


class LineRows(Rows[LineRow]):
    """`edited(Edit)` when a cell was changed by a person; the row itself changes only with the service's answer."""

    edited = Signal(object)
    unreadable = Signal(int, int, str, str)  # line, column, what was typed, what is wrong

    def __init__(self, exponent: int = 2, parent: QObject | None = None) -> None:
        self.exponent = exponent
        super().__init__(self._columns(), parent)

    def flags(self, index: Index) -> Qt.ItemFlag:
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable if index.column() in EDITABLE else found

    def with_edit(self, line_id: int, column: int, value: Any) -> list[LineRow]:
        """The rows as they would be with this cell changed."""
        return [_changed(row, column, value) if row.id == line_id else row for row in self.rows]

    def _columns(self) -> list[Column[LineRow]]:
        tr = words.translate
        kinds = {"service": tr("Jobs", "Service"), "material": tr("Jobs", "Material"), "charge": tr("Jobs", "Charge")}
        return [
            Column("kind", tr("Jobs", "Kind"), lambda r: kinds.get(r.kind, r.kind), width=88),
            Column("name", tr("Jobs", "What"), lambda r: r.name, width=360, tip=lambda r: r.name),
            Column("quantity", tr("Jobs", "Quantity"), lambda r: words.shown_quantity(r.quantity_milli), right=True, width=88),
            Column("price", tr("Jobs", "Unit price"), lambda r: words.shown_amount(r.unit_price_cents, self.exponent), right=True,
                   width=112),
            Column("tax", tr("Jobs", "Tax"), lambda r: words.shown_rate(r.tax_ppm), right=True, width=80),
            Column("net", tr("Jobs", "Net"), lambda r: words.shown_amount(r.net_cents, self.exponent), right=True, width=112),
            Column("by", tr("Jobs", "Added by"), lambda r: r.added_by, width=120, tip=lambda r: r.added_by),
        ]


class CellEditor(QStyledItemDelegate):
    """Fields that read what people type; `typing(line id, column, value)` on every key, None when it ends."""

    typing = Signal(object)
    line_id = 0  # the line that is being typed in, 0 for none

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        rows, row, column = _rows(index), _row(index), index.column()
        made = QuantityField(rows.tr("Quantity"), parent) if column == QUANTITY else \
            MoneyField(rows.tr("Unit price"), parent, exponent=rows.exponent) if column == PRICE else QLineEdit(parent)
        made.setStyleSheet("border-radius: 0; padding: 0 5px; min-height: 0;")
        made.setProperty("line", (row.id, row.version))
        self.line_id = row.id
        if isinstance(made, ReadField):
            made.value_changed.connect(lambda: self.typing.emit((row.id, column, made.value())))
        else:
            made.setAccessibleName(rows.tr("What"))
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Fill the field; Qt asks again whenever the row changes, and what was typed by then stays."""
        if isinstance(editor, QLineEdit) and editor.isModified():
            return
        row = _row(index)
        if isinstance(editor, ReadField):
            editor.set_value(row.quantity_milli if index.column() == QUANTITY else row.unit_price_cents)
        elif isinstance(editor, QLineEdit):
            editor.setText(row.name)
        if isinstance(editor, QLineEdit):
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Tell what was typed; what cannot be read is told as it stands there, an emptied cell is left as it was."""
        line_id, version = editor.property("line")
        if isinstance(editor, ReadField) and editor.problem():
            _rows(index).unreadable.emit(line_id, index.column(), editor.text(), editor.problem())
            return
        row, value = _row(index), editor.value() if isinstance(editor, ReadField) else editor.text().strip()  # type: ignore[attr-defined]
        if value != _cell(row, index.column()) and value not in (None, ""):
            _rows(index).edited.emit(Edit(line_id, version, index.column(), value))

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        self.line_id = 0
        self.typing.emit(None)
        super().destroyEditor(editor, index)


class LineTable(Table):
    """Enter, F2 or a double click edits; Tab goes to the next cell that can be changed."""

    def __init__(self, rows: LineRows, empty: EmptyState, memory: Memory | None = None) -> None:
        super().__init__(rows, "Lines", empty, memory=memory)
        self.cells = CellEditor(self)
        self.setItemDelegate(self.cells)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.horizontalHeader().setStretchLastSection(True)
        self.opened.connect(lambda _row: self.edit_here())

    def edit_here(self) -> None:
        """Edit the cell under the cursor, the quantity where that one cannot be changed."""
        here = self.currentIndex()
        if here.isValid() and self.state() != QAbstractItemView.State.EditingState:
            target = here if here.column() in EDITABLE else here.siblingAtColumn(QUANTITY)
            self.setCurrentIndex(target)
            self.edit(target)

    def edit_again(self, line_id: int, column: int, value: Any) -> None:
        """Open a cell with what was typed there before."""
        for n in range(self.rows.rowCount()):
            row = self.rows.row(n)
            if row is not None and row.id == line_id:
                index = self.rows.index(n, column)
                self.setCurrentIndex(index)
                self.edit(index)
                self._type(self.indexWidget(index) or self.findChild(QLineEdit), value)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Tab within an editor skips what cannot be changed."""
        steps = {QAbstractItemView.CursorAction.MoveNext: 1, QAbstractItemView.CursorAction.MovePrevious: -1}.get(action)
        here = self.currentIndex()
        if steps is None or not here.isValid():
            return super().moveCursor(action, modifiers)
        cells = [(row, column) for row in range(self.rows.rowCount()) for column in EDITABLE]
        at = (here.row(), here.column())
        place = cells.index(at) + steps if at in cells else 0
        return self.rows.index(*cells[min(max(place, 0), len(cells) - 1)])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.text().strip()
        here = self.currentIndex()
        if typed and typed.isprintable() and not event.modifiers() and here.isValid() and here.column() not in EDITABLE:
            self.setCurrentIndex(here.siblingAtColumn(QUANTITY))
        super().keyPressEvent(event)

    def _type(self, editor: QWidget | None, value: Any) -> None:
        if isinstance(editor, ReadField) and not isinstance(value, str):
            editor.set_value(value)
            editor.setModified(True)
            editor.value_changed.emit()
        elif isinstance(editor, QLineEdit):
            editor.setText(value)
            editor.setModified(True)
            editor.textEdited.emit(value)


def _rows(index: Index) -> LineRows:
    model = index.model()
    assert isinstance(model, LineRows)
    return model


def _row(index: Index) -> LineRow:
    row = _rows(index).row(index.row())
    assert row is not None
    return row


def _cell(row: LineRow, column: int) -> Any:
    return {NAME: row.name, QUANTITY: row.quantity_milli, PRICE: row.unit_price_cents}[column]


def _changed(row: LineRow, column: int, value: Any) -> LineRow:
    if value is None or column == NAME:
        return row
    changed = replace(row, quantity_milli=value) if column == QUANTITY else replace(row, unit_price_cents=value)
    return replace(changed, net_cents=net_cents(changed.quantity_milli, changed.unit_price_cents))

