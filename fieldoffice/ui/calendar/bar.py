"""The line above the calendar: which days, month or week, whose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QWidget

from fieldoffice.services.calendars.week import Person
from fieldoffice.ui.parts.buttons import Segmented, action_button
from fieldoffice.ui.parts.fields import DateField

FULL, LEAST = 640, 340  # pixels; narrower than FULL the field for the day is left out
VIEWS = (("month", "Month"), ("week", "Week"))


class Bar(QWidget):
    """It only tells; buttons are the page's actions."""

    day_chosen = Signal(object)  # date
    view_chosen = Signal(str)  # month | week
    whose_chosen = Signal(object)  # a provider's id, or None for everybody

    def __init__(self, calls: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.today = date.today()
        self.day = DateField(self.tr("Day"), today=lambda: self.today)
        self.day.setFixedWidth(164)
        self.day.value_changed.connect(self._picked)
        self.views = Segmented(VIEWS, self.tr("Month or week"))
        self.views.chosen.connect(self.view_chosen)
        self.whose = WhoseBox()
        self.whose.chosen.connect(self.whose_chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.whose, 1)
        row.addLayout(self._days(calls))
        row.addWidget(self.views)

    def show_state(self, on: date, view: str, today: date) -> None:
        """Show where the calendar stands, without telling anybody."""
        self.today = today
        self.day.set_value(on)
        self.views.set_value(view)

    def sizeHint(self) -> QSize:
        return QSize(FULL, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.day.setVisible(self.width() >= FULL - 40)

    def _days(self, calls: Mapping[str, QAction]) -> QHBoxLayout:
        group = QHBoxLayout()
        group.setSpacing(2)
        group.addWidget(action_button(calls["day_before"], words=False))
        group.addWidget(self.day)
        group.addWidget(action_button(calls["day_after"], words=False))
        group.addWidget(action_button(calls["today"]))
        return group

    def _picked(self) -> None:
        if self.day.value() is not None:
            self.day_chosen.emit(self.day.value())


class WhoseBox(QComboBox):
    """Everybody, or one provider: picked from the list or found by typing. Text that fits nobody goes back."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(16)
        self.setMinimumWidth(100)
        self.setMaximumWidth(184)
        self.setMinimumContentsLength(6)
        self.setAccessibleName(self.tr("Whose calendar"))
        self.setToolTip(self.tr("Whose calendar: type a part of the name"))
        completer = self.completer()
        assert completer is not None
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.addItem(self.tr("Everybody"), None)
        self._now: int | None = None
        self.activated.connect(self._picked)
        edit = self.lineEdit()
        assert edit is not None
        edit.editingFinished.connect(self._typed)

    def offer(self, people: Sequence[Person], whose: int | None) -> None:
        """Offer these, and show whose calendar it is, without telling anybody."""
        self.clear()
        self.addItem(self.tr("Everybody"), None)
        for person in people:
            self.addItem(person.name, person.id)
        self.show_whose(whose)

    def show_whose(self, whose: int | None) -> None:
        self._now = whose
        self.setCurrentIndex(max(0, self.findData(whose)))
        self._from_the_start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._from_the_start()

    def _from_the_start(self) -> None:
        """A name that is wider than the field shows its beginning."""
        edit = self.lineEdit()
        if edit is not None and not edit.hasFocus():
            edit.setCursorPosition(0)

    def _picked(self, n: int) -> None:
        whose = self.itemData(n)
        if whose != self._now:
            self._now = whose
            self.chosen.emit(whose)

    def _typed(self) -> None:
        """The one whose name holds what was typed; with none or several, as it was."""
        text = self.currentText().strip().casefold()
        fits = [n for n in range(self.count()) if text and text in self.itemText(n).casefold()]
        exact = [n for n in fits if self.itemText(n).casefold() == text]
        found = (exact or fits) if len(exact or fits) == 1 else []
        if found:
            self.setCurrentIndex(found[0])
            self._picked(found[0])
        else:
            self.show_whose(self._now)
