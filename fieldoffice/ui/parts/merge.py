"""The merge view: two people changed the same fields; the second one sees both, who and when, and chooses field by field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QHBoxLayout,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from fieldoffice.ui.parts.banner import Banner
from fieldoffice.ui.parts.buttons import button
from fieldoffice.ui.parts.labels import PlainLabel, hairline

NOTHING = "(empty)"
LONGEST = 1200
"""Characters of a value that are shown; the rest of a very long text is kept all the same."""


@dataclass(frozen=True, slots=True)
class MergeField:
    """One field that both changed, in words as the form shows them; `joins` where both texts can be kept."""

    name: str
    words: str
    base: str
    mine: str
    theirs: str
    who: str
    when: str
    joins: bool = False


class MergeDialog(QDialog):
    """Accepted once every field is chosen; `picked()` says how. Closing it changes nothing: the form keeps what was typed."""

    def __init__(self, fields: Sequence[MergeField], summary: str, words: str, parent: QWidget | None = None) -> None:
        """`summary` says what merged by itself; `words` are those of the button that agrees."""
        super().__init__(parent)
        self.setWindowTitle("Two people changed this")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(760, min(640, 260 + 150 * len(fields)))
        self.choices = {field.name: FieldChoice(field, self) for field in fields}
        self.ok = button(words, self.accept, primary=True)
        self._build(_head(fields), summary)
        for choice in self.choices.values():
            choice.chosen.connect(self._look)
        self._look()
        next(iter(self.choices.values())).buttons["mine"].setFocus()

    def picked(self) -> dict[str, str]:
        """"mine", "theirs" or "both" by field name."""
        return {name: choice.how() for name, choice in self.choices.items()}

    def take_all(self, how: str) -> None:
        """Choose the same for every field."""
        for choice in self.choices.values():
            choice.choose(how)

    def _look(self) -> None:
        left = sum(not choice.how() for choice in self.choices.values())
        self.ok.setEnabled(left == 0)
        self.ok.setToolTip("" if left == 0 else "Choose in every field first.")

    def _build(self, head: str, summary: str) -> None:
        inner = QWidget()
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.setSpacing(16)
        for choice in self.choices.values():
            rows.addWidget(choice)
        rows.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        inner.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 20, 16, 16)
        box.setSpacing(12)
        box.addWidget(PlainLabel(head, "section", wrap=True))
        if summary:
            box.addWidget(Banner("ok", summary))
        box.addLayout(self._all())
        box.addWidget(area, 1)
        box.addWidget(hairline())
        box.addLayout(self._foot())

    def _all(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(PlainLabel("Choose what is to stand in each field.", "muted"))
        row.addStretch(1)
        row.addWidget(button("All of mine", lambda: self.take_all("mine"), link=True))
        row.addWidget(button("All of theirs", lambda: self.take_all("theirs"), link=True))
        return row

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(PlainLabel("Nothing is saved before you agree.", "muted"))
        row.addStretch(1)
        row.addWidget(button("Back to the form", self.reject))
        row.addWidget(self.ok)
        return row


class FieldChoice(QWidget):
    """One field: its name, what stood there before, and the versions side by side."""

    chosen = Signal()

    def __init__(self, field: MergeField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field, self._group = field, QButtonGroup(self)
        self.buttons: dict[str, QRadioButton] = {}
        row = QHBoxLayout()
        row.setSpacing(8)
        by = f"{field.who}, {field.when}" if field.when else field.who
        row.addWidget(self._side("mine", "Yours", field.mine), 1)
        row.addWidget(self._side("theirs", by, field.theirs), 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(PlainLabel(field.words, "strong"))
        box.addWidget(PlainLabel(f"Before: {_shown(field.base)}", "muted", wrap=True))
        box.addLayout(row)
        if field.joins:
            box.addWidget(self._radio("both", "Keep both, theirs first"))

    def how(self) -> str:
        """What is chosen, "" while nothing is."""
        return next((how for how, one in self.buttons.items() if one.isChecked()), "")

    def choose(self, how: str) -> None:
        self.buttons[how].setChecked(True)

    def _radio(self, how: str, words: str) -> QRadioButton:
        made = self.buttons[how] = QRadioButton(words.replace("&", "&&"))
        made.setAccessibleName(f"{self.field.words}: {words}")
        self._group.addButton(made)
        made.toggled.connect(lambda _on: self.chosen.emit())
        return made

    def _side(self, how: str, words: str, value: str) -> QFrame:
        frame = _Side(lambda: self.choose(how))
        frame.setProperty("box", "surface")
        radio = self._radio(how, words)
        radio.setAccessibleDescription(value)
        box = QVBoxLayout(frame)
        box.setContentsMargins(12, 8, 12, 12)
        box.setSpacing(4)
        box.addWidget(radio)
        box.addWidget(PlainLabel(_shown(value), "" if value else "muted", wrap=True))
        box.addStretch(1)
        return frame


class _Side(QFrame):
    """Pressing anywhere in it chooses it."""

    def __init__(self, press: Callable[[], object]) -> None:
        super().__init__()
        self._press = press
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._press()
        event.accept()


def _shown(value: str) -> str:
    return (value if len(value) <= LONGEST else value[:LONGEST] + " …") or NOTHING


def _head(fields: Sequence[MergeField]) -> str:
    names = list(dict.fromkeys(field.who for field in fields))
    who = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{who} changed {'the same field' if len(fields) == 1 else f'{len(fields)} of the same fields'} while you were typing"
