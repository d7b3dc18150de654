"""Fields that providers and prices need: places, percents, days of the week, breaks, a color."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, time

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from fieldoffice.services.geo import Point
from fieldoffice.ui import icons, theme
from fieldoffice.ui.palette import ROUTES
from fieldoffice.ui.parts.buttons import IconButton, button
from fieldoffice.ui.parts.fields import DurationField, ReadField, TimeField
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.parts.reading import Unreadable

tr = QCoreApplication.translate
PLACE = re.compile(r"\s*([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*([NSns]?)\s*[,; ]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*°?\s*([EWew]?)\s*")


class PointField(ReadField[Point]):
    """Latitude and longitude as map pages give them: "38.9072, -77.0369" or "38.9072 N, 77.0369 W"."""

    def read(self, text: str) -> Point:
        found = PLACE.fullmatch(text)
        if found is None:
            raise Unreadable(tr("Providers", "Enter latitude and longitude such as 38.9072, -77.0369."))
        lat = float(found[1]) * (-1 if found[2].upper() == "S" else 1)
        lon = float(found[3]) * (-1 if found[4].upper() == "W" else 1)
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise Unreadable(tr("Providers", "Latitude lies between -90 and 90, longitude between -180 and 180."))
        return lat, lon

    def shown(self, value: Point) -> str:
        return f"{value[0]:.5f}, {value[1]:.5f}"

    def stepped(self, value: Point, steps: int) -> Point:
        return value


class PercentField(ReadField[int]):
    """Whole percent; arrows step by 5."""

    def read(self, text: str) -> int:
        found = re.fullmatch(r"\s*(\d{1,3})\s*%?\s*", text)
        if found is None:
            raise Unreadable(tr("Providers", "Enter a percentage such as 85."))
        return int(found[1])

    def shown(self, value: int) -> str:
        return f"{value} %"

    def stepped(self, value: int, steps: int) -> int:
        return max(0, value + 5 * steps)


class Weekdays(QWidget):
    """Which days of the week: a toggle each, in the company's order. `value()` are numbers from 0 (Monday)."""

    value_changed = Signal()

    def __init__(self, first: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._buttons: dict[int, QToolButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        for n in range(7):
            self._row.addWidget(self._button(n))
        self.begin_with(first)

    def begin_with(self, first: int) -> None:
        """Let the week begin on that day."""
        for place, n in enumerate((first + n) % 7 for n in range(7)):
            made = self._buttons[n]
            self._row.insertWidget(place, made)
            for end, there in (("first", place == 0), ("last", place == 6)):
                made.setProperty(end, there)
            made.style().polish(made)

    def value(self) -> list[int]:
        return [n for n in range(7) if self._buttons[n].isChecked()]

    def set_value(self, days: Iterable[int]) -> None:
        chosen = set(days or ())
        for n, made in self._buttons.items():
            made.setChecked(n in chosen)

    def _button(self, n: int) -> QToolButton:
        made = self._buttons[n] = QToolButton(self)
        made.setText(weekday(n))
        made.setAccessibleName(QLocale().dayName(n + 1))
        made.setCheckable(True)
        made.setProperty("segment", True)
        made.setFixedWidth(56)
        made.setMinimumHeight(28)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.clicked.connect(lambda _checked=False: self.value_changed.emit())
        return made


class Breaks(QWidget):
    """Any number of breaks: how long, and between which times each begins. `value()` is [[minutes, from, to], …].

    A line that is not finished keeps its place and is left out of `value()`; `problem()` says what is wrong with it.
    """

    value_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[_BreakLine] = []
        self._grid = QVBoxLayout()
        self._grid.setSpacing(8)
        self.more = button(tr("Providers", "Add a break"), self._add_one, icon="add", link=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(self._grid)
        box.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def value(self) -> list[list[int]]:
        return [found for line in self._lines if (found := line.value()) is not None]

    def set_value(self, breaks: Sequence[Sequence[int]] | None) -> None:
        while self._lines:
            self._drop(self._lines[0])
        for one in breaks or ():
            self._add(list(one))

    def problem(self) -> str:
        """What is wrong with a line that is not finished, "" when all are."""
        return next((words for line in self._lines if (words := line.problem())), "")

    def lines(self) -> tuple[_BreakLine, ...]:
        return tuple(self._lines)

    def _add_one(self) -> None:
        line = self._add([30, 12 * 60, 13 * 60] if not self._lines else [15, 15 * 60, 15 * 60 + 30])
        line.length.setFocus()
        line.length.selectAll()
        self.value_changed.emit()

    def _add(self, given: list[int]) -> _BreakLine:
        line = _BreakLine(given)
        line.value_changed.connect(self.value_changed)
        line.removed.connect(lambda: self._remove(line))
        self._lines.append(line)
        self._grid.addWidget(line)
        return line

    def _remove(self, line: _BreakLine) -> None:
        self._drop(line)
        self.more.setFocus()
        self.value_changed.emit()

    def _drop(self, line: _BreakLine) -> None:
        self._lines.remove(line)
        self._grid.removeWidget(line)
        line.hide()
        line.deleteLater()


class _BreakLine(QWidget):
    """One break: its length, and between which times it begins."""

    value_changed, removed = Signal(), Signal()

    def __init__(self, given: list[int]) -> None:
        super().__init__()
        self.length = DurationField(tr("Providers", "Length of the break"))
        self.first, self.last = (TimeField(tr("Providers", words)) for words in ("Begins at the earliest", "Begins at the latest"))
        self.length.set_value(given[0] * 60)
        self.first.set_value(clock_time(given[1]))
        self.last.set_value(clock_time(given[2]))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        words = (tr("Providers", "Length"), tr("Providers", "Begins from"), tr("Providers", "to"))
        for n, (said, field) in enumerate(zip(words, (self.length, self.first, self.last), strict=True)):
            label = PlainLabel(said, "muted")
            label.setBuddy(field)
            grid.addWidget(label, 0, n)
            grid.addWidget(field, 1, n)
            grid.setColumnStretch(n, 1)
            field.setMinimumWidth(72)
            field.textEdited.connect(lambda _text: self.value_changed.emit())
            field.value_changed.connect(self.value_changed)
        gone = IconButton("delete", tr("Providers", "Remove this break"), self.removed.emit)
        grid.addWidget(gone, 1, 3)

    def value(self) -> list[int] | None:
        length, first, last = self.length.value(), self.first.value(), self.last.value()
        if length is None or first is None or last is None:
            return None
        return [length // 60, minutes(first), minutes(last)]

    def problem(self) -> str:
        wrong = next((field.problem() for field in (self.length, self.first, self.last) if field.problem()), "")
        unfinished = tr("Providers", "Give each break its length and the times between which it begins.")
        return wrong or ("" if self.value() is not None else unfinished)


class Swatches(QWidget):
    """One of the ten route colors, or one that a provider has already. Arrows move, `value()` is "#rrggbb"."""

    value_changed = Signal()
    SIDE, GAP = 24, 4

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colors, self._chosen = list(ROUTES), ROUTES[0]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def value(self) -> str:
        return self._chosen

    def set_value(self, color: str) -> None:
        known = next((one for one in self._colors if one.lower() == (color or "").lower()), None)
        if known is None and color:
            self._colors.append(color)
        self._chosen = known or color or self._colors[0]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(len(self._colors) * (self.SIDE + self.GAP) + 8, self.SIDE + 8)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
            return
        self._choose(self._colors[(self._colors.index(self._chosen) + steps) % len(self._colors)])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        hit = next((color for n, color in enumerate(self._colors) if self.place(n).contains(event.position().toPoint())), None)
        if hit is not None:
            self._choose(hit)

    def place(self, n: int) -> QRect:
        """Where the n-th color stands."""
        return QRect(QPoint(4 + n * (self.SIDE + self.GAP), 4), QSize(self.SIDE, self.SIDE))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for n, color in enumerate(self._colors):
            box, chosen = self.place(n), color == self._chosen
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(color))
            painter.drawRoundedRect(box.toRectF(), 4, 4)
            if chosen:
                painter.drawPixmap(box.topLeft() + QPoint(4, 4), icons.pixmap("check", 16, theme.ink(color), self.devicePixelRatioF()))
                ring = theme.color("accent" if self.hasFocus() else "text")
                painter.setPen(QPen(ring, 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(box.toRectF().adjusted(-2, -2, 2, 2), 6, 6)

    def _choose(self, color: str) -> None:
        if color != self._chosen:
            self._chosen = color
            self.update()
            self.value_changed.emit()


def weekday(n: int) -> str:
    """The short name of a day of the week, 0 Monday."""
    return QLocale().dayName(n + 1, QLocale.FormatType.ShortFormat)


def long_weekday(n: int) -> str:
    return QLocale().dayName(n + 1)


def month_name(on: date) -> str:
    """ "March 2026"."""
    return QLocale().toString(QDate(on.year, on.month, 1), "MMMM yyyy")


def clock_time(minute: int) -> time:
    """Minutes after midnight as a time of day; the end of a day is 00:00."""
    return time(minute // 60 % 24, minute % 60)


def minutes(at: time, *, ends: bool = False) -> int:
    """A time of day as minutes after midnight; with `ends`, 00:00 is the end of the day."""
    found = at.hour * 60 + at.minute
    return found or 24 * 60 if ends else found
