"""What would let an unserved visit in, with one click to allow it: the least change first, the others behind a menu."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from fieldoffice.services.routing.relax import Relaxation
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import PlainLabel, hairline


class ReliefBar(QWidget):
    """`allowed(Relaxation)`: somebody lets this rule give way in the plan that is shown."""

    allowed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ways: tuple[Relaxation, ...] = ()
        self.words = PlainLabel("", wrap=True)
        self.allow = button(self.tr("Allow it"), self._allow, icon="check")
        self.allow.setToolTip(self.tr("Serve the visit in this plan; nothing is written before you apply it."))
        self.others = button(self.tr("Other ways"), link=True)
        self.menu = QMenu(self.others)
        self.others.setMenu(self.menu)
        self._arrange()
        self.hide()

    def show_ways(self, customer: str, ways: Sequence[Relaxation]) -> None:
        """What would help this customer's visit; nothing is shown without any."""
        self.ways = tuple(ways)
        self.setVisible(bool(ways))
        if not ways:
            return
        self.words.setText(f"{customer}: {ways[0].words}")
        self.menu.clear()
        for way in ways[1:]:
            action = QAction(way.words.replace("&", "&&"), self.menu)
            action.triggered.connect(lambda _checked=False, way=way: self.allowed.emit(way))
            self.menu.addAction(action)
        self.others.setVisible(len(ways) > 1)

    def set_busy(self, busy: bool) -> None:
        """While it is worked in."""
        for part in (self.allow, self.others):
            part.setEnabled(not busy)

    def _allow(self) -> None:
        if self.ways:
            self.allowed.emit(self.ways[0])

    def _arrange(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(hairline())
        inner = QVBoxLayout()
        inner.setContentsMargins(16, 8, 16, 8)
        inner.setSpacing(4)
        inner.addWidget(self.words)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.allow)
        row.addWidget(self.others)
        row.addStretch(1)
        inner.addLayout(row)
        box.addLayout(inner)
