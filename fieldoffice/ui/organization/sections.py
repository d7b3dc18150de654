"""One section of the settings: a title, a sentence, and its settings below; those that were searched for are marked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fieldoffice.services.company.register import SECTIONS, section_of
from fieldoffice.services.company.spec import Spec
from fieldoffice.ui.organization.making import field_of
from fieldoffice.ui.parts.form import Form
from fieldoffice.ui.parts.labels import PlainLabel

WIDEST = 800
SHARE, TAIL = 12, 5
"""Of a line's width, what its settings share, and what stays empty."""


class Spot(QFrame):
    """Where one setting stands; `mark` shows that it was searched for."""

    def __init__(self, inner: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QVBoxLayout(self)
        self._box.addWidget(inner)
        self.mark(False)

    def mark(self, on: bool) -> None:
        self.setProperty("box", "info" if on else "")
        edge = 11 if on else 12  # the frame's own line takes the difference
        self._box.setContentsMargins(edge, 5 if on else 6, edge, 5 if on else 6)
        self.style().polish(self)


class Section(QScrollArea):
    """`spots` by the key of the setting."""

    def __init__(self, id: str, form: Form, own: dict[str, QWidget], parent: QWidget | None = None) -> None:
        """`own` are the parts that stand for settings of the kind "own", by key."""
        super().__init__(parent)
        self.id, self.spots = id, dict[str, Spot]()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        title, _, sentence = SECTIONS[id]
        inner, self._box = QWidget(), QVBoxLayout()
        self._box.setSpacing(4)
        for label, space in ((PlainLabel(title, "title"), 4), (PlainLabel(sentence, "muted", wrap=True), 12)):
            label.setContentsMargins(12, 0, 12, 0)
            self._box.addWidget(label)
            self._box.addSpacing(space)
        self._fill(form, own)
        self._box.addStretch(1)
        whole = QVBoxLayout(inner)
        whole.setContentsMargins(8, 16, 16, 16)
        whole.addLayout(self._box)
        inner.setMaximumWidth(WIDEST)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)

    def show_spot(self, key: str) -> None:
        """Scroll to a setting."""
        if key in self.spots:
            self.ensureWidgetVisible(self.spots[key], 0, 40)

    def _fill(self, form: Form, own: dict[str, QWidget]) -> None:
        group, line = "", None
        for one in section_of(self.id):
            if one.group != group:
                group = one.group
                self._head(group)
            spot = self._spot(form, one, own)
            self.spots[one.key] = spot
            if one.beside and line is not None:
                _join(line, spot)
            elif one.kind == "own":
                self._box.addWidget(spot)
            else:
                line = self._line(spot)

    def _spot(self, form: Form, one: Spec, own: dict[str, QWidget]) -> Spot:
        if one.kind == "own":
            return Spot(_titled(one, own[one.key]))
        form.add(one.key, one.words, field_of(one), required=one.required, hint=one.hint)
        row = form.rows[one.key]
        if one.unit:
            row.label.setText(f"{row.label.text()} ({one.unit})")
        return Spot(row)

    def _line(self, spot: Spot) -> QHBoxLayout:
        """A line of settings, the first one in it; others may follow beside it."""
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addWidget(spot, SHARE, Qt.AlignmentFlag.AlignTop)
        line.addStretch(TAIL)
        self._box.addLayout(line)
        return line

    def _head(self, words: str) -> None:
        label = PlainLabel(words, "section")
        label.setContentsMargins(12, 12, 12, 0)
        self._box.addWidget(label)


def _titled(one: Spec, part: QWidget) -> QWidget:
    whole = QWidget()
    box = QVBoxLayout(whole)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(6)
    box.addWidget(PlainLabel(one.words, "section"))
    if one.hint:
        box.addWidget(PlainLabel(one.hint, "muted", wrap=True))
    box.addWidget(part)
    return whole


def _join(line: QHBoxLayout, spot: Spot) -> None:
    line.insertWidget(line.count() - 1, spot, 1, Qt.AlignmentFlag.AlignTop)
    for n in range(line.count() - 1):
        line.setStretch(n, SHARE // (line.count() - 1))


def line_of(*widgets: QWidget, stretch: bool = True) -> QHBoxLayout:
    """Widgets side by side from the left."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    if stretch:
        row.addStretch(1)
    return row
