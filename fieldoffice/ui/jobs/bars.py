"""How long each phase of a visit took: a bar in proportion, and the sums in words."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from fieldoffice.models.states import AppointmentState
from fieldoffice.services.dispatch.phases import PHASE_OF
from fieldoffice.services.dispatch.progress import Timeline, VisitTimes
from fieldoffice.ui import theme
from fieldoffice.ui.jobs.words import moment, translate
from fieldoffice.ui.parts.labels import ElidedLabel, PlainLabel, plain_tip
from fieldoffice.ui.parts.reading import show_duration
from fieldoffice.ui.schedule.words import from_to

COLORS: Mapping[str, AppointmentState] = {"travel": AppointmentState.EN_ROUTE, "paused": AppointmentState.PAUSED}
NAMES = (*PHASE_OF.values(), "total")


class PhaseBar(QWidget):
    """The phases of one visit from left to right, as wide as they were long; the words stand in the tooltip."""

    def __init__(self, visit: VisitTimes, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.visit = visit
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        lines = [f"{p.name}: {from_to(p.start, p.end, zone) if p.end else moment(p.start, zone) + ' –'} ({show_duration(p.seconds)})"
                 for p in visit.phases]  # fmt: skip
        self.setToolTip(plain_tip("\n".join(lines)))
        self.setAccessibleName("; ".join(lines) or translate("Jobs", "No time yet"))
        theme.changed.connect(self._theme_changed)

    def sizeHint(self) -> QSize:
        return QSize(200, 16)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 16)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, total = QPainter(self), sum(phase.seconds for phase in self.visit.phases)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if not total:
            painter.setBrush(theme.color("line"))
            painter.drawRoundedRect(QRectF(0, 7, self.width(), 2), 1, 1)
            return
        left = 0.0
        for phase in self.visit.phases:
            wide = self.width() * phase.seconds / total
            painter.setBrush(_color(phase.name))
            painter.drawRoundedRect(QRectF(left, 2, max(2.0, wide - 1), 12), 2, 2)
            left += wide

    def _theme_changed(self, _name: str) -> None:
        self.update()


def _color(phase: str) -> QColor:
    """Travel and pause as on the board; work in the accent, waiting on site in gray."""
    if phase in COLORS:
        return theme.state(COLORS[phase])[1]
    return theme.color("accent" if phase == "working" else "muted")


class Phases(QWidget):
    """One line for each visit that has begun: when, its bar, its sums; below them the sums of the job."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sums: dict[str, int] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, 232)

    def show_timeline(self, found: Timeline, zone: ZoneInfo) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
        begun = [(n, visit) for n, visit in enumerate(found.visits, start=1) if visit.phases]
        self.setVisible(bool(begun))
        for column, name in enumerate(NAMES, start=2):
            self._grid.addWidget(PlainLabel(name.capitalize(), "muted"), 0, column, Qt.AlignmentFlag.AlignRight)
        for line, (n, visit) in enumerate(begun, start=1):
            self._line(line, n, visit, zone)
        self._total(found.sums, len(begun) + 1, len(begun) > 1)

    def _line(self, line: int, n: int, visit: VisitTimes, zone: ZoneInfo) -> None:
        when = moment(visit.starts_at, zone) if visit.starts_at else ""
        words = translate("Jobs", "Visit %1").replace("%1", str(n)) + (f", {when}" if when else "")
        self._grid.addWidget(ElidedLabel(words), line, 0)
        self._grid.addWidget(PhaseBar(visit, zone), line, 1)
        self._numbers(visit.sums, line)

    def _total(self, sums: Mapping[str, int], line: int, shown: bool) -> None:
        """With one visit its own line says it all."""
        self.sums = dict(sums)
        if shown:
            self._grid.addWidget(PlainLabel(translate("Jobs", "The whole job"), "strong"), line, 0)
            self._numbers(sums, line, strong=True)

    def _numbers(self, sums: Mapping[str, int], line: int, *, strong: bool = False) -> None:
        for column, name in enumerate(NAMES, start=2):
            label = PlainLabel(show_duration(sums.get(name, 0)), "strong" if strong or name == "total" else "")
            label.setAccessibleName(f"{name}: {label.text()}")
            label.setObjectName(f"{name} {line}")
            self._grid.addWidget(label, line, column, Qt.AlignmentFlag.AlignRight)
