"""Small things that several sections share: an empty state with room for its sentence, fields that keep to the left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fieldoffice.ui.parts.buttons import Segmented
from fieldoffice.ui.parts.empty import EmptyState
from fieldoffice.ui.parts.form import Form

SENTENCE = 420


def nothing(sentence: str, icon: str, words: str = "", press: Callable[[], object] | None = None) -> EmptyState:
    """An empty state whose sentence always has its full width, so that no line of it is cut."""
    made = EmptyState(sentence, icon, words, press)
    made.sentence.setFixedWidth(SENTENCE)
    return made


def flush_left(form: Form, *names: str) -> None:
    """Fields that do not grow stand below their labels, not in the middle."""
    for name in names:
        row = form.rows[name]
        grid = row.layout()
        assert isinstance(grid, QGridLayout)
        grid.setAlignment(row.field, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(2, 1)


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
