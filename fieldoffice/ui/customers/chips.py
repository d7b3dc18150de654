"""Filters as chips: each says what it narrows by, and shows when it does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget, QWidgetAction

from fieldoffice.services.customers.filtering import Filter
from fieldoffice.services.fields import FieldRow
from fieldoffice.ui import icons
from fieldoffice.ui.customers.words import months_before, translate
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.fields import DateField
from fieldoffice.ui.parts.flow import Flow
from fieldoffice.ui.parts.reading import show_date

MOST_OWN = 3
Choices = Sequence[tuple[Any, str, str]]
"""(value, words in the menu, words on the chip)"""


class Chip(QToolButton):
    """One filter with its choices in a menu; the first choice is "no filter". `changed` when a person chose."""

    changed = Signal()

    def __init__(self, name: str, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self._choices, self._value = name, list(choices), choices[0][0]
        for property in ("segment", "first", "last"):
            self.setProperty(property, True)
        self.setCheckable(True)
        self.setMinimumHeight(28)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands behind the words
        icons.dress(self, "keyboard_arrow_down", "muted")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._group = QActionGroup(self._menu)
        for value, words, _ in self._choices:
            self._menu.addAction(self._item(value, words))
        self.setMenu(self._menu)
        self._menu.aboutToHide.connect(self._show)
        self._show()

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        """Show `value` without telling anybody."""
        self._value = value
        for item in self._group.actions():
            item.setChecked(item.data() == value)
        self._show()

    @property
    def narrows(self) -> bool:
        return self._value != self._choices[0][0]

    def words(self) -> str:
        """What the chip says."""
        found = next((said for value, _, said in self._choices if value == self._value), "")
        return found if self.narrows else self.name

    def choose(self, value: Any) -> None:
        """Take a value as if it was chosen in the menu."""
        if value != self._value:
            self.set_value(value)
            self.changed.emit()

    def _item(self, value: Any, words: str) -> QAction:
        item = QAction(words.replace("&", "&&"), self._menu, checkable=True, checked=value == self._value)
        item.setData(value)
        self._group.addAction(item)
        item.triggered.connect(lambda _on: self.choose(value))
        return item

    def _show(self) -> None:
        self.setChecked(self.narrows)
        self.setText(self.words().replace("&", "&&"))
        self.setAccessibleName(f"{self.name}: {self.words()}" if self.narrows else self.name)


class SinceChip(Chip):
    """No visit since a day: some months back, or a day that is typed."""

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        name = translate("Customers", "No visit since…")
        months = [(months_before(today, n), words) for n, words in ((3, "3 months"), (6, "6 months"), (12, "1 year"), (24, "2 years"))]
        super().__init__(name, [(None, translate("Customers", "Any time"), name), *((on, words, "") for on, words in months)], parent)
        self.day = DateField(translate("Customers", "No visit since this day"), today=lambda: today)
        self.day.setMinimumWidth(180)
        self.day.setPlaceholderText(translate("Customers", "another day, such as 3/1/2026"))
        self.day.returnPressed.connect(self._typed)
        holder, inside = QWidgetAction(self._menu), QWidget()
        box = QVBoxLayout(inside)
        box.setContentsMargins(12, 4, 12, 8)
        box.addWidget(self.day)
        holder.setDefaultWidget(inside)
        self._menu.addSeparator()
        self._menu.addAction(holder)

    def words(self) -> str:
        return f"{translate('Customers', 'No visit since')} {show_date(self._value)}" if self._value else self.name

    def _typed(self) -> None:
        on = self.day.value()
        if on is not None:
            self._menu.hide()
            self.choose(on)


class FilterBar(QWidget):
    """All chips. `changed` when a person changed any; `filter(text)` is what they stand for."""

    changed = Signal()

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own: dict[str, Chip] = {}
        self._fields: tuple[FieldRow, ...] = ()
        words = {"active": "In use", "inactive": "Out of use", "all": "In use or not"}
        self.state = Chip("In use", [(key, said, said) for key, said in words.items()])
        self.kind = Chip("Kind", [("", "Both kinds", ""), ("residential", "Residential", "Residential"),
                                  ("commercial", "Commercial", "Commercial")])  # fmt: skip
        self.work = Chip("Open work", [(None, "With and without open work", ""), (True, "With open work", "With open work"),
                                       (False, "Without open work", "Without open work")])  # fmt: skip
        self.since = SinceChip(today)
        self.unplaced = Chip("Coordinates", [(False, "All addresses", ""), (True, "An address without coordinates", "Without coordinates")])
        self.clear = button(translate("Customers", "Clear filters"), self.clear_all, link=True)
        self.room = Flow(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        for part in (self.state, self.kind, self.work, self.since, self.unplaced):
            self.room.addWidget(part)
            part.changed.connect(self._told)
        self.room.addWidget(self.clear)
        self._show_clear()

    def filter(self, text: str) -> Filter:
        own = tuple((key, chip.value()) for key, chip in self._own.items() if chip.narrows)
        return Filter(text.strip(), self.state.value(), self.kind.value(), self.work.value(), self.since.value(),
                      self.unplaced.value(), own)

    def offer(self, fields: Sequence[FieldRow]) -> None:
        """Chips for the company's own fields with a list of choices, or yes and no."""
        fit = tuple(field for field in fields if field.kind in ("choice", "yes_no"))[:MOST_OWN]
        if fit == self._fields:
            return
        for chip in self._own.values():
            self.room.removeWidget(chip)
            chip.deleteLater()
        self._fields, self._own = fit, {field.key: self._chip(field) for field in fit}
        for n, chip in enumerate(self._own.values()):
            self.room.insert(5 + n, chip)
        self._show_clear()

    def clear_all(self) -> None:
        """All active customers again."""
        for chip in self.chips():
            chip.set_value(chip._choices[0][0])
        self._told()

    def chips(self) -> list[Chip]:
        return [self.state, self.kind, self.work, self.since, self.unplaced, *self._own.values()]

    def _chip(self, field: FieldRow) -> Chip:
        offered: list[tuple[Any, str, str]] = [(choice, choice, f"{field.label}: {choice}") for choice in field.choices]
        if field.kind == "yes_no":
            offered = [(True, "Yes", f"{field.label}: yes"), (False, "No", f"{field.label}: no")]
        chip = Chip(field.label, [("", "Any", ""), *offered])
        chip.changed.connect(self._told)
        return chip

    def _told(self) -> None:
        self._show_clear()
        self.changed.emit()

    def _show_clear(self) -> None:
        self.clear.setVisible(any(chip.narrows for chip in self.chips()))


