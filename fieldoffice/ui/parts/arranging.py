"""Putting things in order: the way of the Tab key, rows of a form side by side, a column on a ground of its own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.form import Form


def chain(widgets: Sequence[QWidget]) -> None:
    """Tab goes through these in this order; a choice of a few counts with all its buttons."""
    stops: list[QWidget] = []
    for widget in widgets:
        stops += widget.findChildren(QAbstractButton) if isinstance(widget, Segmented) else [widget]
    for one, other in pairwise(stops):
        QWidget.setTabOrder(one, other)


def side_by_side(form: Form, names: Sequence[str], stretches: Sequence[int]) -> QWidget:
    """Put rows of a form next to each other; the holder keeps their place."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for name, stretch in zip(names, stretches, strict=True):
        row.addWidget(form.rows[name], stretch, Qt.AlignmentFlag.AlignTop)
    form.add_widget(holder)
    return holder


def column() -> QVBoxLayout:
    """Rows one below the other."""
    made = QVBoxLayout()
    made.setSpacing(12)
    return made


def surface(inner: QVBoxLayout) -> QFrame:
    """A column on a ground of its own; it takes the width it is given."""
    frame = QFrame()
    frame.setProperty("box", "surface")
    frame.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    box = QVBoxLayout(frame)
    box.setContentsMargins(16, 16, 16, 16)
    box.addLayout(inner)
    return frame
