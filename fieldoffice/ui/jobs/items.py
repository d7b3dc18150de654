"""What is to be done, chosen from the price book: several items with quantities, how long they take and what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from fieldoffice.services.catalog import ItemRow
from fieldoffice.services.jobs.money import totals
from fieldoffice.ui.jobs import words
from fieldoffice.ui.jobs.linetable import QuantityField
from fieldoffice.ui.jobs.picker import Give, Picker
from fieldoffice.ui.parts.buttons import IconButton
from fieldoffice.ui.parts.labels import ElidedLabel, PlainLabel
from fieldoffice.ui.parts.reading import show_duration


@dataclass(slots=True)
class _Chosen:
    item: ItemRow
    quantity: QuantityField


class ItemsBox(QWidget):
    """`value()` is (catalog item, thousandths) in the order chosen; the same item again counts one more."""

    value_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.items: tuple[ItemRow, ...] = ()
        self.exponent = 2
        self.chosen: list[_Chosen] = []
        self.picker = Picker(self._find, self._words, self.tr("Add a service, material or charge…"))
        self.sum = PlainLabel("", "muted")
        self.sum.hide()
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(4)
        self.grid.setColumnStretch(0, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(self.picker)
        box.addLayout(self.grid)
        box.addWidget(self.sum)
        self.setFocusProxy(self.picker)
        self.picker.chosen.connect(self.add)

    def value(self) -> tuple[tuple[int, int], ...]:
        return tuple((one.item.id, one.quantity.value() or 0) for one in self.chosen)

    def set_value(self, value: Sequence[Sequence[int]] | None) -> None:
        """Show what `value` gave; items that are no longer offered are left out. Nobody is told."""
        offered = {item.id: item for item in self.items}
        self.clear()
        for id, milli in value or ():
            if id in offered:
                self._put(offered[id], milli)
        self._arrange()
        self._show_sum()

    def duration_s(self) -> int:
        """How long the chosen services take together."""
        return sum(one.item.duration_s * (one.quantity.value() or 0) // 1000 for one in self.chosen)

    def add(self, item: ItemRow) -> None:
        """Choose an item."""
        known = next((one for one in self.chosen if one.item.id == item.id), None)
        if known is not None:
            known.quantity.set_value((known.quantity.value() or 0) + 1000)
        else:
            self._put(item, 1000)
            self._arrange()
        self._changed()

    def remove(self, item: ItemRow) -> None:
        self.chosen = [one for one in self.chosen if one.item.id != item.id]
        self._arrange()
        self._changed()

    def clear(self) -> None:
        self.chosen = []
        self._arrange()
        self._show_sum()

    def _put(self, item: ItemRow, milli: int) -> None:
        quantity = QuantityField(self.tr("Quantity of %1").replace("%1", item.name))
        quantity.set_value(milli)
        quantity.setFixedWidth(64)
        quantity.value_changed.connect(self._changed)
        self.chosen.append(_Chosen(item, quantity))

    def _changed(self) -> None:
        self._show_sum()
        self.value_changed.emit()

    def _show_sum(self) -> None:
        net = totals((one.quantity.value() or 0, one.item.price_cents, one.item.tax_ppm) for one in self.chosen)
        said = self.tr("%1 with tax").replace("%1", words.shown_amount(net.total_cents, self.exponent))
        lasts = self.tr("Takes %1").replace("%1", show_duration(self.duration_s())) + ", " if self.duration_s() else ""
        self.sum.setText(lasts + said)
        self.sum.setVisible(bool(self.chosen))

    def _arrange(self) -> None:
        kept = {one.quantity for one in self.chosen}
        while (item := self.grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None and widget not in kept:
                widget.setParent(None)
                widget.deleteLater()
        for n, one in enumerate(self.chosen):
            name = self.tr("Remove %1").replace("%1", one.item.name)
            self.grid.addWidget(ElidedLabel(one.item.name), n, 0)
            self.grid.addWidget(one.quantity, n, 1)
            remove = IconButton("close", name, lambda item=one.item: self.remove(item), color="muted")
            self.grid.addWidget(remove, n, 2, Qt.AlignmentFlag.AlignRight)

    def _find(self, text: str, give: Give) -> None:
        wanted = text.casefold().split()
        give(text, [item for item in self.items if all(word in f"{item.code} {item.name}".casefold() for word in wanted)][:50])

    def _words(self, item: ItemRow) -> str:
        lasts = f"  ·  {show_duration(item.duration_s)}" if item.duration_s else ""
        return f"{item.name}{lasts}  ·  {words.shown_amount(item.price_cents, self.exponent)}"
