"""The lines of a draft as one field of its form: from the price book or free, changed in place, each with its tax."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from fieldoffice.services.books.drafts import DraftLine
from fieldoffice.services.books.reckoning import Priced, Rounding, Sums, TaxKey, reckon
from fieldoffice.services.catalog import ItemRow
from fieldoffice.services.jobs.money import net_cents
from fieldoffice.ui.accounting.filling import Filling
from fieldoffice.ui.accounting.words import money, rate_words, tax_words, tr
from fieldoffice.ui.jobs.linetable import QuantityField
from fieldoffice.ui.jobs.picker import Give, Picker
from fieldoffice.ui.jobs.words import shown_amount, shown_quantity
from fieldoffice.ui.memory import Memory
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import MoneyField, ReadField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table

NAME, QUANTITY, PRICE, TAX = 0, 1, 2, 3
EDITABLE = (NAME, QUANTITY, PRICE)
NO_TAX: TaxKey = ("", 0)
TALLEST = 9
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Entry:
    """One line while it is edited; `tax` None: what the price book says for it here and now."""

    id: int
    line: DraftLine
    tax: TaxKey = NO_TAX
    tax_cents: int = 0


@dataclass(slots=True)
class Book:
    """What lines may be chosen from, and the taxes that hold for them."""

    items: tuple[ItemRow, ...] = ()
    taxes: Mapping[int, TaxKey] = field(default_factory=dict[int, TaxKey])
    rates: tuple[TaxKey, ...] = ()
    rounding: Rounding = "line"
    exponent: int = 2


class EntryRows(Rows[Entry]):
    """`changed(id, line)` when a person changed a cell."""

    changed = Signal(int, object)

    def __init__(self, book: Book) -> None:
        self.book = book
        super().__init__([
            Column("name", tr("What"), lambda e: e.line.name, width=360, tip=lambda e: e.line.name),
            Column("quantity", tr("Quantity"), lambda e: shown_quantity(e.line.quantity_milli), right=True, width=88),
            Column("price", tr("Unit price"), lambda e: shown_amount(e.line.unit_price_cents, book.exponent), right=True, width=112),
            Column("tax", tr("Tax"), lambda e: rate_words(e.tax), right=True, width=80, tip=lambda e: tax_words(e.tax)),
            Column("taxed", tr("Tax amount"), lambda e: money(e.tax_cents, book.exponent) if e.tax_cents else "–", right=True, width=112),
            Column("net", tr("Net"), lambda e: money(net_cents(e.line.quantity_milli, e.line.unit_price_cents), book.exponent), right=True,
                   width=112),
        ])

    def flags(self, index: Index) -> Qt.ItemFlag:
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable if index.column() in EDITABLE else found


class Cells(QStyledItemDelegate):
    """Fields that read what people type; what cannot be read leaves the cell as it was, and says why."""

    refused = Signal(str)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        rows, column = _rows(index), index.column()
        made: QLineEdit = QLineEdit(parent)
        if column == QUANTITY:
            made = QuantityField(tr("Quantity"), parent)
        elif column == PRICE:
            made = MoneyField(tr("Unit price"), parent, exponent=rows.book.exponent)
        else:
            made.setAccessibleName(tr("What"))
        made.setStyleSheet("border-radius: 0; padding: 0 5px; min-height: 0;")
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        entry = _rows(index).row(index.row())
        if entry is None or (isinstance(editor, QLineEdit) and editor.isModified()):
            return
        if isinstance(editor, ReadField):
            editor.set_value(entry.line.quantity_milli if index.column() == QUANTITY else entry.line.unit_price_cents)
        elif isinstance(editor, QLineEdit):
            editor.setText(entry.line.name)
        if isinstance(editor, QLineEdit):
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        entry = _rows(index).row(index.row())
        if entry is None:
            return
        if isinstance(editor, ReadField) and editor.problem():
            self.refused.emit(editor.problem())
            return
        value: Any = editor.value() if isinstance(editor, ReadField) else editor.text().strip()  # type: ignore[attr-defined]
        if value in (None, ""):
            return
        name = {NAME: "name", QUANTITY: "quantity_milli", PRICE: "unit_price_cents"}[index.column()]
        if getattr(entry.line, name) != value:
            _rows(index).changed.emit(entry.id, replace(entry.line, **{name: value}))


class EntryTable(Table):
    """Enter, F2 or a double click edits; Tab goes to the next cell that can be changed; a menu chooses the tax."""

    def __init__(self, rows: EntryRows, empty: EmptyState, memory: Memory | None) -> None:
        super().__init__(rows, "Lines of the invoice", empty, memory=memory)
        self.cells = Cells(self)
        self.setItemDelegate(self.cells)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.opened.connect(lambda _row: self.edit_here())

    def edit_here(self) -> None:
        """Edit the cell under the cursor, the quantity where that one cannot be changed."""
        here = self.currentIndex()
        if here.isValid() and self.state() != QAbstractItemView.State.EditingState:
            target = here if here.column() in EDITABLE else here.siblingAtColumn(QUANTITY)
            self.setCurrentIndex(target)
            self.edit(target)

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
        typed, here = event.text().strip(), self.currentIndex()
        if typed and typed.isprintable() and not event.modifiers() and here.isValid() and here.column() not in EDITABLE:
            self.setCurrentIndex(here.siblingAtColumn(QUANTITY))
        super().keyPressEvent(event)


class LinesField(QWidget):
    """`value()` is a list of lines in plain terms; `reckoned()` are the sums of what stands here now."""

    value_changed = Signal()

    def __init__(self, memory: Memory | None = None) -> None:
        super().__init__()
        self.book, self._next = Book(), 1
        self.entries: list[Entry] = []
        self.rows = EntryRows(self.book)
        self.empty = EmptyState(tr("No lines yet. Add the first one from the price book, or a line of your own."), "receipt_long")
        self.table = EntryTable(self.rows, self.empty, memory)
        self.picker = Picker(self._find, self._words, tr("Add a service, material or charge…"))
        self.own = button(tr("Line of your own"), self.add_own, icon="add")
        self.tax = button(tr("Tax…"), self.choose_tax, icon="percent")
        self.drop = button(tr("Remove"), self.remove_selected, icon="delete")
        self.problem = PlainLabel("", "danger", wrap=True)
        self._build()

    # the field

    def value(self) -> list[dict[str, Any]]:
        return [_plain(entry.line) for entry in self.entries]

    def set_value(self, value: Sequence[Mapping[str, Any]] | None) -> None:
        """Show what `value` gave without telling anybody."""
        self.entries = [self._entry(_line(one)) for one in value or ()]
        self._show()

    def lines(self) -> tuple[DraftLine, ...]:
        return tuple(entry.line for entry in self.entries)

    def reckoned(self) -> Sums:
        """The sums as posting will have them, in the terms of the same function."""
        return reckon([Priced(e.line.quantity_milli, e.line.unit_price_cents, *e.tax) for e in self.entries], self.book.rounding)

    def offer(self, book: Book) -> None:
        """What may be chosen now, and which taxes hold; lines follow."""
        for name in ("items", "taxes", "rates", "rounding", "exponent"):
            setattr(self.book, name, getattr(book, name))
        self.entries = [replace(entry, tax=self._tax(entry.line)) for entry in self.entries]
        self._show()

    def editing(self) -> bool:
        """Whether a cell is being typed in."""
        return self.table.state() == QAbstractItemView.State.EditingState

    # acts

    def add(self, item: ItemRow) -> None:
        """A line from the price book; its quantity is edited at once."""
        self._append(DraftLine(item.name, 1000, item.price_cents, item.kind, "", item.id))
        self._edit_last(QUANTITY)

    def add_own(self) -> None:
        """A line that is in no price book; its words are edited at once."""
        self._append(DraftLine(tr("New line"), 1000, 0, "service", "", None, None, NO_TAX))
        self._edit_last(NAME)

    def remove_selected(self) -> None:
        entry: Entry | None = self.table.current()
        if entry is not None:
            self.entries = [one for one in self.entries if one.id != entry.id]
            self._changed()

    def choose_tax(self) -> None:
        """Which tax the selected line bears."""
        if self.table.current() is not None:
            menu = self.tax_menu()
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.tax.mapToGlobal(self.tax.rect().bottomLeft()))

    def tax_menu(self) -> QMenu:
        """The taxes that the selected line may bear."""
        entry: Entry | None = self.table.current()
        menu = QMenu(self)
        if entry is None:
            return menu
        choices: list[tuple[TaxKey | None, str]] = [(NO_TAX, tr("No tax")), *((rate, tax_words(rate)) for rate in self.book.rates)]
        if entry.line.item_id is not None:
            choices.insert(0, (None, tr("As the price book says")))
        for tax, words in choices:
            item = QAction(words.replace("&", "&&"), menu, checkable=True, checked=tax == entry.line.tax)
            item.triggered.connect(lambda _on, tax=tax: self._take(entry.id, replace(entry.line, tax=tax)))
            menu.addAction(item)
        return menu

    def show_refused(self, fields: Mapping[str, str]) -> None:
        """The words of a refusal by line ("line0_price"); the first one is brought into sight."""
        said = {name: words for name, words in fields.items() if name.startswith("line") and name != "lines"}
        self.problem.setText("\n".join(f"{tr('Line %1').replace('%1', str(_at(name) + 1))}: {words}" for name, words in said.items()))
        self.problem.setVisible(bool(said))
        if said:
            self.table.setCurrentIndex(self.rows.index(_at(next(iter(said))), NAME))

    # inside

    def _append(self, line: DraftLine) -> None:
        self.entries.append(self._entry(line))
        self._changed()

    def _edit_last(self, column: int) -> None:
        self.table.setCurrentIndex(self.rows.index(len(self.entries) - 1, column))
        QTimer.singleShot(0, self.table, self.table.edit_here)

    def _take(self, id: int, line: DraftLine) -> None:
        self.entries = [replace(e, line=line, tax=self._tax(line)) if e.id == id else e for e in self.entries]
        self._changed()

    def _changed(self) -> None:
        self.problem.hide()
        self._show()
        self.value_changed.emit()

    def _show(self) -> None:
        sums = self.reckoned()
        self.entries = [replace(entry, tax_cents=tax) for entry, (_net, tax) in zip(self.entries, sums.lines, strict=True)]
        self.rows.show(self.entries)
        self._fit()
        self._enable()

    def _fit(self) -> None:
        """As high as its lines, within reason."""
        n = min(max(len(self.entries), 3), TALLEST) + 1
        self.table.setMinimumHeight(n * self.table.verticalHeader().defaultSectionSize() + 12)

    def _enable(self) -> None:
        for part in (self.drop, self.tax):
            part.setEnabled(self.table.current() is not None)

    def _entry(self, line: DraftLine) -> Entry:
        self._next += 1
        return Entry(self._next, line, self._tax(line))

    def _tax(self, line: DraftLine) -> TaxKey:
        return line.tax if line.tax is not None else self.book.taxes.get(line.item_id or 0, NO_TAX)

    def _find(self, text: str, give: Give) -> None:
        wanted = text.casefold().split()
        give(text, [i for i in self.book.items if all(word in f"{i.code} {i.name}".casefold() for word in wanted)][:50])

    def _words(self, item: ItemRow) -> str:
        return f"{item.name}  ·  {item.code}  ·  {shown_amount(item.price_cents, self.book.exponent)}"

    def _build(self) -> None:
        Filling(self.table, "name", 160)
        self.problem.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        self.picker.setMinimumWidth(280)
        self.picker.setMaximumWidth(420)
        row.addWidget(self.picker, 1)
        row.addWidget(self.own)
        row.addStretch(1)
        row.addWidget(self.tax)
        row.addWidget(self.drop)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(row)
        box.addWidget(self.problem)
        box.addWidget(self.table, 1)
        self.setFocusProxy(self.picker)
        self.picker.chosen.connect(self.add)
        self.rows.changed.connect(self._take)
        self.table.picked.connect(lambda _row: self._enable())
        self.table.cells.refused.connect(self._say)
        self._fit()
        self._enable()

    def _say(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.show()


def _rows(index: Index) -> EntryRows:
    model = index.model()
    assert isinstance(model, EntryRows)
    return model


def _at(name: str) -> int:
    """ "line3_price" is line 3."""
    return int(name.removeprefix("line").partition("_")[0])


def _plain(line: DraftLine) -> dict[str, Any]:
    return {"name": line.name, "quantity": line.quantity_milli, "price": line.unit_price_cents, "kind": line.kind,
            "description": line.description, "item": line.item_id, "job": line.job_id,
            "tax": list(line.tax) if line.tax is not None else None}  # fmt: skip


def _line(one: Mapping[str, Any]) -> DraftLine:
    tax = one.get("tax")
    return DraftLine(one["name"], one["quantity"], one["price"], one["kind"], one.get("description", ""), one.get("item"), one.get("job"),
                     (tax[0], tax[1]) if tax is not None else None)  # fmt: skip


def plain_lines(lines: Sequence[DraftLine], taxes: Mapping[int, TaxKey]) -> list[dict[str, Any]]:
    """Stored lines for the field: a tax that the price book would give anyway is not written down."""
    def bare(line: DraftLine) -> DraftLine:
        usual = line.item_id is not None and taxes.get(line.item_id) == line.tax
        return replace(line, tax=None) if usual else line

    return [_plain(bare(line)) for line in lines]
