"""While the planner searches: the best plan so far, how far, how long, and Cancel."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from fieldoffice.services.routing.worker import Progress
from fieldoffice.ui import theme
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import PlainLabel
from fieldoffice.ui.planning.words import counted
from fieldoffice.ui.schedule.words import lasting

MOST_POINTS = 200


class Spark(QWidget):
    """How the best value fell, as a small line of steps; the figures beside it say the same in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.points: list[tuple[float, float]] = []
        self.setFixedHeight(40)
        theme.changed.connect(self._theme_changed)

    def clear(self) -> None:
        self.points.clear()
        self.update()

    def add(self, at: float, total: int) -> None:
        """A value; large falls at the beginning and small ones at the end are both to be seen."""
        value = math.log1p(max(0, total))
        if self.points and self.points[-1][1] == value and len(self.points) > 1 and self.points[-2][1] == value:
            self.points[-1] = (at, value)
        else:
            self.points.append((at, value))
            del self.points[:-MOST_POINTS]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        if len(self.points) > 1:
            painter.setPen(QPen(theme.color("accent"), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            painter.drawPolyline(self._line())

    def _line(self) -> QPolygonF:
        first, last = self.points[0][0], self.points[-1][0]
        low, high = min(v for _, v in self.points), max(v for _, v in self.points)
        wide, tall = self.width() - 4, self.height() - 8
        line: list[QPointF] = []
        for at, value in self.points:
            x = 2 + wide * (at - first) / ((last - first) or 1)
            y = 4 + tall * (high - value) / ((high - low) or 1)
            line += [QPointF(x, line[-1].y()), QPointF(x, y)] if line else [QPointF(x, y)]
        return QPolygonF(line)

    def _theme_changed(self, _name: str) -> None:
        self.update()


class RunView(QWidget):
    """Shows a search; `canceled` when a person has seen enough."""

    canceled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage, self.clock = PlainLabel("", "strong"), PlainLabel("", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("How far"))
        self.served, self.driving, self.found = PlainLabel("", "section"), PlainLabel("", "section"), PlainLabel("", "muted")
        self.spark = Spark()
        self.cancel = button(self.tr("Stop and keep the best"), self._cancel)
        self.seconds, self.wanted, self.better = 1, 0, 0
        self._arrange()

    def begin(self, seconds: int) -> None:
        """A new search of so many seconds."""
        self.seconds, self.better, self._best = seconds, 0, None
        self.spark.clear()
        for label in (self.served, self.driving, self.found, self.clock):
            label.setText("")
        self.caption.hide()
        self.bar.setRange(0, 0)
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setEnabled(True)

    def show_stage(self, words: str) -> None:
        self.stage.setText(f"{words} …" if words else "")

    def show_wanted(self, visits: int) -> None:
        """How many visits the day has."""
        self.wanted = visits

    def show_progress(self, told: Progress) -> None:
        """The best so far."""
        score = told.score
        if self._best is None or score.total < self._best:
            self.better += self._best is not None
            self._best = score.total
        self.caption.show()
        self.cancel.setText(self.tr("Stop and keep the best"))
        served = str(self.wanted - score.unserved)
        self.served.setText(self.tr("%1 of %2 visits served").replace("%1", served).replace("%2", str(self.wanted)))
        self.driving.setText(self.tr("%1 driving").replace("%1", lasting(score.drive_s)))
        self.found.setText(counted(self.better, "improvement", "improvements"))
        self.spark.add(told.elapsed_s, score.total)
        self.bar.setRange(0, 1000)
        self.bar.setValue(min(1000, round(1000 * told.elapsed_s / self.seconds)))
        left = max(0, math.ceil(self.seconds - told.elapsed_s))
        self.clock.setText(self.tr("%1 s of %2 s, %3 s left").replace("%1", str(int(told.elapsed_s)))
                           .replace("%2", str(self.seconds)).replace("%3", str(left)))  # fmt: skip

    def finish(self) -> None:
        """The search is over, the reasons are still to come."""
        self.bar.setRange(0, 0)
        self.clock.setText("")
        self.cancel.setEnabled(False)

    def _cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.canceled.emit()

    def _arrange(self) -> None:
        self._best: int | None = None
        self.caption = PlainLabel(self.tr("Best plan so far"), "muted")
        top = QHBoxLayout()
        top.addWidget(self.stage, 1)
        top.addWidget(self.clock)
        figures = QGridLayout()
        figures.setVerticalSpacing(4)
        figures.addWidget(self.caption, 0, 0)
        figures.addWidget(self.served, 1, 0)
        figures.addWidget(self.driving, 2, 0)
        figures.addWidget(self.found, 3, 0)
        foot = QHBoxLayout()
        foot.addWidget(self.cancel)
        foot.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(12)
        box.addLayout(top)
        box.addWidget(self.bar)
        box.addSpacing(4)
        box.addLayout(figures)
        box.addWidget(self.spark)
        box.addLayout(foot)
        box.addStretch(1)
