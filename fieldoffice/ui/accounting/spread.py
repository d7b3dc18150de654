"""How an amount is spread over what is owed: the oldest due first by itself, each part can be changed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from fieldoffice.services.books.taking import Debt
from fieldoffice.ui.accounting.filling import Filling
from fieldoffice.ui.accounting.words import money, tr
from fieldoffice.ui.jobs.words import shown_amount
from fieldoffice.ui.memory import Memory
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.fields import MoneyField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.reading import show_date
from fieldoffice.ui.parts.rows import Column, Rows
from fieldoffice.ui.parts.table import Table

PAYS = 3
ROWS_IN_SIGHT = 7
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Part:
    """A debt, what is paid of it, and whether a person said so."""

    debt: Debt
    cents: int
    pinned: bool

    @property
    def id(self) -> int:
        return self.debt.id


class PartRows(Rows[Part]):
    """`edited(id, cents)` when a person changed what is paid of a debt."""

    edited = Signal(int, object)

    def __init__(self) -> None:
        self.exponent = 2
        super().__init__([
            Column("number", tr("Number"), lambda p: p.debt.number + (f" ({tr('disputed')})" if p.debt.disputed else ""), width=96,
                   tip=lambda p: p.debt.customer),
            Column("due", tr("Due"), lambda p: show_date(p.debt.due_on, year=False), width=92),
            Column("open", tr("Open"), lambda p: money(p.debt.open_cents, self.exponent), right=True, width=84),
            Column("pays", tr("Pays"), lambda p: shown_amount(p.cents, self.exponent) if p.cents else "–", right=True, width=84),
        ])

    def flags(self, index: Index) -> Qt.ItemFlag:
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable if index.column() == PAYS else found


class PartCell(QStyledItemDelegate):
    """The field in which a part is typed."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        made = MoneyField(tr("Pays"), parent, exponent=_rows(index).exponent)
        made.setStyleSheet("border-radius: 0; padding: 0 5px; min-height: 0;")
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        part = _rows(index).row(index.row())
        if isinstance(editor, MoneyField) and part is not None and not editor.isModified():
            editor.set_value(part.cents or part.debt.open_cents)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        part = _rows(index).row(index.row())
        if isinstance(editor, MoneyField) and part is not None and not editor.problem():
            cents = editor.value() or 0
            if cents != part.cents or not part.pinned:
                _rows(index).edited.emit(part.id, max(0, cents))


class PartTable(Table):
    """Enter, F2, a double click or a digit edits what is paid; the space bar pays all of it, or nothing."""

    def __init__(self, rows: PartRows, empty: EmptyState, memory: Memory | None) -> None:
        super().__init__(rows, "What is paid", empty, memory=memory)
        self.cell = PartCell(self)
        self.setItemDelegateForColumn(PAYS, self.cell)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.opened.connect(lambda _row: self.edit_here())

    def edit_here(self) -> None:
        here = self.currentIndex()
        if here.isValid() and self.state() != QAbstractItemView.State.EditingState:
            target = here.siblingAtColumn(PAYS)
            self.setCurrentIndex(target)
            self.edit(target)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        here, rows = self.currentIndex(), self.rows
        part = self.current()
        if event.key() == Qt.Key.Key_Space and part is not None and isinstance(rows, PartRows):
            rows.edited.emit(part.id, 0 if part.cents else part.debt.open_cents)
            return
        if event.text().isdigit() and here.isValid():
            self.setCurrentIndex(here.siblingAtColumn(PAYS))
        super().keyPressEvent(event)


class Spread(QWidget):
    """`changed` when a person spread something otherwise; `parts()` is what settles what."""

    changed = Signal()

    def __init__(self, memory: Memory | None = None) -> None:
        super().__init__()
        self.debts: tuple[Debt, ...] = ()
        self.pins: dict[int, int] = {}
        self.amount = 0
        self.rows = PartRows()
        self.empty = EmptyState(tr("Nothing is open."))
        self.table = PartTable(self.rows, self.empty, memory)
        Filling(self.table, "number", 72)
        self.words = PlainLabel("", "muted", wrap=True)
        self.again = button(tr("Oldest first again"), self.forget, icon="refresh", link=True)
        head = QHBoxLayout()
        head.addWidget(PlainLabel(tr("What it pays"), "muted"))
        head.addStretch(1)
        head.addWidget(self.again)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(head)
        box.addWidget(self.table)
        box.addWidget(self.words)
        self.rows.edited.connect(self.pin)
        self.show_debts((), 2)

    def show_debts(self, debts: Sequence[Debt], exponent: int) -> None:
        """What may be paid; parts set by hand stay where their debt is still there."""
        self.debts, self.rows.exponent = tuple(debts), exponent
        known = {debt.id: debt.open_cents for debt in debts}
        self.pins = {id: min(cents, known[id]) for id, cents in self.pins.items() if id in known}
        height = self.table.verticalHeader().defaultSectionSize()
        self.table.setFixedHeight((min(max(len(debts), 2), ROWS_IN_SIGHT) + 1) * height + 14)
        self._show()

    def set_amount(self, cents: int) -> None:
        """Spread this amount."""
        self.amount = cents
        self._show()

    def pin(self, id: int, cents: int) -> None:
        """A person says how much of a debt is paid."""
        debt = next((debt for debt in self.debts if debt.id == id), None)
        if debt is not None:
            self.pins[id] = min(cents, debt.open_cents)
            self._show()
            self.changed.emit()

    def forget(self) -> None:
        """Nothing is set by hand any more: the oldest due first."""
        self.pins = {}
        self._show()
        self.changed.emit()

    def parts(self) -> tuple[tuple[int, int], ...]:
        """Debts by id with what is paid of them."""
        return tuple((part.id, part.cents) for part in self.rows.rows if part.cents)

    def pinned_cents(self) -> int:
        return sum(self.pins.values())

    def left(self) -> int:
        """What settles nothing; negative where more is spread than there is."""
        return self.amount - sum(cents for _id, cents in self.parts())

    def _show(self) -> None:
        free = max(0, self.amount - self.pinned_cents())
        parts: list[Part] = []
        for debt in self.debts:
            pinned = debt.id in self.pins
            cents = self.pins[debt.id] if pinned else 0 if debt.disputed else min(free, debt.open_cents)
            free -= 0 if pinned else cents
            parts.append(Part(debt, cents, pinned))
        self.rows.show(parts)
        self.again.setVisible(bool(self.pins))

    def say(self, words: str, *, wrong: bool = False) -> None:
        """What happens to the rest."""
        self.words.setText(words)
        self.words.set_role("danger" if wrong else "muted")


def _rows(index: Index) -> PartRows:
    model = index.model()
    assert isinstance(model, PartRows)
    return model
