"""Fields that read what people type and show it back in one form: money, duration, time, day; and the search field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Generic, TypeVar

from PySide6.QtCore import QDate, QLocale, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QLineEdit, QMenu, QWidget, QWidgetAction

from fieldoffice.ui import icons
from fieldoffice.ui.parts import reading
from fieldoffice.ui.parts.reading import Unreadable

V = TypeVar("V")


class ReadField(QLineEdit, Generic[V]):
    """Reads its text into a value. `problem()` says in words why it cannot; `value_changed` comes on a new value."""

    value_changed = Signal()

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: V | None = None
        self._problem = ""
        if name:
            self.setAccessibleName(name)
        self.textEdited.connect(self._read_now)
        self.editingFinished.connect(self._tidy)

    def read(self, text: str) -> V:
        """The value of `text`; raises Unreadable."""
        raise NotImplementedError

    def shown(self, value: V) -> str:
        """`value` as this field writes it."""
        raise NotImplementedError

    def stepped(self, value: V, steps: int) -> V:
        """`value` after Up (+1), Down (-1), Page Up (+4) or Page Down (-4)."""
        raise NotImplementedError

    def value(self) -> V | None:
        """What is entered; None when the field is empty or cannot be read."""
        return self._value

    def problem(self) -> str:
        """Why the text cannot be read, "" when it can or is empty."""
        return self._problem

    def set_value(self, value: V | None) -> None:
        """Show `value` without telling anybody."""
        self._value, self._problem = value, ""
        self.setText("" if value is None else self.shown(value))
        self._mark()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 4, Qt.Key.Key_PageDown: -4}
        steps = keys.get(Qt.Key(event.key()))
        if steps is None or self._value is None or self.isReadOnly() or event.modifiers():
            super().keyPressEvent(event)
            return
        self.set_value(self.stepped(self._value, steps))
        self.setModified(True)
        self.value_changed.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def _read_now(self, text: str) -> None:
        before = self._value
        try:
            self._value, self._problem = (self.read(text) if text.strip() else None), ""
        except Unreadable as error:
            self._value, self._problem = None, str(error)
        if self._value != before:
            self.value_changed.emit()

    def _tidy(self) -> None:
        if self._value is not None:
            typed = self.isModified()
            self.setText(self.shown(self._value))
            self.setModified(typed)  # setText forgets it, and a table asks before it fills the field anew
        self._mark()

    def _mark(self) -> None:
        self.setProperty("wrong", bool(self._problem))
        self.style().polish(self)


class MoneyField(ReadField[int]):
    """Minor units of the company's currency, right-aligned, in the locale's writing."""

    def __init__(self, name: str = "", parent: QWidget | None = None, *, exponent: int = 2) -> None:
        super().__init__(name, parent)
        self.exponent, self.decimal = exponent, QLocale().decimalPoint()
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def read(self, text: str) -> int:
        return reading.read_money(text, exponent=self.exponent, decimal=self.decimal)

    def shown(self, value: int) -> str:
        return reading.show_money(value, exponent=self.exponent, decimal=self.decimal)

    def stepped(self, value: int, steps: int) -> int:
        return value + steps * 10**self.exponent


class DurationField(ReadField[int]):
    """Seconds, typed as "1 h 30", "90" or "1:30"; arrows step by 15 minutes."""

    def read(self, text: str) -> int:
        return reading.read_duration(text)

    def shown(self, value: int) -> str:
        return reading.show_duration(value)

    def stepped(self, value: int, steps: int) -> int:
        return max(0, min(reading.DAY_S, value + steps * 900))


class TimeField(ReadField[time]):
    """A time of day, shown in 12 or 24 hours by locale; arrows step by 15 minutes."""

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.twelve = "AP" in QLocale().timeFormat(QLocale.FormatType.ShortFormat).upper()

    def read(self, text: str) -> time:
        return reading.read_time(text)

    def shown(self, value: time) -> str:
        return reading.show_time(value, twelve=self.twelve)

    def stepped(self, value: time, steps: int) -> time:
        moved = datetime.combine(date(2000, 1, 2), value) + timedelta(minutes=15 * steps)
        return moved.time()


class DateField(ReadField[date]):
    """A day, typed as "fri", "+3" or "11/22", or picked (Alt+Down); arrows step by one day, Page by a week."""

    def __init__(self, name: str = "", parent: QWidget | None = None, *, today: Callable[[], date] = date.today) -> None:
        """`today` is the office's day, which may not be this machine's."""
        super().__init__(name, parent)
        self.today = today
        order = QLocale().dateFormat(QLocale.FormatType.ShortFormat).lower()
        self.day_first = order.find("d") < order.find("m")
        self._pick = QAction("Pick a day", self)
        icons.dress(self._pick, "calendar_month", "muted")
        self._pick.triggered.connect(self.pick)
        self.addAction(self._pick, QLineEdit.ActionPosition.TrailingPosition)

    def read(self, text: str) -> date:
        return reading.read_date(_without_weekday(text), self.today(), day_first=self.day_first)

    def shown(self, value: date) -> str:
        return reading.show_date(value)

    def stepped(self, value: date, steps: int) -> date:
        return value + timedelta(days={4: 7, -4: -7}.get(steps, steps))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.pick()
            return
        super().keyPressEvent(event)

    def pick(self) -> None:
        """Open the calendar below the field; it closes with a choice or Esc."""
        menu, calendar = QMenu(self), QCalendarWidget()
        day = self._value or self.today()
        calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setAccessibleName("Calendar")
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(calendar)
        menu.addAction(holder)
        calendar.activated.connect(lambda day: self._picked(menu, day))
        calendar.clicked.connect(lambda day: self._picked(menu, day))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))
        calendar.setFocus()

    def _picked(self, menu: QMenu, day: QDate) -> None:
        menu.hide()
        self.set_value(date(day.year(), day.month(), day.day()))
        self.value_changed.emit()


class SearchField(QLineEdit):
    """Text to find; `searched(text)` follows a short rest after typing, at once on Enter or when cleared. Esc clears."""

    searched = Signal(str)

    def __init__(self, hint: str = "Search", parent: QWidget | None = None, *, rest_ms: int = 200) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(140)
        self.setMaximumWidth(360)
        self._glass = QAction(self)
        icons.dress(self._glass, "search", "muted")
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._rest = QTimer(self, interval=rest_ms, singleShot=True)
        self._rest.timeout.connect(self._tell)
        self._told = ""
        self.textChanged.connect(self._typed)
        self.returnPressed.connect(self._tell)

    def sizeHint(self) -> QSize:
        return QSize(240, super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)

    def _typed(self, text: str) -> None:
        if text:
            self._rest.start()
        else:
            self._tell()

    def _tell(self) -> None:
        self._rest.stop()
        if self.text() != self._told:
            self._told = self.text()
            self.searched.emit(self._told)


def _without_weekday(text: str) -> str:
    """ "Sun, Nov 22 2026" is what the field itself shows; read it back."""
    try:
        return datetime.strptime(text.strip(), "%a, %b %d %Y").date().isoformat()
    except ValueError:
        return text
